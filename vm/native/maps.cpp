// Maps for reflect, internal/runtime/maps and maps.Clone.

#include "vm/heap/heap.h"
#include "vm/native/direct.h"
#include "vm/native/native.h"
#include "vm/object/object.h"
#include "vm/object/without_safepoint.h"

namespace burrow::vm {
namespace {

NATIVE(makemap) {
  int64_t hint = static_cast<int64_t>(a[1]);
  Map* m = makeMap(g, as<AbiMapType>(a[0]), hint < 0 ? 0 : hint);
  incomingArgs(g)[2] = slot(m);
  return Next::Run;
}

NATIVE(access) {
  const AbiType* bad = nullptr;
  void* e = a[1] ? mapFind(as<AbiMapType>(a[0]), as<Map>(a[1]), ptr(a[2]), &bad) : nullptr;
  if (bad) return raiseUncomparable(g, bad, true);
  a[3] = slot(e);
  return Next::Run;
}
NATIVE(accessStr) {  // the key's two slots are the string
  const AbiType* bad = nullptr;
  a[4] = a[1] ? slot(mapFind(as<AbiMapType>(a[0]), as<Map>(a[1]), a + 2, &bad)) : 0;
  return Next::Run;
}

/// `key` is an argument slot's address or a heap address; it is copied before the map can grow and collect.
Next assign(Goroutine& g, Slot* a, bool stringKey, unsigned valueSlot) {
  auto* t = as<AbiMapType>(a[0]);
  auto* m = as<Map>(a[1]);
  if (!m) return raiseError(g, "assignment to entry in nil map", true);
  const AbiType* bad = nullptr;
  void* e = mapAssign(g, t, m, stringKey ? static_cast<const void*>(a + 2) : ptr(a[2]), &bad);
  if (bad) return raiseUncomparable(g, bad, true);
  copyTyped(e, ptr(incomingArgs(g)[valueSlot]), t->elem);
  return Next::Run;
}
NATIVE(assignAny) { return assign(g, a, false, 3); }
NATIVE(assignStr) { return assign(g, a, true, 4); }

NATIVE(remove) {
  const AbiType* bad = nullptr;
  if (a[1]) mapDelete(as<AbiMapType>(a[0]), as<Map>(a[1]), ptr(a[2]), &bad);
  return bad ? raiseUncomparable(g, bad, true) : Next::Run;
}
NATIVE(removeStr) {
  const AbiType* bad = nullptr;
  if (a[1]) mapDelete(as<AbiMapType>(a[0]), as<Map>(a[1]), a + 2, &bad);
  return Next::Run;
}
NATIVE(clear) {
  if (a[1]) mapClear(as<AbiMapType>(a[0]), as<Map>(a[1]));
  return Next::Run;
}
NATIVE(len) {
  a[1] = a[0] ? static_cast<Slot>(mapLen(as<Map>(a[0]))) : 0;
  return Next::Run;
}
NATIVE(clone) {
  if (!a[1]) return Next::Run;
  Map* m = mapClone(g, as<AbiMapType>(a[0]), as<Map>(a[1]));
  incomingArgs(g)[2] = slot(m);
  return Next::Run;
}
NATIVE(iterInit) {
  mapIterInit(g, *as<MapIter>(a[0]), as<AbiMapType>(a[1]), as<Map>(a[2]));
  return Next::Run;
}
NATIVE(iterNext) {
  mapIterNext(g, *as<MapIter>(a[0]));
  return Next::Run;
}

constexpr NativeEntry kTable[] = {
    {"reflect.makemap", makemap},
    {"reflect.mapaccess", access},
    {"reflect.mapaccess_faststr", accessStr},
    {"reflect.mapassign0", assignAny},
    {"reflect.mapassign_faststr0", assignStr},
    {"reflect.mapdelete", remove},
    {"reflect.mapdelete_faststr", removeStr},
    {"reflect.mapclear", clear},
    {"reflect.maplen", len},
    {"internal/reflectlite.maplen", len},
    {"runtime.mapclone", clone},
    {"internal/runtime/maps.iterInit", iterInit},
    {"internal/runtime/maps.iterNext", iterNext},
};

// ---- The same for compiled code

uint64_t lengthOf(const Map* m) { return m ? static_cast<uint64_t>(mapLen(m)) : 0; }
/// 0: the key is not there, or cannot be hashed.
const void* lookUp(const AbiMapType* t, Map* m, const void* key) {
  const AbiType* bad = nullptr;
  return m ? mapFind(t, m, key, &bad) : nullptr;
}

void startIter(Goroutine& g, MapIter* it, const AbiMapType* t, Map* m) { mapIterInit(g, *it, t, m); }

using Result = DirectNative::Result;
using First = DirectNative::First;
const DirectNative kDirect[] = {
    {access, plainFunction(lookUp), Result::ValueOrCall, false, First::None, 3, {0, 1, 2}},
    {len, plainFunction(lengthOf), Result::Value, false, First::None, 1, {0}},
    {iterInit, plainFunction(startIter), Result::None, true, First::Goroutine, 3, {0, 1, 2}},
    {iterNext, plainFunction(stepMapIter), Result::None, true, First::None, 1, {0}},
};

}  // namespace

void registerMaps() {
  addNatives(kTable);
  addDirect(kDirect);
}

}  // namespace burrow::vm
