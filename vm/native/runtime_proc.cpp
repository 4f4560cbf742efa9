// Goroutines, coroutines, timers, start and end of the program.

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <queue>
#include <unordered_map>

#include "vm/bytecode/check.h"
#include "vm/heap/heap.h"
#include "vm/interp/interp.h"
#include "vm/link/internal.h"
#include "vm/native/native.h"
#include "vm/object/object.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {
namespace {

// ---- Start: initialisers in gc's order, runtime first, then always the first by path of those whose imports are done.

std::vector<Func*> starts;
size_t startIndex = 0;
bool startsListed = false;

Func* funcOfSymbol(Module& m, int32_t symbol) {
  if (symbol < 0) return nullptr;
  const ImageSymbol& s = m.image.symbols()[symbol];
  BURROW_CHECK(s.kind == SymbolKind::Func);
  return link::funcAt(m, s.offset);
}

void listStarts() {
  startsListed = true;
  std::unordered_map<Module*, int> missing;
  std::unordered_map<Module*, std::vector<Module*>> importers;
  auto later = [](Module* x, Module* y) { return x->path > y->path; };
  std::priority_queue<Module*, std::vector<Module*>, decltype(later)> ready(later);
  Module* runtime = findModule("runtime");
  Func* mainFunc = nullptr;
  for (Module* m : allModules()) {
    int& count = missing[m];
    for (uint64_t i = 0; i < m->image.importsCount(); ++i) {
      if (!m->image.imports()[i].direct) continue;
      Module* dep = m->imports[i];
      if (!dep) continue;
      ++count;
      importers[dep].push_back(m);
    }
    if (count == 0) ready.push(m);
    if (Func* f = funcOfSymbol(*m, m->image.header().mainSymbol)) mainFunc = f;
  }
  std::vector<Module*> order;
  while (!ready.empty()) {
    Module* m = ready.top();
    ready.pop();
    order.push_back(m);
    for (Module* user : importers[m]) {
      if (--missing[user] == 0) ready.push(user);
    }
  }
  // runtime and what it imports go first, in their order.
  std::unordered_map<Module*, bool> early;
  std::vector<Module*> stack;
  if (runtime) stack.push_back(runtime);
  while (!stack.empty()) {
    Module* m = stack.back();
    stack.pop_back();
    if (early[m]) continue;
    early[m] = true;
    for (Module* dep : m->imports) {
      if (dep) stack.push_back(dep);
    }
  }
  for (bool first : {true, false}) {
    for (Module* m : order) {
      if (early[m] != first) continue;
      if (Func* f = funcOfSymbol(*m, m->image.header().initSymbol)) starts.push_back(f);
    }
  }
  if (mainFunc) starts.push_back(mainFunc);
}

NATIVE(nextStart) {
  if (!startsListed) listStarts();
  // A func value without captures: a word that holds the Func, in memory that the collector does not own.
  a[0] = startIndex < starts.size() ? slot(&starts[startIndex++]) : 0;
  return Next::Run;
}

NATIVE(startSystem) {
  startGoroutine(&g, as<Closure>(a[0]), true);
  return Next::Run;
}

NATIVE(exitNative) { exitProcess(static_cast<int>(a[0])); }

NATIVE(gosched) { return yield(g); }
NATIVE(numGoroutine) { a[0] = static_cast<Slot>(goroutineCount()); return Next::Run; }

int cpuCount() {
  static int n = [] {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
    return static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  }();
  return n;
}
NATIVE(numCPU) { a[0] = static_cast<Slot>(cpuCount()); return Next::Run; }

NATIVE(gomaxprocs) {
  static int64_t procs = vmConfig.procs > 0 ? vmConfig.procs : cpuCount();
  int64_t n = static_cast<int64_t>(a[0]);
  a[1] = static_cast<Slot>(procs);
  if (n > 0) procs = n;
  return Next::Run;
}

NATIVE(lockThread) { g.lockedThread = true; return Next::Run; }
NATIVE(unlockThread) { g.lockedThread = false; return Next::Run; }
NATIVE(breakpoint) { __builtin_trap(); }

// ---- Coroutines. coro: {gp, f}. gp is whichever of the two goroutines does not run.

NATIVE(startParked) {
  Goroutine* fresh = makeGoroutine(&g, as<Closure>(a[0]), false);
  fresh->waitReason = "coroutine";
  incomingArgs(g)[1] = slot(fresh);
  return Next::Run;
}

NATIVE(coroswitch) {
  auto* c = as<Slot>(a[0]);
  auto* other = as<Goroutine>(c[0]);
  if (!other || other == &g) fatalError(&g, "coroswitch on exited coro");
  c[0] = slot(&g);
  return switchTo(g, *other, "coroutine");
}

NATIVE(coroexit) {
  auto* c = as<Slot>(a[0]);
  auto* other = as<Goroutine>(c[0]);
  c[0] = 0;
  readyNext(*other);
  return Next::Exit;
}

// ---- Timers

NATIVE(timerStart) {
  startTimer(as<GoTimer>(a[0]), static_cast<int64_t>(a[1]), static_cast<int64_t>(a[2]));
  return Next::Run;
}
NATIVE(timerStop) {
  a[1] = stopTimer(as<GoTimer>(a[0]));
  return Next::Run;
}
NATIVE(markTimerChan) {
  chanSetTimer(as<Chan>(a[0]));
  return Next::Run;
}

void putFired(Slot* a, const FiredTimer& f) {
  a[0] = slot(f.fn);
  a[1] = slot(f.argType);
  a[2] = slot(f.argData);
  a[3] = static_cast<Slot>(f.delta);
}

/// The goroutine may not be preempted from here to its next timerNext. While it waits the count is taken back.
NATIVE(timerNext) {
  FiredTimer f;
  if (g.preemptOff > 0) --g.preemptOff;
  if (takeFiredTimer(f)) {
    ++g.preemptOff;
    putFired(a, f);
    return Next::Run;
  }
  timerWaiter = &g;
  return park(g, "timer goroutine (idle)");
}

}  // namespace

/// Called by the timer heap before the timer goroutine runs again: its native parked, so its results are stored here.
void deliverFired(Goroutine& g) {
  FiredTimer f;
  if (!takeFiredTimer(f)) return;
  ++g.preemptOff;
  putFired(incomingArgs(g), f);
}

namespace {

constexpr NativeEntry kTable[] = {
    {"runtime.nextStart", nextStart},
    {"runtime.startSystem", startSystem},
    {"runtime.exit", exitNative},
    {"runtime.Gosched", gosched},
    {"runtime.NumGoroutine", numGoroutine},
    {"runtime.NumCPU", numCPU},
    {"runtime.GOMAXPROCS", gomaxprocs},
    {"runtime.LockOSThread", lockThread},
    {"runtime.UnlockOSThread", unlockThread},
    {"runtime.Breakpoint", breakpoint},
    {"runtime.startParked", startParked},
    {"runtime.coroswitch", coroswitch},
    {"iter.coroswitch", coroswitch},
    {"runtime.coroexit", coroexit},
    {"runtime.timerStart", timerStart},
    {"runtime.timerStop", timerStop},
    {"runtime.markTimerChan", markTimerChan},
    {"runtime.timerNext", timerNext},
};

}  // namespace

void registerRuntimeProc() { addNatives(kTable); }

}  // namespace burrow::vm
