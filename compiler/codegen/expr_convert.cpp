// Conversions between numbers, between strings, bytes and runes, and to arrays.
#include "compiler/codegen/func_gen.h"
#include "compiler/codegen/shapes.h"

namespace burrow::codegen {

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

/// []T to [N]T: checked for its length, and copied.
Reg FuncGen::convertToArray(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  Reg v = expr(n->x);
  bool pointer = n->op == IrOp::SliceToArrPtr;
  Reg p = pointer ? to : ptrTemp();
  auto* arr = ir::underlyingAs<Array>(pointer ? ir::underlyingAs<Pointer>(n->type)->base : n->type);
  code.pos = n->pos;
  emitW(Op::SliceToArr, p, v, 0, static_cast<uint64_t>(arr->len));
  if (!pointer && slotsOfType(n->type)) loadMemory(to, p, 0, n->type);
  return to;
}

Reg FuncGen::convert(Node* n, Reg want) {
  Node* x = n->x;
  Shape from = info(x->type).shape, to = info(n->type).shape;
  switch (n->op) {
    case IrOp::ConvNop: {
      if (makesRawView(n)) noteRawView();
      if (to == from && to != Shape::Memory) return expr(x, want);
      Reg r = target(want, n->type);
      move(r, expr(x, r), slotsOfType(n->type));
      return r;
    }
    case IrOp::BytesToStr: case IrOp::StrToBytes: case IrOp::RunesToStr: case IrOp::StrToRunes: case IrOp::RuneToStr: {
      Reg r = target(want, n->type);
      TempScope temps(*this);
      Reg v = expr(x);
      code.pos = n->pos;
      convertText(n, r, v);
      return r;
    }
    case IrOp::SliceToArrPtr: case IrOp::SliceToArr: return convertToArray(n, want);
    default: break;
  }
  if (from == to && from != Shape::F32) return expr(x, want);
  Reg r = target(want, n->type);
  TempScope temps(*this);
  Reg v = expr(x);
  code.pos = n->pos;
  convertNumber(r, to, v, from);
  return r;
}

/// Numbers of one shape as numbers of another one. A float32 may become one of its own: what had more bits has lost them already.
void FuncGen::convertNumber(Reg r, Shape to, Reg v, Shape from) {
  bool fromFloat = isFloatShape(from), toFloat = isFloatShape(to);
  if (from == to) {
    move(r, v, 1);
  } else if (isComplexShape(to)) {
    emit(to == Shape::C128 ? Op::C64ToC128 : Op::C128ToC64, r, v);
  } else if (fromFloat && toFloat) {
    emit(to == Shape::F32 ? Op::F64ToF32 : Op::F32ToF64, r, v);
  } else if (toFloat) {
    bool d = to == Shape::F64;
    if (from == Shape::U64) {
      emit(d ? Op::U64ToF64 : Op::U64ToF32, r, v);
    } else {
      emit(d ? Op::I64ToF64 : Op::I64ToF32, r, v);
    }
  } else if (fromFloat) {
    floatToInt(r, to, v, from == Shape::F64);
  } else {
    // Extension is needed unless every value of the source is represented alike in the target.
    int fb = bitsOf(from), tb = bitsOf(to);
    bool same = tb == 64 || (isSignedShape(from) == isSignedShape(to) ? fb <= tb : !isSignedShape(from) && fb < tb);
    extend(r, v, same ? Shape::I64 : to);
  }
}

void FuncGen::floatToInt(Reg r, Shape to, Reg v, bool f64) {
  switch (to) {
    case Shape::I64: emit(f64 ? Op::F64ToI64 : Op::F32ToI64, r, v); break;
    case Shape::U64: case Shape::Ptr: emit(f64 ? Op::F64ToU64 : Op::F32ToU64, r, v); break;
    case Shape::U32: emit(f64 ? Op::F64ToU32 : Op::F32ToU32, r, v); break;
    default:
      emit(f64 ? Op::F64ToI32 : Op::F32ToI32, r, v);
      if (to != Shape::I32) extend(r, r, to);
      break;
  }
}

}  // namespace burrow::codegen
