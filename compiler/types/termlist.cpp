// Unions of terms. Lists are short, so the quadratic algorithms are the fast ones.
#include "compiler/types/generics.h"
#include "compiler/types/typeset.h"

namespace burrow {
namespace {

Term universeTerm;
Term* universeTerms[] = {&universeTerm};
const TermList universeList{universeTerms, 1};

}  // namespace

const TermList& allTerms = universeList;

bool termsEmpty(TermList l) {
  for (Term* t : l) {
    if (t) return false;
  }
  return true;
}

bool termsAll(TermList l) {
  for (Term* t : l) {
    if (t && !t->type) return true;
  }
  return false;
}

TermList termsNormal(TermList l) {
  std::vector<bool> used(l.size());
  std::vector<Term*> result;
  for (size_t i = 0; i < l.size(); ++i) {
    Term* x = l[i];
    if (!x || used[i]) continue;
    for (size_t j = i + 1; j < l.size(); ++j) {
      Term* y = l[j];
      if (!y || used[j]) continue;
      // Everything swallows the rest; disjoint terms stay apart; of equal types, ~T wins.
      if (!x->type || !y->type) return allTerms;
      if (termDisjoint(x, y)) continue;
      if (!x->tilde && y->tilde) x = y;
      used[j] = true;
    }
    result.push_back(x);
  }
  return typeArena().list(result);
}

TermList termsUnion(TermList x, TermList y) {
  std::vector<Term*> both(x.begin(), x.end());
  both.insert(both.end(), y.begin(), y.end());
  return termsNormal({both.data(), both.size()});
}

TermList termsIntersect(TermList x, TermList y) {
  if (termsEmpty(x) || termsEmpty(y)) return {};
  if (x.size() == 1 && !x[0]->type && y.size() == 1) return y;
  if (y.size() == 1 && !y[0]->type && x.size() == 1) return x;
  std::vector<Term*> result;
  for (Term* a : x) {
    for (Term* b : y) {
      if (Term* r = termIntersect(a, b)) result.push_back(r);
    }
  }
  return termsNormal({result.data(), result.size()});
}

bool termsSubsetOf(TermList x, TermList y) {
  if (termsEmpty(y)) return termsEmpty(x);
  for (Term* a : x) {
    bool found = false;
    for (Term* b : y) found = found || termSubsetOf(a, b);
    if (!found) return false;
  }
  return true;
}

bool termsEqual(TermList x, TermList y) {
  return termsSubsetOf(x, y) && termsSubsetOf(y, x);
}

}  // namespace burrow
