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
  ir::Mentions mentions(unit);
  Inliner inliner(unit, decider, options);
  inliner.survey(mentions);
  if (options.enabled) decider.all(mentions);  // calls become direct even without inlining
  inliner.run();
}

}  // namespace burrow::inlining
