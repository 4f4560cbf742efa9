// See own_slices.cpp.
#pragma once

#include "compiler/escape/context.h"

namespace burrow::escape {

/// Lets appends to slices that only one variable refers to use the frame. After the verdicts; changes no message.
void keepOwnSlices(Context& context, ir::Func* f);

}  // namespace burrow::escape
