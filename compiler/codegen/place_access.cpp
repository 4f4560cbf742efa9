// Loads from places and stores to them.
#include "compiler/codegen/func_gen.h"
#include "compiler/codegen/shapes.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

namespace {

/// What operands of loads and stores reach.
constexpr int64_t kMaxOffset = 0xffff;

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

/// base + offset, in a temporary.
Reg FuncGen::addPtr(Reg base, int64_t offset) {
  Reg p = ptrTemp();
  emitW(Op::AddPtr, p, base, 0, static_cast<uint64_t>(offset));
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
    loadMemory(to, addPtr(base, offset), 0, t);
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
    storeMemory(addPtr(base, offset), 0, v, t);
    return;
  }
  if (ti.boxed) {
    TempScope scope(*this);
    emitT(Op::CopyTyped, addPtr(base, offset), v, 0, t);
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

/// Extends a narrow scalar that lies anywhere in a slot.
static Op subSlotLoad(Shape s) {
  switch (s) {
    case Shape::I8: return Op::GetSubI8;
    case Shape::U8: return Op::GetSubU8;
    case Shape::I16: return Op::GetSubI16;
    case Shape::U16: return Op::GetSubU16;
    case Shape::I32: return Op::GetSubI32;
    case Shape::U32: case Shape::F32: return Op::GetSubU32;
    default: return Op::FrameCopy;
  }
}

Reg FuncGen::loadSlots(const Place& p, Type* t, Reg want) {
  TypeInfo& ti = info(t);
  if (ti.slots == 0) return want != kNone ? want : p.reg;
  Reg at = p.reg + static_cast<Reg>(p.offset / 8);
  int64_t byte = p.offset % 8;
  bool words = byte == 0 && (isWordShape(ti.shape) || ti.shape == Shape::Memory);
  bool plain = words || !(p.part || p.addressed);
  if (plain && want == kNone && !p.addressed) return at;
  Reg to = target(want, t);
  if (plain) {
    move(to, at, ti.slots);
    return to;
  }
  Op op = subSlotLoad(ti.shape);
  if (op != Op::FrameCopy) {
    emit(op, to, at, static_cast<Reg>(byte)).n[1] = 1;
    return to;
  }
  Ins& in = emitW(op, to, at, 0, static_cast<uint64_t>(byte) << 32);
  in.w[1] = ti.size;
  in.n[0] = ti.slots;
  in.n[1] = static_cast<uint32_t>((byte + ti.size + 7) / 8);
  return to;
}

/// The opcode that loads an element of a slice in one; IndexAddr if there is none.
static Op indexLoadOp(const TypeInfo& ti) {
  switch (ti.shape) {
    case Shape::I8: return Op::IndexLoadI8;
    case Shape::U8: return Op::IndexLoadU8;
    case Shape::I16: return Op::IndexLoadI16;
    case Shape::U16: return Op::IndexLoadU16;
    case Shape::I32: return Op::IndexLoadI32;
    case Shape::U32: case Shape::F32: return Op::IndexLoadU32;
    case Shape::String: case Shape::Iface: case Shape::C128: return Op::IndexLoad2;
    case Shape::Slice: return Op::IndexLoad3;
    case Shape::Memory: return ti.size == 8 ? Op::IndexLoad64 : ti.size == 16 ? Op::IndexLoad2 : ti.size == 24 ? Op::IndexLoad3 : Op::IndexAddr;
    default: return Op::IndexLoad64;
  }
}

/// Loads through the address of the place.
Reg FuncGen::loadThrough(const Place& p, Type* t, Reg to) {
  TempScope scope(*this);
  Place m = toMemory(p, t);
  loadMemory(to, m.reg, m.offset, t);
  return to;
}

Reg FuncGen::loadElement(const Place& p, Type* t, Reg want) {
  TypeInfo& ti = info(t);
  if (ti.shape == Shape::Empty) {
    emit(Op::CheckIndex, p.index, p.reg + 1);
    return want != kNone ? want : p.reg;
  }
  Reg to = target(want, t);
  Op op = indexLoadOp(ti);
  if (op == Op::IndexAddr) return loadThrough(p, t, to);
  emit(op, to, p.reg, p.index);
  return to;
}

/// Whether one instruction gets at an element of an array in the frame.
static bool isWordElement(const Place& p, const TypeInfo& ti) { return ti.size == 8 && ti.slots == 1 && p.offset % 8 == 0; }

Reg FuncGen::loadLocalElement(const Place& p, Type* t, Reg want) {
  Reg to = target(want, t);
  if (!isWordElement(p, info(t))) return loadThrough(p, t, to);
  Ins& in = emitW(Op::IndexLocalLoad64, to, p.reg + static_cast<Reg>(p.offset / 8), p.index, static_cast<uint64_t>(p.count));
  in.n[1] = static_cast<uint32_t>(p.count);
  return to;
}

Reg FuncGen::load(const Place& p, Type* t, Reg want) {
  switch (p.kind) {
    case Place::Slots: return loadSlots(p, t, want);
    case Place::Memory: {
      Reg to = target(want, t);
      loadMemory(to, p.reg, p.offset, t);
      return to;
    }
    case Place::Element: return loadElement(p, t, want);
    case Place::LocalArray: return loadLocalElement(p, t, want);
    case Place::MapElement: return loadThrough(p, t, target(want, t));
    default: BURROW_CHECK(false); return kNone;
  }
}

static Op subSlotStore(Shape s) {
  switch (s) {
    case Shape::I8: case Shape::U8: return Op::SetSub8;
    case Shape::I16: case Shape::U16: return Op::SetSub16;
    case Shape::I32: case Shape::U32: case Shape::F32: return Op::SetSub32;
    default: return Op::FrameCopy;
  }
}

bool FuncGen::isWholeSlots(const Place& p, const TypeInfo& ti) {
  return !p.part || (p.offset % 8 == 0 && (isWordShape(ti.shape) || (ti.shape == Shape::Memory && ti.size % 8 == 0)));
}

void FuncGen::storeSlots(const Place& p, Type* t, Reg v) {
  TypeInfo& ti = info(t);
  if (ti.slots == 0) return;
  Reg at = p.reg + static_cast<Reg>(p.offset / 8);
  if (isWholeSlots(p, ti)) {
    move(at, v, ti.slots);
    return;
  }
  int64_t byte = p.offset % 8;
  Op op = subSlotStore(ti.shape);
  if (op != Op::FrameCopy) {
    emit(op, at, v, static_cast<Reg>(byte)).n[0] = 1;
    return;
  }
  Ins& in = emitW(op, at, v, 0, static_cast<uint64_t>(byte));
  in.w[1] = ti.size;
  in.n[0] = static_cast<uint32_t>((byte + ti.size + 7) / 8);
  in.n[1] = ti.slots;
}

/// The opcode that stores an element of a slice in one; IndexAddr if there is none.
static Op indexStoreOp(const TypeInfo& ti) {
  if (ti.shape == Shape::C128) return Op::IndexAddr;
  switch (ti.shape == Shape::Memory ? memoryStoreOp(ti) : storeOp(ti.shape)) {
    case Op::Store8: return Op::IndexStore8;
    case Op::Store16: return Op::IndexStore16;
    case Op::Store32: return Op::IndexStore32;
    case Op::Store64: return Op::IndexStore64;
    case Op::StorePtr: return Op::IndexStorePtr;
    case Op::StoreStr: return Op::IndexStoreStr;
    case Op::StoreIface: return Op::IndexStoreIface;
    default: return Op::IndexAddr;
  }
}

/// Stores through the address of the place.
void FuncGen::storeThrough(const Place& p, Type* t, Reg v) {
  TempScope scope(*this);
  Place m = toMemory(p, t);
  storeMemory(m.reg, m.offset, v, t);
}

void FuncGen::storeElement(const Place& p, Type* t, Reg v) {
  TypeInfo& ti = info(t);
  if (ti.shape == Shape::Empty) {
    emit(Op::CheckIndex, p.index, p.reg + 1);
    return;
  }
  Op op = indexStoreOp(ti);
  if (op == Op::IndexAddr) return storeThrough(p, t, v);
  emit(op, p.reg, p.index, v);
}

void FuncGen::storeLocalElement(const Place& p, Type* t, Reg v) {
  if (!isWordElement(p, info(t))) return storeThrough(p, t, v);
  Ins& in = emitW(Op::IndexLocalStore64, p.reg + static_cast<Reg>(p.offset / 8), p.index, v, static_cast<uint64_t>(p.count));
  in.n[0] = static_cast<uint32_t>(p.count);
}

void FuncGen::store(const Place& p, Type* t, Reg v) {
  switch (p.kind) {
    case Place::None: return;
    case Place::Slots: return storeSlots(p, t, v);
    case Place::Memory: return storeMemory(p.reg, p.offset, v, t);
    case Place::Element: return storeElement(p, t, v);
    case Place::LocalArray: return storeLocalElement(p, t, v);
    case Place::MapElement: return mapStore(p, t, v);
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

}  // namespace burrow::codegen
