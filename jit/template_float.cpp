// Templates of floating point. float32 lies in the lower half of a slot, the upper half being zero.
#include "jit/helpers.h"
#include "jit/template.h"

namespace burrow::jit {

namespace {

constexpr uint64_t kSign = uint64_t{1} << 63;

}  // namespace

bool Template::floats() {
  const Insn& i = *pc_;
  const x86::Xmm x = x86::xmm0, y = x86::xmm1;
  auto get = [&](x86::Xmm to, unsigned s, bool wide) { wide ? a_.movsd(to, slot(s)) : a_.movss(to, slotOf(4, s)); };
  auto put = [&](unsigned s, x86::Xmm from, bool wide) {
    if (wide) {
      a_.movsd(slot(s), from);
    } else {
      a_.movd(x86::eax, from);
      store(s, x86::rax);
    }
  };
  // x op= slot c
#define ARITH(emit, wide)                                            \
  get(x, i.b, wide);                                                 \
  (wide) ? a_.emit##sd(x, slot(i.c)) : a_.emit##ss(x, slotOf(4, i.c)); \
  put(i.a, x, wide);                                                 \
  return true
#define BOTH(name, emit)                        \
  case Op::name##F64: ARITH(emit, true);        \
  case Op::name##F32: ARITH(emit, false);

  auto round = [&](int mode, ValueFn* helper) {
    if (__builtin_cpu_supports("sse4.1")) {
      a_.roundsd(x, slot(i.b), mode | 8);
      put(i.a, x, true);
    } else {
      value(helper);
      store(i.a, x86::rax);
    }
  };
  // Numbers from 2^63 on are converted less that, with the top bit set afterwards.
  auto toU64 = [&](bool wide) {
    Label small = a_.newLabel(), done = a_.newLabel();
    get(x, i.b, wide);
    a_.mov(x86::rcx, Imm(wide ? 0x43e0000000000000u : 0x5f000000u));
    wide ? a_.movq(y, x86::rcx) : a_.movd(y, x86::ecx);
    wide ? a_.ucomisd(y, x) : a_.ucomiss(y, x);
    a_.ja(small);  // x < 2^63, not for NaN
    wide ? a_.subsd(x, y) : a_.subss(x, y);
    wide ? a_.cvttsd2si(x86::rax, x) : a_.cvttss2si(x86::rax, x);
    a_.bts(x86::rax, 63);
    a_.jmp(done);
    a_.bind(small);
    wide ? a_.cvttsd2si(x86::rax, x) : a_.cvttss2si(x86::rax, x);
    a_.bind(done);
    store(i.a, x86::rax);
  };
  auto fromU64 = [&](bool wide) {
    Label big = a_.newLabel(), done = a_.newLabel();
    a_.xorps(x, x);
    load(x86::rax, i.b);
    a_.test(x86::rax, x86::rax);
    a_.js(big);
    wide ? a_.cvtsi2sd(x, x86::rax) : a_.cvtsi2ss(x, x86::rax);
    a_.jmp(done);
    a_.bind(big);  // half of it, the lowest bit kept for the rounding
    a_.mov(x86::rcx, x86::rax);
    a_.shr(x86::rax, 1);
    a_.and_(x86::ecx, 1);
    a_.or_(x86::rax, x86::rcx);
    wide ? a_.cvtsi2sd(x, x86::rax) : a_.cvtsi2ss(x, x86::rax);
    wide ? a_.addsd(x, x) : a_.addss(x, x);
    a_.bind(done);
    put(i.a, x, wide);
  };
  auto fromI64 = [&](bool wide) {
    a_.xorps(x, x);
    wide ? a_.cvtsi2sd(x, slot(i.b)) : a_.cvtsi2ss(x, slot(i.b));
    put(i.a, x, wide);
  };
  auto toInt = [&](bool wide, bool bits32) {
    x86::Gp to = bits32 ? x86::Gp(x86::eax) : x86::Gp(x86::rax);
    wide ? a_.cvttsd2si(to, slot(i.b)) : a_.cvttss2si(to, slotOf(4, i.b));
  };
  switch (op()) {
    BOTH(Add, add)
    BOTH(Sub, sub)
    BOTH(Mul, mul)
    BOTH(Div, div)
    case Op::NegF64: load(x86::rax, i.b); a_.btc(x86::rax, 63); break;
    case Op::NegF32: a_.mov(x86::eax, slotOf(4, i.b)); a_.btc(x86::eax, 31); break;
    case Op::MinF64: value(valueMinF64); break;
    case Op::MaxF64: value(valueMaxF64); break;
    case Op::MinF32: value(valueMinF32); break;
    case Op::MaxF32: value(valueMaxF32); break;
    case Op::F64ToI64: toInt(true, false); break;
    case Op::F32ToI64: toInt(false, false); break;
    case Op::F64ToI32: toInt(true, true); a_.movsxd(x86::rax, x86::eax); break;
    case Op::F32ToI32: toInt(false, true); a_.movsxd(x86::rax, x86::eax); break;
    case Op::F64ToU32: toInt(true, false); a_.mov(x86::eax, x86::eax); break;
    case Op::F32ToU32: toInt(false, false); a_.mov(x86::eax, x86::eax); break;
    case Op::F64ToU64: toU64(true); return true;
    case Op::F32ToU64: toU64(false); return true;
    case Op::I64ToF64: fromI64(true); return true;
    case Op::I64ToF32: fromI64(false); return true;
    case Op::U64ToF64: fromU64(true); return true;
    case Op::U64ToF32: fromU64(false); return true;
    case Op::F64ToF32:
      a_.xorps(x, x);
      a_.cvtsd2ss(x, slot(i.b));
      put(i.a, x, false);
      return true;
    case Op::F32ToF64:
      a_.xorps(x, x);
      a_.cvtss2sd(x, slotOf(4, i.b));
      put(i.a, x, true);
      return true;
    case Op::C64ToC128:
      a_.xorps(x, x);
      a_.xorps(y, y);
      a_.cvtss2sd(x, slotOf(4, i.b));
      a_.cvtss2sd(y, slotOf(4, i.b, 4));
      put(i.a, x, true);
      put(i.a + 1u, y, true);
      return true;
    case Op::C128ToC64:
      a_.xorps(x, x);
      a_.xorps(y, y);
      a_.cvtsd2ss(x, slot(i.b));
      a_.cvtsd2ss(y, slot(i.b + 1u));
      a_.movss(slotOf(4, i.a), x);
      a_.movss(slotOf(4, i.a, 4), y);
      return true;
    case Op::MulC128:
      get(x, i.b, true);
      a_.mulsd(x, slot(i.c));
      get(x86::xmm2, i.b + 1u, true);
      a_.mulsd(x86::xmm2, slot(i.c + 1u));
      get(y, i.b, true);
      a_.mulsd(y, slot(i.c + 1u));
      get(x86::xmm3, i.b + 1u, true);
      a_.mulsd(x86::xmm3, slot(i.c));
      a_.subsd(x, x86::xmm2);
      a_.addsd(y, x86::xmm3);
      put(i.a, x, true);
      put(i.a + 1u, y, true);
      return true;
    case Op::SqrtF64:
      a_.sqrtsd(x, slot(i.b));
      put(i.a, x, true);
      return true;
    case Op::SqrtF32:
      a_.sqrtss(x, slotOf(4, i.b));
      put(i.a, x, false);
      return true;
    case Op::AbsF64: load(x86::rax, i.b); a_.btr(x86::rax, 63); break;
    case Op::FloorF64: round(1, valueFloor); return true;
    case Op::CeilF64: round(2, valueCeil); return true;
    case Op::TruncF64: round(3, valueTrunc); return true;
    case Op::CopysignF64:
      load(x86::rax, i.b);
      load(x86::rcx, i.c);
      constant(x86::rdx, kSign);
      a_.btr(x86::rax, 63);
      a_.and_(x86::rcx, x86::rdx);
      a_.or_(x86::rax, x86::rcx);
      break;
    case Op::FmaF64:
      if (__builtin_cpu_supports("fma")) {
        get(x, i.b, true);
        get(y, i.c, true);
        a_.vfmadd213sd(x, y, slot(pc_[1].reg[0]));
        put(i.a, x, true);
        return true;
      }
      value(valueFma);
      break;
    default: return false;
  }
  store(i.a, x86::rax);
  return true;
}
#undef ARITH
#undef BOTH

}  // namespace burrow::jit
