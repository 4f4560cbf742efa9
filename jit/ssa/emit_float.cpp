// Encoding of floating-point operations and conversions.
#include "jit/helpers.h"
#include "jit/ssa/emit.h"

namespace burrow::jit {

void Emitter::floating(Value* v) {
  std::span<Value* const> dead = dies_[v->id];
  bool wide = v->kind == Kind::F64;
  auto binary = [&](auto emit) {
    Reg a = use(v->args[0]), b = use(v->args[1]);
    release(dead);
    Reg to = define(v, a, 1u << a | 1u << b);
    emit(xmm(to), xmm(a), xmm(b));
  };
  switch (v->op) {
    case SOp::FAdd: return binary([&](auto to, auto a, auto b) { wide ? a_.vaddsd(to, a, b) : a_.vaddss(to, a, b); });
    case SOp::FSub: return binary([&](auto to, auto a, auto b) { wide ? a_.vsubsd(to, a, b) : a_.vsubss(to, a, b); });
    case SOp::FMul: return binary([&](auto to, auto a, auto b) { wide ? a_.vmulsd(to, a, b) : a_.vmulss(to, a, b); });
    case SOp::FDiv: return binary([&](auto to, auto a, auto b) { wide ? a_.vdivsd(to, a, b) : a_.vdivss(to, a, b); });
    case SOp::FSqrt: {
      Reg a = use(v->args[0]);
      release(dead);
      Reg to = define(v, a);
      wide ? a_.vsqrtsd(xmm(to), xmm(a), xmm(a)) : a_.vsqrtss(xmm(to), xmm(a), xmm(a));
      return;
    }
    case SOp::FFloor: case SOp::FCeil: case SOp::FTrunc: {
      Reg a = use(v->args[0]);
      release(dead);
      Reg to = define(v, a);
      a_.vroundsd(xmm(to), xmm(a), xmm(a), Imm(v->op == SOp::FFloor ? 9 : v->op == SOp::FCeil ? 10 : 11));
      return;
    }
    case SOp::FNeg: case SOp::FAbs: {
      Reg a = use(v->args[0]);
      release(dead);
      Reg to = define(v, a);
      bool neg = v->op == SOp::FNeg;
      uint64_t sign = wide ? uint64_t{1} << 63 : uint64_t{1} << 31;
      a_.movsd(x86::xmm15, x86::qword_ptr(constantLabel(neg ? sign : ~sign)));
      neg ? a_.vxorps(xmm(to), xmm(a), x86::xmm15) : a_.vandps(xmm(to), xmm(a), x86::xmm15);
      return;
    }
    case SOp::FCopysign: {
      Reg a = use(v->args[0]), b = use(v->args[1]);
      release(dead);
      Reg to = define(v);
      a_.movsd(x86::xmm15, x86::qword_ptr(constantLabel(~(uint64_t{1} << 63))));
      a_.vandps(x86::xmm14, xmm(a), x86::xmm15);
      a_.vandnps(x86::xmm15, x86::xmm15, xmm(b));
      a_.vorps(xmm(to), x86::xmm14, x86::xmm15);
      return;
    }
    case SOp::FFma: {
      Reg a = use(v->args[0]), b = use(v->args[1]), c = use(v->args[2]);
      release(dead);
      Reg to = define(v);
      a_.movaps(x86::xmm15, xmm(a));
      a_.vfmadd213sd(x86::xmm15, xmm(b), xmm(c));
      a_.movaps(xmm(to), x86::xmm15);
      return;
    }
    case SOp::FMin: case SOp::FMax: {
      // As gc's amd64 code: not a number wins, and the zeros are told apart by their bits.
      Reg a = use(v->args[0]), b = use(v->args[1]);
      release(dead);
      Reg to = define(v);
      bool min = v->op == SOp::FMin;
      Label equal = a_.newLabel(), nan = a_.newLabel(), takeB = a_.newLabel(), done = a_.newLabel();
      wide ? a_.ucomisd(xmm(a), xmm(b)) : a_.ucomiss(xmm(a), xmm(b));
      a_.jp(nan);
      a_.je(equal);
      min ? a_.ja(takeB) : a_.jb(takeB);
      a_.movaps(xmm(to), xmm(a));
      a_.jmp(done);
      a_.bind(nan);
      wide ? a_.ucomisd(xmm(a), xmm(a)) : a_.ucomiss(xmm(a), xmm(a));
      Label takeA = a_.newLabel();
      a_.jp(takeA);
      a_.bind(takeB);
      a_.movaps(xmm(to), xmm(b));
      a_.jmp(done);
      a_.bind(takeA);
      a_.movaps(xmm(to), xmm(a));
      a_.jmp(done);
      a_.bind(equal);
      min ? a_.vorps(xmm(to), xmm(a), xmm(b)) : a_.vandps(xmm(to), xmm(a), xmm(b));
      a_.bind(done);
      return;
    }
    default: return conversion(v);
  }
}

void Emitter::conversion(Value* v) {
  std::span<Value* const> dead = dies_[v->id];
  Value* x = v->args[0];
  auto from = static_cast<Kind>(v->aux);
  bool wide = (v->op == SOp::I64ToF || v->op == SOp::U64ToF ? v->kind : from) == Kind::F64;
  Reg a = use(x);
  release(dead);
  Reg to = define(v);
  switch (v->op) {
    case SOp::Bits:
      moveReg(to, a);
      if (v->kind == Kind::Int && x->kind == Kind::F32) a_.movd(gp32(to), xmm(a));  // the upper half is zero
      return;
    case SOp::FToF:
      // A float32 has nothing above it, in registers as in slots.
      a_.xorps(x86::xmm15, x86::xmm15);
      from == Kind::F64 ? a_.vcvtsd2ss(xmm(to), x86::xmm15, xmm(a)) : a_.vcvtss2sd(xmm(to), x86::xmm15, xmm(a));
      return;
    case SOp::I64ToF:
      a_.xorps(xmm(to), xmm(to));
      wide ? a_.cvtsi2sd(xmm(to), gp(a)) : a_.cvtsi2ss(xmm(to), gp(a));
      return;
    case SOp::U64ToF: {
      // Numbers beyond 2^63 are halved, the lost bit kept for rounding.
      Label big = a_.newLabel(), done = a_.newLabel();
      a_.xorps(xmm(to), xmm(to));
      a_.test(gp(a), gp(a));
      a_.js(big);
      wide ? a_.cvtsi2sd(xmm(to), gp(a)) : a_.cvtsi2ss(xmm(to), gp(a));
      a_.jmp(done);
      a_.bind(big);
      a_.mov(x86::r11, gp(a));
      a_.shr(x86::r11, 1);
      Label even = a_.newLabel();
      a_.test(gp(a).r8(), 1);
      a_.jz(even);
      a_.or_(x86::r11, 1);
      a_.bind(even);
      wide ? a_.cvtsi2sd(xmm(to), x86::r11) : a_.cvtsi2ss(xmm(to), x86::r11);
      wide ? a_.addsd(xmm(to), xmm(to)) : a_.addss(xmm(to), xmm(to));
      a_.bind(done);
      return;
    }
    case SOp::FToI64: wide ? a_.cvttsd2si(gp(to), xmm(a)) : a_.cvttss2si(gp(to), xmm(a)); return;
    case SOp::FToI32:
      wide ? a_.cvttsd2si(gp32(to), xmm(a)) : a_.cvttss2si(gp32(to), xmm(a));
      a_.movsxd(gp(to), gp32(to));
      return;
    case SOp::FToU32:
      wide ? a_.cvttsd2si(gp(to), xmm(a)) : a_.cvttss2si(gp(to), xmm(a));
      a_.mov(gp32(to), gp32(to));
      return;
    case SOp::FToU64: {
      Label big = a_.newLabel(), done = a_.newLabel();
      uint64_t limit = wide ? 0x43e0000000000000u : 0x5f000000u;
      a_.movsd(x86::xmm15, x86::qword_ptr(constantLabel(limit)));
      wide ? a_.ucomisd(xmm(a), x86::xmm15) : a_.ucomiss(xmm(a), x86::xmm15);
      a_.jae(big);  // below, or not a number (carry set): the plain conversion
      wide ? a_.cvttsd2si(gp(to), xmm(a)) : a_.cvttss2si(gp(to), xmm(a));
      a_.jmp(done);
      a_.bind(big);
      wide ? a_.vsubsd(x86::xmm15, xmm(a), x86::xmm15) : a_.vsubss(x86::xmm15, xmm(a), x86::xmm15);
      wide ? a_.cvttsd2si(gp(to), x86::xmm15) : a_.cvttss2si(gp(to), x86::xmm15);
      a_.mov(x86::r11, Imm(uint64_t{1} << 63));
      a_.or_(gp(to), x86::r11);
      a_.bind(done);
      return;
    }
    default: failed_ = "unknown conversion"; return;
  }
}

Label Emitter::constantLabel(uint64_t bits) {
  for (auto& [b, label] : constants_)
    if (b == bits) return label;
  constants_.emplace_back(bits, a_.newLabel());
  return constants_.back().second;
}

}  // namespace burrow::jit
