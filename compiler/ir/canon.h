// The table of canonical types, and what its makers (types.cpp, local_types.cpp) lend each other.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/ir/types.h"

namespace burrow::ir {

/// Canonical composite types by their parts.
class Composites {
 public:
  template <class Same>
  Type* find(uint64_t hash, Same same) const {
    if (table_.empty()) return nullptr;
    for (size_t at = hash & (table_.size() - 1); table_[at].type; at = (at + 1) & (table_.size() - 1))
      if (table_[at].hash == hash && same(table_[at].type)) return table_[at].type;
    return nullptr;
  }
  void insert(uint64_t hash, Type* t) {
    if (++count_ * 2 > table_.size()) grow();
    put({hash, t});
  }

 private:
  struct Entry {
    uint64_t hash = 0;
    Type* type = nullptr;
  };
  void put(const Entry& e) {
    size_t at = e.hash & (table_.size() - 1);
    while (table_[at].type) at = (at + 1) & (table_.size() - 1);
    table_[at] = e;
  }
  void grow() {
    std::vector<Entry> old(std::max<size_t>(1024, table_.size() * 2));
    old.swap(table_);
    for (const Entry& e : old)
      if (e.type) put(e);
  }
  std::vector<Entry> table_;
  size_t count_ = 0;
};

/// Hash of a kind, a number and types.
class PartsHash {
 public:
  PartsHash(TypeKind kind, uint64_t n) : h_(static_cast<uint64_t>(kind) + 1 + (n << 8)) {}
  PartsHash& add(const Type* t) {
    h_ = (h_ ^ reinterpret_cast<uintptr_t>(t)) * 0x9e3779b97f4a7c15u;
    h_ ^= h_ >> 29;
    return *this;
  }
  operator uint64_t() const { return h_; }

 private:
  uint64_t h_;
};

struct CanonTypes {
  Arena arena;
  std::unordered_map<std::string, std::unique_ptr<TypeInfo>> byName;
  Composites composites;
  std::unordered_map<const TypeName*, std::string> localNames;
  std::unordered_map<std::string, int> localCounts;
  /// Type arguments of the function instances in which types were declared, and of the types themselves.
  std::unordered_map<const TypeName*, std::pair<std::vector<Type*>, std::vector<Type*>>> localArgs;
  std::unordered_map<std::string, Type*> shapes;
  Type* emptyInterface = nullptr;
};
CanonTypes& canonTypes();

/// The canonical type of t's name: t itself if it is the first one.
Type* intern(Type* t);
/// Names of types: unique ones (full paths) for the linker, or reflect's.
std::string linkNameOf(Type* t);
std::string textOf(Type* t);
/// Fills in size, shape and pointers; type_layout.cpp.
void layout(TypeInfo& i);

// local_types.cpp
bool isLocalType(const TypeName* obj);
/// Gives a type declared inside a function a name of its own: "T·1".
void nameLocal(const TypeName* obj, const std::string& instance);
/// The instance's own copy of a type declared in a generic function.
Named* localInstance(Named* n, TypeEnv* env, const std::vector<Type*>& targs = {});

}  // namespace burrow::ir
