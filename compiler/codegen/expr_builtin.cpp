// Predeclared functions that are values of their own: len, cap, copy, min, max, complex, real, imag.
#include "compiler/codegen/func_gen.h"

namespace burrow::codegen {

// ---- Lengths

/// len or cap of an array, or of what p points to: known, but *p wants a p.
Reg FuncGen::arrayLength(Node* n, int64_t length, Reg want) {
  {
    TempScope temps(*this);
    Node* x = strip(n->x);
    bool checked = false;
    while (x->op == IrOp::Deref || x->op == IrOp::Paren) {
      checked |= x->op == IrOp::Deref && !x->implicit;
      x = x->x;
    }
    if (checked) {
      emit(Op::NilCheck, expr(x));
    } else if (x->op != IrOp::Name) {
      expr(x);
    }
  }
  Reg to = target(want, n->type);
  loadInt(to, length);
  return to;
}

/// One slot of a string or slice that lies in memory.
Reg FuncGen::partInMemory(Node* x, int part, Type* t, Reg want) {
  Reg to = target(want, t);
  TempScope temps(*this);
  Place p = place(x);
  if (p.kind == Place::Element) p = toMemory(p, x->type);
  p.offset += 8 * part;
  loadMemory(to, p.reg, p.offset, t);
  return to;
}

Reg FuncGen::lenCap(Node* n, Reg want) {
  bool cap = n->op == IrOp::Cap;
  Type* t = ir::underlying(n->x->type);
  if (auto* p = as<Pointer>(t)) t = ir::underlying(p->base);
  if (auto* arr = as<Array>(t)) return arrayLength(n, arr->len, want);
  if (t->kind == TypeKind::Map || t->kind == TypeKind::Chan) {
    Reg to = target(want, n->type);
    TempScope temps(*this);
    Reg x = expr(n->x);
    emit(t->kind == TypeKind::Map ? Op::MapLen : cap ? Op::ChanCap : Op::ChanLen, to, x);
    return to;
  }
  int part = cap ? 2 : 1;
  Node* x = strip(n->x);
  if (isPlace(x) && isMemoryPlace(x)) return partInMemory(x, part, n->type, want);
  if (x->op == IrOp::BytesToStr && !cap) return lengthOf(x->x, want);
  if (x->op == IrOp::StrToRunes && !cap) return runeCount(x->x, want);
  if (isPlace(x)) {  // in the frame: only the one slot is wanted
    Node* root = x;
    while (root->op == IrOp::Dot || root->op == IrOp::Paren || root->op == IrOp::ConvNop) root = root->x;
    if (root->op == IrOp::Name) {
      Place p = place(x);
      Reg at = p.reg + static_cast<Reg>(p.offset / 8) + part;
      if (want == kNone && !p.addressed) return at;
      Reg to = target(want, n->type);
      move(to, at, 1);
      return to;
    }
  }
  return moved(expr(x) + part, want, 1);
}

/// len of a slice or string.
Reg FuncGen::lengthOf(Node* x, Reg want) {
  Reg to = want != kNone ? want : scalarTemp();
  TempScope temps(*this);
  Reg v = expr(x);
  move(to, v + 1, 1);
  return to;
}

/// len([]rune(s)), without the slice.
Reg FuncGen::runeCount(Node* x, Reg want) {
  Reg to = want != kNone ? want : scalarTemp();
  TempScope temps(*this);
  Reg s = temp(x->type), next = scalarTemp(), count = scalarTemp(), rune = scalarTemp();
  Reg v = expr(x, s);
  move(s, v, 2);
  zero(next, 1);
  zero(count, 1);
  Label body = code.newLabel(), cond = code.newLabel();
  code.jump(cond);
  code.bind(body);
  emit(Op::DecodeRune, rune, s, next);
  emit(Op::AddImmI64, count, count, 1);
  code.bind(cond);
  branchTo(Op::BrLtI64, next, s + 1, body);
  move(to, count, 1);
  return to;
}

// ---- copy, min, max

Reg FuncGen::copyExpr(Node* n, Reg want) {
  Reg to = want != kNone ? want : scalarTemp();
  TempScope temps(*this);
  hoistAll({&n->x, &n->y});
  Reg dst = expr(n->x), src = expr(n->y);
  code.pos = n->pos;
  if (isString(ir::underlying(n->y->type))) {
    emit(Op::CopyStr, to, dst, src);
  } else {
    emitT(Op::CopySlice, to, dst, src, ir::underlyingAs<Slice>(n->x->type)->elem);
  }
  return to;
}

/// The smaller or greater string of acc and y, in acc; of equal ones acc stays.
void FuncGen::minMaxString(bool max, Reg acc, Reg y) {
  Reg less = scalarTemp();
  Label keep = code.newLabel();
  emit(Op::LtStr, less, max ? acc : y, max ? y : acc);
  branch1(Op::BrFalse, less, keep);
  move(acc, y, 2);
  code.bind(keep);
}

static Op minMaxOp(bool max, Shape s) {
  switch (s) {
    case Shape::F64: return max ? Op::MaxF64 : Op::MinF64;
    case Shape::F32: return max ? Op::MaxF32 : Op::MinF32;
    case Shape::U8: case Shape::U16: case Shape::U32: case Shape::U64: return max ? Op::MaxU64 : Op::MinU64;
    default: return max ? Op::MaxI64 : Op::MinI64;
  }
}

Reg FuncGen::minMax(Node* n, Reg want) {
  bool max = n->op == IrOp::Max;
  TypeInfo& ti = info(n->type);
  Reg acc = buildTarget(n, want);
  {
    TempScope temps(*this);
    Reg first = expr(n->list[0], acc);
    move(acc, first, ti.slots);
    for (size_t i = 1; i < n->list.size(); ++i) {
      TempScope inner(*this);
      Reg y = expr(n->list[i]);
      if (ti.shape == Shape::String) {
        minMaxString(max, acc, y);
      } else {
        emit(minMaxOp(max, ti.shape), acc, acc, y);
      }
    }
  }
  return moved(acc, want, ti.slots);
}

// ---- Complex numbers

Reg FuncGen::complexExpr(Node* n, Reg want) {
  Reg to = buildTarget(n, want);
  TempScope temps(*this);
  if (info(n->type).shape == Shape::C128) {
    Reg re = expr(n->x, to);
    move(to, re, 1);
    Reg im = expr(n->y, to + 1);
    move(to + 1, im, 1);
  } else {
    Reg re = expr(n->x), im = expr(n->y), t = scalarTemp();
    emit(Op::ShlImmI64, t, im, 32);
    emit(Op::Or, to, re, t);
  }
  return moved(to, want, slotsOfType(n->type));
}

/// real(x), imag(x)
Reg FuncGen::complexPart(Node* n, Reg want) {
  bool imag = n->op == IrOp::Imag;
  if (info(n->x->type).shape == Shape::C128) return moved(expr(n->x) + imag, want, 1);
  Reg to = target(want, n->type);
  TempScope temps(*this);
  Reg x = expr(n->x);
  if (imag) {
    emit(Op::ShrImmU64, to, x, 32);
  } else {
    emit(Op::ExtU32, to, x);
  }
  return to;
}

}  // namespace burrow::codegen
