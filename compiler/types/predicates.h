// Questions about types that every later stage asks.
#pragma once

#include "compiler/types/object.h"

namespace burrow {

bool identical(Type* x, Type* y);
bool identicalIgnoreTags(Type* x, Type* y);
bool comparableType(Type* t);       ///< may be used with == (dynamic: interfaces count)
bool isInterface(Type* t);          ///< not for type parameters
bool isBoolean(Type* t), isNumeric(Type* t), isString(Type* t), isInteger(Type* t), isUnsigned(Type* t),
    isFloat(Type* t), isComplex(Type* t), isConstType(Type* t), isUntyped(Type* t);
bool hasNil(Type* t);
Type* defaultType(Type* t);         ///< of an untyped type; else t

/// gc/amd64 layout. Type parameters have no size: never ask.
int64_t sizeOf(Type* t);
int64_t alignOf(Type* t);
std::vector<int64_t> fieldOffsets(const Struct* s);

/// A method set entry: the method, and how to reach it from the receiver type.
struct Selection {
  Object* object = nullptr;        ///< Var (field) or Func (method); null: not found
  std::vector<int> path;           ///< field indices through embedded fields; last: field or method index
  bool indirect = false;           ///< a pointer was followed on the way
};
/// Field or method `name` of t, as selected from package `pkg` (for unexported names).
/// `addressable`: t may have its address taken. After Go's LookupFieldOrMethod.
Selection lookupFieldOrMethod(Type* t, bool addressable, Package* pkg, std::string_view name,
                              bool foldCase = false);
/// All methods callable on a value of type t (method set in the spec's sense: pointer-receiver ones
/// only if t is a pointer or they are reached through one), sorted by name, exported ones first, then
/// unexported ones by name and package path: the order of run-time method tables.
std::vector<Selection> methodSet(Type* t);
/// All methods of an interface, embedded ones included, in the same order.
std::vector<Func*> interfaceMethods(Interface* t);
bool implements(Type* t, Interface* iface);   ///< t's method set covers it; no constraint satisfaction

/// Named instances are shared through it: one for the process.
class InstanceContext;
InstanceContext& globalInstances();
/// orig[targs…] for a Named or Alias or Signature (then: the signature with its parameters replaced).
Type* instantiateType(Type* orig, List<Type*> targs);
/// Forgets all instances, and what ir keeps at predeclared types: see ir::forgetTypes.
void forgetTypes();

/// Types that Go code never allocates: internal/runtime/sys.NotInHeap and whatever holds it by value.
bool isNotInHeap(Type* t);

}  // namespace burrow
