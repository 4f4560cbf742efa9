// Templates of comparisons and branches. A taken branch with a negative distance polls.
#include "jit/helpers.h"
#include "jit/template.h"
#include "vm/interp/slow.h"

namespace burrow::jit {

using x86::CondCode;

namespace {

CondCode opposite(CondCode c) { return x86::negateCond(c); }

}  // namespace

Label& Template::labelAt(int64_t distance) { return labels_[wordOf(pc_ + distance)]; }

void Template::jump(int64_t distance) {
  if (distance > 0) {
    a_.jmp(labelAt(distance));
    return;
  }
  a_.cmp(kRegs, BURROW_G(stackLimit));
  a_.jae(labelAt(distance));
  // Out of line and back to the target, not behind this instruction.
  Site s{a_.newLabel(), labelAt(distance), pc_, helpPoll, true, false};
  a_.jmp(s.at);
  sites_.push_back(s);
}

void Template::branch(CondCode cond, int64_t distance) {
  if (distance > 0) {
    a_.j(cond, labelAt(distance));
    return;
  }
  Label next = a_.newLabel();
  a_.j(opposite(cond), next);
  jump(distance);
  a_.bind(next);
}

bool Template::comparisons() {
  const Insn& i = *pc_;
  auto set = [&](CondCode cond) {
    a_.set(cond, x86::al);
    a_.movzx(x86::eax, x86::al);
    store(i.a, x86::rax);
    return true;
  };
  auto compare = [&](CondCode cond) {
    load(x86::rax, i.b);
    a_.cmp(x86::rax, slot(i.c));
    return set(cond);
  };
  auto compareFloats = [&](unsigned x, unsigned y, bool wide) {
    wide ? a_.movsd(x86::xmm0, slot(x)) : a_.movss(x86::xmm0, slotOf(4, x));
    wide ? a_.ucomisd(x86::xmm0, slot(y)) : a_.ucomiss(x86::xmm0, slotOf(4, y));
  };
  auto floatsEqual = [&](bool equal, bool wide) {
    compareFloats(i.b, i.c, wide);
    // Unordered sets the parity flag.
    a_.set(equal ? CondCode::kNP : CondCode::kP, x86::al);
    a_.set(equal ? CondCode::kE : CondCode::kNE, x86::cl);
    equal ? a_.and_(x86::al, x86::cl) : a_.or_(x86::al, x86::cl);
    a_.movzx(x86::eax, x86::al);
    store(i.a, x86::rax);
    return true;
  };
  auto floatsOrdered = [&](CondCode cond, bool wide) {
    compareFloats(i.c, i.b, wide);  // the other way round: above is false for unordered
    return set(cond);
  };
  switch (op()) {
    case Op::Eq: return compare(CondCode::kE);
    case Op::Ne: return compare(CondCode::kNE);
    case Op::LtI64: return compare(CondCode::kL);
    case Op::LeI64: return compare(CondCode::kLE);
    case Op::LtU64: return compare(CondCode::kB);
    case Op::LeU64: return compare(CondCode::kBE);
    case Op::EqImm:
      a_.cmp(slot(i.b), int{i.simmC()});
      return set(CondCode::kE);
    case Op::EqF64: return floatsEqual(true, true);
    case Op::EqF32: return floatsEqual(true, false);
    case Op::NeF64: return floatsEqual(false, true);
    case Op::NeF32: return floatsEqual(false, false);
    case Op::LtF64: return floatsOrdered(CondCode::kA, true);
    case Op::LtF32: return floatsOrdered(CondCode::kA, false);
    case Op::LeF64: return floatsOrdered(CondCode::kAE, true);
    case Op::LeF32: return floatsOrdered(CondCode::kAE, false);
    case Op::EqStr: {
      Label done = a_.newLabel();
      a_.xor_(x86::eax, x86::eax);
      load(x86::rcx, i.b + 1u);
      a_.cmp(x86::rcx, slot(i.c + 1u));
      a_.jne(done);
      value(valueEqStr);
      a_.bind(done);
      break;
    }
    case Op::LtStr: value(valueLtStr); break;
    case Op::LeStr: value(valueLeStr); break;
    default: return false;
  }
  store(i.a, x86::rax);
  return true;
}

bool Template::branches() {
  const Insn& i = *pc_;
  auto compare = [&](CondCode cond) {
    load(x86::rax, i.a);
    a_.cmp(x86::rax, slot(i.b));
    branch(cond, i.simmC());
    return true;
  };
  auto compareImm = [&](CondCode cond) {
    a_.cmp(slot(i.a), int{i.simmB()});
    branch(cond, i.simmC());
    return true;
  };
  auto floats = [&](unsigned x, unsigned y, bool wide) {
    wide ? a_.movsd(x86::xmm0, slot(x)) : a_.movss(x86::xmm0, slotOf(4, x));
    wide ? a_.ucomisd(x86::xmm0, slot(y)) : a_.ucomiss(x86::xmm0, slotOf(4, y));
  };
  auto floatsOrdered = [&](CondCode cond, bool wide) {
    floats(i.b, i.a, wide);
    branch(cond, i.simmC());
    return true;
  };
  auto floatsEqual = [&](bool wide) {
    Label next = a_.newLabel();
    floats(i.a, i.b, wide);
    a_.jp(next);
    branch(CondCode::kE, i.simmC());
    a_.bind(next);
    return true;
  };
  auto floatsDiffer = [&](bool wide) {
    Label take = a_.newLabel(), next = a_.newLabel();
    floats(i.a, i.b, wide);
    a_.jp(take);
    a_.je(next);
    a_.bind(take);
    jump(i.simmC());
    a_.bind(next);
    return true;
  };
  auto strings = [&](bool equal) {
    // Of different lengths: different.
    Label next = a_.newLabel(), take = a_.newLabel();
    load(x86::rax, i.a + 1u);
    a_.cmp(x86::rax, slot(i.b + 1u));
    a_.jne(equal ? next : take);
    value(valueEqStrAB);
    a_.test(x86::eax, x86::eax);
    equal ? a_.jz(next) : a_.jnz(next);
    a_.bind(take);
    jump(i.simmC());
    a_.bind(next);
    return true;
  };
  switch (op()) {
    case Op::Jump: jump(i.imm32()); return true;
    case Op::BrTrue:
      a_.cmp(slot(i.a), 0);
      branch(CondCode::kNE, i.imm32());
      return true;
    case Op::BrFalse:
      a_.cmp(slot(i.a), 0);
      branch(CondCode::kE, i.imm32());
      return true;
    case Op::BrEq: return compare(CondCode::kE);
    case Op::BrNe: return compare(CondCode::kNE);
    case Op::BrLtI64: return compare(CondCode::kL);
    case Op::BrLeI64: return compare(CondCode::kLE);
    case Op::BrLtU64: return compare(CondCode::kB);
    case Op::BrLeU64: return compare(CondCode::kBE);
    case Op::BrEqImm: return compareImm(CondCode::kE);
    case Op::BrNeImm: return compareImm(CondCode::kNE);
    case Op::BrLtImm: return compareImm(CondCode::kL);
    case Op::BrLeImm: return compareImm(CondCode::kLE);
    case Op::BrGtImm: return compareImm(CondCode::kG);
    case Op::BrGeImm: return compareImm(CondCode::kGE);
    case Op::BrEqF64: return floatsEqual(true);
    case Op::BrEqF32: return floatsEqual(false);
    case Op::BrNeF64: return floatsDiffer(true);
    case Op::BrNeF32: return floatsDiffer(false);
    case Op::BrLtF64: return floatsOrdered(CondCode::kA, true);
    case Op::BrLtF32: return floatsOrdered(CondCode::kA, false);
    case Op::BrNotLtF64: return floatsOrdered(CondCode::kBE, true);
    case Op::BrNotLtF32: return floatsOrdered(CondCode::kBE, false);
    case Op::BrLeF64: return floatsOrdered(CondCode::kAE, true);
    case Op::BrLeF32: return floatsOrdered(CondCode::kAE, false);
    case Op::BrNotLeF64: return floatsOrdered(CondCode::kB, true);
    case Op::BrNotLeF32: return floatsOrdered(CondCode::kB, false);
    case Op::BrEqStr: return strings(true);
    case Op::BrNeStr: return strings(false);
    case Op::JumpTable: {
      if (!i.b) return true;
      Label next = a_.newLabel();
      tables_.push_back({a_.newLabel(), pc_});
      load(x86::rax, i.a);
      a_.cmp(x86::rax, int{i.b});
      a_.jae(next);
      a_.lea(x86::rcx, x86::ptr(tables_.back().at));
      a_.movsxd(x86::rax, x86::dword_ptr(x86::rcx, x86::rax, 2));
      a_.add(x86::rax, x86::rcx);
      a_.jmp(x86::rax);
      a_.bind(next);
      return true;
    }
    case Op::Poll: {
      a_.cmp(kRegs, BURROW_G(stackLimit));
      a_.jb(slowSite(helpPoll));
      return true;
    }
    default: return false;
  }
}

}  // namespace burrow::jit
