// Channel operations. One that blocks parks with g.pc at the instruction and g.resumeOp set: the goroutine that
// wakes it has moved the value, and resumeOperation does the rest when it runs again.
#include <cstring>

#include "vm/bytecode/check.h"
#include "vm/interp/slow.h"
#include "vm/object/object.h"
#include "vm/sched/goroutine.h"

namespace burrow::vm {

namespace {

Chan* chanIn(Slot s) { return reinterpret_cast<Chan*>(s); }

Next blocked(Goroutine& g, const char* reason) {
  g.resumeOp = true;
  g.resumeAt = nullptr;
  return park(g, reason);
}

Next raiseClosedSend(Goroutine& g) { return raiseError(g, "send on closed channel", true); }

void clearSlots(Slot* to, uint64_t words) {
  if (words == 1)
    *to = 0;
  else
    std::memset(to, 0, words * sizeof(Slot));
}

void finishSelect(const Insn* pc, Slot* r, int chosen, bool ok) {
  r[pc->a] = static_cast<Slot>(int64_t{chosen});
  r[pc->a + 1u] = ok;
}

}  // namespace

Next slowChanSend(Goroutine& g, const Insn* pc, Slot* r) {
  Chan* c = chanIn(r[pc->a]);
  switch (chanSend(g, c, r + pc->b, true)) {
    case ChanResult::Park: return blocked(g, c ? "chan send" : "chan send (nil chan)");
    case ChanResult::Closed: return raiseClosedSend(g);
    default: return Next::Run;
  }
}

Next slowChanRecv(Goroutine& g, const Insn* pc, Slot* r) {
  Chan* c = chanIn(r[pc->b]);
  Slot* to = pc->a == kNoReg ? nullptr : r + pc->a;
  if (to) clearSlots(to, pc[1].word);
  bool ok;
  if (chanRecv(g, c, to, true, ok) == ChanResult::Park)
    return blocked(g, c ? "chan receive" : "chan receive (nil chan)");
  if (pc->c != kNoReg) r[pc->c] = ok;
  return Next::Run;
}

Next slowChanClose(Goroutine& g, const Insn* pc, Slot* r) {
  Chan* c = chanIn(r[pc->a]);
  if (!c) return raiseError(g, "close of nil channel", true);
  return chanClose(g, c) ? Next::Run : raiseError(g, "close of closed channel", true);
}

Next slowSelect(Goroutine& g, const Insn* pc, Slot* r) {
  uint64_t flags = pc[1].word;
  bool block = !(flags >> 63);
  int chosen = -1;
  bool ok = false;
  auto* cases = reinterpret_cast<SelectCase*>(r + pc->b);
  switch (selectGo(g, cases, pc->c, flags & ~(uint64_t{1} << 63), block, chosen, ok)) {
    case ChanResult::Park: return blocked(g, pc->c ? "select" : "select (no cases)");
    case ChanResult::Closed: return raiseClosedSend(g);
    case ChanResult::WouldBlock: chosen = -1; break;
    case ChanResult::Done: break;
  }
  finishSelect(pc, r, chosen, ok);
  return Next::Run;
}

bool resumeOperation(Goroutine& g) {
  g.resumeOp = false;
  const Insn* pc = g.pc;
  Slot* r = frameRegs(g.fp);
  auto op = static_cast<Op>(pc->op);
  switch (op) {
    case Op::ChanSend:
      if (!g.single.success) return raiseClosedSend(g), false;
      break;
    case Op::ChanRecv:
      if (pc->c != kNoReg) r[pc->c] = g.single.success;
      break;
    case Op::Select: {
      auto chosen = static_cast<int>(g.wakeValue);
      bool sends = chosen < 63 && pc[1].word >> chosen & 1;
      if (sends && !g.param) return raiseClosedSend(g), false;
      finishSelect(pc, r, chosen, !sends && g.param);
      break;
    }
    default: BURROW_UNREACHABLE();
  }
  g.param = nullptr;
  g.pc = pc + insnWords(op);
  return true;
}

}  // namespace burrow::vm
