// Slow halves of calls, goroutine starts, defers and polls.
#include <cstring>

#include "vm/bytecode/check.h"
#include "vm/interp/interp.h"
#include "vm/interp/slow.h"
#include "vm/link/linker.h"
#include "vm/panic/panic.h"
#include "vm/profile/cpu.h"

namespace burrow::vm {

static Func makeBottom() {
  Func f{};
  f.entry = f.code = kBottomCode;
  f.codeWords = 2;
  f.name = "runtime.goexit";
  f.frameSlots = 1;
  f.flags = kHidden | kNosplit;
  return f;
}
Func bottomFunc = makeBottom();

void prepareGoroutine(Goroutine& g, Closure* fn) {
  unsigned need = kFrameHeaderSlots * 2 + 1u + fn->fn->frameSlots + kStackGuardSlots;
  allocateStack(g, uint64_t{need} * sizeof(Slot));
  Slot* fp = g.stackHigh - kFrameHeaderSlots;
  fp[1] = fp[0] = 0;
  fp[-1] = reinterpret_cast<Slot>(&bottomFunc);
  Slot* frame = fp - 1 - kFrameHeaderSlots;
  frame[1] = reinterpret_cast<Slot>(kBottomCode + 1);
  frame[0] = reinterpret_cast<Slot>(fp);
  frame[-1] = reinterpret_cast<Slot>(fn->fn);
  g.fp = frame;
  g.pc = fn->fn->entry;
  g.ctx = fn;
}

Next slowEnter(Goroutine& g) {
  const Func* f = frameFunc(g.fp);
  Slot* regs = g.fp - f->frameSlots;
  // From the moment when a pointer became a uintptr argument until the kernel has used it, the stack must not move. What lies between
  // is go:nosplit or native; it runs in the reserve below the limit, and yields later.
  if (f->flags & (kNosplit | kNative) && regs >= g.stackLow + kNosplitReserve) return Next::Reload;
  bool preempt = g.stackLimit == kPreemptLimit;
  if (preempt) {
    g.stackLimit = ordinaryLimit(g);
    cpuSafepoint(g);
    if (machineTick(g)) preempt = false;
  }
  if (regs < g.trueLimit || vmConfig.stressStack) growStack(g, 0);
  if ((preempt || vmConfig.stressPreempt) && !g.preemptOff) return yield(g);
  return Next::Reload;
}

Next slowPoll(Goroutine& g) {
  if (g.stackLimit != kPreemptLimit) {
    if (!vmConfig.stressPreempt || g.preemptOff) return Next::Run;
    return (g.stressTurn = !g.stressTurn) ? yield(g) : Next::Run;
  }
  g.stackLimit = ordinaryLimit(g);
  cpuSafepoint(g);
  if (machineTick(g)) return Next::Run;
  return g.preemptOff ? Next::Run : yield(g);
}

Next slowNilCall(Goroutine& g, const Insn*, Slot*) { return raiseNil(g, 0); }
Next slowUnreachable(Goroutine& g, const Insn*, Slot*) { fatalError(&g, "unreachable code"); }

Next slowGo(Goroutine& g, const Insn* pc, Slot* r) {
  auto* fn = reinterpret_cast<Closure*>(r[pc->a]);
  if (!fn) fatalError(&g, "go of nil func value");
  startGoroutine(&g, fn);
  return Next::Run;
}

Next slowDefer(Goroutine& g, const Insn* pc, Slot* r) {
  return deferCall(g, reinterpret_cast<Closure*>(r[pc->a]), nullptr);
}
Next slowDeferStack(Goroutine& g, const Insn* pc, Slot* r) {
  return deferCall(g, reinterpret_cast<Closure*>(r[pc->a]), reinterpret_cast<DeferRecord*>(&r[pc->b]));
}
Next slowDeferToken(Goroutine& g, const Insn* pc, Slot* r) {
  r[pc->a] = reinterpret_cast<Slot>(deferToken(g));
  return Next::Run;
}
Next slowDeferAt(Goroutine& g, const Insn* pc, Slot* r) {
  return deferAt(g, reinterpret_cast<Closure*>(r[pc->a]), reinterpret_cast<DeferRecord*>(r[pc->b]));
}

}  // namespace burrow::vm
