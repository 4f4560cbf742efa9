// Places: where values are, and how they get in and out of registers.
#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

namespace {

constexpr int64_t kMaxOffset = 0xffff;

bool isWordShape(Shape s) {
  switch (s) {
    case Shape::I64: case Shape::U64: case Shape::F64: case Shape::Ptr: case Shape::String: case Shape::Slice:
    case Shape::Iface: case Shape::C64: case Shape::C128: return true;
    default: return false;
  }
}

Op loadOp(Shape s) {
  switch (s) {
    case Shape::I8: return Op::LoadI8;
    case Shape::U8: return Op::LoadU8;
    case Shape::I16: return Op::LoadI16;
    case Shape::U16: return Op::LoadU16;
    case Shape::I32: return Op::LoadI32;
    case Shape::U32: case Shape::F32: return Op::LoadU32;
    case Shape::String: case Shape::Iface: case Shape::C128: return Op::Load2;
    case Shape::Slice: return Op::Load3;
    default: return Op::Load64;
  }
}

Op storeOp(Shape s) {
  switch (s) {
    case Shape::I8: case Shape::U8: return Op::Store8;
    case Shape::I16: case Shape::U16: return Op::Store16;
    case Shape::I32: case Shape::U32: case Shape::F32: return Op::Store32;
    case Shape::Ptr: return Op::StorePtr;
    case Shape::String: return Op::StoreStr;
    case Shape::Iface: return Op::StoreIface;
    case Shape::Slice: return Op::StoreSlice;
    default: return Op::Store64;
  }
}

/// The Store opcode for a value in memory layout, or StoreTyped/StoreN if none fits.
Op memoryStoreOp(const TypeInfo& ti) {
  if (!ti.hasPointers()) return ti.size == 8 ? Op::Store64 : Op::StoreN;
  if (ti.size == 8) return Op::StorePtr;
  auto ptr = [&](size_t i) { return i < ti.ptrs.size() && ti.ptrs[i]; };
  if (ti.size == 16 && ptr(0)) return ptr(1) ? Op::StoreIface : Op::StoreStr;
  if (ti.size == 24 && ptr(0) && !ptr(1) && !ptr(2)) return Op::StoreSlice;
  return Op::StoreTyped;
}

}  // namespace

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
  Place r = p;
  if (p.kind == Place::Element || p.kind == Place::LocalArray || p.kind == Place::MapElement) {
    BURROW_CHECK(false);
  }
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
      if (base.kind == Place::Element || base.kind == Place::LocalArray || base.kind == Place::MapElement) {
        base = toMemory(base, n->x->type);
      }
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
      if (auto* arr = as<Array>(t)) {
        uint64_t size = info(arr->elem).size;
        Place base = place(n->x, fix);
        if (base.kind == Place::Element || base.kind == Place::LocalArray || base.kind == Place::MapElement) {
          base = toMemory(base, n->x->type);
        }
        int64_t k;
        if (constInt(n->y, k) && k >= 0 && k < arr->len) {
          if (base.kind == Place::Memory && size == 0) emit(Op::NilCheck, base.reg);
          return field(base, k * static_cast<int64_t>(size));
        }
        Reg i = operand(n->y);
        code.pos = n->pos;
        if (base.kind == Place::Memory) {
          Reg ptr = base.reg;
          if (base.offset) {
            ptr = ptrTemp();
            emitW(Op::AddPtr, ptr, base.reg, 0, static_cast<uint64_t>(base.offset));
          }
          p.kind = Place::Memory;
          p.reg = ptrTemp();
          Ins& in = emitW(Op::IndexArr, p.reg, ptr, i, static_cast<uint64_t>(arr->len));
          in.w[1] = size;
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
      break;
    }
    default: break;
  }
  p.kind = info(n->type).boxed ? Place::Memory : Place::Slots;
  p.reg = expr(n);
  return p;
}

void FuncGen::loadMemory(Reg to, Reg base, int64_t offset, Type* t) {
  TypeInfo& ti = info(t);
  if (ti.shape == Shape::Empty) {
    emit(Op::NilCheck, base);
    return;
  }
  if (offset < 0 || offset > kMaxOffset) {
    TempScope scope(*this);
    Reg p = ptrTemp();
    emitW(Op::AddPtr, p, base, 0, static_cast<uint64_t>(offset));
    loadMemory(to, p, 0, t);
    return;
  }
  if (ti.boxed) {
    TempScope scope(*this);
    Reg from = ptrTemp(), cell = ptrTemp();
    emitW(Op::AddPtr, from, base, 0, static_cast<uint64_t>(offset));
    emitTS(Op::NewHeap, cell, 0, 0, t, u.site(code.pos, AllocKind::Variable, true, t));
    emitT(Op::CopyTyped, cell, from, 0, t);
    move(to, cell, 1);
    return;
  }
  Reg c = static_cast<Reg>(offset);
  if (ti.shape != Shape::Memory) {
    emit(loadOp(ti.shape), to, base, c);
  } else if (ti.size == 8) {
    emit(Op::Load64, to, base, c);
  } else if (ti.size == 16) {
    emit(Op::Load2, to, base, c);
  } else if (ti.size == 24) {
    emit(Op::Load3, to, base, c);
  } else {
    emitW(Op::LoadN, to, base, c, uint64_t{ti.slots} | ti.size << 32);
  }
}

void FuncGen::storeMemory(Reg base, int64_t offset, Reg v, Type* t) {
  TypeInfo& ti = info(t);
  if (ti.shape == Shape::Empty) {
    emit(Op::NilCheck, base);
    return;
  }
  if (offset < 0 || offset > kMaxOffset) {
    TempScope scope(*this);
    Reg p = ptrTemp();
    emitW(Op::AddPtr, p, base, 0, static_cast<uint64_t>(offset));
    storeMemory(p, 0, v, t);
    return;
  }
  if (ti.boxed) {
    TempScope scope(*this);
    Reg to = ptrTemp();
    emitW(Op::AddPtr, to, base, 0, static_cast<uint64_t>(offset));
    emitT(Op::CopyTyped, to, v, 0, t);
    return;
  }
  Reg c = static_cast<Reg>(offset);
  if (ti.shape == Shape::C128) {
    emitW(Op::StoreN, base, v, c, 2 | uint64_t{16} << 32);
    return;
  }
  if (ti.shape != Shape::Memory) {
    emit(storeOp(ti.shape), base, v, c);
    return;
  }
  Op op = memoryStoreOp(ti);
  if (op == Op::StoreTyped) {
    Ins& in = emitT(op, base, v, c, t);
    in.n[1] = ti.slots;
    in.w[1] = ti.slots;
  } else if (op == Op::StoreN) {
    emitW(op, base, v, c, uint64_t{ti.slots} | ti.size << 32);
  } else {
    emit(op, base, v, c);
  }
}

Reg FuncGen::load(const Place& p, Type* t, Reg want) {
  TypeInfo& ti = info(t);
  switch (p.kind) {
    case Place::Slots: {
      if (ti.slots == 0) return want != kNone ? want : p.reg;
      Reg at = p.reg + static_cast<Reg>(p.offset / 8);
      int64_t byte = p.offset % 8;
      bool words = byte == 0 && (isWordShape(ti.shape) || ti.shape == Shape::Memory);
      if (words || !(p.part || p.addressed)) {
        if (want == kNone && !p.addressed) return at;
        Reg to = target(want, t);
        move(to, at, ti.slots);
        return to;
      }
      Reg to = target(want, t);
      Op op;
      switch (ti.shape) {
        case Shape::I8: op = Op::GetSubI8; break;
        case Shape::U8: op = Op::GetSubU8; break;
        case Shape::I16: op = Op::GetSubI16; break;
        case Shape::U16: op = Op::GetSubU16; break;
        case Shape::I32: op = Op::GetSubI32; break;
        case Shape::U32: case Shape::F32: op = Op::GetSubU32; break;
        default: {
          Ins& in = emitW(Op::FrameCopy, to, at, 0, static_cast<uint64_t>(byte) << 32);
          in.w[1] = ti.size;
          in.n[0] = ti.slots;
          in.n[1] = static_cast<uint32_t>((byte + ti.size + 7) / 8);
          return to;
        }
      }
      emit(op, to, at, static_cast<Reg>(byte)).n[1] = 1;
      return to;
    }
    case Place::Memory: {
      Reg to = target(want, t);
      loadMemory(to, p.reg, p.offset, t);
      return to;
    }
    case Place::Element: {
      if (ti.shape == Shape::Empty) {
        emit(Op::CheckIndex, p.index, p.reg + 1);
        return want != kNone ? want : p.reg;
      }
      Reg to = target(want, t);
      Op op = Op::IndexAddr;
      switch (ti.shape) {
        case Shape::I8: op = Op::IndexLoadI8; break;
        case Shape::U8: op = Op::IndexLoadU8; break;
        case Shape::I16: op = Op::IndexLoadI16; break;
        case Shape::U16: op = Op::IndexLoadU16; break;
        case Shape::I32: op = Op::IndexLoadI32; break;
        case Shape::U32: case Shape::F32: op = Op::IndexLoadU32; break;
        case Shape::String: case Shape::Iface: case Shape::C128: op = Op::IndexLoad2; break;
        case Shape::Slice: op = Op::IndexLoad3; break;
        case Shape::Memory:
          if (ti.size == 8) op = Op::IndexLoad64;
          else if (ti.size == 16) op = Op::IndexLoad2;
          else if (ti.size == 24) op = Op::IndexLoad3;
          break;
        default: op = Op::IndexLoad64; break;
      }
      if (op != Op::IndexAddr) {
        emit(op, to, p.reg, p.index);
        return to;
      }
      TempScope scope(*this);
      Place m = toMemory(p, t);
      loadMemory(to, m.reg, 0, t);
      return to;
    }
    case Place::LocalArray: {
      Reg to = target(want, t);
      if (ti.size == 8 && ti.slots == 1 && p.offset % 8 == 0) {
        Ins& in = emitW(Op::IndexLocalLoad64, to, p.reg + static_cast<Reg>(p.offset / 8), p.index,
                        static_cast<uint64_t>(p.count));
        in.n[1] = static_cast<uint32_t>(p.count);
        return to;
      }
      TempScope scope(*this);
      Place m = toMemory(p, t);
      loadMemory(to, m.reg, m.offset, t);
      return to;
    }
    case Place::MapElement: {
      Reg to = target(want, t);
      TempScope scope(*this);
      Place m = toMemory(p, t);
      loadMemory(to, m.reg, 0, t);
      return to;
    }
    default: BURROW_CHECK(false); return kNone;
  }
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

void FuncGen::store(const Place& p, Type* t, Reg v) {
  TypeInfo& ti = info(t);
  switch (p.kind) {
    case Place::None: return;
    case Place::Slots: {
      if (ti.slots == 0) return;
      Reg at = p.reg + static_cast<Reg>(p.offset / 8);
      int64_t byte = p.offset % 8;
      bool wholeSlots = byte == 0 && (isWordShape(ti.shape) || (ti.shape == Shape::Memory && ti.size % 8 == 0));
      if (!p.part || wholeSlots) {
        move(at, v, ti.slots);
        return;
      }
      Op op = Op::FrameCopy;
      switch (ti.shape) {
        case Shape::I8: case Shape::U8: op = Op::SetSub8; break;
        case Shape::I16: case Shape::U16: op = Op::SetSub16; break;
        case Shape::I32: case Shape::U32: case Shape::F32: op = Op::SetSub32; break;
        default: break;
      }
      if (op == Op::FrameCopy) {
        Ins& in = emitW(op, at, v, 0, static_cast<uint64_t>(byte));
        in.w[1] = ti.size;
        in.n[0] = static_cast<uint32_t>((byte + ti.size + 7) / 8);
        in.n[1] = ti.slots;
      } else {
        emit(op, at, v, static_cast<Reg>(byte)).n[0] = 1;
      }
      return;
    }
    case Place::Memory: storeMemory(p.reg, p.offset, v, t); return;
    case Place::Element: {
      Op op = Op::IndexAddr;
      if (ti.shape == Shape::Empty) {
        emit(Op::CheckIndex, p.index, p.reg + 1);
        return;
      }
      switch (ti.shape == Shape::Memory ? memoryStoreOp(ti) : ti.shape == Shape::C128 ? Op::StoreN : storeOp(ti.shape)) {
        case Op::Store8: op = Op::IndexStore8; break;
        case Op::Store16: op = Op::IndexStore16; break;
        case Op::Store32: op = Op::IndexStore32; break;
        case Op::Store64: op = Op::IndexStore64; break;
        case Op::StorePtr: op = Op::IndexStorePtr; break;
        case Op::StoreStr: op = Op::IndexStoreStr; break;
        case Op::StoreIface: op = Op::IndexStoreIface; break;
        default: break;
      }
      if (op != Op::IndexAddr) {
        emit(op, p.reg, p.index, v);
        return;
      }
      TempScope scope(*this);
      Place m = toMemory(p, t);
      storeMemory(m.reg, 0, v, t);
      return;
    }
    case Place::LocalArray: {
      if (ti.size == 8 && ti.slots == 1 && p.offset % 8 == 0) {
        Ins& in = emitW(Op::IndexLocalStore64, p.reg + static_cast<Reg>(p.offset / 8), p.index, v,
                        static_cast<uint64_t>(p.count));
        in.n[0] = static_cast<uint32_t>(p.count);
        return;
      }
      TempScope scope(*this);
      Place m = toMemory(p, t);
      storeMemory(m.reg, m.offset, v, t);
      return;
    }
    case Place::MapElement: mapStore(p, t, v); return;
  }
}

void FuncGen::storeZero(const Place& p, Type* t) {
  TypeInfo& ti = info(t);
  TempScope scope(*this);
  if (p.kind == Place::Slots && !ti.boxed && (!p.part || (p.offset % 8 == 0 && ti.size % 8 == 0))) {
    zero(p.reg + static_cast<Reg>(p.offset / 8), ti.slots);
    return;
  }
  bool big = ti.shape == Shape::Memory && (ti.slots > 3 || ti.boxed);
  if (big && p.kind != Place::Slots && p.kind != Place::MapElement) {
    Reg ptr = pointerTo(p, t, kNone);
    emitT(Op::ZeroTyped, ptr, 0, 0, t);
    return;
  }
  if (big && p.kind == Place::MapElement) {
    Reg ptr = mapEntry(p);
    emitT(Op::ZeroTyped, ptr, 0, 0, t);
    return;
  }
  Reg z = temp(t);
  zero(z, ti.slots);
  store(p, t, z);
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
    bool whole = !p.part || (p.offset % 8 == 0 && (isWordShape(ti.shape) || (ti.shape == Shape::Memory && ti.size % 8 == 0)));
    if (whole) {
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
