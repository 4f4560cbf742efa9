// Functions that are single instructions.
#pragma once

#include <string_view>

#include "vm/bytecode/opcode.h"

namespace burrow::codegen {

struct IntrinsicInfo {
  std::string_view symbol;
  enum Form : uint8_t {
    Unary,        ///< a = op b
    Unary32,      ///< operand and result are 32 bits wide, zero-extended
    Binary,       ///< a = op b, c
    Ternary,      ///< a = op b, c, word register
    Fma,
    BitLen,       ///< 64 - clz
    Ctz,          ///< trailing zeros of a narrower number: `imm` bits
    RotImm32,
    Load, LoadSigned32, Store, Xchg, XchgSigned32, Cas,
    BoolToInt,
    KeepAlive,
    Constant,     ///< result is `imm`
  } form;
  Op op;
  int imm = 0;
};

const IntrinsicInfo* findIntrinsic(std::string_view symbol);
/// Whether a call is an instruction without side effects: it need not be hoisted.
bool isPureIntrinsic(std::string_view symbol);

}  // namespace burrow::codegen
