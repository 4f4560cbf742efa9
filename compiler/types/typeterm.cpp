// Operations on one term of a type set. Two terms with types overlap only if their types (or
// underlying types, where the other has a tilde) are identical; so every operation is decided by
// one comparison.
#include "compiler/types/format.h"
#include "compiler/types/predicates.h"
#include "compiler/types/typeset.h"

namespace burrow {

bool termDisjoint(const Term* x, const Term* y) {
  Type* tx = y->tilde ? under(x->type) : x->type;
  Type* ty = x->tilde ? under(y->type) : y->type;
  return !identical(tx, ty);
}

bool termIncludes(const Term* x, Type* t) {
  if (!x) return false;
  if (!x->type) return true;
  return identical(x->type, x->tilde ? under(t) : t);
}

bool termSubsetOf(const Term* x, const Term* y) {
  if (!x) return true;
  if (!y) return false;
  if (!y->type) return true;
  if (!x->type) return false;
  return !termDisjoint(x, y) && (!x->tilde || y->tilde);
}

Term* termIntersect(Term* x, Term* y) {
  if (!x || !y) return nullptr;
  if (!x->type) return y;
  if (!y->type) return x;
  if (termDisjoint(x, y)) return nullptr;
  return !x->tilde || y->tilde ? x : y;
}

std::string termString(const Term* x) {
  if (!x) return "∅";
  if (!x->type) return "𝓤";
  return (x->tilde ? "~" : "") + typeText(x->type, {});
}

std::string termsString(TermList l) {
  std::string out;
  for (const Term* t : l) out += (out.empty() ? "" : " | ") + termString(t);
  return l.empty() ? "∅" : out;
}

}  // namespace burrow
