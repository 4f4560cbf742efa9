#include "vm/profile/place.h"

#include <algorithm>

#include "vm/interp/interp.h"
#include "vm/link/internal.h"
#include "vm/link/linker.h"
#include "vm/machine/machine.h"
#include "vm/profile/stacks.h"

// Bounds of the interpreter's loop, which has a section of its own.
extern "C" const char __start_burrow_loop[], __stop_burrow_loop[];

namespace burrow::vm {

namespace {

bool isFunc(const Func* f) {
  auto* p = reinterpret_cast<const char*>(f);
  return f == &bottomFunc || (p > moduleBase() && p < link::regionEnd() && !(reinterpret_cast<uintptr_t>(p) & 7));
}

}  // namespace

/// Everything that is read through it lies on g's stack then.
bool isFrame(const Goroutine& g, const void* p) {
  auto* fp = static_cast<const Slot*>(p);
  return fp > g.stackLow && fp + 1 < g.stackHigh && !(reinterpret_cast<uintptr_t>(fp) & 7) && isFunc(frameFunc(fp));
}

namespace {

bool isIn(const Func& f, const Insn* pc) { return pc >= f.code && pc < f.code + f.codeWords && !(reinterpret_cast<uintptr_t>(pc) & 7); }

/// In the loop, registers hold the frame, its registers' address and the instruction, in whichever of the machine's they are.
Place placeInLoop(const Goroutine& g, const greg_t* regs) {
  constexpr int kHolders[] = {REG_RBX, REG_RBP, REG_R12, REG_R13, REG_R14, REG_R15, REG_RAX, REG_RCX, REG_RDX,
                              REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11};
  for (int i : kHolders) {
    auto* fp = reinterpret_cast<const Slot*>(regs[i]);
    if (!isFrame(g, fp)) continue;
    const Func* f = frameFunc(fp);
    auto frame = static_cast<greg_t>(reinterpret_cast<uintptr_t>(fp - f->frameSlots));
    bool found = false;
    for (int k : kHolders) found |= regs[k] == frame;
    if (!found) continue;
    for (int k : kHolders)
      if (auto* pc = reinterpret_cast<const Insn*>(regs[k]); isIn(*f, pc)) return {fp, pc};
  }
  return {};
}

bool isOnStack(const Goroutine& g, const Slot* sp, unsigned slots) {
  return sp >= g.stackLow && sp + slots <= g.stackHigh && !(reinterpret_cast<uintptr_t>(sp) & 7);
}

/// The caller of a function without a frame, whose return address is at sp. `fp`: of the caller if rbp still has it, else null.
Place placeOfCaller(const Goroutine& g, const Slot* sp, const Slot* fp) {
  if (!isOnStack(g, sp, 1)) return {};
  auto* back = reinterpret_cast<const Insn*>(sp[0]);
  if (isMachineAddress(back)) {
    const Func* f = nullptr;
    back = instructionBehindIf(back, &f);
    if (!back) return {};
    fp = sp + 1 + f->frameSlots;   // the caller's registers end where it calls
  }
  if (!fp || !isFrame(g, fp) || !isIn(*frameFunc(fp), back - 1)) return {};
  return {fp, back - 1};
}

Place withLeaf(Place at, const Insn* const* pcs, unsigned n) {
  if (!at.fp) return {};
  at.inlinedCount = n;
  std::copy(pcs, pcs + n, at.inlined);
  return at;
}

/// In a function that makes no frame, or in a prologue.
Place placeWithoutFrame(const Goroutine& g, const greg_t* regs, const Func& f, const Insn* const* pcs, unsigned n) {
  auto *fp = reinterpret_cast<const Slot*>(regs[REG_RBP]), *sp = reinterpret_cast<const Slot*>(regs[REG_RSP]);
  if (!isOnStack(g, sp, 2)) return {};
  if (fp == sp) return withLeaf(placeOfCaller(g, sp + 1, reinterpret_cast<const Slot*>(sp[0])), pcs, n);   // rbp was pushed and set …
  if (sp[0] == reinterpret_cast<Slot>(fp)) return withLeaf(placeOfCaller(g, sp + 1, fp), pcs, n);          // … or not set yet
  bool made = isFrame(g, fp) && frameFunc(fp) == &f && static_cast<uint64_t>(fp - sp) <= f.frameSlots;     // a caller's lies further up
  return made ? withLeaf({fp, pcs[n - 1]}, pcs, n - 1) : withLeaf(placeOfCaller(g, sp, fp), pcs, n);
}

/// Machine code has called C++ without saying more than where its stack is.
Place placeOfPlainCall(const Goroutine& g, const Slot* sp) {
  if (!isMachineAddress(reinterpret_cast<const void*>(sp[0]))) return {};
  auto* call = reinterpret_cast<const char*>(sp[0]) - 1;
  const Insn* pcs[kMaxInlined + 1];
  const Func* f = nullptr;
  Place at;
  if (unsigned n = instructionsWithoutFrame(call, pcs, kMaxInlined, &f)) {
    at = withLeaf(placeOfCaller(g, sp + 1, nullptr), pcs, n);
  } else if (n = instructionsNear(call, pcs, kMaxInlined + 1); n) {
    const Slot* fp = sp + 1 + machineFunction(call)->frameSlots;
    if (isFrame(g, fp) && isIn(*frameFunc(fp), pcs[n - 1])) at = withLeaf({fp, pcs[n - 1]}, pcs, n - 1);
  }
  at.inside = true;
  return at;
}

/// Below a slow half or a native, what the goroutine says is true.
Place placeInCpp(const Goroutine& g) {
  if (const Slot* sp = plainCall; sp && isOnStack(g, sp, 2)) return placeOfPlainCall(g, sp);
  if (!isFrame(g, g.fp) || isMachineAddress(g.pc)) return {};
  const Func* f = frameFunc(g.fp);
  if (!(f->flags & kNative) && !isIn(*f, g.pc)) return {};
  Place at{g.fp, g.pc};
  at.inside = !(f->flags & kNative);
  return at;
}

Place placeInMachineCode(const Goroutine& g, const greg_t* regs) {
  auto* fp = reinterpret_cast<const Slot*>(regs[REG_RBP]);
  const Insn* pcs[kMaxInlined + 1];
  auto* rip = reinterpret_cast<const void*>(regs[REG_RIP]);
  const Func* leaf = nullptr;
  if (unsigned n = instructionsWithoutFrame(rip, pcs, kMaxInlined, &leaf)) return placeWithoutFrame(g, regs, *leaf, pcs, n);
  unsigned n = instructionsNear(rip, pcs, kMaxInlined + 1);
  if (!n || !isFrame(g, fp)) return {};
  if (!isIn(*frameFunc(fp), pcs[n - 1])) return isIn(*frameFunc(fp), pcs[0]) ? Place{fp, pcs[0]} : Place{};  // its frame is made right now
  Place at{fp, pcs[n - 1]};
  at.inlinedCount = n - 1;
  std::copy(pcs, pcs + n - 1, at.inlined);
  return at;
}

}  // namespace

Place placeOf(const Goroutine& g, const greg_t* regs) {
  auto* rip = reinterpret_cast<const char*>(regs[REG_RIP]);
  if (isMachineAddress(rip)) return placeInMachineCode(g, regs);
  return rip >= __start_burrow_loop && rip < __stop_burrow_loop ? placeInLoop(g, regs) : placeInCpp(g);
}

uint32_t walkFrames(const Goroutine& g, Place at, const Insn** pcs, uint32_t count) {
  for (unsigned i = 0; i < at.inlinedCount && count < kMaxProfileFrames; i++) pcs[count++] = at.inlined[i];
  while (count < kMaxProfileFrames) {
    const Func* f = frameFunc(at.fp);
    if (!at.fp[0]) break;  // the bottom
    pcs[count++] = f->flags & kNative ? reinterpret_cast<const Insn*>(f) : isIn(*f, at.pc) ? at.pc : f->code;
    const Insn* back = returnAddress(at.fp);
    if (isMachineAddress(back)) back = instructionBehindIf(back);
    auto* caller = reinterpret_cast<const Slot*>(at.fp[0]);
    if (!back || caller <= at.fp || !isFrame(g, caller)) break;
    at = {caller, back - 1};
  }
  return count;
}

}  // namespace burrow::vm
