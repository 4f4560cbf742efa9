// Range clauses: over integers, strings, arrays, slices, maps, channels and functions.
#include "compiler/types/checker.h"

namespace burrow {

namespace {

struct RangeTypes {
  Type *key = nullptr, *val = nullptr;
  std::string cause;
  bool ok = false;
};

Type* arrayPtrDeref(Type* t) {
  if (Pointer* p = as<Pointer>(unalias(t))) {
    if (Array* a = underAs<Array>(p->base)) return a;
  }
  return t;
}

RangeTypes bad(std::string cause) {
  Type* invalid = typ(BasicKind::Invalid);
  return {invalid, invalid, std::move(cause), false};
}

RangeTypes rangeOverFunc(Checker* check, Signature* sig) {
  constexpr std::string_view kMustBe = "func must be func(yield func(...) bool): ";
  auto wrong = [&](std::string_view what) { return bad(std::string(kMustBe).append(what)); };
  if (!check->allowVersion(23)) return bad("requires go1.23 or later");
  if (tupleLen(sig->params) != 1) return wrong("wrong argument count");
  if (tupleLen(sig->results) != 0) return wrong("unexpected results");
  std::string cause;
  Type* u = commonUnder(check, sig->params->vars[0]->type, nullptr, &cause);
  Signature* yield = as<Signature>(u);
  if (yield == nullptr) {
    if (!cause.empty()) return wrong("in yield type, " + cause);
    return wrong("argument is not func");
  }
  if (tupleLen(yield->params) > 2) return wrong("yield func has too many parameters");
  bool one = tupleLen(yield->results) == 1;
  if (!one || !identical(yield->results->vars[0]->type, typ(BasicKind::Bool))) {
    if (one && isBoolean(yield->results->vars[0]->type)) {
      return wrong("yield func returns user-defined boolean, not bool");
    }
    return wrong("yield func does not return bool");
  }
  RangeTypes r;
  r.ok = true;
  if (tupleLen(yield->params) >= 1) r.key = yield->params->vars[0]->type;
  if (tupleLen(yield->params) >= 2) r.val = yield->params->vars[1]->type;
  return r;
}

/// What the iteration variables get when ranging over a value of type `orig`.
RangeTypes rangeKeyVal(Checker* check, Type* orig) {
  std::string cause;
  Type* rtyp = commonUnder(
      check, orig,
      [check](Type* t, Type* u, std::string* why) {
        Chan* ch = as<Chan>(u);
        if (ch == nullptr || ch->dir != ChanDir::SendOnly) return true;
        if (why) *why = check->sprintf("receive from send-only channel %s", t);
        return false;
      },
      &cause);
  if (rtyp == nullptr) return bad(std::move(cause));
  RangeTypes r;
  r.ok = true;
  Type* t = arrayPtrDeref(rtyp);
  switch (t->kind) {
    case TypeKind::Basic:
      if (isString(t)) {
        r.key = typ(BasicKind::Int);
        r.val = universeRune;
        return r;
      }
      if (isInteger(t)) {
        if (!check->allowVersion(22)) return bad("requires go1.22 or later");
        r.key = orig;
        return r;
      }
      break;
    case TypeKind::Array:
      r.key = typ(BasicKind::Int);
      r.val = static_cast<Array*>(t)->elem;
      return r;
    case TypeKind::Slice:
      r.key = typ(BasicKind::Int);
      r.val = static_cast<Slice*>(t)->elem;
      return r;
    case TypeKind::Map:
      r.key = static_cast<Map*>(t)->key;
      r.val = static_cast<Map*>(t)->elem;
      return r;
    case TypeKind::Chan:
      r.key = static_cast<Chan*>(t)->elem;
      return r;
    case TypeKind::Signature:
      return rangeOverFunc(check, static_cast<Signature*>(t));
    default:
      break;
  }
  r.ok = false;
  return r;
}

}  // namespace

void Checker::rangeDefine(ForStmt* s, Expr* (&lhs)[2], Type* (&rhs)[2], Operand* x, bool overInt) {
  std::vector<Var*> vars;
  for (int i = 0; i < 2; ++i) {
    if (lhs[i] == nullptr) continue;
    Var* obj;
    if (Name* ident = as<Name>(lhs[i])) {
      obj = newVar(arena, VarKind::Local, ident->pos, pkg, ident->name, nullptr);
      recordDef(ident, obj);
      if (ident->name != "_") vars.push_back(obj);
    } else {
      errorf(lhs[i], "invalid syntax tree: cannot declare %s", lhs[i]);
      obj = newVar(arena, VarKind::Local, lhs[i]->pos, pkg, intern("_"), nullptr);
    }
    Type* t = rhs[i];
    if (t == nullptr || t == burrow::typ(BasicKind::Invalid)) {
      obj->type = burrow::typ(BasicKind::Invalid);
      obj->used = true;
      continue;
    }
    if (overInt) {
      initVar(obj, x, "range clause");
    } else {
      Operand y;
      y.mode = Mode::Value;
      y.expr = lhs[i];  // there is no better one
      y.type = t;
      initVar(obj, &y, "assignment");
    }
  }
  if (vars.empty()) {
    error(s, "no new variables on left side of :=");
    return;
  }
  for (Var* obj : vars) declare(env.scope, nullptr, obj, s->body->pos);
}

void Checker::rangeAssign(Expr* (&lhs)[2], Type* (&rhs)[2], Operand* x, bool overInt) {
  for (int i = 0; i < 2; ++i) {
    Type* t = rhs[i];
    if (lhs[i] == nullptr || t == nullptr || t == burrow::typ(BasicKind::Invalid)) continue;
    if (overInt) {
      assignVar(lhs[i], nullptr, x, "range clause");
      // An untyped x has the variable's type now, which must be an integer type.
      if (x->valid() && !isInteger(x->type)) {
        softErrorf(lhs[i], "cannot use iteration variable of type %s", x->type);
      }
    } else {
      Operand y;
      y.mode = Mode::Value;
      y.expr = lhs[i];
      y.type = t;
      assignVar(lhs[i], nullptr, &y, "assignment");
    }
  }
}

void Checker::rangeStmt(StmtContext inner, ForStmt* s, RangeClause* rclause) {
  Expr* lhs[2] = {rclause->lhs, nullptr};
  Expr* extra = nullptr;
  if (ListExpr* l = as<ListExpr>(lhs[0])) {
    if (l->elems.size() < 2) {
      error(s, "invalid syntax tree: invalid lhs in range clause");
      return;
    }
    lhs[0] = l->elems[0];
    lhs[1] = l->elems[1];
    if (l->elems.size() > 2) extra = l->elems[2];
  }

  Operand x;
  Expr* rangeVar = rclause->x;
  env.hasCallOrRecv = false;
  expr(nullptr, &x, rangeVar);
  if (x.valid() && lhs[1] == nullptr && !env.hasCallOrRecv) {
    // Only the length matters, and it is constant: the expression is not evaluated.
    if (Array* a = as<Array>(arrayPtrDeref(under(x.type)))) {
      while (ParenExpr* p = as<ParenExpr>(rangeVar)) rangeVar = p->x;
      Operand length;
      length.mode = Mode::Constant;
      length.expr = rangeVar;
      length.type = burrow::typ(BasicKind::Int);
      length.val = constant::makeInt64(a->len);
      record(&length);
    }
  }

  Type* rhs[2] = {nullptr, nullptr};
  if (x.valid()) {
    RangeTypes r = rangeKeyVal(this, x.type);
    if (!r.ok && !r.cause.empty()) {
      softErrorf(x, "cannot range over %s: %s", x, r.cause);
    } else if (!r.ok) {
      softErrorf(x, "cannot range over %s", x);
    } else if (r.key == nullptr && lhs[0] != nullptr) {
      softErrorf(lhs[0], "range over %s permits no iteration variables", x);
    } else if (r.val == nullptr && lhs[1] != nullptr) {
      softErrorf(lhs[1], "range over %s permits only one iteration variable", x);
    } else if (extra != nullptr) {
      softErrorf(extra, "range clause permits at most two iteration variables");
    }
    rhs[0] = r.key;
    rhs[1] = r.val;
  }

  // The variables' scope does not include the range clause itself.
  openScope(s);
  bool overInt = x.type != nullptr && isInteger(x.type);
  if (rclause->def) {
    rangeDefine(s, lhs, rhs, &x, overInt);
  } else if (lhs[0] != nullptr) {
    rangeAssign(lhs, rhs, &x, overInt);
  } else if (overInt) {
    assignment(&x, nullptr, "range clause");  // an untyped x gets its default type
  }
  stmt(inner, s->body);
  closeScope();
}

}  // namespace burrow
