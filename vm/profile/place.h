// Where a goroutine was interrupted: what the handler of samples finds out, from registers and memory alone. Async-signal-safe. Inner
// header of vm/profile.
#pragma once

#include <signal.h>
#include <ucontext.h>

#include "vm/sched/goroutine.h"

namespace burrow::vm {

constexpr unsigned kMaxInlined = 8;

/// A frame, and the instruction in it.
struct Place {
  const Slot* fp = nullptr;      ///< null: nothing is sure
  const Insn* pc = nullptr;
  const Insn* inlined[kMaxInlined] = {};  ///< calls in machine code that have no frame, from the innermost outwards, up to that of fp
  unsigned inlinedCount = 0;
  bool inside = false;           ///< in C++, on behalf of the instruction
};

/// By the interrupted registers of the thread that runs g.
Place placeOf(const Goroutine& g, const greg_t* regs);
/// By what g says at a safepoint.
bool isFrame(const Goroutine& g, const void* fp);
/// Writes the frames from `at` outwards to pcs, behind the `count` that are there; stops where something cannot be.
uint32_t walkFrames(const Goroutine& g, Place at, const Insn** pcs, uint32_t count);

}  // namespace burrow::vm
