// How constants are represented; for the constant*.cpp files alone. Every kind of number has a
// small and a big form, ordered by complexity: int64, big integer (GMP), rational (GMP), 512-bit
// float (MPFR), complex. Results take the simplest exact form, except that a float never goes back
// to a rational: its exactness is already lost.
#pragma once

#include <gmp.h>
#include <mpfr.h>

#include <string_view>
#include <utility>

#include "compiler/source/arena.h"
#include "compiler/types/constant.h"

namespace burrow::constant {

inline constexpr int kPrecision = 512;         // bits of a float's mantissa
inline constexpr int kMaxFractionBits = 4096;  // larger numerators or denominators turn into floats

/// Ascending complexity; operands of an operation are brought to the higher of the two.
enum class Rep : uint8_t { Unknown, BoolOrString, Int64, BigInt, Rational, Float, Complex };

struct Impl : ConstantValue {
  Rep rep;
  Impl(ConstKind k, Rep r) : ConstantValue(k), rep(r) {}
};
struct UnknownValue : Impl {
  UnknownValue() : Impl(ConstKind::Unknown, Rep::Unknown) {}
};
struct BoolValue : Impl {
  bool b;
  explicit BoolValue(bool v) : Impl(ConstKind::Bool, Rep::BoolOrString), b(v) {}
};
/// Concatenations are kept as trees until the text is needed: a + b + c + … stays linear.
struct StringValue : Impl {
  mutable std::string_view text;
  mutable const StringValue* left = nullptr;
  mutable const StringValue* right = nullptr;
  explicit StringValue(std::string_view s) : Impl(ConstKind::String, Rep::BoolOrString), text(s) {}
  StringValue(const StringValue* l, const StringValue* r)
      : Impl(ConstKind::String, Rep::BoolOrString), left(l), right(r) {}
};
struct Int64Value : Impl {
  int64_t v;
  explicit Int64Value(int64_t x) : Impl(ConstKind::Int, Rep::Int64), v(x) {}
};
struct BigIntValue : Impl {
  mpz_t z;
  BigIntValue() : Impl(ConstKind::Int, Rep::BigInt) { mpz_init(z); }
};
struct RationalValue : Impl {
  mpq_t q;
  RationalValue() : Impl(ConstKind::Float, Rep::Rational) { mpq_init(q); }
};
struct FloatValue : Impl {
  mpfr_t f;
  FloatValue() : Impl(ConstKind::Float, Rep::Float) { mpfr_init2(f, kPrecision); }
};
struct ComplexValue : Impl {
  Value re, im;
  ComplexValue(Value r, Value i) : Impl(ConstKind::Complex, Rep::Complex), re(r), im(i) {}
};

/// This thread's share of the memory that constants live in.
Arena& arena();

template <class T, class... Args>
T* make(Args&&... args) {
  return new (arena().allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
}

inline Rep repOf(Value v) {
  return static_cast<const Impl*>(v)->rep;
}
inline bool isUnknown(Value v) {
  return v->kind() == ConstKind::Unknown;
}
template <class T>
const T& ref(Value v) {
  return *static_cast<const T*>(v);
}
inline int64_t intOf(Value v) {
  return ref<Int64Value>(v).v;
}

// Numbers on the C++ stack, freed on the way out.
struct TempZ {
  mpz_t z;
  TempZ() { mpz_init(z); }
  explicit TempZ(int64_t v) { mpz_init_set_si(z, v); }
  ~TempZ() { mpz_clear(z); }
  TempZ(const TempZ&) = delete;
  TempZ& operator=(const TempZ&) = delete;
};

/// Takes the number out of `z` if it needs the big form.
inline Value makeInt(mpz_t z) {
  if (mpz_fits_slong_p(z)) return makeInt64(mpz_get_si(z));
  auto* v = make<BigIntValue>();
  mpz_swap(v->z, z);
  return v;
}

inline size_t bits(const mpz_t z) {
  return mpz_sgn(z) == 0 ? 0 : mpz_sizeinbase(z, 2);
}

/// Zero, infinities and the exponent range are brought to what Go has.
Value makeFloat(FloatValue* v);
/// The rational, which must be canonical, or a float where its parts have grown too large.
Value makeRational(RationalValue* v);
Value makeComplex(Value re, Value im);
/// Whether f would make a fraction (or an integer) of reasonable size.
bool smallFloat(const mpfr_t f);
/// Of an integer.
Value toRational(Value x);
/// Of any real number.
const FloatValue* toFloatRep(Value x);

}  // namespace burrow::constant
