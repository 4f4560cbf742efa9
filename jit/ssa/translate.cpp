// One bytecode instruction as SSA values: arithmetic, control, calls. What has no translation here goes by its slow half.
#include "jit/assembler.h"
#include "jit/ssa/build.h"
#include "vm/bytecode/type_desc.h"
#include "vm/profile/sites.h"

namespace burrow::jit {

namespace {

/// The extension that keeps a narrow result as a slot holds it; Copy: none is needed.
SOp extensionOf(Width w) {
  switch (w) {
    case Width::I8: return SOp::ExtI8;
    case Width::U8: return SOp::ExtU8;
    case Width::I16: return SOp::ExtI16;
    case Width::U16: return SOp::ExtU16;
    case Width::I32: return SOp::ExtI32;
    case Width::U32: return SOp::ExtU32;
    case Width::W64: return SOp::Copy;
  }
  return SOp::Copy;
}

}  // namespace

#define RB read(i->b)
#define RC read(i->c)

bool Builder::translateArith(Op op) {
  const Insn* i = at(pc_);
  auto narrow = [&](Value* v, Width w) { return w == Width::W64 ? v : op1(extensionOf(w), v); };
  auto binary = [&](SOp o, Width w) { return write(i->a, narrow(op2(o, RB, RC), w)), true; };
  auto shift = [&](Width w) {
    Value *x = RB, *n = RC;
    Value* v = narrow(op2(SOp::Shl, x, n), w);
    // Counts from the operand's width to 63 leave nothing of a narrow value: the extension sees to it.
    return write(i->a, v), true;
  };
  auto immediate = [&](Width w) { return write(i->a, narrow(op2(SOp::Add, RB, constant(i->simmC())), w)), true; };
  auto divide = [&](SOp o, Width w) {
    Value *x = RB, *y = RC;
    check(SOp::ZeroCheck, {y});
    return write(i->a, narrow(op2(o, x, y), w)), true;
  };
  auto unary = [&](SOp o) { return write(i->a, op1(o, RB)), true; };
  auto withImm = [&](SOp o, int64_t c) { return write(i->a, op2(o, RB, constant(c))), true; };
  switch (op) {
#define WIDTHS(N)                                                                                    \
  case Op::N##I8: return binary(SOp::N, Width::I8); case Op::N##I16: return binary(SOp::N, Width::I16); \
  case Op::N##I32: return binary(SOp::N, Width::I32); case Op::N##I64: return binary(SOp::N, Width::W64); \
  case Op::N##U8: return binary(SOp::N, Width::U8); case Op::N##U16: return binary(SOp::N, Width::U16); \
  case Op::N##U32: return binary(SOp::N, Width::U32);
    WIDTHS(Add) WIDTHS(Sub) WIDTHS(Mul)
#undef WIDTHS
    case Op::ShlI8: return shift(Width::I8);
    case Op::ShlI16: return shift(Width::I16);
    case Op::ShlI32: return shift(Width::I32);
    case Op::ShlI64: return shift(Width::W64);
    case Op::ShlU8: return shift(Width::U8);
    case Op::ShlU16: return shift(Width::U16);
    case Op::ShlU32: return shift(Width::U32);
    case Op::DivI8: return divide(SOp::DivS, Width::I8);
    case Op::DivI16: return divide(SOp::DivS, Width::I16);
    case Op::DivI32: return divide(SOp::DivS, Width::I32);
    case Op::DivI64: return divide(SOp::DivS, Width::W64);
    case Op::DivU64: return divide(SOp::DivU, Width::W64);
    case Op::RemI64: return divide(SOp::RemS, Width::W64);
    case Op::RemU64: return divide(SOp::RemU, Width::W64);
    case Op::ShrI64: return binary(SOp::Sar, Width::W64);
    case Op::ShrU64: return binary(SOp::Shr, Width::W64);
    case Op::CheckShift: check(SOp::SignCheck, {read(i->a)}); return true;
    case Op::And: return binary(SOp::And, Width::W64);
    case Op::Or: return binary(SOp::Or, Width::W64);
    case Op::Xor: return binary(SOp::Xor, Width::W64);
    case Op::AndNot: return binary(SOp::AndNot, Width::W64);
    case Op::AddImmI8: return immediate(Width::I8);
    case Op::AddImmI16: return immediate(Width::I16);
    case Op::AddImmI32: return immediate(Width::I32);
    case Op::AddImmI64: return immediate(Width::W64);
    case Op::AddImmU8: return immediate(Width::U8);
    case Op::AddImmU16: return immediate(Width::U16);
    case Op::AddImmU32: return immediate(Width::U32);
    case Op::MulImmI64: return withImm(SOp::Mul, i->simmC());
    case Op::AndImm: return withImm(SOp::And, i->c);
    case Op::ShlImmI64: return withImm(SOp::Shl, i->c & 63);
    case Op::ShrImmI64: return withImm(SOp::Sar, i->c & 63);
    case Op::ShrImmU64: return withImm(SOp::Shr, i->c & 63);
    case Op::NegI64: return unary(SOp::Neg);
    case Op::Not: return unary(SOp::Not);
    case Op::NotBool: return withImm(SOp::Xor, 1);
    case Op::ExtI8: return unary(SOp::ExtI8);
    case Op::ExtI16: return unary(SOp::ExtI16);
    case Op::ExtI32: return unary(SOp::ExtI32);
    case Op::ExtU8: return unary(SOp::ExtU8);
    case Op::ExtU16: return unary(SOp::ExtU16);
    case Op::ExtU32: return unary(SOp::ExtU32);
    case Op::MinI64: return binary(SOp::MinS, Width::W64);
    case Op::MaxI64: return binary(SOp::MaxS, Width::W64);
    case Op::MinU64: return binary(SOp::MinU, Width::W64);
    case Op::MaxU64: return binary(SOp::MaxU, Width::W64);
    case Op::Eq: return binary(SOp::Eq, Width::W64);
    case Op::Ne: return binary(SOp::Ne, Width::W64);
    case Op::LtI64: return binary(SOp::LtS, Width::W64);
    case Op::LeI64: return binary(SOp::LeS, Width::W64);
    case Op::LtU64: return binary(SOp::LtU, Width::W64);
    case Op::LeU64: return binary(SOp::LeU, Width::W64);
    case Op::EqImm: return withImm(SOp::Eq, i->simmC());
    case Op::Clz64: return unary(SOp::Clz);
    case Op::Ctz64: return unary(SOp::Ctz);
    case Op::Popcnt64: return unary(SOp::Popcnt);
    case Op::RotL64: return binary(SOp::RotL64, Width::W64);
    case Op::RotL32: return binary(SOp::RotL32, Width::W64);
    case Op::Bswap64: return unary(SOp::Bswap64);
    case Op::Bswap32: return unary(SOp::Bswap32);
    case Op::MulWide: {
      Value *x = RB, *y = RC;
      // What lengths are computed from is a number, though a slice may be made with it (unsafe.Slice).
      for (Value* v : {x, y})
        if (v->op == SOp::Load) v->number = true;
      Value *hi = op2(SOp::MulHi, x, y), *lo = op2(SOp::Mul, x, y);
      write(i->a, hi);
      write(i->a + 1u, lo);
      return true;
    }
    case Op::AddCarry: {
      // A carry comes out of one of the two additions at most.
      Value *x = RB, *y = RC, *in = read(i[1].reg[0]);
      Value* s = op2(SOp::Add, x, y);
      Value* t = op2(SOp::Add, s, in);
      write(i->a, t);
      write(i->a + 1u, op2(SOp::Or, op2(SOp::LtU, s, x), op2(SOp::LtU, t, s)));
      return true;
    }
    case Op::SubBorrow: {
      Value *x = RB, *y = RC, *in = read(i[1].reg[0]);
      Value* d = op2(SOp::Sub, x, y);
      Value* e = op2(SOp::Sub, d, in);
      write(i->a, e);
      write(i->a + 1u, op2(SOp::Or, op2(SOp::LtU, x, y), op2(SOp::LtU, d, in)));
      return true;
    }
    default: return false;
  }
}

bool Builder::translateFloat(Op op) {
  const Insn* i = at(pc_);
  auto binary = [&](SOp o, Kind k) { return write(i->a, op2(o, RB, RC, k)), true; };
  auto unary = [&](SOp o, Kind k) { return write(i->a, op1(o, RB, k)), true; };
  /// Operations whose result is no float: aux tells what their operands are.
  auto from = [&](SOp o, Kind k, bool two) {
    Value* v = two ? op2(o, RB, RC) : op1(o, RB);
    v->aux = static_cast<int64_t>(k);
    return write(i->a, v), true;
  };
  switch (op) {
#define FLOATS(F)                                                                                        \
  case Op::Add##F: return binary(SOp::FAdd, Kind::F); case Op::Sub##F: return binary(SOp::FSub, Kind::F); \
  case Op::Mul##F: return binary(SOp::FMul, Kind::F); case Op::Div##F: return binary(SOp::FDiv, Kind::F); \
  case Op::Neg##F: return unary(SOp::FNeg, Kind::F); case Op::Min##F: return binary(SOp::FMin, Kind::F);  \
  case Op::Max##F: return binary(SOp::FMax, Kind::F);                                                     \
  case Op::Eq##F: return from(SOp::FEq, Kind::F, true); case Op::Ne##F: return from(SOp::FNe, Kind::F, true); \
  case Op::Lt##F: return from(SOp::FLt, Kind::F, true); case Op::Le##F: return from(SOp::FLe, Kind::F, true); \
  case Op::F##ToI64: return from(SOp::FToI64, Kind::F, false); case Op::F##ToU64: return from(SOp::FToU64, Kind::F, false); \
  case Op::F##ToI32: return from(SOp::FToI32, Kind::F, false); case Op::F##ToU32: return from(SOp::FToU32, Kind::F, false); \
  case Op::I64To##F: return unary(SOp::I64ToF, Kind::F); case Op::U64To##F: return unary(SOp::U64ToF, Kind::F); \
  case Op::Sqrt##F: return unary(SOp::FSqrt, Kind::F);
    FLOATS(F64) FLOATS(F32)
#undef FLOATS
    case Op::F64ToF32: { Value* v = op1(SOp::FToF, RB, Kind::F32); v->aux = static_cast<int64_t>(Kind::F64); return write(i->a, v), true; }
    case Op::F32ToF64: { Value* v = op1(SOp::FToF, RB, Kind::F64); v->aux = static_cast<int64_t>(Kind::F32); return write(i->a, v), true; }
    case Op::AbsF64: return unary(SOp::FAbs, Kind::F64);
    case Op::FloorF64: return unary(SOp::FFloor, Kind::F64);
    case Op::CeilF64: return unary(SOp::FCeil, Kind::F64);
    case Op::TruncF64: return unary(SOp::FTrunc, Kind::F64);
    case Op::CopysignF64: return binary(SOp::FCopysign, Kind::F64);
    case Op::FmaF64: return write(i->a, add(SOp::FFma, Kind::F64, {RB, RC, read(i[1].reg[0])})), true;
    case Op::MulC128: {
      Value *a = RB, *b = read(i->b + 1u), *c = RC, *d = read(i->c + 1u);
      auto mul = [&](Value* x, Value* y) { return op2(SOp::FMul, x, y, Kind::F64); };
      Value* re = op2(SOp::FSub, mul(a, c), mul(b, d), Kind::F64);
      Value* im = op2(SOp::FAdd, mul(a, d), mul(b, c), Kind::F64);
      write(i->a, re);
      write(i->a + 1u, im);
      return true;
    }
    default: return false;
  }
}

void Builder::branchTo(Value* condition, Block* yes, Block* no) {
  add(SOp::Branch, Kind::None, {condition});
  connect(block_, yes);
  connect(block_, no);
}

/// Ends of blocks. False: op is none.
bool Builder::branch(Op op) {
  const Insn* i = at(pc_);
  auto to = [&](int64_t d) { return static_cast<uint32_t>(pc_ + d); };
  auto when = [&](Value* condition, int64_t distance) {
    add(SOp::Branch, Kind::None, {condition});
    Block* from = block_;
    edge(from, to(distance));
    edge(from, pc_ + insnWords(op));
    return true;
  };
  auto compare = [&](SOp o) { return when(op2(o, read(i->a), RB), i->simmC()); };
  auto immediate = [&](SOp o, bool swap = false) {
    Value *x = read(i->a), *c = constant(i->simmB());
    return when(swap ? op2(o, c, x) : op2(o, x, c), i->simmC());
  };
  auto floats = [&](SOp o, Kind k, bool negate = false) {
    Value* v = op2(o, read(i->a), RB);
    v->aux = static_cast<int64_t>(k);
    if (negate) v = op2(SOp::Xor, v, constant(1));
    return when(v, i->simmC());
  };
  switch (op) {
    case Op::Jump:
      add(SOp::Jump, Kind::None, {});
      edge(block_, to(i->imm32()));
      return true;
    case Op::BrTrue: return when(op2(SOp::Ne, read(i->a), constant(0)), i->imm32());
    case Op::BrFalse: return when(op2(SOp::Eq, read(i->a), constant(0)), i->imm32());
    case Op::BrEq: return compare(SOp::Eq);
    case Op::BrNe: return compare(SOp::Ne);
    case Op::BrLtI64: return compare(SOp::LtS);
    case Op::BrLeI64: return compare(SOp::LeS);
    case Op::BrLtU64: return compare(SOp::LtU);
    case Op::BrLeU64: return compare(SOp::LeU);
    case Op::BrEqImm: return immediate(SOp::Eq);
    case Op::BrNeImm: return immediate(SOp::Ne);
    case Op::BrLtImm: return immediate(SOp::LtS);
    case Op::BrLeImm: return immediate(SOp::LeS);
    case Op::BrGtImm: return immediate(SOp::LtS, true);
    case Op::BrGeImm: return immediate(SOp::LeS, true);
#define FLOATS(F)                                                                                           \
  case Op::BrEq##F: return floats(SOp::FEq, Kind::F); case Op::BrNe##F: return floats(SOp::FNe, Kind::F);     \
  case Op::BrLt##F: return floats(SOp::FLt, Kind::F); case Op::BrNotLt##F: return floats(SOp::FLt, Kind::F, true); \
  case Op::BrLe##F: return floats(SOp::FLe, Kind::F); case Op::BrNotLe##F: return floats(SOp::FLe, Kind::F, true);
    FLOATS(F64) FLOATS(F32)
#undef FLOATS
    case Op::BrEqStr: case Op::BrNeStr: {
      // The slow half of EqStr is pure: a call without a safepoint.
      Value* v = add(SOp::EqStr, Kind::Int, {read(i->a), read(i->a + 1u), RB, read(i->b + 1u)});
      if (op == Op::BrNeStr) v = op2(SOp::Xor, v, constant(1));
      return when(v, i->simmC());
    }
    case Op::JumpTable: {
      add(SOp::Switch, Kind::None, {read(i->a)});
      Block* from = block_;
      auto* table = reinterpret_cast<const int32_t*>(i + static_cast<int64_t>(i[1].word));
      for (unsigned k = 0; k < i->b; k++) edge(from, to(table[k]));
      edge(from, pc_ + insnWords(op));
      return true;
    }
    case Op::Return: {
      if (frame_) {
        Vec<Value*> results;
        for (unsigned s = resultBase(f_); s < slots_; s++) results.push_back(read(s));
        returns_.push_back({block_, std::move(results)});
        return true;
      }
      // Results are in their slots: they belong to the caller's frame.
      Vec<Value*> first;
      for (unsigned s = resultBase(f_); s < allSlots(f_); s++) {
        Value* result = read(s);
        if (first.size() < std::size(kResultRegs)) first.push_back(result);
        if (g_.memorySlot[s]) continue;
        Value* v = add(SOp::SetHome, Kind::None, {result});
        v->aux = s;
      }
      Value* v = add(SOp::Return, Kind::None, {});
      for (Value* result : first) v->args.push_back(result);
      return true;
    }
    default: return false;
  }
}

/// The results of the call at pc_, where they lie behind it.
Vec<Value*> Builder::callResults() {
  const Insn* i = at(pc_);
  Vec<Value*> results;
  for (unsigned s = i->a; s < unsigned{i->a} + i->b; s++) {
    Value* h = add(SOp::Home, Kind::Int, {});
    h->aux = id(s);
    h->slot = static_cast<int32_t>(id(s));
    results.push_back(h);
  }
  return results;
}

/// A call: arguments go to the outgoing slots, live registers to their homes, results are read from the frame. Small functions that are
/// known, or were seen here while the templates' code ran, get their bodies inlined, the latter if it is one of them.
void Builder::call() {
  const Insn* i = at(pc_);
  auto op = static_cast<Op>(i->op);
  Vec<Arm> arms;
  Block* before = block_;
  Value *target, *context = nullptr;
  if (op == Op::Call) {
    auto& callee = *reinterpret_cast<vm::Func*>(i[1].word);
    if (worthInlining(callee)) return inlineCall(callee, nullptr, arms), join(before, arms);
    if (const vm::DirectNative* d = directForm(callee); d && callDirect(*d, callee, nullptr, arms)) return join(before, arms);
    target = constant(static_cast<int64_t>(i[1].word));
  } else {
    Value* callee = RC;
    if (op == Op::CallIface) {
      inlineSeen(callee, nullptr, arms);
      check(SOp::NilCheck, {callee});
      target = load(callee, static_cast<int64_t>(offsetof(Itab, fun) + 8 * i[1].word), Width::W64);
    } else {
      check(SOp::NilCheck, {callee});
      context = callee;
      inlineSeen(load(callee, 0, Width::I32), context, arms);
      target = load(callee, 0, Width::W64);
    }
  }
  FrameState* state = fullState(false);
  for (unsigned s = 0; s < i->a; s++)
    if (!inMemory(s)) state->entries.push_back({static_cast<uint16_t>(id(s)), read(s)});
  Value* v = context ? add(SOp::Call, Kind::None, {target, context}) : add(SOp::Call, Kind::None, {target});
  v->state = state;
  v->aux = static_cast<int64_t>(insnWords(op));
  arms.push_back({block_, callResults()});
  join(before, arms);
}

bool Builder::translate() {
  const Insn* i = at(pc_);
  auto op = static_cast<Op>(i->op);
  switch (op) {
    case Op::Mov: write(i->a, RB); return false;
    case Op::Mov2: case Op::Mov3: case Op::MovN: {
      unsigned n = op == Op::Mov2 ? 2 : op == Op::Mov3 ? 3 : static_cast<uint32_t>(i[1].word);
      Vec<Value*> values;
      for (unsigned k = 0; k < n; k++) values.push_back(read(i->b + k));
      for (unsigned k = 0; k < n; k++) write(i->a + k, values[k]);
      return false;
    }
    case Op::LoadImm: write(i->a, constant(i->imm32())); return false;
    case Op::LoadConst: case Op::LoadSym: write(i->a, constant(static_cast<int64_t>(i[1].word))); return false;
    case Op::LoadStr:
      write(i->a, constant(static_cast<int64_t>(i[1].word)));
      write(i->a + 1u, constant(static_cast<int64_t>(i[2].word)));
      return false;
    case Op::ZeroN:
      for (unsigned k = 0; k < static_cast<uint32_t>(i[1].word); k++) write(i->a + k, constant(0));
      return false;
    case Op::LoadCtx: write(i->a, context_ ? context_ : add(SOp::Ctx, Kind::Int, {})); return false;
    case Op::Call: case Op::CallClosure: case Op::CallIface: call(); return false;
    case Op::Poll: {
      FrameState* state = fullState(true);
      add(SOp::Poll, Kind::None, {})->state = state;
      return false;
    }
    default: break;
  }
  if (branch(op)) return true;
  if (translateArith(op) || translateFloat(op) || translateMemory(op) || translateCopies(op) || translateIndex(op) || translateStorage(op) ||
      translateAllocation(op) || translateText(op) || translateAssert(op) || translateMap(op) || translateDefer(op))
    return false;
  slow();
  if (!(opInfo(op).effects & Ends)) return false;
  add(SOp::Leave, Kind::None, {});
  return true;
}

}  // namespace burrow::jit
