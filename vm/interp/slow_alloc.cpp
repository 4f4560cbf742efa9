// Allocations whose operands must be checked first.
#include "vm/heap/heap.h"
#include "vm/interp/slow.h"
#include "vm/object/object.h"

namespace burrow::vm {

Next slowMakeSliceHeap(Goroutine& g, const Insn* pc, Slot* r) {
  auto* t = reinterpret_cast<const AbiType*>(pc[1].word);
  auto len = static_cast<int64_t>(r[pc->b]), cap = static_cast<int64_t>(r[pc->c]);
  uint64_t bytes;
  auto tooBig = [&](int64_t n) {
    return n < 0 || __builtin_mul_overflow(static_cast<uint64_t>(n), t->size, &bytes) || bytes > kMaxAlloc;
  };
  if (tooBig(len)) return raiseError(g, "makeslice: len out of range");
  if (len > cap || tooBig(cap)) return raiseError(g, "makeslice: cap out of range");
  void* p = allocateArray(g, t, static_cast<uint64_t>(cap));
  Slot* to = r + pc->a;
  to[0] = reinterpret_cast<Slot>(p);
  to[1] = static_cast<Slot>(len);
  to[2] = static_cast<Slot>(cap);
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
