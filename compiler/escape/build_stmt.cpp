// What statements let flow.
#include <algorithm>

#include "compiler/escape/builder.h"
#include "compiler/ir/visit.h"

namespace burrow::escape {

using ir::Name;
using ir::Node;
using ir::Op;

namespace {

constexpr int kOutlinedMapSize = 20;

/// Whether gc, for its linker, initialises a package variable in a function of its own: a map of some size, made without side effects.
bool isOutlined(const Node* n) {
  if (n->op != Op::Assign || !n->x || n->x->op != Op::Name || n->x->name->cls != ir::Class::Global) return false;
  if (ir::underlying(n->x->type)->kind != TypeKind::Map) return false;
  int nodes = 0;
  bool effects = false;
  auto look = [&](auto& self, const Node* x) -> void {
    nodes += !x->uncounted;
    switch (x->op) {
      case Op::CallFunc: case Op::CallInter: case Op::InlinedCall: case Op::Closure: case Op::MethodExpr: case Op::MethodValue: case Op::Deref:
      case Op::DotPtr: case Op::Index: case Op::IndexMap: case Op::Slice: case Op::Assert: case Op::Recv: case Op::Append: case Op::Make:
      case Op::Div: case Op::Rem: case Op::Init: effects = true; return;
      default: ir::visitChildren(x, [&](const Node* c) { self(self, c); });
    }
  };
  look(look, n->y);
  return nodes >= kOutlinedMapSize && !effects;
}

}  // namespace

void FlowBuilder::walk() {
  loopDepth_ = 1;
  if (!c_.explains() || func_ != c_.unit.init) return block(func_->body);
  int maps = 0;
  for (Node* n : func_->body) {
    if (!n) continue;
    b_.setHome(isOutlined(n) ? Context::keep("map.init." + std::to_string(maps++)) : nullptr);
    stmt(n);
  }
  b_.setHome(nullptr);
}

void FlowBuilder::stmts(const List<Node*>& list) {
  for (Node* n : list)
    if (n) stmt(n);
}

/// Labels inside do not make what follows a loop.
void FlowBuilder::block(const List<Node*>& list) {
  int outer = loopDepth_;
  stmts(list);
  loopDepth_ = outer;
}

void FlowBuilder::declare(Name* n) {
  if (Location* l = Context::of(n); l && !l->perTurn) l->loopDepth = loopDepth_;
}

/// A temporary that takes one of several values comes to life there.
void FlowBuilder::declareTemporary(const Node* target) {
  if (target && target->op == Op::Name && target->name->autoTemp && target->name->func == func_) declare(target->name);
}

void FlowBuilder::stmt(Node* n) {
  switch (n->op) {
    case Op::Block: return stmts(n->body);
    case Op::Declare: return declare(n->name);
    case Op::Assign: return assign({&n->x, 1}, {&n->y, 1}, "assign", n);
    case Op::AssignOp: return assign({&n->x, 1}, {&n->y, 1}, "assign", n);
    case Op::Assign2: return assign(n->list, n->list2, "assign-pair", n);
    case Op::Assign2Call: return assignFromCall(n);
    case Op::ExprStmt: return exprStmt(n->x);
    case Op::Send:
      discard(n->x);
      return assignHeap(n->y, "send", n);
    case Op::Delete: case Op::Clear: case Op::Close: case Op::Panic: case Op::Print: return call(nullptr, 0, n);
    case Op::Go: case Op::Defer: return goOrDefer(n);
    case Op::Return: return returnStmt(n);
    case Op::If:
      discard(n->x);
      block(n->body);
      return block(n->els);
    case Op::For: return forLoop(n);
    case Op::Range: return range(n);
    case Op::Switch:
      discard(n->x);
      for (Node* c : n->list) {
        discard(c->list);
        block(c->body);
      }
      return;
    case Op::TypeSwitch: return typeSwitch(n);
    case Op::Select:
      for (Node* c : n->list) {
        if (c->x && c->x->op == Op::Send) stmt(c->x);
        else if (c->x && c->list.empty()) discard(c->x);
        else if (c->x) {
          for (Node* t : c->list) declareTemporary(t);
          assign(c->list, {&c->x, 1}, "assign-pair-receive", c);
        }
        block(c->body);
      }
      return;
    case Op::Label: return label(n);
    case Op::Goto: case Op::Break: case Op::Continue: case Op::Fallthrough: return;
    default: return exprStmt(n);
  }
}

void FlowBuilder::exprStmt(Node* n) {
  while (n->op == Op::Init) {
    stmts(n->list);
    n = n->x;
  }
  switch (n->op) {
    case Op::InlinedCall:
      bindArguments(n);
      return call(nullptr, 0, n);
    case Op::CallFunc: case Op::CallInter: case Op::Copy: case Op::Recover: case Op::Delete: case Op::Clear: case Op::Close: case Op::Panic:
    case Op::Print: return call(nullptr, 0, n);
    default: return discard(n);
  }
}

void FlowBuilder::label(const Node* n) {
  const auto& loops = c_.of(func_).loopLabels;
  if (!n->implicit && std::find(loops.begin(), loops.end(), n->label) != loops.end()) ++loopDepth_;
}

void FlowBuilder::forLoop(Node* n) {
  int outer = loopDepth_++;
  // Variables of a turn take over from the turn before; see variables.h.
  bool perTurn = false;
  for (Name* v : n->loopVars) {
    Location* l = Context::of(v);
    if (!l->perTurn) continue;
    perTurn = true;
    assignTurn(v, l->carrier->name, n, true);
  }
  if (perTurn) {
    block(n->list);
    discard(n->x);
    stmts(n->body);
    for (Name* v : n->loopVars)
      if (Location* l = Context::of(v); l->perTurn) assignTurn(l->carrier->name, v, n, false);
  } else {
    discard(n->x);
    stmts(n->list);
    block(n->body);
  }
  loopDepth_ = outer;
}

void FlowBuilder::range(Node* n) {
  // The operand is evaluated in front of the loop and stays until its end.
  Location* operand = b_.newLocation(func_, nullptr, loopDepth_, true);
  for (Name* v : n->loopVars) {
    Location* l = Context::of(v);
    (l->perTurn ? l->carrier : l)->loopDepth = loopDepth_;
  }
  expr({operand}, n->x);
  ++loopDepth_;
  Hole to[2] = {b_.discard(), b_.discard()};
  for (size_t i = 0; i < n->list.size(); ++i) {
    Node* t = n->list[i];
    if (!t) continue;
    declareTemporary(t);
    Location* l = t->op == Op::Name && t->name->cls != ir::Class::Global ? Context::of(t->name) : nullptr;
    to[i] = l && l->perTurn ? Hole{l->carrier} : target(t);
  }
  bool array = ir::underlying(n->x->type)->kind == TypeKind::Array;
  b_.flow(array ? b_.note(to[1], n, "range") : b_.deref(to[1], n, "range-deref"), operand);
  for (const Hole& k : to) k.to->reassigned = true;  // by every turn
  int outer = loopDepth_;
  for (size_t i = n->loopVars.size(); i-- > 0;)
    if (Location* l = Context::of(n->loopVars[i]); l->perTurn) {
      assignTurn(n->loopVars[i], l->carrier->name, n, true);
      l->reassigned = true;
    }
  stmts(n->body);
  loopDepth_ = outer - 1;
}

void FlowBuilder::typeSwitch(Node* n) {
  Holes ks;
  for (Node* c : n->list) {
    if (!c->name) continue;
    declare(c->name);
    if (ir::info(c->name->type).hasPointers()) ks.push_back(dotType({Context::of(c->name)}, c->name->type, c, "switch case"));
  }
  expr(tee(ks.data(), ks.size()), n->x);
  for (Node* c : n->list) {
    discard(c->list);
    block(c->body);
  }
}

/// a, b = f() and the comma-ok forms.
void FlowBuilder::assignFromCall(Node* n) {
  Node* x = n->x;
  while (x->op == Op::Init) {
    stmts(x->list);
    x = x->x;
  }
  for (const Node* t : n->list) declareTemporary(t);
  if (c_.explains() && !n->implicit) return assignThroughTemporaries(n, x);
  switch (x->op) {
    case Op::Assert: return assign(n->list, {&x, 1}, "assign-pair-dot-type", n);
    case Op::IndexMap: return assign(n->list, {&x, 1}, "assign-pair-mapr", n);
    case Op::Recv: return assign(n->list, {&x, 1}, "assign-pair-receive", n);
    default: break;
  }
  if (x->op == Op::InlinedCall) bindArguments(x);
  Holes ks;
  for (Node* t : n->list) ks.push_back(target(t));
  call(ks.data(), ks.size(), x);
  for (size_t i = 0; i < ks.size(); ++i)
    if (!declares(n, n->list[i], false)) ks[i].to->reassigned = true;
}

/// The same as gc has it: temporaries take the values, and are then assigned. Only explanations show the difference.
void FlowBuilder::assignThroughTemporaries(Node* n, Node* x) {
  const char* why = x->op == Op::Assert ? "assign-pair-dot-type" : x->op == Op::IndexMap ? "assign-pair-mapr" : "assign-pair-receive";
  auto* tuple = as<Tuple>(x->type);
  Holes ks;
  for (size_t i = 0; i < n->list.size(); ++i) {
    Name* temporary = c_.arena.make<Name>();
    temporary->autoTemp = true;
    temporary->type = ir::canon(tuple->vars[i]->type);
    temporary->index = static_cast<int>(n->index) + static_cast<int>(i);
    temporary->pos = n->pos;
    temporary->inl = n->inl;
    temporary->func = func_;
    Location* l = b_.newLocation(func_, nullptr, loopDepth_, true);
    l->name = temporary;
    l->reportable = false;
    ks.push_back({l});
  }
  if (x->op == Op::Assert || x->op == Op::IndexMap || x->op == Op::Recv) {
    Hole k = b_.note(ks[0], n, why);
    const_cast<Note*>(k.notes)->values = true;
    expr(k, x);
  } else {
    if (x->op == Op::InlinedCall) bindArguments(x);
    call(ks.data(), ks.size(), x);
  }
  Holes to;
  for (Node* t : n->list) to.push_back(target(t));
  for (size_t i = 0; i < to.size(); ++i) {
    Hole k = b_.note(to[i], n, "assign-pair");
    if (!ir::info(ks[i].to->name->type).hasPointers()) k.to = b_.discard().to;
    b_.flow(k, ks[i].to);
    if (!declares(n, n->list[i], false)) to[i].to->reassigned = true;
  }
}

void FlowBuilder::returnStmt(Node* n) {
  for (size_t i = 0; i < func_->results.size(); ++i) {
    Location* l = Context::of(func_->results[i]);
    if (i < n->list.size()) expr(b_.note({l}, n, "return"), n->list[i]);
  }
  for (Name* r : func_->results) Context::of(r)->reassigned = true;
}

void FlowBuilder::goOrDefer(Node* n) {
  Hole k = b_.heap();
  n->onStack = n->op == Op::Defer && loopDepth_ == 1 && !n->y;
  if (n->onStack) k = later(b_.discard());  // it lasts until the function returns
  else if (n->op == Op::Defer) func_->loopDefer = true;
  discard(n->z);
  discard(n->y);
  expr(k, n->x->x);
}

}  // namespace burrow::escape
