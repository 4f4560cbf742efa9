// Exact constants: bool, string, arbitrary integers, rationals/floats and complex numbers (GMP, MPFR).
// Values are immutable and live for ever; equal operations may or may not share values.
// Semantics follow go/constant: integers are exact; floats are rationals while small enough, else
// 512-bit binary floats; kinds are normalised on demand by toInt/toFloat/toComplex.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/syntax/nodes.h"

namespace burrow {

enum class ConstKind : uint8_t { Unknown, Bool, String, Int, Float, Complex };

class ConstantValue {
 public:
  ConstKind kind() const { return kind_; }

 protected:
  explicit ConstantValue(ConstKind kind) : kind_(kind) {}
  ConstKind kind_;
};

namespace constant {
using Value = const ConstantValue*;
using syntax::Operator;

Value makeUnknown();
Value makeBool(bool b);
Value makeString(std::string_view s);
Value makeInt64(int64_t v);
Value makeUint64(uint64_t v);
Value makeFloat64(double v);  ///< -0 becomes 0; Inf and NaN give Unknown
/// A literal as written; null if malformed or absurdly large (the checker reports it).
Value makeFromLiteral(std::string_view text, syntax::LitKind kind);

bool boolVal(Value v);
std::string_view stringVal(Value v);
/// The exact value if it fits.
std::optional<int64_t> int64Val(Value v);
std::optional<uint64_t> uint64Val(Value v);
/// Nearest float64/float32 (ties to even; ±Inf on overflow); v must be numeric and not Complex.
double float64Val(Value v);
float float32Val(Value v);
Value real(Value v);
Value imag(Value v);
Value makeImag(Value v);

/// -1, 0, 1; 1 for Unknown. For Complex: 0 iff zero.
int sign(Value v);
/// Bits of |v| (Int only).
int bitLen(Value v);
/// v as that kind if it is representable without loss of value (toFloat may round), else Unknown.
Value toInt(Value v);
Value toFloat(Value v);
Value toComplex(Value v);

/// op x; `size` bits limit ^ of unsigned values (0: unlimited).
Value unaryOp(Operator op, Value x, unsigned size);
/// x op y; Div of two Ints gives a Float unless `intDiv`. Division by zero is the caller's to exclude.
Value binaryOp(Value x, Operator op, Value y, bool intDiv = false);
Value shift(Value x, Operator op, unsigned n);
bool compare(Value x, Operator op, Value y);

/// Short human-readable form as in messages (long strings and numbers are shortened).
std::string toString(Value v);
/// Exact form: numbers in full.
std::string exactString(Value v);
/// Binary form for compiled packages; decode(encode(v)) equals v.
std::string encode(Value v);
Value decode(std::string_view bytes);
/// IEEE results of rounding to a width, as a constant (Unknown if infinite).
Value roundToFloat32(Value v);
Value roundToFloat64(Value v);
}  // namespace constant
}  // namespace burrow
