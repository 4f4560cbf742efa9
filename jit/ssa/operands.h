// Which frame slots an instruction reads and writes, Addr operands with their whole extent: what the roles of opcodes.def say, completed by what
// only the instruction's words, types and opcode tell.
#pragma once

#include "jit/ssa/arena.h"
#include "vm/func.h"

namespace burrow::jit {

struct SlotRange {
  unsigned from = 0, count = 0;
};

/// Slots of one instruction. Ranges of `memory` are storage in the frame that pointers may refer to from here on.
struct InsnSlots {
  using List = ShortList<SlotRange, 4>;
  List reads, writes, memory;
  void clear() { reads.clear(), writes.clear(), memory.clear(); }
};

/// Fills `out` for the instruction at pc. False if the extent of an operand is not known: such a function is not compiled by this tier.
bool slotsOfInsn(const vm::Func& f, const Insn* pc, InsnSlots& out);

/// First slot of the incoming arguments, of the results.
inline unsigned argBase(const vm::Func& f) { return f.frameSlots + kFrameHeaderSlots; }
inline unsigned resultBase(const vm::Func& f) { return argBase(f) + f.argSlots; }
inline unsigned allSlots(const vm::Func& f) { return resultBase(f) + f.resultSlots; }

}  // namespace burrow::jit
