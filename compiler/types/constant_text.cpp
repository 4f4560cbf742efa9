// Constants as text, short for messages or exact, and in the binary form of compiled packages.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "compiler/syntax/unicode.h"
#include "compiler/types/constant_rep.h"

namespace burrow::constant {
namespace {

std::string quote(std::string_view s) {
  std::string out = "\"";
  char hex[16];
  while (!s.empty()) {
    auto [r, width] = syntax::decodeRune(s);
    if (width == 1 && r == 0xFFFD) {
      std::snprintf(hex, sizeof hex, "\\x%02x", static_cast<unsigned char>(s[0]));
      out += hex;
    } else if (r == '"' || r == '\\') {
      out += '\\';
      out += static_cast<char>(r);
    } else if (syntax::isPrintable(r)) {
      out += s.substr(0, width);
    } else if (r >= 7 && r <= 13) {
      out += '\\';
      out += "abtnvfr"[r - 7];
    } else {
      std::snprintf(hex, sizeof hex, r < 0x80 ? "\\x%02x" : r < 0x10000 ? "\\u%04x" : "\\U%08x", r);
      out += hex;
    }
    s.remove_prefix(width);
  }
  return out + '"';
}

std::string intText(const mpz_t z) {
  std::string s(mpz_sizeinbase(z, 10) + 2, 0);
  mpz_get_str(s.data(), 10, z);
  s.resize(std::strlen(s.c_str()));
  return s;
}

/// The shortest decimal that gives x back, laid out as %g lays it out.
std::string shortestG(double x) {
  char buffer[64];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, x, std::chars_format::scientific).ptr;
  std::string s(buffer, end);
  int exponent = std::atoi(s.c_str() + s.find('e') + 1);
  if (exponent < -4 || exponent >= 6) return s;
  end = std::to_chars(buffer, buffer + sizeof buffer, x, std::chars_format::fixed).ptr;
  return std::string(buffer, end);
}

std::string floatText(const FloatValue* v) {
  const mpfr_t& f = v->f;
  double x = float64Val(v);
  char buffer[64];
  if (mpfr_zero_p(f) == (x == 0) && !std::isinf(x)) {
    std::snprintf(buffer, sizeof buffer, "%.6g", x);
    if (!mpfr_integer_p(f) && !std::strchr(buffer, '.')) return shortestG(x);
    return buffer;
  }
  // Out of float64's range: f = m * 2^exponent = m * 10^d approximately.
  long exponent;
  double m = mpfr_get_d_2exp(&exponent, f, MPFR_RNDN);
  double d = static_cast<double>(exponent) * (M_LN2 / M_LN10);
  auto e = static_cast<int64_t>(d);
  m *= std::pow(10, d - static_cast<double>(e));
  if (std::abs(m) < 1 - 0.5e-6) {  // %.6g would show 10 digits before the point otherwise
    m *= 10;
    --e;
  } else if (std::abs(m) >= 10) {
    m /= 10;
    ++e;
  }
  std::snprintf(buffer, sizeof buffer, "%.6ge%+lld", m, static_cast<long long>(e));
  return buffer;
}

/// 0x.<mantissa>p<exponent>: exact, and independent of the precision.
std::string floatHex(const FloatValue& v) {
  if (mpfr_zero_p(v.f)) return "0";
  TempZ m;
  mpfr_get_z_2exp(m.z, v.f);
  std::string sign = mpz_sgn(m.z) < 0 ? "-" : "";
  mpz_abs(m.z, m.z);
  size_t width = bits(m.z), padding = (4 - width % 4) % 4;
  mpz_mul_2exp(m.z, m.z, padding);  // the leading bit is the first digit's highest
  std::string digits(mpz_sizeinbase(m.z, 16) + 2, 0);
  mpz_get_str(digits.data(), 16, m.z);
  digits.resize(std::strlen(digits.c_str()));
  digits.erase(digits.find_last_not_of('0') + 1);
  long e = mpfr_get_exp(v.f);
  return sign + "0x." + digits + "p" + (e >= 0 ? "+" : "") + std::to_string(e);
}

void putCount(std::string& out, uint64_t n) {
  for (; n >= 0x80; n >>= 7) out.push_back(static_cast<char>(n | 0x80));
  out.push_back(static_cast<char>(n));
}
uint64_t takeCount(std::string_view& in) {
  uint64_t n = 0;
  for (int shift = 0; !in.empty() && shift < 64; shift += 7) {
    auto b = static_cast<unsigned char>(in[0]);
    in.remove_prefix(1);
    n |= uint64_t{b & 0x7Fu} << shift;
    if (b < 0x80) break;
  }
  return n;
}
/// Sign, length and little-endian magnitude.
void putInt(std::string& out, const mpz_t z) {
  out.push_back(mpz_sgn(z) < 0 ? '-' : '+');
  std::string bytes((bits(z) + 7) / 8, 0);
  mpz_export(bytes.data(), nullptr, -1, 1, 0, 0, z);
  putCount(out, bytes.size());
  out += bytes;
}
void takeInt(std::string_view& in, mpz_t z) {
  if (in.empty()) return;
  bool negative = in[0] == '-';
  in.remove_prefix(1);
  uint64_t n = std::min<uint64_t>(takeCount(in), in.size());
  mpz_import(z, n, -1, 1, 0, 0, in.data());
  if (negative) mpz_neg(z, z);
  in.remove_prefix(n);
}

}  // namespace

std::string toString(Value v) {
  switch (v->kind()) {
    case ConstKind::Unknown:
      return "unknown";
    case ConstKind::Bool:
      return boolVal(v) ? "true" : "false";
    case ConstKind::String: {
      constexpr int kMaxRunes = 72;
      std::string s = quote(stringVal(v));
      int runes = 0;
      size_t cut = 0;
      for (size_t i = 0; i < s.size(); ++runes) {
        if (runes == kMaxRunes - 3) cut = i;
        i += syntax::decodeRune(std::string_view(s).substr(i)).width;
      }
      if (runes > kMaxRunes) s = s.substr(0, cut) + "...";
      return s;
    }
    case ConstKind::Int:
      return repOf(v) == Rep::Int64 ? std::to_string(intOf(v)) : intText(ref<BigIntValue>(v).z);
    case ConstKind::Float:
      return floatText(toFloatRep(v));
    case ConstKind::Complex:
      return "(" + toString(ref<ComplexValue>(v).re) + " + " + toString(ref<ComplexValue>(v).im) +
             "i)";
  }
  return "";
}

std::string exactString(Value v) {
  switch (repOf(v)) {
    case Rep::BoolOrString:
      return v->kind() == ConstKind::String ? quote(stringVal(v)) : toString(v);
    case Rep::Rational: {
      const auto& q = ref<RationalValue>(v).q;
      std::string s = intText(mpq_numref(q));
      if (mpz_cmp_ui(mpq_denref(q), 1) != 0) s += "/" + intText(mpq_denref(q));
      return s;
    }
    case Rep::Float:
      return floatHex(ref<FloatValue>(v));
    case Rep::Complex:
      return "(" + exactString(ref<ComplexValue>(v).re) + " + " +
             exactString(ref<ComplexValue>(v).im) + "i)";
    default:
      return toString(v);
  }
}

// ---- Binary form
// -----------------------------------------------------------------------------------

std::string encode(Value v) {
  std::string out;
  switch (repOf(v)) {
    case Rep::Unknown:
      return "u";
    case Rep::BoolOrString:
      if (v->kind() == ConstKind::Bool) return boolVal(v) ? "t" : "f";
      out = "s";
      out += stringVal(v);
      return out;
    case Rep::Int64: {
      out = "i";
      auto u = static_cast<uint64_t>(intOf(v));
      putCount(out, u << 1 ^ (intOf(v) < 0 ? ~uint64_t{0} : 0));
      return out;
    }
    case Rep::BigInt:
      out = "I";
      putInt(out, ref<BigIntValue>(v).z);
      return out;
    case Rep::Rational:
      out = "r";
      putInt(out, mpq_numref(ref<RationalValue>(v).q));
      putInt(out, mpq_denref(ref<RationalValue>(v).q));
      return out;
    case Rep::Float: {
      out = "F";
      TempZ m, e;
      if (!mpfr_zero_p(ref<FloatValue>(v).f))
        mpz_set_si(e.z, mpfr_get_z_2exp(m.z, ref<FloatValue>(v).f));
      putInt(out, m.z);
      putInt(out, e.z);
      return out;
    }
    case Rep::Complex: {
      std::string re = encode(ref<ComplexValue>(v).re);
      out = "c";
      putCount(out, re.size());
      return out + re + encode(ref<ComplexValue>(v).im);
    }
  }
  return out;
}

Value decode(std::string_view in) {
  if (in.empty()) return makeUnknown();
  char tag = in[0];
  in.remove_prefix(1);
  switch (tag) {
    case 't':
      return makeBool(true);
    case 'f':
      return makeBool(false);
    case 's':
      return makeString(in);
    case 'i': {
      uint64_t u = takeCount(in);
      return makeInt64(static_cast<int64_t>(u >> 1 ^ (u & 1 ? ~uint64_t{0} : 0)));
    }
    case 'I': {
      TempZ z;
      takeInt(in, z.z);
      return makeInt(z.z);
    }
    case 'r': {
      auto* r = make<RationalValue>();
      takeInt(in, mpq_numref(r->q));
      takeInt(in, mpq_denref(r->q));
      if (mpz_sgn(mpq_denref(r->q)) == 0) return makeUnknown();
      return r;
    }
    case 'F': {
      TempZ m, e;
      takeInt(in, m.z);
      takeInt(in, e.z);
      auto* f = make<FloatValue>();
      mpfr_set_z_2exp(f->f, m.z, mpz_get_si(e.z), MPFR_RNDN);
      return makeFloat(f);
    }
    case 'c': {
      uint64_t n = std::min<uint64_t>(takeCount(in), in.size());
      return makeComplex(decode(in.substr(0, n)), decode(in.substr(n)));
    }
    default:
      return makeUnknown();
  }
}

}  // namespace burrow::constant
