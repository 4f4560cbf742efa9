// What may be put in the place of a call.
#pragma once

#include "compiler/ir/ir.h"

namespace burrow::ir {

/// Set for functions that may be inlined (decide.h); calls are replaced by copies of `source` (inliner.h).
struct InlineBody {
  int32_t cost = 0;             ///< gc's
  bool delayResults = false;    ///< gc's CanDelayResults: the result variables come to life where the one return is
  const Func* source = nullptr; ///< the function as it was before anything was inlined into it: itself, or a copy once it was changed
};

}  // namespace burrow::ir
