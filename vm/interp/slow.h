// Out-of-line halves of opcodes. Each reads its operands from `pc` and registers `r`; pc and frame are saved in g
// before the call. Run: go on behind the instruction. None of them moves the running stack unless it returns Reload.
#pragma once

#include "vm/bytecode/opcode.h"
#include "vm/sched/scheduler.h"

namespace burrow::vm {

using SlowFn = Next(Goroutine& g, const Insn* pc, Slot* r);

// slow_call.cpp
Next slowEnter(Goroutine& g);              ///< frame pushed; the stack limit was hit
Next slowPoll(Goroutine& g);               ///< taken back edge; Run: go on at the target
/// Completes a channel operation that parked and advances g.pc. False: it panics instead, g.pc and g.fp are those of the call.
bool resumeOperation(Goroutine& g);
SlowFn slowGo, slowDefer, slowDeferStack, slowDeferToken, slowDeferAt, slowNilCall, slowUnreachable;

// slow_arith.cpp
SlowFn slowDivC128, slowDivide, slowShift;

// slow_mem.cpp: traps of memory and index instructions, slices
SlowFn slowNilA, slowNilB;                 ///< operand a or b was the nil pointer
SlowFn slowIndexBC, slowIndexAB, slowIndexStr, slowIndexImmBC, slowIndexImmAB, slowCheckIndex;
SlowFn slowSliceSlice, slowSliceStr, slowSliceArr, slowSliceToArr;
SlowFn slowAppendGrow, slowAppendGrowBuf, slowSliceToHeap, slowAppendMake, slowAppendSlice, slowAppendStr, slowCopySlice, slowClearSlice;

// slow_alloc.cpp
SlowFn slowMakeSliceHeap, slowMakeSliceBounds, slowMakeSliceBuf, slowMakeChan;

// slow_string.cpp
SlowFn slowStrConcat, slowBytesToStr, slowStrToBytes, slowRunesToStr, slowStrToRunes, slowRuneToStr;
SlowFn slowStrConcatBuf, slowBytesToStrBuf, slowStrToBytesBuf, slowRunesToStrBuf, slowStrToRunesBuf, slowRuneToStrBuf;
bool equalStrings(const Slot* a, const Slot* b);
int compareStrings(const Slot* a, const Slot* b);

// slow_iface.cpp
SlowFn slowEqIface, slowEqEface, slowEqVal, slowEqMem, slowAssertIface, slowAssertIfaceOk, slowConvIface, slowAssertFail;

// slow_map.cpp
SlowFn slowMapGet, slowMapGetOk, slowMapSet, slowMapDelete, slowMapClear, slowMapIterInit, slowMapIterNext;

// slow_counted.cpp: while a profiler counts (profile/sites.h), in place of the slow half of an instruction that may use a buffer in the frame
SlowFn slowCounted;

// slow_chan.cpp
SlowFn slowChanSend, slowChanRecv, slowChanClose, slowSelect;

}  // namespace burrow::vm
