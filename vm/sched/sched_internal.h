// What the files of sched/ and the natives share beyond scheduler.h.
//
// One thread at a time runs Go code: it holds the *baton*. The others wait for it (spares) or are inside a blocking
// system call. A thread that enters a system call keeps the baton as long as nobody wants it; the monitor thread takes it away
// when there is other work, and hands it to a spare. The thread that comes back without baton queues its goroutine
// as returned and becomes a spare. All scheduler state belongs to the baton's holder, but for the atomics and what `lock` guards.
#pragma once

#include <atomic>
#include <cstdint>

#include "vm/sched/scheduler.h"

namespace burrow::vm {

/// The goroutine that the baton's holder runs; null between goroutines. Read by the monitor and signal handlers.
extern std::atomic<Goroutine*> currentGoroutine;

/// A goroutine that is not runnable yet (coroutines).
Goroutine* makeGoroutine(Goroutine* creator, Closure* fn, bool system);
/// Runnable before all others: it runs when the current goroutine parks.
void readyNext(Goroutine& g);
/// Parks g and runs `next` at once in its place.
Next switchTo(Goroutine& g, Goroutine& next, const char* reason);
/// Ends with a fatal error that no other goroutine interrupts; after this call only the current goroutine runs.
void stopOthers();
uint64_t schedulerTicks();

// ---- timers (timer.cpp)
/// The overlay's runtime.timer.
struct GoTimer {
  int64_t when, period, index;
  void* fn;
  void *argType, *argData;
  void** weak;
  int64_t serial;
};
/// A timer of the vm itself.
struct VmTimer {
  int64_t when = 0;
  int64_t index = 0;
  void (*fire)(VmTimer& t) = nullptr;
};
void startTimer(GoTimer* t, int64_t when, int64_t period);
bool stopTimer(GoTimer* t);
void startTimer(VmTimer* t, int64_t when);
bool stopTimer(VmTimer* t);
/// Earliest time at which a timer is due; INT64_MAX if there is none. Readable from any thread.
extern std::atomic<int64_t> nextTimer;
/// Fires what is due. Go timers are put on a list that the timer goroutine takes from (takeFiredTimer).
void runTimers(int64_t now);
/// Parks g until `when`.
Next sleepUntil(Goroutine& g, int64_t when);
struct FiredTimer {
  void *fn, *argType, *argData;
  int64_t delta;
};
bool takeFiredTimer(FiredTimer& out);
/// The goroutine that takes fired timers, while it waits for one.
extern Goroutine* timerWaiter;
void deliverFired(Goroutine& g);           ///< stores the next one as results of the waiter's native

// ---- netpoll (netpoll.cpp)
extern std::atomic<int> pollWaiters;       ///< goroutines in pollWait, plus one if signals are wanted
/// Makes ready what is; waits up to `timeout` ns (0: not at all, negative: for ever).
void netpoll(int64_t timeout);
/// Ends a netpoll in progress or the next one. Async-signal-safe, any thread.
void wakePoller();

// ---- system calls (syscall.cpp)
/// Brackets work that may block, in a native. `now`: other work waits already, hand the baton over at once.
/// leaveBlocking false: the baton is gone; the native must only store its results in g's frame and return Next::Park.
void enterBlocking(Goroutine& g, bool now);
[[nodiscard]] bool leaveBlocking(Goroutine& g);
/// Whether entering would be of any use: somebody else might want to run.
bool othersMayRun();
/// Whether a goroutine is ready to run right now.
bool workIsWaiting();
/// Starts the monitor thread once other goroutines exist, or before: only to look for functions that run long.
void startMonitor(bool forTicksOnly = false);
/// Threads made to run goroutines so far, the first included.
int threadCount();
extern std::atomic<int> inSyscalls;        ///< threads that lost the baton in a system call

// ---- used by scheduler.cpp
bool takeReturned();                       ///< queues goroutines back from system calls; true if there were any
void waitForBaton();                       ///< as a spare
void finishLostCall();                     ///< after interpret returned on a thread that lost the baton
extern std::atomic<bool> anyReturned;      ///< there are goroutines for takeReturned
extern constinit thread_local Goroutine* lostCall;   ///< whose system call lost this thread the baton
inline bool lostBaton() { return lostCall != nullptr; }
void setupThread();                        ///< signal stack
extern std::atomic<bool> pollerIdle;       ///< the baton's holder waits in netpoll
extern std::atomic<uint32_t> runQueueLength;
extern std::atomic<uint64_t> schedTick;

// ---- waiting times (waiting.cpp)
extern bool waitersNoted;                  ///< nobody has parked since noteWaiting
void noteWaiting(int64_t now);             ///< for those that wait and have no time yet
/// How long an idle vm may wait that has nothing to do for `timeout` ns (negative: for ever), so as to note who waits soon enough.
int64_t idleTimeout(int64_t timeout);

// ---- finalizers (native/runtime_mem.cpp)
extern std::atomic<bool> finalizersDue;    ///< a collection took place
void wakeFinalizers();

// ---- signals (signal.cpp)
void setupSignals();
void checkSignals();                       ///< delivers pending ones: called by the scheduler
extern std::atomic<bool> signalsPending;

/// Called at exitProcess, newest first.
void addExitHook(void (*hook)(int status));
void runExitHooks(int status);

}  // namespace burrow::vm
