// Equality of composite values; interface assertions and conversions.
#include <cstring>

#include "vm/interp/slow.h"
#include "vm/link/linker.h"
#include "vm/object/object.h"
#include "vm/object/without_safepoint.h"

namespace burrow::vm {

namespace {

GoIface ifaceAt(const Slot* s) { return {reinterpret_cast<void*>(s[0]), reinterpret_cast<void*>(s[1])}; }

/// Stores an equality's result, or raises for values that cannot be compared.
Next compared(Goroutine& g, Slot* to, bool equal, const AbiType* bad) {
  if (bad) return raiseUncomparable(g, bad, false);
  *to = equal;
  return Next::Run;
}

/// In front of getItab's table: direct-mapped.
struct CachedItab {
  const AbiInterfaceType* inter;
  const AbiType* type;
  Itab* tab;
};
CachedItab itabCache[512];

Itab* findItab(AbiInterfaceType* inter, AbiType* type, const uint8_t** missing) {
  uintptr_t h = (reinterpret_cast<uintptr_t>(inter) >> 4) * 31 + (reinterpret_cast<uintptr_t>(type) >> 4);
  CachedItab& c = itabCache[(h ^ h >> 9) % 512];
  if (c.inter == inter && c.type == type) return c.tab;
  Itab* tab = getItab(inter, type, missing);
  if (tab) c = {inter, type, tab};
  return tab;
}

/// First word of an interface of type `inter` that holds a `type`; null if it does not implement it.
void* firstWord(AbiInterfaceType* inter, AbiType* type, const uint8_t** missing) {
  if (inter->methods.len == 0) return type;
  return findItab(inter, type, missing);
}

AbiInterfaceType* target(const Insn* pc) { return reinterpret_cast<AbiInterfaceType*>(pc[1].word); }

}  // namespace

void* interfaceWord(AbiInterfaceType* inter, AbiType* type) { return type ? firstWord(inter, type, nullptr) : nullptr; }

Next slowEqIface(Goroutine& g, const Insn* pc, Slot* r) {
  const AbiType* bad = nullptr;
  bool equal = equalIface(ifaceAt(r + pc->b), ifaceAt(r + pc->c), false, &bad);
  return compared(g, r + pc->a, equal, bad);
}
Next slowEqEface(Goroutine& g, const Insn* pc, Slot* r) {
  const AbiType* bad = nullptr;
  bool equal = equalIface(ifaceAt(r + pc->b), ifaceAt(r + pc->c), true, &bad);
  return compared(g, r + pc->a, equal, bad);
}
Next slowEqVal(Goroutine& g, const Insn* pc, Slot* r) {
  const AbiType* bad = nullptr;
  bool equal = equalValues(r + pc->b, r + pc->c, reinterpret_cast<const AbiType*>(pc[1].word), &bad);
  return compared(g, r + pc->a, equal, bad);
}
Next slowEqMem(Goroutine& g, const Insn* pc, Slot* r) {
  Slot x = r[pc->b], y = r[pc->c];
  if (x < 4096 || y < 4096) return raiseNil(g, x < 4096 ? x : y);
  const AbiType* bad = nullptr;
  bool equal = equalValues(reinterpret_cast<const void*>(x), reinterpret_cast<const void*>(y),
                           reinterpret_cast<const AbiType*>(pc[1].word), &bad);
  return compared(g, r + pc->a, equal, bad);
}

Next slowAssertIface(Goroutine& g, const Insn* pc, Slot* r) {
  auto* type = reinterpret_cast<AbiType*>(r[pc->b]);
  Slot data = r[pc->b + 1u];
  AbiInterfaceType* inter = target(pc);
  const uint8_t* missing = nullptr;
  void* word = type ? firstWord(inter, type, &missing) : nullptr;
  if (!word) return raiseAssert(g, type, inter, nullptr, missing);
  r[pc->a] = reinterpret_cast<Slot>(word);
  r[pc->a + 1u] = data;
  return Next::Run;
}

Next slowAssertIfaceOk(Goroutine&, const Insn* pc, Slot* r) {
  auto* type = reinterpret_cast<AbiType*>(r[pc->b]);
  Slot data = r[pc->b + 1u];
  void* word = interfaceWord(target(pc), type);
  Slot* to = r + pc->a;
  to[0] = reinterpret_cast<Slot>(word);
  to[1] = word ? data : 0;
  to[2] = word != nullptr;
  return Next::Run;
}

Next slowConvIface(Goroutine& g, const Insn* pc, Slot* r) {
  auto* type = reinterpret_cast<AbiType*>(r[pc->b]);
  Slot data = r[pc->b + 1u];
  void* word = nullptr;
  if (type) {
    const uint8_t* missing = nullptr;
    word = firstWord(target(pc), type, &missing);
    if (!word) return raiseAssert(g, type, target(pc), nullptr, missing);
  }
  r[pc->a] = reinterpret_cast<Slot>(word);
  r[pc->a + 1u] = type ? data : 0;
  return Next::Run;
}

Next slowAssertFail(Goroutine& g, const Insn* pc, Slot* r) {
  auto* dynamic = reinterpret_cast<AbiType*>(r[pc->a]);
  const uint8_t* missing = nullptr;
  if (auto* inter = reinterpret_cast<AbiInterfaceType*>(pc[3].word); inter && dynamic) getItab(inter, dynamic, &missing);
  return raiseAssert(g, dynamic, reinterpret_cast<const AbiType*>(pc[1].word),
                     reinterpret_cast<const AbiType*>(pc[2].word), missing);
}

}  // namespace burrow::vm
