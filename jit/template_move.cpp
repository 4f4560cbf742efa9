// Templates of moves, constants, and parts of values in the frame.
#include "jit/helpers.h"
#include "jit/template.h"

namespace burrow::jit {

bool Template::moves() {
  const Insn& i = *pc_;
  // All is read before anything is written: the two may overlap.
  auto copy = [&](unsigned to, unsigned from, uint64_t n) {
    for (unsigned k = 0; k + 1 < n; k += 2) a_.movups(x86::xmm(k / 2), slotOf(16, from + k));
    if (n % 2) load(x86::rax, from + static_cast<unsigned>(n) - 1);
    for (unsigned k = 0; k + 1 < n; k += 2) a_.movups(slotOf(16, to + k), x86::xmm(k / 2));
    if (n % 2) store(to + static_cast<unsigned>(n) - 1, x86::rax);
  };
  auto part = [&](unsigned size) { return slotOf(size, i.b, i.c); };
  switch (op()) {
    case Op::Mov: load(x86::rax, i.b); break;
    // Word by word: two stores of words do not forward to one wide load.
    case Op::Mov2:
    case Op::BytesToStrTmp:
      load(x86::rax, i.b);
      load(x86::rcx, i.b + 1u);
      store(i.a + 1u, x86::rcx);
      break;
    case Op::Mov3:
      load(x86::rax, i.b);
      load(x86::rcx, i.b + 1u);
      load(x86::rdx, i.b + 2u);
      store(i.a + 1u, x86::rcx);
      store(i.a + 2u, x86::rdx);
      break;
    case Op::MovN:
      if (auto n = static_cast<uint32_t>(word(1)); n <= 32)
        copy(i.a, i.b, n);
      else
        slow(helpMovN);
      return true;
    case Op::LoadImm: storeConstant(i.a, static_cast<uint64_t>(int64_t{i.imm32()})); return true;
    case Op::LoadConst:
    case Op::LoadSym: storeConstant(i.a, word(1)); return true;
    case Op::LoadStr:
      storeConstant(i.a, word(1));
      storeConstant(i.a + 1u, word(2));
      return true;
    case Op::ZeroN: zeroSlots(i.a, static_cast<uint32_t>(word(1))); return true;
    case Op::LoadCtx: a_.mov(x86::rax, BURROW_G(ctx)); break;
    case Op::LocalAddr: a_.lea(x86::rax, slot(i.b, i.c)); break;
    case Op::GetSubI8: a_.movsx(x86::rax, part(1)); break;
    case Op::GetSubU8: a_.movzx(x86::eax, part(1)); break;
    case Op::GetSubI16: a_.movsx(x86::rax, part(2)); break;
    case Op::GetSubU16: a_.movzx(x86::eax, part(2)); break;
    case Op::GetSubI32: a_.movsxd(x86::rax, part(4)); break;
    case Op::GetSubU32: a_.mov(x86::eax, part(4)); break;
    case Op::SetSub8: load(x86::rax, i.b); a_.mov(slotOf(1, i.a, i.c), x86::al); return true;
    case Op::SetSub16: load(x86::rax, i.b); a_.mov(slotOf(2, i.a, i.c), x86::ax); return true;
    case Op::SetSub32: load(x86::rax, i.b); a_.mov(slotOf(4, i.a, i.c), x86::eax); return true;
    case Op::FrameCopy: {
      auto to = static_cast<int32_t>(static_cast<uint32_t>(word(1))), from = static_cast<int32_t>(word(1) >> 32);
      if (word(2) == 8) {
        a_.mov(x86::rax, slot(i.b, from));
        a_.mov(slot(i.a, to), x86::rax);
      } else {
        slow(helpFrameCopy);
      }
      return true;
    }
    default: return false;
  }
  store(i.a, x86::rax);
  return true;
}

}  // namespace burrow::jit
