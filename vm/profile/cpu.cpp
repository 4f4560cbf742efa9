#include "vm/profile/cpu.h"

#include <errno.h>
#include <signal.h>
#include <pthread.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "vm/heap/heap.h"
#include "vm/interp/interp.h"
#include "vm/link/internal.h"
#include "vm/link/linker.h"
#include "vm/profile/leaves.h"
#include "vm/profile/memory.h"
#include "vm/profile/place.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {

thread_local Goroutine* threadGoroutine = nullptr;
std::atomic<uint32_t> dueCpuSamples{0};
void (*onCpuSamples)() = nullptr;

namespace {

/// As the handler writes it: one address a frame on the stack; what was inlined is found when it is read.
struct RawSample {
  std::atomic<bool> written{false};
  void* labels;
  bool inside;                   ///< in C++, on behalf of the first instruction
  uint32_t count;
  const Insn* pcs[kMaxProfileFrames];
};
constexpr uint64_t kRing = 2048;
std::unique_ptr<RawSample[]> ring;
std::atomic<uint64_t> taken{0}, given{0};   // samples read; places handed out to writers
std::atomic<uint64_t> lost{0};
std::atomic<bool> sampling{false};

/// Stand for the collector, and for what no goroutine asked for, until the sample is read.
const Insn* const kCollector = reinterpret_cast<const Insn*>(8);
const Insn* const kSystem = reinterpret_cast<const Insn*>(16);

/// Threads that run goroutines. Each has a timer of its own CPU time: the process's would often interrupt one that only waits.
struct ProfiledThread {
  pthread_t thread;
  pid_t id;
  timer_t timer;
  bool hasTimer;
};
std::mutex threadsLock;
std::vector<ProfiledThread> threads;        // threadsLock
int64_t period = 0;                         // threadsLock; 0: not sampling

/// A place in the ring; null: it is full.
RawSample* claim() {
  uint64_t n = given.load(std::memory_order_relaxed);
  do {
    if (n - taken.load(std::memory_order_acquire) >= kRing) {
      lost.fetch_add(1, std::memory_order_relaxed);
      return nullptr;
    }
  } while (!given.compare_exchange_weak(n, n + 1, std::memory_order_acq_rel));
  return &ring[n % kRing];
}

void writeSample(const Goroutine* g, Place at) {
  RawSample* s = claim();
  if (!s) return;
  s->labels = g ? g->labels : nullptr;
  uint32_t n = 0;
  if (collecting()) s->pcs[n++] = kCollector;
  else if (!g) s->pcs[n++] = kSystem;
  s->inside = at.inside && !n;
  if (at.fp) n = walkFrames(*g, at, s->pcs, n);
  s->count = n;
  s->written.store(true, std::memory_order_release);
}

extern "C" void onProfile(int, siginfo_t*, void* context) {
  if (!sampling.load(std::memory_order_acquire)) return;
  int saved = errno;
  Goroutine* g = threadGoroutine;
  const greg_t* regs = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  if (!g) {
    writeSample(nullptr, {});
  } else {
    Place at = placeOf(*g, regs);
    if (at.fp) {
      writeSample(g, at);
    } else if (g->preemptOff == 0) {
      dueCpuSamples.fetch_add(1, std::memory_order_relaxed);
      requestPreempt(*g);
    } else {
      writeSample(nullptr, {});
    }
  }
  bool many = given.load(std::memory_order_relaxed) - taken.load(std::memory_order_relaxed) > kRing / 2;
  if (many && g && onCpuSamples && g->preemptOff == 0) {
    dueCpuSamples.fetch_or(kManyCpuSamples, std::memory_order_relaxed);
    requestPreempt(*g);
  }
  errno = saved;
}

void visitLabels(RootVisitor visit, void* ctx) {
  for (uint64_t n = taken.load(std::memory_order_relaxed); n < given.load(std::memory_order_relaxed); n++) {
    const RawSample& s = ring[n % kRing];
    if (s.written.load(std::memory_order_acquire) && s.labels) visit(ctx, s.labels);
  }
}

/// Under threadsLock.
void setTimer(ProfiledThread& t) {
  if (!period) {
    if (t.hasTimer) timer_delete(t.timer);
    t.hasTimer = false;
    return;
  }
  clockid_t clock;
  if (pthread_getcpuclockid(t.thread, &clock) != 0) return;
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = SIGPROF;
  event._sigev_un._tid = t.id;
  if (timer_create(clock, &event, &t.timer) != 0) return;
  t.hasTimer = true;
  itimerspec when{};
  when.it_interval = {period / 1'000'000'000, period % 1'000'000'000};
  when.it_value = when.it_interval;
  timer_settime(t.timer, 0, &when, nullptr);
}

void setTimers(int64_t periodNanos) {
  std::lock_guard<std::mutex> guard(threadsLock);
  period = periodNanos;
  for (ProfiledThread& t : threads) setTimer(t);
}

const Insn* standIn(const char* name) { return reinterpret_cast<const Insn*>(lookupFunc(name)); }

/// The logical frames of one address.
void expand(const Insn* pc, std::vector<const Insn*>& out) {
  auto behind = [](const Insn* p) { return reinterpret_cast<const Insn*>(reinterpret_cast<const char*>(p) + 1); };
  const Func* f = nullptr;
  while (pc) {
    CodePosition at = codePosition(pc);
    f = at.func;
    if (!f) return;
    bool hidden = !at.caller && f->flags & (kWrapper | kHidden);
    if (!hidden) out.push_back(behind(pc));
    pc = at.caller;
  }
}

}  // namespace

bool startCpuSampling(int64_t periodNanos) {
  if (sampling.load(std::memory_order_relaxed)) return false;
  if (!ring) {
    ring = std::make_unique<RawSample[]>(kRing);
    addRootProvider(visitLabels);
  }
  struct sigaction sa{};
  sa.sa_sigaction = onProfile;
  sa.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigfillset(&sa.sa_mask);
  sigaction(SIGPROF, &sa, nullptr);
  plainCallsNoted = true;   // by code that is made from now on
  sampling.store(true, std::memory_order_release);
  setTimers(periodNanos);
  return true;
}

void stopCpuSampling() {
  setTimers(0);
  sampling.store(false, std::memory_order_release);
}

void addProfiledThread() {
  std::lock_guard<std::mutex> guard(threadsLock);
  threads.push_back({pthread_self(), gettid(), {}, false});
  if (period) setTimer(threads.back());
}

void takeDueSamples(Goroutine& g) {
  uint32_t due = dueCpuSamples.exchange(0, std::memory_order_relaxed);
  if (due & kManyCpuSamples && onCpuSamples) onCpuSamples();
  if (!isFrame(g, g.fp)) return;
  for (due &= ~kManyCpuSamples; due; due--) writeSample(&g, {g.fp, g.pc});
}

bool takeCpuSample(CpuSample& out) {
  if (!ring) return false;
  static const Insn* const collectorPc = standIn("runtime._GC");
  static const Insn* const systemPc = standIn("runtime._System");
  uint64_t n = taken.load(std::memory_order_relaxed);
  if (n == given.load(std::memory_order_acquire)) return false;
  RawSample& s = ring[n % kRing];
  if (!s.written.load(std::memory_order_acquire)) return false;
  out.labels = s.labels;
  out.pcs.clear();
  if (s.inside && s.count) {
    auto op = static_cast<Op>(s.pcs[0]->op);
    auto* callee = op == Op::Call ? reinterpret_cast<const Func*>(s.pcs[0][1].word) : nullptr;
    // A native that machine code has called without a frame stands where others have theirs.
    if (callee && callee->flags & kNative) expand(reinterpret_cast<const Insn*>(callee), out.pcs);
    else if (const char* name = runtimeName(op)) expand(standIn(name), out.pcs);
  }
  for (uint32_t i = 0; i < s.count; i++) expand(s.pcs[i] == kCollector ? collectorPc : s.pcs[i] == kSystem ? systemPc : s.pcs[i], out.pcs);
  s.written.store(false, std::memory_order_relaxed);
  taken.store(n + 1, std::memory_order_release);
  return true;
}

uint64_t takeLostCpuSamples() { return lost.exchange(0, std::memory_order_relaxed); }

}  // namespace burrow::vm
