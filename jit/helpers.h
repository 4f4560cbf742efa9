// C++ that templates call: whole instructions that the interpreter does in its loop, and numbers too long to compute in place.
#pragma once

#include "jit/stubs.h"

namespace burrow::jit {

// ---- whole instructions, on slots
vm::SlowFn helpMovN, helpFrameCopy, helpLoadN, helpStoreN, helpStoreTyped, helpCopyTyped, helpZeroTyped, helpCopyStr, helpDecodeRune;
vm::SlowFn helpPoll, helpDeferReturn;     ///< helpPoll: goes on in better code if there is some
vm::SlowFn helpNewHeap, helpNewHeapCounted, helpClosureHeap, helpClosureHeapCounted, helpBoxHeap, helpMakeMapHeap, helpMakeMapStack;

// ---- numbers
ValueFn valueManyCalls;  ///< of a function's prologue: there is to be better code
ValueFn valuePopcount, valueMinF64, valueMaxF64, valueMinF32, valueMaxF32, valueFloor, valueCeil, valueTrunc, valueFma;
ValueFn valueEqStr, valueEqStrAB, valueLtStr, valueLeStr;  ///< EqStrAB: of registers a and b
ValueFn valueMapLen, valueChanLen, valueChanCap;

}  // namespace burrow::jit
