// Small helpers about operators and constants that the expression files share. Internal to types/.
#pragma once

#include "compiler/syntax/nodes.h"
#include "compiler/types/constant.h"
#include "compiler/types/type.h"

namespace burrow {

/// Whether x can be represented as a value of type t; `rounded` (may be null) gets it as such.
bool representableConst(constant::Value x, const Basic* t, constant::Value* rounded);

/// Where an operation's errors are reported: at the operator, or where the expression starts.
Pos opPos(const syntax::Expr* x);

inline bool isShift(syntax::Operator op) {
  return op == syntax::Operator::Shl || op == syntax::Operator::Shr;
}
inline bool isComparison(syntax::Operator op) {
  return op >= syntax::Operator::Eql && op <= syntax::Operator::Geq;
}

}  // namespace burrow
