#include "jit/helpers.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "vm/bytecode/operands.h"
#include "vm/heap/heap.h"
#include "vm/object/object.h"
#include "vm/panic/panic.h"

namespace burrow::jit {

using vm::Goroutine;
using vm::Next;

namespace {

template <class T>
T* pointer(Slot s) { return reinterpret_cast<T*>(s); }
Slot word(const void* p) { return reinterpret_cast<Slot>(p); }
char* at(Slot s) { return pointer<char>(s); }
const AbiType* type(const Insn* pc, unsigned n = 1) { return pointer<const AbiType>(pc[n].word); }

double f64(Slot s) { return std::bit_cast<double>(s); }
float f32(Slot s) { return std::bit_cast<float>(static_cast<uint32_t>(s)); }
Slot bits(double d) { return std::bit_cast<uint64_t>(d); }
Slot bits(float f) { return std::bit_cast<uint32_t>(f); }

/// Go's min and max: NaN wins, and -0 is less than 0.
template <class F>
F goMin(F x, F y) {
  if (x != x) return x;
  if (y != y) return y;
  if (x == 0 && y == 0) return std::signbit(x) ? x : y;
  return x < y ? x : y;
}
template <class F>
F goMax(F x, F y) {
  if (x != x) return x;
  if (y != y) return y;
  if (x == 0 && y == 0) return std::signbit(x) ? y : x;
  return x > y ? x : y;
}

}  // namespace

Next helpPoll(Goroutine& g, const Insn* pc, Slot*) {
  Next next = vm::slowPoll(g);
  vm::Func* f = vm::frameFunc(g.fp);
  if (next != Next::Run || f->compiled->quick || static_cast<Op>(pc->op) == Op::JumpTable) return next;
  // The templates' code runs while there is better code: it goes on there from the loop's header, if that is to be.
  bool branches;
  int64_t distance = branchDistance(*pc, branches);
  const Insn* target = pc + (branches ? distance : int64_t{insnWords(static_cast<Op>(pc->op))});
  if (vm::improvedEntry(*f, target)) {
    g.pc = target;
    return Next::Reload;
  }
  if (branches && distance < 0) vm::machineHooks.compileLoop(*f, target);
  return Next::Run;
}
uint64_t valueManyCalls(Goroutine& g, const Insn*, Slot*) {
  vm::machineHooks.improve(*vm::frameFunc(g.fp));
  return 0;
}
Next helpDeferReturn(Goroutine& g, const Insn*, Slot*) { return vm::deferReturn(g); }
Next helpMovN(Goroutine&, const Insn* pc, Slot* r) {
  std::memmove(r + pc->a, r + pc->b, static_cast<uint32_t>(pc[1].word) * sizeof(Slot));
  return Next::Run;
}
Next helpFrameCopy(Goroutine&, const Insn* pc, Slot* r) {
  std::memmove(at(word(r + pc->a)) + static_cast<uint32_t>(pc[1].word), at(word(r + pc->b)) + (pc[1].word >> 32), pc[2].word);
  return Next::Run;
}
Next helpLoadN(Goroutine&, const Insn* pc, Slot* r) {
  auto slots = static_cast<uint32_t>(pc[1].word);
  uint64_t bytes = pc[1].word >> 32;
  Slot* d = r + pc->a;
  std::memmove(d, at(r[pc->b]) + pc->c, bytes);
  if (uint64_t rest = slots * sizeof(Slot) - bytes) std::memset(reinterpret_cast<char*>(d) + bytes, 0, rest);
  return Next::Run;
}
Next helpStoreN(Goroutine&, const Insn* pc, Slot* r) {
  std::memmove(at(r[pc->a]) + pc->c, r + pc->b, pc[1].word >> 32);
  return Next::Run;
}
Next helpStoreTyped(Goroutine&, const Insn* pc, Slot* r) {
  vm::copyTyped(at(r[pc->a]) + pc->c, r + pc->b, type(pc));
  return Next::Run;
}
Next helpCopyTyped(Goroutine&, const Insn* pc, Slot* r) {
  vm::copyTyped(at(r[pc->a]), at(r[pc->b]), type(pc));
  return Next::Run;
}
Next helpZeroTyped(Goroutine&, const Insn* pc, Slot* r) {
  vm::zeroTyped(at(r[pc->a]), type(pc));
  return Next::Run;
}
Next helpCopyStr(Goroutine&, const Insn* pc, Slot* r) {
  const Slot *d = r + pc->b, *s = r + pc->c;
  Slot n = d[1] < s[1] ? d[1] : s[1];
  if (n) std::memmove(at(d[0]), at(s[0]), n);
  r[pc->a] = n;
  return Next::Run;
}
Next helpDecodeRune(Goroutine&, const Insn* pc, Slot* r) {
  const Slot* s = r + pc->b;
  auto next = static_cast<int64_t>(r[pc->c]);
  r[pc->a] = static_cast<Slot>(int64_t{vm::decodeRune({at(s[0]), static_cast<int64_t>(s[1])}, next)});
  r[pc->c] = static_cast<Slot>(next);
  return Next::Run;
}

Next helpNewHeap(Goroutine& g, const Insn* pc, Slot* r) {
  r[pc->a] = word(vm::allocate(g, type(pc)));
  return Next::Run;
}
Next helpNewHeapCounted(Goroutine& g, const Insn* pc, Slot* r) {
  r[pc->a] = word(vm::allocateAtSite(g, type(pc), static_cast<uint32_t>(pc[2].word)));
  return Next::Run;
}
Next helpClosureHeap(Goroutine& g, const Insn* pc, Slot* r) {
  auto* object = static_cast<Slot*>(vm::allocate(g, type(pc, 2)));
  object[0] = pc[1].word;
  std::memcpy(object + 1, r + pc->b, pc->c * sizeof(Slot));
  r[pc->a] = word(object);
  return Next::Run;
}
Next helpClosureHeapCounted(Goroutine& g, const Insn* pc, Slot* r) {
  auto* object = static_cast<Slot*>(vm::allocateAtSite(g, type(pc, 2), static_cast<uint32_t>(pc[3].word)));
  object[0] = pc[1].word;
  std::memcpy(object + 1, r + pc->b, pc->c * sizeof(Slot));
  r[pc->a] = word(object);
  return Next::Run;
}
Next helpBoxHeap(Goroutine& g, const Insn* pc, Slot* r) {
  r[pc->a] = word(vm::boxValue(g, type(pc), r + pc->b));
  return Next::Run;
}
Next helpMakeMapHeap(Goroutine& g, const Insn* pc, Slot* r) {
  r[pc->a] = word(vm::makeMap(g, pointer<const AbiMapType>(pc[1].word), static_cast<int64_t>(r[pc->b])));
  return Next::Run;
}
Next helpMakeMapStack(Goroutine& g, const Insn* pc, Slot* r) {
  r[pc->a] = word(vm::makeMapIn(g, r + pc->b, pc[3].word, pointer<const AbiMapType>(pc[1].word), static_cast<int64_t>(r[pc->c])));
  return Next::Run;
}

uint64_t valuePopcount(Goroutine&, const Insn* pc, Slot* r) { return static_cast<uint64_t>(__builtin_popcountll(r[pc->b])); }
uint64_t valueMinF64(Goroutine&, const Insn* pc, Slot* r) { return bits(goMin(f64(r[pc->b]), f64(r[pc->c]))); }
uint64_t valueMaxF64(Goroutine&, const Insn* pc, Slot* r) { return bits(goMax(f64(r[pc->b]), f64(r[pc->c]))); }
uint64_t valueMinF32(Goroutine&, const Insn* pc, Slot* r) { return bits(goMin(f32(r[pc->b]), f32(r[pc->c]))); }
uint64_t valueMaxF32(Goroutine&, const Insn* pc, Slot* r) { return bits(goMax(f32(r[pc->b]), f32(r[pc->c]))); }
uint64_t valueFloor(Goroutine&, const Insn* pc, Slot* r) { return bits(std::floor(f64(r[pc->b]))); }
uint64_t valueCeil(Goroutine&, const Insn* pc, Slot* r) { return bits(std::ceil(f64(r[pc->b]))); }
uint64_t valueTrunc(Goroutine&, const Insn* pc, Slot* r) { return bits(std::trunc(f64(r[pc->b]))); }
uint64_t valueFma(Goroutine&, const Insn* pc, Slot* r) { return bits(std::fma(f64(r[pc->b]), f64(r[pc->c]), f64(r[pc[1].reg[0]]))); }

uint64_t valueEqStr(Goroutine&, const Insn* pc, Slot* r) { return vm::equalStrings(r + pc->b, r + pc->c); }
uint64_t valueEqStrAB(Goroutine&, const Insn* pc, Slot* r) { return vm::equalStrings(r + pc->a, r + pc->b); }
uint64_t valueLtStr(Goroutine&, const Insn* pc, Slot* r) { return vm::compareStrings(r + pc->b, r + pc->c) < 0; }
uint64_t valueLeStr(Goroutine&, const Insn* pc, Slot* r) { return vm::compareStrings(r + pc->b, r + pc->c) <= 0; }

uint64_t valueMapLen(Goroutine&, const Insn* pc, Slot* r) {
  Slot m = r[pc->b];
  return m ? static_cast<uint64_t>(vm::mapLen(pointer<vm::Map>(m))) : 0;
}
uint64_t valueChanLen(Goroutine&, const Insn* pc, Slot* r) {
  Slot c = r[pc->b];
  return c ? static_cast<uint64_t>(vm::chanLen(pointer<vm::Chan>(c))) : 0;
}
uint64_t valueChanCap(Goroutine&, const Insn* pc, Slot* r) {
  Slot c = r[pc->b];
  return c ? static_cast<uint64_t>(vm::chanCap(pointer<vm::Chan>(c))) : 0;
}

}  // namespace burrow::jit
