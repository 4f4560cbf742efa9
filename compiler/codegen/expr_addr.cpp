// Addresses and new objects: &x, &T{…}, new.
#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

Reg FuncGen::newObject(Node* at, Type* t, AllocKind kind, Reg want) {
  Reg to = want != kNone ? want : ptrTemp();
  TypeInfo& ti = info(t);
  if (ti.size == 0) {
    loadSym(to, u.zeroBase());
    return to;
  }
  Reg in = ti.boxed ? kNone : storage(at, kindsOf(t));
  if (in != kNone) {
    emitTS(Op::NewStack, to, in, static_cast<Reg>(ti.slots), t, site(at, kind, t, true)).n[1] = ti.slots;
  } else {
    emitTS(Op::NewHeap, to, 0, 0, t, site(at, kind, t, false));
  }
  return to;
}

/// &T{…}
Reg FuncGen::pointerLit(Node* n, Reg want) {
  Type* t = n->x->type;
  TypeInfo& ti = info(t);
  Reg in = ti.boxed ? kNone : storage(n, kindsOf(t));
  if (in != kNone) {
    // Filled in place: nothing refers to it yet.
    fillLit(n->x, Place::inSlots(in, n->pos), false);
    Reg to = want != kNone ? want : ptrTemp();
    code.pos = n->pos;
    emitTS(Op::NewStack, to, in, 0, t, site(n, AllocKind::New, t, true)).n[1] = ti.slots;
    return to;
  }
  Reg to = buildTarget(n, want);
  newObject(n, t, AllocKind::New, to);
  fillLit(n->x, Place::inMemory(to, n->pos), true);
  return moved(to, want, 1);
}

/// Whether a place is reached through a pointer of the program's own, which may be nil.
static bool behindPointer(Node* x) {
  for (;;) {
    switch (x->op) {
      case IrOp::Deref: case IrOp::DotPtr: return true;
      case IrOp::Paren: case IrOp::Dot: case IrOp::ConvNop: x = x->x; continue;
      case IrOp::Index:
        if (ir::underlying(x->x->type)->kind != TypeKind::Array) return false;
        x = x->x;
        continue;
      default: return false;
    }
  }
}

Reg FuncGen::addr(Node* n, Reg want) {
  Node* x = n->x;
  while (x->op == IrOp::Paren) x = x->x;
  if (x->op == IrOp::Name && x->name->cls == ir::Class::Global) {
    Reg to = want != kNone ? want : ptrTemp();
    loadSym(to, u.symbol(x->name->symbol, x->name->package));
    return to;
  }
  if (x->op == IrOp::Deref) {
    Reg p = expr(x->x, want);
    code.pos = x->pos;
    emit(Op::NilCheck, p);
    return p;
  }
  if (x->op == IrOp::StructLit || x->op == IrOp::ArrayLit || x->op == IrOp::SliceLit || x->op == IrOp::MapLit) {
    Reg to = ptrTemp();
    Reg v = expr(x);
    newObject(n, x->type, AllocKind::New, to);
    if (slotsOfType(x->type)) storeMemory(to, 0, v, x->type);
    return moved(to, want, 1);
  }
  Reg to = want != kNone ? want : ptrTemp();
  TempScope temps(*this);
  Place p = place(x);
  code.pos = n->pos;
  if (p.kind == Place::Memory && p.offset == 0) {
    if (behindPointer(x)) emit(Op::NilCheck, p.reg);
    move(to, p.reg, 1);
    return to;
  }
  if ((p.kind == Place::Slots || p.kind == Place::LocalArray) && slotsOfType(x->type)) BURROW_CHECK(p.addressed);
  Reg got = pointerTo(p, x->type, to);
  move(to, got, 1);
  return to;
}

/// new(T), or new(x): a pointer to a copy of x.
Reg FuncGen::newExpr(Node* n, Reg want) {
  Type* t = n->typeArg ? n->typeArg : ir::underlyingAs<Pointer>(n->type)->base;
  if (!n->x) return newObject(n, t, AllocKind::New, want);
  Reg to = want != kNone ? want : ptrTemp();
  TempScope temps(*this);
  Reg v = expr(n->x);
  Reg p = mentions(n->x, to, 1) || isOutgoing(to) ? ptrTemp() : to;
  newObject(n, t, AllocKind::New, p);
  if (slotsOfType(t)) storeMemory(p, 0, v, t);
  move(to, p, 1);
  return to;
}

}  // namespace burrow::codegen
