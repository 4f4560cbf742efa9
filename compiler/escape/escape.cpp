// The order of things: a first look at every function, then each component of the call graph.
#include "compiler/escape/escape.h"

#include <unordered_set>

#include "compiler/escape/batch.h"
#include "compiler/escape/builder.h"
#include "compiler/escape/own_slices.h"
#include "compiler/escape/tags.h"
#include "compiler/escape/variables.h"
#include "compiler/ir/call_graph.h"
#include "compiler/ir/instance_wrappers.h"

namespace burrow::escape {

using ir::Func;

const ir::ReassignOracle& Context::oracle(Func* f) {
  while (f->outer && f->outer != unit.init) f = f->outer;
  FuncState& s = of(f);
  if (!s.oracle) s.oracle = std::make_unique<ir::ReassignOracle>(*f);
  return *s.oracle;
}

const std::string* Context::keep(std::string text) {
  thread_local auto& kept = *new std::unordered_set<std::string>;
  return &*kept.insert(std::move(text)).first;
}

/// Functions without a body are tagged by what their declarations say, in front of who calls them first.
void Batch::tagNatives(const std::vector<Func*>& natives) {
  for (Func* f : natives) {
    FuncState& s = context_.of(f);
    if (s.state == FuncState::Tagged) continue;
    s.state = FuncState::Tagged;
    tagParameters(context_, f);
  }
}

void Batch::analyze(const std::vector<Func*>& component) {
  for (Func* f : component) tagNatives(f->native ? std::vector<Func*>{f} : context_.of(f).natives);
  for (Func* f : component)
    if (!isSkipped(f) && !f->native) addFunc(f);
  for (size_t i = 0, n = funcs_.size(); i < n; ++i)
    if (!isInner(funcs_[i])) FlowBuilder(*this, funcs_[i]).walk();
  flowCaptures();
  for (size_t i = 0; i < all_.size(); ++i) {
    Location* l = all_[i];
    if (!l->name && !l->node) continue;
    if (l->node) foldSizes(l);
    const char* why = heapReason(l);
    if (!why) continue;
    if (l->node) flow(address(heap(), l->node, why), l);
    else flow(address(heap(), l->name, why), l);
  }
  solve();
  finish();
}

namespace {

void withLiterals(Func* f, const std::function<void(Func*)>& visit) {
  visit(f);
  for (Func* c : f->closures) withLiterals(c, visit);
}

/// What is to be analysed on its own: everything but literals that capture something. As in gc that includes literals which were dropped.
void addRoots(Func* f, std::vector<Func*>& roots) {
  if (!isInner(f)) roots.push_back(f);
  for (Func* c : f->closures) addRoots(c, roots);
}

/// Leaves out literals that nothing mentions any more: there is no code to be made for them.
void forget(Func* f) {
  std::erase_if(f->closures, [](Func* c) { return c->dead; });
  for (ir::Name* n : f->params) n->phase = nullptr;
  for (ir::Name* n : f->results) n->phase = nullptr;
  for (ir::Name* n : f->locals) n->phase = nullptr;
  for (Func* c : f->closures) forget(c);
}

}  // namespace

void run(ir::Unit& unit, const Options& options) {
  Context context(unit, options);
  context.speller.unusedAreZero = true;
  std::vector<Func*> funcs;
  for (Func* f : ir::inDeclarationOrder(unit))
    if (!isSkipped(f)) funcs.push_back(f);
  for (Func* f : funcs)
    if (f->native && f->object) context.addNative(f);
  for (Func* f : funcs) prepare(context, f);
  // Literals of package variables that are data by now are in nobody's code.
  std::vector<Func*> roots;
  for (Func* f : funcs) addRoots(f, roots);
  ir::visitBottomUp(unit, roots, [&](const std::vector<Func*>& component, bool) { Batch(context).analyze(component); });
  for (Func* f : funcs)
    withLiterals(f, [&](Func* g) {
      if (context.of(g).appends) keepOwnSlices(context, g);
    });
  for (Func* f : funcs) forget(f);
  std::erase_if(unit.funcs, [](const Func* f) { return ir::isInstanceWrapper(*f); });
}

}  // namespace burrow::escape
