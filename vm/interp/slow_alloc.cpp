// Allocations whose operands must be checked first.
#include <cstring>

#include "vm/heap/heap.h"
#include "vm/interp/slow.h"
#include "vm/object/object.h"
#include "vm/profile/sites.h"

namespace burrow::vm {

namespace {

const AbiType* elemType(const Insn* pc) { return reinterpret_cast<const AbiType*>(pc[1].word); }

void setSlice(Slot* to, void* p, int64_t len, int64_t cap) {
  to[0] = reinterpret_cast<Slot>(p);
  to[1] = static_cast<Slot>(len);
  to[2] = static_cast<Slot>(cap);
}

Next makeSlice(Goroutine& g, const AbiType* t, Slot* to, int64_t len, int64_t cap) {
  uint64_t bytes;
  auto tooBig = [&](int64_t n) {
    return n < 0 || __builtin_mul_overflow(static_cast<uint64_t>(n), t->size, &bytes) || bytes > kMaxAlloc;
  };
  if (tooBig(len)) return raiseError(g, "makeslice: len out of range");
  if (len > cap || tooBig(cap)) return raiseError(g, "makeslice: cap out of range");
  void* p = allocateArray(g, t, static_cast<uint64_t>(cap));
  setSlice(to, p, len, cap);
  noteLength(g, static_cast<uint64_t>(len));
  return Next::Run;
}

}  // namespace

Next slowMakeSliceHeap(Goroutine& g, const Insn* pc, Slot* r) {
  return makeSlice(g, elemType(pc), r + pc->a, static_cast<int64_t>(r[pc->b]), static_cast<int64_t>(r[pc->c]));
}

Next slowMakeSliceBounds(Goroutine& g, const Insn* pc, Slot* r) {
  return raiseError(g, static_cast<int64_t>(r[pc->c]) < 0 ? "makeslice: len out of range" : "makeslice: cap out of range");
}

Next slowMakeSliceBuf(Goroutine& g, const Insn* pc, Slot* r) {
  const AbiType* t = elemType(pc);
  auto len = static_cast<int64_t>(r[pc->b]), cap = static_cast<int64_t>(r[pc->b + 1u]);
  Slot* buf = r + pc->c;
  // Zeroed in any case: from here on stack maps name its pointers.
  std::memset(buf, 0, kBufSlots * sizeof(Slot));
  auto room = static_cast<int64_t>(kBufSlots * sizeof(Slot) / t->size);
  if (len < 0 || len > cap || cap > room) return makeSlice(g, t, r + pc->a, len, cap);
  setSlice(r + pc->a, buf, len, cap);
  return Next::Run;
}

Next slowMakeChan(Goroutine& g, const Insn* pc, Slot* r) {
  const char* error = nullptr;
  Chan* c = makeChan(g, reinterpret_cast<const AbiChanType*>(pc[1].word), static_cast<int64_t>(r[pc->b]), &error);
  if (error) return raiseError(g, error, true);
  r[pc->a] = reinterpret_cast<Slot>(c);
  return Next::Run;
}

}  // namespace burrow::vm
