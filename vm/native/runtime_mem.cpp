// The heap as package runtime shows it: statistics, collections, finalizers, cleanups, weak pointers.

#include "vm/heap/heap.h"
#include "vm/interp/interp.h"
#include "vm/native/native.h"
#include "vm/object/object.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {
namespace {

/// runtime.MemStats of the overlay.
struct GoMemStats {
  uint64_t alloc, totalAlloc, sys, lookups, mallocs, frees;
  uint64_t heapAlloc, heapSys, heapIdle, heapInuse, heapReleased, heapObjects;
  uint64_t stackInuse, stackSys, mspanInuse, mspanSys, mcacheInuse, mcacheSys, buckHashSys, gcSys, otherSys;
  uint64_t nextGC, lastGC, pauseTotalNs, pauseNs[256], pauseEnd[256];
  uint32_t numGC, numForcedGC;
  double gcCpuFraction;
  bool enableGC, debugGC;
};

void addStack(Goroutine& g, void* ctx) {
  *static_cast<uint64_t*>(ctx) += static_cast<uint64_t>(g.stackHigh - g.stackLow) * 8;
}

NATIVE(readMemStats) {
  auto* m = as<GoMemStats>(a[0]);
  HeapStats s = heapStats();
  std::memset(static_cast<void*>(m), 0, sizeof *m);
  m->alloc = m->heapAlloc = s.heapAlloc;
  m->totalAlloc = s.totalAlloc;
  m->mallocs = s.mallocs;
  m->frees = s.frees;
  m->heapSys = s.heapSys;
  m->heapInuse = s.heapInuse;
  m->heapIdle = s.heapSys - s.heapInuse;
  m->heapReleased = s.heapReleased;
  m->heapObjects = s.heapObjects;
  forEachGoroutine(addStack, &m->stackInuse);
  m->stackSys = m->stackInuse;
  m->sys = m->heapSys + m->stackSys;
  m->nextGC = s.nextGC;
  m->lastGC = s.lastGC;
  m->pauseTotalNs = s.pauseTotalNs;
  m->numGC = static_cast<uint32_t>(s.numGC);
  m->numForcedGC = static_cast<uint32_t>(s.numForcedGC);
  if (s.numGC) m->pauseNs[(s.numGC + 255) % 256] = s.lastPauseNs;
  if (s.numGC) m->pauseEnd[(s.numGC + 255) % 256] = s.lastGC;
  m->enableGC = true;
  return Next::Run;
}

// ---- What a collection leaves to be called. The finalizer goroutine waits in pendingNext.

Goroutine* finalizerGoroutine = nullptr;
Goroutine* finalizerWaiter = nullptr;  // the same, while it waits
void* poolCleanup = nullptr;    // func value
bool poolCleanupDue = false;

void visitRoots(RootVisitor visit, void* ctx) {
  if (poolCleanup) visit(ctx, poolCleanup);
}

bool takePending(Slot* results) {
  PendingCall call;
  if (nextPendingCall(call)) {
    results[0] = slot(call.fn);
    results[1] = slot(call.object);
    results[2] = slot(call.argType);
    return true;
  }
  if (!poolCleanupDue || !poolCleanup) return false;
  poolCleanupDue = false;
  results[0] = slot(poolCleanup);
  results[1] = results[2] = 0;
  return true;
}

/// At the start of a collection nothing may be allocated or woken: the scheduler looks at what came of it afterwards.
void onCollection() {
  // The clean-up may itself start a collection: that must not ask for the next clean-up, or it would never end.
  if (currentGoroutine.load(std::memory_order_relaxed) != finalizerGoroutine) poolCleanupDue = true;
  finalizersDue.store(true, std::memory_order_relaxed);
  startMonitor();
}

NATIVE(gc) {
  collect(g, true);
  return yield(g);  // so that finalizers get a chance, as they do with gc
}

NATIVE(freeOSMemory) {
  releaseFreeMemory(g);
  return Next::Run;
}

NATIVE(pendingNext) {
  finalizerGoroutine = &g;
  if (takePending(a)) return Next::Run;
  finalizerWaiter = &g;
  return park(g, "finalizer wait");
}

NATIVE(finalizersIdle) {
  a[0] = finalizerWaiter && !finalizersDue.load(std::memory_order_relaxed);
  return Next::Run;
}

NATIVE(callFinalizer) {
  Slot args[2] = {a[1], a[2]};
  return pushClosureCall(g, as<Closure>(a[0]), args, static_cast<unsigned>(a[3]));
}

NATIVE(setPoolCleanup) {
  poolCleanup = ptr(a[0]);
  return Next::Run;
}

NATIVE(heapObject) {
  ObjectInfo info = findObject(ptr(a[0]));
  a[1] = slot(info.start);
  a[2] = info.size;
  return Next::Run;
}

NATIVE(finalizerSet) {
  a[3] = setFinalizer(g, ptr(a[0]), ptr(a[1]), as<const AbiType>(a[2]));
  return Next::Run;
}

NATIVE(interfaceTab) {
  auto* inter = as<AbiInterfaceType>(a[1]);
  a[2] = inter->methods.len == 0 ? a[0] : slot(getItab(inter, as<AbiType>(a[0])));
  return Next::Run;
}

NATIVE(cleanupAdd) {
  uint64_t id = addCleanup(g, ptr(a[0]), ptr(a[1]));
  incomingArgs(g)[2] = id;
  return Next::Run;
}
NATIVE(cleanupRemove) { removeCleanup(a[0]); return Next::Run; }

NATIVE(weakHandleNative) {
  void** h = weakHandle(g, ptr(a[0]));
  incomingArgs(g)[1] = slot(h);
  return Next::Run;
}
NATIVE(strongFromWeak) {
  auto* h = as<void*>(a[0]);
  a[1] = h ? slot(*h) : 0;
  return Next::Run;
}

NATIVE(typeImplements) {
  a[2] = getItab(as<AbiInterfaceType>(a[0]), as<AbiType>(a[1])) != nullptr;
  return Next::Run;
}

NATIVE(setGcPercent) { a[1] = static_cast<Slot>(static_cast<int64_t>(setGCPercent(static_cast<int>(a[0])))); return Next::Run; }
NATIVE(setLimit) { a[1] = static_cast<Slot>(setMemoryLimit(static_cast<int64_t>(a[0]))); return Next::Run; }
NATIVE(setMaxStack) {
  a[1] = vmConfig.maxStack;
  vmConfig.maxStack = a[0];
  return Next::Run;
}
NATIVE(setMaxThreads) {
  static Slot limit = 10000;
  a[1] = limit;
  limit = a[0];
  return Next::Run;
}

/// runtime/debug.readGCStats: pauses, their ends, then last end, number, total, in a []time.Duration with room for all.
NATIVE(readGCStats) {
  auto* s = as<GoSlice<int64_t>>(a[0]);
  HeapStats h = heapStats();
  int64_t n = h.numGC ? 1 : 0;
  int64_t at = 0;
  if (n) {
    s->data[at++] = static_cast<int64_t>(h.lastPauseNs);
    s->data[at++] = static_cast<int64_t>(h.lastGC);
  }
  s->data[at++] = static_cast<int64_t>(h.lastGC);
  s->data[at++] = static_cast<int64_t>(h.numGC);
  s->data[at++] = static_cast<int64_t>(h.pauseTotalNs);
  s->len = at;
  return Next::Run;
}

/// A byte slice whose capacity is what the allocator really gives.
NATIVE(makeNoZero) {
  int64_t n = static_cast<int64_t>(a[0]);
  if (n < 0 || static_cast<uint64_t>(n) > kMaxAlloc) return raiseError(g, "makeslice: len out of range");
  uint64_t cap = roundUpSize(static_cast<uint64_t>(n), true);
  void* p = allocateBytes(g, cap, false);
  Slot* r = incomingArgs(g);
  r[1] = slot(p);
  r[2] = static_cast<Slot>(n);
  r[3] = cap;
  return Next::Run;
}

constexpr NativeEntry kTable[] = {
    {"runtime.ReadMemStats", readMemStats},
    {"runtime.GC", gc},
    {"runtime/debug.freeOSMemory", freeOSMemory},
    {"runtime.pendingNext", pendingNext},
    {"runtime.finalizersIdle", finalizersIdle},
    {"runtime.setPoolCleanup", setPoolCleanup},
    {"runtime.heapObject", heapObject},
    {"runtime.finalizerSet", finalizerSet},
    {"runtime.callFinalizer", callFinalizer},
    {"runtime.interfaceTab", interfaceTab},
    {"runtime.cleanupAdd", cleanupAdd},
    {"runtime.cleanupRemove", cleanupRemove},
    {"runtime.weakHandle", weakHandleNative},
    {"weak.runtime_registerWeakPointer", weakHandleNative},
    {"weak.runtime_makeStrongFromWeak", strongFromWeak},
    {"runtime.typeImplements", typeImplements},
    {"runtime/debug.setGCPercent", setGcPercent},
    {"runtime/debug.setMemoryLimit", setLimit},
    {"runtime/debug.setMaxStack", setMaxStack},
    {"runtime/debug.setMaxThreads", setMaxThreads},
    {"runtime/debug.readGCStats", readGCStats},
    {"internal/bytealg.MakeNoZero", makeNoZero},
};

}  // namespace

std::atomic<bool> finalizersDue{false};

void wakeFinalizers() {
  finalizersDue.store(false, std::memory_order_relaxed);
  Goroutine* w = finalizerWaiter;
  if (!w || !takePending(incomingArgs(*w))) return;
  finalizerWaiter = nullptr;
  ready(*w);
}

void registerRuntimeMem() {
  addNatives(kTable);
  addRootProvider(visitRoots);
  addCollectionHook(onCollection);
}

}  // namespace burrow::vm
