// A goroutine: its stack, where it stands, and what it waits for.
//
// Who owns what: a Running goroutine's pc/fp/stack belong to the thread that runs it; in every other state they
// belong to whoever holds the scheduler's lock. A goroutine parks only at safepoints, with pc and fp saved here.
#pragma once

#include <cstdint>

#include "vm/bytecode/type_desc.h"
#include "vm/func.h"
#include "vm/machine/machine.h"

namespace burrow::vm {

enum class GState : uint8_t { Idle, Runnable, Running, Waiting, Syscall, Dead };

/// A blocked channel operation (or one case of a select). Lives in the waiting goroutine's `waiters`; `elem` points to a
/// stack slot of the waiter or to heap memory, and is adjusted when its stack moves.
struct Waiter {
  Goroutine* g = nullptr;
  void* elem = nullptr;           ///< value to send, or where to put the one received (null: drop)
  struct Chan* chan = nullptr;
  Waiter *next = nullptr, *prev = nullptr;
  int32_t caseIndex = -1;         ///< in a select
  bool isSelect = false, success = false, sends = false;
};

/// A deferred call: linked from the goroutine, newest first. On the heap (Defer), in the frame (DeferStack: kDeferSlots
/// slots), or in a token's list (DeferAt). Heap records are GC objects of type deferRecordType().
struct DeferRecord {
  DeferRecord* link;
  Slot* fp;                       ///< frame that deferred
  Closure* fn;                    ///< func(); null for a token record
  DeferRecord* atList;            ///< token records: calls added by DeferAt, newest first
  Slot flags;                     ///< kDeferHeap, kDeferToken
  Slot unused;
};
static_assert(sizeof(DeferRecord) == kDeferSlots * 8);

/// A panic in progress: a variable of runtime.gopanic (overlay Go struct of this layout), linked newest first.
struct PanicRecord {
  GoIface value;                  ///< the argument of panic (an eface)
  PanicRecord* link;
  Slot* deferFp;                  ///< frame whose deferred call runs now
  uint8_t recovered, goexit, aborted, started;
  uint32_t depth;                 ///< of the frame of gopanic or Goexit: slots below stackHigh (the record may be on the heap)
};

struct Goroutine {
  // ---- offsets known to compiled code (see internals.h)
  Slot* stackLimit = nullptr;     ///< lowest usable address + guard; kPreempt while a preemption is asked for
  Slot* fp = nullptr;             ///< saved frame (valid when not in the loop, and in slow paths)
  const Insn* pc = nullptr;       ///< saved instruction: the one being executed
  Closure* ctx = nullptr;         ///< closure being called; adjusted if it lies on this stack
  void* systemSp = nullptr;       ///< while machine code runs: the thread's own stack, where helpers are called
  // ---- stack
  Slot *stackLow = nullptr, *stackHigh = nullptr;
  Slot* trueLimit = nullptr;      ///< stackLimit without preemption
  // ---- panics
  DeferRecord* defers = nullptr;
  PanicRecord* panics = nullptr;
  // ---- scheduling
  uint64_t id = 0;
  GState state = GState::Idle;
  bool system = false;            ///< not counted by deadlock detection or NumGoroutine (finalizers, timers)
  bool lockedThread = false;
  bool selectDone = false;
  bool resumeOp = false;          ///< parked in the channel operation at pc: the loop completes it on resumption
  Next pending = Next::Run;       ///< machine code left for the loop with this, after a switch to this goroutine
  const void* resumeAt = nullptr; ///< with resumeOp: where compiled code goes on behind the operation, if it was parked there
  const char* waitReason = "";    ///< as shown in a traceback: "chan receive", "select", "sleep" …
  int64_t waitSince = 0;          ///< when a collection or an idle vm first found it waiting; 0: none has
  int64_t blockedSince = 0;       ///< exactly, if that is noted (profile/contention.h)
  Goroutine* schedNext = nullptr;
  Goroutine *allNext = nullptr, *allPrev = nullptr;
  Waiter* waiters = nullptr;      ///< of the blocking operation, waiterCount of them: &single or waiterArray
  Waiter* waiterArray = nullptr;  ///< waiterCapacity of them
  uint32_t waiterCount = 0, waiterCapacity = 0;
  Waiter single;                  ///< for plain channel operations
  void* param = nullptr;          ///< the waker's message
  Slot wakeValue = 0;
  const Insn* createdAt = nullptr; ///< pc of the go statement
  Func* createdBy = nullptr;
  Goroutine* creator = nullptr;   ///< may be dead: only creatorId is shown
  uint64_t creatorId = 0;
  void* coro = nullptr;           ///< iter.Pull
  void* labels = nullptr;         ///< profiler labels (GC root)
  uint64_t faultAddress = 0;
  const Insn* faultPc = nullptr;  ///< instruction of the last nil dereference
  bool faulted = false;           ///< there was one
  bool stressTurn = false;        ///< stressPreempt: this poll was yielded at, and is to be passed now
  int32_t preemptOff = 0;         ///< procPin depth
};

inline Slot* const kPreemptLimit = reinterpret_cast<Slot*>(~uintptr_t{0} - 4095);

/// Whether p points into g's stack.
inline bool onStack(const Goroutine& g, const void* p) {
  return p >= static_cast<const void*>(g.stackLow) && p < static_cast<const void*>(g.stackHigh);
}
/// The frame's registers, its function, and the incoming area.
inline Func* frameFunc(const Slot* fp) { return reinterpret_cast<Func*>(fp[-1]); }
inline Slot* frameRegs(Slot* fp) { return fp - frameFunc(fp)->frameSlots; }
inline Slot* callerFp(Slot* fp) { return reinterpret_cast<Slot*>(fp[0]); }
/// Where the frame returns to, of either kind: what goes into g.pc to go on there.
inline const Insn* returnAddress(const Slot* fp) { return reinterpret_cast<const Insn*>(fp[1]); }
/// The instruction that the frame returns to.
inline const Insn* returnPc(const Slot* fp) {
  const Insn* p = returnAddress(fp);
  return isMachineAddress(p) ? instructionBehind(p) : p;
}
/// Incoming arguments of g's current frame: natives re-derive `args` with it after anything that may move the stack.
inline Slot* incomingArgs(Goroutine& g) { return g.fp + kFrameHeaderSlots; }

// ---- panics raised by the vm (panic/raise.cpp). All return Next::Reload: the frame of a Go function of the overlay has been
// pushed as if the instruction g.pc had called it.
Next raiseIndex(Goroutine& g, int64_t index, int64_t length);
enum class SliceBound : uint8_t { Alen, Acap, B, Alen3, Acap3, B3, C3, Convert };  ///< after runtime.boundsErrorCode
Next raiseSlice(Goroutine& g, int64_t x, bool isSigned, int64_t y, SliceBound code);
Next raiseNil(Goroutine& g, uint64_t address);
Next raiseDivide(Goroutine& g);
Next raiseShift(Goroutine& g);
/// A runtime.Error with text "runtime error: " + message (plainError without prefix if `plain`).
Next raiseError(Goroutine& g, const char* message, bool plain = false);
Next raiseUncomparable(Goroutine& g, const AbiType* t, bool hashing);
Next raiseAssert(Goroutine& g, const AbiType* dynamic, const AbiType* wanted, const AbiType* source, const uint8_t* missingMethodName);
/// Pushes a call of a Go function (by symbol name, of package runtime in the overlay) with these argument slots on top of g's stack.
Next pushCall(Goroutine& g, Func* fn, const Slot* args, unsigned count);
Func* runtimeFunc(const char* symbol);

/// "fatal error: text" with tracebacks, exit status 2. Never returns. `g` may be null.
[[noreturn]] void fatalError(Goroutine* g, const char* text);

}  // namespace burrow::vm
