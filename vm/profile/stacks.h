// Call stacks of samples, each kept once.
#pragma once

#include <cstdint>
#include <span>

#include "vm/sched/goroutine.h"

namespace burrow::vm {

/// Longest stack that is kept, in logical frames.
inline constexpr unsigned kMaxProfileFrames = 128;

/// Number of a stack in the table: the same for equal ones. `pcs` innermost first, as runtime.Callers gives them (one behind the
/// instruction; a frame for each inlined call).
uint32_t internStack(std::span<const Insn* const> pcs);
std::span<const Insn* const> stackOf(uint32_t number);
/// The stack of g as it stands, `skip` logical frames left out.
unsigned captureStack(Goroutine& g, const Insn** pcs, unsigned max, unsigned skip = 0);
uint32_t currentStack(Goroutine& g, unsigned skip = 0);

}  // namespace burrow::vm
