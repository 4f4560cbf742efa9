// A handler only notes the signal and wakes the scheduler, which delivers it on the thread that holds the baton.
//
// Without os/signal: SIGINT, SIGHUP, SIGTERM end the process as the kernel does; SIGQUIT prints all goroutines; SIGPIPE is
// swallowed (a write then fails with EPIPE, and package os decides). A fault in machine code may be its way to find a pointer nil; any other
// is the fault of unsafe code in the program.

#include "vm/sched/signal.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "vm/bytecode/check.h"
#include "vm/interp/interp.h"
#include "vm/machine/machine.h"
#include "vm/sched/fault.h"

namespace burrow::vm {

std::atomic<bool> signalsPending{false};

bool anyPanicOnFault = false;
bool dyingOfFault = false;
thread_local sigjmp_buf* faultReturn = nullptr;
thread_local uint64_t faultAddress = 0;

static std::vector<uint64_t> panicOnFault;   // ids of goroutines

bool panicsOnFault(const Goroutine& g) { return std::find(panicOnFault.begin(), panicOnFault.end(), g.id) != panicOnFault.end(); }

bool setPanicOnFault(Goroutine& g, bool on) {
  bool was = panicsOnFault(g);
  if (on && !was) panicOnFault.push_back(g.id);
  if (!on && was) std::erase(panicOnFault, g.id);
  anyPanicOnFault = !panicOnFault.empty();
  return was;
}

namespace {

constexpr int kSignals = 65;
std::atomic<uint64_t> pending{0};   // bit number - 1
uint64_t wanted = 0, ignored = 0, initiallyIgnored = 0;
Goroutine* receiver = nullptr;
bool countsAsWaiter = false;
std::atomic<bool> quitAsked{false};
bool endsInOrder = false;
std::atomic<int> endAsked{0};      // the signal that is to end the program

extern "C" void onSignal(int number, siginfo_t*, void*) {
  int saved = errno;
  if (number == SIGQUIT && !(wanted >> (number - 1) & 1))
    quitAsked.store(true, std::memory_order_relaxed);
  else if (endsInOrder && !(wanted >> (number - 1) & 1)) {
    if (endAsked.exchange(number, std::memory_order_relaxed)) signal(number, SIG_DFL);  // asked again: now at once
  } else
    pending.fetch_or(uint64_t{1} << (number - 1), std::memory_order_relaxed);
  signalsPending.store(true, std::memory_order_release);
  if (Goroutine* g = currentGoroutine.load(std::memory_order_relaxed)) {
    if (g->preemptOff == 0) requestPreempt(*g);
  }
  wakePoller();
  errno = saved;
}

extern "C" void onPipe(int, siginfo_t*, void*) {}

/// A SIGSEGV, SIGBUS or SIGFPE that is none, but was sent.
void onSentFault(int number, siginfo_t* info, void* context) {
  if (wanted >> (number - 1) & 1) return onSignal(number, info, context);
  if (ignored >> (number - 1) & 1) return;
  signal(number, SIG_DFL);
  raise(number);
}

extern "C" void onFault(int number, siginfo_t* info, void* context) {
  if (info->si_code <= 0) return onSentFault(number, info, context);
  const Goroutine* running = currentGoroutine.load(std::memory_order_relaxed);
  auto* interrupted = static_cast<ucontext_t*>(context);
  auto* at = reinterpret_cast<void*>(interrupted->uc_mcontext.gregs[REG_RIP]);
  if (reinterpret_cast<uintptr_t>(info->si_addr) < 2 * kNilPage) {
    if (const void* exit = faultExit(at)) {
      interrupted->uc_mcontext.gregs[REG_RIP] = reinterpret_cast<greg_t>(exit);
      return;
    }
  }
  if (anyPanicOnFault && running && running->preemptOff == 0 && faultReturn && panicsOnFault(*running) && !isMachineAddress(at)) {
    faultAddress = reinterpret_cast<uint64_t>(info->si_addr);
    sigprocmask(SIG_SETMASK, &interrupted->uc_sigmask, nullptr);
    plainCall = nullptr;
    siglongjmp(*faultReturn, 1);
  }
  signal(number, SIG_DFL);
  char text[128];
  int n = snprintf(text, sizeof text, "unexpected fault address 0x%lx\n", reinterpret_cast<unsigned long>(info->si_addr));
  ssize_t w = write(2, text, static_cast<size_t>(n));
  (void)w;
  dyingOfFault = true;
  fatalError(currentGoroutine.load(std::memory_order_relaxed), "fault");
}

/// Signals whose handler stays onFault, whatever the program wants of those that are sent.
bool isFault(uint32_t number) { return machineFaultsCaught && (number == SIGSEGV || number == SIGBUS || number == SIGFPE); }

void install(int number, void (*handler)(int, siginfo_t*, void*)) {
  struct sigaction sa{};
  sa.sa_sigaction = handler;
  sa.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigfillset(&sa.sa_mask);
  sigaction(number, &sa, nullptr);
}

bool canCatch(uint32_t number) { return number > 0 && number < kSignals && number != SIGKILL && number != SIGSTOP; }

void restoreDefault(int number) {
  if (number == SIGPIPE) {
    install(number, onPipe);
  } else if (number == SIGQUIT || (endsInOrder && (number == SIGINT || number == SIGTERM))) {
    install(number, onSignal);
  } else if (number != SIGSEGV && number != SIGBUS && number != SIGFPE) {
    signal(number, initiallyIgnored >> (number - 1) & 1 ? SIG_IGN : SIG_DFL);
  }
}

int takePending() {
  uint64_t ready = pending.load(std::memory_order_relaxed) & wanted;
  if (!ready) return 0;
  int bit = __builtin_ctzll(ready);
  pending.fetch_and(~(uint64_t{1} << bit), std::memory_order_relaxed);
  return bit + 1;
}

}  // namespace

void setupSignals() {
  for (int n : {SIGHUP, SIGINT}) {
    struct sigaction old{};
    sigaction(n, nullptr, &old);
    if (old.sa_handler == SIG_IGN) initiallyIgnored |= uint64_t{1} << (n - 1);
  }
  ignored = initiallyIgnored;
  install(SIGPIPE, onPipe);
  install(SIGQUIT, onSignal);
  if (endsInOrder) {
    for (int n : {SIGINT, SIGTERM})
      if (!(initiallyIgnored >> (n - 1) & 1)) install(n, onSignal);
    startMonitor();  // which takes over from a goroutine in a system call
  }
  // A debugging aid for Burrow itself: BURROW_CORE leaves faults to the kernel.
  if (!getenv("BURROW_CORE")) {
    for (int n : {SIGSEGV, SIGBUS, SIGFPE}) install(n, onFault);
    machineFaultsCaught = true;
  }
}

void endInOrder() { endsInOrder = true; }
bool endedBySignal() { return endAsked.load(std::memory_order_relaxed) != 0; }

void checkSignals() {
  signalsPending.store(false, std::memory_order_relaxed);
  if (quitAsked.load(std::memory_order_relaxed)) {
    fprintf(stderr, "SIGQUIT: quit\n\n");
    fflush(stderr);
    fatalError(nullptr, "");
  }
  if (int number = endAsked.load(std::memory_order_relaxed)) {
    runExitHooks(128 + number);
    dieFromSignal(number);
  }
  if (!receiver) return;
  if (int number = takePending()) {
    Goroutine* g = receiver;
    receiver = nullptr;
    incomingArgs(*g)[0] = static_cast<Slot>(number);
    ready(*g);
    if (pending.load(std::memory_order_relaxed)) signalsPending.store(true, std::memory_order_relaxed);
  }
}

void signalEnable(uint32_t number) {
  if (!canCatch(number)) return;
  if (!countsAsWaiter) {  // from now on a signal may come any time: waiting for one is no deadlock
    countsAsWaiter = true;
    pollWaiters.fetch_add(1, std::memory_order_relaxed);
    netpoll(0);
    startMonitor();
  }
  wanted |= uint64_t{1} << (number - 1);
  ignored &= ~(uint64_t{1} << (number - 1));
  if (!isFault(number)) install(static_cast<int>(number), onSignal);
}

void signalDisable(uint32_t number) {
  if (!canCatch(number)) return;
  wanted &= ~(uint64_t{1} << (number - 1));
  restoreDefault(static_cast<int>(number));
}

void signalIgnore(uint32_t number) {
  if (!canCatch(number)) return;
  wanted &= ~(uint64_t{1} << (number - 1));
  ignored |= uint64_t{1} << (number - 1);
  if (!isFault(number)) signal(static_cast<int>(number), SIG_IGN);
}

bool signalIgnored(uint32_t number) { return canCatch(number) && (ignored >> (number - 1) & 1); }

Next signalReceive(Goroutine& g, Slot* args) {
  if (int number = takePending()) {
    args[0] = static_cast<Slot>(number);
    return Next::Run;
  }
  receiver = &g;
  return park(g, "syscall");
}

void dieFromSignal(int number) {
  signal(number, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  sigprocmask(SIG_UNBLOCK, &set, nullptr);
  kill(getpid(), number);
  usleep(1000);
  exitProcess(2);
}

void resetSignalsInChild() {
  for (int n = 1; n < kSignals; ++n) {
    struct sigaction sa{};
    if (sigaction(n, nullptr, &sa) == 0 && sa.sa_handler != SIG_IGN && sa.sa_handler != SIG_DFL) {
      sa = {};
      sa.sa_handler = SIG_DFL;
      sigaction(n, &sa, nullptr);
    }
  }
}

}  // namespace burrow::vm
