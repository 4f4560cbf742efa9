// Templates of the math/bits intrinsics and of atomic operations.
#include "jit/helpers.h"
#include "jit/template.h"
#include "vm/interp/slow.h"

namespace burrow::jit {

bool Template::bits() {
  const Insn& i = *pc_;
  switch (op()) {
    case Op::Clz64:
      a_.mov(x86::eax, 127);  // 64 after the exclusive or
      a_.bsr(x86::rcx, slot(i.b));
      a_.cmovnz(x86::rax, x86::rcx);
      a_.xor_(x86::eax, 63);
      break;
    case Op::Ctz64:
      a_.mov(x86::eax, 64);
      a_.bsf(x86::rcx, slot(i.b));
      a_.cmovnz(x86::rax, x86::rcx);
      break;
    case Op::Popcnt64:
      if (__builtin_cpu_supports("popcnt")) {
        a_.popcnt(x86::rax, slot(i.b));
      } else {
        value(valuePopcount);
      }
      break;
    case Op::RotL64:
      load(x86::rcx, i.c);
      load(x86::rax, i.b);
      a_.rol(x86::rax, x86::cl);
      break;
    case Op::RotL32:
      load(x86::rcx, i.c);
      load(x86::rax, i.b);
      a_.rol(x86::eax, x86::cl);
      break;
    case Op::Bswap64: load(x86::rax, i.b); a_.bswap(x86::rax); break;
    case Op::Bswap32: load(x86::rax, i.b); a_.bswap(x86::eax); break;
    case Op::MulWide:
      load(x86::rax, i.b);
      a_.mul(slot(i.c));
      store(i.a, x86::rdx);
      store(i.a + 1u, x86::rax);
      return true;
    case Op::AddCarry:
      // Any carry in is added, as in the interpreter.
      load(x86::rax, i.b);
      a_.xor_(x86::edx, x86::edx);
      a_.add(x86::rax, slot(i.c));
      a_.adc(x86::rdx, 0);
      a_.add(x86::rax, slot(pc_[1].reg[0]));
      a_.adc(x86::rdx, 0);
      store(i.a, x86::rax);
      store(i.a + 1u, x86::rdx);
      return true;
    case Op::SubBorrow:
      load(x86::rax, i.b);
      a_.xor_(x86::edx, x86::edx);
      a_.sub(x86::rax, slot(i.c));
      a_.sbb(x86::rdx, 0);
      a_.sub(x86::rax, slot(pc_[1].reg[0]));
      a_.sbb(x86::rdx, 0);
      a_.and_(x86::edx, 1);
      store(i.a, x86::rax);
      store(i.a + 1u, x86::rdx);
      return true;
    default: return false;
  }
  store(i.a, x86::rax);
  return true;
}

bool Template::atomics() {
  const Insn& i = *pc_;
  auto address = [&](unsigned s, vm::SlowFn* fn) {
    load(x86::rdx, s);
    checkNil(x86::rdx, fn);
  };
  auto at = [](unsigned size) {
    x86::Mem m = x86::ptr(x86::rdx);
    m.setSize(size);
    return m;
  };
  auto part = [](x86::Gp r, unsigned size) { return size == 1 ? x86::Gp(r.r8()) : size == 4 ? x86::Gp(r.r32()) : x86::Gp(r.r64()); };
  auto atomicLoad = [&](unsigned size) {
    address(i.b, vm::slowNilB);
    if (size == 1)
      a_.movzx(x86::eax, at(1));
    else
      a_.mov(part(x86::rax, size), at(size));
    store(i.a, x86::rax);
  };
  auto atomicStore = [&](unsigned size) {
    address(i.a, vm::slowNilA);
    load(x86::rax, i.b);
    a_.xchg(at(size), part(x86::rax, size));
  };
  auto exchange = [&](unsigned size) {
    address(i.b, vm::slowNilB);
    load(x86::rax, i.c);
    a_.xchg(at(size), part(x86::rax, size));
    store(i.a, x86::rax);
  };
  auto addTo = [&](unsigned size) {
    address(i.b, vm::slowNilB);
    load(x86::rax, i.c);
    a_.mov(part(x86::rcx, size), part(x86::rax, size));
    a_.lock().xadd(at(size), part(x86::rax, size));
    a_.add(part(x86::rax, size), part(x86::rcx, size));
    store(i.a, x86::rax);
  };
  auto compareAndSwap = [&](unsigned size) {
    address(i.b, vm::slowNilB);
    load(x86::rax, i.c);
    load(x86::rcx, pc_[1].reg[0]);
    a_.lock().cmpxchg(at(size), part(x86::rcx, size));
    a_.sete(x86::al);
    a_.movzx(x86::eax, x86::al);
    store(i.a, x86::rax);
  };
  auto combine = [&](unsigned size, bool isAnd) {
    Label again = a_.newLabel();
    address(i.b, vm::slowNilB);
    a_.mov(part(x86::rax, size), at(size));
    a_.bind(again);
    load(x86::rcx, i.c);
    if (isAnd)
      a_.and_(x86::rcx, x86::rax);
    else
      a_.or_(x86::rcx, x86::rax);
    a_.lock().cmpxchg(at(size), part(x86::rcx, size));
    a_.jne(again);
    store(i.a, x86::rax);
  };
  switch (op()) {
    case Op::AtomicLoad8: atomicLoad(1); return true;
    case Op::AtomicLoad32: atomicLoad(4); return true;
    case Op::AtomicLoad64: atomicLoad(8); return true;
    case Op::AtomicStore8: atomicStore(1); return true;
    case Op::AtomicStore32: atomicStore(4); return true;
    case Op::AtomicStore64: atomicStore(8); return true;
    case Op::AtomicStorePtr: atomicStore(8); return true;
    case Op::AtomicXchg32: exchange(4); return true;
    case Op::AtomicXchg64: exchange(8); return true;
    case Op::AtomicXchgPtr: exchange(8); return true;
    case Op::AtomicAdd32: addTo(4); return true;
    case Op::AtomicAdd64: addTo(8); return true;
    case Op::AtomicCas32: compareAndSwap(4); return true;
    case Op::AtomicCas64: compareAndSwap(8); return true;
    case Op::AtomicCasPtr: compareAndSwap(8); return true;
    case Op::AtomicAnd32: combine(4, true); return true;
    case Op::AtomicAnd64: combine(8, true); return true;
    case Op::AtomicOr32: combine(4, false); return true;
    case Op::AtomicOr64: combine(8, false); return true;
    default: return false;
  }
}

}  // namespace burrow::jit
