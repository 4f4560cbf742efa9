// How long goroutines have waited, which tracebacks show in minutes, without a look at the clock whenever one parks:
// a collection notes the time for those that it finds waiting, as gc does, and so does a vm that idles for a second.
#include "vm/sched/goroutine.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {

bool waitersNoted = true;

namespace {

constexpr int64_t kLookAgain = 1'000'000'000;
int64_t lastLook = 0;

}  // namespace

void noteWaiting(int64_t now) {
  lastLook = now;
  waitersNoted = true;
  for (Goroutine* g = allGoroutines(); g; g = g->allNext)
    if ((g->state == GState::Waiting || g->state == GState::Syscall) && !g->waitSince) g->waitSince = now;
}

int64_t idleTimeout(int64_t timeout) {
  if (waitersNoted) return timeout;
  int64_t now = nanotime(), left = lastLook + kLookAgain - now;
  if (left <= 0) {
    noteWaiting(now);
    return timeout;
  }
  return timeout < 0 || timeout > left ? left : timeout;
}

}  // namespace burrow::vm
