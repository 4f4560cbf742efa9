// A first look at each function: locations for its variables, labels that make loops, loop variables that live for one turn.
#pragma once

#include "compiler/escape/context.h"

namespace burrow::escape {

/// Looks at f and at all literals in it.
///
/// A loop variable is one variable for each turn. As gc does it: if the loop takes its address or captures it (other than in a return
/// statement), the variable is declared in the body and a second one carries the value over; else it is declared in front of the loop,
/// which nobody can tell from outside. Location::perTurn says which.
void prepareVariables(Context& context, ir::Func* f);

}  // namespace burrow::escape
