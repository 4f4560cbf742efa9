// The interpreter loop: fast paths only. Everything that needs more than a few instructions is in slow_*.cpp.
//
// pc, r (registers of the frame) and fp live in machine registers; they are written to g (SAVE) before anything
// that can look at the goroutine, and read back (RELOAD) after anything that said Next::Reload.
//
// The opcodes themselves are in ops_*.inc, a family each: parts of one function, whose labels and macros they use.
#include <algorithm>
#include <iterator>

#include "vm/bytecode/check.h"
#include "vm/heap/heap.h"
#include "vm/interp/interp.h"
#include "vm/interp/loop_values.h"
#include "vm/interp/slow.h"
#include "vm/link/linker.h"
#include "vm/object/object.h"
#include "vm/panic/panic.h"
#include "vm/profile/sites.h"
#include "vm/sched/fault.h"

namespace burrow::vm {

const Insn kNativeCode[3] = {makeInsn(Op::EnterNative), makeInsn(Op::NativeReturned), makeInsn(Op::Return)};
const Insn kBottomCode[2] = {makeInsn(Op::ReturnToLoop), makeInsn(Op::ReturnToLoop)};

#define UNLIKELY(x) __builtin_expect(!!(x), 0)

#define OP(name) L_##name:
#define DISPATCH() goto* labels[pc->op]
#define NEXT(words) do { pc += (words); DISPATCH(); } while (0)
#define SAVE() (g.pc = pc, g.fp = fp)
#define A r[pc->a]
#define B r[pc->b]
#define C r[pc->c]
#define WORD(n) (pc[n].word)
#define PTR(T, n) (reinterpret_cast<T*>(pc[n].word))
/// Calls a slow half and goes on as it says; `words`: length of the instruction.
#define SLOW(fn, words)                         \
  do {                                          \
    SAVE();                                     \
    Next n = fn(g, pc, r);                      \
    if (UNLIKELY(n != Next::Run)) {             \
      next = n;                                 \
      goto handle;                              \
    }                                           \
    NEXT(words);                                \
  } while (0)
/// Leaves for a slow half that always raises.
#define TRAP(fn)        \
  do {                  \
    SAVE();             \
    next = fn(g, pc, r); \
    goto handle;        \
  } while (0)
/// A taken branch. Back edges poll; forward ones only seem to, in the slow half.
#define TAKE(off)                        \
  do {                                   \
    int64_t distance = (off);            \
    if (UNLIKELY(r < g.stackLimit)) {    \
      target = pc + distance;            \
      goto poll;                         \
    }                                    \
    pc += distance;                      \
    DISPATCH();                          \
  } while (0)
#define BRANCH(cond, off) do { if (cond) TAKE(off); NEXT(1); } while (0)
#define CHECK_NIL(p, fn) do { if (isNil(p)) TRAP(fn); } while (0)
/// Enters fn; `retWords`: length of the call instruction.
#define ENTER(fn, retWords)                              \
  do {                                                   \
    Func* callee = (fn);                                 \
    Slot* frame = r - kFrameHeaderSlots;                 \
    frame[1] = word(pc + (retWords));                    \
    frame[0] = word(fp);                                 \
    frame[-1] = word(callee);                            \
    fp = frame;                                          \
    r = frame - callee->frameSlots;                      \
    pc = callee->entry;                                  \
    if (UNLIKELY(r < g.stackLimit)) goto enterSlow;      \
    DISPATCH();                                          \
  } while (0)

// In a section of its own, so that a CPU sample can tell that it interrupted the loop (profile/cpu.cpp).
// Return addresses of machine code are read as instructions, wherever they lie (machine.h).
[[gnu::section("burrow_loop"), gnu::no_sanitize("alignment")]] Next interpret(Goroutine& g) {
  // Padded up to the one that machine code reads as.
  static const void* labels[kReturnToMachine + 1] = {
#define BURROW_OP(name, ...) &&L_##name,
#include "vm/bytecode/opcodes.def"
  };
  labels[kReturnToMachine] = &&L_ReturnToMachine;
  static const void* real[kReturnToMachine + 1];
  static bool saving = false;  // labels lead to `saved`
  static const void* plain[kOpCount];
  static bool counting = false;  // labels of what makes something in the frame, and of CountLoop, lead to `counted`
  const Insn* pc;
  const Insn* target;
  Slot *r, *fp;
  Next next;
  const void* entry;
  const Slot* results = nullptr;  // of an interpreted callee that has returned to machine code

  if (g.resumeOp) resumeOperation(g);

  if (UNLIKELY(siteCounts && !counting)) {
    counting = true;
    std::copy(labels, labels + kOpCount, plain);
    for (size_t op = 0; op < kOpCount; op++) {
      if (countsAlways(static_cast<Op>(op))) labels[op] = &&counted;
      if (countsLength(static_cast<Op>(op))) labels[op] = &&countedLength;
      if (countsBuffer(static_cast<Op>(op))) labels[op] = &&countedSlow;
    }
  }
  if (UNLIKELY(anyPanicOnFault != saving || (saving && !panicsOnFault(g)))) {
    bool wanted = anyPanicOnFault && panicsOnFault(g);
    if (wanted && !saving) {
      std::copy(std::begin(labels), std::end(labels), std::begin(real));
      std::fill(std::begin(labels), std::end(labels), &&saved);
    } else if (!wanted && saving) {
      std::copy(std::begin(real), std::end(real), std::begin(labels));
    }
    saving = wanted;
  }

  if (UNLIKELY(g.pending != Next::Run)) {
    next = g.pending;
    g.pending = Next::Run;
    goto handle;
  }
reload:
  pc = g.pc;
  fp = g.fp;
  if (UNLIKELY(frameFunc(fp)->compiled && !saving)) {
    if ((entry = machineEntry(*frameFunc(fp), pc))) goto machine;
  }
interpreted:
  r = fp - frameFunc(fp)->frameSlots;
  DISPATCH();

machine: {
  MachineExit left = machineHooks.enter(g, entry, results);
  results = nullptr;
  next = left.next;
  if (left.g != &g) {
    left.g->pending = next;
    return Next::Switched;
  }
}
handle:
  if (next == Next::Reload) goto reload;
  if (next == Next::Return) {
    fp = g.fp;
    pc = returnAddress(fp);
    r = fp + kFrameHeaderSlots;  // what a native has called leaves its results there
    fp = callerFp(fp);
    if (Func* f = frameFunc(fp); UNLIKELY(f->compiled || heatedByReturn(*f))) {
      SAVE();
      goto reload;
    }
    DISPATCH();
  }
  if (next == Next::Enter || next == Next::Interpret) {
    pc = g.pc;
    fp = g.fp;
    if (next == Next::Interpret) goto interpreted;
    r = fp - frameFunc(fp)->frameSlots;
    if (UNLIKELY(r < g.stackLimit)) goto enterSlow;
    DISPATCH();
  }
  return next;

saved:
  SAVE();
  goto* real[pc->op];

counted:
  siteCounts[siteAt(pc)].onStack++;
  goto* plain[pc->op];

countedLength:
  noteMaxLength(siteCounts[siteAt(pc)], (&B)[1] + C);
  goto* plain[pc->op];

countedSlow:
  SLOW(slowCounted, insnWords(static_cast<Op>(pc->op)));

enterSlow:
  SAVE();
  next = slowEnter(g);
  goto handle;

poll:
  if (target > pc) {
    pc = target;
    DISPATCH();
  }
  SAVE();
  next = slowPoll(g);
  if (next != Next::Run) goto handle;
  if (Func* f = frameFunc(fp); f->compiled) {
    if (!machineEntry(*f, target)) machineHooks.compileLoop(*f, target);
    g.pc = target;
    goto reload;
  }
  pc = target;
  DISPATCH();

#include "vm/interp/ops_moves.inc"
#include "vm/interp/ops_numbers.inc"
#include "vm/interp/ops_memory.inc"
#include "vm/interp/ops_slices.inc"
#include "vm/interp/ops_values.inc"
#include "vm/interp/ops_calls.inc"
#include "vm/interp/ops_intrinsics.inc"

  // ---- Entries
  OP(EnterUnlinked) {
    SAVE();
    Func* f = frameFunc(fp);
    if (static_cast<Op>(f->entry->op) == Op::EnterUnlinked) linkFunc(*f);  // if not, the goroutine was started before somebody else called it
    pc = f->entry;
    DISPATCH();
  }
  OP(EnterNative) {
    SAVE();
    Func* f = frameFunc(fp);
    Slot* args = fp + kFrameHeaderSlots;
    for (unsigned i = 0; i < f->resultSlots; i++) args[f->argSlots + i] = 0;
    next = f->native(g, args);
    if (next == Next::Run) {
      fp = g.fp;
      goto L_Return;
    }
    // Not called again: whoever wakes it has stored the results.
    if (next == Next::Park && g.pc == pc) g.pc = &kNativeCode[2];
    goto handle;
  }
  OP(NativeReturned) {
    Func* f = frameFunc(fp);
    if (!f->after) goto L_Return;
    Slot* area = r;
    r = fp - f->frameSlots;
    SAVE();
    next = f->after(g, fp + kFrameHeaderSlots, area);
    if (next == Next::Run) {
      fp = g.fp;
      goto L_Return;
    }
    if (next == Next::Park && g.pc == pc) g.pc = &kNativeCode[2];
    goto handle;
  }
  OP(ReturnToLoop) {
    SAVE();
    return Next::Exit;
  }
  // A goroutine whose faults are to be panics stays in the interpreter: there each instruction is known.
  OP(EnterMachine) {
    if (UNLIKELY(saving)) {
      pc = frameFunc(fp)->code;
      DISPATCH();
    }
    SAVE();
    entry = frameFunc(fp)->compiled->body;
    goto machine;
  }
  OP(EnterCounted) {
    Func* f = frameFunc(fp);
    if (f->entry != kCountedEntry) {
      pc = f->entry;  // a goroutine that was started before the function was compiled
    } else if (++f->counter >= machineHooks.threshold && !saving) {
      machineHooks.compile(*f);
      pc = f->entry != kCountedEntry ? f->entry : f->code;
    } else {
      pc = f->code;
    }
    DISPATCH();
  }
  OP(ReturnToMachine) {
    if (UNLIKELY(saving)) {
      pc = instructionBehind(pc);
      DISPATCH();
    }
    SAVE();
    entry = pc;
    {
      // Nothing has written to the frame that was just left. Functions that reflect makes have any signature.
      const Func* callee = frameFunc(r - kFrameHeaderSlots);
      results = r + (callee->after ? argumentsOfCall(pc) : callee->argSlots);
    }
    goto machine;
  }
}

}  // namespace burrow::vm
