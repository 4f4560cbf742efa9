// Constant operands: overflow, representability in a type, and what messages say about it.
#include "compiler/types/const.h"

#include <cmath>

#include "compiler/types/checker.h"

namespace burrow {
namespace {

/// What to call the operation that made a constant too large; "" if it cannot.
std::string_view overflowName(const Expr* x) {
  auto* e = as<const Operation>(x);
  if (!e) return "";
  if (!e->y) return e->op == Operator::Xor ? "bitwise complement" : "";
  switch (e->op) {
    case Operator::Add:
      return "addition";
    case Operator::Sub:
      return "subtraction";
    case Operator::Xor:
      return "bitwise XOR";
    case Operator::Mul:
      return "multiplication";
    case Operator::Shl:
      return "shift";
    default:
      return "";
  }
}

bool fitsInteger(constant::Value v, BasicKind kind) {
  auto within = [&](int bits, bool isSigned) {
    if (isSigned) {
      auto x = constant::int64Val(v);
      return x &&
             (bits == 64 || (*x >= -(int64_t{1} << (bits - 1)) && *x < int64_t{1} << (bits - 1)));
    }
    auto x = constant::uint64Val(v);
    return x && (bits == 64 || *x < uint64_t{1} << bits);
  };
  switch (kind) {
    case BasicKind::Int8:
      return within(8, true);
    case BasicKind::Int16:
      return within(16, true);
    case BasicKind::Int32:
      return within(32, true);
    case BasicKind::Int:
    case BasicKind::Int64:
      return within(64, true);
    case BasicKind::Uint8:
      return within(8, false);
    case BasicKind::Uint16:
      return within(16, false);
    case BasicKind::Uint32:
      return within(32, false);
    case BasicKind::Uint:
    case BasicKind::Uintptr:
    case BasicKind::Uint64:
      return within(64, false);
    default:
      return true;  // untyped
  }
}

/// Null if out of range.
constant::Value roundFloat(constant::Value v, bool single) {
  double d = single ? constant::float32Val(v) : constant::float64Val(v);
  return std::isinf(d) ? nullptr : constant::makeFloat64(d);
}

}  // namespace

bool representableConst(constant::Value x, const Basic* t, constant::Value* rounded) {
  if (x->kind() == ConstKind::Unknown) return true;  // reported elsewhere
  auto done = [&](constant::Value v) {
    if (rounded && v) *rounded = v;
    return v != nullptr;
  };
  if (t->info & kIsInteger) {
    constant::Value v = constant::toInt(x);
    if (v->kind() != ConstKind::Int) return false;
    done(v);  // also if it does not fit: messages show it
    return fitsInteger(v, t->basic);
  }
  if (t->info & kIsFloat) {
    constant::Value v = constant::toFloat(x);
    if (v->kind() != ConstKind::Float) return false;
    // Untyped floats are kept as they are, integers included.
    if (t->basic == BasicKind::UntypedFloat) return true;
    return done(roundFloat(v, t->basic == BasicKind::Float32));
  }
  if (t->info & kIsComplex) {
    constant::Value v = constant::toComplex(x);
    if (v->kind() != ConstKind::Complex) return false;
    if (t->basic == BasicKind::UntypedComplex) return true;
    bool single = t->basic == BasicKind::Complex64;
    constant::Value re = roundFloat(constant::real(v), single),
                    im = roundFloat(constant::imag(v), single);
    if (!re || !im) return false;
    return done(constant::binaryOp(re, Operator::Add, constant::makeImag(im)));
  }
  if (t->info & kIsString) return x->kind() == ConstKind::String;
  if (t->info & kIsBoolean) return x->kind() == ConstKind::Bool;
  return false;
}

Pos opPos(const Expr* x) {
  if (!x) return Pos();
  return x->kind == Kind::Operation ? x->pos : startPos(x);
}

void Checker::overflow(Operand* x, Pos opPos) {
  if (x->val->kind() == ConstKind::Unknown) {
    error(opPos, "constant result is not representable");
    return;
  }
  // Typed constants must be representable after each operation; untyped ones may grow, not for
  // ever.
  if (isTyped(x->type)) {
    representable(x, underAs<Basic>(x->type));
    return;
  }
  constexpr int kMaxBits = 512;
  if (x->val->kind() == ConstKind::Int && constant::bitLen(x->val) > kMaxBits) {
    std::string op(overflowName(x->expr));
    if (!op.empty()) op += ' ';
    errorf(opPos, "constant %soverflow", op);
    x->val = constant::makeUnknown();
  }
}

void Checker::representable(Operand* x, Basic* t) {
  RepError why = RepError::None;
  constant::Value v = representation(x, t, why);
  if (!v) {
    invalidConversion(why, x, t);
    x->mode = Mode::Invalid;
    return;
  }
  x->val = v;
}

constant::Value Checker::representation(Operand* x, Basic* t, RepError& why) {
  constant::Value v = x->val;
  why = RepError::None;
  if (representableConst(x->val, t, &v)) return v;
  if (isNumeric(x->type) && (t->info & kIsNumeric)) {
    why = !isInteger(x->type) && (t->info & kIsInteger) ? RepError::Truncated
                                                        : RepError::NumericOverflow;
  } else {
    why = RepError::InvalidConstVal;
  }
  return nullptr;
}

void Checker::invalidConversion(RepError why, Operand* x, Type* target) {
  switch (why) {
    case RepError::Truncated:
      errorf(x, "%s truncated to %s", x, target);
      break;
    case RepError::NumericOverflow:
      errorf(x, "%s overflows %s", x, target);
      break;
    default:
      errorf(x, "cannot convert %s to type %s", x, target);
      break;
  }
}

void Checker::convertUntyped(Operand* x, Type* target) {
  constant::Value val = nullptr;
  RepError why = RepError::None;
  Type* t = implicitTypeAndValue(x, target, val, why);
  if (!t) {
    invalidConversion(why, x, isTypeParam(target) ? target : under(target));
    x->mode = Mode::Invalid;
    return;
  }
  if (val) {
    x->val = val;
    updateExprVal(x->expr, val);
  }
  if (t != x->type) {
    x->type = t;
    updateExprType(x->expr, t, false);
  }
}

Type* Checker::implicitTypeAndValue(Operand* x, Type* target, constant::Value& val, RepError& why) {
  val = nullptr;
  why = RepError::None;
  if (x->mode == Mode::Invalid || isTyped(x->type) || !isValid(target)) {
    return x->type ? x->type : burrow::typ(BasicKind::Invalid);
  }
  auto fail = [&]() -> Type* {
    why = RepError::Untyped;
    return nullptr;
  };
  if (isUntyped(target)) {
    Type* m = maxType(x->type, target);
    return m ? m : fail();
  }
  if (x->isNil()) return hasNil(target) ? target : fail();

  Type* u = under(target);
  if (auto* b = as<Basic>(u)) {
    if (x->mode == Mode::Constant) {
      val = representation(x, b, why);
      return val ? target : nullptr;
    }
    // Untyped values that are not constant: comparisons, and shifts of untyped constants.
    auto* xb = as<Basic>(x->type);
    bool ok = (xb->info & kIsBoolean)   ? (b->info & kIsBoolean) != 0
              : (xb->info & kIsNumeric) ? (b->info & kIsNumeric) != 0
              : (xb->info & kIsString)  ? (b->info & kIsString) != 0
                                        : false;
    return ok ? target : fail();
  }
  if (auto* iface = as<Interface>(u)) {
    if (isTypeParam(target)) {
      bool ok = underIs(target, [&](Type* t) {
        constant::Value ignored;
        RepError ignoredWhy;
        return t && implicitTypeAndValue(x, t, ignored, ignoredWhy) != nullptr;
      });
      return ok ? target : fail();
    }
    // Interfaces hold values of concrete types: the default one.
    return isEmptyInterface(iface) ? defaultType(x->type) : fail();
  }
  return fail();
}

// ---- Untyped expressions that get their type
// -------------------------------------------------------

void Checker::updateExprType(Expr* x, Type* type, bool final) {
  if (!x->untyped) return;
  switch (x->kind) {
    case Kind::CallExpr:  // constant results of built-ins; their arguments are done
    case Kind::Name:
    case Kind::BasicLit:
    case Kind::SelectorExpr:
      break;
    case Kind::ParenExpr:
      updateExprType(static_cast<ParenExpr*>(x)->x, type, final);
      break;
    case Kind::Operation: {
      // Operands of constants are never values at run time: only the root gets a type.
      if (x->value) break;
      auto* e = static_cast<Operation*>(x);
      if (!e->y) {
        if (e->op == Operator::Mul) return;
        updateExprType(e->x, type, final);
      } else if (isComparison(e->op)) {
        // The operands have types of their own.
      } else if (isShift(e->op)) {
        updateExprType(e->x, type, final);
      } else {
        updateExprType(e->x, type, final);
        updateExprType(e->y, type, final);
      }
      break;
    }
    default:
      return;  // never untyped
  }

  if (!final && isUntyped(type)) {
    x->type = under(type);
    return;
  }
  x->untyped = false;
  if (x->untypedLhs) {
    // The left operand of a shift; that it is representable as an integer is known.
    x->untypedLhs = false;
    if (!allInteger(type)) {
      errorf(x, "invalid operation: shifted operand %s (type %s) must be integer", x, type);
      return;
    }
  }
  Mode mode = x->mode;
  constant::Value value = x->value;
  if (value) {
    Operand c;
    c.mode = mode;
    c.expr = x;
    c.type = x->type;
    c.val = value;
    convertUntyped(&c, type);
    if (c.mode == Mode::Invalid) return;
  }
  recordTypeAndValue(x, mode, type, value);
}

void Checker::updateExprVal(Expr* x, constant::Value val) {
  if (x->untyped) x->value = val;
}

}  // namespace burrow
