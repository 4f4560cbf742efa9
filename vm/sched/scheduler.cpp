// The run queue and the loop that feeds the interpreter. See sched_internal.h for who holds the baton.
//
// Order follows gc with one processor: a goroutine that was just started or woken runs next, the one it displaces goes to
// the end of the queue. To keep a ping-pong pair from starving the rest, runNext is used so often in a row and no more.

#include "vm/sched/fault.h"
#include "vm/sched/scheduler.h"

#include <sched.h>
#include <time.h>

#include <climits>
#include <cstdlib>
#include <vector>

#include "vm/bytecode/check.h"
#include "vm/heap/heap.h"
#include "vm/interp/interp.h"
#include "vm/interp/slow.h"
#include "vm/profile/contention.h"
#include "vm/profile/cpu.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {

VmConfig vmConfig;
std::atomic<Goroutine*> currentGoroutine{nullptr};
std::atomic<uint32_t> runQueueLength{0};
std::atomic<uint64_t> schedTick{0};
std::atomic<bool> pollerIdle{false};

namespace {

Goroutine *queueHead = nullptr, *queueTail = nullptr;
Goroutine* runNext = nullptr;
unsigned runNextStreak = 0;
constexpr unsigned kMaxRunNextStreak = 64;
/// Goroutines ready to run at which one that starts more has to let them: their stacks would only fill memory.
constexpr unsigned kMaxBacklog = 4096;

Goroutine* allHead = nullptr;
std::vector<Goroutine*> freeList;  // dead ones, to be used again; never deleted: the monitor may look at one
uint64_t nextId = 1;
int userCount = 0;    // goroutines that are neither dead nor system ones
int systemCount = 0;
Goroutine* onlyOne = nullptr;  // set when the program is dying: nobody else runs

/// Counters that others only read: no need for a locked instruction.
template <class T>
T bump(std::atomic<T>& counter, T by) {
  T old = counter.load(std::memory_order_relaxed);
  counter.store(old + by, std::memory_order_relaxed);
  return old;
}

void pushTail(Goroutine& g) {
  g.schedNext = nullptr;
  if (queueTail)
    queueTail->schedNext = &g;
  else
    queueHead = &g;
  queueTail = &g;
  bump(runQueueLength, 1u);
}

Goroutine* popHead() {
  Goroutine* g = queueHead;
  if (!g) return nullptr;
  queueHead = g->schedNext;
  if (!queueHead) queueTail = nullptr;
  g->schedNext = nullptr;
  bump(runQueueLength, ~0u);
  return g;
}

Goroutine* takeRunNext() {
  Goroutine* g = runNext;
  if (!g) return nullptr;
  runNext = nullptr;
  bump(runQueueLength, ~0u);
  return g;
}

Goroutine* newRecord() {
  Goroutine* g;
  if (!freeList.empty()) {
    g = freeList.back();
    freeList.pop_back();
    g->~Goroutine();
    new (g) Goroutine();
  } else {
    g = new Goroutine();
  }
  g->allNext = allHead;
  if (allHead) allHead->allPrev = g;
  allHead = g;
  return g;
}

void retire(Goroutine& g) {
  if (g.system)
    --systemCount;
  else
    --userCount;
  g.state = GState::Dead;
  freeStack(g);
  delete[] g.waiterArray;
  g.waiterArray = g.waiters = nullptr;
  g.waiterCapacity = g.waiterCount = 0;
  if (g.allPrev)
    g.allPrev->allNext = g.allNext;
  else
    allHead = g.allNext;
  if (g.allNext) g.allNext->allPrev = g.allPrev;
  freeList.push_back(&g);
}

[[noreturn]] void deadlock() {
  fatalError(nullptr, userCount == 0 ? "no goroutines (main called runtime.Goexit) - deadlock!"
                                                   : "all goroutines are asleep - deadlock!");
}

/// The next goroutine to run; waits for one if need be.
Goroutine* findRunnable() {
  for (;;) {
    uint64_t tick = bump(schedTick, uint64_t{1});
    if (anyReturned.load(std::memory_order_relaxed)) takeReturned();
    if (signalsPending.load(std::memory_order_relaxed)) checkSignals();
    if (finalizersDue.load(std::memory_order_relaxed)) wakeFinalizers();
    if ((tick & 15) == 0 || !runQueueLength.load(std::memory_order_relaxed)) {
      if (nextTimer.load(std::memory_order_relaxed) != INT64_MAX) runTimers(nanotime());
      if ((tick & 63) == 0 && pollWaiters.load(std::memory_order_relaxed)) netpoll(0);
    }
    if (runNext && runNextStreak < kMaxRunNextStreak) {
      ++runNextStreak;
      return takeRunNext();
    }
    runNextStreak = 0;
    if (Goroutine* g = popHead()) return g;
    if (Goroutine* g = takeRunNext()) return g;

    // Nothing to do: wait for a timer, a file, a signal or a system call.
    int64_t when = nextTimer.load(std::memory_order_relaxed);
    bool othersOut = inSyscalls.load(std::memory_order_acquire) != 0;
    if (when == INT64_MAX && !pollWaiters.load(std::memory_order_relaxed) && !othersOut) {
      if (takeReturned()) continue;
      deadlock();
    }
    int64_t timeout = -1;
    if (when != INT64_MAX) {
      timeout = when - nanotime();
      if (timeout < 0) timeout = 0;
    }
    pollerIdle.store(true, std::memory_order_seq_cst);
    netpoll(idleTimeout(timeout));
    pollerIdle.store(false, std::memory_order_seq_cst);
  }
}

/// What findRunnable does if the goroutine that was just made ready is to run and nothing else is due; else null.
inline Goroutine* nextAtOnce() {
  uint64_t tick = schedTick.load(std::memory_order_relaxed);
  if (!runNext || runNextStreak >= kMaxRunNextStreak || (tick & 15) == 0 || onlyOne) return nullptr;
  if (anyReturned.load(std::memory_order_relaxed) || signalsPending.load(std::memory_order_relaxed) || finalizersDue.load(std::memory_order_relaxed))
    return nullptr;
  schedTick.store(tick + 1, std::memory_order_relaxed);
  ++runNextStreak;
  return takeRunNext();
}

inline void begin(Goroutine& g) {
  g.state = GState::Running;
  g.waitReason = "";
  currentGoroutine.store(&g, std::memory_order_relaxed);
  threadGoroutine = &g;
}

/// The next goroutine to run, running from now on.
Goroutine* beginTurn() {
  Goroutine* g;
  do {
    g = findRunnable();
  } while (onlyOne && g != onlyOne);
  begin(*g);
  return g;
}

/// Goes on with what machine code left for the loop, if there was a switch in it.
Next goOn(Goroutine& g) {
  Next next = g.pending;
  if (next != Next::Park && next != Next::Exit) return interpret(g);
  g.pending = Next::Run;
  return next;
}

/// Where compiled code of g, which is about to run, goes on; null: it has to be interpreted.
const void* resumeInMachine(Goroutine& g) {
  if (g.resumeOp) {
    const void* at = g.resumeAt;
    if (!resumeOperation(g)) return nullptr;
    if (at) return at;
  }
  if (g.pc == &kNativeCode[2] && isMachineAddress(returnAddress(g.fp))) return machineHooks.leaveNative;
  const Func& f = *frameFunc(g.fp);
  if (!f.compiled) return nullptr;
  return g.pc == kMachineEntry ? f.compiled->body : machineEntry(f, g.pc);
}

/// Runs goroutines until this thread has lost the baton.
[[gnu::noinline]] void scheduleLoop() {
  for (;;) {
    Goroutine* g = beginTurn();
    Next next = interpret(*g);
    while (next == Next::Switched) {
      g = threadGoroutine;
      next = goOn(*g);
    }
    threadGoroutine = nullptr;
    if (lostBaton()) return;
    currentGoroutine.store(nullptr, std::memory_order_relaxed);
    if (next == Next::Exit) retire(*g);
    // Wherever a goroutine was stopped its stack map must be right.
    else if (vmConfig.stressPreempt && vmConfig.stressCollect) collect(*g, false);
  }
}

/// The same; a fault comes back here if the goroutine wants a panic of it, and it goes on with that.
void scheduleCatchingFaults() {
  sigjmp_buf here;
  sigjmp_buf* outer = faultReturn;
  if (sigsetjmp(here, 0)) {  // the handler has restored the signal mask
    Goroutine& g = *currentGoroutine.load(std::memory_order_relaxed);
    raiseNil(g, faultAddress);
    yield(g);
  }
  faultReturn = &here;
  scheduleLoop();
  faultReturn = outer;
}

}  // namespace

MachineSwitch switchParked(Goroutine& g, const void* at) {
  g.resumeAt = at;
  if (lostBaton() || anyPanicOnFault || vmConfig.stressPreempt) return {nullptr, nullptr};
  Goroutine* next = nextAtOnce();
  if (next) {
    begin(*next);
  } else {
    threadGoroutine = nullptr;
    currentGoroutine.store(nullptr, std::memory_order_relaxed);
    next = beginTurn();
  }
  next->systemSp = g.systemSp;
  return {next, resumeInMachine(*next)};
}

int64_t nanotime() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1'000'000'000 + t.tv_nsec;
}

Goroutine* makeGoroutine(Goroutine* creator, Closure* fn, bool system) {
  Goroutine* g = newRecord();
  g->id = nextId++;
  g->system = system;
  g->state = GState::Waiting;
  if (creator) {
    g->creator = creator;
    g->creatorId = creator->id;
    g->createdAt = creator->pc;
    g->createdBy = creator->fp ? frameFunc(creator->fp) : nullptr;
    g->labels = creator->labels;
  }
  if (system)
    ++systemCount;
  else
    ++userCount;
  prepareGoroutine(*g, fn);
  if (userCount + systemCount > 3) startMonitor();
  return g;
}

Goroutine* startGoroutine(Goroutine* creator, Closure* fn, bool system) {
  Goroutine* g = makeGoroutine(creator, fn, system);
  ready(*g);
  if (creator && runQueueLength.load(std::memory_order_relaxed) > kMaxBacklog) requestPreempt(*creator);
  return g;
}

Next park(Goroutine& g, const char* reason) {
  g.state = GState::Waiting;
  g.waitReason = reason;
  g.waitSince = 0;
  waitersNoted = false;
  if (contentionNoted) noteParked(g);
  return Next::Park;
}

void ready(Goroutine& g) {
  BURROW_DCHECK(g.state != GState::Runnable && g.state != GState::Dead);
  if (contentionNoted) noteReady(g);
  g.state = GState::Runnable;
  if (runNext) {
    Goroutine* old = takeRunNext();
    pushTail(*old);
  }
  runNext = &g;
  bump(runQueueLength, 1u);
}

void readyNext(Goroutine& g) {
  runNextStreak = 0;
  ready(g);
}

Next switchTo(Goroutine& g, Goroutine& next, const char* reason) {
  g.state = GState::Waiting;
  g.waitReason = reason;
  g.waitSince = 0;
  waitersNoted = false;
  readyNext(next);
  return Next::Park;
}

Next yield(Goroutine& g) {
  g.stackLimit = ordinaryLimit(g);
  if (g.preemptOff > 0) return Next::Run;
  g.state = GState::Runnable;
  pushTail(g);
  return Next::Park;
}

void stopOthers() { onlyOne = currentGoroutine.load(std::memory_order_relaxed); }

int runScheduler() {
  setupThread();
  setupSignals();
  for (;;) {
    scheduleCatchingFaults();
    finishLostCall();
    waitForBaton();
  }
}

/// What a spare thread does with the baton (syscall.cpp).
void runWithBaton() { scheduleCatchingFaults(); }

Goroutine* allGoroutines() { return allHead; }

void forEachGoroutine(void (*f)(Goroutine&, void*), void* ctx) {
  for (Goroutine *g = allHead, *next; g; g = next) {
    next = g->allNext;
    f(*g, ctx);
  }
}

int goroutineCount() { return userCount; }

}  // namespace burrow::vm
