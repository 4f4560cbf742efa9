// Code that cannot run, as far as gc's noder looks: it is not built at all, so it costs nothing to inline and takes part in no message.
// Conditions are known if they are constants, or && and || with an operand that decides.
#include "compiler/ir/func_builder.h"
#include "compiler/syntax/walk.h"

namespace burrow::ir {

using syntax::Operator;

namespace {

bool isConstant(const syntax::Expr* e) { return e->mode == syntax::Mode::Constant && e->value; }

syntax::Stmt* lastStmt(List<syntax::Stmt*> list) {
  for (size_t i = list.size(); i-- > 0;)
    if (list[i]->kind != syntax::Kind::EmptyStmt) return list[i];
  return nullptr;
}

bool isPanic(syntax::Expr* fun) {
  auto* name = syntax::as<syntax::Name>(syntax::unparen(fun));
  auto* b = name && name->mode == syntax::Mode::Builtin ? burrow::as<Builtin>(name->object) : nullptr;
  return b && b->id == BuiltinId::Panic;
}

/// x && y or x || y: `decides` is the sign of an operand that settles the whole.
int staticLogical(syntax::Expr*& e, syntax::Operation* o, int decides) {
  int x = staticBool(o->x);
  if (x == decides) {
    e = o->x;
    return x;
  }
  int y = staticBool(o->y);
  if (x != -decides && y != decides) return 0;
  if (isConstant(o->x)) e = o->y;
  return y;
}

}  // namespace

int staticBool(syntax::Expr*& e) {
  if (isConstant(e)) return constant::boolVal(e->value) ? 1 : -1;
  auto* o = syntax::as<syntax::Operation>(e);
  if (!o) return 0;
  switch (o->op) {
    case Operator::Not: return -staticBool(o->x);
    case Operator::AndAnd: return staticLogical(e, o, -1);
    case Operator::OrOr: return staticLogical(e, o, 1);
    default: return 0;
  }
}

bool FuncBuilder::terminates(syntax::Stmt* s) const {
  if (!s) return false;
  switch (s->kind) {
    case syntax::Kind::BranchStmt: {
      auto* b = static_cast<syntax::BranchStmt*>(s);
      return b->tok == syntax::Token::Goto || (b->tok != syntax::Token::Fallthrough && !isInside(b));  // out of a body: it returns
    }
    case syntax::Kind::ReturnStmt: return true;
    case syntax::Kind::ExprStmt: {
      auto* call = syntax::as<syntax::CallExpr>(syntax::unparen(static_cast<syntax::ExprStmt*>(s)->x));
      return call && isPanic(call->fun);
    }
    case syntax::Kind::IfStmt: {
      auto* i = static_cast<syntax::IfStmt*>(s);
      int known = staticBool(i->cond);
      return (known < 0 || terminates(i->then)) && (known > 0 || terminates(i->otherwise));
    }
    case syntax::Kind::BlockStmt: return terminates(lastStmt(static_cast<syntax::BlockStmt*>(s)->list));
    default: return false;
  }
}

bool endsInFallthrough(List<syntax::Stmt*> list) {
  syntax::Stmt* last = lastStmt(list);
  while (auto* l = last ? syntax::as<syntax::LabeledStmt>(last) : nullptr) last = l->stmt;
  auto* b = last ? syntax::as<syntax::BranchStmt>(last) : nullptr;
  return b && b->tok == syntax::Token::Fallthrough;
}

/// A constant tag among constant cases has one clause, or none, that it leads to.
void foldConstantSwitch(syntax::SwitchStmt* s, Arena& arena) {
  if (s->tag && !isConstant(s->tag)) return;
  const ConstantValue* tag = s->tag ? s->tag->value : constant::makeBool(true);
  syntax::CaseClause* target = nullptr;
  bool found = false;
  for (syntax::CaseClause* c : s->body) {
    if (found) break;
    if (!c->cases) target = c;
    if (!c->cases) continue;
    for (syntax::Expr* e : syntax::unpackList(c->cases)) {
      if (!isConstant(e)) return;
      if (!constant::compare(tag, Operator::Eql, e->value)) continue;
      target = c;
      found = true;
      break;
    }
  }
  if (target && endsInFallthrough(target->body)) return;
  s->tag = nullptr;
  s->body = {};
  if (!target) return;
  target->cases = nullptr;
  s->body = arena.list(std::vector<syntax::CaseClause*>{target});
}

}  // namespace burrow::ir
