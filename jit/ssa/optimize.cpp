// The passes over SSA in their order, and what follows each: replaced and dead values go.
#include <algorithm>

#include "jit/ssa/numbering.h"

namespace burrow::jit {

namespace {

/// Phis that merge one value only, until there are none: the builder makes some at loop headers.
void dropTrivialPhis(Graph& g) {
  for (bool changed = true; changed;) {
    changed = false;
    for (Block* b : g.blocks)
      std::erase_if(b->phis, [&](Value* phi) {
        Value* same = nullptr;
        for (Value*& a : phi->args) {
          a = resolve(a);
          if (a == phi || a == same) continue;
          if (same) return false;
          same = a;
        }
        if (!same) return false;
        phi->forward = same;
        return changed = true;
      });
  }
}

/// Values that nobody needs. What was replaced is so wherever it is named.
void dropDead(Graph& g) {
  Vec<bool> live(g.pool.size(), false);
  Vec<Value*> work;
  work.reserve(g.pool.size());
  auto need = [&](Value* v) {
    if (!live[v->id]) live[v->id] = true, work.push_back(v);
  };
  for (Block* b : g.blocks)
    for (Value* v : b->values)
      if (flagsOf(v->op) & (kWrites | kTraps | kEffect | kEnds)) need(v);
  while (!work.empty()) {
    Value* v = work.back();
    work.pop_back();
    for (Value*& a : v->args) need(a = resolve(a));
    if (v->state)
      for (auto& e : v->state->entries) need(e.value = resolve(e.value));
  }
  for (Block* b : g.blocks) {
    std::erase_if(b->phis, [&](Value* v) { return !live[v->id]; });
    std::erase_if(b->values, [&](Value* v) { return !live[v->id]; });
  }
}

void clean(Graph& g) {
  dropTrivialPhis(g);
  dropDead(g);
}

}  // namespace

void optimize(Graph& g, void (*after)(const Graph& g, const char* pass)) {
  clean(g);
  after(g, "clean");
  Numbering(g).run();
  clean(g);
  after(g, "number");
  if (threadBranches(g)) clean(g);
  after(g, "branches");
  bool loops = std::any_of(g.blocks.begin(), g.blocks.end(), [](Block* b) { return b->header; });
  if (loops) {
    improveLoops(g);
    after(g, "loops");
    Numbering(g).run();
    for (Block* b : g.blocks) std::erase_if(b->values, [](Value* v) { return v->op == SOp::LoopEntry; });
    clean(g);
  }
  if (expandDivisions(g)) clean(g);
  foldAddresses(g);
  dropDead(g);
  chooseKinds(g);
  after(g, "optimize");
}

}  // namespace burrow::jit
