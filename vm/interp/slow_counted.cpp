// Instructions whose result lies in a buffer of the frame if it fits: counts those that do. The rest is counted where it is allocated.
#include <cstring>

#include "vm/bytecode/check.h"
#include "vm/interp/slow.h"
#include "vm/profile/sites.h"

namespace burrow::vm {

namespace {

SlowFn* slowHalf(Op op) {
  switch (op) {
    case Op::StrConcatBuf: return slowStrConcatBuf;
    case Op::BytesToStrBuf: return slowBytesToStrBuf;
    case Op::StrToBytesBuf: return slowStrToBytesBuf;
    case Op::RunesToStrBuf: return slowRunesToStrBuf;
    case Op::StrToRunesBuf: return slowStrToRunesBuf;
    case Op::RuneToStrBuf: return slowRuneToStrBuf;
    case Op::MakeSliceBuf: return slowMakeSliceBuf;
    default: BURROW_UNREACHABLE();
  }
}

void noteBuffer(const Insn* pc, const Slot* r) {
  if (r[pc->a] == reinterpret_cast<Slot>(r + pc->c)) siteCounts[siteAt(pc)].onStack++;
}

/// Appending: within the capacity nothing happens, and elements that were in the buffer already are no new ones.
Next appendBuf(Goroutine& g, const Insn* pc, Slot* r) {
  Slot slice[3];
  std::memcpy(slice, r + pc->b, sizeof slice);
  Slot len = slice[1] + pc[3].word;
  noteMaxLength(siteCounts[siteAt(pc)], len);
  if (len <= slice[2]) {
    slice[1] = len;
    std::memcpy(r + pc->a, slice, sizeof slice);
    return Next::Run;
  }
  Next next = slowAppendGrowBuf(g, pc, r);
  if (next == Next::Run && slice[0] != reinterpret_cast<Slot>(r + pc->c)) noteBuffer(pc, r);
  return next;
}

}  // namespace

Next slowCounted(Goroutine& g, const Insn* pc, Slot* r) {
  auto op = static_cast<Op>(pc->op);
  if (op == Op::AppendGrowBuf) return appendBuf(g, pc, r);
  Next next = slowHalf(op)(g, pc, r);
  if (next == Next::Run) noteBuffer(pc, r);
  return next;
}

}  // namespace burrow::vm
