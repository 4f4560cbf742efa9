// Sets of //go: directives, beyond those that nodes.h gives a name to.
#pragma once

#include <cstdint>

#include "compiler/syntax/nodes.h"

namespace burrow::syntax {

/// Directives that only their place is checked for.
constexpr uint32_t kGoBuild = 1u << 31, kRegisterParams = 1u << 30;

/// What may stand before a function.
constexpr uint32_t kFunctionPragmas = kNoescape | kNorace | kNosplit | kNoinline | kNocheckptr |
                                      kRegisterParams | kCgoUnsafeArgs | kUintptrKeepAlive |
                                      kUintptrEscapes | kSystemstack | kNowritebarrier |
                                      kNowritebarrierrec | kYeswritebarrierrec;

}  // namespace burrow::syntax
