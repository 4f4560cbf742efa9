// Templates of what makes values: storage in the frame in place, allocations by helpers.
#include "jit/helpers.h"
#include "jit/template.h"
#include "vm/profile/sites.h"

namespace burrow::jit {

namespace {

/// Values of these sizes are left to the interpreter (which then counts them, if anybody does).
bool leavesForBox(const Insn& i) {
  uint64_t n = (&i)[2].word >> 32;
  return n == 0 || n > 32;
}

}  // namespace

bool Template::storage() {
  const Insn& i = *pc_;
  if (vm::siteCounts && vm::countsAlways(op()) && !(op() == Op::BoxStack && leavesForBox(i))) {
    constant(x86::rax, reinterpret_cast<uint64_t>(&vm::siteCounts[vm::siteAt(pc_)].onStack));
    a_.inc(x86::qword_ptr(x86::rax));
  }
  switch (op()) {
    case Op::CountLoop: return true;
    case Op::NewStack:
      zeroSlots(i.b, i.c);
      a_.lea(x86::rax, slot(i.b));
      store(i.a, x86::rax);
      return true;
    case Op::MakeSliceStack:
      constant(x86::rax, word(3));
      a_.cmp(slot(i.c), x86::rax);
      a_.ja(trap(vm::slowMakeSliceBounds));
      load(x86::rdx, i.c);  // the storage may begin there
      zeroSlots(i.b, word(2) >> 32);
      a_.lea(x86::rax, slot(i.b));
      store(i.a, x86::rax);
      store(i.a + 1u, x86::rdx);
      storeConstant(i.a + 2u, word(3));
      return true;
    case Op::SliceLitStack:
      zeroSlots(i.b, i.c);
      a_.lea(x86::rax, slot(i.b));
      store(i.a, x86::rax);
      storeConstant(i.a + 1u, word(3));
      storeConstant(i.a + 2u, word(3));
      return true;
    case Op::ClosureStack:
      storeConstant(i.b, word(1));
      a_.lea(x86::rax, slot(i.b));
      store(i.a, x86::rax);
      return true;
    case Op::BoxStack: {
      uint64_t n = word(2) >> 32;
      if (leavesForBox(i)) {
        leave();
        return true;
      }
      if (i.b != i.c) {
        auto count = static_cast<unsigned>(n);
        for (unsigned k = 0; k + 1 < count; k += 2) a_.movups(x86::xmm(k / 2), slotOf(16, i.c + k));
        if (count % 2) load(x86::rax, i.c + count - 1);
        for (unsigned k = 0; k + 1 < count; k += 2) a_.movups(slotOf(16, i.b + k), x86::xmm(k / 2));
        if (count % 2) store(i.b + count - 1, x86::rax);
      }
      a_.lea(x86::rax, slot(i.b));
      store(i.a, x86::rax);
      return true;
    }
    case Op::NewHeap: slow(vm::siteCounts ? helpNewHeapCounted : helpNewHeap); return true;
    case Op::ClosureHeap: slow(vm::siteCounts ? helpClosureHeapCounted : helpClosureHeap); return true;
    case Op::BoxHeap: slow(helpBoxHeap); return true;
    case Op::MakeMapHeap: slow(helpMakeMapHeap); return true;
    case Op::MakeMapStack: slow(helpMakeMapStack); return true;
    case Op::MapLen: value(valueMapLen); break;
    case Op::ChanLen: value(valueChanLen); break;
    case Op::ChanCap: value(valueChanCap); break;
    case Op::IfaceType: {
      Label nil = a_.newLabel();
      load(x86::rax, i.b);
      a_.test(x86::rax, x86::rax);
      a_.jz(nil);
      a_.mov(x86::rax, x86::qword_ptr(x86::rax, offsetof(Itab, type)));
      a_.bind(nil);
      break;
    }
    default: return false;
  }
  store(i.a, x86::rax);
  return true;
}

}  // namespace burrow::jit
