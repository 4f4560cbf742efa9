// Unions A|~B|C of constraints: from syntax to Union, and their validity.
#include "compiler/types/checker.h"

namespace burrow {
namespace {

constexpr size_t kMaxTerms = 100;

/// The operations (from left to right) and operands of A|B|C.
void flattenUnion(Expr* x, std::vector<Operation*>& operations, std::vector<Expr*>& operands) {
  auto* o = syntax::as<Operation>(x);
  if (o && o->op == Operator::Or && o->y) {
    flattenUnion(o->x, operations, operands);
    operations.push_back(o);
    x = o->y;
  }
  operands.push_back(x);
}

/// Index of a term that shares types with `y`, or -1. Interface terms are not subject to the rule.
int overlappingTerm(List<Term*> terms, const Term* y) {
  for (size_t i = 0; i < terms.size(); ++i) {
    if (isNonTypeParamInterface(terms[i]->type) || !isValid(terms[i]->type)) continue;
    if (!termDisjoint(terms[i], y)) return static_cast<int>(i);
  }
  return -1;
}

void checkTerms(Checker* check, List<Term*> terms, const std::vector<Expr*>& operands) {
  for (size_t i = 0; i < terms.size(); ++i) {
    Term* t = terms[i];
    if (!isValid(t->type)) continue;
    Type* u = under(t->type);
    auto* f = as<Interface>(u);
    if (t->tilde) {
      if (f) {
        check->errorf(operands[i], "invalid use of ~ (%s is an interface)", t->type);
        continue;
      }
      if (!identical(u, t->type)) {
        check->errorf(operands[i], "invalid use of ~ (underlying type of %s is %s)", t->type, u);
        continue;
      }
    }
    if (f) {
      // There are at least two terms here: a lone embedded interface is no union.
      TypeSet* set = typeSetOf(f);
      if (!set->methods.empty()) {
        check->errorf(operands[i], "cannot use %s in union (%s contains methods)", t, t);
      } else if (t->type == universeComparable) {
        check->error(operands[i], "cannot use comparable in union");
      } else if (set->comparable) {
        check->errorf(operands[i], "cannot use %s in union (%s embeds comparable)", t, t);
      }
      continue;
    }
    if (int j = overlappingTerm(terms.first(i), t); j >= 0) {
      check->softErrorf(operands[i], "overlapping terms %s and %s", t,
                        terms[static_cast<size_t>(j)]);
    }
  }
}

}  // namespace

Type* Checker::parseUnion(Expr* uexpr) {
  std::vector<Operation*> operations;
  std::vector<Expr*> operands;
  flattenUnion(uexpr, operations, operands);
  std::vector<Term*> terms;
  std::vector<Union*> unions;  // one for each operation: they share a prefix of the terms
  bool tooMany = false;
  for (size_t i = 0; i < operands.size(); ++i) {
    Term* term = parseTilde(operands[i]);
    if (operands.size() == 1 && !term->tilde) return term->type;
    if (terms.size() < kMaxTerms) {
      terms.push_back(term);
    } else if (!tooMany) {
      errorf(operands[i], "cannot handle more than %d union terms (implementation limitation)",
             static_cast<int>(kMaxTerms));
      tooMany = true;
    }
  }
  List<Term*> all = arena.list(terms);
  Type* result = nullptr;
  for (size_t i = 0; i < operands.size(); ++i) {
    if (i < kMaxTerms) {
      auto* u = arena.make<Union>();
      u->terms = all.first(i + 1);
      result = u;
    } else {
      result = burrow::typ(BasicKind::Invalid);
    }
    if (i > 0) recordTypeAndValue(operations[i - 1], Mode::Type, result, nullptr);
  }
  if (!isValid(result)) return result;
  later([this, all, operands] { checkTerms(this, all, operands); });
  return result;
}

Term* Checker::parseTilde(Expr* tx) {
  Expr* x = tx;
  auto* op = syntax::as<Operation>(x);
  bool tilde = op && op->op == Operator::Tilde && !op->y;
  if (tilde) x = op->x;
  Type* t = typ(x);
  if (isTypeParam(t)) {
    if (tilde) {
      errorf(x, "type in term %s cannot be a type parameter", tx);
    } else {
      error(x, "term cannot be a type parameter");
    }
    t = burrow::typ(BasicKind::Invalid);
  }
  auto* term = arena.make<Term>();
  term->tilde = tilde;
  term->type = t;
  if (tilde) {
    auto* u = arena.make<Union>();
    u->terms = arena.list(std::vector<Term*>{term});
    recordTypeAndValue(tx, Mode::Type, u, nullptr);
  }
  return term;
}

}  // namespace burrow
