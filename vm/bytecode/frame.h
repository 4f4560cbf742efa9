// The frame, one layout for interpreted and compiled code. Stacks grow down; all units are 8-byte slots.
//
//      higher addresses
//      | caller's registers …            |
//      | results  (resultSlots)          |  = the caller's r[argSlots…), callee's r[frameSlots + 2 + argSlots…)
//      | arguments (argSlots)            |  = the caller's r[0…),        callee's r[frameSlots + 2…)
//      | return pc                       |  fp[1]  where the caller goes on
//      | caller's fp                     |  fp[0]
//      | Func* of this frame             |  fp[-1] = r[frameSlots - 1]
//      | locals and temporaries          |
//      | outgoing arguments and results  |  r[0…)
//      lower addresses                      r = fp - frameSlots
//
// Arguments and results: each takes whole slots, ceil(size / 8), scalars extended; zero-sized ones take none.
// A receiver is the first argument. A variable that is addressed is never in the argument area of a call.
//
// Outgoing slots hold nothing that must survive a safepoint, except the arguments of the call that is one:
// from the call on they belong to the callee, whose maps cover its incoming arguments and results.
// A stack map at a safepoint is a bitmap over r[0 … frameSlots + 2 + argSlots + resultSlots): the slots that
// hold live pointers (to the heap, to static data, or into this very stack). At entry (pc 0) it names the
// pointer arguments. Result slots are dead at entry; code that can be left early by a recovered panic
// (hasDefer) zeroes them first and keeps them live throughout.
//
// Storage that pointers may lead to (variables whose address is taken, what *Stack opcodes make) is part of the locals; in functions that
// have some, maps come in pairs: see ImageStackMap.
//
// More exactly: at a safepoint that is not a call, the operands that the instruction reads count as live (it may collect before
// it reads them, and a parked instruction reads them when it is resumed). An instruction that traps without being a safepoint needs no map:
// in a function without deferred calls nothing of its frame is used again, and in one with them (kHasDefer) the map of its
// DeferReturn at Func deferReturn stands in. So everything that deferred calls can reach in the frame (defer records and closures made
// there, variables that they refer to, result slots) is named by the map of that DeferReturn, and zeroed on entry. What Select receives into
// is live at the Select, zeroed before. A received value narrower than a slot is zero-extended: ExtI* follows for signed ones.
//
// Prologue order: a closure's first instruction is LoadCtx, before anything that could overwrite the context.
#pragma once

#include <cstdint>

namespace burrow {

using Slot = uint64_t;

inline constexpr unsigned kFrameHeaderSlots = 2;  ///< caller's fp, return pc
inline constexpr unsigned slotsOf(uint64_t bytes) { return static_cast<unsigned>((bytes + 7) / 8); }

/// Values beyond this size do not lie in frames: their one slot points to a heap copy that nothing writes to any more.
inline constexpr uint64_t kMaxFrameValue = 64 * 1024;
inline constexpr unsigned valueSlots(uint64_t bytes) { return bytes > kMaxFrameValue ? 1 : slotsOf(bytes); }

}  // namespace burrow
