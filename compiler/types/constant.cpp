// Exact constants: making and reading them, conversions. Values are allocated for ever, in arenas
// that are never freed (constants are shared by everything). Operations are in constant_ops.cpp,
// literals are read in constant_literal.cpp, text and binary forms are written in constant_text.cpp.
#include "compiler/types/constant.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <mutex>
#include <vector>

#include "compiler/types/constant_rep.h"

namespace burrow::constant {

Arena& arena() {
  static std::mutex mutex;
  static auto* all = new std::vector<Arena*>;
  thread_local Arena* mine = [] {
    std::lock_guard lock(mutex);
    all->push_back(new Arena);
    // Go's floats have a larger range than MPFR's default; it is a setting of each thread.
    mpfr_set_emax(mpfr_get_emax_max());
    mpfr_set_emin(mpfr_get_emin_min());
    return all->back();
  }();
  return *mine;
}

Value makeFloat(FloatValue* v) {
  if (mpfr_nan_p(v->f) || mpfr_inf_p(v->f)) return makeUnknown();
  if (mpfr_zero_p(v->f)) {
    mpfr_set_zero(v->f, 1);  // no negative zero
    return v;
  }
  // The exponent range of Go's own floats.
  mpfr_exp_t e = mpfr_get_exp(v->f);
  if (e > std::numeric_limits<int32_t>::max()) return makeUnknown();
  if (e < std::numeric_limits<int32_t>::min()) mpfr_set_zero(v->f, 1);
  return v;
}

Value makeRational(RationalValue* v) {
  if (bits(mpq_numref(v->q)) < kMaxFractionBits && bits(mpq_denref(v->q)) < kMaxFractionBits)
    return v;
  auto* f = make<FloatValue>();
  mpfr_set_q(f->f, v->q, MPFR_RNDN);
  return makeFloat(f);
}

Value makeComplex(Value re, Value im) {
  if (isUnknown(re) || isUnknown(im)) return makeUnknown();
  return make<ComplexValue>(re, im);
}

bool smallFloat(const mpfr_t f) {
  if (mpfr_zero_p(f)) return true;
  mpfr_exp_t e = mpfr_get_exp(f);
  return -kMaxFractionBits < e && e < kMaxFractionBits;
}

Value toRational(Value x) {
  auto* v = make<RationalValue>();
  if (repOf(x) == Rep::Int64) {
    mpq_set_si(v->q, intOf(x), 1);
  } else {
    mpq_set_z(v->q, ref<BigIntValue>(x).z);
  }
  return v;
}
const FloatValue* toFloatRep(Value x) {
  if (repOf(x) == Rep::Float) return &ref<FloatValue>(x);
  auto* v = make<FloatValue>();
  switch (repOf(x)) {
    case Rep::Int64:
      mpfr_set_si(v->f, intOf(x), MPFR_RNDN);
      break;
    case Rep::BigInt:
      mpfr_set_z(v->f, ref<BigIntValue>(x).z, MPFR_RNDN);
      break;
    default:
      mpfr_set_q(v->f, ref<RationalValue>(x).q, MPFR_RNDN);
      break;
  }
  return v;
}

namespace {

std::string_view textOf(const StringValue& s) {
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  if (!s.left) return s.text;
  // Right to left with an explicit stack: chains lean left and may be very deep.
  std::vector<const StringValue*> stack{&s};
  std::vector<std::string_view> pieces;
  size_t size = 0;
  while (!stack.empty()) {
    const StringValue* x = stack.back();
    stack.pop_back();
    if (x->left) {
      stack.push_back(x->left);
      stack.push_back(x->right);
    } else {
      pieces.push_back(x->text);
      size += x->text.size();
    }
  }
  char* to = static_cast<char*>(arena().allocate(size + 1, 1));
  s.text = {to, size};
  for (size_t i = pieces.size(); i-- > 0;) {
    if (pieces[i].empty()) continue;
    std::memcpy(to, pieces[i].data(), pieces[i].size());
    to += pieces[i].size();
  }
  s.left = s.right = nullptr;
  return s.text;
}

// ---- Rounding and printing
// -------------------------------------------------------------------------

/// n/d rounded to `precision` bits, fewer below 2^minExponent (subnormal numbers); ties to even.
double roundQuotient(const mpz_t n, const mpz_t d, int precision, int minExponent) {
  if (mpz_sgn(n) == 0) return 0;
  bool negative = mpz_sgn(n) < 0;
  int64_t scale = precision + 2 - (static_cast<int64_t>(bits(n)) - static_cast<int64_t>(bits(d)));
  TempZ a, q, rem;
  mpz_abs(a.z, n);
  if (scale >= 0) {
    mpz_mul_2exp(a.z, a.z, static_cast<mp_bitcnt_t>(scale));
    mpz_tdiv_qr(q.z, rem.z, a.z, d);
  } else {
    TempZ b;
    mpz_mul_2exp(b.z, d, static_cast<mp_bitcnt_t>(-scale));
    mpz_tdiv_qr(q.z, rem.z, a.z, b.z);
  }
  uint64_t m = mpz_get_ui(q.z);
  bool sticky = mpz_sgn(rem.z) != 0;
  int width = std::bit_width(m);
  int64_t exponent = width - 1 - scale;  // of the leading bit
  int64_t keep = precision;
  if (exponent < minExponent) keep -= minExponent - exponent;
  double result = 0;
  if (keep >= 0) {
    int drop = width - static_cast<int>(keep);
    uint64_t kept = drop >= 64 ? 0 : m >> drop;
    uint64_t rest = drop >= 64 ? m : m & ((uint64_t{1} << drop) - 1);
    uint64_t half = uint64_t{1} << (drop - 1);
    if (rest > half || (rest == half && (sticky || (kept & 1)))) ++kept;
    int64_t e = drop - scale;
    result = e > 3000 ? HUGE_VAL : std::ldexp(static_cast<double>(kept), static_cast<int>(e));
  }
  return negative ? -result : result;
}

double nearest(Value v, int precision, int minExponent) {
  TempZ n, one(1);
  switch (repOf(v)) {
    case Rep::Int64:
      mpz_set_si(n.z, intOf(v));
      return roundQuotient(n.z, one.z, precision, minExponent);
    case Rep::Rational: {
      const auto& q = ref<RationalValue>(v).q;
      return roundQuotient(mpq_numref(q), mpq_denref(q), precision, minExponent);
    }
    case Rep::BigInt:
    case Rep::Float: {
      const mpfr_t& f = toFloatRep(v)->f;
      if (mpfr_zero_p(f)) return 0;
      mpfr_exp_t e = mpfr_get_exp(f);
      if (e > 2000) return mpfr_sgn(f) < 0 ? -HUGE_VAL : HUGE_VAL;
      if (e < -2000) return mpfr_sgn(f) < 0 ? -0.0 : 0.0;
      mpfr_exp_t shift = mpfr_get_z_2exp(n.z, f);
      if (shift >= 0) {
        mpz_mul_2exp(n.z, n.z, static_cast<mp_bitcnt_t>(shift));
      } else {
        mpz_mul_2exp(one.z, one.z, static_cast<mp_bitcnt_t>(-shift));
      }
      return roundQuotient(n.z, one.z, precision, minExponent);
    }
    default:
      return 0;
  }
}

}  // namespace

// ---- Making values
// ---------------------------------------------------------------------------------

Value makeUnknown() {
  static const UnknownValue unknown;
  return &unknown;
}
Value makeBool(bool b) {
  static const BoolValue no(false), yes(true);
  return b ? &yes : &no;
}
Value makeString(std::string_view s) {
  static const StringValue empty{std::string_view()};
  if (s.empty()) return &empty;
  return make<StringValue>(arena().string(s));
}
Value makeInt64(int64_t v) {
  constexpr int64_t kLeast = -16, kMost = 512;
  static const std::vector<Int64Value> small = [] {
    std::vector<Int64Value> list;
    for (int64_t i = kLeast; i <= kMost; ++i) list.emplace_back(i);
    return list;
  }();
  if (v >= kLeast && v <= kMost) return &small[static_cast<size_t>(v - kLeast)];
  return make<Int64Value>(v);
}
Value makeUint64(uint64_t v) {
  if (v <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return makeInt64(static_cast<int64_t>(v));
  }
  auto* big = make<BigIntValue>();
  mpz_set_ui(big->z, v);
  return big;
}
Value makeFloat64(double v) {
  if (!std::isfinite(v)) return makeUnknown();
  auto* r = make<RationalValue>();  // every double is a small fraction
  mpq_set_d(r->q, v);
  return r;
}

// ---- Reading values
// --------------------------------------------------------------------------------

bool boolVal(Value v) {
  return v->kind() == ConstKind::Bool && ref<BoolValue>(v).b;
}
std::string_view stringVal(Value v) {
  return v->kind() == ConstKind::String ? textOf(ref<StringValue>(v)) : std::string_view();
}
std::optional<int64_t> int64Val(Value v) {
  if (repOf(v) == Rep::Int64) return intOf(v);
  return std::nullopt;
}
std::optional<uint64_t> uint64Val(Value v) {
  if (repOf(v) == Rep::Int64 && intOf(v) >= 0) return static_cast<uint64_t>(intOf(v));
  if (repOf(v) == Rep::BigInt && mpz_fits_ulong_p(ref<BigIntValue>(v).z)) {
    return mpz_get_ui(ref<BigIntValue>(v).z);
  }
  return std::nullopt;
}
double float64Val(Value v) {
  return nearest(v, 53, -1022);
}
float float32Val(Value v) {
  double d = nearest(v, 24, -126);
  // Already rounded to 24 bits: the only thing left is overflow.
  if (std::abs(d) > std::numeric_limits<float>::max()) return d < 0 ? -HUGE_VALF : HUGE_VALF;
  return static_cast<float>(d);
}
Value real(Value v) {
  return v->kind() == ConstKind::Complex ? ref<ComplexValue>(v).re : v;
}
Value imag(Value v) {
  if (isUnknown(v)) return v;
  return v->kind() == ConstKind::Complex ? ref<ComplexValue>(v).im : makeInt64(0);
}
Value makeImag(Value v) {
  return isUnknown(v) ? v : makeComplex(makeInt64(0), v);
}

int sign(Value v) {
  switch (repOf(v)) {
    case Rep::Int64:
      return (intOf(v) > 0) - (intOf(v) < 0);
    case Rep::BigInt:
      return mpz_sgn(ref<BigIntValue>(v).z);
    case Rep::Rational:
      return mpq_sgn(ref<RationalValue>(v).q);
    case Rep::Float:
      return mpfr_sgn(ref<FloatValue>(v).f);
    case Rep::Complex:
      return sign(ref<ComplexValue>(v).re) | sign(ref<ComplexValue>(v).im);
    default:
      return 1;  // no division by zero is reported for what is already in error
  }
}
int bitLen(Value v) {
  if (repOf(v) == Rep::Int64) {
    auto u = static_cast<uint64_t>(intOf(v));
    return std::bit_width(intOf(v) < 0 ? -u : u);
  }
  return repOf(v) == Rep::BigInt ? static_cast<int>(bits(ref<BigIntValue>(v).z)) : 0;
}

// ---- Conversions
// -----------------------------------------------------------------------------------

Value toInt(Value v) {
  TempZ z;
  switch (repOf(v)) {
    case Rep::Int64:
    case Rep::BigInt:
      return v;
    case Rep::Rational: {
      const auto& q = ref<RationalValue>(v).q;
      if (mpz_cmp_ui(mpq_denref(q), 1) != 0) break;
      mpz_set(z.z, mpq_numref(q));
      return makeInt(z.z);
    }
    case Rep::Float: {
      const auto& f = ref<FloatValue>(v).f;
      if (!smallFloat(f)) break;  // no huge integers
      if (mpfr_integer_p(f)) {
        mpfr_get_z(z.z, f, MPFR_RNDN);
        return makeInt(z.z);
      }
      // What is an integer but for its last few bits was one before it was rounded.
      mpfr_t t;
      mpfr_init2(t, kPrecision - 4);
      for (mpfr_rnd_t mode : {MPFR_RNDZ, MPFR_RNDA}) {
        mpfr_set(t, f, mode);
        if (mpfr_integer_p(t)) {
          mpfr_get_z(z.z, t, MPFR_RNDN);
          mpfr_clear(t);
          return makeInt(z.z);
        }
      }
      mpfr_clear(t);
      break;
    }
    case Rep::Complex: {
      Value re = toFloat(v);
      if (re->kind() == ConstKind::Float) return toInt(re);
      break;
    }
    default:
      break;
  }
  return makeUnknown();
}
Value toFloat(Value v) {
  switch (repOf(v)) {
    case Rep::Int64:
      return toRational(v);
    case Rep::BigInt:
      if (bits(ref<BigIntValue>(v).z) < kMaxFractionBits) return toRational(v);
      return toFloatRep(v);
    case Rep::Rational:
    case Rep::Float:
      return v;
    case Rep::Complex:
      if (sign(ref<ComplexValue>(v).im) == 0) return toFloat(ref<ComplexValue>(v).re);
      break;
    default:
      break;
  }
  return makeUnknown();
}
Value toComplex(Value v) {
  switch (repOf(v)) {
    case Rep::Int64:
    case Rep::BigInt:
    case Rep::Rational:
    case Rep::Float:
      return make<ComplexValue>(v, makeInt64(0));
    case Rep::Complex:
      return v;
    default:
      return makeUnknown();
  }
}
Value roundToFloat32(Value v) {
  return makeFloat64(float32Val(v));
}
Value roundToFloat64(Value v) {
  return makeFloat64(float64Val(v));
}

}  // namespace burrow::constant
