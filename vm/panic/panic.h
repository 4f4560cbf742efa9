// Panics, deferred calls, recovery, tracebacks: what natives and the overlay's runtime package build on.
//
// Division of labour. The loop and natives raise (raise.cpp): they push a call of a Go function of package runtime.
// That function (overlay, Go) makes the error value and calls runtime.gopanic (Go), which keeps a PanicRecord in its frame and
// asks here for the deferred calls (nextPanicDefer), calls them, and asks here to resume a recovered frame.
//
// Functions of package runtime that are pushed, with their arguments:
//   panicIndex(x int, y int)                                   goPanic of boundsError, code Index
//   panicBounds(x int64, signed bool, y int, code uint8)       the other bounds errors; code as abi.BoundsErrorCode
//   panicdivide()   panicshift()   panicmemAddr(addr uintptr)
//   panicText(msg string, plain bool)                          errorString, or plainError
//   panicUncomparable(t *abi.Type, hashing bool)               "comparing uncomparable type T" / "hash of unhashable type T"
//   panicAssert(concrete, asserted, iface *abi.Type, missing *byte)   TypeAssertionError; missing: abi.Name bytes or nil
#pragma once

#include <string>

#include "vm/sched/goroutine.h"

namespace burrow::vm {

/// Type of DeferRecords on the heap.
const AbiType* deferRecordType();

/// Opcodes Defer, DeferStack, DeferToken, DeferAt. `storage` null: on the heap (safepoint).
Next deferCall(Goroutine& g, Closure* fn, DeferRecord* storage);
DeferRecord* deferToken(Goroutine& g);
Next deferAt(Goroutine& g, Closure* fn, DeferRecord* token);
/// Runs the deferred calls of its caller's frame, when there are several.
extern const Insn kDeferLoopCode[2];
/// Opcode DeferReturn in frame g.fp at g.pc. Run: none left. Reload: a deferred call was pushed.
Next deferReturn(Goroutine& g);

/// Takes the newest deferred call of the goroutine off its list; null if there is none. *frame: the frame that deferred it.
Closure* takeDefer(Goroutine& g, Slot** frame);
/// Unwinds to `frame` (which deferred something) and resumes it where its deferred calls run (Func::info->deferReturn).
/// The goroutine's panic list is the caller's business.
Next resumeAtDeferReturn(Goroutine& g, Slot* frame);
/// The frame of runtime.gopanic (or Goexit) that p belongs to.
inline Slot* panicFrame(const Goroutine& g, const PanicRecord& p) { return g.stackHigh - p.depth; }
/// Whether recover(), called by the function in frame `fp`, is called by a deferred function that the
/// panic p runs directly; wrappers (kWrapper) do not count, neither as that function nor between.
bool calledByPanic(Goroutine& g, Slot* fp, const PanicRecord& p);

/// "goroutine N [state]:" and the frames but the first `skip`, in gc's format (runtime.Stack).
std::string tracebackText(Goroutine& g, unsigned skip);
/// Tracebacks of all user goroutines but `except`, each after an empty line; also at the end of fatal errors under GOTRACEBACK=all.
std::string otherTracebacks(Goroutine* except);
/// Ends the program after an unrecovered panic whose messages were printed already: traceback, exit status 2.
[[noreturn]] void dieOfPanic(Goroutine& g);
/// Calls visit for each logical frame, innermost first, until it returns false; an inlined call is a frame. `pc` is an address inside
/// the calling instruction (exact for the innermost frame; for natives, the address of their Func; see ImageInline for calls that
/// were inlined): what runtime.Callers gives is pc + 1.
struct FrameView {
  Slot* fp;               ///< of the frame on the stack: inlined calls share their caller's
  Func* func;             ///< whose frame that is
  const Insn* pc;
  const Insn* running;    ///< where func is: as pc, but the same for its inlined calls
  std::string_view name;  ///< of the function called: func's, or the one whose call was inlined
  bool inlined;
};
void walkFrames(Goroutine& g, bool (*visit)(void* ctx, const FrameView& frame), void* ctx);

/// GOTRACEBACK: none 0, single and all 1, system 2; and whether all goroutines are shown after a panic.
int tracebackLevel();
bool tracebackAll();

}  // namespace burrow::vm
