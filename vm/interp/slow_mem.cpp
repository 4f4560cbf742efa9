// Traps of memory and index instructions; slice expressions, append, copy, clear.
#include <algorithm>
#include <cstring>

#include "vm/heap/heap.h"
#include "vm/interp/slow.h"
#include "vm/object/object.h"
#include "vm/profile/sites.h"

namespace burrow::vm {

namespace {

int64_t sval(Slot s) { return static_cast<int64_t>(s); }

/// Bounds of a slice expression: absent ones are given by the caller.
struct Bounds {
  Slot lo, hi, max;
  bool three;
};
Bounds boundsOf(const Insn& w, const Slot* r, Slot hi, Slot max) {
  return {w.reg[0] == kNoReg ? 0 : r[w.reg[0]], w.reg[1] == kNoReg ? hi : r[w.reg[1]],
          w.reg[2] == kNoReg ? max : r[w.reg[2]], w.reg[2] != kNoReg};
}

/// Checks lo <= hi <= max <= cap in gc's order; Run if they hold.
Next checkBounds(Goroutine& g, const Bounds& b, Slot cap, bool ofSlice) {
  if (b.three) {
    if (b.max > cap) return raiseSlice(g, sval(b.max), true, sval(cap), ofSlice ? SliceBound::Acap3 : SliceBound::Alen3);
    if (b.hi > b.max) return raiseSlice(g, sval(b.hi), true, sval(b.max), SliceBound::B3);
    if (b.lo > b.hi) return raiseSlice(g, sval(b.lo), true, sval(b.hi), SliceBound::C3);
    return Next::Run;
  }
  if (b.hi > cap) return raiseSlice(g, sval(b.hi), true, sval(cap), ofSlice ? SliceBound::Acap : SliceBound::Alen);
  if (b.lo > b.hi) return raiseSlice(g, sval(b.lo), true, sval(b.hi), SliceBound::B);
  return Next::Run;
}

Next sliced(Goroutine& g, Slot* to, Slot base, const Bounds& b, Slot cap, uint64_t elemSize, bool ofSlice) {
  if (Next n = checkBounds(g, b, cap, ofSlice); n != Next::Run) return n;
  to[0] = b.lo == b.max ? base : base + b.lo * elemSize;
  to[1] = b.hi - b.lo;
  to[2] = b.max - b.lo;
  return Next::Run;
}

Next appendValues(Goroutine& g, Slot* to, GoSliceRaw s, const void* from, int64_t n, const AbiType* elem) {
  int64_t len = s.len;
  if (n > s.cap - len) {
    RootLink keep(const_cast<void*>(from));
    if (const char* error = growSlice(g, s, n, elem)) return raiseError(g, error);
  } else {
    s.len += n;
  }
  noteReached(g, static_cast<uint64_t>(s.len));
  if (n > 0 && elem->size) {
    char* at = static_cast<char*>(s.data) + static_cast<uint64_t>(len) * elem->size;
    if (elem->hasPointers())
      copyTypedArray(at, from, elem, static_cast<uint64_t>(n));
    else
      std::memmove(at, from, static_cast<uint64_t>(n) * elem->size);
  }
  std::memcpy(to, &s, sizeof s);
  return Next::Run;
}

GoSliceRaw sliceAt(const Slot* s) {
  GoSliceRaw v;
  std::memcpy(&v, s, sizeof v);
  return v;
}

const AbiType* typeWord(const Insn* pc) { return reinterpret_cast<const AbiType*>(pc[1].word); }

}  // namespace

Next slowNilA(Goroutine& g, const Insn* pc, Slot* r) { return raiseNil(g, r[pc->a]); }
Next slowNilB(Goroutine& g, const Insn* pc, Slot* r) { return raiseNil(g, r[pc->b]); }
Next slowIndexBC(Goroutine& g, const Insn* pc, Slot* r) { return raiseIndex(g, sval(r[pc->c]), sval(r[pc->b + 1u])); }
Next slowIndexAB(Goroutine& g, const Insn* pc, Slot* r) { return raiseIndex(g, sval(r[pc->b]), sval(r[pc->a + 1u])); }
Next slowIndexImmBC(Goroutine& g, const Insn* pc, Slot* r) { return raiseIndex(g, sval(r[pc->c]), sval(pc[1].word)); }
Next slowIndexImmAB(Goroutine& g, const Insn* pc, Slot* r) { return raiseIndex(g, sval(r[pc->b]), sval(pc[1].word)); }
Next slowCheckIndex(Goroutine& g, const Insn* pc, Slot* r) { return raiseIndex(g, sval(r[pc->a]), sval(r[pc->b])); }

Next slowSliceSlice(Goroutine& g, const Insn* pc, Slot* r) {
  const Slot* s = r + pc->b;
  Slot cap = s[2];
  return sliced(g, r + pc->a, s[0], boundsOf(pc[1], r, s[1], cap), cap, pc[2].word, true);
}
Next slowSliceStr(Goroutine& g, const Insn* pc, Slot* r) {
  Slot len = r[pc->b + 1u];
  Bounds b = boundsOf(pc[1], r, len, len);
  b.three = false;
  return checkBounds(g, b, len, false);
}
Next slowSliceArr(Goroutine& g, const Insn* pc, Slot* r) {
  Slot p = r[pc->b], n = pc[3].word;
  if (p < 4096) return raiseNil(g, p);
  return sliced(g, r + pc->a, p, boundsOf(pc[1], r, n, n), n, pc[2].word, false);
}
Next slowSliceToArr(Goroutine& g, const Insn* pc, Slot* r) {
  return raiseSlice(g, sval(pc[1].word), true, sval(r[pc->b + 1u]), SliceBound::Convert);
}

Next slowAppendGrow(Goroutine& g, const Insn* pc, Slot* r) {
  GoSliceRaw s = sliceAt(r + pc->b);
  if (const char* error = growSlice(g, s, sval(r[pc->c]), typeWord(pc))) return raiseError(g, error);
  std::memcpy(r + pc->a, &s, sizeof s);
  return Next::Run;
}
Next slowAppendGrowBuf(Goroutine& g, const Insn* pc, Slot* r) {
  GoSliceRaw s = sliceAt(r + pc->b);
  const AbiType* t = typeWord(pc);
  auto more = static_cast<int64_t>(pc[3].word), room = static_cast<int64_t>(kBufSlots * sizeof(Slot) / t->size);
  Slot *buf = r + pc->c, *used = buf + kBufSlots;
  bool alone = pc[2].word >> 32 & 1;
  if (pc[2].word & kBufOnHeap && s.len + more <= room && (alone || (!*used && !s.len))) {
    // A test mode: memory of the size that the buffer has.
    *used = 1;
    int64_t cap = alone ? std::min(static_cast<int64_t>(roundUpSize(static_cast<uint64_t>(s.len + more) * t->size, !t->ptrBytes) / t->size), room) : room;
    RootLink keep(s.data);
    void* to = allocateArray(g, t, static_cast<uint64_t>(cap));
    if (s.len) std::memcpy(to, s.data, static_cast<uint64_t>(s.len) * t->size);
    s = {to, s.len + more, cap};
  } else if (alone && s.len + more <= room) {
    // Just as much more as a heap object would have: the slice may be moved there.
    if (s.data != buf && s.len) std::memmove(buf, s.data, static_cast<uint64_t>(s.len) * t->size);
    s.len += more;
    uint64_t bytes = static_cast<uint64_t>(s.len) * t->size;
    s.cap = std::min(static_cast<int64_t>(roundUpSize(bytes, !t->ptrBytes) / t->size), room);
    // All of it: the collector looks at what lies beyond the capacity too, and an earlier slice may have left something there.
    std::memset(reinterpret_cast<char*>(buf) + bytes, 0, kBufSlots * sizeof(Slot) - bytes);
    s.data = buf;
  } else if (!alone && !*used && s.len == 0 && more <= room) {
    // Once a call of the function: an older slice may still refer to it.
    *used = 1;
    std::memset(buf, 0, kBufSlots * sizeof(Slot));
    s = {buf, more, room};
  } else if (const char* error = growSlice(g, s, more, t)) {
    return raiseError(g, error);
  }
  std::memcpy(r + pc->a, &s, sizeof s);
  return Next::Run;
}
Next slowSliceToHeap(Goroutine& g, const Insn* pc, Slot* r) {
  GoSliceRaw s = sliceAt(r + pc->b);
  const AbiType* t = typeWord(pc);
  Slot* fp = g.fp;
  Slot base = reinterpret_cast<Slot>(s.data);
  if (pc[2].word & kBufOnHeap) {
    // The capacity that moving would have given.
    auto room = static_cast<int64_t>(kBufSlots * sizeof(Slot) / t->size);
    if (!pc[3].word && s.cap == room) s.cap = static_cast<int64_t>(roundUpSize(static_cast<uint64_t>(s.len) * t->size, !t->ptrBytes) / t->size);
  } else if (base >= reinterpret_cast<Slot>(r) && base < reinterpret_cast<Slot>(fp)) {
    uint64_t bytes = static_cast<uint64_t>(s.len) * t->size, room = static_cast<uint64_t>(s.cap) * t->size;
    if (!pc[3].word) room = roundUpSize(bytes, !t->ptrBytes) / t->size * t->size;
    auto cap = static_cast<int64_t>(room / t->size);
    char* to = static_cast<char*>(t->ptrBytes ? allocateArray(g, t, static_cast<uint64_t>(cap)) : allocateBytes(g, room));
    std::memcpy(to, s.data, pc[3].word ? room : bytes);
    s = {room ? to : reinterpret_cast<char*>(&zeroSizedObject), s.len, cap};
  }
  std::memcpy(r + pc->a, &s, sizeof s);
  return Next::Run;
}
Next slowAppendMake(Goroutine& g, const Insn* pc, Slot* r) {
  GoSliceRaw s = sliceAt(r + pc->b);
  auto more = static_cast<int64_t>(r[pc->c]);
  const AbiType* t = typeWord(pc);
  int64_t len = s.len, cap = s.cap;
  if (more < 0) return raiseError(g, "makeslice: len out of range");
  if (const char* error = growSlice(g, s, more, t)) return raiseError(g, error);
  noteReached(g, static_cast<uint64_t>(s.len));
  // New memory is zero; what was there may hold anything.
  if (s.cap == cap && more && t->size)
    std::memset(static_cast<char*>(s.data) + static_cast<uint64_t>(len) * t->size, 0, static_cast<uint64_t>(more) * t->size);
  std::memcpy(r + pc->a, &s, sizeof s);
  return Next::Run;
}
Next slowAppendSlice(Goroutine& g, const Insn* pc, Slot* r) {
  GoSliceRaw from = sliceAt(r + pc->c);
  return appendValues(g, r + pc->a, sliceAt(r + pc->b), from.data, from.len, typeWord(pc));
}
Next slowAppendStr(Goroutine& g, const Insn* pc, Slot* r) {
  static const AbiType byteType = [] {
    AbiType t{};
    t.size = 1;
    t.align = t.fieldAlign = 1;
    t.kind = AbiKind::Uint8;
    return t;
  }();
  const Slot* s = r + pc->c;
  return appendValues(g, r + pc->a, sliceAt(r + pc->b), reinterpret_cast<const void*>(s[0]), sval(s[1]), &byteType);
}

Next slowCopySlice(Goroutine&, const Insn* pc, Slot* r) {
  GoSliceRaw to = sliceAt(r + pc->b), from = sliceAt(r + pc->c);
  int64_t n = to.len < from.len ? to.len : from.len;
  const AbiType* t = typeWord(pc);
  if (n > 0 && t->size) {
    if (t->hasPointers())
      copyTypedArray(to.data, from.data, t, static_cast<uint64_t>(n));
    else
      std::memmove(to.data, from.data, static_cast<uint64_t>(n) * t->size);
  }
  r[pc->a] = static_cast<Slot>(n);
  return Next::Run;
}

Next slowClearSlice(Goroutine&, const Insn* pc, Slot* r) {
  GoSliceRaw s = sliceAt(r + pc->a);
  const AbiType* t = typeWord(pc);
  if (s.len > 0 && t->size) std::memset(s.data, 0, static_cast<uint64_t>(s.len) * t->size);
  return Next::Run;
}

}  // namespace burrow::vm
