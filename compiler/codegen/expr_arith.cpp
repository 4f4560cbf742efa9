// Arithmetic.
#include "compiler/codegen/func_gen.h"
#include "compiler/codegen/shapes.h"
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

Op signedDivision(Shape s) {
  switch (s) {
    case Shape::I8: return Op::DivI8;
    case Shape::I16: return Op::DivI16;
    case Shape::I32: return Op::DivI32;
    default: return Op::DivI64;
  }
}

Op intOp(IrOp op, Shape s) {
  bool isSigned = isSignedShape(s);
  switch (op) {
    case IrOp::Add: return withWidth(Op::AddI8, s);
    case IrOp::Sub: return withWidth(Op::SubI8, s);
    case IrOp::Mul: return withWidth(Op::MulI8, s);
    case IrOp::Div: return isSigned ? signedDivision(s) : Op::DivU64;
    case IrOp::Rem: return isSigned ? Op::RemI64 : Op::RemU64;
    case IrOp::And: return Op::And;
    case IrOp::Or: return Op::Or;
    case IrOp::Xor: return Op::Xor;
    case IrOp::AndNot: return Op::AndNot;
    case IrOp::Shl: return withWidth(Op::ShlI8, s);
    case IrOp::Shr: return isSigned ? Op::ShrI64 : Op::ShrU64;
    default: BURROW_UNREACHABLE();
  }
}

Op floatOp(IrOp op, bool f64) {
  switch (op) {
    case IrOp::Add: return f64 ? Op::AddF64 : Op::AddF32;
    case IrOp::Sub: return f64 ? Op::SubF64 : Op::SubF32;
    case IrOp::Mul: return f64 ? Op::MulF64 : Op::MulF32;
    case IrOp::Div: return f64 ? Op::DivF64 : Op::DivF32;
    default: BURROW_UNREACHABLE();
  }
}

bool isPowerOfTwo(int64_t k) { return k > 0 && (k & (k - 1)) == 0; }
Reg log2Of(int64_t k) { return __builtin_ctzll(static_cast<uint64_t>(k)); }

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
  if (isIntShape(s) || s == Shape::Ptr) {
    int64_t k = 0;
    bool isConst = yNode && constInt(yNode, k);
    if (isConst && arithConst(op, s, x, k, to)) return to;
    if (y == kNone) y = expr(yNode);
    // A shift count may be negative only where it is signed.
    if ((op == IrOp::Shl || op == IrOp::Shr) && !isConst && isSignedShape(info(yType).shape)) emit(Op::CheckShift, y);
    emit(intOp(op, s), to, x, y);
    return to;
  }
  if (s == Shape::String) {
    Reg block = temp(Kinds{true, false, true, false});
    if (y == kNone) y = expr(yNode);
    move(block, x, 2);
    move(block + 2, y, 2);
    emitW(Op::StrConcat, to, block, 2, u.site(code.pos, AllocKind::String, true, t, {}, "what += makes is always on the heap")).n[1] = 4;
    return to;
  }
  if (y == kNone) y = expr(yNode);
  if (isComplexShape(s)) return complexArith(op, t, x, y, to);
  emit(floatOp(op, s == Shape::F64), to, x, y);
  return to;
}

/// x op k where k is part of the instruction; false if there is none of that kind.
bool FuncGen::arithConst(IrOp op, Shape s, Reg x, int64_t k, Reg to) {
  bool isSigned = isSignedShape(s);
  switch (op) {
    case IrOp::Add:
      if (!fitsI16(k)) return false;
      emit(immediateAdd(s), to, x, static_cast<Reg>(k));
      return true;
    case IrOp::Sub:
      if (k == INT64_MIN || !fitsI16(-k)) return false;
      emit(immediateAdd(s), to, x, static_cast<Reg>(-k));
      return true;
    case IrOp::Mul:
      if (bitsOf(s) != 64) return false;
      if (isPowerOfTwo(k)) {
        emit(Op::ShlImmI64, to, x, log2Of(k));
        return true;
      }
      if (!fitsI16(k)) return false;
      emit(Op::MulImmI64, to, x, static_cast<Reg>(k));
      return true;
    case IrOp::Div:
      if (isSigned || !isPowerOfTwo(k)) return false;
      emit(Op::ShrImmU64, to, x, log2Of(k));
      return true;
    case IrOp::Rem:
      if (isSigned || !isPowerOfTwo(k) || k > 0x10000) return false;
      emit(Op::AndImm, to, x, static_cast<Reg>(k - 1));
      return true;
    case IrOp::And:
      if (k < 0 || k > 0xffff) return false;
      emit(Op::AndImm, to, x, static_cast<Reg>(k));
      return true;
    case IrOp::Shl: case IrOp::Shr:
      if (k < 0) return false;
      shiftConst(op == IrOp::Shl, s, x, static_cast<uint64_t>(k), to);
      return true;
    default: return false;
  }
}

void FuncGen::shiftConst(bool left, Shape s, Reg x, uint64_t count, Reg to) {
  int bits = bitsOf(s);
  if (!left && isSignedShape(s)) {
    emit(Op::ShrImmI64, to, x, static_cast<Reg>(std::min<uint64_t>(count, 63)));
  } else if (count >= static_cast<uint64_t>(bits)) {
    zero(to, 1);
  } else if (left) {
    emit(Op::ShlImmI64, to, x, static_cast<Reg>(count));
    if (bits < 64) extend(to, to, s);
  } else {
    emit(Op::ShrImmU64, to, x, static_cast<Reg>(count));
  }
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

}  // namespace burrow::codegen
