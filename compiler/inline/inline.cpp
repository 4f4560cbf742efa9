#include "compiler/inline/inline.h"

#include "compiler/inline/benchmark_loops.h"
#include "compiler/inline/decide.h"
#include "compiler/inline/inliner.h"

namespace burrow::inlining {

void run(ir::Unit& unit, const Options& options) {
  reportBenchmarkLoops(unit);
  Decider decider(unit);
  if (options.enabled) decider.all();  // calls become direct even without inlining
  Inliner(unit, decider, options).run();
}

}  // namespace burrow::inlining
