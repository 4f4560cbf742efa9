// Semaphores and notification lists under sync's types, pinning, random numbers.
//
// A semaphore is a uint32 in a Go object; its waiters queue here by address (objects never move). Releasing hands
// the unit straight to the first waiter, so that none can be overtaken.

#include <sys/random.h>

#include <deque>
#include <unordered_map>

#include "vm/native/direct.h"
#include "vm/native/native.h"
#include "vm/object/object.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {
namespace {

std::unordered_map<uint32_t*, std::deque<Goroutine*>> waiting;

Next acquire(Goroutine& g, Slot address, bool first, const char* reason) {
  auto* sema = as<uint32_t>(address);
  uint32_t now = __atomic_load_n(sema, __ATOMIC_ACQUIRE);
  while (now > 0) {
    if (__atomic_compare_exchange_n(sema, &now, now - 1, true, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return Next::Run;
  }
  auto& queue = waiting[sema];
  if (first)
    queue.push_front(&g);
  else
    queue.push_back(&g);
  return park(g, reason);
}

Next release(Goroutine& g, Slot address, bool handoff) {
  auto* sema = as<uint32_t>(address);
  auto it = waiting.find(sema);
  if (it == waiting.end()) {
    __atomic_add_fetch(sema, 1, __ATOMIC_ACQ_REL);
    return Next::Run;
  }
  Goroutine* next = it->second.front();
  it->second.pop_front();
  if (it->second.empty()) waiting.erase(it);
  if (!handoff || g.preemptOff > 0) {
    ready(*next);
    return Next::Run;
  }
  Next result = yield(g);  // behind everything; the new owner runs at once
  readyNext(*next);
  return result;
}

NATIVE(semacquire) { return acquire(g, a[0], false, "semacquire"); }
NATIVE(semacquireWaitGroup) { return acquire(g, a[0], false, "sync.WaitGroup.Wait"); }
NATIVE(semacquireMutex) { return acquire(g, a[0], a[1] & 1, "sync.Mutex.Lock"); }
NATIVE(semacquireRWMutex) { return acquire(g, a[0], a[1] & 1, "sync.RWMutex.Lock"); }
NATIVE(semacquireRWMutexR) { return acquire(g, a[0], a[1] & 1, "sync.RWMutex.RLock"); }
NATIVE(semrelease) { return release(g, a[0], a[1] & 1); }
NATIVE(semreleasePoll) { return release(g, a[0], false); }

// ---- sync.Cond: {wait, notify uint32; lock uintptr; head, tail}. Only the counters are used in place.

struct NotifyList {
  uint32_t wait, notify;
};
struct Ticket {
  uint32_t number;
  Goroutine* g;
};
std::unordered_map<NotifyList*, std::deque<Ticket>> conds;

bool less(uint32_t x, uint32_t y) { return static_cast<int32_t>(x - y) < 0; }

NATIVE(notifyListAdd) {
  a[1] = __atomic_fetch_add(&as<NotifyList>(a[0])->wait, 1, __ATOMIC_ACQ_REL);
  return Next::Run;
}
NATIVE(notifyListWait) {
  auto* l = as<NotifyList>(a[0]);
  uint32_t ticket = static_cast<uint32_t>(a[1]);
  if (less(ticket, l->notify)) return Next::Run;  // notified already
  conds[l].push_back({ticket, &g});
  return park(g, "sync.Cond.Wait");
}
NATIVE(notifyListNotifyAll) {
  auto* l = as<NotifyList>(a[0]);
  l->notify = __atomic_load_n(&l->wait, __ATOMIC_ACQUIRE);
  auto it = conds.find(l);
  if (it == conds.end()) return Next::Run;
  std::deque<Ticket> all = std::move(it->second);
  conds.erase(it);
  for (Ticket& t : all) ready(*t.g);
  return Next::Run;
}
NATIVE(notifyListNotifyOne) {
  auto* l = as<NotifyList>(a[0]);
  uint32_t t = l->notify;
  if (__atomic_load_n(&l->wait, __ATOMIC_ACQUIRE) == t) return Next::Run;
  l->notify = t + 1;
  auto it = conds.find(l);
  if (it == conds.end()) return Next::Run;
  for (auto w = it->second.begin(); w != it->second.end(); ++w) {
    if (w->number != t) continue;
    Goroutine* next = w->g;
    it->second.erase(w);
    if (it->second.empty()) conds.erase(it);
    ready(*next);
    break;
  }
  return Next::Run;
}

NATIVE(nothing) { return Next::Run; }

// ---- Pinning: with one thread of Go code, not being preempted is all there is to it.

NATIVE(procPin) {
  ++g.preemptOff;
  a[0] = 0;
  return Next::Run;
}
NATIVE(procUnpin) {
  if (g.preemptOff > 0) --g.preemptOff;
  return Next::Run;
}

// ---- Random numbers: seeded by the kernel, xoshiro256** from there.

uint64_t nextRandom() {
  static uint64_t s[4] = {};
  static bool seeded = false;
  if (!seeded) {
    if (getrandom(s, sizeof s, 0) != sizeof s) s[0] = static_cast<uint64_t>(nanotime()) | 1;
    seeded = true;
  }
  auto rotl = [](uint64_t x, int k) { return x << k | x >> (64 - k); };
  uint64_t result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotl(s[3], 45);
  return result;
}

NATIVE(rand64) { a[0] = nextRandom(); return Next::Run; }
NATIVE(rand32) { a[0] = static_cast<uint32_t>(nextRandom()); return Next::Run; }
NATIVE(randn) {
  a[1] = static_cast<uint32_t>((nextRandom() >> 32) * (a[0] & 0xffffffff) >> 32);
  return Next::Run;
}

constexpr NativeEntry kTable[] = {
    {"sync.runtime_Semacquire", semacquire},
    {"sync.runtime_SemacquireWaitGroup", semacquireWaitGroup},
    {"sync.runtime_SemacquireRWMutex", semacquireRWMutex},
    {"sync.runtime_SemacquireRWMutexR", semacquireRWMutexR},
    {"sync.runtime_Semrelease", semrelease},
    {"internal/sync.runtime_SemacquireMutex", semacquireMutex},
    {"internal/sync.runtime_Semrelease", semrelease},
    {"internal/sync.runtime_canSpin", nothing},
    {"internal/sync.runtime_doSpin", nothing},
    {"internal/poll.runtime_Semacquire", semacquire},
    {"internal/poll.runtime_Semrelease", semreleasePoll},
    {"sync.runtime_notifyListAdd", notifyListAdd},
    {"sync.runtime_notifyListWait", notifyListWait},
    {"sync.runtime_notifyListNotifyAll", notifyListNotifyAll},
    {"sync.runtime_notifyListNotifyOne", notifyListNotifyOne},
    {"sync.runtime_notifyListCheck", nothing},
    {"sync.runtime_procPin", procPin},
    {"sync.runtime_procUnpin", procUnpin},
    {"sync/atomic.runtime_procPin", procPin},
    {"sync/atomic.runtime_procUnpin", procUnpin},
    {"runtime.procPin", procPin},
    {"runtime.procUnpin", procUnpin},
    {"runtime.rand", rand64},
    {"runtime.rand64", rand64},
    {"runtime.fastrand64", rand64},
    {"runtime.fastrand", rand32},
    {"runtime.cheaprand", rand32},
    {"runtime.randn", randn},
    {"runtime.fastrandn", randn},
    {"sync.runtime_randn", randn},
    {"internal/sync.runtime_rand", rand64},
    {"os.runtime_rand", rand64},
    {"math/rand.runtime_rand", rand64},
    {"math/rand/v2.runtime_rand", rand64},
    {"net.runtime_rand", rand64},
    {"unique.runtime_rand", rand64},
};

// ---- The same for compiled code

uint64_t pin(Goroutine& g) {
  ++g.preemptOff;
  return 0;
}
void unpin(Goroutine& g) {
  if (g.preemptOff > 0) --g.preemptOff;
}

using Result = DirectNative::Result;
using First = DirectNative::First;
const DirectNative kDirect[] = {
    {procPin, plainFunction(pin), Result::Value, true, First::Goroutine, 0, {}},
    {procUnpin, plainFunction(unpin), Result::None, true, First::Goroutine, 0, {}},
    {nothing, nullptr, Result::Zero, false, First::None, 0, {}},
};

}  // namespace

void registerSync() {
  addNatives(kTable);
  addDirect(kDirect);
}

}  // namespace burrow::vm
