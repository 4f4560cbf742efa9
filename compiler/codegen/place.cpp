// Places: where values are, what stands for them, and their addresses.
#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

/// Whether the place is known by an index or key, not by an address that an offset can be added to.
static bool isElementPlace(const Place& p) { return p.kind == Place::Element || p.kind == Place::LocalArray || p.kind == Place::MapElement; }

bool FuncGen::isPlace(Node* n) {
  switch (n->op) {
    case IrOp::Name: case IrOp::Deref: case IrOp::DotPtr: case IrOp::Intrinsic: return true;
    case IrOp::Paren: case IrOp::Dot: case IrOp::ConvNop: return isPlace(n->x);
    case IrOp::Index: {
      Type* t = ir::underlying(n->x->type);
      return t->kind == TypeKind::Slice || (t->kind == TypeKind::Array && isPlace(n->x));
    }
    default: return false;
  }
}

/// Whether the place is behind a pointer (as opposed to in the frame), so that it can be copied from memory to memory.
bool FuncGen::isMemoryPlace(Node* n) {
  switch (n->op) {
    case IrOp::Name: {
      if (n->name->cls == ir::Class::Global) return true;
      return locOf(n->name).kind != VarLoc::Frame;
    }
    case IrOp::Deref: case IrOp::DotPtr: return true;
    case IrOp::Paren: case IrOp::Dot: case IrOp::ConvNop: return isMemoryPlace(n->x);
    case IrOp::Index: {
      Type* t = ir::underlying(n->x->type);
      return t->kind == TypeKind::Slice || (t->kind == TypeKind::Array && isMemoryPlace(n->x));
    }
    default: return false;
  }
}

Place FuncGen::field(const Place& p, int64_t offset) {
  BURROW_CHECK(!isElementPlace(p));
  Place r = p;
  r.offset += offset;
  r.part = true;
  return r;
}

Place FuncGen::toMemory(const Place& p, Type* t) {
  Place r;
  r.pos = p.pos;
  r.kind = Place::Memory;
  switch (p.kind) {
    case Place::Element:
      r.reg = ptrTemp();
      emitW(Op::IndexAddr, r.reg, p.reg, p.index, info(t).size);
      return r;
    case Place::LocalArray: {
      uint64_t size = info(t).size;
      r.reg = ptrTemp();
      unsigned slots = static_cast<unsigned>((static_cast<uint64_t>(p.count) * size + p.offset % 8 + 7) / 8);
      Reg base = p.reg + static_cast<Reg>(p.offset / 8);
      if (p.offset % 8 == 0) {
        Ins& in = emitW(Op::IndexLocal, r.reg, base, p.index, static_cast<uint64_t>(p.count));
        in.w[1] = size;
        in.n[1] = slots;
      } else {
        Ins& in = emit(Op::LocalAddr, r.reg, base, static_cast<Reg>(p.offset % 8));
        in.n[1] = slots;
        Ins& ix = emitW(Op::IndexArr, r.reg, r.reg, p.index, static_cast<uint64_t>(p.count));
        ix.w[1] = size;
      }
      return r;
    }
    case Place::MapElement:
      r.reg = ptrTemp();
      emitT(Op::MapGet, r.reg, p.reg, p.index, p.mapType).n[2] = slotsOfType(ir::underlyingAs<Map>(p.mapType)->key);
      return r;
    default: return p;
  }
}

Place FuncGen::place(Node* n, bool fix) {
  Place p;
  p.pos = n->pos;
  auto operand = [&](Node* x) { return fix ? exprTemp(x) : expr(x); };
  switch (n->op) {
    case IrOp::Paren: return place(n->x, fix);
    case IrOp::ConvNop:
      if (makesRawView(n)) noteRawView();
      if (isPlace(n->x)) return place(n->x, fix);
      break;
    case IrOp::Name: {
      Name* name = n->name;
      if (name->cls == ir::Class::Global) {
        p.kind = Place::Memory;
        p.reg = ptrTemp();
        loadSym(p.reg, u.symbol(name->symbol, name->package));
        return p;
      }
      VarLoc& v = locOf(name);
      if (v.kind == VarLoc::Frame) {
        p.kind = Place::Slots;
        p.reg = v.reg;
        p.addressed = v.addressed;
      } else if (v.kind == VarLoc::Box) {
        p.kind = Place::Memory;
        p.reg = v.reg;
      } else {
        p.kind = Place::Memory;
        p.reg = ctx_;
        p.offset = v.offset;
      }
      return p;
    }
    case IrOp::Intrinsic:
      p.kind = info(n->type).boxed ? Place::Memory : Place::Slots;
      p.reg = static_cast<Reg>(n->index);
      return p;
    case IrOp::Deref:
      p.kind = Place::Memory;
      p.reg = operand(n->x);
      code.pos = n->pos;
      return p;
    case IrOp::DotPtr: {
      p.kind = Place::Memory;
      p.reg = operand(n->x);
      p.offset = info(ir::underlyingAs<Pointer>(n->x->type)->base).offsets[n->index];
      p.part = true;
      code.pos = n->pos;
      return p;
    }
    case IrOp::Dot: {
      Place base = place(n->x, fix);
      if (isElementPlace(base)) base = toMemory(base, n->x->type);
      return field(base, info(n->x->type).offsets[n->index]);
    }
    case IrOp::IndexMap:
      p.kind = Place::MapElement;
      p.mapType = n->x->type;
      p.reg = operand(n->x);
      p.index = operand(n->y);
      code.pos = n->pos;
      return p;
    case IrOp::Index: {
      Type* t = ir::underlying(n->x->type);
      if (t->kind == TypeKind::Slice) {
        p.kind = Place::Element;
        p.reg = operand(n->x);
        p.index = operand(n->y);
        code.pos = n->pos;
        return p;
      }
      if (t->kind == TypeKind::Array) return elementOf(n, fix);
      break;
    }
    default: break;
  }
  p.kind = info(n->type).boxed ? Place::Memory : Place::Slots;
  p.reg = expr(n);
  return p;
}

/// The address of a map's element, which is made if it is not there.
Reg FuncGen::mapEntry(const Place& p) {
  Reg ptr = ptrTemp();
  Type* key = ir::underlyingAs<Map>(p.mapType)->key;
  emitTS(Op::MapSet, ptr, p.reg, p.index, p.mapType, u.site(code.pos, AllocKind::MapGrow, true, p.mapType)).n[2] =
      slotsOfType(key);
  return ptr;
}

void FuncGen::mapStore(const Place& p, Type* t, Reg v) {
  TempScope scope(*this);
  Reg ptr = mapEntry(p);
  if (slotsOfType(t)) storeMemory(ptr, 0, v, t);
}

Place FuncGen::elementOf(Node* n, bool fix) {
  auto* arr = ir::underlyingAs<Array>(n->x->type);
  uint64_t size = info(arr->elem).size;
  Place base = place(n->x, fix);
  if (isElementPlace(base)) base = toMemory(base, n->x->type);
  int64_t k;
  if (constInt(n->y, k) && k >= 0 && k < arr->len) {
    if (base.kind == Place::Memory && size == 0) emit(Op::NilCheck, base.reg);
    return field(base, k * static_cast<int64_t>(size));
  }
  Place p;
  p.pos = n->pos;
  Reg i = fix ? exprTemp(n->y) : expr(n->y);
  code.pos = n->pos;
  if (base.kind == Place::Memory) {
    Reg ptr = base.offset ? addPtr(base.reg, base.offset) : base.reg;
    p.kind = Place::Memory;
    p.reg = ptrTemp();
    emitW(Op::IndexArr, p.reg, ptr, i, static_cast<uint64_t>(arr->len)).w[1] = size;
    p.part = true;
    return p;
  }
  p.kind = Place::LocalArray;
  p.addressed = base.addressed;
  p.reg = base.reg;
  p.offset = base.offset;
  p.index = i;
  p.count = arr->len;
  return p;
}

Reg FuncGen::addressOfFrame(Reg r, int64_t offset, unsigned slots, Reg want) {
  Reg to = want != kNone ? want : ptrTemp();
  Reg at = r + static_cast<Reg>(offset / 8);
  emit(Op::LocalAddr, to, at, static_cast<Reg>(offset % 8)).n[1] = slots;
  return to;
}

Reg FuncGen::pointerTo(const Place& p, Type* t, Reg want) {
  switch (p.kind) {
    case Place::Memory: {
      if (p.offset == 0) {
        if (want == kNone) return p.reg;
        move(want, p.reg, 1);
        return want;
      }
      Reg to = want != kNone ? want : ptrTemp();
      emitW(Op::AddPtr, to, p.reg, 0, static_cast<uint64_t>(p.offset));
      return to;
    }
    case Place::Slots: {
      unsigned slots = static_cast<unsigned>((p.offset % 8 + info(t).size + 7) / 8);
      if (slots == 0) {  // a pointer to nothing: any address will do
        Reg to = want != kNone ? want : ptrTemp();
        loadSym(to, u.zeroBase());
        return to;
      }
      pin(p.reg + static_cast<Reg>(p.offset / 8), slots);
      return addressOfFrame(p.reg, p.offset, slots, want);
    }
    case Place::LocalArray: {
      unsigned slots = static_cast<unsigned>((static_cast<uint64_t>(p.count) * info(t).size + 7) / 8);
      pin(p.reg + static_cast<Reg>(p.offset / 8), slots);
      [[fallthrough]];
    }
    default: {
      Place m = toMemory(p, t);
      if (want == kNone) return m.reg;
      move(want, m.reg, 1);
      return want;
    }
  }
}

void FuncGen::assignTo(const Place& p, Type* t, Node* y) {
  TypeInfo& ti = info(t);
  while (y->op == IrOp::Paren) y = y->x;
  if ((ti.slots > 1 || ti.boxed) && (y->op == IrOp::Zero || (y->op == IrOp::Nil && ti.slots > 1))) {
    storeZero(p, t);
    return;
  }
  if (p.kind == Place::Slots) {
    if (isWholeSlots(p, ti)) {
      Reg at = p.reg + static_cast<Reg>(p.offset / 8);
      Reg r = expr(y, at);
      if (r != at) move(at, r, ti.slots);
      return;
    }
  } else if (ti.shape == Shape::Memory && (ti.slots > 3 || ti.boxed) && p.kind != Place::MapElement && isMemoryPlace(y)) {
    TempScope scope(*this);
    Place from = place(y);
    Reg src = pointerTo(from, t, kNone);
    Reg dst = pointerTo(p, t, kNone);
    emitT(Op::CopyTyped, dst, src, 0, t);
    return;
  }
  TempScope scope(*this);
  Reg v = expr(y);
  code.pos = p.pos.isKnown() ? p.pos : code.pos;
  store(p, t, v);
}

}  // namespace burrow::codegen
