// The functions of package unsafe that run, and what its pointers become.
#include "compiler/codegen/func_gen.h"

namespace burrow::codegen {

/// Whether the conversion makes of an unsafe.Pointer one by which numbers may be stored.
bool FuncGen::makesRawView(const Node* n) {
  auto* from = burrow::as<Basic>(ir::underlying(n->x->type));
  auto* to = ir::underlyingAs<Pointer>(n->type);
  if (!from || from->basic != BasicKind::UnsafePointer || !to || n == onlyRead_) return false;
  TypeInfo& t = info(to->base);
  return t.shape != Shape::Ptr && t.shape != Shape::String && t.shape != Shape::Iface && t.size;
}

/// Compiled code trusts that numbers are stored where numbers are: not in this function, and nowhere in a program whose own packages do this.
/// Of std, only these look at slices and strings as structs of their own; other code has pointers of the type that the memory has.
void FuncGen::noteRawView() {
  std::string_view package = code.inl ? u.unit.inlineTree[code.inl].package : f.package;
  bool std = u.options.std || (u.options.isStd && u.options.isStd(package));
  bool headers = package == "reflect" || package == "internal/reflectlite" || package == "runtime";
  rawViews_ |= !std || headers;
  if (!std) u.image.setRawViews();
}

/// *(*T)(p), (*T)(p).f: the conversion, if all that is done by it is to read a value that holds no slice.
const Node* FuncGen::onlyRead(const Node* n) {
  TypeInfo& t = info(n->type);
  if (t.hasPointers() && t.shape != Shape::Ptr && t.shape != Shape::String) return nullptr;
  const Node* x = n->x;
  while (x->op == IrOp::Paren) x = x->x;
  return x->op == IrOp::ConvNop ? x : nullptr;
}

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
  if (slice) noteRawView();
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
