// Assignments and initializations of every kind.
#include "compiler/types/checker.h"

namespace burrow {

std::optional<Target> newTarget(Type* type, const std::function<std::string()>& desc) {
  if (type == nullptr) return std::nullopt;
  Signature* sig = underAs<Signature>(type);
  if (sig == nullptr) return std::nullopt;
  return Target{sig, desc()};
}

void Checker::assignment(Operand* x, Type* T, std::string_view what, const Expr* callee) {
  // Built for messages only.
  auto context = [&] { return callee ? std::string(what) + toString(callee) : std::string(what); };
  singleValue(x);
  switch (x->mode) {
    case Mode::Invalid:
      return;
    case Mode::NilValue:
    case Mode::Constant:
    case Mode::Variable:
    case Mode::MapIndex:
    case Mode::Value:
    case Mode::CommaOk:
    case Mode::CommaErr:
      break;
    default:
      errorf(x, "cannot assign %s to %s in %s", x, T, context());
      x->mode = Mode::Invalid;
      return;
  }

  if (isUntyped(x->type)) {
    Type* target = T;
    // Untyped values take their default type where no type, or an interface, is asked for.
    if (x->isNil()) {
      if (T == nullptr) {
        errorf(x, "use of untyped nil in %s", context());
        x->mode = Mode::Invalid;
        return;
      }
    } else if (T == nullptr || isNonTypeParamInterface(T)) {
      target = defaultType(x->type);
    }
    constant::Value val = nullptr;
    RepError why = RepError::None;
    Type* newType = implicitTypeAndValue(x, target, val, why);
    if (why != RepError::None) {
      std::string msg = sprintf("cannot use %s as %s value in %s", x, target, context());
      if (why == RepError::Truncated) msg += " (truncated)";
      if (why == RepError::NumericOverflow) msg += " (overflows)";
      error(x, msg);
      x->mode = Mode::Invalid;
      return;
    }
    if (val != nullptr) {
      x->val = val;
      updateExprVal(x->expr, val);
    }
    if (newType != x->type) {
      x->type = newType;
      updateExprType(x->expr, newType, false);
    }
  }

  // Generic functions must be instantiated first.
  if (Signature* sig = underAs<Signature>(x->type); sig && !sig->tparams.empty()) {
    errorf(x, "cannot use generic function %s without instantiation in %s", x, context());
    x->mode = Mode::Invalid;
    return;
  }
  if (T == nullptr) return;  // any value may be assigned to _

  std::string cause;
  if (assignableTo(x, T, &cause)) return;
  if (cause.empty()) {
    errorf(x, "cannot use %s as %s value in %s", x, T, context());
  } else {
    errorf(x, "cannot use %s as %s value in %s: %s", x, T, context(), cause);
  }
  x->mode = Mode::Invalid;
}

void Checker::initConst(Const* lhs, Operand* x) {
  auto invalidate = [lhs] {
    if (lhs->type == nullptr) lhs->type = burrow::typ(BasicKind::Invalid);
  };
  if (!x->valid() || !isValid(x->type) || (lhs->type != nullptr && !isValid(lhs->type))) {
    invalidate();
    return;
  }
  if (x->mode != Mode::Constant) {
    errorf(x, "%s is not constant", x);
    invalidate();
    return;
  }
  if (lhs->type == nullptr) lhs->type = x->type;
  assignment(x, lhs->type, "constant declaration");
  if (x->valid()) lhs->value = x->val;
}

void Checker::initVar(Var* lhs, Operand* x, std::string_view context) {
  if (!x->valid() || !isValid(x->type) || (lhs->type != nullptr && !isValid(lhs->type))) {
    if (lhs->type == nullptr) lhs->type = burrow::typ(BasicKind::Invalid);
    x->mode = Mode::Invalid;
    return;
  }
  if (lhs->type == nullptr) {
    Type* t = x->type;
    if (isUntyped(t)) {
      if (t == burrow::typ(BasicKind::UntypedNil)) {
        errorf(x, "use of untyped nil in %s", context);
        lhs->type = burrow::typ(BasicKind::Invalid);
        x->mode = Mode::Invalid;
        return;
      }
      t = defaultType(t);
    }
    lhs->type = t;
  }
  assignment(x, lhs->type, context);
}

// The type of an assignment's left side: null for _, Invalid after an error. A variable that is
// assigned to does not count as used.
Type* Checker::lhsVar(Expr* lhs) {
  Name* ident = as<Name>(unparen(lhs));
  if (ident != nullptr && ident->name == "_") {
    recordDef(ident, nullptr);
    return nullptr;
  }
  Var* v = nullptr;
  bool wasUsed = false;
  if (ident != nullptr) {
    v = as<Var>(lookup(ident->name));
    if (v != nullptr && v->pkg != pkg) v = nullptr;
    if (v != nullptr) wasUsed = v->used;
  }
  Operand x;
  expr(nullptr, &x, lhs);
  if (v != nullptr) v->used = wasUsed;
  if (!x.valid() || !isValid(x.type)) return burrow::typ(BasicKind::Invalid);
  if (x.mode == Mode::Variable || x.mode == Mode::MapIndex) return x.type;

  if (SelectorExpr* sel = as<SelectorExpr>(x.expr)) {
    Operand base;
    expr(nullptr, &base, sel->x);
    if (base.mode == Mode::MapIndex) {
      errorf(x, "cannot assign to struct field %s in map", x.expr);
      return burrow::typ(BasicKind::Invalid);
    }
  }
  errorf(x, "cannot assign to %s (neither addressable nor a map index expression)", x.expr);
  return burrow::typ(BasicKind::Invalid);
}

// lhs = rhs, or lhs = x if x (the value of rhs) is given.
void Checker::assignVar(Expr* lhs, Expr* rhs, Operand* x, std::string_view context) {
  Type* T = lhsVar(lhs);
  if (T != nullptr && !isValid(T)) {
    if (x != nullptr) {
      x->mode = Mode::Invalid;
    } else {
      use(rhs);
    }
    return;
  }
  Operand value;
  if (x == nullptr) {
    std::optional<Target> target = newTarget(T, [lhs] { return toString(lhs); });
    x = &value;
    expr(target ? &*target : nullptr, x, rhs);
  }
  if (T == nullptr && context == "assignment") context = "assignment to _ identifier";
  assignment(x, T, context);
}

// ---- Mismatches
// ----------------------------------------------------------------------------------

std::string Checker::typesSummary(const std::vector<Type*>& list, bool variadic, bool hasDots) {
  std::string summary = "(";
  for (size_t i = 0; i < list.size(); ++i) {
    Type* t = list[i];
    std::string s;
    if (t == nullptr || !isValid(t)) {
      s = "unknown type";
    } else if (isUntyped(t)) {
      // "number", as no particular type is meant.
      if (isNumeric(t)) {
        s = "number";
      } else {
        s = std::string(static_cast<Basic*>(unalias(t))->name.substr(sizeof "untyped " - 1));
      }
    } else {
      s = sprintf("%s", t);
    }
    if (i + 1 == list.size()) {
      if (variadic) {
        if (Slice* slice = as<Slice>(t)) s = sprintf("%s", slice->elem);
        s = "..." + s;
      } else if (hasDots) {
        s += "...";
      }
    }
    if (i > 0) summary += ", ";
    summary += s;
  }
  return summary + ")";
}

namespace {

std::string measure(size_t n, std::string_view unit) {
  std::string s = std::to_string(n) + " " + std::string(unit);
  return n == 1 ? s : s + "s";
}

bool isCallExpr(Expr* e) {
  return as<CallExpr>(unparen(e)) != nullptr;
}

}  // namespace

void Checker::assignError(List<Expr*> rhs, size_t l, size_t r) {
  std::string vars = measure(l, "variable"), vals = measure(r, "value");
  Expr* rhs0 = rhs[0];
  if (rhs.size() == 1) {
    if (CallExpr* call = as<CallExpr>(unparen(rhs0))) {
      errorf(rhs0, "assignment mismatch: %s but %s returns %s", vars, call->fun, vals);
      return;
    }
  }
  errorf(rhs0, "assignment mismatch: %s but %s", vars, vals);
}

void Checker::returnError(At at, const std::vector<Var*>& lhs, const std::vector<Operand*>& rhs) {
  size_t l = lhs.size(), r = rhs.size();
  std::string_view qualifier = "not enough";
  if (r > l) {
    at = rhs[l];
    qualifier = "too many";
  } else if (r > 0) {
    at = rhs[r - 1];
  }
  std::vector<Type*> have, want;
  for (Operand* x : rhs) have.push_back(x->type);
  for (Var* v : lhs) want.push_back(v->type);
  Error err(this);
  err.addf(at, "%s return values", qualifier);
  err.addf(Pos(), "have %s", typesSummary(have, false, false));
  err.addf(Pos(), "want %s", typesSummary(want, false, false));
  err.report();
}

// ---- Several at once
// -----------------------------------------------------------------------------

void Checker::initVars(const std::vector<Var*>& lhs, List<Expr*> origRhs, Stmt* returnStmt) {
  std::string_view context = returnStmt ? "return statement" : "assignment";
  size_t l = lhs.size(), r = origRhs.size();
  auto invalidateRest = [&lhs] {
    for (Var* v : lhs) {
      if (v->type == nullptr) v->type = burrow::typ(BasicKind::Invalid);
    }
  };

  // One value for each variable. (A single call is treated below, for better messages.)
  if (l == r && !(r == 1 && isCallExpr(origRhs[0]))) {
    for (size_t i = 0; i < l; ++i) {
      Var* v = lhs[i];
      Operand x;
      std::optional<Target> target = newTarget(v->type, [&] {
        return returnStmt && v->name.empty() ? std::string("result variable")
                                             : std::string(v->name);
      });
      expr(target ? &*target : nullptr, &x, origRhs[i]);
      initVar(v, &x, context);
    }
    return;
  }

  // Otherwise there must be one expression with several values.
  if (r != 1) {
    if (use(origRhs)) {
      if (returnStmt != nullptr) {
        std::vector<Operand*> rhs = exprList(origRhs);
        returnError(returnStmt, lhs, rhs);
      } else {
        assignError(origRhs, l, r);
      }
    }
    invalidateRest();
    return;
  }
  bool commaOk = false;
  std::vector<Operand*> rhs = multiExpr(origRhs[0], l == 2 && returnStmt == nullptr, commaOk);
  r = rhs.size();
  if (l == r) {
    for (size_t i = 0; i < l; ++i) initVar(lhs[i], rhs[i], context);
    if (commaOk && rhs[0]->valid() && rhs[1]->valid()) recordCommaOkTypes(origRhs[0], rhs);
    return;
  }
  if (rhs[0]->valid()) {
    if (returnStmt != nullptr) {
      returnError(returnStmt, lhs, rhs);
    } else {
      assignError(origRhs, l, r);
    }
  }
  invalidateRest();
}

void Checker::assignVars(List<Expr*> lhs, List<Expr*> origRhs) {
  size_t l = lhs.size(), r = origRhs.size();
  if (l == r && !(r == 1 && isCallExpr(origRhs[0]))) {
    for (size_t i = 0; i < l; ++i) assignVar(lhs[i], origRhs[i], nullptr, "assignment");
    return;
  }
  if (r != 1) {
    bool okLhs = useLHS(lhs);
    bool okRhs = use(origRhs);
    if (okLhs && okRhs) assignError(origRhs, l, r);
    return;
  }
  bool commaOk = false;
  std::vector<Operand*> rhs = multiExpr(origRhs[0], l == 2, commaOk);
  r = rhs.size();
  if (l == r) {
    for (size_t i = 0; i < l; ++i) assignVar(lhs[i], nullptr, rhs[i], "assignment");
    if (commaOk && rhs[0]->valid() && rhs[1]->valid()) recordCommaOkTypes(origRhs[0], rhs);
    return;
  }
  if (rhs[0]->valid()) assignError(origRhs, l, r);
  useLHS(lhs);
}

void Checker::shortVarDecl(Pos pos, List<Expr*> lhs, List<Expr*> rhs) {
  size_t top = delayed.size();
  Scope* scope = env.scope;
  std::vector<Var*> vars(lhs.size()), newVars;
  bool hasError = false;
  for (size_t i = 0; i < lhs.size(); ++i) {
    Name* ident = as<Name>(lhs[i]);
    if (ident == nullptr) {
      useLHS(List<Expr*>(&lhs[i], 1));
      errorf(lhs[i], "non-name %s on left side of :=", lhs[i]);
      hasError = true;
      continue;
    }
    std::string_view name = ident->name;
    if (name != "_") {
      bool repeated = false;
      for (size_t j = 0; j < i && !repeated; ++j) {
        Name* other = as<Name>(lhs[j]);
        repeated = other != nullptr && other->name == name;
      }
      if (repeated) {
        errorf(lhs[i], "%s repeated on left side of :=", lhs[i]);
        hasError = true;
        continue;
      }
    }
    // Only variables of this very scope are assigned to; all others are new.
    if (Object* alt = scope->lookupInterned(name)) {
      recordUse(ident, alt);
      vars[i] = as<Var>(alt);
      if (vars[i] == nullptr) {
        errorf(lhs[i], "cannot assign to %s", lhs[i]);
        hasError = true;
      }
      continue;
    }
    Var* v = newVar(arena, VarKind::Local, ident->pos, pkg, name, nullptr);
    vars[i] = v;
    if (name != "_") newVars.push_back(v);
    recordDef(ident, v);
  }
  for (size_t i = 0; i < vars.size(); ++i) {
    if (vars[i] != nullptr) continue;
    vars[i] = newVar(arena, VarKind::Local, lhs[i]->pos, pkg, intern("_"), nullptr);
  }

  initVars(vars, rhs, nullptr);
  processDelayed(top);  // function literals must not see the new names

  if (newVars.empty() && !hasError) {
    softErrorf(pos, "no new variables on left side of :=");
    return;
  }
  Pos scopePos = endPos(rhs.back());
  for (Var* v : newVars) declare(scope, nullptr, v, scopePos);
}

}  // namespace burrow
