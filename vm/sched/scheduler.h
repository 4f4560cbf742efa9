// Goroutines onto threads. One running thread today; the interface assumes no such thing.
#pragma once

#include "vm/sched/goroutine.h"

namespace burrow::vm {

/// Starts `fn` (a func()) on a new goroutine; runnable at once. Allocates (safepoint of g if not null).
Goroutine* startGoroutine(Goroutine* g, Closure* fn, bool system = false);
/// Marks the current goroutine blocked and returns Next::Park; ready() makes it runnable again.
Next park(Goroutine& g, const char* reason);
void ready(Goroutine& g);
/// Puts the current goroutine at the end of the run queue (Gosched, preemption).
Next yield(Goroutine& g);
/// Runs goroutines until the program ends; returns the exit status.
int runScheduler();
/// Ends the program at once (os.Exit).
[[noreturn]] void exitProcess(int status);

Goroutine* allGoroutines();         ///< linked by allNext
void forEachGoroutine(void (*f)(Goroutine&, void*), void* ctx);
int goroutineCount();               ///< runtime.NumGoroutine
int64_t nanotime();

/// Implemented by interp/loop.cpp: runs g until it parks, is preempted or ends.
Next interpret(Goroutine& g);

// ---- stacks (stack/)
inline constexpr uint64_t kMinStackBytes = 2048;
inline constexpr uint64_t kStackGuardSlots = 64;
/// What go:nosplit functions leave of the guard: room for a native's frame, and for calls that the vm pushes.
inline constexpr uint64_t kNosplitReserve = 12;
void allocateStack(Goroutine& g, uint64_t bytes);
void freeStack(Goroutine& g);
/// Makes room for `slots` more below the current frame; moves the stack. Past --max-stack: fatal "stack overflow" report.
void growStack(Goroutine& g, uint64_t slots);
void shrinkStack(Goroutine& g);     ///< at collections
/// Calls visit for every slot of g's stack that holds a pointer or nil, with maps: to adjust them when the stack moves.
/// Some slots (a native's without a known signature) may hold any bits: a visitor must tolerate what is no pointer.
void forEachStackPointer(Goroutine& g, void (*visit)(void* ctx, Slot* slot), void* ctx);
/// The same for the slots that are live: what the collector marks from. Not reentrant.
void forEachLivePointer(Goroutine& g, void (*visit)(void* ctx, Slot* slot), void* ctx);

struct VmConfig {
  int gogc = 100;
  uint64_t maxHeap = ~uint64_t{0}, maxStack = 1000000000;  // gc's limits
  uint64_t memoryLimit = ~uint64_t{0};  ///< GOMEMLIMIT
  int procs = 0;
  bool stressCollect = false;       ///< collect at each allocation
  bool stressStack = false;         ///< move the stack at each call
  bool stressPreempt = false;       ///< yield at each call and each turn of a loop
  bool verify = false;              ///< verify code when it is linked
};
extern VmConfig vmConfig;

}  // namespace burrow::vm
