// A collection, start to end, with the world stopped: mark, settle what is attached to dead
// objects, sweep, set the next goal. Sweeping is a count of the mark bits: the gaps themselves are
// found by allocation, and a span without survivors goes back to the pages at once.
#include <time.h>

#include <algorithm>
#include <cstdlib>

#include "vm/heap/observe.h"
#include "vm/heap/span.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {

using namespace heap;

namespace heap {

static constexpr uint64_t kMinGoal = 4 << 20;
/// When every allocation collects, one collection of so many is verified.
static constexpr uint64_t kVerifyEvery = 16;

static void clearMarks() {
  for (Span* s : theHeap.spans) std::memset(s->marks, 0, s->markWords() * sizeof(uint64_t));
}

/// Stress: what died is overwritten, so that a use of it shows.
static void poisonDead(Span* s) {
  for (uint32_t i = 0; i < s->objects; ++i) {
    if (s->marked(i)) continue;
    if (!s->noscan) {
      if (!s->types[i]) continue;
      s->types[i] = 0;
    }
    std::memset(s->base + i * s->objectBytes, 0xdb, s->objectBytes);
  }
}

static void sweep() {
  Heap& h = theHeap;
  for (auto& kind : h.cursors) {
    for (Cursor& c : kind) c.partial.clear();
  }
  for (size_t k = h.spans.size(); k-- > 0;) {
    Span* s = h.spans[k];
    uint32_t survivors = 0;
    for (uint32_t w = 0; w < s->markWords(); ++w)
      survivors += static_cast<uint32_t>(__builtin_popcountll(s->marks[w]));
    uint32_t died = s->taken > survivors ? s->taken - survivors : 0;
    h.frees += died;
    h.freedBytes += died * s->objectBytes;
    if (h.config.collectAlways && died) poisonDead(s);
    if (!survivors) {
      if (s->state == SpanState::Small) giveTables(s);
      s->marks = nullptr;
      s->types = s->sites = nullptr;
      s->fresh = false;
      s->soleSite = 0;
      freePages(s);
      continue;
    }
    s->taken = survivors;
    s->needZero = true;
    if (s->state == SpanState::Large) continue;
    s->cursor = 0;
    if (survivors < s->objects) h.cursors[s->noscan][s->cls].partial.push_back(s);
  }
}

static void setGoal() {
  Heap& h = theHeap;
  uint64_t goal = ~uint64_t{0};
  if (h.config.gogc >= 0) {
    uint64_t percent = static_cast<uint64_t>(h.config.gogc);
    goal = std::max(h.markedBytes + (h.markedBytes + h.rootBytes) / 100 * percent,
                    kMinGoal * percent / 100);
  }
  if (h.config.memoryLimit != ~uint64_t{0}) {
    uint64_t slack = h.pagesInUse * kPageBytes > h.live ? h.pagesInUse * kPageBytes - h.live : 0;
    uint64_t limit = h.config.memoryLimit > slack ? h.config.memoryLimit - slack : 0;
    // Never so near that collections follow each other without progress.
    limit = std::max(limit, h.live + std::max<uint64_t>(h.live / 10, 1 << 20));
    goal = std::min(goal, limit);
  }
  h.trigger = goal;
}

/// Gives back what the heap will not grow to until the next collection, and a tenth: but no faster than kReleaseRate, because what is
/// taken again soon is cleared by the system once more. A memory limit is in a hurry.
static void releaseSpare(int64_t now) {
  Heap& h = theHeap;
  constexpr uint64_t kReleaseRate = 16;  // bytes a microsecond
  static int64_t last = now;
  uint64_t inUse = h.pagesInUse * kPageBytes;
  uint64_t goal = h.trigger == ~uint64_t{0} ? h.used : h.trigger + h.trigger / 10;
  uint64_t keep = goal > inUse ? goal - inUse : 0;
  if (h.config.memoryLimit == ~uint64_t{0}) {
    uint64_t spare = h.used - inUse - h.pagesReleased * kPageBytes;
    uint64_t budget = static_cast<uint64_t>(now - last) / 1000 * kReleaseRate;
    if (spare > keep + budget) keep = spare - budget;
  }
  last = now;
  releasePages(keep);
}

static void shrinkParked(Goroutine& g, void* current) {
  if (&g != current && (g.state == GState::Waiting || g.state == GState::Runnable) && g.stackHigh)
    shrinkStack(g);
}

}  // namespace heap

void collect(Goroutine& g, bool forced) {
  Heap& h = theHeap;
  if (h.collecting) return;
  h.collecting = true;
  int64_t start = nanotime();
  for (auto hook : h.hooks) hook();
  noteWaiting(start);
  flushCursors();
  uint64_t before = h.live, goalBefore = h.trigger;
  clearMarks();
  h.markedBytes = h.markedObjects = h.rootBytes = 0;
  markRoots();
  drainMarks();
  handleDead();
  if (h.config.verify && (!h.config.collectAlways || h.numGC % kVerifyEvery == 0)) verifyMarks();
  if (siteCounts) countSurvivors();
  if (memorySampling) forgetDeadSamples();
  sweep();
  h.live = h.markedBytes;
  setGoal();
  if (!h.config.collectAlways) {
    forEachGoroutine(shrinkParked, &g);
    releaseSpare(start);
  }
  int64_t end = nanotime();
  h.lastPause = static_cast<uint64_t>(end - start);
  h.pauseTotal += h.lastPause;
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  h.lastGC = static_cast<uint64_t>(now.tv_sec) * 1000000000 + static_cast<uint64_t>(now.tv_nsec);
  ++h.numGC;
  h.numForced += forced;
  h.collecting = false;
  if (onCollected) onCollected({start, end, before, h.markedBytes, goalBefore, forced});
}

void releaseFreeMemory(Goroutine& g) {
  collect(g, true);
  releasePages(0);
}

HeapStats heapStats() {
  Heap& h = theHeap;
  HeapStats s;
  s.mallocs = h.largeMallocs;
  s.totalAlloc = h.largeBytes;
  for (auto& kind : h.cursors) {
    for (unsigned i = 0; i < kClasses; ++i) {
      Cursor& c = kind[i];
      uint64_t n =
          c.handedOut - (c.span ? static_cast<uint64_t>(c.chunkEnd - c.cur) / c.objectBytes : 0);
      s.mallocs += n;
      s.totalAlloc += n * kClassBytes[i];
    }
  }
  s.frees = h.frees;
  s.heapAlloc = s.totalAlloc - h.freedBytes;
  s.heapObjects = s.mallocs - s.frees;
  s.heapSys = h.used;
  s.heapInuse = h.pagesInUse * kPageBytes;
  s.heapReleased = h.pagesReleased * kPageBytes;
  s.nextGC = h.trigger;
  s.numGC = h.numGC;
  s.numForcedGC = h.numForced;
  s.pauseTotalNs = h.pauseTotal;
  s.lastGC = h.lastGC;
  s.lastPauseNs = h.lastPause;
  return s;
}

int setGCPercent(int percent) {
  Heap& h = theHeap;
  int old = h.config.gogc;
  h.config.gogc = percent < 0 ? -1 : percent;
  setGoal();
  return old;
}

int64_t setMemoryLimit(int64_t limit) {
  Heap& h = theHeap;
  constexpr uint64_t kNone = ~uint64_t{0};
  int64_t old =
      h.config.memoryLimit == kNone ? INT64_MAX : static_cast<int64_t>(h.config.memoryLimit);
  if (limit >= 0) {
    h.config.memoryLimit = limit == INT64_MAX ? kNone : static_cast<uint64_t>(limit);
    setGoal();
  }
  return old;
}

void addRootProvider(RootProvider provider) {
  theHeap.providers.push_back(provider);
}
void addCollectionHook(void (*hook)()) {
  theHeap.hooks.push_back(hook);
}

}  // namespace burrow::vm
