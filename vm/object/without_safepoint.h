// What compiled code calls in the middle of an instruction: it passes no safepoint, raises nothing and needs no frame.
#pragma once

#include "vm/bytecode/type_desc.h"

namespace burrow::vm {

struct MapIter;

/// An object as allocate makes it (heap.h); null if the allocator would have to be asked, as it has whenever allocations are sampled
/// or collect: the caller goes the long way then. While sites are counted, `site` is the number of one (else 0); without it is siteOfCall.
void* tryAllocate(const AbiType* t);
void* tryAllocateArray(const AbiType* t, uint64_t n);  ///< null for too many, too
void* tryAllocateArrayAt(const AbiType* t, uint64_t n, uint32_t site);
void* tryAllocateBytes(uint64_t size, uint32_t site);  ///< contents undefined
/// While sites are counted: the one for which compiled code calls C++ next. Else 0.
extern uint32_t siteOfCall;

/// For the instruction of siteOfCall: memory for a slice that grows to newLen elements, with the old ones and zeros behind them: its address, and its capacity above
/// kGrownCapShift. 0: the long way, as above; there is room without; or there can be none.
uint64_t tryGrow(const void* data, int64_t len, int64_t cap, int64_t newLen, const AbiType* elem);
inline constexpr unsigned kGrownCapShift = 48;

/// First word of an interface of type `inter` that holds a `type`; null if that does not implement it, or is null.
void* interfaceWord(AbiInterfaceType* inter, AbiType* type);

/// mapIterNext (object.h).
void stepMapIter(MapIter* it);

}  // namespace burrow::vm
