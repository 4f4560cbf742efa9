// reflect and internal/reflectlite, but for calls (reflect_call.cpp) and maps (maps.cpp).

#include <vector>

#include "vm/heap/heap.h"
#include "vm/interp/interp.h"
#include "vm/native/direct.h"
#include "vm/native/native.h"
#include "vm/object/object.h"
#include "vm/object/without_safepoint.h"
#include "vm/sched/scheduler.h"

namespace burrow::vm {
namespace {

// ---- Types

NATIVE(resolveOffset) {
  a[2] = slot(offsetAddress(static_cast<int32_t>(a[1])));
  return Next::Run;
}
NATIVE(addReflectOff) {
  a[1] = static_cast<Slot>(static_cast<int64_t>(addressOffset(ptr(a[0]))));
  return Next::Run;
}

/// typelinks() (sections []unsafe.Pointer, offset [][]int32): one section, the module region.
NATIVE(typelinks) {
  static std::vector<int32_t> offsets;
  static void* section;
  static GoSlice<int32_t> list;
  if (!section) {
    section = moduleBase();
    for (AbiType* t : typeLinks()) offsets.push_back(static_cast<int32_t>(reinterpret_cast<char*>(t) - moduleBase()));
    list = {offsets.data(), static_cast<int64_t>(offsets.size()), static_cast<int64_t>(offsets.size())};
  }
  a[0] = slot(&section);
  a[1] = a[2] = 1;
  a[3] = slot(&list);
  a[4] = a[5] = 1;
  return Next::Run;
}

NATIVE(typehash) {
  const AbiType* bad = nullptr;
  a[3] = hashValue(ptr(a[1]), as<AbiType>(a[0]), a[2], &bad);
  return bad ? raiseUncomparable(g, bad, true) : Next::Run;
}

/// Code of a descriptor's Equal closure: {code, type}.
NATIVE(typeEqual) {
  const AbiType* bad = nullptr;
  a[2] = equalValues(ptr(a[0]), ptr(a[1]), as<const AbiType>(g.ctx->captured[0]), &bad);
  return bad ? raiseUncomparable(g, bad, false) : Next::Run;
}
NATIVE(typeHash) {
  const AbiType* bad = nullptr;
  a[2] = hashValue(ptr(a[0]), as<const AbiType>(g.ctx->captured[0]), a[1], &bad);
  return bad ? raiseUncomparable(g, bad, true) : Next::Run;
}

NATIVE(staticUints) { a[0] = slot(staticUint64s); return Next::Run; }
NATIVE(yes) { a[1] = 1; return Next::Run; }

// ---- Memory

NATIVE(newObject) {
  void* p = allocate(g, as<AbiType>(a[0]));
  incomingArgs(g)[1] = slot(p);
  return Next::Run;
}
NATIVE(newArray) {
  auto* t = as<AbiType>(a[0]);
  uint64_t bytes;
  if (static_cast<int64_t>(a[1]) < 0 || __builtin_mul_overflow(t->size, a[1], &bytes) || bytes > kMaxAlloc) {
    return raiseError(g, "runtime: allocation size out of range", true);
  }
  void* p = allocateArray(g, t, a[1]);
  incomingArgs(g)[2] = slot(p);
  return Next::Run;
}
NATIVE(move) {
  if (a[1] != a[2]) copyTyped(ptr(a[1]), ptr(a[2]), as<AbiType>(a[0]));
  return Next::Run;
}
NATIVE(clear) { zeroTyped(ptr(a[1]), as<AbiType>(a[0])); return Next::Run; }
NATIVE(clearPart) {
  std::memset(ptr(a[1]), 0, a[3]);
  return Next::Run;
}
NATIVE(clearArray) {
  auto* t = as<AbiType>(a[0]);
  std::memset(ptr(a[1]), 0, t->size * a[2]);
  return Next::Run;
}
NATIVE(copySlices) {
  auto* t = as<AbiType>(a[0]);
  uint64_t n = a[2] < a[5] ? a[2] : a[5];
  if (n && t->size) copyTypedArray(ptr(a[1]), ptr(a[4]), t, n);
  a[7] = n;
  return Next::Run;
}
NATIVE(grow) {
  auto* t = as<AbiType>(a[0]);
  GoSliceRaw s{ptr(a[1]), static_cast<int64_t>(a[2]), static_cast<int64_t>(a[3])};
  int64_t length = s.len;
  // The capacity that append to a full slice would give.
  int64_t more = static_cast<int64_t>(a[4]);
  if (const char* error = growSlice(g, s, more, t)) return raiseError(g, error);
  Slot* r = incomingArgs(g);
  r[5] = slot(s.data);
  r[6] = static_cast<Slot>(length);
  r[7] = static_cast<Slot>(s.cap);
  return Next::Run;
}
NATIVE(checkSlice) {
  auto* t = as<AbiType>(a[0]);
  uint64_t bytes;
  if (static_cast<int64_t>(a[2]) < 0 || __builtin_mul_overflow(t->size, a[2], &bytes) || (a[1] && bytes > uint64_t{0} - a[1])) {
    return raiseError(g, "unsafe.Slice: len out of range");
  }
  if (!a[1] && bytes) return raiseError(g, "unsafe.Slice: ptr is nil and len is not zero");
  return Next::Run;
}

/// ifaceE2I(t, src any, dst): *dst = src.(t)
NATIVE(toInterface) {
  auto* inter = as<AbiInterfaceType>(a[0]);
  auto* dynamic = as<AbiType>(a[1]);
  auto* to = as<GoIface>(a[3]);
  if (!dynamic) return raiseAssert(g, nullptr, inter, nullptr, nullptr);
  const uint8_t* missing = nullptr;
  void* tab = inter->methods.len ? static_cast<void*>(getItab(inter, dynamic, &missing)) : dynamic;
  if (!tab) return raiseAssert(g, dynamic, inter, nullptr, missing);
  storePtr(&to->tab, tab);
  storePtr(&to->data, ptr(a[2]));
  return Next::Run;
}

// ---- Channels. A call that blocks comes back through NativeReturned, to its `after` function.

Next parkHere(Goroutine& g, const char* reason) {
  g.pc = &kNativeCode[1];
  return park(g, reason);
}

NATIVE(makechan) {
  const char* error = nullptr;
  Chan* c = makeChan(g, as<AbiChanType>(a[0]), static_cast<int64_t>(a[1]), &error);
  if (error) return raiseError(g, error, true);
  incomingArgs(g)[2] = slot(c);
  return Next::Run;
}
NATIVE(chanlen) { a[1] = static_cast<Slot>(chanLen(as<Chan>(a[0]))); return Next::Run; }
NATIVE(chancap) { a[1] = static_cast<Slot>(chanCap(as<Chan>(a[0]))); return Next::Run; }
NATIVE(chanclose) {
  if (!a[0]) return raiseError(g, "close of nil channel", true);
  return chanClose(g, as<Chan>(a[0])) ? Next::Run : raiseError(g, "close of closed channel", true);
}

NATIVE(chansend) {  // (ch, val, nb) selected
  bool block = !(a[2] & 1);
  switch (chanSend(g, as<Chan>(a[0]), ptr(a[1]), block)) {
    case ChanResult::Done: a[3] = 1; return Next::Run;
    case ChanResult::WouldBlock: return Next::Run;
    case ChanResult::Closed: return raiseError(g, "send on closed channel", true);
    case ChanResult::Park: break;
  }
  return parkHere(g, a[0] ? "chan send" : "chan send (nil chan)");
}
Next chansendAfter(Goroutine& g, Slot* a, Slot*) {
  if (!g.single.success) return raiseError(g, "send on closed channel", true);
  a[3] = 1;
  return Next::Run;
}

NATIVE(chanrecv) {  // (ch, nb, val) (selected, received)
  bool ok = false;
  switch (chanRecv(g, as<Chan>(a[0]), ptr(a[2]), !(a[1] & 1), ok)) {
    case ChanResult::WouldBlock: return Next::Run;
    case ChanResult::Park: return parkHere(g, a[0] ? "chan receive" : "chan receive (nil chan)");
    default: break;
  }
  a[3] = 1;
  a[4] = ok;
  return Next::Run;
}
Next chanrecvAfter(Goroutine& g, Slot* a, Slot*) {
  a[3] = 1;
  a[4] = g.single.success;
  return Next::Run;
}

struct RuntimeSelect {
  uint64_t dir;  // 1 send, 2 receive, 3 default
  AbiType* type;
  Chan* chan;
  void* value;
};
NATIVE(rselect) {  // (cases []runtimeSelect) (chosen int, recvOK bool)
  auto* cases = as<RuntimeSelect>(a[0]);
  auto n = static_cast<unsigned>(a[1]);
  std::vector<SelectCase> list(n);
  std::vector<uint64_t> sends((n + 63) / 64 + 1);
  int fallback = -1;
  for (unsigned i = 0; i < n; ++i) {
    if (cases[i].dir == 3) {
      fallback = static_cast<int>(i);
      continue;
    }
    list[i] = {cases[i].chan, cases[i].value};
    if (cases[i].dir == 1) sends[i / 64] |= uint64_t{1} << (i % 64);
  }
  int chosen = -1;
  bool ok = false;
  switch (selectMany(g, list.data(), n, sends.data(), fallback < 0, chosen, ok)) {
    case ChanResult::Done: break;
    case ChanResult::WouldBlock: chosen = fallback; break;
    case ChanResult::Closed: return raiseError(g, "send on closed channel", true);
    case ChanResult::Park: return parkHere(g, n ? "select" : "select (no cases)");
  }
  a[3] = static_cast<Slot>(static_cast<int64_t>(chosen));
  a[4] = ok && chosen >= 0 && cases[chosen].dir == 2;
  return Next::Run;
}
Next rselectAfter(Goroutine& g, Slot* a, Slot*) {
  auto* cases = as<RuntimeSelect>(a[0]);
  auto chosen = g.wakeValue;
  bool ok = g.param != nullptr;
  g.param = nullptr;
  bool sends = cases[chosen].dir == 1;
  if (sends && !ok) return raiseError(g, "send on closed channel", true);
  a[3] = chosen;
  a[4] = ok && !sends;
  return Next::Run;
}

constexpr NativeEntry kTable[] = {
    {"reflect.resolveNameOff", resolveOffset},
    {"reflect.resolveTypeOff", resolveOffset},
    {"reflect.resolveTextOff", resolveOffset},
    {"internal/reflectlite.resolveNameOff", resolveOffset},
    {"internal/reflectlite.resolveTypeOff", resolveOffset},
    {"reflect.addReflectOff", addReflectOff},
    {"reflect.typelinks", typelinks},
    {"reflect.typehash", typehash},
    {"runtime.typehash", typehash},
    {"runtime.typeEqual", typeEqual},
    {"runtime.typeHash", typeHash},
    {"reflect.getStaticuint64s", staticUints},
    {"runtime.getStaticuint64s", staticUints},
    {"reflect.verifyNotInHeapPtr", yes},
    {"reflect.unsafe_New", newObject},
    {"internal/reflectlite.unsafe_New", newObject},
    {"reflect.unsafe_NewArray", newArray},
    {"reflect.typedmemmove", move},
    {"internal/reflectlite.typedmemmove", move},
    {"reflect.typedmemclr", clear},
    {"reflect.typedmemclrpartial", clearPart},
    {"reflect.typedarrayclear", clearArray},
    {"reflect.typedslicecopy", copySlices},
    {"reflect.growslice", grow},
    {"reflect.unsafeslice", checkSlice},
    {"reflect.ifaceE2I", toInterface},
    {"internal/reflectlite.ifaceE2I", toInterface},
    {"reflect.makechan", makechan},
    {"reflect.chanlen", chanlen},
    {"internal/reflectlite.chanlen", chanlen},
    {"reflect.chancap", chancap},
    {"reflect.chanclose", chanclose},
    {"reflect.chansend0", chansend},
    {"reflect.chanrecv", chanrecv},
    {"reflect.rselect", rselect},
};
constexpr NativeAfterEntry kAfter[] = {
    {"reflect.chansend0", chansendAfter},
    {"reflect.chanrecv", chanrecvAfter},
    {"reflect.rselect", rselectAfter},
};

// ---- The same for compiled code

void* addressAt(int64_t offset) { return offsetAddress(static_cast<int32_t>(offset)); }
/// 0: what cannot be hashed is found by the long way.
uint64_t hashCaptured(const Closure* hasher, const void* p, uint64_t seed) {
  const AbiType* bad = nullptr;
  uint64_t h = hashValue(p, reinterpret_cast<const AbiType*>(hasher->captured[0]), seed, &bad);
  return bad ? 0 : h;
}
void moveValue(void* to, const void* from, const AbiType* t) {
  if (to != from) copyTyped(to, from, t);
}
void clearBytes(void* p, uint64_t size) { std::memset(p, 0, size); }
uint64_t staticWords() { return slot(staticUint64s); }

using Result = DirectNative::Result;
using First = DirectNative::First;
const DirectNative kDirect[] = {
    {resolveOffset, plainFunction(addressAt), Result::Value, false, First::None, 1, {1}},
    {typeHash, plainFunction(hashCaptured), Result::ValueOrCall, false, First::Context, 2, {0, 1}},
    {staticUints, plainFunction(staticWords), Result::Value, false, First::None, 0, {}},
    {newObject, plainFunction(tryAllocate), Result::ValueOrCall, true, First::None, 1, {0}, true},
    {newArray, plainFunction(tryAllocateArray), Result::ValueOrCall, true, First::None, 2, {0, 1}, true},
    {move, plainFunction(moveValue), Result::None, true, First::None, 3, {1, 2, 0}},
    {clear, plainFunction(zeroTyped), Result::None, true, First::None, 2, {1, 0}},
    {clearPart, plainFunction(clearBytes), Result::None, true, First::None, 2, {1, 3}},
};

}  // namespace

void registerReflect() {
  addNatives(kTable);
  registerNativeAfter(kAfter, std::size(kAfter));
  addDirect(kDirect);
}

}  // namespace burrow::vm
