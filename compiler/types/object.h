// The things that names denote, and the scopes they are found in.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/types/constant.h"
#include "compiler/types/type.h"

namespace burrow {

enum class ObjectKind : uint8_t { PkgName, Const, TypeName, Var, Func, Label, Builtin, Nil };
enum class Color : uint8_t { White, Black, Grey };  ///< type not known, known, being computed

struct DeclInfo;

struct Object {
  ObjectKind kind;
  Color color = Color::White;
  bool used = false;
  Pos pos;
  Package* pkg = nullptr;        ///< null in the universe
  Scope* parent = nullptr;       ///< null for fields and methods
  std::string_view name;         ///< interned (syntax::intern)
  Type* type = nullptr;
  uint32_t order = 0;            ///< declaration order in its package, from 1; 0: not package-level
  Pos scopePos;                  ///< where its scope starts, for local objects
  DeclInfo* decl = nullptr;      ///< package-level objects of the package being checked
  void* lowered = nullptr;       ///< ir's data about it
  std::string_view linkName;     ///< functions, methods and variables: what //go:linkname says the linker calls it; empty: nothing
  int pathIndex = -1;            ///< checker, internal: place on the path of objects being computed

  bool exported() const;
  /// Whether a selector `name` written in package `from` denotes this object.
  bool sameId(const Package* from, std::string_view name, bool foldCase = false) const;

 protected:
  explicit Object(ObjectKind k) : kind(k) {}
};

template <class T>
T* as(Object* o) {
  return o && o->kind == T::kKind ? static_cast<T*>(o) : nullptr;
}
template <class T>
const T* as(const Object* o) {
  return o && o->kind == T::kKind ? static_cast<const T*>(o) : nullptr;
}

#define BURROW_OBJECT(name)                               \
  static constexpr ObjectKind kKind = ObjectKind::name;   \
  name() : Object(ObjectKind::name) {}

struct PkgName : Object {
  BURROW_OBJECT(PkgName)
  Package* imported = nullptr;
};
struct Const : Object {
  BURROW_OBJECT(Const)
  const ConstantValue* value = nullptr;
};
struct TypeName : Object {
  BURROW_OBJECT(TypeName)
  int localIndex = 0;  ///< ir: distinguishes types of one name declared in functions (main.T·1)
};
enum class VarKind : uint8_t { Package, Local, Recv, Param, Result, Field };
struct Var : Object {
  BURROW_OBJECT(Var)
  VarKind varKind = VarKind::Local;
  bool embedded = false;   ///< fields
  Var* origin = nullptr;   ///< for a field or parameter of an instantiated type: the generic one
  syntax::VarDecl* varDecl = nullptr;  ///< package variables: for embeds and positions
};
/// How the values of one parameter leave a function, as gc's escape tags say it: for each way the least number of dereferences
/// plus one, 0: not at all. Ways: heap, mutator, callee, results 0 to 4.
using EscapeTag = std::array<uint8_t, 8>;
/// What the later phases learned about a declared function, for the compilation of its callers.
struct FuncFacts {
  int32_t inlineCost = -1;        ///< gc's cost; -1: calls are not inlined
  bool delayResults = false;      ///< gc's CanDelayResults
  bool tagged = false;            ///< `params` is valid; else everything flows to the heap
  std::vector<EscapeTag> params;  ///< receiver first; one more at the end if uintptr(p) arguments stand for p: where p goes
};

struct Func : Object {
  BURROW_OBJECT(Func)
  FuncFacts* facts = nullptr;     ///< of a compiled package: from its exports; of this one: set by inline and escape
  bool hasPtrRecv = false;        ///< valid before the signature is known
  Func* origin = nullptr;         ///< the generic method, for methods of instantiated types
  syntax::FuncDecl* syntax = nullptr;  ///< null when it comes from a compiled package: see bodyOf() in checker.h
  uint64_t bodyRef = 0;           ///< in a compiled package: where its stored text is (0: none)
  Signature* signature() const { return as<Signature>(type); }
};
struct Label : Object { BURROW_OBJECT(Label) };
enum class BuiltinId : uint8_t {
  Append, Cap, Clear, Close, Complex, Copy, Delete, Imag, Len, Make, Max, Min, New, Panic, Print,
  Println, Real, Recover,
  Add, Alignof, Offsetof, Sizeof, Slice, SliceData, String, StringData,  // package unsafe
};
struct Builtin : Object {
  BURROW_OBJECT(Builtin)
  BuiltinId id = BuiltinId::Append;
};
struct Nil : Object { BURROW_OBJECT(Nil) };

/// Objects by interned name, in order of insertion. Small maps are searched, larger ones hashed.
class NameMap {
 public:
  using Entry = std::pair<std::string_view, Object*>;

  /// `name` must be interned; null if there is none.
  Object* find(std::string_view name) const {
    if (table_.empty()) {
      for (const Entry& e : entries_) {
        if (e.first.data() == name.data()) return e.second;
      }
      return nullptr;
    }
    for (size_t i = hash(name);; ++i) {
      uint32_t at = table_[i & (table_.size() - 1)];
      if (at == 0) return nullptr;
      if (entries_[at - 1].first.data() == name.data()) return entries_[at - 1].second;
    }
  }
  /// The name must be new.
  void insert(std::string_view name, Object* o);
  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  static size_t hash(std::string_view name) {
    return (reinterpret_cast<uintptr_t>(name.data()) * 0x9E3779B97F4A7C15u) >> 32;
  }
  std::vector<Entry> entries_;
  std::vector<uint32_t> table_;  ///< indices into entries_ plus one; its size is a power of two
};

/// A lexical scope. Lookups through parents compare positions where declaration order matters.
struct Scope {
  Scope* parent = nullptr;
  Pos pos, end;
  bool isFunc = false;
  NameMap elems;
  /// Package scopes of compiled packages: supplies objects on first use (null: there is none).
  std::function<Object*(std::string_view)> resolver;
  /// Package scopes of compiled packages: makes elems complete (null: it is).
  std::function<void()> loadAll;
  std::vector<Scope*> children;

  Object* lookup(std::string_view name);
  Object* lookupInterned(std::string_view name) {
    Object* o = elems.find(name);
    return o || !resolver ? o : resolve(name);
  }
  /// Returns the object already there under that name, or null after inserting.
  Object* insert(Object* o);
  std::vector<std::string_view> names();  ///< sorted; loads everything from a compiled package

 private:
  Object* resolve(std::string_view name);
};

struct Package {
  std::string path;             ///< import path; "main" for commands
  std::string_view name;
  Scope* scope = nullptr;
  std::vector<Package*> imports;  ///< direct, in path order
  bool complete = false;        ///< checked without errors, or loaded
  bool fake = false;            ///< stands for one that could not be imported
  std::string goVersion;        ///< language version ("go1.26"), from go.mod or -lang
};

extern Package* const& unsafePackage;
extern Scope* const& universe;

/// As shown in messages: qualified by package name, or by path where two packages share the name.
std::string typeString(const Type* t, const Package* relativeTo);

}  // namespace burrow
