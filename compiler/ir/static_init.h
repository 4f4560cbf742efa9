// Static data: package-level initial values that can be laid out at compile time. Internal to compiler/ir.
#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "compiler/ir/builder.h"

namespace burrow::ir {

class StaticInit {
 public:
  explicit StaticInit(UnitBuilder& unit) : unit_(unit) {}

  /// Writes `value` into d at `offset` if it is known now; false, with nothing written, if it is not.
  bool store(StaticData* d, uint64_t offset, Node* value);
  /// Constants, zero values and functions: nothing happens when they are evaluated.
  static bool isConstant(const Node* n);
  /// Whether n can be written without running anything.
  bool isStatic(const Node* n) const { return fits(n, 0); }
  /// A string value of static bytes.
  void storeString(StaticData* d, uint64_t offset, std::string_view text);
  static void put(StaticData* d, uint64_t offset, const void* bytes, size_t size);

  std::unordered_map<Name*, StaticData*> globals;   ///< variables laid out so far
  std::set<Name*> dynamic;                          ///< those that init code assigns
  bool mutated = false;                             ///< init code so far calls functions, which may assign any variable

 private:
  bool fits(const Node* n, int depth) const;
  Node* withoutCalls(Node* n) const;
  Node* valueOf(const Node* inlined) const;
  void write(StaticData* d, uint64_t offset, Node* n);
  void writeLiteral(StaticData* d, uint64_t offset, Type* t, const ConstantValue* v);
  void writeInterface(StaticData* d, uint64_t offset, Node* n);
  StaticData* backing(Type* t, uint64_t count);
  bool addressOfGlobal(const Node* n, Name** name, uint64_t* offset) const;

  UnitBuilder& unit_;
};

}  // namespace burrow::ir
