// What the checker finds out is written into the trees, for the stages that follow.
#include "compiler/types/checker.h"

namespace burrow {

void Checker::record(Operand* x) {
  BURROW_DCHECK(x->expr != nullptr);
  Type* type = x->type;
  constant::Value val = nullptr;
  switch (x->mode) {
    case Mode::Invalid:
      type = burrow::typ(BasicKind::Invalid);
      break;
    case Mode::NoValue:
      type = nullptr;
      break;
    case Mode::Constant:
      val = x->val;
      break;
    default:
      break;
  }
  if (type != nullptr && isUntyped(type)) {
    // The type is settled by a later use, or at the end.
    rememberUntyped(x->expr, false, x->mode, static_cast<Basic*>(unalias(type)), val);
  } else {
    recordTypeAndValue(x->expr, x->mode, type, val);
  }
}

void Checker::rememberUntyped(Expr* e, bool lhs, Mode mode, Basic* type, constant::Value val) {
  if (!e->untyped) untyped.push_back(e);
  e->untyped = true;
  e->untypedLhs = lhs;
  e->mode = mode;
  e->type = type;
  e->value = val;
}

void Checker::recordUntyped() {
  // What no use has given a type (conditions, parts of constant expressions) gets its default type.
  for (Expr* e : untyped) {
    if (!e->untyped) continue;
    e->untyped = e->untypedLhs = false;
    e->type = defaultType(e->type);
  }
  untyped.clear();
}

void Checker::recordTypeAndValue(Expr* x, Mode mode, Type* type, constant::Value val) {
  if (mode == Mode::Invalid) return;
  x->untyped = false;
  x->mode = mode;
  x->type = type;
  x->value = val;
}

void Checker::recordBuiltinType(Expr* f, Signature* sig) {
  // f is the possibly parenthesized, possibly qualified name of the built-in function.
  for (;;) {
    recordTypeAndValue(f, Mode::Builtin, sig, nullptr);
    ParenExpr* p = as<ParenExpr>(f);
    if (p == nullptr) return;
    f = p->x;
  }
}

void Checker::recordCommaOkTypes(Expr* x, const std::vector<Operand*>& a) {
  BURROW_DCHECK(a.size() == 2);
  if (!a[0]->valid()) return;
  Var* v0 = newVar(arena, VarKind::Local, x->pos, pkg, {}, a[0]->type);
  Var* v1 = newVar(arena, VarKind::Local, x->pos, pkg, {}, a[1]->type);
  Tuple* pair = newTuple(arena, {v0, v1});
  while (x != nullptr) {
    x->type = pair;
    x->commaOk = true;
    ParenExpr* p = as<ParenExpr>(x);
    x = p ? p->x : nullptr;
  }
}

void Checker::recordInstance(Expr* expr, List<Type*> targs, Type* type) {
  if (IndexExpr* e = as<IndexExpr>(expr)) expr = e->x;
  Name* name = as<Name>(expr);
  if (SelectorExpr* e = as<SelectorExpr>(expr)) name = e->sel;
  if (name == nullptr) return;
  name->targs = targs;
}

void Checker::recordDef(Name* id, Object* obj) {
  id->object = obj;
}
void Checker::recordUse(Name* id, Object* obj) {
  id->object = obj;
}

void Checker::recordImplicit(Node* node, Object* obj) {
  if (CaseClause* c = as<CaseClause>(node)) c->implicit = obj;
}

void Checker::recordSelection(SelectorExpr* x, SelectionKind kind, Type* recv, Object* obj,
                              const std::vector<int>& index, bool indirect) {
  recordUse(x->sel, obj);
  x->selection = kind;
  x->recv = recv;
  x->path = arena.list(index);
  x->indirect = indirect;
}

}  // namespace burrow
