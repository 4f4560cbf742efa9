#include "compiler/escape/variables.h"

#include <algorithm>

#include "compiler/ir/visit.h"

namespace burrow::escape {

using ir::Func;
using ir::Name;
using ir::Node;
using ir::Op;

namespace {

class Preparation {
 public:
  Preparation(Context& context, Func* f) : context_(context), func_(f), state_(context.of(f)) {}

  void run() {
    for (Name* n : func_->params) add(n)->param = true;
    int i = 0;
    for (Name* n : func_->results) add(n)->result = i++;
    for (Name* n : func_->locals) add(n);
    for (Node* n : func_->body) visit(n);
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
      case Op::Name: case Op::Literal: return;
      case Op::FuncName: case Op::MethodExpr:
        if (Func* native = context_.nativeOf(n)) state_.natives.push_back(native);
        return;
      case Op::Label:
        if (!n->implicit) labels_.push_back(n->label);
        return;
      case Op::Goto:
        if (std::find(labels_.begin(), labels_.end(), n->label) != labels_.end()) state_.loopLabels.push_back(n->label);
        return;
      case Op::Closure:
        if (depth_ > returnDepth_)
          for (Name* c : n->func->captures) leak(ir::declared(c));
        return;
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
    if (x->op == Op::Name && x->name->cls != ir::Class::Global) leak(x->name);
  }

  void addCarrier(Name* v, Location* l) {
    Name* c = context_.arena.make<Name>();
    c->cls = ir::Class::Local;
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
  std::vector<std::string_view> labels_;
  std::vector<const Name*> loopVars_;  ///< of the loops around
  int depth_ = 0, returnDepth_ = 0;
};

}  // namespace

void prepareVariables(Context& context, Func* f) {
  Preparation(context, f).run();
  for (Func* c : f->closures) prepareVariables(context, c);
}

}  // namespace burrow::escape
