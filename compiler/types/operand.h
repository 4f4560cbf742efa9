// An operand: what the checker knows about an expression while it works on it. Internal to types/.
#pragma once

#include <string>

#include "compiler/types/object.h"

namespace burrow {

class Checker;
using syntax::Mode;

/// Default-constructed operands are invalid. `id` is meaningful for Mode::Builtin only.
struct Operand {
  Mode mode = Mode::Invalid;
  BuiltinId id = BuiltinId::Append;
  syntax::Expr* expr = nullptr;
  Type* type = nullptr;
  const ConstantValue* val = nullptr;  ///< for Mode::Constant

  Pos pos() const { return expr ? expr->pos : Pos(); }
  bool valid() const { return mode != Mode::Invalid; }
  bool isNil() const { return mode == Mode::NilValue; }
  /// x := the value of a basic literal; Invalid if it is malformed.
  void setConst(syntax::LitKind kind, std::string_view literal);
};

/// As in messages: "x (variable of type int)". `check` may be null (full package paths then).
std::string operandString(const Operand* x, Checker* check);
/// "struct", "map", "type parameter", …: what kind of composite a type is; "" for basic types.
std::string_view compositeKind(Type* t);

}  // namespace burrow
