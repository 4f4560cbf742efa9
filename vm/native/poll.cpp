// internal/poll: the netpoller's face. A context is a PollDesc's address as uintptr.

#include "vm/native/native.h"
#include "vm/sched/netpoll.h"

namespace burrow::vm {
namespace {

NATIVE(serverInit) { pollInit(); return Next::Run; }
NATIVE(isDescriptor) { a[1] = isPollDescriptor(static_cast<int>(a[0])); return Next::Run; }
NATIVE(open) {
  int error = 0;
  a[1] = slot(pollOpen(static_cast<int>(a[0]), &error));
  a[2] = static_cast<Slot>(error);
  return Next::Run;
}
NATIVE(close) { pollClose(as<PollDesc>(a[0])); return Next::Run; }
NATIVE(reset) {
  a[2] = static_cast<Slot>(pollReset(as<PollDesc>(a[0]), static_cast<int>(a[1])));
  return Next::Run;
}
NATIVE(wait) {
  int result = 0;
  Next next = pollWait(g, as<PollDesc>(a[0]), static_cast<int>(a[1]), &result);
  if (next == Next::Run) a[2] = static_cast<Slot>(result);
  return next;
}
NATIVE(setDeadline) {
  pollSetDeadline(as<PollDesc>(a[0]), static_cast<int64_t>(a[1]), static_cast<int>(a[2]));
  return Next::Run;
}
NATIVE(unblock) { pollUnblock(as<PollDesc>(a[0])); return Next::Run; }

constexpr NativeEntry kTable[] = {
    {"internal/poll.runtime_pollServerInit", serverInit},
    {"internal/poll.runtime_isPollServerDescriptor", isDescriptor},
    {"internal/poll.runtime_pollOpen", open},
    {"internal/poll.runtime_pollClose", close},
    {"internal/poll.runtime_pollReset", reset},
    {"internal/poll.runtime_pollWait", wait},
    {"internal/poll.runtime_pollWaitCanceled", wait},
    {"internal/poll.runtime_pollSetDeadline", setDeadline},
    {"internal/poll.runtime_pollUnblock", unblock},
};

}  // namespace

void registerPoll() { addNatives(kTable); }

}  // namespace burrow::vm
