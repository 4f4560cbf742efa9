// Type sets: what an interface allows, as methods and a union of type terms. Internal to types/.
#pragma once

#include <string>

#include "compiler/types/object.h"

namespace burrow {

class Checker;

// ---- Terms
// --------------------------------------------------------------------------------------- A Term*
// describes an elementary set of types: null is the empty set, a Term without a type the set of all
// types, {false, T} just T, and {true, t} every type whose underlying type is t.

/// The union of its terms; in normal form they are disjoint. Terms are shared and never modified.
using TermList = List<Term*>;

/// The list of one term that stands for all types.
extern const TermList& allTerms;

bool termIncludes(const Term* x, Type* t);
bool termSubsetOf(const Term* x, const Term* y);
bool termDisjoint(const Term* x, const Term* y);  ///< both with a type
Term* termIntersect(Term* x, Term* y);
/// As in messages; packages appear by path.
std::string termString(const Term* x);
std::string termsString(TermList l);

bool termsAll(TermList l);
bool termsEmpty(TermList l);
TermList termsNormal(TermList l);
TermList termsUnion(TermList x, TermList y);
TermList termsIntersect(TermList x, TermList y);
bool termsEqual(TermList x, TermList y);
bool termsSubsetOf(TermList x, TermList y);

// ---- Type sets
// -----------------------------------------------------------------------------------

/// The methods and terms are independent: a type is in the set if it has the methods, is in one of
/// the terms and, if `comparable` (which implies that the terms are all types), is comparable.
struct TypeSet {
  List<Func*> methods;  ///< sorted: exported first, then by name, then by package path
  TermList terms;
  bool comparable = false;

  bool isEmpty() const { return termsEmpty(terms); }
  bool isMethodSet() const { return !comparable && termsAll(terms); }
  bool isAll() const { return methods.empty() && isMethodSet(); }
  bool hasTerms() const { return !termsEmpty(terms) && !termsAll(terms); }
  bool subsetOf(const TypeSet& other) const { return termsSubsetOf(terms, other.terms); }
  /// Whether each type of the set is strictly comparable.
  bool isComparable() const;
  /// The method of that name as seen from `pkg`, and its index; null if there is none.
  Func* lookupMethod(const Package* pkg, std::string_view name, bool foldCase,
                     int* index = nullptr) const;

  /// Calls f(type, underlying) for each specific type until it returns false; f(null, null) once if
  /// there are none. Returns whether all calls returned true.
  template <class F>
  bool all(F&& f) const {
    if (!hasTerms()) return f(static_cast<Type*>(nullptr), static_cast<Type*>(nullptr));
    for (Term* t : terms) {
      if (!f(t->type, t->tilde ? unalias(t->type) : under(t->type))) return false;
    }
    return true;
  }
  /// The same with the terms; f(null) if there are no specific types.
  template <class F>
  bool is(F&& f) const {
    if (!hasTerms()) return f(static_cast<Term*>(nullptr));
    for (Term* t : terms) {
      if (!f(t)) return false;
    }
    return true;
  }
};

/// The type set of all types (that of `any`).
extern TypeSet& topTypeSet;

/// Computes (once) and returns the type set of `t`; errors go to `check` unless it is null. While t
/// is incomplete the answer is the set of all types, and nothing is remembered.
TypeSet* computeInterfaceTypeSet(Checker* check, Pos pos, Interface* t);
TypeSet* typeSetOf(Interface* t);
inline bool isEmptyInterface(Interface* t) {
  return typeSetOf(t)->isAll();
}
Interface* emptyInterface();

/// Exported names first, then by name, then (unexported) by package path: below, equal or above
/// zero.
int compareObjects(const Object* a, const Object* b);
void sortMethods(List<Func*> methods);

/// The interface of a type parameter's constraint; wraps constraints that are not interfaces.
Interface* constraintInterface(TypeParam* p);
inline TypeSet* typeSetOf(TypeParam* p) {
  return typeSetOf(constraintInterface(p));
}

/// Calls f(type, underlying) for each type in t's type set if t is a type parameter (null, null if
/// it has no specific types), else once for t. Returns whether all calls returned true.
template <class F>
bool forAllTypes(Type* t, F&& f) {
  if (auto* p = as<TypeParam>(unalias(t))) return typeSetOf(p)->all(f);
  return f(t, under(t));
}
/// The same with underlying types only.
template <class F>
bool underIs(Type* t, F&& f) {
  return forAllTypes(t, [&](Type*, Type* u) { return f(u); });
}

}  // namespace burrow
