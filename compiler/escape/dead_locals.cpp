#include "compiler/escape/dead_locals.h"

#include "compiler/ir/visit.h"
#include "compiler/types/constant.h"

namespace burrow::escape {

using ir::Class;
using ir::Func;
using ir::Name;
using ir::Node;
using ir::Op;

/// One assignment that goes if its variable does.
struct Assigned {
  Node** target;
  Node** value;
  Assigned* next;
};

namespace {

bool hasEffects(const Node* n) {
  return n->op != Op::Name && n->op != Op::Literal && n->op != Op::Nil && n->op != Op::Zero && n->op != Op::Closure && n->op != Op::FuncName;
}

class DeadLocals {
 public:
  DeadLocals(Context& context, Func* f) : context_(context), func_(f) {}

  void run() {
    visit(func_->body);
    for (Location* l : assignedTo_)
      if (!l->used)
        for (Assigned* a = l->assigned; a; a = a->next) drop(a);
  }

 private:
  void visit(const List<Node*>& list) {
    for (Node* n : list)
      if (n) visit(n);
  }

  void visit(Node* n) {
    switch (n->op) {
      case Op::Literal: case Op::Declare: return;
      case Op::Name: return use(n->name);
      case Op::Closure: return literal(n);
      case Op::Assign: return assign(&n->x, &n->y, false);
      case Op::Assign2: {
        // If all targets are blank, that is how the program uses its variables.
        bool named = false;
        for (const Node* t : n->list) named |= t != nullptr;
        for (size_t i = 0; i < n->list.size(); ++i) assign(&n->list[i], &n->list2[i], named);
        return;
      }
      default: ir::visitChildren(n, [&](Node* c) { visit(c); });
    }
  }

  void literal(Node* n) {
    context_.of(n->func).mentioned = true;
    for (Name* c : n->func->captures) use(c);
    if (isInner(n->func)) visit(n->func->body);
  }

  void use(Name* n) {
    if (n->cls == Class::Global || n->cls == Class::Result) return;
    Location* l = Context::of(n);
    if (!l || l->used || l->result >= 0) return;
    l->used = true;
    // What was put off is looked at now.
    for (Assigned* a = l->assigned; a; a = a->next) visit(*a->value);
  }

  void assign(Node** target, Node** value, bool blankIsDropped) {
    Node *t = *target, *v = *value;
    if (t && t->op != Op::Name) {
      visit(t);
      return visit(v);
    }
    if (!t) {
      if (!blankIsDropped || hasEffects(v)) return visit(v);
      return drop(target, value);
    }
    Location* l = t->name->cls == Class::Global ? nullptr : Context::of(t->name);
    if (!l || l->result >= 0 || l->used || hasEffects(v)) return visit(v);
    if (!l->assigned) assignedTo_.push_back(l);
    l->assigned = context_.arena.make<Assigned>(Assigned{target, value, l->assigned});
  }

  void drop(Assigned* a) { drop(a->target, a->value); }

  void drop(Node** target, Node** value) {
    Node* v = *value;
    *target = nullptr;
    Node* zero = context_.unit.arena->make<Node>(Op::Literal);
    zero->pos = v->pos;
    zero->inl = v->inl;
    zero->type = ir::canon(typ(BasicKind::Int));
    zero->value = constant::makeInt64(0);
    *value = zero;
    if (v->op == Op::Closure) dropped_.push_back(v->func);
  }

  Context& context_;
  Func* func_;
  std::vector<Location*> assignedTo_;
  std::vector<Func*> dropped_;

 public:
  const std::vector<Func*>& dropped() const { return dropped_; }
};

}  // namespace

void removeDeadLocals(Context& context, Func* f) {
  DeadLocals pass(context, f);
  pass.run();
  for (Func* c : pass.dropped())
    if (!context.of(c).mentioned) context.of(c).dropped = true;
}

}  // namespace burrow::escape
