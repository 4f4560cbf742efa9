// The types that a type is made of.
#pragma once

#include "compiler/types/checker.h"

namespace burrow {

/// Whether f holds for a part of t: elements, keys, fields, parameters and results, terms, the type arguments of a Named. Interfaces have
/// none here: some ask for what they embed, some for their type sets. Stops at the first part; parts may be null.
template <class F>
bool anyPart(Type* t, F f) {
  auto vars = [&](List<Var*> list) {
    for (Var* v : list)
      if (f(v->type)) return true;
    return false;
  };
  switch (t->kind) {
    case TypeKind::Array: return f(static_cast<Array*>(t)->elem);
    case TypeKind::Slice: return f(static_cast<Slice*>(t)->elem);
    case TypeKind::Pointer: return f(static_cast<Pointer*>(t)->base);
    case TypeKind::Chan: return f(static_cast<Chan*>(t)->elem);
    case TypeKind::Map: return f(static_cast<Map*>(t)->key) || f(static_cast<Map*>(t)->elem);
    case TypeKind::Struct: return vars(static_cast<Struct*>(t)->fields);
    case TypeKind::Tuple: return vars(static_cast<Tuple*>(t)->vars);
    case TypeKind::Signature: return f(static_cast<Signature*>(t)->params) || f(static_cast<Signature*>(t)->results);
    case TypeKind::Union:
      for (Term* x : static_cast<Union*>(t)->terms)
        if (f(x->type)) return true;
      return false;
    case TypeKind::Named:
      for (Type* a : typeArgs(static_cast<Named*>(t)))
        if (f(a)) return true;
      return false;
    default: return false;
  }
}

template <class F>
void forEachPart(Type* t, F f) {
  anyPart(t, [&](Type* part) {
    f(part);
    return false;
  });
}

}  // namespace burrow
