// Which functions calls of func values and of interface methods lead to, as the templates' code sees them run: what the optimizing tier inlines.
#pragma once

#include <span>

#include "vm/func.h"

namespace burrow::jit {

/// One call instruction: the Funcs of the func values, or the itabs of the interfaces, that came there. Written by machine code, at any time; read by the thread that compiles.
struct CallSite {
  static constexpr unsigned kTargets = 4;
  const void* seen[kTargets] = {};   ///< in the order they came; null behind the last
  uint64_t others = 0;             ///< whether there were more

  std::span<const void* const> targets() const {
    unsigned n = 0;
    while (n < kTargets && __atomic_load_n(&seen[n], __ATOMIC_ACQUIRE)) n++;
    return {seen, n};
  }
  bool full() const { return __atomic_load_n(&others, __ATOMIC_RELAXED) != 0; }
};

/// That of the call at pc, for code that is to note targets there. It stays.
CallSite* noteCallSite(const Insn* pc);
/// Null if no code notes anything there.
const CallSite* callSiteAt(const Insn* pc);

/// Called with the CallSite in rax and what is to be noted in r11. Loses nothing but flags.
const char* callSiteStub();

}  // namespace burrow::jit
