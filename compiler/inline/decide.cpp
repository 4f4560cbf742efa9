#include "compiler/inline/decide.h"

#include <algorithm>

#include "compiler/inline/cost.h"
#include "compiler/ir/remark.h"
#include "compiler/ir/visit.h"
#include "compiler/syntax/pragma.h"

namespace burrow::inlining {

using ir::Func;
using ir::Node;
using ir::Op;

namespace {

/// Whether the result variables need not exist before the one return: there is exactly one, it has operands, and none has a name.
bool canDelayResults(const Func& f) {
  int returns = 0;
  ir::visitAll(f.body, false, [&](const Node* n) {
    if (n->op == Op::Return) returns += n->list.empty() ? 2 : 1;
  });
  if (returns != 1) return false;
  return std::none_of(f.results.begin(), f.results.end(), [](const ir::Name* r) { return !r->name.empty() && r->name != "_"; });
}

const Func& outermostFunc(const Func& f) {
  const Func* top = &f;
  while (top->outer) top = top->outer;
  return *top;
}

/// Functions that gc does not know: aliases for the linker, bound receivers, literals around calls that gc defers as they are.
bool isMadeUp(const Func& f) { return f.wrapper && !f.goDeferWrapper; }

}  // namespace

void Decider::all(ir::Mentions& mentions) {
  ir::visitBottomUp(mentions, ir::inDeclarationOrder(unit_), [&](const std::vector<Func*>& component, bool) {
    for (Func* f : component)
      if (f != unit_.init && !isMadeUp(*f)) decide(f);
    components_.push_back(component);
  });
  oracles_.clear();
}

void Decider::decide(Func* f) {
  if (!decided_.insert(f).second) return;
  if (std::string reason = impossible(*f); !reason.empty()) return refuse(f, reason);
  std::optional<int32_t> replaced = f->outer ? std::nullopt : replacedCost(f->symbol);
  if (replaced && *replaced < 0) return;
  CostOptions options;
  options.budget = f->outer ? kLiteralBudget : kBudget;
  options.callCost = callCost_;
  options.full = unit_.remarks && unit_.remarks->level >= 2;
  bool big = isBig(*f);
  options.calleeCost = [&](const Node* call) { return calleeCost(*f, call, big); };
  Cost cost = costOf(*f, options);
  if (cost.reason.empty()) allow(f, replaced.value_or(cost.total));
  else refuse(f, cost.reason);
}

/// Why a function cannot be inlined whatever it does, in the order in which gc asks.
std::string Decider::impossible(const Func& f) const {
  static constexpr std::pair<uint32_t, const char*> kMarks[] = {
      {syntax::kNoinline, "marked go:noinline"},
      {syntax::kCgoUnsafeArgs, "marked go:cgo_unsafe_args"},
      {syntax::kUintptrKeepAlive, "marked as having a keep-alive uintptr argument"},
      {syntax::kUintptrEscapes, "marked as having an escaping uintptr argument"},
      {syntax::kYeswritebarrierrec, "marked go:yeswritebarrierrec"},
  };
  for (auto [pragma, reason] : kMarks)
    if (f.pragma & pragma) return reason;
  return f.native ? "no function body" : "";
}

void Decider::allow(Func* f, int32_t cost) {
  bool delay = canDelayResults(*f);
  f->inlineBody = unit_.arena->make<ir::InlineBody>(cost, delay, f);
  if (f->object && !f->dupOk && !f->outer) {
    if (!f->facts) f->facts = f->object->facts ? f->object->facts : new FuncFacts;
    f->facts->inlineCost = cost;
    f->facts->delayResults = delay;
    f->object->facts = f->facts;
  }
  if (!unit_.remarks) return;
  std::string text = "can inline " + speller_.qualifiedFunc(*f);
  if (unit_.remarks->level >= 2)
    text += " with cost " + std::to_string(cost) + " as: " + speller_.signature(*f) + " { " + speller_.body(f->body) + " }";
  unit_.remarks->add(f->pos, ir::RemarkKind::CanInline, std::move(text));
}

void Decider::refuse(const Func* f, const std::string& reason) {
  if (!unit_.remarks || unit_.remarks->level < 2) return;
  unit_.remarks->add(f->pos, ir::RemarkKind::CannotInline, "cannot inline " + speller_.qualifiedFunc(*f) + ": " + reason, 2);
}

int32_t Decider::calleeCost(const Func& caller, const Node* call, bool bigCaller) {
  const Node* callee = calleeOf(caller, call);
  if (!callee || (callee->op == Op::MethodExpr && callee->index == ir::kTypeParamMethod)) return -1;
  int32_t limit = bigCaller ? kBigFunctionBudget : kBudget, cost;
  if (callee->op == Op::Closure) {
    Func* literal = callee->func;
    // A literal that captures is inlined only into the function that made it.
    if (!literal->captures.empty() && literal->captures[0]->outer->func != &caller) return -1;
    decide(literal);
    cost = literal->inlineBody ? literal->inlineBody->cost : -1;
    limit *= 2;
  } else {
    cost = costOfKnown(callee);
    if (isThroughWrapper(call, callee) && isMarkedNoinline(unit_, callee)) return -1;
    if (isThroughWrapper(call, callee)) cost = wrapperCost(callee, cost >= 0 && cost <= kBudget ? cost : callCost_);
  }
  return cost <= limit ? cost : -1;
}

/// The function that is called, if it is known. Few calls need more than a look.
const Node* Decider::calleeOf(const Func& caller, const Node* call) {
  const Node* f = call->x;
  while (f->op == Op::ConvNop || f->op == Op::Paren) f = f->x;
  if (f->op == Op::FuncName || f->op == Op::MethodExpr || f->op == Op::Closure) return f;
  if (f->op == Op::Name && ir::declared(f->name)->cls != ir::Class::Local) return nullptr;
  if (f->op != Op::Name && f->op != Op::InlinedCall) return nullptr;
  return ir::staticCallee(call, oracleFor(caller));
}

int32_t Decider::costOfKnown(const Node* callee) const {
  if (auto replaced = replacedCost(callee->symbol)) return *replaced;
  const burrow::Func* object = callee->object;
  if (object && object->syntax && !object->syntax->body) return -1;  // its body is another function's, by linkname
  if (const Func* f = ir::funcOf(unit_, callee)) return f->inlineBody ? f->inlineBody->cost : -1;
  return object && object->facts ? object->facts->inlineCost : -1;
}

const ir::ReassignOracle& Decider::oracleFor(const Func& f) {
  const Func& top = outermostFunc(f);
  auto& oracle = oracles_[&top];
  if (!oracle) oracle = std::make_unique<ir::ReassignOracle>(top);
  return *oracle;
}

}  // namespace burrow::inlining
