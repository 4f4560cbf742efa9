// The interpreter: what natives, the scheduler and stack walking need to know of it.
//
// interpret(g) runs from g.pc in frame g.fp. Opcodes that can do more than touch memory save pc and fp in g and call a
// slow function (slow.h) on the system stack; its Next says how to go on. Natives run in a frame of their own: one
// slot (the Func*), code kNativeCode.
#pragma once

#include "vm/sched/scheduler.h"

namespace burrow::vm {

/// Code of every native: EnterNative, NativeReturned, Return. A Go call that a native pushed (pushCall, then Next::Reload) returns to
/// NativeReturned, which calls the native's `after` hook if it has one, and then returns to the native's caller.
extern const Insn kNativeCode[3];
/// Code at the bottom of a stack.
extern const Insn kBottomCode[2];
extern Func bottomFunc;   ///< runtime.goexit

/// What a native does when the Go call that it pushed has returned. `area`: the call's argument slots, then its results.
/// g.fp is the native's frame. May push another call (Next::Reload), which comes back here.
using NativeAfterFn = Next (*)(Goroutine& g, Slot* args, Slot* area);
struct NativeAfterEntry { const char* symbol; NativeAfterFn fn; };
void registerNativeAfter(const NativeAfterEntry* table, size_t count);

/// Lays out the first frame of a goroutine that has no stack yet: fn() is called when it first runs.
void prepareGoroutine(Goroutine& g, Closure* fn);
/// Pushes a call of a func value (ctx set) like pushCall.
Next pushClosureCall(Goroutine& g, Closure* fn, const Slot* args, unsigned count);
/// Pops g's current frame (a native's) and returns to its caller: for natives that were left by Park with g.pc elsewhere.
void popFrame(Goroutine& g);

/// stackLimit of a goroutine that is not asked to preempt (under stressStack and stressPreempt every call takes the slow path).
Slot* ordinaryLimit(const Goroutine& g);
inline Slot* const kStressLimit = kPreemptLimit - 4096 / sizeof(Slot);
/// Asks the running goroutine to yield at the next poll. Async-signal-safe.
inline void requestPreempt(Goroutine& g) { __atomic_store_n(&g.stackLimit, kPreemptLimit, __ATOMIC_RELAXED); }

}  // namespace burrow::vm
