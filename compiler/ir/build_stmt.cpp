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

List<syntax::Expr*> listOf(syntax::Expr*& e) { return syntax::unpackList(e); }

bool isTuple(const syntax::Expr* e) { return e->type && unalias(e->type)->kind == TypeKind::Tuple; }

}  // namespace

List<Node*> FuncBuilder::block(List<syntax::Stmt*> list) {
  std::vector<Node*> out;
  stmts(list, out);
  return unit_.arena().list(out);
}

bool FuncBuilder::stmts(List<syntax::Stmt*> list, std::vector<Node*>& out) {
  size_t labels = 0;  // behind the last label: before it, something may be jumped to
  for (size_t i = 0; i < list.size(); ++i)
    if (list[i]->kind == syntax::Kind::LabeledStmt) labels = i + 1;
  bool dead = false;
  for (size_t i = 0; i < list.size(); ++i) {
    if (dead && i >= labels) continue;
    stmt(list[i], out);
    dead = terminates(list[i]);
  }
  return dead;
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

/// Brings variables to life; `alone`: that is all the statement does.
void FuncBuilder::declareNew(List<syntax::Expr*> names, std::vector<Node*>& out, bool alone) {
  for (syntax::Expr* e : names) {
    auto* n = syntax::as<syntax::Name>(e);
    if (!n || n->name == "_" || !n->object || vars_.count(n->object) || n->object->pos != n->pos) continue;
    Node* d = node(Op::Declare, n->pos);
    d->name = declare(n->object);
    d->implicit = !alone;
    out.push_back(d);
  }
}

Node* FuncBuilder::uncounted(Node* n) {
  n->uncounted = true;
  return n;
}

/// A temporary that takes a value on the way to a place of another type, where gc has only that place.
Node* FuncBuilder::tempTarget(Name* via, Pos pos) {
  if (via->index >= 0) via->index = -1 - --declared_;
  return uncounted(nameNode(via, pos));
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
    n->assignOp = binaryOp(s->op);
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
      ++declared_;  // gc declares it first
      Node* v = exprTo(rhs[0], type(name->object->type));
      --declared_;
      Name* n = declare(name->object);
      out.push_back(assignStmt(nameNode(n, name->pos), v, pos, true));
    } else {
      Node* t = target(lhs[0]);
      out.push_back(assignStmt(t, exprTo(rhs[0], t->type), pos));
    }
    return;
  }
  std::vector<Node*> values, targets;
  int fresh = def ? countNew(lhs) : 0;
  declared_ += fresh;
  for (size_t i = 0; i < rhs.size(); ++i) {
    Type* want = nullptr;
    if (!isBlank(lhs[i])) {
      auto* name = syntax::as<syntax::Name>(lhs[i]);
      want = def && name && name->object ? type(name->object->type) : typeOf(lhs[i]);
    }
    values.push_back(want ? exprTo(rhs[i], want) : expr(rhs[i]));
  }
  declared_ -= fresh;
  if (def) declareNew(lhs, out, false);
  for (syntax::Expr* e : lhs) targets.push_back(def && !isBlank(e) ? nameTarget(e) : target(e));
  Node* n = node(Op::Assign2, pos);
  n->isDefault = fresh > 0;
  n->list = unit_.arena().list(targets);
  n->list2 = unit_.arena().list(values);
  out.push_back(n);
}

/// How many of the names a definition declares.
int FuncBuilder::countNew(List<syntax::Expr*> names) const {
  int count = 0;
  for (syntax::Expr* e : names) {
    auto* n = syntax::as<syntax::Name>(e);
    count += n && n->name != "_" && n->object && !vars_.count(n->object) && n->object->pos == n->pos;
  }
  return count;
}

Node* FuncBuilder::nameTarget(syntax::Expr* e) {
  auto* name = static_cast<syntax::Name*>(e);
  Node* n = nameNode(lookup(name->object), e->pos);
  if (name->object->pos != name->pos) noteAssigned(n);
  return n;
}

/// a, b = f() and the comma-ok forms.
void FuncBuilder::assignMulti(List<syntax::Expr*> lhs, syntax::Expr* rhs, bool def, Pos pos, std::vector<Node*>& out) {
  int fresh = def ? countNew(lhs) : 0;
  declared_ += fresh;
  Node* call = withoutInit(expr(rhs), out);
  declared_ -= fresh;
  if (def) declareNew(lhs, out, false);
  std::vector<Node*> targets;
  for (syntax::Expr* e : lhs) targets.push_back(isBlank(e) ? nullptr : def ? nameTarget(e) : target(e));
  Node* n = assignTuple(call, std::move(targets), pos, out);
  n->def = def;
  n->isDefault = fresh > 0;
  n->written = written(rhs->type);
}

/// Assigns the values of a call to places (null: blank). gc has a temporary for each value, so do places of other types here.
Node* FuncBuilder::assignTuple(Node* call, std::vector<Node*> targets, Pos pos, std::vector<Node*>& out) {
  auto* tuple = static_cast<Tuple*>(call->type);
  BURROW_CHECK(tuple->kind == TypeKind::Tuple && tuple->vars.size() == targets.size());
  std::vector<Node*> later;
  for (size_t i = 0; i < targets.size(); ++i) {
    Node*& t = targets[i];
    Type* have = canon(tuple->vars[i]->type);
    if (!t || t->type == have) continue;
    Name* via = temp(have, pos);
    later.push_back(uncounted(assignStmt(t, convert(tempTarget(via, pos), t->type, pos), pos)));
    t = tempTarget(via, pos);
  }
  Node* n = unary(Op::Assign2Call, pos, nullptr, call);
  n->list = unit_.arena().list(targets);
  n->index = declared_;  // gc has a temporary for each value
  for (size_t k = 0; k < targets.size(); ++k)
    if (targets[k] && targets[k]->uncounted && targets[k]->op == Op::Name) targets[k]->name->index = declared_ + static_cast<int>(k);
  declared_ += static_cast<int>(targets.size());
  out.push_back(n);
  out.insert(out.end(), later.begin(), later.end());
  return n;
}

void FuncBuilder::initMulti(const Initializer& i, std::vector<Node*>& out) {
  Node* call = withoutInit(expr(i.rhs), out);
  std::vector<Node*> targets;
  for (Var* v : i.lhs) targets.push_back(v->name == "_" ? nullptr : nameNode(unit_.global(v), i.rhs->pos));
  assignTuple(call, std::move(targets), i.rhs->pos, out);
}

/// The value of an expression whose preparations become statements.
Node* FuncBuilder::withoutInit(Node* n, std::vector<Node*>& out) {
  while (n->op == Op::Init) {
    out.insert(out.end(), n->list.begin(), n->list.end());
    n = n->x;
  }
  return n;
}

void FuncBuilder::returnStmt(syntax::ReturnStmt* s, std::vector<Node*>& out) {
  ++func_->returns;
  if (rangeBody_) return leaveFunction(s, out);
  std::vector<Node*> values;
  if (s->results) {
    List<syntax::Expr*> results = listOf(s->results);
    if (results.size() == 1 && func_->results.size() > 1) {
      Node* call = withoutInit(expr(results[0]), out);
      std::vector<Node*> temps;
      out.push_back(tupleTemps(call, results[0]->type, s->pos, temps));
      for (size_t i = 0; i < temps.size(); ++i) values.push_back(convert(temps[i], func_->results[i]->type, s->pos));
    } else {
      for (size_t i = 0; i < results.size(); ++i) values.push_back(exprTo(results[i], func_->results[i]->type));
    }
  }
  Node* n = node(Op::Return, s->pos);
  n->list = unit_.arena().list(values);
  out.push_back(n);
}

/// Whether an operand of a go or defer statement can as well be evaluated by the call: gc's choice.
static bool isFixed(const Node* n) {
  return n->op == Op::Literal || n->op == Op::Nil || n->op == Op::Zero || n->op == Op::FuncName || n->op == Op::MethodExpr || n->op == Op::TypeWord ||
         (n->op == Op::New && !n->x);
}

/// Composite literals are put together by the call; their elements are operands.
static bool isAggregate(const Node* n) { return n->op == Op::ArrayLit || n->op == Op::SliceLit || n->op == Op::StructLit; }

/// Puts an operand of a go or defer statement into a temporary: an entry of `saved`, the assignment that does it for all of them.
Node* FuncBuilder::saveOperand(Node* n, Pos pos, std::pair<std::vector<Node*>, std::vector<Node*>>& saved) {
  if (!n || isFixed(n)) return n;
  if (n->op != Op::Name) pos = n->pos;
  Name* t = temp(n->type, pos);
  saved.first.push_back(nameNode(t, pos));
  saved.second.push_back(n);
  return nameNode(t, pos);
}

void FuncBuilder::goOrDefer(syntax::CallStmt* s, std::vector<Node*>& out) {
  Node* call = withoutInit(expr(s->call), out);
  bool go = s->tok == syntax::Token::Go;
  Node *fn, *mustNotBeNil = nullptr;
  auto* sig = call->op == Op::CallFunc ? underlyingAs<Signature>(call->x->type) : nullptr;
  if (sig && call->list.empty() && sig->params->vars.empty() && sig->results->vars.empty()) {
    fn = call->x;  // called as it is
  } else {
    // Operands are evaluated now; the call itself happens in a thunk that captures them.
    Node* later = unit_.arena().make<Node>(*call);
    std::pair<std::vector<Node*>, std::vector<Node*>> saved;
    later->x = saveOperand(call->x, s->pos, saved);
    if (call->op == Op::CallInter) mustNotBeNil = later->x;
    later->y = saveOperand(call->y, s->pos, saved);
    std::vector<Node*> args;
    // Of uintptr(p) the pointer is kept: what it points to must stay alive.
    std::function<Node*(Node*)> save = [&](Node* a) -> Node* {
      bool address = a->op == Op::ConvNop && info(a->type).shape == Shape::U64 && info(a->x->type).shape == Shape::Ptr;
      if (!address && !isAggregate(a)) return saveOperand(a, s->pos, saved);
      Node* copy = unit_.arena().make<Node>(*a);
      if (address) copy->x = save(a->x);
      copy->list = unit_.arena().list(std::span<Node* const>(a->list));
      for (Node*& e : copy->list) {
        if (e->op != Op::Key && e->op != Op::StructKey) {
          e = save(e);
          continue;
        }
        e = unit_.arena().make<Node>(*e);
        e->x = save(e->x);
      }
      return copy;
    };
    for (Node* a : call->list) args.push_back(save(a));
    if (!saved.first.empty()) {
      Node* assign = node(Op::Assign2, s->pos);
      assign->def = assign->implicit = true;
      assign->list = unit_.arena().list(saved.first);
      assign->list2 = unit_.arena().list(saved.second);
      out.push_back(assign);
    }
    fn = thunk(s->pos, go ? Literal::Go : Literal::Defer, [&](FuncBuilder& inner, std::vector<Node*>& body) {
      std::function<Node*(Node*)> rebind = [&](Node* n) -> Node* {
        if (!n) return n;
        if (n->op == Op::Name) return n->name->cls != Class::Global ? inner.nameNode(inner.capture(n->name), n->pos) : n;
        if (n->op == Op::ConvNop || n->op == Op::Key || n->op == Op::StructKey) n->x = rebind(n->x);
        if (isAggregate(n))
          for (Node*& e : n->list) e = rebind(e);
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
    ++func_->defers;
  }
  out.push_back(n);
}

}  // namespace burrow::ir
