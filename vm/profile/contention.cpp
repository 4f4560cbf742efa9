#include "vm/profile/contention.h"

#include <string_view>
#include <unordered_map>

#include "vm/object/object.h"
#include "vm/profile/stacks.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {

bool contentionNoted = false;

namespace {

int64_t blockRate = 0, mutexFraction = 0;

class Records {
 public:
  void add(uint32_t stack, double count, double nanos) {
    auto [it, isNew] = index_.try_emplace(stack, list.size());
    if (isNew) list.push_back({stack, 0, 0});
    list[it->second].count += count;
    list[it->second].nanos += nanos;
  }
  std::vector<ContentionRecord> list;

 private:
  std::unordered_map<uint32_t, size_t> index_;
};
Records blocked, contended;

bool isLock(std::string_view reason) { return reason.starts_with("sync.Mutex") || reason.starts_with("sync.RWMutex"); }
/// Waiting for another goroutine, and not for time or a file to pass.
bool isBlocking(std::string_view reason) {
  return reason.starts_with("chan ") || reason.starts_with("select") || reason.starts_with("sync.") || reason == "semacquire";
}

/// The semaphore's own native at the top says nothing.
uint32_t stackWithoutNative(Goroutine& g) { return currentStack(g, g.fp && frameFunc(g.fp)->flags & kNative ? 1 : 0); }

}  // namespace

void setBlockProfileRate(int64_t nanos) {
  blockRate = nanos > 0 ? nanos : 0;
  contentionNoted = blockRate || mutexFraction;
}

int64_t setMutexProfileFraction(int64_t fraction) {
  int64_t old = mutexFraction;
  if (fraction >= 0) mutexFraction = fraction;
  contentionNoted = blockRate || mutexFraction;
  return old;
}

const std::vector<ContentionRecord>& blockRecords() { return blocked.list; }
const std::vector<ContentionRecord>& mutexRecords() { return contended.list; }

void noteParked(Goroutine& g) {
  g.blockedSince = !g.system && isBlocking(g.waitReason) ? nanotime() : 0;
}

void noteReady(Goroutine& g) {
  if (!g.blockedSince) return;
  int64_t nanos = nanotime() - g.blockedSince;
  g.blockedSince = 0;
  auto oneIn = [](int64_t n) { return static_cast<int64_t>(fastRand() % static_cast<uint64_t>(n)); };
  if (blockRate && (nanos >= blockRate || oneIn(blockRate) <= nanos)) {
    // Short events stand for those of their length that were not noted.
    bool isShort = nanos < blockRate && nanos > 0;
    blocked.add(stackWithoutNative(g), isShort ? static_cast<double>(blockRate) / static_cast<double>(nanos) : 1,
                static_cast<double>(isShort ? blockRate : nanos));
  }
  Goroutine* waker = currentGoroutine.load(std::memory_order_relaxed);
  if (mutexFraction && waker && isLock(g.waitReason) && oneIn(mutexFraction) == 0) {
    auto scale = static_cast<double>(mutexFraction);
    contended.add(stackWithoutNative(*waker), scale, scale * static_cast<double>(nanos));
  }
}

}  // namespace burrow::vm
