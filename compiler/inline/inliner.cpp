#include "compiler/inline/inliner.h"

#include <algorithm>
#include <unordered_set>

#include "compiler/inline/cost.h"
#include "compiler/ir/call_graph.h"
#include "compiler/ir/late.h"
#include "compiler/ir/remark.h"
#include "compiler/ir/visit.h"
#include "vm/bytecode/check.h"

namespace burrow::inlining {

using ir::Class;
using ir::Op;

namespace {

Func* outermostFunc(Func* f) {
  while (f->outer) f = f->outer;
  return f;
}

}  // namespace

void Inliner::run() {
  known_ = unit_.funcs.size();
  std::vector<Func*> order = ir::inDeclarationOrder(unit_);
  for (Func* f : order) add(f);
  for (size_t k = 0; k < callers_.size(); ++k)
    for (size_t i = 0; i < callers_[k].calls.size(); ++i) resolve(callers_[k], i);
  size_t first = callers_.size();
  ir::visitBottomUp(unit_, order, [&](const std::vector<Func*>& component, bool) { visit(component); });
  // Instances that came with bodies from other packages, and what comes with them.
  takeNewFuncs();
  for (size_t k = first; k < callers_.size(); ++k) {
    for (size_t i = 0; i < callers_[k].calls.size(); ++i) resolve(callers_[k], i);
    visit({callers_[k].func});
    takeNewFuncs();
  }
  for (Caller& c : callers_) {
    if (c.edited) dropLiterals(c.func);
    c.func->phase = nullptr;
  }
}

// ---- Callers and their calls

Inliner::Caller* Inliner::callerOf(Func* f) { return static_cast<Caller*>(f->phase); }

void Inliner::add(Func* f) {
  f->phase = nullptr;
  if (f->native) return;
  Caller& c = callers_.emplace_back();
  c.func = f;
  f->phase = &c;
  c.quiet = f->unreported || (f->wrapper && !f->goDeferWrapper);
  c.big = isBig(*f);
  if (c.big && !c.quiet && unit_.remarks && unit_.remarks->level >= 2)
    unit_.remarks->add(f->pos, ir::RemarkKind::BigFunction,
                       "function " + speller_.func(*f) + " considered 'big'; reducing max cost of inlinees", 2);
  // go f() calls f itself: where there is a function around it, gc has none.
  if (!f->unreported)
    for (Node* n : f->body)
      if (n) collect(n, c);
  for (Func* literal : f->closures) add(literal);
}

void Inliner::collect(Node* n, Caller& caller) {
  if (n->op == Op::Go || n->op == Op::Defer) {
    // The call itself is made elsewhere, or later.
    ir::visitChildren(n->x, [&](Node* c) { collect(c, caller); });
    if (n->y) collect(n->y, caller);
    return;
  }
  ir::visitChildren(n, [&](Node* c) { collect(c, caller); });
  if (n->op == Op::CallFunc || n->op == Op::CallInter) caller.calls.push_back(n);
}

void Inliner::takeNewFuncs() {
  for (; known_ < unit_.funcs.size(); ++known_) {
    Func* f = unit_.funcs[known_];
    if (!f->native) unit_.bySymbol.emplace(f->symbol, f);
    // They have been reported where they are at home.
    ir::Remarks* remarks = std::exchange(unit_.remarks, nullptr);
    decider_.decide(f);
    add(f);
    unit_.remarks = remarks;
    callerOf(f)->quiet = true;
  }
}

void Inliner::visit(const std::vector<Func*>& component) {
  for (bool done = false; !done;) {
    done = true;
    for (Func* f : component)
      if (Caller* c = callerOf(f); c && pass(*c)) done = false;
  }
}

/// Looks once at all calls; whether some were replaced.
bool Inliner::pass(Caller& caller) {
  bool changed = false;
  for (size_t from = 0, to = caller.calls.size(); from < to;) {
    for (size_t i = from; i < to; ++i)
      if (Node* target = resolve(caller, i)) changed |= tryInline(caller, i, target);
    from = to;
    to = caller.calls.size();
    for (size_t i = from; i < to; ++i) resolve(caller, i);
  }
  return changed;
}

ir::ReassignOracle& Inliner::oracleOf(Func* f) {
  auto& oracle = oracles_[outermostFunc(f)];
  if (!oracle) oracle = std::make_unique<ir::ReassignOracle>(*outermostFunc(f));
  return *oracle;
}

/// The function that a call calls, as a FuncName, MethodExpr or Closure node, if it might be inlined; counts the calls of literals.
Node* Inliner::resolve(Caller& caller, size_t i) {
  Node* call = caller.calls[i];
  if (!call) return nullptr;
  if (i < caller.targets.size() && caller.targets[i]) return caller.targets[i];
  if (call->op == Op::CallInter)
    if (Type* t = devirtualizer_.receiverType(call)) {
      preserve(caller.func);
      devirtualizer_.devirtualize(*caller.func, call, t, caller.quiet);
      caller.edited = true;
    }
  if (call->op != Op::CallFunc) return nullptr;
  Node* t = target(caller, call);
  if (!t) return nullptr;
  if (caller.targets.size() <= i) caller.targets.resize(i + 1);
  caller.targets[i] = t;
  if (t->op == Op::Closure) ++uses_[t->func];
  return t;
}

Node* Inliner::target(Caller& caller, Node* call) {
  Node* f = call->x;
  if (f->op != Op::FuncName && f->op != Op::MethodExpr && f->op != Op::Closure) f = ir::staticCallee(call, oracleOf(caller.func));
  if (!f) return nullptr;
  if (f->op == Op::Closure) {
    const Func* literal = f->func;
    return literal->captures.empty() || literal->captures[0]->outer->func == caller.func ? f : nullptr;
  }
  if (!f->object || isIntrinsic(f->object)) return nullptr;
  if (f->symbol.starts_with("internal/abi.EscapeNonString[")) return nullptr;
  return f;
}

// ---- Deciding one call

bool Inliner::find(Node* target, Callee& callee) {
  callee.symbol = target->symbol;
  callee.package = target->package;
  if (target->op == Op::Closure) {
    decider_.decide(target->func);
    callee.func = target->func;
    callee.symbol = target->func->symbol;
    callee.package = {};
    callee.literal = true;
  } else {
    const burrow::Func* object = target->object;
    if (object->syntax && !object->syntax->body) return false;  // some function elsewhere has the body
    callee.func = ir::funcOf(unit_, target);
    if (!callee.func) {
      if (target->package.empty() || !object->facts) return false;
      callee.object = object;
      callee.cost = object->facts->inlineCost;
      callee.delayResults = object->facts->delayResults;
      return callee.cost >= 0;
    }
  }
  if (!callee.func->inlineBody) return false;
  callee.cost = callee.func->inlineBody->cost;
  callee.delayResults = callee.func->inlineBody->delayResults;
  return true;
}

/// Whether the cost is not too high for this caller.
bool Inliner::fits(const Caller& caller, const Callee& callee, const Node* target) const {
  int32_t limit = caller.big ? kBigFunctionBudget : kBudget;
  if (callee.literal) {
    limit *= 2;
    if (auto it = uses_.find(target->func); it != uses_.end() && it->second == 1) limit = std::max(limit, kLiteralBudget);
  }
  return callee.cost <= limit;
}

/// Whether the call is part of a recursion that has been unrolled already.
bool Inliner::recurses(const Caller& caller, const Node* call, const Callee& callee) {
  for (uint32_t i = call->inl; i; i = unit_.inlineTree[i].parent)
    if (unit_.inlineTree[i].call == call->pos) return true;
  for (uint32_t i = call->inl; i; i = unit_.inlineTree[i].parent) {
    if (unit_.inlineTree[i].symbol != callee.symbol) continue;
    if (!caller.quiet && unit_.remarks && unit_.remarks->level >= 2) {
      std::string text = "cannot inline " + speller_.calleeName(callee.symbol, callee.package, callee.object);
      text += " into " + speller_.func(*caller.func) + ": repeated recursive cycle";
      unit_.remarks->add(ir::outermost(unit_, call->pos, call->inl), ir::RemarkKind::CannotInline, std::move(text), 2);
    }
    return true;
  }
  return false;
}

bool Inliner::tryInline(Caller& caller, size_t i, Node* target) {
  Node* call = caller.calls[i];
  Callee callee;
  if (!find(target, callee) || !fits(caller, callee, target) || recurses(caller, call, callee)) return false;
  if (callee.object) {
    callee.func = templateOf(const_cast<burrow::Func*>(callee.object));
    if (!callee.func) {
      caller.calls[i] = nullptr;
      return false;
    }
  }
  if (call->list.size() != callee.func->params.size()) return false;
  report(caller, call, target, callee);
  caller.calls[i] = nullptr;
  if (options_.isInstruction && !callee.literal && options_.isInstruction(callee.symbol)) {
    reportInside(caller, call, *callee.func);
    return false;
  }
  replace(caller, call, callee);
  return true;
}

void Inliner::report(const Caller& caller, const Node* call, const Node* target, const Callee& callee) {
  if (caller.quiet || !unit_.remarks) return;
  const burrow::Func* object = callee.literal ? nullptr : target->object;
  unit_.remarks->add(ir::outermost(unit_, call->pos, call->inl), ir::RemarkKind::InliningCall,
                     "inlining call to " + speller_.calleeName(callee.symbol, callee.package, object));
}

/// A call that stays for code generation would have been inlined, and calls in the function with it.
void Inliner::reportInside(const Caller& caller, const Node* call, const Func& f) {
  if (caller.quiet || !unit_.remarks) return;
  ir::visitAll(f.body, false, [&](const Node* n) {
    if (n->op != Op::CallFunc || n->x->op != Op::FuncName || !n->x->object || isIntrinsic(n->x->object)) return;
    Callee inner;
    if (!find(n->x, inner) || !fits(caller, inner, n->x)) return;
    if (inner.object) inner.func = templateOf(const_cast<burrow::Func*>(inner.object));
    if (!inner.func) return;
    report(caller, call, n->x, inner);
    reportInside(caller, call, *inner.func);
  });
}

// ---- Replacing it

const Func* Inliner::templateOf(burrow::Func* object) {
  auto [it, isNew] = templates_.try_emplace(object, nullptr);
  if (!isNew) return it->second;
  const Func* built = ir::buildImported(unit_, object);
  takeNewFuncs();
  return templates_[object] = built;
}

/// Before f changes: callers yet to come want it as it is now.
void Inliner::preserve(Func* f) {
  for (; f; f = f->outer)
    if (f->inlineBody && f->inlineBody->source == f) f->inlineBody->source = cloner_.snapshot(*f);
}

/// What happens when the function of a call is evaluated, known as it is: results of inlined calls may be literals.
void Inliner::evaluateCallee(Node* fun, std::vector<Node*>& out) {
  for (;;) {
    switch (fun->op) {
      case Op::ConvNop: case Op::Paren: fun = fun->x; continue;
      case Op::InlinedCall: {
        Node* run = unit_.arena->make<Node>(Op::ExprStmt);
        run->pos = fun->pos;
        run->inl = fun->inl;
        run->x = fun;
        out.push_back(run);
        return;
      }
      default: return;
    }
  }
}

void Inliner::replace(Caller& caller, Node* call, const Callee& callee) {
  preserve(caller.func);
  auto frame = static_cast<uint32_t>(unit_.inlineTree.size());
  std::string_view package = callee.func->package;
  unit_.inlineTree.push_back({call->inl, call->pos, callee.func->symbol, package, callee.func->pos});
  const Func& source = callee.func->inlineBody ? *callee.func->inlineBody->source : *callee.func;
  Expansion copy = cloner_.expand(*caller.func, *callee.func, source, *call, frame, callee.delayResults);

  Arena& arena = *unit_.arena;
  auto node = [&](Op op, Type* type = nullptr) {
    Node* n = arena.make<Node>(op);
    n->pos = call->pos;
    n->inl = call->inl;
    n->type = type;
    return n;
  };
  auto nameNode = [&](Name* name) {
    Node* n = node(Op::Name, name->type);
    n->name = name;
    return n;
  };
  std::vector<Node*> before, targets, results;
  evaluateCallee(call->x, before);
  if (!copy.params.empty()) {
    for (Name* p : copy.params) targets.push_back(p ? nameNode(p) : nullptr);
    Node* bind = node(Op::Assign2);
    bind->def = true;
    bind->list = arena.list(targets);
    bind->list2 = call->list;
    before.push_back(bind);
  }
  for (Name* r : copy.results) {
    results.push_back(nameNode(r));
    if (callee.delayResults) continue;
    Node* declare = node(Op::Declare);
    declare->name = r;
    before.push_back(declare);
  }
  Node replaced = *node(Op::InlinedCall, call->type);
  replaced.x = arena.make<Node>(*call);
  replaced.func = callee.object ? nullptr : const_cast<Func*>(callee.func);
  replaced.list = arena.list(before);
  replaced.body = arena.list(copy.body);
  replaced.list2 = arena.list(results);
  *call = replaced;

  caller.edited = true;
  if (auto it = oracles_.find(outermostFunc(caller.func)); it != oracles_.end()) it->second->add(call);
  for (Node* n : call->body) collect(n, caller);
  devirtualizer_.inlined(call);
}

/// Literals whose only calls were replaced are gone.
void Inliner::dropLiterals(Func* f) {
  if (f->closures.empty()) return;
  std::unordered_set<const Func*> left;
  ir::visitAll(f->body, false, [&](const Node* n) {
    if (n->op == Op::Closure) left.insert(n->func);
  });
  std::erase_if(f->closures, [&](Func* c) {
    if (left.count(c)) return false;
    if (auto it = unit_.bySymbol.find(c->symbol); it != unit_.bySymbol.end() && it->second == c) unit_.bySymbol.erase(it);
    return true;
  });
}

}  // namespace burrow::inlining
