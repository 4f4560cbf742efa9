// Operations on constants: arithmetic, shifts, comparisons.
#include <cstdio>
#include <cstdlib>

#include "compiler/types/constant_rep.h"

namespace burrow::constant {

namespace {

Value toBigInt(int64_t x) {
  auto* v = make<BigIntValue>();
  mpz_set_si(v->z, x);
  return v;
}

/// x in the representation `to`, which is at least as complex as x's own.
Value widen(Value x, Rep to) {
  if (repOf(x) == to) return x;
  switch (to) {
    case Rep::BigInt:
      return toBigInt(intOf(x));
    case Rep::Rational:
      return toRational(x);
    case Rep::Float:
      return toFloatRep(x);
    case Rep::Complex:
      return make<ComplexValue>(x, makeInt64(0));
    default:
      return makeUnknown();
  }
}

/// Brings both to the same representation; false if one of them is unknown.
bool match(Value& x, Value& y) {
  Rep rx = repOf(x), ry = repOf(y);
  if (rx == Rep::Unknown || ry == Rep::Unknown) return false;
  if (rx < ry) {
    x = widen(x, ry);
  } else if (ry < rx) {
    y = widen(y, rx);
  }
  return repOf(x) == repOf(y);
}

[[noreturn]] void badOperation() {
  std::fprintf(stderr, "burrow: constant operation not defined for its operands\n");
  std::abort();
}

Value intOp(const mpz_t a, Operator op, const mpz_t b, bool intDiv) {
  TempZ c;
  switch (op) {
    case Operator::Add:
      mpz_add(c.z, a, b);
      break;
    case Operator::Sub:
      mpz_sub(c.z, a, b);
      break;
    case Operator::Mul:
      mpz_mul(c.z, a, b);
      break;
    case Operator::Div:
      if (!intDiv) {
        auto* r = make<RationalValue>();
        mpz_set(mpq_numref(r->q), a);
        mpz_set(mpq_denref(r->q), b);
        mpq_canonicalize(r->q);
        return makeRational(r);
      }
      mpz_tdiv_q(c.z, a, b);
      break;
    case Operator::Rem:
      mpz_tdiv_r(c.z, a, b);
      break;
    case Operator::And:
      mpz_and(c.z, a, b);
      break;
    case Operator::Or:
      mpz_ior(c.z, a, b);
      break;
    case Operator::Xor:
      mpz_xor(c.z, a, b);
      break;
    case Operator::AndNot:
      mpz_com(c.z, b);
      mpz_and(c.z, a, c.z);
      break;
    default:
      badOperation();
  }
  return makeInt(c.z);
}

Value int64Op(int64_t a, Operator op, int64_t b, bool intDiv) {
  int64_t c;
  switch (op) {
    case Operator::Add:
      if (!__builtin_add_overflow(a, b, &c)) return makeInt64(c);
      break;
    case Operator::Sub:
      if (!__builtin_sub_overflow(a, b, &c)) return makeInt64(c);
      break;
    case Operator::Mul:
      if (!__builtin_mul_overflow(a, b, &c)) return makeInt64(c);
      break;
    case Operator::Div:
      if (intDiv && b != -1) return makeInt64(a / b);
      break;
    case Operator::Rem:
      return makeInt64(b == -1 ? 0 : a % b);
    case Operator::And:
      return makeInt64(a & b);
    case Operator::Or:
      return makeInt64(a | b);
    case Operator::Xor:
      return makeInt64(a ^ b);
    case Operator::AndNot:
      return makeInt64(a & ~b);
    default:
      badOperation();
  }
  TempZ x(a), y(b);
  return intOp(x.z, op, y.z, intDiv);
}

Value complexOp(const ComplexValue& x, Operator op, const ComplexValue& y) {
  auto add = [](Value p, Value q) { return binaryOp(p, Operator::Add, q); };
  auto sub = [](Value p, Value q) { return binaryOp(p, Operator::Sub, q); };
  auto mul = [](Value p, Value q) { return binaryOp(p, Operator::Mul, q); };
  auto quo = [](Value p, Value q) { return binaryOp(p, Operator::Div, q); };
  Value a = x.re, b = x.im, c = y.re, d = y.im;
  switch (op) {
    case Operator::Add:
      return makeComplex(add(a, c), add(b, d));
    case Operator::Sub:
      return makeComplex(sub(a, c), sub(b, d));
    case Operator::Mul:
      return makeComplex(sub(mul(a, c), mul(b, d)), add(mul(b, c), mul(a, d)));
    case Operator::Div: {
      Value s = add(mul(c, c), mul(d, d));
      return makeComplex(quo(add(mul(a, c), mul(b, d)), s), quo(sub(mul(b, c), mul(a, d)), s));
    }
    default:
      badOperation();
  }
}

bool holds(int order, Operator op) {
  switch (op) {
    case Operator::Eql:
      return order == 0;
    case Operator::Neq:
      return order != 0;
    case Operator::Lss:
      return order < 0;
    case Operator::Leq:
      return order <= 0;
    case Operator::Gtr:
      return order > 0;
    case Operator::Geq:
      return order >= 0;
    default:
      badOperation();
  }
}

}  // namespace

Value unaryOp(Operator op, Value x, unsigned size) {
  if (isUnknown(x)) return x;
  switch (op) {
    case Operator::Add:
      return x;
    case Operator::Sub:
      switch (repOf(x)) {
        case Rep::Int64:
          return int64Op(0, Operator::Sub, intOf(x), false);
        case Rep::BigInt: {
          TempZ z;
          mpz_neg(z.z, ref<BigIntValue>(x).z);
          return makeInt(z.z);
        }
        case Rep::Rational: {
          auto* r = make<RationalValue>();
          mpq_neg(r->q, ref<RationalValue>(x).q);
          return makeRational(r);
        }
        case Rep::Float: {
          auto* f = make<FloatValue>();
          mpfr_neg(f->f, ref<FloatValue>(x).f, MPFR_RNDN);
          return makeFloat(f);
        }
        case Rep::Complex:
          return makeComplex(unaryOp(op, ref<ComplexValue>(x).re, 0),
                             unaryOp(op, ref<ComplexValue>(x).im, 0));
        default:
          badOperation();
      }
    case Operator::Xor: {
      TempZ z;
      if (repOf(x) == Rep::Int64) {
        mpz_set_si(z.z, intOf(x));
      } else if (repOf(x) == Rep::BigInt) {
        mpz_set(z.z, ref<BigIntValue>(x).z);
      } else {
        badOperation();
      }
      mpz_com(z.z, z.z);
      // Of an unsigned type the complement has as many bits as the type.
      if (size > 0) mpz_fdiv_r_2exp(z.z, z.z, size);
      return makeInt(z.z);
    }
    case Operator::Not:
      if (x->kind() == ConstKind::Bool) return makeBool(!boolVal(x));
      [[fallthrough]];
    default:
      badOperation();
  }
}

Value binaryOp(Value x, Operator op, Value y, bool intDiv) {
  if (!match(x, y)) return makeUnknown();
  switch (repOf(x)) {
    case Rep::BoolOrString:
      if (x->kind() == ConstKind::String) {
        if (op != Operator::Add || y->kind() != ConstKind::String) badOperation();
        return make<StringValue>(&ref<StringValue>(x), &ref<StringValue>(y));
      }
      if (op == Operator::AndAnd) return makeBool(boolVal(x) && boolVal(y));
      if (op == Operator::OrOr) return makeBool(boolVal(x) || boolVal(y));
      badOperation();
    case Rep::Int64:
      return int64Op(intOf(x), op, intOf(y), intDiv);
    case Rep::BigInt:
      return intOp(ref<BigIntValue>(x).z, op, ref<BigIntValue>(y).z, intDiv);
    case Rep::Rational: {
      const auto &a = ref<RationalValue>(x).q, &b = ref<RationalValue>(y).q;
      auto* c = make<RationalValue>();
      switch (op) {
        case Operator::Add:
          mpq_add(c->q, a, b);
          break;
        case Operator::Sub:
          mpq_sub(c->q, a, b);
          break;
        case Operator::Mul:
          mpq_mul(c->q, a, b);
          break;
        case Operator::Div:
          mpq_div(c->q, a, b);
          break;
        default:
          badOperation();
      }
      return makeRational(c);
    }
    case Rep::Float: {
      const auto &a = ref<FloatValue>(x).f, &b = ref<FloatValue>(y).f;
      auto* c = make<FloatValue>();
      switch (op) {
        case Operator::Add:
          mpfr_add(c->f, a, b, MPFR_RNDN);
          break;
        case Operator::Sub:
          mpfr_sub(c->f, a, b, MPFR_RNDN);
          break;
        case Operator::Mul:
          mpfr_mul(c->f, a, b, MPFR_RNDN);
          break;
        case Operator::Div:
          mpfr_div(c->f, a, b, MPFR_RNDN);
          break;
        default:
          badOperation();
      }
      return makeFloat(c);
    }
    case Rep::Complex:
      return complexOp(ref<ComplexValue>(x), op, ref<ComplexValue>(y));
    default:
      badOperation();
  }
}

Value shift(Value x, Operator op, unsigned n) {
  if (isUnknown(x) || n == 0) return x;
  TempZ z;
  if (repOf(x) == Rep::Int64) {
    if (op == Operator::Shr) return makeInt64(intOf(x) >> std::min(n, 63u));
    mpz_set_si(z.z, intOf(x));
  } else if (repOf(x) == Rep::BigInt) {
    mpz_set(z.z, ref<BigIntValue>(x).z);
  } else {
    badOperation();
  }
  if (op == Operator::Shl) {
    mpz_mul_2exp(z.z, z.z, n);
  } else {
    mpz_fdiv_q_2exp(z.z, z.z, n);
  }
  return makeInt(z.z);
}

bool compare(Value x, Operator op, Value y) {
  if (!match(x, y)) return false;
  switch (repOf(x)) {
    case Rep::BoolOrString:
      if (x->kind() == ConstKind::String) return holds(stringVal(x).compare(stringVal(y)), op);
      return holds(boolVal(x) != boolVal(y), op);
    case Rep::Int64:
      return holds((intOf(x) > intOf(y)) - (intOf(x) < intOf(y)), op);
    case Rep::BigInt:
      return holds(mpz_cmp(ref<BigIntValue>(x).z, ref<BigIntValue>(y).z), op);
    case Rep::Rational:
      return holds(mpq_cmp(ref<RationalValue>(x).q, ref<RationalValue>(y).q), op);
    case Rep::Float:
      return holds(mpfr_cmp(ref<FloatValue>(x).f, ref<FloatValue>(y).f), op);
    case Rep::Complex: {
      const auto &a = ref<ComplexValue>(x), &b = ref<ComplexValue>(y);
      bool equal = compare(a.re, Operator::Eql, b.re) && compare(a.im, Operator::Eql, b.im);
      return holds(!equal, op);
    }
    default:
      badOperation();
  }
}

}  // namespace burrow::constant
