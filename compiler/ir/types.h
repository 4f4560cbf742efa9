// Canonical concrete types and what the back half of the compiler knows about each.
#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/types/predicates.h"

namespace burrow::ir {

/// How values of a type sit in frame slots.
enum class Shape : uint8_t {
  Empty,    ///< no size
  I8, I16, I32, I64, U8, U16, U32, U64, F32, F64,  ///< one slot, scalar, kept extended (bool is U8; uintptr U64)
  Ptr,      ///< one slot, a pointer: *T, map, chan, func, unsafe.Pointer
  String,   ///< ptr, scalar
  Slice,    ///< ptr, scalar, scalar
  Iface,    ///< ptr, ptr (both kinds of interface)
  C64,      ///< one slot, two float32
  C128,     ///< two slots
  Memory,   ///< struct or array in memory layout, ceil(size/8) slots. (A struct or array of one 8-byte pointer is Memory too.)
};

struct TypeInfo {
  Type* type = nullptr;           ///< the canonical one
  Shape shape = Shape::Empty;
  uint64_t size = 0, ptrBytes = 0;
  uint32_t align = 1, slots = 0;
  std::vector<bool> ptrs;         ///< one bit a word up to ptrBytes / 8 (types beyond 16 MiB: see ptrElem)
  uint64_t firstPtrs = 0;         ///< the first 64 of them
  std::vector<int64_t> offsets;   ///< struct fields
  std::string linkName;           ///< unique name with full package paths: "*net/http.Client"; the symbol is "type:" + linkName
  std::string text;               ///< as reflect's String(): package names only
  bool boxed = false;             ///< too big for frames (kMaxFrameValue): a value's one slot points to a copy of it
  bool unmanaged = false;         ///< a pointer to what is not in the heap: a mere number to stack maps
  bool direct = false;            ///< stored directly in an interface's data word
  bool comparable = false;
  bool regularMemory = false;     ///< == is memory equality
  bool hasPointers() const { return ptrBytes != 0; }
  uint32_t refUnit = 0, ref = 0;  ///< codegen's: the descriptor's reference in the unit of that number
  bool laidOut = false;
  /// Types made of this one, and what it stands for, once somebody asked.
  Type *pointer = nullptr, *slice = nullptr, *underlying = nullptr;
  const std::vector<burrow::Func*>* methods = nullptr;  ///< interfaces: in table order
};

/// What type parameters, and types declared inside a generic function, stand for in one instance of it.
struct TypeEnv {
  List<TypeParam*> params;
  List<Type*> args;                                ///< canonical
  std::unordered_map<Named*, Named*> locals;       ///< declared in the function → this instance's own
  std::string instance;                            ///< symbol of the instance: "pkg.F[int]"
  TypeEnv* outer = nullptr;
  TypeEnv* shapes = nullptr;                       ///< the same with what messages show for the arguments (shapesOf)
};

/// gc compiles one instance for all types of a shape: what it calls an argument of parameter p, "go.shape.int". That is the underlying type,
/// and any pointer where the constraint speaks of methods only.
std::string shapeName(Type* t, TypeParam* p);
/// The environment with types named by their shapes in place of the arguments. These are for messages: no values have them.
TypeEnv* shapesOf(TypeEnv* env);

Type* findCanon(Type* t, TypeEnv* env);
/// The canonical representative of t (identical types give the same pointer), with type parameters replaced.
inline Type* canon(Type* t, TypeEnv* env = nullptr) {
  return t->lowered && !env ? static_cast<TypeInfo*>(t->lowered)->type : findCanon(t, env);
}
/// Some type is larger than 64 KiB: frames may be too large (checkFrame).
extern bool sawLargeType;
TypeInfo& layOut(Type* t);
/// Facts about a canonical type, computed once.
inline TypeInfo& info(Type* t) {
  auto* i = static_cast<TypeInfo*>(t->lowered);
  return i && i->laidOut ? *i : layOut(t);
}
Type* findUnderlying(Type* t);
/// The canonical underlying type.
inline Type* underlying(Type* t) {
  auto* i = static_cast<TypeInfo*>(t->lowered);
  return i && i->underlying ? i->underlying : findUnderlying(t);
}
template <class T>
T* underlyingAs(Type* t) {
  return burrow::as<T>(underlying(t));
}
Type* pointerTo(Type* elem);
Type* sliceOf(Type* elem);
Type* arrayOf(Type* elem, int64_t len);
Type* mapOf(Type* key, Type* elem);
Type* funcType(const std::vector<Type*>& params, const std::vector<Type*>& results, bool variadic = false);
/// The func type of a signature, with `recv` (null: nothing) as its first parameter.
Type* funcTypeOf(Signature* sig, Type* recv, TypeEnv* env = nullptr);
Type* tupleOf(const std::vector<Type*>& types);
Type* emptyInterface();
/// All methods of a canonical interface type, in table order.
const std::vector<burrow::Func*>& interfaceMethodsOf(Type* iface);
bool isEmptyInterface(Type* t);

/// Forgets all canonical types, so that the next program of this process may have other types of the same names. Nothing that was made
/// before may be used after.
void forgetTypes();

}  // namespace burrow::ir
