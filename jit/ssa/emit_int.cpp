// Encoding of integer operations and comparisons. BMI2, LZCNT and POPCNT are there: compile.cpp asks before it uses this tier.
#include <bit>

#include "jit/ssa/emit.h"

namespace burrow::jit {

using x86::CondCode;

namespace {

bool isImm32(const Value* v) { return isConst(v) && v->aux == static_cast<int32_t>(v->aux); }

}  // namespace

void Emitter::constantTo(x86::Gp r, int64_t c) {
  auto u = static_cast<uint64_t>(c);
  if (u == 0) a_.mov(r.r32(), 0);  // flags may be wanted: not xor
  else if (u <= UINT32_MAX) a_.mov(r.r32(), Imm(u));
  else a_.mov(r, Imm(c));
}

/// Two operands, the first of which the result replaces.
void Emitter::integer(Value* v) {
  Value *x = v->args[0], *y = v->args.size() > 1 ? v->args[1] : nullptr;
  std::span<Value* const> dead = dies_[v->id];
  auto inPlace = [&](auto emit) {
    Reg a = use(x);
    release(dead);
    Reg to = define(v, a);
    moveReg(to, a);
    emit(to);
  };
  auto binary = [&](auto withReg, auto withImm) {
    if (isImm32(y)) {
      Reg a = use(x);
      release(dead);
      Reg to = define(v, a);
      moveReg(to, a);
      withImm(gp(to), Imm(y->aux));
      return;
    }
    Reg a = use(x), b = use(y);
    release(dead);
    bool commutes = v->op != SOp::Sub;
    Reg to = define(v, a, commutes ? 1u << b : 0);
    if (to == b) std::swap(a, b);
    moveReg(to, a);
    withReg(gp(to), gp(b));
  };
  auto extend = [&](auto emit) {
    Reg a = use(x);
    release(dead);
    Reg to = define(v, a);
    emit(to, a);
  };
  switch (v->op) {
    case SOp::Add: {
      Reg a = use(x);
      if (isImm32(y)) {
        release(dead);
        Reg to = define(v, a);
        if (to == a) a_.add(gp(to), Imm(y->aux));
        else a_.lea(gp(to), x86::ptr(gp(a), static_cast<int32_t>(y->aux)));
        return;
      }
      Reg b = use(y);
      release(dead);
      Reg to = define(v, a, 1u << b);
      if (to == a) a_.add(gp(to), gp(b));
      else if (to == b) a_.add(gp(to), gp(a));
      else a_.lea(gp(to), x86::ptr(gp(a), gp(b)));
      return;
    }
    case SOp::Sub: return binary([&](auto to, auto b) { a_.sub(to, b); }, [&](auto to, Imm i) { a_.sub(to, i); });
    case SOp::And: return binary([&](auto to, auto b) { a_.and_(to, b); }, [&](auto to, Imm i) { a_.and_(to, i); });
    case SOp::Or: return binary([&](auto to, auto b) { a_.or_(to, b); }, [&](auto to, Imm i) { a_.or_(to, i); });
    case SOp::Xor: return binary([&](auto to, auto b) { a_.xor_(to, b); }, [&](auto to, Imm i) { a_.xor_(to, i); });
    case SOp::Mul: {
      if (isImm32(y)) {
        Reg a = use(x);
        release(dead);
        Reg to = define(v, a);
        switch (y->aux) {
          case 3: case 5: case 9: a_.lea(gp(to), x86::ptr(gp(a), gp(a), static_cast<uint32_t>(std::countr_zero(static_cast<uint64_t>(y->aux - 1))))); break;
          default: a_.imul(gp(to), gp(a), Imm(y->aux));
        }
        return;
      }
      return binary([&](auto to, auto b) { a_.imul(to, b); }, [&](auto, Imm) {});
    }
    case SOp::AndNot: {
      Reg a = use(x), b = use(y);
      release(dead);
      Reg to = define(v);
      a_.andn(gp(to), gp(b), gp(a));
      return;
    }
    case SOp::Neg: return inPlace([&](Reg to) { a_.neg(gp(to)); });
    case SOp::Not: return inPlace([&](Reg to) { a_.not_(gp(to)); });
    case SOp::Bswap64: return inPlace([&](Reg to) { a_.bswap(gp(to)); });
    case SOp::Bswap32: return inPlace([&](Reg to) { a_.bswap(gp32(to)); });
    case SOp::ExtI8: return extend([&](Reg to, Reg a) { a_.movsx(gp(to), gp(a).r8()); });
    case SOp::ExtI16: return extend([&](Reg to, Reg a) { a_.movsx(gp(to), gp(a).r16()); });
    case SOp::ExtI32: return extend([&](Reg to, Reg a) { a_.movsxd(gp(to), gp32(a)); });
    case SOp::ExtU8: return extend([&](Reg to, Reg a) { a_.movzx(gp32(to), gp(a).r8()); });
    case SOp::ExtU16: return extend([&](Reg to, Reg a) { a_.movzx(gp32(to), gp(a).r16()); });
    case SOp::ExtU32: return extend([&](Reg to, Reg a) { a_.mov(gp32(to), gp32(a)); });
    case SOp::Clz: return extend([&](Reg to, Reg a) { a_.lzcnt(gp(to), gp(a)); });
    case SOp::Ctz: return extend([&](Reg to, Reg a) { a_.tzcnt(gp(to), gp(a)); });
    case SOp::Popcnt: return extend([&](Reg to, Reg a) { a_.popcnt(gp(to), gp(a)); });
    case SOp::MinS: case SOp::MaxS: case SOp::MinU: case SOp::MaxU: {
      Reg a = use(x), b = use(y);
      release(dead);
      Reg to = define(v, a);
      moveReg(to, a);
      a_.cmp(gp(to), gp(b));
      switch (v->op) {
        case SOp::MinS: a_.cmovg(gp(to), gp(b)); break;
        case SOp::MaxS: a_.cmovl(gp(to), gp(b)); break;
        case SOp::MinU: a_.cmova(gp(to), gp(b)); break;
        default: a_.cmovb(gp(to), gp(b)); break;
      }
      return;
    }
    case SOp::MulHi: {
      // rdx * b: the high half alone.
      into(2, x);
      Reg b = use(y);
      release(dead);
      Reg to = define(v);
      a_.mulx(gp(to), x86::r11, gp(b));
      // rdx is as it was; whoever lived there has moved.
      return;
    }
    case SOp::Shl: case SOp::Sar: case SOp::Shr: case SOp::RotL64: case SOp::RotL32: return shift(v);
    case SOp::DivS: case SOp::DivU: case SOp::RemS: case SOp::RemU: return division(v);
    case SOp::SlicePtr: {
      Value* left = v->args[2];
      Reg base = use(x), lo = use(y), rest = use(left);
      release(dead);
      Reg to = define(v);
      a_.xor_(gp32(to), gp32(to));
      a_.test(gp(rest), gp(rest));
      a_.cmovnz(gp(to), gp(lo));
      switch (v->aux2) {
        case 1: case 2: case 4: case 8: a_.lea(gp(to), x86::ptr(gp(base), gp(to), static_cast<uint32_t>(std::countr_zero(static_cast<uint64_t>(v->aux2))))); break;
        default:
          if (std::has_single_bit(static_cast<uint64_t>(v->aux2))) a_.shl(gp(to), std::countr_zero(static_cast<uint64_t>(v->aux2)));
          else a_.imul(gp(to), gp(to), Imm(v->aux2));
          a_.add(gp(to), gp(base));
      }
      return;
    }
    default: break;
  }
}

void Emitter::shift(Value* v) {
  Value *x = v->args[0], *n = v->args[1];
  std::span<Value* const> dead = dies_[v->id];
  if (isConst(n)) {
    auto count = static_cast<uint64_t>(n->aux);
    Reg a = use(x);
    release(dead);
    Reg to = define(v, a);
    moveReg(to, a);
    switch (v->op) {
      case SOp::Shl: count < 64 ? a_.shl(gp(to), Imm(count)) : a_.xor_(gp32(to), gp32(to)); break;
      case SOp::Shr: count < 64 ? a_.shr(gp(to), Imm(count)) : a_.xor_(gp32(to), gp32(to)); break;
      case SOp::Sar: a_.sar(gp(to), Imm(count < 64 ? count : 63)); break;
      case SOp::RotL64: a_.rol(gp(to), Imm(count & 63)); break;
      default: a_.rol(gp32(to), Imm(count & 31)); break;
    }
    return;
  }
  if (v->op == SOp::RotL64 || v->op == SOp::RotL32) {
    into(1, n);  // rcx
    Reg a = use(x);
    release(dead);
    Reg to = define(v, a == 1 ? kNone : a);
    moveReg(to, a);
    v->op == SOp::RotL64 ? a_.rol(gp(to), x86::cl) : a_.rol(gp32(to), x86::cl);
    return;
  }
  Reg a = use(x), b = use(n);
  release(dead);
  Reg to = define(v);
  if (v->op == SOp::Sar) {
    // Counts beyond 63 shift by 63.
    a_.mov(x86::r11d, 63);
    a_.cmp(gp(b), 63);
    a_.cmovbe(x86::r11, gp(b));
    a_.sarx(gp(to), gp(a), x86::r11);
    return;
  }
  v->op == SOp::Shl ? a_.shlx(gp(to), gp(a), gp(b)) : a_.shrx(gp(to), gp(a), gp(b));
  a_.mov(x86::r11d, 0);
  a_.cmp(gp(b), 64);
  a_.cmovae(gp(to), x86::r11);
}

void Emitter::division(Value* v) {
  constexpr Reg kRax = 0, kRdx = 2;
  Value *x = v->args[0], *y = v->args[1];
  std::span<Value* const> dead = dies_[v->id];
  bool isSigned = v->op == SOp::DivS || v->op == SOp::RemS, quotient = v->op == SOp::DivS || v->op == SOp::DivU;
  if (isSigned && isConst(y) && y->aux > 1 && (y->aux & (y->aux - 1)) == 0) {
    // By a power of two: negative dividends are rounded towards zero first.
    int k = std::countr_zero(static_cast<uint64_t>(y->aux));
    Reg a = use(x);
    release(dead);
    Reg to = define(v);
    a_.mov(x86::r11, gp(a));
    a_.sar(x86::r11, 63);
    a_.shr(x86::r11, Imm(64 - k));
    a_.add(x86::r11, gp(a));
    if (quotient) {
      a_.sar(x86::r11, Imm(k));
      a_.mov(gp(to), x86::r11);
    } else {
      a_.shr(x86::r11, Imm(k));
      a_.shl(x86::r11, Imm(k));
      if (to != a) a_.mov(gp(to), gp(a));
      a_.sub(gp(to), x86::r11);
    }
    return;
  }
  // The divisor must be neither rax nor rdx, and stay.
  pinned_ |= 1u << kRax | 1u << kRdx;
  Reg b = where_[y->id];
  if (b == kNone) {
    b = use(y);
  } else if (b == kRax || b == kRdx) {
    a_.mov(x86::r11, gp(b));
    b = 11;
  } else {
    pinned_ |= 1u << b;
  }
  into(kRax, x);
  takeReg(kRdx);
  release(dead);
  // rax is overwritten: whoever still wants what lies there has moved by into(), but x itself if it lives on.
  if (regs_[kRax]) takeReg(kRax);
  if (isSigned) {
    Label negate = a_.newLabel(), done = a_.newLabel();
    bool mayBeMinusOne = !isConst(y) || y->aux == -1;
    if (mayBeMinusOne) {
      a_.cmp(gp(b), -1);
      a_.je(negate);
    }
    a_.cqo();
    a_.idiv(gp(b));
    if (mayBeMinusOne) {
      a_.jmp(done);
      a_.bind(negate);
      a_.neg(x86::rax);
      a_.mov(x86::edx, 0);
      a_.bind(done);
    }
  } else {
    a_.mov(x86::edx, 0);
    a_.div(gp(b));
  }
  Reg result = quotient ? kRax : kRdx;
  bind(v, result);
}

/// Compares the operands; the condition under which v is 1.
CondCode Emitter::compare(Value* v) {
  Value *x = v->args[0], *y = v->args[1];
  if (v->op == SOp::FLt || v->op == SOp::FLe) {
    // b above a: false when either is not a number.
    Reg a = use(x), b = use(y);
    static_cast<Kind>(v->aux) == Kind::F64 ? a_.ucomisd(xmm(b), xmm(a)) : a_.ucomiss(xmm(b), xmm(a));
    return v->op == SOp::FLt ? CondCode::kA : CondCode::kAE;
  }
  CondCode c;
  switch (v->op) {
    case SOp::Eq: c = CondCode::kE; break;
    case SOp::Ne: c = CondCode::kNE; break;
    case SOp::LtS: c = CondCode::kL; break;
    case SOp::LeS: c = CondCode::kLE; break;
    case SOp::LtU: c = CondCode::kB; break;
    default: c = CondCode::kBE; break;
  }
  if (isImm32(y)) {
    Reg a = use(x);
    if (y->aux == 0) a_.test(gp(a), gp(a));
    else a_.cmp(gp(a), Imm(y->aux));
    return c;
  }
  if (isImm32(x)) {
    Reg b = use(y);
    x->aux == 0 ? a_.test(gp(b), gp(b)) : a_.cmp(gp(b), Imm(x->aux));
    return x86::reverseCond(c);
  }
  Reg a = use(x), b = use(y);
  a_.cmp(gp(a), gp(b));
  return c;
}

}  // namespace burrow::jit
