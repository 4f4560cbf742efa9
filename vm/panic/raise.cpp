// Run-time errors of opcodes and natives: each pushes a call of the Go function that makes the error and panics.
#include <alloca.h>

#include <cstring>
#include <string>
#include <unordered_map>

#include "vm/bytecode/check.h"
#include "vm/interp/interp.h"
#include "vm/link/linker.h"
#include "vm/panic/panic.h"

namespace burrow::vm {

Func* runtimeFunc(const char* symbol) {
  static std::unordered_map<std::string_view, Func*> cache;
  Func*& f = cache[symbol];
  if (!f) {
    f = lookupFunc(symbol);
    if (!f) {
      std::string text = "undefined: " + std::string(symbol);
      fatalError(nullptr, text.c_str());
    }
  }
  return f;
}

/// Where a call of fn goes: its argument area, below the registers of the current frame. The stack may move.
static Slot* makeArea(Goroutine& g, const Func* fn) {
  unsigned area = unsigned{fn->argSlots} + fn->resultSlots;
  uint64_t need = area + kFrameHeaderSlots + fn->frameSlots;
  if (frameRegs(g.fp) - need < g.trueLimit || vmConfig.stressStack) growStack(g, need);
  return frameRegs(g.fp) - area;
}

Next pushCall(Goroutine& g, Func* fn, const Slot* args, unsigned count) {
  BURROW_CHECK(count == fn->argSlots);
  // The arguments may lie on the stack, and point into it.
  auto* copy = static_cast<Slot*>(alloca((count + 1) * sizeof(Slot)));
  if (count) std::memcpy(copy, args, count * sizeof(Slot));
  Slot *low = g.stackLow, *high = g.stackHigh;
  Slot* area = makeArea(g, fn);
  for (unsigned i = 0; i < count; i++) {
    Slot v = copy[i];
    if (v >= reinterpret_cast<uintptr_t>(low) && v < reinterpret_cast<uintptr_t>(high))
      v += static_cast<Slot>(reinterpret_cast<char*>(g.stackHigh) - reinterpret_cast<char*>(high));
    area[i] = v;
  }
  std::memset(area + count, 0, fn->resultSlots * sizeof(Slot));
  Slot* fp = area - kFrameHeaderSlots;
  fp[1] = reinterpret_cast<Slot>(g.pc + 1);
  fp[0] = reinterpret_cast<Slot>(g.fp);
  fp[-1] = reinterpret_cast<Slot>(fn);
  g.fp = fp;
  g.pc = fn->entry;
  return Next::Reload;
}

Next pushClosureCall(Goroutine& g, Closure* fn, const Slot* args, unsigned count) {
  if (!fn) return raiseNil(g, 0);
  g.ctx = fn;  // moved with the stack if it lies there
  return pushCall(g, fn->fn, args, count);
}

void popFrame(Goroutine& g) {
  g.pc = returnAddress(g.fp);
  g.fp = callerFp(g.fp);
}

namespace {

template <class... Args>
Next pushRuntime(Goroutine& g, const char* symbol, Args... args) {
  Slot slots[sizeof...(Args) + 1] = {static_cast<Slot>(args)...};
  return pushCall(g, runtimeFunc(symbol), slots, sizeof...(Args));
}

Slot word(const void* p) { return reinterpret_cast<Slot>(p); }

}  // namespace

Next raiseIndex(Goroutine& g, int64_t index, int64_t length) {
  return pushRuntime(g, "runtime.panicIndex", index, length);
}

Next raiseSlice(Goroutine& g, int64_t x, bool isSigned, int64_t y, SliceBound code) {
  // abi.BoundsErrorCode starts with Index; the rest is in SliceBound's order.
  return pushRuntime(g, "runtime.panicBounds", x, isSigned, y, static_cast<Slot>(code) + 1);
}

Next raiseNil(Goroutine& g, uint64_t address) {
  g.faultAddress = address;
  g.faultPc = g.pc;
  g.faulted = true;
  return pushRuntime(g, "runtime.panicmemAddr", address);
}

Next raiseDivide(Goroutine& g) { return pushRuntime(g, "runtime.panicdivide"); }
Next raiseShift(Goroutine& g) { return pushRuntime(g, "runtime.panicshift"); }

Next raiseError(Goroutine& g, const char* message, bool plain) {
  return pushRuntime(g, "runtime.panicText", word(message), std::strlen(message), plain);
}

Next raiseUncomparable(Goroutine& g, const AbiType* t, bool hashing) {
  return pushRuntime(g, "runtime.panicUncomparable", word(t), hashing);
}

Next raiseAssert(Goroutine& g, const AbiType* dynamic, const AbiType* wanted, const AbiType* source,
                 const uint8_t* missingMethodName) {
  return pushRuntime(g, "runtime.panicAssert", word(dynamic), word(wanted), word(source), word(missingMethodName));
}

}  // namespace burrow::vm
