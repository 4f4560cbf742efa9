// Accesses that fail, of goroutines that asked for a panic instead of the end of the program (runtime/debug.SetPanicOnFault).
//
// Nil checks are explicit, so only unsafe code gets here: bad addresses, and func values that are none. The interpreter then notes
// where it is before each instruction (loop.cpp), and the fault handler leaves it for the scheduler, which raises the panic there.
// Such a goroutine does not run machine code.
#pragma once

#include <setjmp.h>

#include "vm/sched/goroutine.h"

namespace burrow::vm {

extern bool anyPanicOnFault;                    ///< some goroutine has asked
extern bool dyingOfFault;                       ///< the process ends in the handler of a fault: nothing is at a safepoint
bool panicsOnFault(const Goroutine& g);
/// The earlier setting.
bool setPanicOnFault(Goroutine& g, bool on);

/// Where the handler goes: the scheduler's loop of the thread that runs goroutines; null: nowhere.
extern thread_local sigjmp_buf* faultReturn;
extern thread_local uint64_t faultAddress;

}  // namespace burrow::vm
