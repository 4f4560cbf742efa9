// Clocks and sleeping.

#include <time.h>

#include "vm/native/direct.h"
#include "vm/native/native.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {
namespace {

NATIVE(now) {
  timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  a[0] = static_cast<Slot>(t.tv_sec);
  a[1] = static_cast<Slot>(t.tv_nsec);
  a[2] = static_cast<Slot>(nanotime());
  return Next::Run;
}
NATIVE(walltime) {
  timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  a[0] = static_cast<Slot>(t.tv_sec);
  a[1] = static_cast<Slot>(t.tv_nsec);
  return Next::Run;
}
NATIVE(nano) { a[0] = static_cast<Slot>(nanotime()); return Next::Run; }
NATIVE(no) { a[0] = 0; return Next::Run; }

NATIVE(sleep) {
  int64_t d = static_cast<int64_t>(a[0]);
  if (d <= 0) return Next::Run;
  int64_t now = nanotime();
  return sleepUntil(g, d > INT64_MAX - now ? INT64_MAX : now + d);
}

constexpr NativeEntry kTable[] = {
    {"time.now", now},
    {"time.runtimeNow", now},
    {"time.runtimeNano", nano},
    {"time.runtimeIsBubbled", no},
    {"time.Sleep", sleep},
    {"runtime.timeSleep", sleep},
    {"runtime.nanotime", nano},
    {"runtime.nanotime1", nano},
    {"runtime.walltime", walltime},
    {"internal/poll.runtimeNano", nano},
    {"internal/sync.runtime_nanotime", nano},
    {"internal/synctest.IsInBubble", no},
    {"internal/synctest.associate", no},
    {"internal/synctest.isAssociated", no},
};

const DirectNative kDirect[] = {
    {no, nullptr, DirectNative::Result::Zero, false, DirectNative::First::None, 0, {}},
};

}  // namespace

void registerTime() {
  addNatives(kTable);
  addDirect(kDirect);
}

}  // namespace burrow::vm
