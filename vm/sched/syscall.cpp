// Threads and the baton: blocking system calls, the monitor, spares.

#include <pthread.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <climits>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "vm/bytecode/check.h"
#include "vm/interp/interp.h"
#include "vm/profile/cpu.h"
#include "vm/sched/netpoll.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {

void runWithBaton();

std::atomic<int> inSyscalls{0};
std::atomic<bool> anyReturned{false};
constinit thread_local Goroutine* lostCall = nullptr;

namespace {

// State of the system call that the baton's holder is in: even: none; odd: inside call number state/2. Who wins the exchange
// odd → even + 2 owns the baton: the returning thread, or the monitor on behalf of a spare.
std::atomic<uint64_t> callState{0};
thread_local uint64_t myCall = 0;

std::mutex lock;
std::condition_variable batonFree;      // spares wait here
bool batonOffered = false;              // lock
int spares = 0;                         // lock
std::vector<Goroutine*> returned;       // lock: goroutines back from system calls

bool monitorStarted = false;
useconds_t firstNap = 50;               // of the monitor
std::atomic<int> threadsMade{1};

extern "C" void* spareMain(void*) {
  setupThread();
  for (;;) {
    waitForBaton();
    runWithBaton();
    finishLostCall();
  }
}

void startThread(void* (*body)(void*), size_t stack) {
  pthread_attr_t attr;
  pthread_attr_init(&attr);
  pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attr, stack);
  // Signals are the business of the threads that run Go code; they are all the same, so no masks are needed.
  pthread_t thread;
  if (pthread_create(&thread, &attr, body, nullptr) != 0) {
    fatalError(nullptr, "cannot create a thread");
  }
  pthread_attr_destroy(&attr);
}

/// Gives the baton, which nobody holds, to a spare.
void offerBaton() {
  std::lock_guard<std::mutex> guard(lock);
  batonOffered = true;
  if (spares > 0)
    batonFree.notify_one();
  else {
    threadsMade.fetch_add(1, std::memory_order_relaxed);
    startThread(spareMain, 1 << 20);
  }
}

bool wanted(int64_t now) {
  return runQueueLength.load(std::memory_order_relaxed) || anyReturned.load(std::memory_order_relaxed) ||
         signalsPending.load(std::memory_order_relaxed) || finalizersDue.load(std::memory_order_relaxed) || nextTimer.load(std::memory_order_relaxed) <= now ||
         pollWaiters.load(std::memory_order_relaxed);
}

/// The monitor takes the baton from threads that block, and asks goroutines that run long to yield.
extern "C" void* monitorMain(void*) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  uint64_t lastCall = 0, lastTick = 0;
  int64_t tickSince = nanotime();
  useconds_t nap = firstNap;
  for (;;) {
    usleep(nap);
    if (pollerIdle.load(std::memory_order_seq_cst)) {
      nap = nap < 5000 ? nap * 2 : 10000;
      continue;
    }
    int64_t now = nanotime();
    uint64_t call = callState.load(std::memory_order_acquire);
    if (call & 1) {
      nap = nap < 5000 ? nap * 2 : 10000;
      if (call != lastCall) {
        lastCall = call;
        nap = 50;
        continue;
      }
      // Timers that are due later count too: nobody would look at them.
      if ((wanted(now) || nextTimer.load(std::memory_order_relaxed) != INT64_MAX) &&
          callState.compare_exchange_strong(call, call + 1, std::memory_order_acq_rel)) {
        inSyscalls.fetch_add(1, std::memory_order_acq_rel);
        offerBaton();
      }
      continue;
    }
    nap = nap < 5000 ? nap * 2 : 10000;
    uint64_t tick = schedTick.load(std::memory_order_relaxed);
    if (tick != lastTick) {
      lastTick = tick;
      tickSince = now;
    } else if (now - tickSince >= 10'000'000 && wanted(now)) {
      if (Goroutine* g = currentGoroutine.load(std::memory_order_relaxed)) {
        if (g->preemptOff == 0) requestPreempt(*g);
      }
      tickSince = now;
      continue;
    }
    if (!machineHooks.ticks) continue;
    if (ticksAreUseful() && nap > 1000) nap = 1000;
    if (Goroutine* g = currentGoroutine.load(std::memory_order_relaxed)) requestTick(*g);
  }
  return nullptr;
}

}  // namespace

void setupThread() {
  // Signal handlers never run on a goroutine's or a small stack.
  size_t size = 64 * 1024;
  unsigned long least = getauxval(AT_MINSIGSTKSZ);
  if (least * 4 > size) size = least * 4;
  void* stack = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  BURROW_CHECK(stack != MAP_FAILED);
  stack_t ss{};
  ss.ss_sp = stack;
  ss.ss_size = size;
  sigaltstack(&ss, nullptr);
  // Threads that the monitor starts begin with its signals, that is with none: but faults and samples have to find the thread that runs Go.
  static const sigset_t ofFirst = [] {
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return mask;
  }();
  pthread_sigmask(SIG_SETMASK, &ofFirst, nullptr);
  addProfiledThread();
}

int threadCount() { return threadsMade.load(std::memory_order_relaxed); }

void startMonitor(bool forTicksOnly) {
  if (monitorStarted) return;
  monitorStarted = true;
  // A program that does not run for long is not to pay for being looked at.
  if (forTicksOnly) firstNap = 2000;
  pollInit();  // before another thread may want to wake the poller
  startThread(monitorMain, 64 * 1024);
}

bool othersMayRun() { return monitorStarted; }

bool workIsWaiting() {
  return runQueueLength.load(std::memory_order_relaxed) || anyReturned.load(std::memory_order_relaxed);
}

void enterBlocking(Goroutine& g, bool now) {
  g.state = GState::Syscall;
  g.waitSince = 0;
  uint64_t call = callState.load(std::memory_order_relaxed) | 1;
  myCall = call;
  if (!now) {
    callState.store(call, std::memory_order_release);
    return;
  }
  pollInit();
  callState.store(call + 1, std::memory_order_release);
  inSyscalls.fetch_add(1, std::memory_order_acq_rel);
  offerBaton();
}

bool leaveBlocking(Goroutine& g) {
  uint64_t call = myCall;
  if (callState.compare_exchange_strong(call, myCall + 1, std::memory_order_acq_rel)) {
    g.state = GState::Running;
    return true;
  }
  lostCall = &g;
  return false;
}

void finishLostCall() {
  Goroutine* g = lostCall;
  lostCall = nullptr;
  if (!g) return;
  {
    std::lock_guard<std::mutex> guard(lock);
    returned.push_back(g);
    anyReturned.store(true, std::memory_order_release);
  }
  wakePoller();
}

bool takeReturned() {
  if (!anyReturned.load(std::memory_order_acquire)) return false;
  std::vector<Goroutine*> back;
  {
    std::lock_guard<std::mutex> guard(lock);
    back.swap(returned);
    anyReturned.store(false, std::memory_order_relaxed);
  }
  for (Goroutine* g : back) {
    inSyscalls.fetch_sub(1, std::memory_order_acq_rel);
    ready(*g);
  }
  return !back.empty();
}

void waitForBaton() {
  std::unique_lock<std::mutex> guard(lock);
  ++spares;
  batonFree.wait(guard, [] { return batonOffered; });
  --spares;
  batonOffered = false;
}

}  // namespace burrow::vm
