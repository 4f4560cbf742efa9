// A first look at each function: locations for its variables, labels that make loops, loop variables that live for one turn, and
// assignments that are for nothing.
#pragma once

#include "compiler/escape/context.h"

namespace burrow::escape {

/// Looks at f and at all literals in it.
///
/// A loop variable is one variable for each turn. As gc does it: if the loop takes its address or captures it (other than in a return
/// statement), the variable is declared in the body and a second one carries the value over; else it is declared in front of the loop,
/// which nobody can tell from outside. Location::perTurn says which.
///
/// What is assigned to variables without a use is taken out, unless evaluating it has effects. Inlining leaves many of these: the literal
/// that was the argument of an inlined call goes with its parameter (Func::dead).
void prepare(Context& context, ir::Func* f);

}  // namespace burrow::escape
