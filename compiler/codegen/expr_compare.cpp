// Comparisons and conditions, as values and as branches.
#include "compiler/codegen/func_gen.h"
#include "compiler/codegen/shapes.h"

namespace burrow::codegen {

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

// ---- Values

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
  if (info(n->x->type).shape == Shape::String) shareBytes(n->x), shareBytes(n->y);
  if (n->op == IrOp::Eq || n->op == IrOp::Ne) return equality(n, to);
  Reg x = expr(n->x), y = expr(n->y);
  code.pos = n->pos;
  IrOp op = n->op;
  if (op == IrOp::Gt || op == IrOp::Ge) {
    std::swap(x, y);
    op = swapped(op);
  }
  bool lt = op == IrOp::Lt;
  Op o;
  switch (Shape s = info(n->x->type).shape) {
    case Shape::F64: o = lt ? Op::LtF64 : Op::LeF64; break;
    case Shape::F32: o = lt ? Op::LtF32 : Op::LeF32; break;
    case Shape::String: o = lt ? Op::LtStr : Op::LeStr; break;
    default: o = isSignedShape(s) ? (lt ? Op::LtI64 : Op::LeI64) : (lt ? Op::LtU64 : Op::LeU64); break;
  }
  emit(o, to, x, y);
  return to;
}

/// x == y (or !=) into `to`; with a constant, or with what lies in memory, where that is shorter.
Reg FuncGen::equality(Node* n, Reg to) {
  Type* t = n->x->type;
  Shape s = info(t).shape;
  bool ne = n->op == IrOp::Ne;
  Node *xn = n->x, *yn = n->y;
  auto equalsConst = [&](Reg x, int64_t k) {
    emit(Op::EqImm, to, x, static_cast<Reg>(k));
    if (ne) emit(Op::NotBool, to, to);
    return to;
  };
  if (isNilNode(xn) && !isNilNode(yn)) std::swap(xn, yn);
  // Pointers, maps, slices, functions, interfaces: the first word is nil.
  if (isNilNode(yn) && s != Shape::Memory) return equalsConst(expr(xn), 0);
  int64_t k;
  if (isIntShape(s) && constInt(xn, k) && !constInt(yn, k)) std::swap(xn, yn);
  if ((isIntShape(s) || s == Shape::Ptr) && constInt(yn, k) && fitsI16(k)) {
    Reg x = expr(xn);
    code.pos = n->pos;
    return equalsConst(x, k);
  }
  if (s == Shape::String && (isEmptyString(xn) || isEmptyString(yn))) return equalsConst(expr(isEmptyString(yn) ? xn : yn) + 1, 0);
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

Reg FuncGen::logical(Node* n, Reg want) {
  Reg to = want != kNone && !isOutgoing(want) && !mentions(n, want, 1) ? want : scalarTemp();
  Label other = code.newLabel(), end = code.newLabel();
  {
    TempScope temps(*this);
    branch(n, other, false);
    loadInt(to, 1);
    code.jump(end);
    code.bind(other);
    loadInt(to, 0);
    code.bind(end);
  }
  return moved(to, want, 1);
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

static Op floatBranch(IrOp op, bool sense, bool f64) {
  switch (op) {
    case IrOp::Eq: case IrOp::Ne: {
      bool eq = (op == IrOp::Eq) == sense;
      return eq ? (f64 ? Op::BrEqF64 : Op::BrEqF32) : (f64 ? Op::BrNeF64 : Op::BrNeF32);
    }
    // Not less is not the same as greater or equal: one may be no number.
    case IrOp::Lt: return sense ? (f64 ? Op::BrLtF64 : Op::BrLtF32) : (f64 ? Op::BrNotLtF64 : Op::BrNotLtF32);
    default: return sense ? (f64 ? Op::BrLeF64 : Op::BrLeF32) : (f64 ? Op::BrNotLeF64 : Op::BrNotLeF32);
  }
}

bool FuncGen::branchCompare(Node* n, Label l, bool sense) {
  IrOp op = n->op;
  if (op < IrOp::Eq || op > IrOp::Ge) return false;
  Node *xn = n->x, *yn = n->y;
  Shape s = info(xn->type).shape;
  code.pos = n->pos;
  if (isFloatShape(s)) {
    Reg x = expr(xn), y = expr(yn);
    if (op == IrOp::Gt || op == IrOp::Ge) {
      std::swap(x, y);
      op = swapped(op);
    }
    branchTo(floatBranch(op, sense, s == Shape::F64), x, y, l);
    return true;
  }
  bool equality = op == IrOp::Eq || op == IrOp::Ne;
  bool eq = (op == IrOp::Eq) == sense;
  if (equality && (isNilNode(xn) || isNilNode(yn)) && s != Shape::Memory) {
    Reg x = expr(isNilNode(yn) ? xn : yn);
    code.pos = n->pos;
    branchTo(eq ? Op::BrEqImm : Op::BrNeImm, x, 0, l);
    return true;
  }
  if (equality && s == Shape::String) {
    branchStrings(n, l, eq);
    return true;
  }
  if (!isIntShape(s) && s != Shape::Ptr) return false;
  branchNumbers(sense ? op : negated(op), n, l);
  return true;
}

void FuncGen::branchStrings(Node* n, Label l, bool eq) {
  Node *xn = n->x, *yn = n->y;
  if (isEmptyString(xn) || isEmptyString(yn)) {
    Reg x = expr(isEmptyString(yn) ? xn : yn);
    branchTo(eq ? Op::BrEqImm : Op::BrNeImm, x + 1, 0, l);
    return;
  }
  shareBytes(xn), shareBytes(yn);
  Reg x = expr(xn), y = expr(yn);
  code.pos = n->pos;
  branchTo(eq ? Op::BrEqStr : Op::BrNeStr, x, y, l);
}

/// The branch that compares with a number; Mov if there is none. `isSigned`: so the operands may be compared.
static Op immediateBranch(IrOp op, bool isSigned, bool zero) {
  switch (op) {
    case IrOp::Eq: return Op::BrEqImm;
    case IrOp::Ne: return Op::BrNeImm;
    case IrOp::Lt: return isSigned ? Op::BrLtImm : Op::Mov;
    case IrOp::Le: return isSigned ? Op::BrLeImm : Op::Mov;
    case IrOp::Gt: return isSigned ? Op::BrGtImm : zero ? Op::BrNeImm : Op::Mov;
    default: return isSigned ? Op::BrGeImm : Op::Mov;
  }
}

/// Jumps if `op` holds between the operands of n, integers or pointers.
void FuncGen::branchNumbers(IrOp op, Node* n, Label l) {
  Node *xn = n->x, *yn = n->y;
  Shape s = info(xn->type).shape;
  int64_t k;
  if (constInt(xn, k) && !constInt(yn, k)) {
    std::swap(xn, yn);
    op = swapped(op);
  }
  bool isSigned = isSignedShape(s) || s == Shape::Ptr;
  if (constInt(yn, k) && fitsI16(k)) {
    // Unsigned numbers narrower than a word are never negative in their slots: signed comparison does.
    if (Op o = immediateBranch(op, isSigned || (bitsOf(s) < 64 && k >= 0), k == 0); o != Op::Mov) {
      Reg x = expr(xn);
      code.pos = n->pos;
      branchTo(o, x, static_cast<Reg>(k), l);
      return;
    }
  }
  Reg x = expr(xn), y = expr(yn);
  code.pos = n->pos;
  if (op == IrOp::Gt || op == IrOp::Ge) {
    std::swap(x, y);
    op = swapped(op);
  }
  switch (op) {
    case IrOp::Eq: branchTo(Op::BrEq, x, y, l); break;
    case IrOp::Ne: branchTo(Op::BrNe, x, y, l); break;
    case IrOp::Lt: branchTo(isSigned ? Op::BrLtI64 : Op::BrLtU64, x, y, l); break;
    default: branchTo(isSigned ? Op::BrLeI64 : Op::BrLeU64, x, y, l); break;
  }
}

}  // namespace burrow::codegen
