// Templates of integer arithmetic. Narrow results are kept extended, as in the interpreter.
#include "jit/template.h"
#include "vm/interp/slow.h"

namespace burrow::jit {

using x86::CondCode;

// Calls `body(Width, bits)` for the seven variants of an opcode family.
#define WIDTHS(N, body)                                                                       \
  case Op::N##I8: body(Width::I8, 8); return true;                                            \
  case Op::N##I16: body(Width::I16, 16); return true;                                         \
  case Op::N##I32: body(Width::I32, 32); return true;                                         \
  case Op::N##I64: body(Width::I64, 64); return true;                                         \
  case Op::N##U8: body(Width::U8, 8); return true;                                            \
  case Op::N##U16: body(Width::U16, 16); return true;                                         \
  case Op::N##U32: body(Width::U32, 32); return true;

bool Template::integers() {
  const Insn& i = *pc_;
  auto finish = [&](Width w) {
    extend(w);
    store(i.a, x86::rax);
  };
  auto add = [&](Width w, unsigned) {
    load(x86::rax, i.b);
    a_.add(x86::rax, slot(i.c));
    finish(w);
  };
  auto sub = [&](Width w, unsigned) {
    load(x86::rax, i.b);
    a_.sub(x86::rax, slot(i.c));
    finish(w);
  };
  auto mul = [&](Width w, unsigned) {
    load(x86::rax, i.b);
    a_.imul(x86::rax, slot(i.c));
    finish(w);
  };
  auto shl = [&](Width w, unsigned bits) {
    load(x86::rcx, i.c);
    load(x86::rax, i.b);
    a_.shl(x86::rax, x86::cl);
    a_.cmp(x86::rcx, static_cast<int>(bits));
    a_.sbb(x86::rdx, x86::rdx);  // all ones if the count is less
    a_.and_(x86::rax, x86::rdx);
    finish(w);
  };
  auto addImm = [&](Width w, unsigned) {
    load(x86::rax, i.b);
    a_.add(x86::rax, int{i.simmC()});
    finish(w);
  };
  switch (op()) {
    WIDTHS(Add, add)
    WIDTHS(Sub, sub)
    WIDTHS(Mul, mul)
    WIDTHS(Shl, shl)
    WIDTHS(AddImm, addImm)
    case Op::MulImmI64: a_.imul(x86::rax, slot(i.b), int{i.simmC()}); break;
    case Op::And: load(x86::rax, i.b); a_.and_(x86::rax, slot(i.c)); break;
    case Op::Or: load(x86::rax, i.b); a_.or_(x86::rax, slot(i.c)); break;
    case Op::Xor: load(x86::rax, i.b); a_.xor_(x86::rax, slot(i.c)); break;
    case Op::AndNot:
      load(x86::rax, i.c);
      a_.not_(x86::rax);
      a_.and_(x86::rax, slot(i.b));
      break;
    case Op::AndImm: load(x86::rax, i.b); a_.and_(x86::eax, int{i.c}); break;
    case Op::ShlImmI64: load(x86::rax, i.b); a_.shl(x86::rax, i.c & 63); break;
    case Op::ShrImmI64: load(x86::rax, i.b); a_.sar(x86::rax, i.c & 63); break;
    case Op::ShrImmU64: load(x86::rax, i.b); a_.shr(x86::rax, i.c & 63); break;
    case Op::ShrI64:
      load(x86::rcx, i.c);
      a_.mov(x86::edx, 63);
      a_.cmp(x86::rcx, 63);
      a_.cmova(x86::ecx, x86::edx);
      load(x86::rax, i.b);
      a_.sar(x86::rax, x86::cl);
      break;
    case Op::ShrU64:
      load(x86::rcx, i.c);
      load(x86::rax, i.b);
      a_.shr(x86::rax, x86::cl);
      a_.cmp(x86::rcx, 64);
      a_.sbb(x86::rdx, x86::rdx);
      a_.and_(x86::rax, x86::rdx);
      break;
    case Op::NegI64: load(x86::rax, i.b); a_.neg(x86::rax); break;
    case Op::Not: load(x86::rax, i.b); a_.not_(x86::rax); break;
    case Op::NotBool: load(x86::rax, i.b); a_.xor_(x86::rax, 1); break;
    case Op::ExtI8: a_.movsx(x86::rax, slotOf(1, i.b)); break;
    case Op::ExtI16: a_.movsx(x86::rax, slotOf(2, i.b)); break;
    case Op::ExtI32: a_.movsxd(x86::rax, slotOf(4, i.b)); break;
    case Op::ExtU8: a_.movzx(x86::eax, slotOf(1, i.b)); break;
    case Op::ExtU16: a_.movzx(x86::eax, slotOf(2, i.b)); break;
    case Op::ExtU32: a_.mov(x86::eax, slotOf(4, i.b)); break;
    default: return false;
  }
  store(i.a, x86::rax);
  return true;
}
#undef WIDTHS

/// Division, minimum and maximum.
bool Template::integers2() {
  const Insn& i = *pc_;
  // The quotient of -1 overflows for the least number: it is a negation.
  auto loadSigned = [&](x86::Gp to, unsigned s, Width w) {
    switch (w) {
      case Width::I8: a_.movsx(to, slotOf(1, s)); break;
      case Width::I16: a_.movsx(to, slotOf(2, s)); break;
      case Width::I32: a_.movsxd(to, slotOf(4, s)); break;
      default: load(to, s); break;
    }
  };
  auto divideSigned = [&](Width w) {
    Label minusOne = a_.newLabel(), done = a_.newLabel();
    loadSigned(x86::rcx, i.c, w);
    a_.test(x86::rcx, x86::rcx);
    a_.jz(trap(vm::slowDivide));
    loadSigned(x86::rax, i.b, w);
    a_.cmp(x86::rcx, -1);
    a_.je(minusOne);
    if (w != Width::I64) {
      a_.cdq();
      a_.idiv(x86::ecx);
    } else {
      a_.cqo();
      a_.idiv(x86::rcx);
    }
    a_.jmp(done);
    a_.bind(minusOne);
    a_.neg(x86::rax);
    a_.bind(done);
    extend(w);
    store(i.a, x86::rax);
  };
  auto divideUnsigned = [&](x86::Gp result) {
    load(x86::rcx, i.c);
    a_.test(x86::rcx, x86::rcx);
    a_.jz(trap(vm::slowDivide));
    load(x86::rax, i.b);
    a_.xor_(x86::edx, x86::edx);
    a_.div(x86::rcx);
    store(i.a, result);
  };
  auto pick = [&](CondCode cond) {
    load(x86::rax, i.b);
    load(x86::rcx, i.c);
    a_.cmp(x86::rcx, x86::rax);
    a_.cmov(cond, x86::rax, x86::rcx);
    store(i.a, x86::rax);
  };
  switch (op()) {
    case Op::DivI8: divideSigned(Width::I8); return true;
    case Op::DivI16: divideSigned(Width::I16); return true;
    case Op::DivI32: divideSigned(Width::I32); return true;
    case Op::DivI64: divideSigned(Width::I64); return true;
    case Op::DivU64: divideUnsigned(x86::rax); return true;
    case Op::RemU64: divideUnsigned(x86::rdx); return true;
    case Op::RemI64: {
      Label minusOne = a_.newLabel();
      load(x86::rcx, i.c);
      a_.test(x86::rcx, x86::rcx);
      a_.jz(trap(vm::slowDivide));
      a_.xor_(x86::edx, x86::edx);
      a_.cmp(x86::rcx, -1);
      a_.je(minusOne);
      load(x86::rax, i.b);
      a_.cqo();
      a_.idiv(x86::rcx);
      a_.bind(minusOne);
      store(i.a, x86::rdx);
      return true;
    }
    case Op::CheckShift:
      a_.cmp(slot(i.a), 0);
      a_.jl(trap(vm::slowShift));
      return true;
    case Op::MinI64: pick(CondCode::kL); return true;
    case Op::MaxI64: pick(CondCode::kG); return true;
    case Op::MinU64: pick(CondCode::kB); return true;
    case Op::MaxU64: pick(CondCode::kA); return true;
    default: return false;
  }
}

}  // namespace burrow::jit
