#include "compiler/inline/inline.h"

namespace burrow::inlining {

void run(ir::Unit& unit, const Options& options) {
  if (!options.enabled) return;
}

}  // namespace burrow::inlining
