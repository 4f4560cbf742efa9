// if, for, switch, select, labels and branches.
#include "compiler/ir/func_builder.h"
#include "compiler/syntax/walk.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

void FuncBuilder::control(syntax::Stmt* s, std::vector<Node*>& out) {
  switch (s->kind) {
    case syntax::Kind::BlockStmt: {
      Node* n = node(Op::Block, s->pos);
      n->body = block(static_cast<syntax::BlockStmt*>(s));
      out.push_back(n);
      return;
    }
    case syntax::Kind::LabeledStmt: {
      auto* l = static_cast<syntax::LabeledStmt*>(s);
      Node* n = node(Op::Label, s->pos);
      n->label = l->label->name;
      out.push_back(n);
      enclosing_.push_back(s);
      stmt(l->stmt, out);
      return;  // stays known: goto may jump back to it
    }
    case syntax::Kind::IfStmt: return ifStmt(static_cast<syntax::IfStmt*>(s), out);
    case syntax::Kind::ForStmt: {
      auto* f = static_cast<syntax::ForStmt*>(s);
      if (auto* r = syntax::as<syntax::RangeClause>(f->init)) {
        Type* x = typeOf(r->x);
        if (underlying(x)->kind == TypeKind::Signature) return rangeFunc(f, out);
        return rangeStmt(f, out);
      }
      return forStmt(f, {}, out);
    }
    case syntax::Kind::SwitchStmt: {
      auto* w = static_cast<syntax::SwitchStmt*>(s);
      return syntax::as<syntax::TypeSwitchGuard>(w->tag) ? typeSwitch(w, out) : switchStmt(w, out);
    }
    case syntax::Kind::SelectStmt: return selectStmt(static_cast<syntax::SelectStmt*>(s), out);
    case syntax::Kind::BranchStmt: return branch(static_cast<syntax::BranchStmt*>(s), out);
    default: BURROW_UNREACHABLE();
  }
}

void FuncBuilder::ifStmt(syntax::IfStmt* s, std::vector<Node*>& out) {
  if (int known = staticBool(s->cond)) return knownIf(s, known > 0, out);
  std::vector<Node*> outer;
  if (s->init) stmt(s->init, outer);
  Node* n = unary(Op::If, s->pos, nullptr, condition(s->cond));
  n->body = block(s->then);
  std::vector<Node*> els;
  if (s->otherwise) {
    if (auto* b = syntax::as<syntax::BlockStmt>(s->otherwise)) n->els = block(b);
    else stmt(s->otherwise, els), n->els = unit_.arena().list(els);
  }
  if (outer.empty()) {
    out.push_back(n);
    return;
  }
  outer.push_back(n);
  Node* b = node(Op::Block, s->pos);
  b->implicit = true;
  b->body = unit_.arena().list(outer);
  out.push_back(b);
}

/// An if statement that always goes one way: what is evaluated of its head, and that branch.
void FuncBuilder::knownIf(syntax::IfStmt* s, bool taken, std::vector<Node*>& out) {
  std::vector<Node*> inner;
  if (s->init) stmt(s->init, inner);
  if (Node* cond = condition(s->cond); cond->op != Op::Literal) inner.push_back(assignStmt(nullptr, cond, s->pos));
  if (taken) stmts(s->then->list, inner);
  else if (auto* b = s->otherwise ? syntax::as<syntax::BlockStmt>(s->otherwise) : nullptr) stmts(b->list, inner);
  else if (s->otherwise) stmt(s->otherwise, inner);
  if (inner.empty()) return;
  Node* n = node(Op::Block, s->pos);
  n->body = unit_.arena().list(inner);
  out.push_back(n);
}

void FuncBuilder::forStmt(syntax::ForStmt* s, std::string_view, std::vector<Node*>& out) {
  if (s->cond && staticBool(s->cond) < 0) {
    s->post = nullptr;
    s->body->list = {};
    if (s->cond->mode == syntax::Mode::Constant && s->cond->value) {
      if (s->init) stmt(s->init, out);
      return;
    }
  }
  enclosing_.push_back(s);
  Node* n = node(Op::For, s->pos);
  std::vector<Node*> outer, post;
  size_t before = func_->locals.size();
  if (s->init) stmt(s->init, outer);
  std::vector<Name*> vars;
  if (s->init && s->perIteration)
    for (size_t i = before; i < func_->locals.size(); ++i)
      if (!func_->locals[i]->autoTemp) vars.push_back(func_->locals[i]);
  n->loopVars = unit_.arena().list(vars);
  if (s->cond) n->x = condition(s->cond);
  if (s->post) stmt(s->post, post);
  n->list = unit_.arena().list(post);
  n->body = block(s->body);
  enclosing_.pop_back();
  if (outer.empty()) {
    out.push_back(n);
    return;
  }
  nameInner(out, outer);
  outer.push_back(n);
  Node* b = node(Op::Block, s->pos);
  b->implicit = true;
  b->body = unit_.arena().list(outer);
  out.push_back(b);
}

void FuncBuilder::rangeStmt(syntax::ForStmt* s, std::vector<Node*>& out) {
  auto* r = static_cast<syntax::RangeClause*>(s->init);
  Node* x = expr(r->x);
  Type* u = underlying(x->type);
  // What the loop yields.
  Type* yields[2] = {canon(typ(BasicKind::Int)), nullptr};
  if (auto* p = as<Pointer>(u)) u = underlying(canon(p->base));
  switch (u->kind) {
    case TypeKind::Basic:
      if (static_cast<Basic*>(u)->info & kIsString) yields[1] = canon(typ(BasicKind::Int32));
      else yields[0] = x->type;
      break;
    case TypeKind::Slice: yields[1] = canon(static_cast<burrow::Slice*>(u)->elem); break;
    case TypeKind::Array: yields[1] = canon(static_cast<Array*>(u)->elem); break;
    case TypeKind::Map: yields[0] = canon(static_cast<Map*>(u)->key), yields[1] = canon(static_cast<Map*>(u)->elem); break;
    case TypeKind::Chan: yields[0] = canon(static_cast<Chan*>(u)->elem); break;
    default: BURROW_UNREACHABLE();
  }
  List<syntax::Expr*> lhs = r->lhs ? syntax::unpackList(r->lhs) : List<syntax::Expr*>();
  Node* n = unary(Op::Range, r->pos, nullptr, x);
  std::vector<Node*> targets, prologue, outer;
  std::vector<Name*> vars;
  // Two targets of which one is more than a variable are assigned at once, through temporaries: for i, x[i] = range y.
  Node* assigned[2] = {nullptr, nullptr};
  if (!r->def)
    for (size_t i = 0; i < lhs.size(); ++i) assigned[i] = target(lhs[i]);
  bool atOnce = assigned[0] && assigned[1] && (assigned[0]->op != Op::Name || assigned[1]->op != Op::Name);
  std::vector<Node*> values;
  for (size_t i = 0; i < lhs.size(); ++i) {
    auto* name = syntax::as<syntax::Name>(lhs[i]);
    if (name && name->name == "_") {
      targets.push_back(nullptr);
      continue;
    }
    if (r->def) {
      Name* v = declare(name->object);
      if (i == 0 && u->kind == TypeKind::Basic && !(static_cast<Basic*>(u)->info & kIsString)) x = n->x = convert(x, v->type, x->pos), yields[0] = v->type;
      if (s->perIteration) {
        vars.push_back(v);
        targets.push_back(nameNode(v, name->pos));
      } else {
        Node* d = node(Op::Declare, name->pos);
        d->name = v;
        d->implicit = true;
        v->reassigned = true;
        outer.push_back(d);
        targets.push_back(nameNode(v, name->pos));
      }
      continue;
    }
    Node* t = assigned[i];
    if (i == 0 && u->kind == TypeKind::Basic && !(static_cast<Basic*>(u)->info & kIsString) && x->op == Op::Literal) x = n->x = literal(x->value, t->type, x->pos), yields[0] = t->type;
    bool plain = t->op == Op::Name && t->type == yields[i] && !atOnce;
    if (plain) {
      targets.push_back(t);
      continue;
    }
    Name* via = temp(yields[i], s->pos);
    via->reassigned = true;
    targets.push_back(tempTarget(via, s->pos));
    values.push_back(uncounted(convert(tempTarget(via, s->pos), t->type, s->pos)));
    if (!atOnce) prologue.push_back(uncounted(assignStmt(t, values.back(), s->pos)));
  }
  if (atOnce) {
    Node* both = uncounted(node(Op::Assign2, s->pos));
    both->list = unit_.arena().list(std::vector<Node*>{assigned[0], assigned[1]});
    both->list2 = unit_.arena().list(values);
    prologue.push_back(both);
  }
  n->def = r->def && s->perIteration;
  n->list = unit_.arena().list(targets);
  n->loopVars = unit_.arena().list(vars);
  enclosing_.push_back(s);
  std::vector<Node*> body = std::move(prologue);
  stmts(s->body->list, body);
  n->body = unit_.arena().list(body);
  enclosing_.pop_back();
  if (!outer.empty()) nameInner(out, outer);
  out.insert(out.end(), outer.begin(), outer.end());
  out.push_back(n);
}

void FuncBuilder::switchStmt(syntax::SwitchStmt* s, std::vector<Node*>& out) {
  enclosing_.push_back(s);
  std::vector<Node*> outer;
  if (s->init) stmt(s->init, outer);
  Node* n = node(Op::Switch, s->pos);
  Type* boolean = canon(typ(BasicKind::Bool));
  foldConstantSwitch(s, unit_.arena());
  Node* tag = s->tag ? expr(s->tag) : nullptr;
  std::vector<std::vector<Node*>> values;
  bool mixed = false;  // a case of interface type under a concrete tag
  for (syntax::CaseClause* c : s->body) {
    std::vector<Node*> list;
    if (c->cases)
      for (syntax::Expr* e : syntax::unpackList(c->cases)) {
        bool isNil = e->mode == syntax::Mode::NilValue;
        Node* v = isNil && tag ? nil(tag->type, e->pos) : expr(e);
        if (tag && v->type != tag->type) {
          bool vi = as<Interface>(underlying(v->type)), ti = as<Interface>(underlying(tag->type));
          if (ti && !vi) v = convert(v, tag->type, v->pos);
          else if (vi) mixed = true;
          else v = convert(v, tag->type, v->pos);
        }
        list.push_back(v);
      }
    values.push_back(std::move(list));
  }
  if (mixed) {
    Name* t = temp(tag->type, s->pos);
    outer.push_back(uncounted(assignStmt(tempTarget(t, s->pos), tag, s->pos, true)));
    for (auto& list : values)
      for (Node*& v : list) {
        Node* x = tempTarget(t, v->pos);
        if (v->type != x->type) {
          if (as<Interface>(underlying(x->type)) && interfaceMethodsOf(x->type).size() < interfaceMethodsOf(v->type).size()) v = convert(v, x->type, v->pos);
          else x = convert(x, v->type, v->pos);
        }
        v = uncounted(binary(Op::Eq, v->pos, boolean, x, v));
      }
    tag = nullptr;
  }
  n->x = tag;
  std::vector<Node*> cases;
  for (size_t i = 0; i < s->body.size(); ++i) {
    syntax::CaseClause* c = s->body[i];
    Node* k = node(Op::Case, c->pos);
    k->isDefault = !c->cases;
    k->list = unit_.arena().list(values[i]);
    k->body = block(c->body);
    cases.push_back(k);
  }
  n->list = unit_.arena().list(cases);
  enclosing_.pop_back();
  finishSwitch(n, outer, out);
}

void FuncBuilder::nameInner(const std::vector<Node*>& out, std::vector<Node*>& inner) {
  if (out.empty() || out.back()->op != Op::Label) return;
  Node* n = node(Op::Label, out.back()->pos);
  n->label = out.back()->label;
  n->implicit = true;
  inner.push_back(n);
}

void FuncBuilder::finishSwitch(Node* n, std::vector<Node*>& outer, std::vector<Node*>& out) {
  if (outer.empty()) {
    out.push_back(n);
    return;
  }
  nameInner(out, outer);
  outer.push_back(n);
  Node* b = node(Op::Block, n->pos);
  b->implicit = true;
  b->body = unit_.arena().list(outer);
  out.push_back(b);
}

/// Where gc says that the variable of a type switch clause is declared: at the innermost part of the last type.
static Pos variablePos(const syntax::CaseClause* c) {
  if (!c->cases) return c->pos;
  syntax::Expr* cases = c->cases;
  for (syntax::Expr* e = syntax::unpackList(cases).back();;) {
    syntax::Expr* next = nullptr;
    switch (e->kind) {
      case syntax::Kind::SelectorExpr: return static_cast<syntax::SelectorExpr*>(e)->x->pos;
      case syntax::Kind::ParenExpr: next = static_cast<syntax::ParenExpr*>(e)->x; break;
      case syntax::Kind::Operation: next = static_cast<syntax::Operation*>(e)->x; break;
      case syntax::Kind::ArrayType: next = static_cast<syntax::ArrayType*>(e)->elem; break;
      case syntax::Kind::ChanType: next = static_cast<syntax::ChanType*>(e)->elem; break;
      case syntax::Kind::DotsType: next = static_cast<syntax::DotsType*>(e)->elem; break;
      case syntax::Kind::MapType: next = static_cast<syntax::MapType*>(e)->elem; break;
      case syntax::Kind::SliceType: next = static_cast<syntax::SliceType*>(e)->elem; break;
      case syntax::Kind::InterfaceType:
        if (auto m = static_cast<syntax::InterfaceType*>(e)->methods; !m.empty()) next = m.back()->type;
        break;
      case syntax::Kind::FuncType: {
        auto* f = static_cast<syntax::FuncType*>(e);
        if (!f->results.empty()) next = f->results.back()->type;
        else if (!f->params.empty()) next = f->params.back()->type;
        break;
      }
      case syntax::Kind::IndexExpr: next = syntax::unpackList(static_cast<syntax::IndexExpr*>(e)->index).back(); break;
      default: break;
    }
    if (!next) return e->pos;
    e = next;
  }
}

void FuncBuilder::typeSwitch(syntax::SwitchStmt* s, std::vector<Node*>& out) {
  enclosing_.push_back(s);
  auto* guard = static_cast<syntax::TypeSwitchGuard*>(s->tag);
  std::vector<Node*> outer;
  if (s->init) stmt(s->init, outer);
  Node* n = unary(Op::TypeSwitch, s->pos, nullptr, expr(guard->x));
  std::vector<Node*> cases;
  for (syntax::CaseClause* c : s->body) {
    Node* k = node(Op::Case, c->pos);
    k->isDefault = !c->cases;
    std::vector<Node*> list;
    if (c->cases)
      for (syntax::Expr* e : syntax::unpackList(c->cases)) {
        if (e->mode == syntax::Mode::NilValue || (e->mode != syntax::Mode::Type)) {
          list.push_back(nil(n->x->type, e->pos));
          continue;
        }
        Node* t = node(Op::TypeWord, e->pos);
        t->written = written(e->type);
        t->typeArg = type(e->type);
        if (hasTypeParams(e->type)) t->index = kDynamicDictionary;
        list.push_back(t);
      }
    k->list = unit_.arena().list(list);
    if (c->implicit) {
      k->name = declare(c->implicit);
      k->name->pos = variablePos(c);
      // In an instance, a clause with one type parameter has the type argument as its type; canon did that.
    }
    k->body = block(c->body);
    cases.push_back(k);
  }
  n->list = unit_.arena().list(cases);
  enclosing_.pop_back();
  finishSwitch(n, outer, out);
}

void FuncBuilder::selectStmt(syntax::SelectStmt* s, std::vector<Node*>& out) {
  enclosing_.push_back(s);
  Node* n = node(Op::Select, s->pos);
  std::vector<Node*> cases;
  for (syntax::CommClause* c : s->body) {
    Node* k = node(Op::Comm, c->pos);
    std::vector<Node*> body, targets;
    if (!c->comm) {
      k->isDefault = true;
    } else if (c->comm->kind == syntax::Kind::SendStmt) {
      std::vector<Node*> send;
      stmt(c->comm, send);
      k->x = send[0];
    } else if (auto* e = syntax::as<syntax::ExprStmt>(c->comm)) {
      k->x = expr(e->x);
    } else {
      auto* a = static_cast<syntax::AssignStmt*>(c->comm);
      k->x = expr(a->rhs);
      Type* yields[2] = {canon(underlyingAs<Chan>(k->x->x->type)->elem), canon(typ(BasicKind::Bool))};
      List<syntax::Expr*> lhs = syntax::unpackList(a->lhs);
      if (a->op == syntax::Operator::Def) declareNew(lhs, body, false);
      for (size_t i = 0; i < lhs.size(); ++i) {
        auto* name = syntax::as<syntax::Name>(lhs[i]);
        if (name && name->name == "_") {
          targets.push_back(nullptr);
          continue;
        }
        // The value arrives in a temporary: the operands of the left side are evaluated after the choice.
        Node* t = a->op == syntax::Operator::Def ? nameTarget(lhs[i]) : target(lhs[i]);
        // gc has it too, as a definition, if a single value is converted.
        k->def = lhs.size() == 1 && a->op != syntax::Operator::Def && as<Interface>(underlying(t->type)) && t->type != yields[i];
        Name* via = temp(yields[i], c->pos);
        auto use = [&] { return k->def ? nameNode(via, c->pos) : tempTarget(via, c->pos); };
        targets.push_back(use());
        body.push_back(assignStmt(t, convert(use(), t->type, c->pos), c->pos));
        body.back()->uncounted = !k->def;
      }
      k->commaOk = lhs.size() > 1;
    }
    while (k->x && k->x->op == Op::Init) {
      out.insert(out.end(), k->x->list.begin(), k->x->list.end());
      k->x = k->x->x;
    }
    if (k->x && k->x->op == Op::Recv) {
      k->x->commaOk = false;
      k->x->type = canon(underlyingAs<Chan>(k->x->x->type)->elem);
    }
    k->list = unit_.arena().list(targets);
    stmts(c->body, body);
    k->body = unit_.arena().list(body);
    cases.push_back(k);
  }
  n->list = unit_.arena().list(cases);
  enclosing_.pop_back();
  out.push_back(n);
}

}  // namespace burrow::ir
