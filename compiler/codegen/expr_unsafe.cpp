// The functions of package unsafe that run.
#include "compiler/codegen/func_gen.h"

namespace burrow::codegen {

Reg FuncGen::unsafeExpr(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  switch (n->op) {
    case IrOp::UnsafeAdd: {
      Reg x = expr(n->x), y = expr(n->y);
      emit(Op::AddI64, to, x, y);
      return to;
    }
    case IrOp::UnsafeSliceData: case IrOp::UnsafeStringData: {
      Reg x = expr(n->x);
      move(to, x, 1);
      return to;
    }
    default: break;
  }
  bool slice = n->op == IrOp::UnsafeSlice;
  // An own copy of the length: the checks branch, and results must not overwrite their operands.
  Reg p = exprTemp(n->x), len = exprTemp(n->y);
  code.pos = n->pos;
  uint64_t size = slice ? info(ir::underlyingAs<Slice>(n->type)->elem).size : 1;
  Label bad = code.newLabel(), nil = code.newLabel(), good = code.newLabel();
  branchTo(Op::BrLtImm, len, 0, bad);
  Label notNil = code.newLabel();
  branchTo(Op::BrNeImm, p, 0, notNil);
  branchTo(Op::BrEqImm, len, 0, good);
  code.jump(nil);
  code.bind(notNil);
  {
    TempScope inner(*this);
    Reg wide = temp(Kinds{false, false}), room = scalarTemp();
    loadInt(room, static_cast<int64_t>(size));
    emit(Op::MulWide, wide, len, room);
    branchTo(Op::BrNeImm, wide, 0, bad);
    emit(Op::NegI64, room, p);
    branchTo(Op::BrLeU64, wide + 1, room, good);
  }
  code.bind(bad);
  callRuntime(slice ? "panicunsafeslicelen" : "panicunsafestringlen", {}, 0);
  emit(Op::Unreachable);
  code.bind(nil);
  callRuntime(slice ? "panicunsafeslicenilptr" : "panicunsafestringnilptr", {}, 0);
  emit(Op::Unreachable);
  code.bind(good);
  move(to, p, 1);
  move(to + 1, len, 1);
  if (slice) move(to + 2, len, 1);
  return to;
}

}  // namespace burrow::codegen
