// Operators: unary and binary operations, comparisons, shifts.
#include "compiler/types/checker.h"
#include "compiler/types/const.h"

namespace burrow {
namespace {

/// Whether the operator is defined on a type; null: it is no such operator.
bool (*operatorPredicate(Operator op, bool isUnary))(Type*) {
  switch (op) {
    case Operator::Add:
      return isUnary ? allNumeric : allNumericOrString;
    case Operator::Sub:
      return allNumeric;
    case Operator::Xor:
      return allInteger;
    case Operator::Not:
      return isUnary ? allBoolean : nullptr;
    case Operator::Mul:
    case Operator::Div:
      return isUnary ? nullptr : allNumeric;
    case Operator::Rem:
    case Operator::And:
    case Operator::Or:
    case Operator::AndNot:
      return isUnary ? nullptr : allInteger;
    case Operator::AndAnd:
    case Operator::OrOr:
      return isUnary ? nullptr : allBoolean;
    default:
      return nullptr;
  }
}

}  // namespace

bool Checker::op(Operand* x, Operator op, bool isUnary) {
  auto predicate = operatorPredicate(op, isUnary);
  if (!predicate) {
    errorf(x, "invalid syntax tree: unknown operator %s", op);
    return false;
  }
  if (predicate(x->type)) return true;
  errorf(x, "invalid operation: operator %s not defined on %s", op, x);
  return false;
}

// ---- Unary operations
// ------------------------------------------------------------------------------

void Checker::unary(Operand* x, Operation* e) {
  expr(nullptr, x, e->x);
  if (x->mode == Mode::Invalid) return;
  Operator op = e->op;
  switch (op) {
    case Operator::And:
      // Composite literals may have their address taken although they are no variables.
      if (x->mode != Mode::Variable && unparen(e->x)->kind != Kind::CompositeLit) {
        errorf(x, "invalid operation: cannot take address of %s", x);
        x->mode = Mode::Invalid;
        return;
      }
      x->mode = Mode::Value;
      x->type = newPointer(arena, x->type);
      return;
    case Operator::Recv:
      if (Type* elem = chanElem(x, x, true)) {
        x->mode = Mode::CommaOk;
        x->type = elem;
        env.hasCallOrRecv = true;
        return;
      }
      x->mode = Mode::Invalid;
      return;
    case Operator::Tilde:
      if (!allInteger(x->type)) {
        error(e, "cannot use ~ outside of interface or type constraint");
        x->mode = Mode::Invalid;
        return;
      }
      error(e,
            "cannot use ~ outside of interface or type constraint (use ^ for bitwise complement)");
      op = Operator::Xor;
      break;
    default:
      break;
  }
  if (!this->op(x, op, true)) {
    x->mode = Mode::Invalid;
    return;
  }
  if (x->mode == Mode::Constant) {
    if (x->val->kind() == ConstKind::Unknown) return;
    unsigned size = isUnsigned(x->type) ? static_cast<unsigned>(sizeOf(x->type) * 8) : 0;
    x->val = constant::unaryOp(op, x->val, size);
    x->expr = e;
    overflow(x, opPos(x->expr));
    return;
  }
  x->mode = Mode::Value;
}

Type* Checker::chanElem(At pos, Operand* x, bool recv) {
  std::string cause;
  Type* u = commonUnder(
      this, x->type,
      [&](Type* t, Type* u, std::string* cause) {
        auto* ch = u ? as<Chan>(u) : nullptr;
        if (!u) {
          *cause = "no specific channel type";
        } else if (!ch) {
          *cause = sprintf("non-channel %s", t);
        } else if (recv && ch->dir == ChanDir::SendOnly) {
          *cause = sprintf("send-only channel %s", t);
        } else if (!recv && ch->dir == ChanDir::RecvOnly) {
          *cause = sprintf("receive-only channel %s", t);
        } else {
          return true;
        }
        return false;
      },
      &cause);
  if (u) return as<Chan>(u)->elem;
  const char* what = recv ? "receive from" : "send to";
  if (isTypeParam(x->type)) {
    errorf(pos, "invalid operation: cannot %s %s: %s", what, x, cause);
  } else {
    errorf(pos, "invalid operation: cannot %s %s %s", what, cause, x);
  }
  return nullptr;
}

// ---- Comparisons
// -----------------------------------------------------------------------------------

void Checker::comparison(Operand* x, Operand* y, Operator op, bool switchCase) {
  if (!isValid(x->type) || !isValid(y->type)) {
    x->mode = Mode::Invalid;
    return;
  }
  if (switchCase) op = Operator::Eql;

  Operand* bad = nullptr;  // the operand to blame
  std::string cause;
  if (!assignableTo(x, y->type, nullptr) && !assignableTo(y, x->type, nullptr)) {
    bad = y;
    cause = sprintf("mismatched types %s and %s", x->type, y->type);
  } else if (op == Operator::Eql || op == Operator::Neq) {
    if (x->isNil() || y->isNil()) {
      // Fails for nil == nil only.
      if (!hasNil(x->isNil() ? y->type : x->type)) bad = y;
    } else if (!comparableType(x->type)) {
      bad = x;
      cause = incomparableCause(x->type);
    } else if (!comparableType(y->type)) {
      bad = y;
      cause = incomparableCause(y->type);
    }
  } else {
    bad = !allOrdered(x->type) ? x : !allOrdered(y->type) ? y : nullptr;
  }

  if (!bad) {
    if (x->mode == Mode::Constant && y->mode == Mode::Constant) {
      x->val = constant::makeBool(constant::compare(x->val, op, y->val));
    } else {
      x->mode = Mode::Value;
      updateExprType(x->expr, defaultType(x->type), true);
      updateExprType(y->expr, defaultType(y->type), true);
    }
    x->type = burrow::typ(BasicKind::UntypedBool);
    return;
  }

  if (cause.empty()) {
    if (isTypeParam(x->type) || isTypeParam(y->type)) {
      if (!isTypeParam(x->type)) bad = y;
      cause = sprintf("type parameter %s cannot use operator %s", bad->type, op);
    } else {
      std::string what(compositeKind(bad->type));
      if (what.empty()) what = sprintf("%s", bad->type);
      cause = sprintf("operator %s not defined on %s", op, what);
    }
  }
  if (switchCase) {
    errorf(x, "invalid case %s in switch on %s (%s)", x->expr, y->expr, cause);
  } else {
    errorf(bad, "invalid operation: %s %s %s (%s)", x->expr, op, y->expr, cause);
  }
  x->mode = Mode::Invalid;
}

std::string Checker::incomparableCause(Type* t) {
  switch (under(t)->kind) {
    case TypeKind::Slice:
    case TypeKind::Signature:
    case TypeKind::Map:
      return std::string(compositeKind(t)) + " can only be compared to nil";
    default: {
      std::string cause;
      isComparable(this, t, true, &cause);
      return cause;
    }
  }
}

// ---- Shifts
// ----------------------------------------------------------------------------------------

void Checker::shift(Operand* x, Operand* y, Expr* e, Operator op) {
  auto invalid = [&] { x->mode = Mode::Invalid; };
  constant::Value xval = x->mode == Mode::Constant ? constant::toInt(x->val) : nullptr;
  if (!allInteger(x->type) && !(isUntyped(x->type) && xval && xval->kind() == ConstKind::Int)) {
    errorf(x, "invalid operation: shifted operand %s must be integer", x);
    return invalid();
  }

  // The count: an integer, or an untyped constant representable as uint.
  constant::Value yval = nullptr;
  if (y->mode == Mode::Constant) {
    yval = constant::toInt(y->val);
    if (yval->kind() == ConstKind::Int && constant::sign(yval) < 0) {
      errorf(y, "invalid operation: negative shift count %s", y);
      return invalid();
    }
    if (isUntyped(y->type)) {
      representable(y, burrow::typ(BasicKind::Uint));
      if (y->mode == Mode::Invalid) return invalid();
    }
  } else if (allInteger(y->type)) {
    if (!allUnsigned(y->type) &&
        !verifyVersionf(y, 13, "invalid operation: signed shift count %s", y)) {
      return invalid();
    }
  } else if (isUntyped(y->type)) {
    convertUntyped(y, burrow::typ(BasicKind::Uint));
    if (y->mode == Mode::Invalid) return invalid();
  } else {
    errorf(y, "invalid operation: shift count %s must be integer", y);
    return invalid();
  }

  if (x->mode == Mode::Constant) {
    if (y->mode == Mode::Constant) {
      if (x->val->kind() == ConstKind::Unknown || y->val->kind() == ConstKind::Unknown) {
        x->val = constant::makeUnknown();
        if (!isInteger(x->type)) x->type = burrow::typ(BasicKind::UntypedInt);
        return;
      }
      constexpr uint64_t kMostCount = 1023 - 1 + 52;  // enough to write the smallest float64
      auto count = constant::uint64Val(yval);
      if (!count || *count > kMostCount) {
        errorf(y, "invalid operation: invalid shift count %s", y);
        return invalid();
      }
      // An untyped 2.0 may be shifted; what comes out is an integer.
      if (!isInteger(x->type)) x->type = burrow::typ(BasicKind::UntypedInt);
      x->val = constant::shift(xval, op, static_cast<unsigned>(*count));
      x->expr = e;
      overflow(x, opPos(x->expr));
      return;
    }
    if (isUntyped(x->type)) {
      // 1 << n: the 1 has the type it would have without the shift, which is not known yet.
      if (x->expr->untyped) x->expr->untypedLhs = true;
      x->mode = Mode::Value;
      return;
    }
  }
  if (!allInteger(x->type)) {
    errorf(x, "invalid operation: shifted operand %s must be integer", x);
    return invalid();
  }
  x->mode = Mode::Value;
}

// ---- Binary operations
// -----------------------------------------------------------------------------

void Checker::binary(Operand* x, Expr* e, Expr* lhs, Expr* rhs, Operator op) {
  Operand y;
  expr(nullptr, x, lhs);
  expr(nullptr, &y, rhs);
  if (x->mode == Mode::Invalid) return;
  if (y.mode == Mode::Invalid) {
    x->mode = Mode::Invalid;
    x->expr = y.expr;
    return;
  }
  if (isShift(op)) return shift(x, &y, e, op);

  matchTypes(x, &y);
  if (x->mode == Mode::Invalid) return;
  if (isComparison(op)) return comparison(x, &y, op, false);

  if (!identical(x->type, y.type)) {
    if (isValid(x->type) && isValid(y.type)) {
      if (e) {
        errorf(x, "invalid operation: %s (mismatched types %s and %s)", e, x->type, y.type);
      } else {
        errorf(x, "invalid operation: %s %s= %s (mismatched types %s and %s)", lhs, op, rhs,
               x->type, y.type);
      }
    }
    x->mode = Mode::Invalid;
    return;
  }
  if (!this->op(x, op, false)) {
    x->mode = Mode::Invalid;
    return;
  }

  bool constants = x->mode == Mode::Constant && y.mode == Mode::Constant;
  if (op == Operator::Div || op == Operator::Rem) {
    bool byZero = (x->mode == Mode::Constant || allInteger(x->type)) && y.mode == Mode::Constant &&
                  constant::sign(y.val) == 0;
    if (!byZero && constants && isComplex(x->type)) {
      // Squares that underflow divide by zero all the same.
      constant::Value re = constant::real(y.val), im = constant::imag(y.val);
      byZero = constant::sign(constant::binaryOp(re, Operator::Mul, re)) == 0 &&
               constant::sign(constant::binaryOp(im, Operator::Mul, im)) == 0;
    }
    if (byZero) {
      error(y, "invalid operation: division by zero");
      x->mode = Mode::Invalid;
      return;
    }
  }
  if (constants) {
    if (x->val->kind() == ConstKind::Unknown || y.val->kind() == ConstKind::Unknown) {
      x->val = constant::makeUnknown();
      return;
    }
    x->val = constant::binaryOp(x->val, op, y.val, op == Operator::Div && isInteger(x->type));
    x->expr = e;
    overflow(x, opPos(x->expr));
    return;
  }
  x->mode = Mode::Value;
}

bool Checker::mayConvert(Operand* x, Operand* y) {
  // If not, there is a mismatch to report rather than a failed conversion.
  if (isTyped(x->type) && isTyped(y->type)) return false;
  if (allNumeric(x->type) != allNumeric(y->type)) return false;
  if (isNonTypeParamInterface(x->type) || isNonTypeParamInterface(y->type)) return true;
  if (allBoolean(x->type) != allBoolean(y->type)) return false;
  if (allString(x->type) != allString(y->type)) return false;
  if (x->isNil()) return hasNil(y->type);
  if (y->isNil()) return hasNil(x->type);
  return !isPointer(x->type) && !isPointer(y->type);
}

void Checker::matchTypes(Operand* x, Operand* y) {
  if (!mayConvert(x, y)) return;
  convertUntyped(x, y->type);
  if (x->mode == Mode::Invalid) return;
  convertUntyped(y, x->type);
  if (y->mode == Mode::Invalid) x->mode = Mode::Invalid;
}

}  // namespace burrow
