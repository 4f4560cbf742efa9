// Assignments to local variables that nobody reads.
#pragma once

#include "compiler/escape/context.h"

namespace burrow::escape {

/// Takes out of f, and of the literals in it that capture something, what is assigned to variables without a use, unless evaluating it has
/// effects. Inlining leaves many: the literal that was the argument of an inlined call goes with its parameter (FuncState::dropped).
void removeDeadLocals(Context& context, ir::Func* f);

}  // namespace burrow::escape
