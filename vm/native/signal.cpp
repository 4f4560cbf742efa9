// os/signal, and the signals of package os.

#include "vm/sched/signal.h"

#include <signal.h>

#include "vm/native/native.h"

namespace burrow::vm {
namespace {

NATIVE(enable) { signalEnable(static_cast<uint32_t>(a[0])); return Next::Run; }
NATIVE(disable) { signalDisable(static_cast<uint32_t>(a[0])); return Next::Run; }
NATIVE(ignore) { signalIgnore(static_cast<uint32_t>(a[0])); return Next::Run; }
NATIVE(isIgnored) { a[1] = signalIgnored(static_cast<uint32_t>(a[0])); return Next::Run; }
NATIVE(receive) { return signalReceive(g, a); }
NATIVE(waitUntilIdle) { return yield(g); }
NATIVE(sigpipe) {
  if (!signalIgnored(SIGPIPE)) dieFromSignal(SIGPIPE);
  return Next::Run;
}
NATIVE(nothing) { return Next::Run; }

constexpr NativeEntry kTable[] = {
    {"os/signal.signal_enable", enable},
    {"os/signal.signal_disable", disable},
    {"os/signal.signal_ignore", ignore},
    {"os/signal.signal_ignored", isIgnored},
    {"os/signal.signal_recv", receive},
    {"os/signal.signalWaitUntilIdle", waitUntilIdle},
    {"os.sigpipe", sigpipe},
    {"os.ignoreSIGSYS", nothing},
    {"os.restoreSIGSYS", nothing},
};

}  // namespace

void registerSignal() { addNatives(kTable); }

}  // namespace burrow::vm
