// The public face of the jit: registers itself with the vm.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vm/func.h"

namespace burrow::jit {

enum class Mode : uint8_t {
  On,       ///< functions that are called often, or found running long
  Always,   ///< every function at its first call
};

struct Options {
  Mode mode = Mode::On;
  bool background = true;     ///< compile on a thread of its own (On)
  uint32_t improveAfter = 2000;  ///< calls of what the templates made until the optimizing tier is asked; 0: it is asked at once (On)
  uint32_t threshold = 100;  ///< calls until a function is compiled (On)
  uint32_t limit = ~0u;       ///< functions to compile, the rest is interpreted: bisecting finds a badly compiled one
  bool optimize = true;       ///< by the optimizing tier (jit/ssa) where it can
  unsigned registers = 0;     ///< of each class for values in the optimizing tier; 0: all (few: a test mode)
  bool stats = false;         ///< what was compiled and what not, on standard error when the program ends
  bool perf = false, gdb = false;      ///< tell perf, gdb of the code (jit/observe.h)
  std::vector<std::string> dumps{};    ///< functions and passes to print (jit/dump.h)
};

/// Before anything is loaded: the linker gives functions their entries. False if this system gives no memory for code.
bool install(const Options& options);

/// What has been compiled until now; nothing more is compiled in the background from then on.
struct Totals {
  uint64_t functions, failed, nanoseconds, codeBytes;
};
Totals totals();

/// The machine code that a tier makes of f, a linked function, as text beside the bytecode; empty with a reason if it does not take it.
/// After install.
std::string listCode(vm::Func& f, bool optimized, std::string* why);

}  // namespace burrow::jit
