// Go's types. Shapes follow the language specification and gc's checker (types2): what it calls a
// Signature, Named, TypeParam and so on is called that here. Types live in the checker's Arena and
// are immutable once complete; Named types, interfaces' type sets and aliases are completed lazily.
// Types are NOT canonical: compare with identical() (predicates.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/arena.h"
#include "compiler/source/pos.h"
#include "compiler/syntax/nodes.h"

namespace burrow {

struct Object;
struct Var;
struct Func;
struct TypeName;
struct Package;
struct Scope;
struct TypeSet;
class Checker;

enum class TypeKind : uint8_t {
  Basic, Array, Slice, Struct, Pointer, Tuple, Signature, Union, Interface, Map, Chan, Named,
  TypeParam, Alias,
};

struct Type {
  TypeKind kind;
  void* lowered = nullptr;  ///< ir's cache: the canonical, instantiated form
 protected:
  explicit Type(TypeKind k) : kind(k) {}
};

template <class T>
T* as(Type* t) {
  return t && t->kind == T::kKind ? static_cast<T*>(t) : nullptr;
}
template <class T>
const T* as(const Type* t) {
  return t && t->kind == T::kKind ? static_cast<const T*>(t) : nullptr;
}

#define BURROW_TYPE(name)                             \
  static constexpr TypeKind kKind = TypeKind::name;   \
  name() : Type(TypeKind::name) {}

enum class BasicKind : uint8_t {
  Invalid,
  Bool, Int, Int8, Int16, Int32, Int64, Uint, Uint8, Uint16, Uint32, Uint64, Uintptr,
  Float32, Float64, Complex64, Complex128, String, UnsafePointer,
  UntypedBool, UntypedInt, UntypedRune, UntypedFloat, UntypedComplex, UntypedString, UntypedNil,
};
inline constexpr BasicKind kByte = BasicKind::Uint8, kRune = BasicKind::Int32;

enum BasicInfo : uint16_t {
  kIsBoolean = 1, kIsInteger = 2, kIsUnsigned = 4, kIsFloat = 8, kIsComplex = 16, kIsString = 32,
  kIsUntyped = 64, kIsOrdered = kIsInteger | kIsFloat | kIsString,
  kIsNumeric = kIsInteger | kIsFloat | kIsComplex,
  kIsConstType = kIsBoolean | kIsNumeric | kIsString,
};

struct Basic : Type {
  BURROW_TYPE(Basic)
  BasicKind basic = BasicKind::Invalid;
  uint16_t info = 0;
  std::string_view name;  ///< "byte" and "rune" have Basics of their own, identical to uint8 and int32
};
struct Array : Type {
  BURROW_TYPE(Array)
  int64_t len = 0;        ///< -1: unknown (invalid)
  Type* elem = nullptr;
};
struct Slice : Type {
  BURROW_TYPE(Slice)
  Type* elem = nullptr;
};
struct Struct : Type {
  BURROW_TYPE(Struct)
  List<Var*> fields;
  List<std::string_view> tags;  ///< empty, or as long as fields; unquoted
};
struct Pointer : Type {
  BURROW_TYPE(Pointer)
  Type* base = nullptr;
};
/// Parameter and result lists, and the type of multi-value expressions.
struct Tuple : Type {
  BURROW_TYPE(Tuple)
  List<Var*> vars;
};
struct TypeParam;
struct Signature : Type {
  BURROW_TYPE(Signature)
  List<TypeParam*> rparams;   ///< receiver type parameters (methods of generic types)
  List<TypeParam*> tparams;
  Scope* scope = nullptr;     ///< function scope, for the package's own functions
  Var* recv = nullptr;
  Tuple* params = nullptr;    ///< null or empty: none
  Tuple* results = nullptr;
  bool variadic = false;      ///< last parameter's type is then a Slice (or string for append's special case)
};
struct Term {
  bool tilde = false;
  Type* type = nullptr;
};
struct Union : Type {
  BURROW_TYPE(Union)
  List<Term*> terms;
};
struct Interface : Type {
  BURROW_TYPE(Interface)
  Checker* check = nullptr;        ///< while incomplete
  List<Func*> methods;             ///< explicitly declared, in source order
  List<Type*> embeddeds;
  List<Pos> embedPos;
  bool implicit = false;           ///< wraps a constraint literal: ~T, A|B
  bool complete = false;           ///< all fields are set up (the type set may still be computed lazily)
  TypeSet* tset = nullptr;
};
struct Map : Type {
  BURROW_TYPE(Map)
  Type* key = nullptr;
  Type* elem = nullptr;
};
struct Chan : Type {
  BURROW_TYPE(Chan)
  syntax::ChanDir dir = syntax::ChanDir::Both;
  Type* elem = nullptr;
};

struct Named;
/// Where an instantiated Named type comes from.
struct Instance {
  Named* orig = nullptr;
  List<Type*> targs;
  int expandedMethods = 0;
};
/// A defined type. Use the functions below for lazy parts.
struct Named : Type {
  BURROW_TYPE(Named)
  Checker* check = nullptr;
  TypeName* obj = nullptr;         ///< of the origin type for instances
  Type* fromRHS = nullptr;
  Type* underlying = nullptr;      ///< null until resolved; see under()
  List<TypeParam*> tparams;
  std::vector<Func*>* methods = nullptr;  ///< in declaration order; instances: same order as orig's, null if not expanded yet
  Instance* inst = nullptr;        ///< null unless instantiated
  enum class State : uint8_t { Unresolved, Loading, Resolved, Complete } state = State::Unresolved;
  void (*loader)(Named*) = nullptr;  ///< fills in a type that comes from a compiled package, when first needed
  uint64_t loaderData = 0;
};
struct TypeParam : Type {
  BURROW_TYPE(TypeParam)
  Checker* check = nullptr;
  uint64_t id = 0;                 ///< unique, for deterministic names
  TypeName* obj = nullptr;
  int index = -1;                  ///< in its list
  Type* bound = nullptr;           ///< the constraint
};
struct Alias : Type {
  BURROW_TYPE(Alias)
  TypeName* obj = nullptr;
  Alias* orig = nullptr;           ///< generic origin (itself if not instantiated)
  List<TypeParam*> tparams;
  List<Type*> targs;
  Type* fromRHS = nullptr;
  Type* actual = nullptr;          ///< null while being declared; see unalias()
};

// ---- Everyday questions (implemented in types/) -----------------------------------------------------

/// The type behind any chain of aliases.
Type* unalias(Type* t);
/// The underlying type (never Named or Alias; resolves lazily). TypeParam gives its constraint interface.
Type* under(Type* t);
template <class T>
T* underAs(Type* t) {
  return as<T>(under(t));
}
Named* asNamed(Type* t);  ///< after unalias; null if not Named. Resolves it.
/// Number of methods and the i-th method declared on a Named type (expanded for instances).
int numMethods(Named* n);
Func* method(Named* n, int i);
bool isTypeParam(Type* t);
bool hasTypeParams(Type* t);       ///< mentions a type parameter anywhere

/// The predeclared types, by kind; created once.
Basic* typ(BasicKind kind);
extern Type* const& universeByte;
extern Type* const& universeRune;
extern Type* const& universeError;
extern Type* const& universeAny;
extern Type* const& universeComparable;

}  // namespace burrow
