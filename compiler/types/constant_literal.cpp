// Constants from literals as they are written.
#include <bit>
#include <charconv>
#include <cmath>
#include <string>

#include "compiler/syntax/unicode.h"
#include "compiler/types/constant_rep.h"

namespace burrow::constant {

using syntax::LitKind;

namespace {

int digitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

/// The base of a number by its prefix, which is removed. `octalZero`: a leading 0 means octal.
int takeBase(std::string_view& s, bool octalZero) {
  if (s.size() < 2 || s[0] != '0') return 10;
  int base = 10;
  size_t skip = 2;
  switch (s[1] | 0x20) {
    case 'x':
      base = 16;
      break;
    case 'o':
      base = 8;
      break;
    case 'b':
      base = 2;
      break;
    default:
      if (!octalZero) return 10;
      base = 8;
      skip = 1;
  }
  s.remove_prefix(skip);
  return base;
}

Value parseInt(std::string_view s) {
  int base = takeBase(s, true);
  uint64_t small = 0;
  bool fits = true;
  std::string digits;
  digits.reserve(s.size());
  for (char c : s) {
    if (c == '_') continue;
    int d = digitValue(c);
    if (d >= base) return nullptr;
    digits.push_back(c);
    uint64_t next;
    fits = fits && !__builtin_mul_overflow(small, static_cast<uint64_t>(base), &next) &&
           !__builtin_add_overflow(next, static_cast<uint64_t>(d), &small);
  }
  if (digits.empty()) return nullptr;
  if (fits) return makeUint64(small);
  TempZ z;
  if (mpz_set_str(z.z, digits.c_str(), base) != 0) return nullptr;
  return makeInt(z.z);
}

/// A decimal or hexadecimal floating-point number, or an integer with a prefix (imaginary
/// literals).
Value parseFloat(std::string_view s) {
  int base = takeBase(s, false);
  std::string digits;
  int64_t fraction = 0;  // digits after the point
  bool point = false;
  size_t i = 0;
  for (; i < s.size(); ++i) {
    char c = s[i];
    if (c == '_') continue;
    if (c == '.') {
      if (point) return nullptr;
      point = true;
      continue;
    }
    if (base == 10 ? (c | 0x20) == 'e' : (c | 0x20) == 'p') break;
    if (digitValue(c) >= base) return nullptr;
    digits.push_back(c);
    fraction += point;
  }
  if (digits.empty()) return nullptr;
  int64_t exponent = 0;
  if (i < s.size()) {
    std::string text;
    for (char c : s.substr(i + 1)) {
      if (c != '_') text.push_back(c);
    }
    const char* from = text.c_str() + (text[0] == '+');
    auto [end, ec] = std::from_chars(from, text.c_str() + text.size(), exponent);
    if (ec != std::errc() || *end != 0) return nullptr;
  }
  TempZ mantissa;
  mpz_set_str(mantissa.z, digits.c_str(), base);
  if (mpz_sgn(mantissa.z) == 0) return toRational(makeInt64(0));

  // value = mantissa * expBase^exponent; first its size, so that no absurd power is computed.
  int expBase = 10;
  if (base != 10) {
    expBase = 2;
    exponent -= fraction * std::countr_zero(static_cast<unsigned>(base));
  } else {
    exponent -= fraction;
  }
  double log2 = static_cast<double>(bits(mantissa.z)) +
                static_cast<double>(exponent) * (expBase == 10 ? 3.3219280948873623 : 1.0);
  if (log2 > 2.2e9) return nullptr;
  if (log2 < -2.2e9) return toRational(makeInt64(0));
  if (std::abs(log2) < kMaxFractionBits + 64) {
    TempZ power;
    uint64_t n = static_cast<uint64_t>(std::abs(exponent));
    if (expBase == 10) {
      mpz_ui_pow_ui(power.z, 10, n);
    } else {
      mpz_set_ui(power.z, 1);
      mpz_mul_2exp(power.z, power.z, n);
    }
    auto* r = make<RationalValue>();
    if (exponent >= 0) {
      mpz_mul(mpq_numref(r->q), mantissa.z, power.z);
    } else {
      mpz_set(mpq_numref(r->q), mantissa.z);
      mpz_set(mpq_denref(r->q), power.z);
      mpq_canonicalize(r->q);
    }
    auto* f = make<FloatValue>();
    mpfr_set_q(f->f, r->q, MPFR_RNDN);
    return smallFloat(f->f) ? static_cast<Value>(r) : makeFloat(f);
  }
  auto* f = make<FloatValue>();
  if (expBase == 2) {
    mpfr_set_z_2exp(f->f, mantissa.z, exponent, MPFR_RNDN);
  } else {
    // Extra bits make the product round once, for all that matters.
    mpfr_t power, m;
    mpfr_init2(power, kPrecision + 128);
    mpfr_init2(m, static_cast<mpfr_prec_t>(bits(mantissa.z)) + 2);
    mpfr_set_z(m, mantissa.z, MPFR_RNDN);
    mpfr_ui_pow_ui(power, 10, static_cast<unsigned long>(std::abs(exponent)), MPFR_RNDN);
    if (exponent >= 0) {
      mpfr_mul(f->f, m, power, MPFR_RNDN);
    } else {
      mpfr_div(f->f, m, power, MPFR_RNDN);
    }
    mpfr_clear(power);
    mpfr_clear(m);
  }
  Value v = makeFloat(f);
  return isUnknown(v) ? nullptr : v;
}

/// Reads an escape after the backslash at s[i-1]. A byte value (\x, octal) sets `isByte`.
bool readEscape(std::string_view s, size_t& i, char quote, uint32_t& r, bool& isByte) {
  if (i >= s.size()) return false;
  char c = s[i++];
  isByte = false;
  int n = 0, base = 16;
  switch (c) {
    case 'a':
      r = 7;
      return true;
    case 'b':
      r = 8;
      return true;
    case 'f':
      r = 12;
      return true;
    case 'n':
      r = 10;
      return true;
    case 'r':
      r = 13;
      return true;
    case 't':
      r = 9;
      return true;
    case 'v':
      r = 11;
      return true;
    case '\\':
      r = '\\';
      return true;
    case '\'':
    case '"':
      r = static_cast<uint32_t>(c);
      return c == quote;
    case 'x':
      n = 2;
      isByte = true;
      break;
    case 'u':
      n = 4;
      break;
    case 'U':
      n = 8;
      break;
    default:
      if (c < '0' || c > '7') return false;
      n = 3;
      base = 8;
      isByte = true;
      --i;
  }
  r = 0;
  for (; n > 0; --n) {
    if (i >= s.size()) return false;
    int d = digitValue(s[i++]);
    if (d >= base) return false;
    r = r * static_cast<uint32_t>(base) + static_cast<uint32_t>(d);
  }
  if (isByte) return r < 256;
  return r <= 0x10FFFF && !(r >= 0xD800 && r < 0xE000);
}

Value parseRune(std::string_view s) {
  if (s.size() < 3) return nullptr;
  s = s.substr(1, s.size() - 2);
  uint32_t r = 0;
  bool isByte;
  size_t i = 1;
  if (s[0] == '\\') return readEscape(s, i, '\'', r, isByte) ? makeInt64(r) : nullptr;
  return makeInt64(syntax::decodeRune(s).rune);
}

Value parseString(std::string_view s) {
  if (s.size() < 2) return nullptr;
  char quote = s[0];
  s = s.substr(1, s.size() - 2);
  if (quote == '`') {
    if (s.find('\r') == s.npos) return makeString(s);
    std::string out;
    for (char c : s) {
      if (c != '\r') out.push_back(c);
    }
    return makeString(out);
  }
  if (s.find('\\') == s.npos) return makeString(s);
  std::string out;
  out.reserve(s.size());
  for (size_t i = 0; i < s.size();) {
    char c = s[i++];
    if (c != '\\') {
      out.push_back(c);
      continue;
    }
    uint32_t r;
    bool isByte;
    if (!readEscape(s, i, '"', r, isByte)) return nullptr;
    if (isByte) {
      out.push_back(static_cast<char>(r));
    } else {
      out += syntax::encodeRune(r);
    }
  }
  return makeString(out);
}

}  // namespace

Value makeFromLiteral(std::string_view text, LitKind kind) {
  switch (kind) {
    case LitKind::Int:
      return parseInt(text);
    case LitKind::Float:
      return parseFloat(text);
    case LitKind::Imag: {
      if (text.empty() || text.back() != 'i') return nullptr;
      Value im = parseFloat(text.substr(0, text.size() - 1));
      return im ? makeComplex(makeInt64(0), im) : nullptr;
    }
    case LitKind::Rune:
      return parseRune(text);
    case LitKind::String:
      return parseString(text);
  }
  return nullptr;
}

}  // namespace burrow::constant
