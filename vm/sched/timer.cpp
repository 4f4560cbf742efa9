// Timers: a binary heap of what is due when. Go's timers fire on the timer goroutine (overlay, runtime.runTimers), sleeping
// goroutines and the vm's own timers at once. Semantics as of Go 1.23: after Stop or Reset no stale value is received.

#include <climits>
#include <deque>
#include <utility>
#include <vector>

#include "vm/bytecode/check.h"
#include "vm/heap/heap.h"
#include "vm/object/object.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {

std::atomic<int64_t> nextTimer{INT64_MAX};
Goroutine* timerWaiter = nullptr;

namespace {

struct Row {
  int64_t when;
  uint64_t order;   // among equal times: first started, first fired
  GoTimer* go;      // one of these three
  VmTimer* vm;
  Goroutine* sleeper;
};
std::vector<Row> heap;
uint64_t nextOrder = 0;
std::deque<FiredTimer> fired;

bool before(const Row& a, const Row& b) { return a.when != b.when ? a.when < b.when : a.order < b.order; }

void placed(size_t i) {
  if (heap[i].go) heap[i].go->index = static_cast<int64_t>(i) + 1;
  if (heap[i].vm) heap[i].vm->index = static_cast<int64_t>(i) + 1;
}

void siftUp(size_t i) {
  while (i > 0) {
    size_t parent = (i - 1) / 2;
    if (!before(heap[i], heap[parent])) break;
    std::swap(heap[i], heap[parent]);
    placed(i);
    i = parent;
  }
  placed(i);
}

void siftDown(size_t i) {
  for (;;) {
    size_t child = 2 * i + 1;
    if (child >= heap.size()) break;
    if (child + 1 < heap.size() && before(heap[child + 1], heap[child])) ++child;
    if (!before(heap[child], heap[i])) break;
    std::swap(heap[i], heap[child]);
    placed(i);
    i = child;
  }
  placed(i);
}

void publish() {
  nextTimer.store(heap.empty() ? INT64_MAX : heap[0].when, std::memory_order_relaxed);
}

void insert(Row row) {
  row.order = nextOrder++;
  heap.push_back(row);
  siftUp(heap.size() - 1);
  publish();
}

void removeAt(size_t i) {
  if (heap[i].go) heap[i].go->index = 0;
  if (heap[i].vm) heap[i].vm->index = 0;
  Row last = heap.back();
  heap.pop_back();
  if (i < heap.size()) {
    heap[i] = last;
    siftUp(i);
    siftDown(i);
  }
  publish();
}

void visitRoots(RootVisitor visit, void* ctx) {
  for (Row& row : heap) {
    if (row.go) visit(ctx, row.go);
  }
  for (FiredTimer& f : fired) {
    visit(ctx, f.fn);
    visit(ctx, f.argData);
  }
}

void addRoots() {
  static bool once = (addRootProvider(visitRoots), true);
  (void)once;
}

int64_t clampWhen(int64_t when) { return when < 0 ? INT64_MAX - 1 : when; }

void fire(Row& row, int64_t now) {
  if (row.sleeper) {
    Goroutine* g = row.sleeper;
    removeAt(0);
    ready(*g);
    return;
  }
  if (row.vm) {
    VmTimer* t = row.vm;
    removeAt(0);
    t->fire(*t);
    return;
  }
  GoTimer* t = row.go;
  int64_t delta = now - t->when;
  void* data = t->weak ? *t->weak : t->argData;
  bool dead = t->weak && !data;
  if (t->period > 0 && !dead) {
    int64_t next = t->when + t->period * (1 + delta / t->period);
    t->when = clampWhen(next);
    heap[0].when = t->when;
    heap[0].order = nextOrder++;
    siftDown(0);
    publish();
  } else {
    removeAt(0);
  }
  if (!dead) fired.push_back({t->fn, t->argType, data, delta});
}

}  // namespace

void startTimer(GoTimer* t, int64_t when, int64_t period) {
  addRoots();
  BURROW_CHECK(t->index == 0);
  t->when = clampWhen(when);
  t->period = period;
  insert({t->when, 0, t, nullptr, nullptr});
  startMonitor();
}

bool stopTimer(GoTimer* t) {
  bool pending = t->index != 0;
  if (pending) removeAt(static_cast<size_t>(t->index - 1));
  if (!t->weak) {
    // Fired but not called yet counts as pending only for the function's caller: it will be called.
    return pending;
  }
  void* chan = *t->weak;
  for (auto it = fired.begin(); chan && it != fired.end();) {
    if (it->argData == chan) {
      it = fired.erase(it);
      pending = true;
    } else {
      ++it;
    }
  }
  if (chan && chanDrain(static_cast<Chan*>(chan))) pending = true;  // sent but not received: taken back
  return pending;
}

void startTimer(VmTimer* t, int64_t when) {
  if (t->index) removeAt(static_cast<size_t>(t->index - 1));
  t->when = clampWhen(when);
  insert({t->when, 0, nullptr, t, nullptr});
  startMonitor();
}

bool stopTimer(VmTimer* t) {
  if (!t->index) return false;
  removeAt(static_cast<size_t>(t->index - 1));
  return true;
}

Next sleepUntil(Goroutine& g, int64_t when) {
  insert({clampWhen(when), 0, nullptr, nullptr, &g});
  return park(g, "sleep");
}

void runTimers(int64_t now) {
  while (!heap.empty() && heap[0].when <= now) fire(heap[0], now);
  if (!fired.empty() && timerWaiter) {
    Goroutine* g = timerWaiter;
    timerWaiter = nullptr;
    deliverFired(*g);
    ready(*g);
  }
}

bool takeFiredTimer(FiredTimer& out) {
  if (fired.empty()) return false;
  out = fired.front();
  fired.pop_front();
  return true;
}

}  // namespace burrow::vm
