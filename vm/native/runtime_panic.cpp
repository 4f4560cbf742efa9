// What the overlay's gopanic, recover and Goexit ask of the vm.

#include "vm/bytecode/check.h"
#include "vm/native/direct.h"
#include "vm/native/native.h"
#include "vm/panic/panic.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {
namespace {

NATIVE(panicStart) {
  auto* p = as<PanicRecord>(a[0]);
  p->link = g.panics;
  p->started = 1;
  p->depth = static_cast<uint32_t>(g.stackHigh - callerFp(g.fp));
  g.panics = p;
  return Next::Run;
}

NATIVE(panicNext) {
  auto* p = as<PanicRecord>(a[0]);
  Slot* frame = nullptr;
  Closure* fn = takeDefer(g, &frame);
  p->deferFp = frame;
  a[1] = slot(fn);
  return Next::Run;
}

/// The record's frame, and the frame that it called.
Slot* frameOf(Goroutine& g, const PanicRecord* p, Slot** callee) {
  Slot* below = nullptr;
  Slot* fp = g.fp;
  while (fp != panicFrame(g, *p)) {
    below = fp;
    fp = callerFp(fp);
    BURROW_CHECK(fp);
  }
  *callee = below;
  return fp;
}

NATIVE(panicReturned) {
  auto* p = as<PanicRecord>(a[0]);
  if (!p->recovered) return Next::Run;
  Slot* resume = p->deferFp;
  // Panics whose frames go away are over. A Goexit among them is not: it goes on with its deferred calls.
  PanicRecord* q = g.panics;
  while (q && panicFrame(g, *q) < resume) {
    if (q->goexit) {
      g.panics = q;
      Slot* callee = nullptr;
      Slot* fp = frameOf(g, q, &callee);
      BURROW_CHECK(callee);
      g.pc = returnAddress(callee);
      g.fp = fp;
      return Next::Reload;
    }
    q = q->link;
  }
  g.panics = q;
  return resumeAtDeferReturn(g, resume);
}

uint64_t nothingToRecover(Goroutine& g) {
  const PanicRecord* p = g.panics;
  return !p || p->goexit || p->recovered;
}
NATIVE(gorecover) {
  if (nothingToRecover(g)) return Next::Run;
  PanicRecord* p = g.panics;
  if (!calledByPanic(g, callerFp(g.fp), *p)) return Next::Run;
  p->recovered = 1;
  a[0] = slot(p->value.tab);
  a[1] = slot(p->value.data);
  return Next::Run;
}

NATIVE(panicDying) {
  stopOthers();
  ++g.preemptOff;
  return Next::Run;
}

NATIVE(panicEnd) { dieOfPanic(g); }

NATIVE(goexit1) {
  g.panics = nullptr;
  return Next::Exit;
}

NATIVE(throwText) {
  std::string s(text(a));
  fatalError(&g, s.c_str());
}

NATIVE(callerName) {
  // This native, then panicwrap's frame, then skip more.
  Slot* fp = callerFp(g.fp);
  for (int64_t i = 0; i < static_cast<int64_t>(a[0]) && callerFp(fp); ++i) fp = callerFp(fp);
  putStatic(a + 1, frameFunc(fp)->name);
  return Next::Run;
}

constexpr NativeEntry kTable[] = {
    {"runtime.panicStart", panicStart},
    {"runtime.panicNext", panicNext},
    {"runtime.panicReturned", panicReturned},
    {"runtime.gorecover", gorecover},
    {"runtime.panicDying", panicDying},
    {"runtime.panicEnd", panicEnd},
    {"runtime.goexit1", goexit1},
    {"runtime.throw", throwText},
    {"runtime.fatal", throwText},
    {"runtime.callerName", callerName},
    {"sync.throw", throwText},
    {"sync.fatal", throwText},
    {"internal/sync.throw", throwText},
    {"internal/sync.fatal", throwText},
    {"crypto/internal/fips140.fatal", throwText},
    {"crypto/internal/sysrand.fatal", throwText},
    {"crypto/rand.fatal", throwText},
};

const DirectNative kDirect[] = {
    {gorecover, plainFunction(nothingToRecover), DirectNative::Result::ZeroOrCall, false, DirectNative::First::Goroutine, 0, {}},
};

}  // namespace

void registerRuntimePanic() {
  addNatives(kTable);
  addDirect(kDirect);
}

}  // namespace burrow::vm
