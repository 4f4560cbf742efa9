// One bytecode instruction as SSA values: memory, indexing, slices, the parts of values in the frame.
#include <cstddef>

#include "jit/ssa/build.h"
#include "vm/bytecode/type_desc.h"
#include "vm/object/without_safepoint.h"
#include "vm/profile/sites.h"

namespace burrow::jit {

#define RA read(i->a)
#define RB read(i->b)
#define RC read(i->c)

bool Builder::translateMemory(Op op) {
  const Insn* i = at(pc_);
  auto loads = [&](unsigned n, Width w) {
    Value* p = RB;
    check(SOp::NilCheck, {p});
    Vec<Value*> values;
    for (unsigned k = 0; k < n; k++) values.push_back(load(p, i->c + 8 * k, w));
    for (unsigned k = 0; k < n; k++) write(i->a + k, values[k]);
    return true;
  };
  /// Stores n slots; bit k of `pointers`: slot k is a pointer.
  auto stores = [&](unsigned n, Width w, unsigned pointers) {
    Value* p = RA;
    check(SOp::NilCheck, {p});
    Vec<Value*> values;
    for (unsigned k = 0; k < n; k++) values.push_back(read(i->b + k));
    for (unsigned k = 0; k < n; k++) store(p, i->c + 8 * k, values[k], w, pointers >> k & 1)->header = n > 1 && pointers;
    return true;
  };
  auto part = [&](SOp extension) {
    Value* v = read(i->b + i->c / 8u);
    if (i->c % 8) v = op2(SOp::Shr, v, constant(i->c % 8 * 8));
    return write(i->a, op1(extension, v)), true;
  };
  auto insert = [&](unsigned bits, SOp extension) {
    unsigned slot = i->a + i->c / 8u, shift = i->c % 8u * 8;
    uint64_t mask = ((uint64_t{1} << bits) - 1) << shift;
    Value* v = op1(extension, RB);
    if (shift) v = op2(SOp::Shl, v, constant(shift));
    Value* rest = op2(SOp::And, read(slot), constant(static_cast<int64_t>(~mask)));
    return write(slot, op2(SOp::Or, rest, v)), true;
  };
  auto atomic = [&](SOp what, Width w, Value* p, std::initializer_list<Value*> args) {
    check(SOp::NilCheck, {p});
    Value* v = add(what, Kind::Int, args);
    v->width = w;
    return v;
  };
  auto atomicLoad = [&](Width w) {
    Value* p = RB;
    return write(i->a, atomic(SOp::AtomicLoad, w, p, {p})), true;
  };
  auto atomicStore = [&](Width w) {
    Value *p = RA, *x = RB;
    return atomic(SOp::AtomicXchg, w, p, {p, x}), true;
  };
  auto atomicUpdate = [&](SOp what, Width w) {
    Value *p = RB, *x = RC;
    return write(i->a, atomic(what, w, p, {p, x})), true;
  };
  auto compareAndSwap = [&](Width w) {
    Value *p = RB, *old = RC, *x = read(i[1].reg[0]);
    return write(i->a, atomic(SOp::AtomicCas, w, p, {p, old, x})), true;
  };
  switch (op) {
    case Op::AtomicLoad8: return atomicLoad(Width::U8);
    case Op::AtomicLoad32: return atomicLoad(Width::U32);
    case Op::AtomicLoad64: return atomicLoad(Width::W64);
    case Op::AtomicStore8: return atomicStore(Width::U8);
    case Op::AtomicStore32: return atomicStore(Width::U32);
    case Op::AtomicStore64: case Op::AtomicStorePtr: return atomicStore(Width::W64);
    case Op::AtomicXchg32: return atomicUpdate(SOp::AtomicXchg, Width::U32);
    case Op::AtomicXchg64: case Op::AtomicXchgPtr: return atomicUpdate(SOp::AtomicXchg, Width::W64);
    case Op::AtomicAdd32: return atomicUpdate(SOp::AtomicAdd, Width::U32);
    case Op::AtomicAdd64: return atomicUpdate(SOp::AtomicAdd, Width::W64);
    case Op::AtomicCas32: return compareAndSwap(Width::U32);
    case Op::AtomicCas64: case Op::AtomicCasPtr: return compareAndSwap(Width::W64);
    case Op::LoadI8: return loads(1, Width::I8);
    case Op::LoadU8: return loads(1, Width::U8);
    case Op::LoadI16: return loads(1, Width::I16);
    case Op::LoadU16: return loads(1, Width::U16);
    case Op::LoadI32: return loads(1, Width::I32);
    case Op::LoadU32: return loads(1, Width::U32);
    case Op::Load64: return loads(1, Width::W64);
    case Op::Load2: return loads(2, Width::W64);
    case Op::Load3: return loads(3, Width::W64);
    case Op::Store8: return stores(1, Width::U8, 0);
    case Op::Store16: return stores(1, Width::U16, 0);
    case Op::Store32: return stores(1, Width::U32, 0);
    case Op::Store64: return stores(1, Width::W64, 0);
    case Op::StorePtr: return stores(1, Width::W64, 1);
    case Op::StoreStr: return stores(2, Width::W64, 1);
    case Op::StoreIface: return stores(2, Width::W64, 3);
    case Op::StoreSlice: return stores(3, Width::W64, 1);
    case Op::NilCheck: check(SOp::NilCheck, {RA}); return true;
    case Op::AddPtr: {
      Value* p = RB;
      check(SOp::NilCheck, {p});
      Value* part = op2(SOp::Add, p, constant(static_cast<int64_t>(i[1].word)));
      part->nonNil = true;
      return write(i->a, part), true;
    }
    case Op::LocalAddr: {
      Value* v = add(SOp::HomeAddr, Kind::Int, {});
      v->aux = i->b;
      v->aux2 = i->c;
      write(i->a, v);
      return true;
    }
    case Op::GetSubI8: return part(SOp::ExtI8);
    case Op::GetSubU8: return part(SOp::ExtU8);
    case Op::GetSubI16: return part(SOp::ExtI16);
    case Op::GetSubU16: return part(SOp::ExtU16);
    case Op::GetSubI32: return part(SOp::ExtI32);
    case Op::GetSubU32: return part(SOp::ExtU32);
    case Op::SetSub8: return insert(8, SOp::ExtU8);
    case Op::SetSub16: return insert(16, SOp::ExtU16);
    case Op::SetSub32: return insert(32, SOp::ExtU32);
    case Op::BytesToStrTmp: {
      Value *p = RB, *n = read(i->b + 1u);
      write(i->a, p);
      write(i->a + 1u, n);
      return true;
    }
    case Op::EqStr:
      write(i->a, add(SOp::EqStr, Kind::Int, {RB, read(i->b + 1u), RC, read(i->c + 1u)}));
      return true;
    default: return false;
  }
}

bool Builder::translateIndex(Op op) {
  const Insn* i = at(pc_);
  /// Loads of lengths are known as such.
  auto lengthAt = [&](unsigned slot) {
    Value* v = read(slot);
    if (v->op == SOp::Load && v->width == Width::W64 && !v->number) v->header = true;
    return v;
  };
  auto scaled = [&](Value* base, Value* x, int64_t size) {
    Value* v = op2(SOp::Add, base, op2(SOp::Mul, x, constant(size)));
    v->nonNil = true;   // the index was checked: there is something
    return v;
  };
  /// Elements of other sizes than the processor knows: their address, once.
  auto element = [&](Value*& base, Value*& x, unsigned size) {
    if (size == 16 || size == 24) base = scaled(base, x, size), x = nullptr;
  };
  /// s[i] of n slots: s a slice or string at b, index at c.
  auto indexLoad = [&](unsigned n, Width w, unsigned size) {
    Value *base = RB, *length = lengthAt(i->b + 1u), *x = RC;
    check(SOp::BoundsCheck, {x, length});
    element(base, x, size);
    Vec<Value*> values;
    for (unsigned k = 0; k < n; k++) values.push_back(load(base, 8 * k, w, x, size));
    for (unsigned k = 0; k < n; k++) write(i->a + k, values[k]);
    return true;
  };
  auto indexStore = [&](unsigned n, Width w, unsigned size, unsigned pointers) {
    Value *base = RA, *length = lengthAt(i->a + 1u), *x = RB;
    check(SOp::BoundsCheck, {x, length});
    element(base, x, size);
    Vec<Value*> values;
    for (unsigned k = 0; k < n; k++) values.push_back(read(i->c + k));
    for (unsigned k = 0; k < n; k++) store(base, 8 * k, values[k], w, pointers >> k & 1, x, size)->header = n > 1 && pointers;
    return true;
  };
  switch (op) {
    case Op::IndexAddr: {
      Value *base = RB, *length = lengthAt(i->b + 1u), *x = RC;
      check(SOp::BoundsCheck, {x, length});
      return write(i->a, scaled(base, x, static_cast<int64_t>(i[1].word))), true;
    }
    case Op::IndexLoadI8: return indexLoad(1, Width::I8, 1);
    case Op::IndexLoadU8: case Op::IndexStr: return indexLoad(1, Width::U8, 1);
    case Op::IndexLoadI16: return indexLoad(1, Width::I16, 2);
    case Op::IndexLoadU16: return indexLoad(1, Width::U16, 2);
    case Op::IndexLoadI32: return indexLoad(1, Width::I32, 4);
    case Op::IndexLoadU32: return indexLoad(1, Width::U32, 4);
    case Op::IndexLoad64: return indexLoad(1, Width::W64, 8);
    case Op::IndexLoad2: return indexLoad(2, Width::W64, 16);
    case Op::IndexLoad3: return indexLoad(3, Width::W64, 24);
    case Op::IndexStore8: return indexStore(1, Width::U8, 1, 0);
    case Op::IndexStore16: return indexStore(1, Width::U16, 2, 0);
    case Op::IndexStore32: return indexStore(1, Width::U32, 4, 0);
    case Op::IndexStore64: return indexStore(1, Width::W64, 8, 0);
    case Op::IndexStorePtr: return indexStore(1, Width::W64, 8, 1);
    case Op::IndexStoreStr: return indexStore(2, Width::W64, 16, 1);
    case Op::IndexStoreIface: return indexStore(2, Width::W64, 16, 3);
    case Op::IndexArr: {
      Value *p = RB, *x = RC;
      check(SOp::NilCheck, {p});
      check(SOp::BoundsCheck, {x, constant(static_cast<int64_t>(i[1].word))});
      return write(i->a, scaled(p, x, static_cast<int64_t>(i[2].word))), true;
    }
    case Op::IndexLocal: {
      Value* x = RC;
      check(SOp::BoundsCheck, {x, constant(static_cast<int64_t>(i[1].word))});
      Value* base = add(SOp::HomeAddr, Kind::Int, {});
      base->aux = i->b;
      return write(i->a, scaled(base, x, static_cast<int64_t>(i[2].word))), true;
    }
    case Op::IndexLocalLoad64: {
      Value* x = RC;
      check(SOp::BoundsCheck, {x, constant(static_cast<int64_t>(i[1].word))});
      Value* base = add(SOp::HomeAddr, Kind::Int, {});
      base->aux = i->b;
      return write(i->a, load(base, 0, Width::W64, x, 8)), true;
    }
    case Op::IndexLocalStore64: {
      Value* x = RB;
      check(SOp::BoundsCheck, {x, constant(static_cast<int64_t>(i[1].word))});
      Value* base = add(SOp::HomeAddr, Kind::Int, {});
      base->aux = i->a;
      store(base, 0, RC, Width::W64, false, x, 8);
      return true;
    }
    case Op::CheckIndex: check(SOp::BoundsCheck, {RA, RB}); return true;
    case Op::SliceSlice: case Op::SliceArr: {
      bool array = op == Op::SliceArr;
      Value* base = RB;
      if (array) check(SOp::NilCheck, {base});
      Value* cap = array ? constant(static_cast<int64_t>(i[3].word)) : read(i->b + 2u);
      Value* len = array ? cap : read(i->b + 1u);
      Value* lo = i[1].reg[0] == kNoReg ? constant(0) : read(i[1].reg[0]);
      Value* hi = i[1].reg[1] == kNoReg ? len : read(i[1].reg[1]);
      if (i[1].reg[2] != kNoReg) {
        // s[lo:hi:max]
        Value* max = read(i[1].reg[2]);
        check(SOp::RangeCheck, {max, cap});
        cap = max;
      }
      if (hi != len || i[1].reg[2] != kNoReg) check(SOp::RangeCheck, {hi, cap});
      if (i[1].reg[0] != kNoReg) check(SOp::RangeCheck, {lo, hi});
      Value* left = op2(SOp::Sub, cap, lo);
      // A pointer past the end would keep the next object alive: no step when nothing is left.
      Value* first = i[1].reg[0] == kNoReg ? base : add(SOp::SlicePtr, Kind::Int, {base, lo, left});
      if (first->op == SOp::SlicePtr) first->aux2 = static_cast<int64_t>(i[2].word);
      write(i->a, first);
      write(i->a + 1u, op2(SOp::Sub, hi, lo));
      write(i->a + 2u, left);
      return true;
    }
    case Op::SliceStr: {
      Value *base = RB, *len = read(i->b + 1u);
      Value* lo = i[1].reg[0] == kNoReg ? constant(0) : read(i[1].reg[0]);
      Value* hi = i[1].reg[1] == kNoReg ? len : read(i[1].reg[1]);
      if (hi != len) check(SOp::RangeCheck, {hi, len});
      if (i[1].reg[0] != kNoReg) check(SOp::RangeCheck, {lo, hi});
      Value* n = op2(SOp::Sub, hi, lo);
      Value* first = i[1].reg[0] == kNoReg ? base : add(SOp::SlicePtr, Kind::Int, {base, lo, n});
      if (first->op == SOp::SlicePtr) first->aux2 = 1;
      write(i->a, first);
      write(i->a + 1u, n);
      return true;
    }
    case Op::SliceToArr: {
      Value *base = RB, *len = read(i->b + 1u);
      check(SOp::RangeCheckS, {constant(static_cast<int64_t>(i[1].word)), len});
      return write(i->a, base), true;
    }
    case Op::AppendGrow: case Op::AppendStr: case Op::AppendSlice: return append(op);
    case Op::CopySlice: case Op::CopyStr: {
      Value *to = RB, *from = RC, *n = op2(SOp::MinS, read(i->b + 1u), read(i->c + 1u));
      int64_t size = op == Op::CopyStr ? 1 : static_cast<int64_t>(reinterpret_cast<const AbiType*>(i[1].word)->size);
      add(SOp::MoveBytes, Kind::None, {to, from, op2(SOp::Mul, n, constant(size))});
      return write(i->a, n), true;
    }
    case Op::DecodeRune: {
      // A byte below 0x80 is a rune.
      Value *base = RB, *x = RC;
      Value* byte = load(base, 0, Width::U8, x, 1);
      orSlow(op2(SOp::LtU, byte, constant(0x80)), {i->a, i->c}, [&] { return Vec<Value*>{byte, op2(SOp::Add, x, constant(1))}; });
      return true;
    }
    default: return false;
  }
}

/// What the instruction writes: what `yes` makes where the condition holds, else what `no` makes.
void Builder::either(Value* condition, std::initializer_list<unsigned> slots, const std::function<Vec<Value*>()>& yes,
                     const std::function<Vec<Value*>()>& no, bool noIsCold) {
  Block *here = block_, *first = newBlock(nullptr), *second = newBlock(nullptr);
  add(SOp::Branch, Kind::None, {condition});
  connect(here, first);
  connect(here, second);
  second->cold = noIsCold;
  block_ = second;
  Vec<Value*> left = no();
  add(SOp::Jump, Kind::None, {});
  second = block_;
  block_ = first;
  Vec<Value*> made = yes();
  add(SOp::Jump, Kind::None, {});
  first = block_;
  Block* rest = newBlock(nullptr);
  connect(second, rest);
  connect(first, rest);
  block_ = rest;
  size_t k = 0;
  for (unsigned s : slots) {
    Value* phi = g_.make(SOp::Phi);
    phi->block = rest;
    phi->slot = static_cast<int32_t>(id(s));
    phi->args = {left[k], made[k]};
    k++;
    rest->phis.push_back(phi);
    write(s, phi);
  }
}

/// While sites are counted: C++ that is called next allocates for this site …
void Builder::noteSiteOfCall(uint32_t site) {
  if (!vm::siteCounts) return;
  store(constant(reinterpret_cast<int64_t>(&vm::siteOfCall)), 0, constant(site), Width::U32, false);
}

/// … or it has made something in the frame (or it begins a loop of the program) …
void Builder::countStorage(const Insn* i) {
  if (!vm::siteCounts) return;
  Value* count = constant(reinterpret_cast<int64_t>(&vm::siteCounts[vm::siteAt(i)].onStack));
  store(count, 0, op2(SOp::Add, load(count, 0, Width::W64), constant(1)), Width::W64, false);
}

/// … or there are `length` elements now.
void Builder::noteLength(const Insn* i, Value* length) {
  if (!vm::siteCounts) return;
  Value* greatest = constant(reinterpret_cast<int64_t>(&vm::siteCounts[vm::siteAt(i)].maxLength));
  store(greatest, 0, op2(SOp::MaxU, load(greatest, 0, Width::W64), length), Width::W64, false);
}

/// … or something of that length was asked for, as vm::noteLength has it.
void Builder::noteAskedLength(const Insn* i, Value* length) {
  if (!vm::siteCounts) return;
  noteLength(i, length);
  // The least one plus one; 0, where there was none, is the greatest number less one.
  Value *least = constant(reinterpret_cast<int64_t>(&vm::siteCounts[vm::siteAt(i)].minLengthPlus1)), *one = constant(1);
  Value* smaller = op2(SOp::MinU, op2(SOp::Sub, load(least, 0, Width::W64), one), length);
  store(least, 0, op2(SOp::Add, smaller, one), Width::W64, false);
}

/// What the instruction writes: `values` where `fast` holds (made there), else what its slow half leaves. `last`: what that leaves in the last of them, if it is
/// known.
void Builder::orSlow(Value* fast, std::initializer_list<unsigned> slots, const std::function<Vec<Value*>()>& values, std::initializer_list<Value*> last) {
  either(fast, slots, values, [&] {
    slow();
    Vec<Value*> left;
    for (unsigned s : slots) {
      if (left.size() + last.size() == slots.size()) break;
      left.push_back(read(s));
    }
    left.insert(left.end(), last.begin(), last.end());
    return left;
  }, true);
}

/// Values made in the frame, and small questions about values.
bool Builder::translateStorage(Op op) {
  constexpr unsigned kFewSlots = 16;
  const Insn* i = at(pc_);
  auto address = [&](unsigned slot) {
    Value* v = add(SOp::HomeAddr, Kind::Int, {});
    v->aux = slot;
    return v;
  };
  auto zero = [&](unsigned from, uint64_t n) {
    for (unsigned k = 0; k < n; k++) write(from + k, constant(0));
  };
  auto orNil = [&](size_t offset) {
    Value* v = op1(SOp::LoadOrNil, RB);
    v->aux = static_cast<int64_t>(offset);
    return write(i->a, v), true;
  };
  switch (op) {
    case Op::CountLoop: return countStorage(i), true;
    case Op::NewStack:
      if (i->c > kFewSlots) return false;
      countStorage(i);
      zero(i->b, i->c);
      return write(i->a, address(i->b)), true;
    case Op::SliceLitStack:
      if (i->c > kFewSlots) return false;
      countStorage(i);
      zero(i->b, i->c);
      write(i->a, address(i->b));
      write(i->a + 1u, constant(static_cast<int64_t>(i[3].word)));
      return write(i->a + 2u, constant(static_cast<int64_t>(i[3].word))), true;
    case Op::MakeSliceStack: {
      if (i[2].word >> 32 > kFewSlots) return false;
      Value *len = RC, *cap = constant(static_cast<int64_t>(i[3].word));
      check(SOp::RangeCheck, {len, cap});
      countStorage(i);
      zero(i->b, i[2].word >> 32);
      write(i->a, address(i->b));
      write(i->a + 1u, len);
      return write(i->a + 2u, cap), true;
    }
    case Op::ClosureStack:
      countStorage(i);
      write(i->b, constant(static_cast<int64_t>(i[1].word)));
      return write(i->a, address(i->b)), true;
    case Op::BoxStack: {
      uint64_t n = i[2].word >> 32;
      if (n == 0 || n > kFewSlots) return false;
      countStorage(i);
      Vec<Value*> values;
      for (unsigned k = 0; i->b != i->c && k < n; k++) values.push_back(read(i->c + k));
      for (unsigned k = 0; k < values.size(); k++) write(i->b + k, values[k]);
      return write(i->a, address(i->b)), true;
    }
    case Op::IfaceType: return orNil(offsetof(Itab, type));
    case Op::EqEface: case Op::EqIface: return equalInterfaces(op);
    case Op::LtStr: case Op::LeStr: {
      Value* order = add(SOp::CmpStr, Kind::Int, {RB, read(i->b + 1u), RC, read(i->c + 1u)});
      return write(i->a, op2(op == Op::LtStr ? SOp::LtS : SOp::LeS, order, constant(0))), true;
    }
    default: return false;
  }
}

}  // namespace burrow::jit
