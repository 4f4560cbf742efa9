// The public face of the jit: registers itself with the vm.
#pragma once

#include <cstdint>

namespace burrow::jit {

enum class Mode : uint8_t {
  On,       ///< functions that are called often, or found running long
  Always,   ///< every function at its first call
};

struct Options {
  Mode mode = Mode::On;
  uint32_t threshold = 100;  ///< calls until a function is compiled (On)
  uint32_t limit = ~0u;       ///< functions to compile, the rest is interpreted: bisecting finds a badly compiled one
  bool optimize = true;       ///< by the optimizing tier (jit/ssa) where it can
  unsigned registers = 0;     ///< of each class for values in the optimizing tier; 0: all (few: a test mode)
  bool stats = false;         ///< what was compiled and what not, on standard error when the program ends
};

/// Before anything is loaded: the linker gives functions their entries. False if this system gives no memory for code.
bool install(const Options& options);

/// What has been compiled until now.
struct Totals {
  uint64_t functions, failed, nanoseconds, codeBytes;
};
Totals totals();

}  // namespace burrow::jit
