// Arithmetic, comparison, conditional branches and numeric conversions.
#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

namespace {

/// Offset of a width's opcode in the families AddI8, AddI16, AddI32, AddI64, AddU8, AddU16, AddU32.
int widthIndex(Shape s) {
  switch (s) {
    case Shape::I8: return 0;
    case Shape::I16: return 1;
    case Shape::I32: return 2;
    case Shape::U8: return 4;
    case Shape::U16: return 5;
    case Shape::U32: return 6;
    default: return 3;
  }
}

Op withWidth(Op first, Shape s) { return static_cast<Op>(static_cast<int>(first) + widthIndex(s)); }

bool isFloatShape(Shape s) { return s == Shape::F32 || s == Shape::F64; }
bool isSignedShape(Shape s) { return s <= Shape::I64 && s >= Shape::I8; }
bool isIntShape(Shape s) { return s >= Shape::I8 && s <= Shape::U64; }
int bitsOf(Shape s) {
  switch (s) {
    case Shape::I8: case Shape::U8: return 8;
    case Shape::I16: case Shape::U16: return 16;
    case Shape::I32: case Shape::U32: return 32;
    default: return 64;
  }
}

Op immediateAdd(Shape s) {
  switch (s) {
    case Shape::I8: return Op::AddImmI8;
    case Shape::I16: return Op::AddImmI16;
    case Shape::I32: return Op::AddImmI32;
    case Shape::U8: return Op::AddImmU8;
    case Shape::U16: return Op::AddImmU16;
    case Shape::U32: return Op::AddImmU32;
    default: return Op::AddImmI64;
  }
}

bool fitsI16(int64_t v) { return v >= -32768 && v <= 32767; }

}  // namespace

void FuncGen::extend(Reg to, Reg from, Shape s) {
  switch (s) {
    case Shape::I8: emit(Op::ExtI8, to, from); break;
    case Shape::I16: emit(Op::ExtI16, to, from); break;
    case Shape::I32: emit(Op::ExtI32, to, from); break;
    case Shape::U8: emit(Op::ExtU8, to, from); break;
    case Shape::U16: emit(Op::ExtU16, to, from); break;
    case Shape::U32: emit(Op::ExtU32, to, from); break;
    default: move(to, from, 1); break;
  }
}

Reg FuncGen::binary(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  Reg x = expr(n->x);
  int64_t k;
  Reg y = constInt(n->y, k) ? kNone : expr(n->y);
  if (y == kNone && n->op == IrOp::Add && constInt(n->x, k)) y = expr(n->y);
  code.pos = n->pos;
  return arith(n->op, n->type, x, n->y, y, to, n->y->type);
}

/// x op y into `want`. y is kNone if yNode is an integer constant that was not loaded yet.
Reg FuncGen::arith(IrOp op, Type* t, Reg x, Node* yNode, Reg y, Reg want, Type* yType) {
  Shape s = info(t).shape;
  Reg to = target(want, t);
  if (s == Shape::C64 || s == Shape::C128) {
    if (y == kNone) y = expr(yNode);
    return complexArith(op, t, x, y, to);
  }
  if (s == Shape::String) {
    Reg block = temp(Kinds{true, false, true, false});
    if (y == kNone) y = expr(yNode);
    move(block, x, 2);
    move(block + 2, y, 2);
    emitW(Op::StrConcat, to, block, 2, u.site(code.pos, AllocKind::String, true, t, {}, "what += makes is always on the heap")).n[1] = 4;
    return to;
  }
  if (isFloatShape(s)) {
    if (y == kNone) y = expr(yNode);
    bool f64 = s == Shape::F64;
    Op o = Op::AddF64;
    switch (op) {
      case IrOp::Add: o = f64 ? Op::AddF64 : Op::AddF32; break;
      case IrOp::Sub: o = f64 ? Op::SubF64 : Op::SubF32; break;
      case IrOp::Mul: o = f64 ? Op::MulF64 : Op::MulF32; break;
      case IrOp::Div: o = f64 ? Op::DivF64 : Op::DivF32; break;
      default: BURROW_CHECK(false);
    }
    emit(o, to, x, y);
    return to;
  }
  bool isSigned = isSignedShape(s);
  int64_t k = 0;
  bool isConst = yNode && constInt(yNode, k);
  auto reg = [&] {
    if (y == kNone) y = expr(yNode);
    return y;
  };
  switch (op) {
    case IrOp::Add:
      if (isConst && fitsI16(k)) {
        emit(immediateAdd(s), to, x, static_cast<Reg>(k));
      } else {
        reg();
        emit(withWidth(Op::AddI8, s), to, x, y);
      }
      return to;
    case IrOp::Sub:
      if (isConst && fitsI16(-k) && k != INT64_MIN) {
        emit(immediateAdd(s), to, x, static_cast<Reg>(-k));
      } else {
        reg();
        emit(withWidth(Op::SubI8, s), to, x, y);
      }
      return to;
    case IrOp::Mul: {
      if (isConst && bitsOf(s) == 64) {
        if (k > 0 && (k & (k - 1)) == 0) {
          emit(Op::ShlImmI64, to, x, __builtin_ctzll(static_cast<uint64_t>(k)));
          return to;
        }
        if (fitsI16(k)) {
          emit(Op::MulImmI64, to, x, static_cast<Reg>(k));
          return to;
        }
      }
      reg();
      emit(withWidth(Op::MulI8, s), to, x, y);
      return to;
    }
    case IrOp::Div:
      if (isConst && !isSigned && k > 0 && (k & (k - 1)) == 0) {
        emit(Op::ShrImmU64, to, x, __builtin_ctzll(static_cast<uint64_t>(k)));
        return to;
      }
      reg();
      if (isSigned) {
        Op o = s == Shape::I8 ? Op::DivI8 : s == Shape::I16 ? Op::DivI16 : s == Shape::I32 ? Op::DivI32 : Op::DivI64;
        emit(o, to, x, y);
      } else {
        emit(Op::DivU64, to, x, y);
      }
      return to;
    case IrOp::Rem:
      if (isConst && !isSigned && k > 0 && (k & (k - 1)) == 0 && k <= 0x10000) {
        emit(Op::AndImm, to, x, static_cast<Reg>(k - 1));
        return to;
      }
      reg();
      emit(isSigned ? Op::RemI64 : Op::RemU64, to, x, y);
      return to;
    case IrOp::And:
      if (isConst && k >= 0 && k <= 0xffff) {
        emit(Op::AndImm, to, x, static_cast<Reg>(k));
      } else {
        reg();
        emit(Op::And, to, x, y);
      }
      return to;
    case IrOp::Or: reg(); emit(Op::Or, to, x, y); return to;
    case IrOp::Xor: reg(); emit(Op::Xor, to, x, y); return to;
    case IrOp::AndNot: reg(); emit(Op::AndNot, to, x, y); return to;
    case IrOp::Shl: case IrOp::Shr: {
      bool left = op == IrOp::Shl;
      if (isConst && k >= 0) {
        int bits = bitsOf(s);
        uint64_t count = static_cast<uint64_t>(k);
        if (left) {
          if (count >= static_cast<uint64_t>(bits)) {
            zero(to, 1);
          } else {
            emit(Op::ShlImmI64, to, x, static_cast<Reg>(count));
            if (bits < 64) extend(to, to, s);
          }
        } else if (isSigned) {
          emit(Op::ShrImmI64, to, x, static_cast<Reg>(std::min<uint64_t>(count, 63)));
        } else if (count >= static_cast<uint64_t>(bits)) {
          zero(to, 1);
        } else {
          emit(Op::ShrImmU64, to, x, static_cast<Reg>(count));
        }
        return to;
      }
      reg();
      if (!isConst && isSignedShape(info(yType).shape)) emit(Op::CheckShift, y);
      if (left) {
        emit(withWidth(Op::ShlI8, s), to, x, y);
      } else {
        emit(isSigned ? Op::ShrI64 : Op::ShrU64, to, x, y);
      }
      return to;
    }
    default: break;
  }
  BURROW_CHECK(false);
  return to;
}

Reg FuncGen::complexArith(IrOp op, Type* t, Reg x, Reg y, Reg to) {
  bool small = info(t).shape == Shape::C64;
  TempScope temps(*this);
  Reg a = x, b = y;
  Reg r = temp(Kinds{false, false});
  if (small) {
    a = temp(Kinds{false, false});
    b = temp(Kinds{false, false});
    emit(Op::C64ToC128, a, x);
    emit(Op::C64ToC128, b, y);
  }
  switch (op) {
    case IrOp::Add:
      emit(Op::AddF64, r, a, b);
      emit(Op::AddF64, r + 1, a + 1, b + 1);
      break;
    case IrOp::Sub:
      emit(Op::SubF64, r, a, b);
      emit(Op::SubF64, r + 1, a + 1, b + 1);
      break;
    case IrOp::Mul: emit(Op::MulC128, r, a, b); break;
    case IrOp::Div: emit(Op::DivC128, r, a, b); break;
    default: BURROW_CHECK(false);
  }
  if (small) {
    emit(Op::C128ToC64, to, r);
  } else {
    move(to, r, 2);
  }
  return to;
}

Reg FuncGen::unary(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  Shape s = info(n->type).shape;
  Reg x = expr(n->x);
  switch (n->op) {
    case IrOp::Plus: move(to, x, slotsOfType(n->type)); return to;
    case IrOp::Not: emit(Op::NotBool, to, x); return to;
    case IrOp::BitNot:
      emit(Op::Not, to, x);
      if (!isSignedShape(s) && bitsOf(s) < 64) extend(to, to, s);
      return to;
    case IrOp::Neg:
      switch (s) {
        case Shape::F64: emit(Op::NegF64, to, x); return to;
        case Shape::F32: emit(Op::NegF32, to, x); return to;
        case Shape::C128:
          emit(Op::NegF64, to, x);
          emit(Op::NegF64, to + 1, x + 1);
          return to;
        case Shape::C64: {
          Reg wide = temp(Kinds{false, false});
          emit(Op::C64ToC128, wide, x);
          emit(Op::NegF64, wide, wide);
          emit(Op::NegF64, wide + 1, wide + 1);
          emit(Op::C128ToC64, to, wide);
          return to;
        }
        default:
          emit(Op::NegI64, to, x);
          if (bitsOf(s) < 64) extend(to, to, s);
          return to;
      }
    default: BURROW_CHECK(false); return to;
  }
}

// ---- Comparison

namespace {

bool isNilNode(Node* n) {
  while (n->op == IrOp::Paren || n->op == IrOp::ConvNop) n = n->x;
  return n->op == IrOp::Nil;
}

IrOp negated(IrOp op) {
  switch (op) {
    case IrOp::Eq: return IrOp::Ne;
    case IrOp::Ne: return IrOp::Eq;
    case IrOp::Lt: return IrOp::Ge;
    case IrOp::Le: return IrOp::Gt;
    case IrOp::Gt: return IrOp::Le;
    default: return IrOp::Lt;
  }
}
IrOp swapped(IrOp op) {
  switch (op) {
    case IrOp::Lt: return IrOp::Gt;
    case IrOp::Le: return IrOp::Ge;
    case IrOp::Gt: return IrOp::Lt;
    case IrOp::Ge: return IrOp::Le;
    default: return op;
  }
}

bool isEmptyString(Node* n) {
  while (n->op == IrOp::Paren) n = n->x;
  return n->op == IrOp::Literal && n->value->kind() == ConstKind::String && constant::stringVal(n->value).empty();
}

}  // namespace

/// x == y (or !=) of values in registers, into want.
Reg FuncGen::compareRegs(Type* t, bool ne, Reg x, Reg y, Reg want) {
  TypeInfo& ti = info(t);
  Reg to = want != kNone ? want : scalarTemp();
  TempScope temps(*this);
  bool flip = false;
  switch (ti.shape) {
    case Shape::Empty: loadInt(to, !ne); return to;
    case Shape::F64: emit(ne ? Op::NeF64 : Op::EqF64, to, x, y); return to;
    case Shape::F32: emit(ne ? Op::NeF32 : Op::EqF32, to, x, y); return to;
    case Shape::String: emit(Op::EqStr, to, x, y); flip = ne; break;
    case Shape::Iface: {
      auto* it = ir::underlyingAs<Interface>(t);
      bool empty = ir::interfaceMethodsOf(it).empty();
      emit(empty ? Op::EqEface : Op::EqIface, to, x, y);
      flip = ne;
      break;
    }
    case Shape::C64: case Shape::C128: {
      Reg a = x, b = y;
      if (ti.shape == Shape::C64) {
        a = temp(Kinds{false, false});
        b = temp(Kinds{false, false});
        emit(Op::C64ToC128, a, x);
        emit(Op::C64ToC128, b, y);
      }
      Reg r = scalarTemp(), i = scalarTemp();
      emit(Op::EqF64, r, a, b);
      emit(Op::EqF64, i, a + 1, b + 1);
      emit(Op::And, to, r, i);
      flip = ne;
      break;
    }
    case Shape::Memory: {
      if (ti.boxed) {
        emitT(Op::EqMem, to, x, y, t);
        flip = ne;
        break;
      }
      Ins& in = emitT(Op::EqVal, to, x, y, t);
      in.n[1] = in.n[2] = ti.slots;
      flip = ne;
      break;
    }
    default: emit(ne ? Op::Ne : Op::Eq, to, x, y); return to;
  }
  if (flip) emit(Op::NotBool, to, to);
  return to;
}

Reg FuncGen::compare(Node* n, Reg want) {
  Reg to = want != kNone ? want : scalarTemp();
  TempScope temps(*this);
  Type* t = n->x->type;
  Shape s = info(t).shape;
  IrOp op = n->op;
  Node *xn = n->x, *yn = n->y;
  if (s == Shape::String) shareBytes(xn), shareBytes(yn);
  if (isNilNode(xn) && !isNilNode(yn)) std::swap(xn, yn);
  if (isNilNode(yn) && (op == IrOp::Eq || op == IrOp::Ne) && s != Shape::Memory) {
    // Pointers, maps, slices, functions, interfaces: the first word is nil.
    Reg x = expr(xn);
    emit(Op::EqImm, to, x, 0);
    if (op == IrOp::Ne) emit(Op::NotBool, to, to);
    return to;
  }
  if (op == IrOp::Eq || op == IrOp::Ne) {
    bool ne = op == IrOp::Ne;
    int64_t k;
    if (s <= Shape::U64 && s != Shape::Empty && constInt(xn, k) && !constInt(yn, k)) std::swap(xn, yn);
    if (s != Shape::Empty && (s <= Shape::U64 || s == Shape::Ptr) && constInt(yn, k) && fitsI16(k)) {
      Reg x = expr(xn);
      code.pos = n->pos;
      emit(Op::EqImm, to, x, static_cast<Reg>(k));
      if (ne) emit(Op::NotBool, to, to);
      return to;
    }
    if (s == Shape::String && (isEmptyString(xn) || isEmptyString(yn))) {
      Reg x = expr(isEmptyString(yn) ? xn : yn);
      emit(Op::EqImm, to, x + 1, 0);
      if (ne) emit(Op::NotBool, to, to);
      return to;
    }
    if (s == Shape::Memory && (info(t).slots > 4 || info(t).boxed) && isMemoryPlace(xn) && isMemoryPlace(yn) && isPlace(xn) && isPlace(yn)) {
      Reg x = pointerTo(place(xn), t, kNone), y = pointerTo(place(yn), t, kNone);
      code.pos = n->pos;
      emitT(Op::EqMem, to, x, y, t);
      if (ne) emit(Op::NotBool, to, to);
      return to;
    }
    Reg x = expr(xn), y = expr(yn);
    code.pos = n->pos;
    return compareRegs(t, ne, x, y, to);
  }
  Reg x = expr(xn), y = expr(yn);
  code.pos = n->pos;
  if (op == IrOp::Gt || op == IrOp::Ge) {
    std::swap(x, y);
    op = op == IrOp::Gt ? IrOp::Lt : IrOp::Le;
  }
  bool lt = op == IrOp::Lt;
  Op o;
  switch (s) {
    case Shape::F64: o = lt ? Op::LtF64 : Op::LeF64; break;
    case Shape::F32: o = lt ? Op::LtF32 : Op::LeF32; break;
    case Shape::String: o = lt ? Op::LtStr : Op::LeStr; break;
    default:
      o = isSignedShape(s) ? (lt ? Op::LtI64 : Op::LeI64) : (lt ? Op::LtU64 : Op::LeU64);
      break;
  }
  emit(o, to, x, y);
  return to;
}

// ---- Branches

void FuncGen::branchValue(Node*& n, Label l, bool sense) {
  TempScope temps(*this);
  Node* x = n;
  while (x->op == IrOp::Paren) x = x->x;
  if (x->op != IrOp::AndAnd && x->op != IrOp::OrOr && x->op != IrOp::Not) hoist(n);
  branch(n, l, sense);
}

void FuncGen::branch(Node* n, Label l, bool sense) {
  while (n->op == IrOp::Paren || n->op == IrOp::ConvNop) n = n->x;
  switch (n->op) {
    case IrOp::Not: branchValue(n->x, l, !sense); return;
    case IrOp::AndAnd: case IrOp::OrOr: {
      bool both = (n->op == IrOp::AndAnd) == sense;  // both operands must agree for the branch to be taken
      if (both) {
        Label out = code.newLabel();
        branchValue(n->x, out, !sense);
        branchValue(n->y, l, sense);
        code.bind(out);
      } else {
        branchValue(n->x, l, sense);
        branchValue(n->y, l, sense);
      }
      return;
    }
    case IrOp::Literal:
      if (constant::boolVal(n->value) == sense) code.jump(l);
      return;
    default: break;
  }
  TempScope temps(*this);
  if (branchCompare(n, l, sense)) return;
  Reg x = expr(n);
  branch1(sense ? Op::BrTrue : Op::BrFalse, x, l);
}

bool FuncGen::branchCompare(Node* n, Label l, bool sense) {
  IrOp op = n->op;
  if (op < IrOp::Eq || op > IrOp::Ge) return false;
  Node *xn = n->x, *yn = n->y;
  Type* t = xn->type;
  Shape s = info(t).shape;
  code.pos = n->pos;
  if (isFloatShape(s)) {
    Reg x = expr(xn), y = expr(yn);
    if (op == IrOp::Gt || op == IrOp::Ge) {
      std::swap(x, y);
      op = op == IrOp::Gt ? IrOp::Lt : IrOp::Le;
    }
    bool d = s == Shape::F64;
    Op o;
    switch (op) {
      case IrOp::Eq: o = sense ? (d ? Op::BrEqF64 : Op::BrEqF32) : (d ? Op::BrNeF64 : Op::BrNeF32); break;
      case IrOp::Ne: o = sense ? (d ? Op::BrNeF64 : Op::BrNeF32) : (d ? Op::BrEqF64 : Op::BrEqF32); break;
      case IrOp::Lt: o = sense ? (d ? Op::BrLtF64 : Op::BrLtF32) : (d ? Op::BrNotLtF64 : Op::BrNotLtF32); break;
      default: o = sense ? (d ? Op::BrLeF64 : Op::BrLeF32) : (d ? Op::BrNotLeF64 : Op::BrNotLeF32); break;
    }
    branchTo(o, x, y, l);
    return true;
  }
  bool equality = op == IrOp::Eq || op == IrOp::Ne;
  if (equality && (isNilNode(xn) || isNilNode(yn)) && s != Shape::Memory) {
    Reg x = expr(isNilNode(yn) ? xn : yn);
    code.pos = n->pos;
    branchTo((op == IrOp::Eq) == sense ? Op::BrEqImm : Op::BrNeImm, x, 0, l);
    return true;
  }
  if (equality && s == Shape::String) {
    bool eq = (op == IrOp::Eq) == sense;
    if (isEmptyString(xn) || isEmptyString(yn)) {
      Reg x = expr(isEmptyString(yn) ? xn : yn);
      branchTo(eq ? Op::BrEqImm : Op::BrNeImm, x + 1, 0, l);
      return true;
    }
    shareBytes(xn), shareBytes(yn);
    Reg x = expr(xn), y = expr(yn);
    code.pos = n->pos;
    branchTo(eq ? Op::BrEqStr : Op::BrNeStr, x, y, l);
    return true;
  }
  if (!isIntShape(s) && s != Shape::Ptr) return false;
  if (!sense) op = negated(op);
  int64_t k;
  if (constInt(xn, k) && !constInt(yn, k)) {
    std::swap(xn, yn);
    op = swapped(op);
  }
  bool isSigned = isSignedShape(s) || s == Shape::Ptr;
  if (constInt(yn, k) && fitsI16(k)) {
    Op o = Op::Mov;
    // Unsigned numbers narrower than a word are never negative in their slots: signed comparison does.
    bool imm = isSigned || (bitsOf(s) < 64 && k >= 0);
    switch (op) {
      case IrOp::Eq: o = Op::BrEqImm; break;
      case IrOp::Ne: o = Op::BrNeImm; break;
      case IrOp::Lt: if (imm) o = Op::BrLtImm; break;
      case IrOp::Le: if (imm) o = Op::BrLeImm; break;
      case IrOp::Gt: if (imm) o = Op::BrGtImm; else if (k == 0) o = Op::BrNeImm; break;
      default: if (imm) o = Op::BrGeImm; break;
    }
    if (o != Op::Mov) {
      Reg x = expr(xn);
      code.pos = n->pos;
      branchTo(o, x, static_cast<Reg>(k), l);
      return true;
    }
  }
  Reg x = expr(xn), y = expr(yn);
  code.pos = n->pos;
  switch (op) {
    case IrOp::Eq: branchTo(Op::BrEq, x, y, l); break;
    case IrOp::Ne: branchTo(Op::BrNe, x, y, l); break;
    case IrOp::Lt: branchTo(isSigned ? Op::BrLtI64 : Op::BrLtU64, x, y, l); break;
    case IrOp::Le: branchTo(isSigned ? Op::BrLeI64 : Op::BrLeU64, x, y, l); break;
    case IrOp::Gt: branchTo(isSigned ? Op::BrLtI64 : Op::BrLtU64, y, x, l); break;
    default: branchTo(isSigned ? Op::BrLeI64 : Op::BrLeU64, y, x, l); break;
  }
  return true;
}

// ---- Conversions

/// Conversions between strings, bytes and runes.
void FuncGen::convertText(Node* n, Reg to, Reg v) {
  struct Ops {
    Op heap, buf;
    unsigned slots;
    AllocKind kind;
  };
  auto ops = [&]() -> Ops {
    switch (n->op) {
      case IrOp::BytesToStr: return {Op::BytesToStr, Op::BytesToStrBuf, kBufSlots, AllocKind::String};
      case IrOp::StrToBytes: return {Op::StrToBytes, Op::StrToBytesBuf, kBufSlots, AllocKind::Slice};
      case IrOp::RunesToStr: return {Op::RunesToStr, Op::RunesToStrBuf, kBufSlots, AllocKind::String};
      case IrOp::StrToRunes: return {Op::StrToRunes, Op::StrToRunesBuf, kRuneBufSlots, AllocKind::Slice};
      default: return {Op::RuneToStr, Op::RuneToStrBuf, kBufSlots, AllocKind::String};
    }
  }();
  if (n->zeroCopy && (n->op == IrOp::BytesToStr || (n->op == IrOp::StrToBytes && !u.options.escapeOff))) {
    emit(n->op == IrOp::BytesToStr ? Op::BytesToStrTmp : Op::StrToBytesTmp, to, v);
  } else if (Reg buf = buffer(n, ops.slots, ops.kind == AllocKind::Slice); buf != kNone) {
    emitW(ops.buf, to, v, buf, bufferSite(n, ops.kind)).n[2] = ops.slots;
  } else {
    emitW(ops.heap, to, v, 0, site(n, ops.kind));
  }
}

Reg FuncGen::convert(Node* n, Reg want) {
  Node* x = n->x;
  switch (n->op) {
    case IrOp::ConvNop: {
      TypeInfo &to = info(n->type), &from = info(x->type);
      if (to.shape == from.shape && to.shape != Shape::Memory) return expr(x, want);
      Reg r = target(want, n->type);
      Reg v = expr(x, r);
      if (v != r) move(r, v, to.slots);
      return r;
    }
    case IrOp::BytesToStr: case IrOp::StrToBytes: case IrOp::RunesToStr: case IrOp::StrToRunes: case IrOp::RuneToStr: {
      Reg to = target(want, n->type);
      TempScope temps(*this);
      Reg v = expr(x);
      code.pos = n->pos;
      convertText(n, to, v);
      return to;
    }
    case IrOp::SliceToArrPtr: {
      Reg to = target(want, n->type);
      TempScope temps(*this);
      Reg v = expr(x);
      auto* arr = ir::underlyingAs<Array>(ir::underlyingAs<Pointer>(n->type)->base);
      code.pos = n->pos;
      emitW(Op::SliceToArr, to, v, 0, static_cast<uint64_t>(arr->len));
      return to;
    }
    case IrOp::SliceToArr: {
      Reg to = target(want, n->type);
      TempScope temps(*this);
      Reg v = expr(x), p = ptrTemp();
      code.pos = n->pos;
      auto* arr = ir::underlyingAs<Array>(n->type);
      emitW(Op::SliceToArr, p, v, 0, static_cast<uint64_t>(arr->len));
      if (slotsOfType(n->type)) loadMemory(to, p, 0, n->type);
      return to;
    }
    default: break;
  }
  Shape from = info(x->type).shape, to = info(n->type).shape;
  if (from == to && from != Shape::F32) return expr(x, want);
  Reg r = target(want, n->type);
  TempScope temps(*this);
  Reg v = expr(x);
  code.pos = n->pos;
  auto isWide = [](Shape s) { return s == Shape::C128; };
  if (to == Shape::C64 || to == Shape::C128) {
    if (isWide(from) == isWide(to)) {
      move(r, v, info(n->type).slots);
    } else {
      emit(isWide(to) ? Op::C64ToC128 : Op::C128ToC64, r, v);
    }
    return r;
  }
  bool fromFloat = isFloatShape(from), toFloat = isFloatShape(to);
  if (fromFloat && toFloat) {
    if (from == to) {
      move(r, v, 1);
    } else {
      emit(to == Shape::F32 ? Op::F64ToF32 : Op::F32ToF64, r, v);
    }
    return r;
  }
  if (toFloat) {
    bool d = to == Shape::F64;
    if (from == Shape::U64) {
      emit(d ? Op::U64ToF64 : Op::U64ToF32, r, v);
    } else {
      emit(d ? Op::I64ToF64 : Op::I64ToF32, r, v);
    }
    return r;
  }
  if (fromFloat) {
    bool d = from == Shape::F64;
    switch (to) {
      case Shape::I64: emit(d ? Op::F64ToI64 : Op::F32ToI64, r, v); break;
      case Shape::U64: case Shape::Ptr: emit(d ? Op::F64ToU64 : Op::F32ToU64, r, v); break;
      case Shape::U32: emit(d ? Op::F64ToU32 : Op::F32ToU32, r, v); break;
      default:
        emit(d ? Op::F64ToI32 : Op::F32ToI32, r, v);
        if (to != Shape::I32) extend(r, r, to);
        break;
    }
    return r;
  }
  // Integers: extension is needed unless every value of the source is represented alike in the target.
  int fb = bitsOf(from), tb = bitsOf(to);
  bool same = tb == 64 || (isSignedShape(from) == isSignedShape(to) ? fb <= tb : !isSignedShape(from) && fb < tb);
  if (same) {
    move(r, v, 1);
  } else {
    extend(r, v, to);
  }
  return r;
}

}  // namespace burrow::codegen
