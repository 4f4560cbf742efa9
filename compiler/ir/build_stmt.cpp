// Statements without control flow: assignments, declarations, go, defer, return.
#include "compiler/ir/func_builder.h"
#include "compiler/syntax/walk.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

using syntax::Operator;

namespace {

bool isBlank(const syntax::Expr* e) {
  while (auto* p = syntax::as<const syntax::ParenExpr>(e)) e = p->x;
  auto* n = syntax::as<const syntax::Name>(e);
  return n && n->name == "_";
}

Op assignOpOf(Operator op) {
  switch (op) {
    case Operator::Add: return Op::Add;
    case Operator::Sub: return Op::Sub;
    case Operator::Mul: return Op::Mul;
    case Operator::Div: return Op::Div;
    case Operator::Rem: return Op::Rem;
    case Operator::And: return Op::And;
    case Operator::Or: return Op::Or;
    case Operator::Xor: return Op::Xor;
    case Operator::AndNot: return Op::AndNot;
    case Operator::Shl: return Op::Shl;
    case Operator::Shr: return Op::Shr;
    default: BURROW_UNREACHABLE();
  }
}

List<syntax::Expr*> listOf(syntax::Expr*& e) { return syntax::unpackList(e); }

bool isTuple(const syntax::Expr* e) { return e->type && unalias(e->type)->kind == TypeKind::Tuple; }

}  // namespace

List<Node*> FuncBuilder::block(List<syntax::Stmt*> list) {
  std::vector<Node*> out;
  for (syntax::Stmt* s : list) stmt(s, out);
  return unit_.arena().list(out);
}

List<Node*> FuncBuilder::block(syntax::BlockStmt* b) { return b ? block(b->list) : List<Node*>(); }

Node* FuncBuilder::exprStmt(Node* n) {
  // Calls with preparations run them as statements.
  switch (n->op) {
    case Op::Panic: case Op::Print: case Op::Delete: case Op::Clear: case Op::Close: return n;
    default: return unary(Op::ExprStmt, n->pos, nullptr, n);
  }
}

void FuncBuilder::pushExprStmt(Node* n, std::vector<Node*>& out) {
  if (n->op == Op::Init) {
    out.insert(out.end(), n->list.begin(), n->list.end());
    n = n->x;
  }
  out.push_back(exprStmt(n));
}

void FuncBuilder::noteAssigned(Node* target) {
  // Only whole variables count: a write to a part goes through the variable all the same.
  Node* x = target;
  while (x->op == Op::Dot || x->op == Op::Paren || (x->op == Op::Index && underlyingAs<Array>(x->x->type))) x = x->x;
  if (x->op != Op::Name) return;
  for (Name* n = x->name; n; n = n->outer) n->reassigned = true;
}

Node* FuncBuilder::target(syntax::Expr* e) {
  if (isBlank(e)) return nullptr;
  Node* n = expr(e);
  noteAssigned(n);
  return n;
}

void FuncBuilder::stmt(syntax::Stmt* s, std::vector<Node*>& out) {
  switch (s->kind) {
    case syntax::Kind::EmptyStmt: return;
    case syntax::Kind::ExprStmt: return pushExprStmt(expr(static_cast<syntax::ExprStmt*>(s)->x), out);
    case syntax::Kind::SendStmt: {
      auto* send = static_cast<syntax::SendStmt*>(s);
      Node* c = expr(send->chan);
      out.push_back(binary(Op::Send, s->pos, nullptr, c, exprTo(send->value, canon(underlyingAs<Chan>(c->type)->elem))));
      return;
    }
    case syntax::Kind::DeclStmt:
      for (syntax::Decl* d : static_cast<syntax::DeclStmt*>(s)->decls)
        if (auto* v = syntax::as<syntax::VarDecl>(d)) varDecl(v, out);
      return;
    case syntax::Kind::AssignStmt: return assign(static_cast<syntax::AssignStmt*>(s), out);
    case syntax::Kind::CallStmt: return goOrDefer(static_cast<syntax::CallStmt*>(s), out);
    case syntax::Kind::ReturnStmt: return returnStmt(static_cast<syntax::ReturnStmt*>(s), out);
    default: return control(s, out);
  }
}

void FuncBuilder::declareNew(List<syntax::Expr*> names, std::vector<Node*>& out, bool emit) {
  for (syntax::Expr* e : names) {
    auto* n = syntax::as<syntax::Name>(e);
    if (!n || n->name == "_" || !n->object || vars_.count(n->object) || n->object->pos != n->pos) continue;
    Node* d = node(Op::Declare, n->pos);
    d->name = declare(n->object);
    if (emit) out.push_back(d);
  }
}

void FuncBuilder::varDecl(syntax::VarDecl* v, std::vector<Node*>& out) {
  std::vector<syntax::Expr*> names(v->names.begin(), v->names.end());
  assignList({names.data(), names.size()}, v->values ? listOf(v->values) : List<syntax::Expr*>(), true, v->pos, out);
}

void FuncBuilder::assign(syntax::AssignStmt* s, std::vector<Node*>& out) {
  if (s->op != Operator::None && s->op != Operator::Def) {
    Node* x = expr(s->lhs);
    noteAssigned(x);
    bool shift = s->op == Operator::Shl || s->op == Operator::Shr;
    Node* y = !s->rhs ? nullptr
              : shift ? (s->rhs->mode == syntax::Mode::Constant && s->rhs->value ? literal(constant::toInt(s->rhs->value), canon(typ(BasicKind::Uint)), s->rhs->pos) : expr(s->rhs))
                      : exprTo(s->rhs, x->type);
    if (!y) y = intLiteral(1, x->type, s->pos);
    Node* n = binary(Op::AssignOp, s->pos, nullptr, x, y);
    n->assignOp = assignOpOf(s->op);
    n->implicit = !s->rhs;
    out.push_back(n);
    return;
  }
  assignList(listOf(s->lhs), s->rhs ? listOf(s->rhs) : List<syntax::Expr*>(), s->op == Operator::Def, s->pos, out);
}

void FuncBuilder::assignList(List<syntax::Expr*> lhs, List<syntax::Expr*> rhs, bool def, Pos pos, std::vector<Node*>& out) {
  if (rhs.empty()) return declareNew(lhs, out, true);
  if (rhs.size() == 1 && (lhs.size() > 1 || isTuple(rhs[0]))) return assignMulti(lhs, rhs[0], def, pos, out);
  if (lhs.size() == 1) {
    // The value is built before the variable exists: x := x refers to the outer one.
    if (isBlank(lhs[0])) {
      Node* v = expr(rhs[0]);
      out.push_back(assignStmt(nullptr, v, pos));
      return;
    }
    auto* name = syntax::as<syntax::Name>(lhs[0]);
    bool isNew = def && name && name->object && !vars_.count(name->object) && name->object->pos == name->pos;
    if (isNew) {
      Node* v = exprTo(rhs[0], type(name->object->type));
      Name* n = declare(name->object);
      out.push_back(assignStmt(nameNode(n, name->pos), v, pos, true));
    } else {
      Node* t = target(lhs[0]);
      out.push_back(assignStmt(t, exprTo(rhs[0], t->type), pos));
    }
    return;
  }
  std::vector<Node*> values, targets;
  for (size_t i = 0; i < rhs.size(); ++i) {
    Type* want = nullptr;
    if (!isBlank(lhs[i])) {
      auto* name = syntax::as<syntax::Name>(lhs[i]);
      want = def && name && name->object ? type(name->object->type) : typeOf(lhs[i]);
    }
    values.push_back(want ? exprTo(rhs[i], want) : expr(rhs[i]));
  }
  if (def) declareNew(lhs, out, true);
  for (syntax::Expr* e : lhs) targets.push_back(def && !isBlank(e) ? nameTarget(e) : target(e));
  Node* n = node(Op::Assign2, pos);
  n->list = unit_.arena().list(targets);
  n->list2 = unit_.arena().list(values);
  out.push_back(n);
}

Node* FuncBuilder::nameTarget(syntax::Expr* e) {
  auto* name = static_cast<syntax::Name*>(e);
  Node* n = nameNode(lookup(name->object), e->pos);
  if (name->object->pos != name->pos) noteAssigned(n);
  return n;
}

/// a, b = f() and the comma-ok forms.
void FuncBuilder::assignMulti(List<syntax::Expr*> lhs, syntax::Expr* rhs, bool def, Pos pos, std::vector<Node*>& out) {
  Node* call = expr(rhs);
  while (call->op == Op::Init) {
    out.insert(out.end(), call->list.begin(), call->list.end());
    call = call->x;
  }
  if (def) declareNew(lhs, out, true);
  auto* tuple = static_cast<Tuple*>(call->type);
  BURROW_CHECK(tuple->kind == TypeKind::Tuple && tuple->vars.size() == lhs.size());
  std::vector<Node*> targets, later;
  for (size_t i = 0; i < lhs.size(); ++i) {
    Node* t = isBlank(lhs[i]) ? nullptr : def ? nameTarget(lhs[i]) : target(lhs[i]);
    Type* have = canon(tuple->vars[i]->type);
    if (t && t->type != have) {
      Name* via = temp(have, pos);
      later.push_back(assignStmt(t, convert(nameNode(via, pos), t->type, pos), pos));
      t = nameNode(via, pos);
    }
    targets.push_back(t);
  }
  Node* n = unary(Op::Assign2Call, pos, nullptr, call);
  n->list = unit_.arena().list(targets);
  n->def = def;
  out.push_back(n);
  out.insert(out.end(), later.begin(), later.end());
}

void FuncBuilder::initMulti(const Initializer& i, std::vector<Node*>& out) {
  Node* call = expr(i.rhs);
  while (call->op == Op::Init) {
    out.insert(out.end(), call->list.begin(), call->list.end());
    call = call->x;
  }
  auto* tuple = static_cast<Tuple*>(call->type);
  std::vector<Node*> targets, later;
  for (size_t k = 0; k < i.lhs.size(); ++k) {
    Node* t = i.lhs[k]->name == "_" ? nullptr : nameNode(unit_.global(i.lhs[k]), i.rhs->pos);
    Type* have = canon(tuple->vars[k]->type);
    if (t && t->type != have) {
      Name* via = temp(have, i.rhs->pos);
      later.push_back(assignStmt(t, convert(nameNode(via, i.rhs->pos), t->type, i.rhs->pos), i.rhs->pos));
      t = nameNode(via, i.rhs->pos);
    }
    targets.push_back(t);
  }
  Node* n = unary(Op::Assign2Call, i.rhs->pos, nullptr, call);
  n->list = unit_.arena().list(targets);
  out.push_back(n);
  out.insert(out.end(), later.begin(), later.end());
}

void FuncBuilder::returnStmt(syntax::ReturnStmt* s, std::vector<Node*>& out) {
  FuncBuilder* home = this;
  while (home->rangeBody_) home = home->outer_;
  Func* f = home->func_;
  std::vector<Node*> values;
  if (s->results) {
    List<syntax::Expr*> results = listOf(s->results);
    if (results.size() == 1 && f->results.size() > 1) {
      Node* call = expr(results[0]);
      while (call->op == Op::Init) {
        out.insert(out.end(), call->list.begin(), call->list.end());
        call = call->x;
      }
      std::vector<Node*> temps;
      out.push_back(tupleTemps(call, temps));
      for (size_t i = 0; i < temps.size(); ++i) values.push_back(convert(temps[i], f->results[i]->type, s->pos));
    } else {
      for (size_t i = 0; i < results.size(); ++i) values.push_back(exprTo(results[i], f->results[i]->type));
    }
  }
  if (home != this) return leaveRangeBody(values, s->pos, out);
  Node* n = node(Op::Return, s->pos);
  n->list = unit_.arena().list(values);
  out.push_back(n);
}

/// Whether evaluating n later gives the same as now.
static bool isFixed(const Node* n) {
  return n->op == Op::Literal || n->op == Op::Nil || n->op == Op::Zero || n->op == Op::FuncName || n->op == Op::MethodExpr || n->op == Op::TypeWord ||
         (n->op == Op::ConvIface && isFixed(n->x) && n->x->op != Op::FuncName);
}

Node* FuncBuilder::saveOperand(Node* n, std::vector<Node*>& out) {
  if (!n || isFixed(n)) return n;
  Name* t = temp(n->type, n->pos);
  out.push_back(assignStmt(nameNode(t, n->pos), n, n->pos, true));
  return nameNode(t, n->pos);
}

void FuncBuilder::goOrDefer(syntax::CallStmt* s, std::vector<Node*>& out) {
  Node* call = expr(s->call);
  while (call->op == Op::Init) {
    out.insert(out.end(), call->list.begin(), call->list.end());
    call = call->x;
  }
  bool go = s->tok == syntax::Token::Go;
  Node *fn, *mustNotBeNil = nullptr;
  auto* sig = call->op == Op::CallFunc && call->x->op == Op::Closure ? underlyingAs<Signature>(call->x->type) : nullptr;
  if (sig && sig->params->vars.empty() && sig->results->vars.empty()) {
    fn = call->x;
  } else {
    // Operands are evaluated now; the call itself happens in a thunk that captures them.
    Node* later = unit_.arena().make<Node>(*call);
    later->x = saveOperand(call->x, out);
    if (call->op == Op::CallInter) mustNotBeNil = later->x;
    later->y = saveOperand(call->y, out);
    std::vector<Node*> args;
    // Of uintptr(p) the pointer is kept, of the arguments for ...T each by itself: what they point to must stay alive.
    auto save = [&](Node* a) {
      if (a->op != Op::ConvNop || info(a->type).shape != Shape::U64 || info(a->x->type).shape != Shape::Ptr) return saveOperand(a, out);
      return unary(Op::ConvNop, a->pos, a->type, saveOperand(a->x, out));
    };
    for (Node* a : call->list) {
      if (a->op != Op::SliceLit || !a->implicit) {
        args.push_back(save(a));
        continue;
      }
      Node* rest = unit_.arena().make<Node>(*a);
      std::vector<Node*> elems;
      for (Node* e : a->list) elems.push_back(save(e));
      rest->list = unit_.arena().list(elems);
      args.push_back(rest);
    }
    fn = thunk(s->pos, [&](FuncBuilder& inner, std::vector<Node*>& body) {
      std::function<Node*(Node*)> rebind = [&](Node* n) -> Node* {
        if (!n) return n;
        if (n->op == Op::Name) return n->name->cls != Class::Global ? inner.nameNode(inner.capture(n->name), n->pos) : n;
        if (n->op == Op::ConvNop) return inner.unary(Op::ConvNop, n->pos, n->type, rebind(n->x));
        if (n->op != Op::SliceLit) return n;
        std::vector<Node*> elems;
        for (Node* e : n->list) elems.push_back(rebind(e));
        n->list = unit_.arena().list(elems);
        return n;
      };
      later->x = rebind(later->x);
      later->y = rebind(later->y);
      for (Node*& a : args) a = rebind(a);
      later->list = unit_.arena().list(args);
      if (later->op == Op::Recover) inner.func()->hasRecover = true;
      body.push_back(inner.exprStmt(later));
    });
  }
  Node* n = unary(go ? Op::Go : Op::Defer, s->pos, nullptr, unary(Op::CallFunc, s->pos, nullptr, fn));
  n->z = mustNotBeNil;
  if (!go) {
    if (rangeBody_) n->y = deferToken(s->pos);
    else func_->hasDefer = true;
  }
  out.push_back(n);
}

}  // namespace burrow::ir
