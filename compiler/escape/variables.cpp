#include "compiler/escape/variables.h"

#include <algorithm>

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

/// Assignments to variables that are never read. Values without effects are looked at only once their variable is used.
class DeadValues {
 public:
  explicit DeadValues(Context& context) : context_(context) {}

  void use(Name* n) {
    if (n->cls == Class::Global || n->cls == Class::Result) return;
    Location* l = Context::of(n);
    if (!l || l->used || l->result >= 0) return;
    l->used = true;
    for (Assigned* a = l->assigned; a; a = a->next) visit(*a->value);
  }

  void useLiteral(const Node* n) {
    context_.of(n->func).mentioned = true;
    for (Name* c : n->func->captures) use(c);
  }

  /// Whether the value is put off, or gone already: there is nothing to look at now.
  bool putOff(Node** target, Node** value, bool blankIsDropped) {
    Node *t = *target, *v = *value;
    if (hasEffects(v)) return false;
    if (!t) {
      if (blankIsDropped) drop(target, value);
      return blankIsDropped;
    }
    if (t->op != Op::Name || t->name->cls == Class::Global) return false;
    Location* l = Context::of(t->name);
    if (!l || l->result >= 0 || l->used) return false;
    if (!l->assigned) assignedTo_.push_back(l);
    l->assigned = context_.arena.make<Assigned>(Assigned{target, value, l->assigned});
    return true;
  }

  /// Takes out what nobody needed.
  void finish() {
    for (Location* l : assignedTo_)
      if (!l->used)
        for (Assigned* a = l->assigned; a; a = a->next) drop(a->target, a->value);
    for (Func* c : dropped_)
      if (!context_.of(c).mentioned) c->dead = true;
  }

 private:
  void visit(Node* n) {
    switch (n->op) {
      case Op::Literal: case Op::Declare: return;
      case Op::Name: return use(n->name);
      case Op::Closure:
        useLiteral(n);
        if (isInner(n->func))
          for (Node* s : n->func->body) visit(s);
        return;
      case Op::Assign: return assign(&n->x, &n->y, false);
      case Op::Assign2: {
        bool named = anyNamed(n);
        for (size_t i = 0; i < n->list.size(); ++i) assign(&n->list[i], &n->list2[i], named);
        return;
      }
      default: ir::visitChildren(n, [&](Node* c) { visit(c); });
    }
  }

  void assign(Node** target, Node** value, bool blankIsDropped) {
    if (putOff(target, value, blankIsDropped)) return;
    if (*target && (*target)->op != Op::Name) visit(*target);
    visit(*value);
  }

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
  std::vector<Location*> assignedTo_;
  std::vector<Func*> dropped_;

 public:
  /// If all targets of a, b = c, d are blank, that is how the program uses its variables.
  static bool anyNamed(const Node* n) {
    return std::any_of(n->list.begin(), n->list.end(), [](const Node* t) { return t != nullptr; });
  }
};

/// One function; literals inside have a Preparation of their own.
class Preparation {
 public:
  /// `dead`: null in a literal that so far nobody uses.
  Preparation(Context& context, Func* f, DeadValues* dead) : context_(context), func_(f), state_(context.of(f)), dead_(dead) {}

  void run() {
    for (Name* n : func_->params) add(n)->param = true;
    int i = 0;
    for (Name* n : func_->results) add(n)->result = i++;
    for (Name* n : func_->locals) add(n);
    if (!func_->outer)
      for (Name* n : func_->captures) add(n);
    state_.prepared = true;
    for (Node* n : func_->body)
      if (n) visit(n);
  }

 private:
  Location* add(Name* n) {
    Location* l = context_.arena.make<Location>();
    l->name = n;
    l->func = func_;
    l->loopDepth = 1;
    l->attributes = kPersists;
    n->phase = l;
    return l;
  }

  void visit(Node* n) {
    switch (n->op) {
      case Op::Literal: case Op::Declare: return;
      case Op::Name:
        if (dead_) dead_->use(n->name);
        return;
      case Op::FuncName: case Op::MethodExpr:
        if (Func* native = context_.nativeOf(n)) state_.natives.push_back(native);
        return;
      case Op::Label:
        if (!n->implicit) labels_.push_back(n->label);
        return;
      case Op::Goto:
        if (std::find(labels_.begin(), labels_.end(), n->label) != labels_.end()) state_.loopLabels.push_back(n->label);
        return;
      case Op::Closure: return literal(n, true);
      case Op::Assign: return assign(&n->x, &n->y, false);
      case Op::Assign2: {
        bool named = DeadValues::anyNamed(n);
        for (size_t i = 0; i < n->list.size(); ++i) assign(&n->list[i], &n->list2[i], named);
        return;
      }
      case Op::Append: state_.appends = true; break;
      case Op::Addr:
        if (depth_ > returnDepth_) leakAddressed(n->x);
        break;
      case Op::Return: {
        int outer = returnDepth_;
        returnDepth_ = depth_;
        children(n);
        returnDepth_ = outer;
        return;
      }
      case Op::For: case Op::Range:
        if (n->loopVars.empty()) break;
        return loop(n);
      default: break;
    }
    children(n);
  }

  void children(Node* n) {
    ir::visitChildren(n, [&](Node* c) { visit(c); });
  }

  void literal(Node* n, bool used) {
    if (depth_ > returnDepth_)
      for (Name* c : n->func->captures) leak(ir::declared(c));
    if (used && dead_) dead_->useLiteral(n);
    if (isInner(n->func) && !context_.of(n->func).prepared) Preparation(context_, n->func, used ? dead_ : nullptr).run();
  }

  void assign(Node** target, Node** value, bool blankIsDropped) {
    Node *t = *target, *v = *value;
    if (t && t->op != Op::Name) visit(t);
    if (!dead_ || !dead_->putOff(target, value, blankIsDropped)) return visit(v);
    if (v->op == Op::Closure) literal(v, false);
  }

  void loop(Node* n) {
    size_t outer = loopVars_.size();
    loopVars_.insert(loopVars_.end(), n->loopVars.begin(), n->loopVars.end());
    ++depth_;
    children(n);
    --depth_;
    loopVars_.resize(outer);
    for (Name* v : n->loopVars) {
      Location* l = Context::of(v);
      if (l && l->perTurn) addCarrier(v, l);
    }
  }

  void leak(const Name* n) {
    if (std::find(loopVars_.begin(), loopVars_.end(), n) != loopVars_.end()) static_cast<Location*>(n->phase)->perTurn = true;
  }

  void leakAddressed(const Node* x) {
    while (x->op == Op::Dot || x->op == Op::Paren || (x->op == Op::Index && ir::underlying(x->x->type)->kind == TypeKind::Array)) x = x->x;
    if (x->op == Op::Name && x->name->cls != Class::Global) leak(x->name);
  }

  void addCarrier(Name* v, Location* l) {
    Name* c = context_.arena.make<Name>();
    c->cls = Class::Local;
    c->type = v->type;
    c->pos = v->pos;
    c->inl = v->inl;
    c->func = func_;
    c->autoTemp = true;
    l->carrier = add(c);
    l->carrier->reportable = false;
    state_.carriers.push_back(c);
  }

  Context& context_;
  Func* func_;
  FuncState& state_;
  DeadValues* dead_;
  std::vector<std::string_view> labels_;
  std::vector<const Name*> loopVars_;  ///< of the loops around
  int depth_ = 0, returnDepth_ = 0;
};

}  // namespace

void prepare(Context& context, Func* f) {
  if (!context.of(f).prepared) {
    DeadValues dead(context);
    Preparation(context, f, isInner(f) ? nullptr : &dead).run();
    dead.finish();
  }
  for (Func* c : f->closures) prepare(context, c);
}

}  // namespace burrow::escape
