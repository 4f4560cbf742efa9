// Values that are copied whole, between registers and memory and from memory to memory; strings and slices made from others.
// Small results come from the allocator without a safepoint; where it has nothing left the slow half asks it.
#include <cstring>

#include "jit/ssa/build.h"
#include "vm/bytecode/type_desc.h"
#include "vm/heap/heap.h"
#include "vm/object/object.h"
#include "vm/object/without_safepoint.h"
#include "vm/profile/sites.h"

namespace burrow::jit {

namespace {

constexpr unsigned kFewSlots = 8;   ///< are copied one by one

template <class F>
int64_t function(F* f) { return static_cast<int64_t>(reinterpret_cast<uintptr_t>(f)); }
const AbiType* type(uint64_t word) { return reinterpret_cast<const AbiType*>(word); }

/// Bytes of a string that is to be made; null: the slow half knows.
char* newText(uint64_t n, uint64_t m) {
  constexpr uint64_t kMost = 1 << 20;   // so that sums do not come round
  return n && m && n < kMost && m < kMost ? static_cast<char*>(vm::tryAllocateBytes(n + m, vm::siteOfCall)) : nullptr;
}
char* copyText(const char* p, uint64_t n) {
  char* to = n > 1 ? newText(n - 1, 1) : nullptr;
  return to ? static_cast<char*>(std::memcpy(to, p, n)) : nullptr;
}
char* joinTwo(const char* p, uint64_t n, const char* q, uint64_t m) {
  char* to = newText(n, m);
  if (!to) return nullptr;
  std::memcpy(to, p, n);
  std::memcpy(to + n, q, m);
  return to;
}
char* joinThree(const char* p, uint64_t n, const char* q, uint64_t m, const char* s, uint64_t k) {
  char* to = n && k && k < uint64_t{1} << 20 && n < uint64_t{1} << 20 ? newText(n + k, m) : nullptr;
  if (!to) return nullptr;
  std::memcpy(to, p, n);
  std::memcpy(to + n, q, m);
  std::memcpy(to + n + m, s, k);
  return to;
}

void clearBytes(void* p, uint64_t n) { std::memset(p, 0, n); }

const AbiType* byteType() {
  static const AbiType t = [] {
    AbiType byte{};
    byte.size = byte.align = byte.fieldAlign = 1;
    byte.kind = AbiKind::Uint8;
    return byte;
  }();
  return &t;
}

}  // namespace

bool Builder::translateCopies(Op op) {
  const Insn* i = at(pc_);
  /// The widths of a value's last bytes, those that fill no slot.
  auto parts = [](uint64_t bytes, auto&& part) {
    for (uint64_t at = bytes & ~uint64_t{7}; at < bytes;) {
      uint64_t n = bytes - at >= 4 ? 4 : bytes - at >= 2 ? 2 : 1;
      part(at, n == 4 ? Width::U32 : n == 2 ? Width::U16 : Width::U8);
      at += n;
    }
  };
  /// Stores `bytes` of a value in slots from b on; `pointers`: it may have some.
  auto stores = [&](uint64_t bytes, bool pointers) {
    if (bytes > kFewSlots * 8) return false;
    Value* p = read(i->a);
    check(SOp::NilCheck, {p});
    Vec<Value*> values;
    for (unsigned k = 0; k < (bytes + 7) / 8; k++) values.push_back(read(i->b + k));
    for (unsigned k = 0; k < bytes / 8; k++) store(p, i->c + 8 * k, values[k], Width::W64, pointers)->header = pointers;
    parts(bytes, [&](uint64_t offset, Width w) {
      Value* v = values.back();
      if (offset % 8) v = op2(SOp::Shr, v, constant(static_cast<int64_t>(offset % 8 * 8)));
      store(p, static_cast<int64_t>(i->c + offset), v, w, false);
    });
    return true;
  };
  switch (op) {
    case Op::StoreN: return stores(i[1].word >> 32, false);
    case Op::StoreTyped: return stores(type(i[1].word)->size, type(i[1].word)->ptrBytes != 0);
    case Op::LoadN: {
      auto slots = static_cast<uint32_t>(i[1].word);
      uint64_t bytes = i[1].word >> 32;
      if (slots > kFewSlots || slots != (bytes + 7) / 8) return false;
      Value* p = read(i->b);
      check(SOp::NilCheck, {p});
      Vec<Value*> values;
      for (unsigned k = 0; k < bytes / 8; k++) values.push_back(load(p, i->c + 8 * k, Width::W64));
      Value* tail = nullptr;
      parts(bytes, [&](uint64_t offset, Width w) {
        Value* v = load(p, static_cast<int64_t>(i->c + offset), w);
        if (offset % 8) v = op2(SOp::Shl, v, constant(static_cast<int64_t>(offset % 8 * 8)));
        tail = tail ? op2(SOp::Or, tail, v) : v;
      });
      if (tail) values.push_back(tail);
      for (unsigned k = 0; k < values.size(); k++) write(i->a + k, values[k]);
      return true;
    }
    case Op::CopyTyped: {
      Value *to = read(i->a), *from = read(i->b);
      check(SOp::NilCheck, {to});
      check(SOp::NilCheck, {from});
      add(SOp::MoveBytes, Kind::None, {to, from, constant(static_cast<int64_t>(type(i[1].word)->size))});
      return true;
    }
    case Op::ZeroTyped: {
      uint64_t bytes = type(i[1].word)->size;
      Value* to = read(i->a);
      check(SOp::NilCheck, {to});
      if (bytes > kFewSlots * 8) {
        add(SOp::CallCWrites, Kind::None, {to, constant(static_cast<int64_t>(bytes))})->aux = function(clearBytes);
        return true;
      }
      for (unsigned k = 0; k < bytes / 8; k++) store(to, 8 * k, constant(0), Width::W64, type(i[1].word)->ptrBytes != 0)->header = type(i[1].word)->ptrBytes != 0;
      parts(bytes, [&](uint64_t offset, Width w) { store(to, static_cast<int64_t>(offset), constant(0), w, false); });
      return true;
    }
    default: return false;
  }
}

bool Builder::translateText(Op op) {
  using Values = Vec<Value*>;
  const Insn* i = at(pc_);
  /// What `fn` makes of the arguments, unless it is null, with these lengths.
  auto made = [&](int64_t fn, const Values& args, const Values& lengths) {
    noteSiteOfCall(vm::siteAt(i));
    Value* v = add(SOp::CallCWrites, Kind::Int, {});
    for (Value* x : args) v->args.push_back(x);
    v->aux = fn;
    Values results{v};
    results.insert(results.end(), lengths.begin(), lengths.end());
    Value* done = op2(SOp::Ne, v, constant(0));
    if (lengths.size() == 1) orSlow(done, {i->a, i->a + 1u}, [&] { return results; });
    else orSlow(done, {i->a, i->a + 1u, i->a + 2u}, [&] { return results; });
    return true;
  };
  switch (op) {
    case Op::BytesToStr: {
      Value *p = read(i->b), *n = read(i->b + 1u);
      return made(function(copyText), {p, n}, {n});
    }
    case Op::BytesToStrBuf: {
      // Into the frame, where it has room.
      Value *p = read(i->b), *n = read(i->b + 1u);
      orSlow(op2(SOp::LtU, op2(SOp::Sub, n, constant(2)), constant(kBufSlots * 8 - 1)), {i->a, i->a + 1u}, [&] {
        Value* buffer = add(SOp::HomeAddr, Kind::Int, {});
        buffer->aux = i->c;
        add(SOp::MoveBytes, Kind::None, {buffer, p, n});
        countStorage(i);
        return Values{buffer, n};
      });
      return true;
    }
    case Op::StrConcat: {
      if (i->c != 2 && i->c != 3) return false;
      Values parts;
      for (unsigned k = 0; k < 2u * i->c; k++) parts.push_back(read(i->b + k));
      Value* n = op2(SOp::Add, parts[1], parts[3]);
      if (i->c == 3) n = op2(SOp::Add, n, parts[5]);
      return made(i->c == 2 ? function(joinTwo) : function(joinThree), parts, {n});
    }
    case Op::RuneToStr: {
      // One byte below 0x80: such strings are there already.
      Value* rune = read(i->b);
      orSlow(op2(SOp::LtU, rune, constant(0x80)), {i->a, i->a + 1u}, [&] {
        Value* cell = op2(SOp::Add, constant(function(vm::staticUint64s)), op2(SOp::Mul, rune, constant(8)));
        return Values{cell, constant(1)};
      });
      return true;
    }
    case Op::MakeSliceHeap: {
      Value *len = read(i->b), *cap = read(i->c);
      // As unsigned numbers: what is negative is too large.
      auto elements = [&](Value* n) {
        Value* site = constant(vm::siteCounts ? vm::siteAt(i) : 0);
        Value* v = add(SOp::CallCWrites, Kind::Int, {constant(static_cast<int64_t>(i[1].word)), n, site});
        v->aux = function(vm::tryAllocateArrayAt);
        Value* ok = op2(SOp::Ne, v, constant(0));
        orSlow(ok, {i->a, i->a + 1u, i->a + 2u}, [&] {
          noteAskedLength(i, len);
          return Values{v, len, cap};
        }, {len, cap});
        return Values{read(i->a), len, cap};
      };
      if (len == cap) return elements(cap), true;
      orSlow(op2(SOp::LeU, len, cap), {i->a, i->a + 1u, i->a + 2u}, [&] { return elements(cap); }, {len, cap});
      return true;
    }
    case Op::MakeSliceBuf: {
      const AbiType* t = type(i[1].word);
      if (!t->size) return false;
      Value *len = read(i->b), *cap = read(i->b + 1u), *room = constant(static_cast<int64_t>(kBufSlots * 8 / t->size));
      auto inFrame = [&] {
        for (unsigned k = 0; k < kBufSlots; k++) write(i->c + k, constant(0));
        countStorage(i);
        Value* buffer = add(SOp::HomeAddr, Kind::Int, {});
        buffer->aux = i->c;
        return Values{buffer, len, cap};
      };
      if (len == cap) {
        orSlow(op2(SOp::LeU, cap, room), {i->a, i->a + 1u, i->a + 2u}, inFrame, {len, cap});
      } else {
        Value* fits = op2(SOp::And, op2(SOp::LeU, cap, room), op2(SOp::LeU, len, cap));
        orSlow(op2(SOp::Ne, fits, constant(0)), {i->a, i->a + 1u, i->a + 2u}, inFrame, {len, cap});
      }
      return true;
    }
    case Op::SliceToHeap: {
      // Mostly it has left the frame long ago.
      if (frame_ || i[2].word & kBufOnHeap) return false;
      Value *base = read(i->b), *len = read(i->b + 1u), *cap = read(i->b + 2u), *bottom = add(SOp::HomeAddr, Kind::Int, {});
      Value* distance = op2(SOp::Sub, base, bottom);
      orSlow(op2(SOp::LeU, constant(int64_t{f_.frameSlots} * 8), distance), {i->a, i->a + 1u, i->a + 2u}, [&] { return Values{base, len, cap}; });
      return true;
    }
    default: return false;
  }
}

/// Where there is room only the length grows, and elements are copied; else to new memory from the allocator's cursor.
bool Builder::append(Op op) {
  using Values = Vec<Value*>;
  const Insn* i = at(pc_);
  Value *base = read(i->b), *len = read(i->b + 1u), *cap = read(i->b + 2u), *from = nullptr, *more = read(i->c);
  if (op != Op::AppendGrow) from = more, more = read(i->c + 1u);
  const AbiType* elem = op == Op::AppendStr ? byteType() : type(i[1].word);
  auto size = static_cast<int64_t>(elem->size);
  auto copyTo = [&](Value* to) {
    if (!from) return;
    Value* end = op2(SOp::Add, to, op2(SOp::Mul, len, constant(size)));
    end->nonNil = true;
    add(SOp::MoveBytes, Kind::None, {end, from, op2(SOp::Mul, more, constant(size))});
  };
  Value* longer = op2(SOp::Add, len, more);
  noteLength(i, longer);
  auto grow = [&] {
    noteSiteOfCall(vm::siteAt(i));
    Value* grown = add(SOp::CallCWrites, Kind::Int, {base, len, cap, longer, constant(static_cast<int64_t>(reinterpret_cast<uintptr_t>(elem)))});
    grown->aux = function(vm::tryGrow);
    orSlow(op2(SOp::Ne, grown, constant(0)), {i->a, i->a + 1u, i->a + 2u}, [&] {
      Value* to = op2(SOp::And, grown, constant((int64_t{1} << vm::kGrownCapShift) - 1));
      copyTo(to);
      return Values{to, longer, op2(SOp::Shr, grown, constant(vm::kGrownCapShift))};
    });
    return Values{read(i->a), read(i->a + 1u), read(i->a + 2u)};
  };
  either(op2(SOp::LeU, longer, cap), {i->a, i->a + 1u, i->a + 2u}, [&] { copyTo(base); return Values{base, longer, cap}; }, grow, true);
  return true;
}

/// Interfaces of different types are not equal; of the same type pointers are compared here, and other values by C++.
bool Builder::equalInterfaces(Op op) {
  using Values = Vec<Value*>;
  const Insn* i = at(pc_);
  Value *types[] = {read(i->b), read(i->c)}, *data[] = {read(i->b + 1u), read(i->c + 1u)};
  for (Value*& t : types) {
    if (op == Op::EqEface) continue;
    t = op1(SOp::LoadOrNil, t);
    t->aux = offsetof(Itab, type);
  }
  /// 0 or 1; 2: they cannot be compared, which the slow half raises.
  constexpr auto compare = +[](void* type, void* x, void* y) -> uint64_t {
    const AbiType* bad = nullptr;
    bool equal = vm::equalIface({type, x}, {type, y}, true, &bad);
    return bad ? 2 : equal;
  };
  auto others = [&] {
    Value* v = add(SOp::CallC, Kind::Int, {types[0], data[0], data[1]});
    v->aux = function(compare);
    orSlow(op2(SOp::LtU, v, constant(2)), {i->a}, [&] { return Values{v}; });
    return Values{read(i->a)};
  };
  auto sameType = [&] {
    // The kind is the last byte of a word; pointers can always be compared.
    static_assert(offsetof(AbiType, kind) == 23);
    Value* word = op1(SOp::LoadOrNil, types[0]);
    word->aux = 16;
    Value* isPointer = op2(SOp::Eq, op2(SOp::Shr, word, constant(56)), constant(static_cast<int64_t>(AbiKind::Pointer)));
    either(isPointer, {i->a}, [&] { return Values{op2(SOp::Eq, data[0], data[1])}; }, others, false);
    return Values{read(i->a)};
  };
  either(op2(SOp::Ne, types[0], types[1]), {i->a}, [&] { return Values{constant(0)}; }, sameType, false);
  return true;
}

/// An interface as another: its first word is found by C++, which keeps what it has found.
bool Builder::translateAssert(Op op) {
  using Values = Vec<Value*>;
  if (op != Op::AssertIface && op != Op::AssertIfaceOk && op != Op::ConvIface) return false;
  const Insn* i = at(pc_);
  Value *t = read(i->b), *data = read(i->b + 1u);
  Value* word = add(SOp::CallC, Kind::Int, {constant(static_cast<int64_t>(i[1].word)), t});
  word->aux = function(vm::interfaceWord);
  Value* is = op2(SOp::Ne, word, constant(0));
  if (op == Op::AssertIfaceOk) {
    auto no = [&] { return Values{constant(0), constant(0), constant(0)}; };
    either(is, {i->a, i->a + 1u, i->a + 2u}, [&] { return Values{word, data, constant(1)}; }, no, false);
  } else {
    // What does not implement it, and nil.
    orSlow(is, {i->a, i->a + 1u}, [&] { return Values{word, data}; });
  }
  return true;
}

}  // namespace burrow::jit
