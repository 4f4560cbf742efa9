#include "compiler/inline/inline.h"

#include "compiler/inline/benchmark_loops.h"
#include "compiler/inline/cost.h"
#include "compiler/inline/decide.h"
#include "compiler/inline/inliner.h"
#include "compiler/ir/instance_wrappers.h"

namespace burrow::inlining {

void run(ir::Unit& unit, const Options& options) {
  if (unit.remarks) ir::addInstanceWrappers(unit);
  reportBenchmarkLoops(unit);
  Decider decider(unit, options.cheapCalls ? kCheapCallCost : kCallCost);
  if (options.enabled) decider.all();  // calls become direct even without inlining
  Inliner(unit, decider, options).run();
}

}  // namespace burrow::inlining
