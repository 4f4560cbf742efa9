// Templates of loads and stores through pointers: nil checks are explicit.
#include "jit/helpers.h"
#include "jit/template.h"

namespace burrow::jit {

bool Template::memory() {
  const Insn& i = *pc_;
  auto at = [](unsigned size, int32_t offset) {
    x86::Mem m = x86::ptr(x86::rdx, offset);
    m.setSize(size);
    return m;
  };
  auto source = [&] {
    load(x86::rdx, i.b);
    checkNil(x86::rdx, vm::slowNilB);
  };
  auto target = [&] {
    load(x86::rdx, i.a);
    checkNil(x86::rdx, vm::slowNilA);
  };
  auto helper = [&](vm::SlowFn* fn) {
    target();
    slow(fn);
    return true;
  };
  switch (op()) {
    case Op::LoadI8: source(); a_.movsx(x86::rax, at(1, i.c)); break;
    case Op::LoadU8: source(); a_.movzx(x86::eax, at(1, i.c)); break;
    case Op::LoadI16: source(); a_.movsx(x86::rax, at(2, i.c)); break;
    case Op::LoadU16: source(); a_.movzx(x86::eax, at(2, i.c)); break;
    case Op::LoadI32: source(); a_.movsxd(x86::rax, at(4, i.c)); break;
    case Op::LoadU32: source(); a_.mov(x86::eax, at(4, i.c)); break;
    case Op::Load64: source(); a_.mov(x86::rax, at(8, i.c)); break;
    case Op::Load2:
      source();
      a_.mov(x86::rax, at(8, i.c));
      a_.mov(x86::rcx, at(8, i.c + 8));
      store(i.a + 1u, x86::rcx);
      break;
    case Op::Load3:
      source();
      a_.mov(x86::rax, at(8, i.c));
      a_.mov(x86::rcx, at(8, i.c + 8));
      a_.mov(x86::rdx, at(8, i.c + 16));
      store(i.a + 1u, x86::rcx);
      store(i.a + 2u, x86::rdx);
      break;
    case Op::LoadN: {
      auto slots = static_cast<uint32_t>(word(1));
      source();
      if (word(1) >> 32 != slots * sizeof(Slot) || slots > 16) {
        slow(helpLoadN);
        return true;
      }
      // The object may overlap the slots: all is read first.
      for (unsigned k = 0; k + 1 < slots; k += 2) a_.movups(x86::xmm(k / 2), at(16, i.c + static_cast<int32_t>(k * 8)));
      if (slots % 2) a_.mov(x86::rax, at(8, i.c + static_cast<int32_t>((slots - 1) * 8)));
      for (unsigned k = 0; k + 1 < slots; k += 2) a_.movups(slotOf(16, i.a + k), x86::xmm(k / 2));
      if (slots % 2) store(i.a + slots - 1, x86::rax);
      return true;
    }
    case Op::Store8: target(); load(x86::rax, i.b); a_.mov(at(1, i.c), x86::al); return true;
    case Op::Store16: target(); load(x86::rax, i.b); a_.mov(at(2, i.c), x86::ax); return true;
    case Op::Store32: target(); load(x86::rax, i.b); a_.mov(at(4, i.c), x86::eax); return true;
    case Op::Store64: target(); load(x86::rax, i.b); a_.mov(at(8, i.c), x86::rax); return true;
    case Op::StorePtr:
      target();
      load(x86::rax, i.b);
      storePointer(at(8, i.c), x86::rax);
      return true;
    case Op::StoreStr:
    case Op::StoreIface:
      target();
      load(x86::rax, i.b);
      load(x86::rcx, i.b + 1u);
      storePointer(at(8, i.c), x86::rax);
      if (op() == Op::StoreStr)
        a_.mov(at(8, i.c + 8), x86::rcx);
      else
        storePointer(at(8, i.c + 8), x86::rcx);
      return true;
    case Op::StoreSlice:
      target();
      load(x86::rax, i.b);
      load(x86::rcx, i.b + 1u);
      load(x86::rsi, i.b + 2u);
      storePointer(at(8, i.c), x86::rax);
      a_.mov(at(8, i.c + 8), x86::rcx);
      a_.mov(at(8, i.c + 16), x86::rsi);
      return true;
    case Op::StoreN: return helper(helpStoreN);
    case Op::StoreTyped: return helper(helpStoreTyped);
    case Op::CopyTyped:
      source();
      return helper(helpCopyTyped);
    case Op::ZeroTyped: return helper(helpZeroTyped);
    case Op::NilCheck: target(); return true;
    case Op::AddPtr:
      source();
      if (auto n = static_cast<int64_t>(word(1)); n == static_cast<int32_t>(n)) {
        a_.lea(x86::rax, x86::ptr(x86::rdx, static_cast<int32_t>(n)));
      } else {
        constant(x86::rax, word(1));
        a_.add(x86::rax, x86::rdx);
      }
      break;
    default: return false;
  }
  store(i.a, x86::rax);
  return true;
}

}  // namespace burrow::jit
