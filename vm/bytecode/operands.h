// What an instruction's operands mean, from the roles of opcodes.def: shared by the verifier and the disassembler.
#pragma once

#include "vm/bytecode/opcode.h"

namespace burrow {

inline constexpr uint16_t operandOf(const Insn& i, unsigned n) { return n == 0 ? i.a : n == 1 ? i.b : i.c; }

/// Consecutive slots that operand n takes; RN and WN read the instruction's first word. 0: not a register.
inline unsigned operandSlots(const Insn* i, unsigned n) {
  switch (opInfo(static_cast<Op>(i->op)).role[n]) {
    case Role::R: case Role::W: case Role::RW: case Role::Addr: return 1;
    case Role::R2: case Role::W2: return 2;
    case Role::R3: case Role::W3: return 3;
    case Role::RN: case Role::WN: return static_cast<uint32_t>(i[1].word);
    default: return 0;
  }
}
inline bool isWrite(Role r) { return r == Role::W || r == Role::W2 || r == Role::W3 || r == Role::WN || r == Role::RW; }

/// Frame storage that an instruction makes part of a value or record: never a register, argument or result.
struct Storage {
  unsigned reg, slots;
};
inline Storage storageOf(const Insn* i) {
  switch (static_cast<Op>(i->op)) {
    case Op::NewStack: case Op::SliceLitStack: return {i->b, i->c};
    case Op::MakeSliceStack: case Op::BoxStack: return {i->b, static_cast<unsigned>(i[2].word >> 32)};
    case Op::ClosureStack: return {i->b, i->c + 1u};
    case Op::MakeMapStack: return {i->b, kMapSlots + static_cast<uint32_t>(i[3].word)};
    case Op::DeferStack: return {i->b, kDeferSlots};
    case Op::StrConcatBuf: case Op::BytesToStrBuf: case Op::StrToBytesBuf: case Op::RunesToStrBuf: case Op::RuneToStrBuf:
    case Op::MakeSliceBuf:
      return {i->c, kBufSlots};
    case Op::StrToRunesBuf: return {i->c, kRuneBufSlots};
    case Op::AppendGrowBuf: return {i->c, kBufSlots + 1};
    default: return {0, 0};
  }
}

/// Branch distance in words; `has` says whether the instruction is a branch with one.
inline int64_t branchDistance(const Insn& i, bool& has) {
  const OpInfo& info = opInfo(static_cast<Op>(i.op));
  has = true;
  for (unsigned n = 0; n < 3; n++) {
    if (info.role[n] == Role::Off16) return i.simmC();
    if (info.role[n] == Role::Off32) return i.imm32();
  }
  has = false;
  return 0;
}

}  // namespace burrow
