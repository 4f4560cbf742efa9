// Labels and jumps of function bodies.
#pragma once

#include "compiler/source/diagnostics.h"
#include "compiler/syntax/nodes.h"

namespace burrow::syntax {

/// Sets the target of each break, continue and goto in `body` (not in function literals within it:
/// those have bodies of their own) and reports, in gc's words, misplaced ones, labels that are
/// missing, unused or declared twice, and gotos into blocks or over variable declarations.
void checkBranches(BlockStmt* body, Diagnostics& diagnostics);

}  // namespace burrow::syntax
