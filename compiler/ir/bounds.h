// Index expressions that need no bounds check.
#pragma once

#include "compiler/ir/ir.h"

namespace burrow::ir {

/// Marks (Node::bounded) what indexes an array with a value whose type, mask, modulus or shift keeps it inside, as gc recognizes it; remarks
/// say so.
void elideBoundsChecks(Unit& unit);

}  // namespace burrow::ir
