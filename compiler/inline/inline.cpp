#include "compiler/inline/inline.h"

#include "compiler/inline/decide.h"
#include "compiler/inline/inliner.h"

namespace burrow::inlining {

void run(ir::Unit& unit, const Options& options) {
  if (!options.enabled) return;
  Decider decider(unit);
  decider.all();
  Inliner(unit, decider, options).run();
}

}  // namespace burrow::inlining
