// Maps.
#include <cstdlib>
#include <cstring>

#include "vm/interp/slow.h"
#include "vm/object/object.h"

namespace burrow::vm {

namespace {

const AbiMapType* typeOf(const Insn* pc) { return reinterpret_cast<const AbiMapType*>(pc[1].word); }
Map* mapIn(Slot s) { return reinterpret_cast<Map*>(s); }

/// Zeroes to read instead of an absent element of any size; never freed, rarely bigger than zeroValue.
void* zeroFor(uint64_t size) {
  if (size <= sizeof zeroValue) return zeroValue;
  static void* big = nullptr;
  static uint64_t bigSize = 0;
  if (size > bigSize) {
    big = std::calloc(1, size * 2);
    if (!big) fatalError(nullptr, "out of memory");
    bigSize = size * 2;
  }
  return big;
}

}  // namespace

Next slowMapGet(Goroutine& g, const Insn* pc, Slot* r) {
  const AbiType* bad = nullptr;
  void* e = mapFind(typeOf(pc), mapIn(r[pc->b]), r + pc->c, &bad);
  if (bad) return raiseUncomparable(g, bad, true);
  r[pc->a] = reinterpret_cast<Slot>(e ? e : zeroFor(typeOf(pc)->elem->size));
  return Next::Run;
}

Next slowMapGetOk(Goroutine& g, const Insn* pc, Slot* r) {
  const AbiType* bad = nullptr;
  void* e = mapFind(typeOf(pc), mapIn(r[pc->b]), r + pc->c, &bad);
  if (bad) return raiseUncomparable(g, bad, true);
  r[pc->a] = reinterpret_cast<Slot>(e ? e : zeroFor(typeOf(pc)->elem->size));
  r[pc->a + 1u] = e != nullptr;
  return Next::Run;
}

Next slowMapSet(Goroutine& g, const Insn* pc, Slot* r) {
  Map* m = mapIn(r[pc->b]);
  if (!m) return raiseError(g, "assignment to entry in nil map", true);
  const AbiType* bad = nullptr;
  void* e = mapAssign(g, typeOf(pc), m, r + pc->c, &bad);
  if (bad) return raiseUncomparable(g, bad, true);
  r[pc->a] = reinterpret_cast<Slot>(e);
  return Next::Run;
}

Next slowMapDelete(Goroutine& g, const Insn* pc, Slot* r) {
  const AbiType* bad = nullptr;
  mapDelete(typeOf(pc), mapIn(r[pc->a]), r + pc->b, &bad);
  return bad ? raiseUncomparable(g, bad, true) : Next::Run;
}

Next slowMapClear(Goroutine&, const Insn* pc, Slot* r) {
  if (Map* m = mapIn(r[pc->a])) mapClear(typeOf(pc), m);
  return Next::Run;
}

Next slowMapIterInit(Goroutine& g, const Insn* pc, Slot* r) {
  Slot m = r[pc->b];
  std::memset(r + pc->a, 0, sizeof(MapIter));
  mapIterInit(g, *reinterpret_cast<MapIter*>(r + pc->a), typeOf(pc), mapIn(m));
  return Next::Run;
}

Next slowMapIterNext(Goroutine& g, const Insn* pc, Slot* r) {
  mapIterNext(g, *reinterpret_cast<MapIter*>(r + pc->a));
  return Next::Run;
}

}  // namespace burrow::vm
