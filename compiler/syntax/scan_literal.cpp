// Literals: numbers, strings, runes. A literal with an error is still a literal, marked bad.
#include "compiler/syntax/char_class.h"
#include "compiler/syntax/scanner.h"
#include "compiler/syntax/unicode.h"

namespace burrow::syntax {

namespace {

const char* baseName(int base) {
  switch (base) {
    case 2:
      return "binary";
    case 8:
      return "octal";
    case 10:
      return "decimal";
    default:
      return "hexadecimal";
  }
}

enum : int { kSawDigit = 1, kSawSeparator = 2 };

/// Where a number first breaks the rule that `_` stands between digits (a prefix counts as one), or
/// -1.
int misplacedSeparator(std::string_view text) {
  enum { Digit, Separator, Other } last = Other;
  size_t i = 0;
  bool hex = false;
  if (text.size() >= 2 && text[0] == '0') {
    char x = lower(text[1]);
    if (x == 'x' || x == 'o' || x == 'b') {
      hex = x == 'x';
      last = Digit;
      i = 2;
    }
  }
  for (; i < text.size(); ++i) {
    if (text[i] == '_') {
      if (last != Digit) return static_cast<int>(i);
      last = Separator;
    } else if (isDecimal(text[i]) || (hex && isHex(text[i]))) {
      last = Digit;
    } else {
      if (last == Separator) return static_cast<int>(i) - 1;
      last = Other;
    }
  }
  return last == Separator ? static_cast<int>(text.size()) - 1 : -1;
}

}  // namespace

void Scanner::literal(LitKind kind, bool ok, const char* end) {
  tok = Token::Literal;
  litKind = kind;
  bad = !ok;
  lit = {token_, static_cast<size_t>(end - token_)};
  cur_ = end;
  nlsemi_ = true;
}

/// Skips digits and separators and adds what was there to `seen`. In a base up to 10 any decimal
/// digit is accepted, and the offset of the first one that is too large is kept.
const char* Scanner::digits(const char* p, int base, int* invalid, int* seen) {
  for (;; p = advance(p)) {
    if (*p == '_') {
      *seen |= kSawSeparator;
    } else if (base <= 10 ? isDecimal(*p) : isHex(*p)) {
      *seen |= kSawDigit;
      if (base < 10 && *p >= '0' + base && invalid && *invalid < 0) {
        *invalid = static_cast<int>(p - token_);
      }
    } else {
      return p;
    }
  }
}

void Scanner::number(const char* p, bool seenPoint) {
  LitKind kind = LitKind::Int;
  int base = 10, seen = 0, invalid = -1;
  char prefix = 0;  // 0: decimal; '0': octal by a leading zero
  bool ok = true;
  auto fail = [&](const char* at, std::string text) {
    if (ok) error(at, std::move(text));
    ok = false;
  };

  if (!seenPoint) {
    if (*p == '0') {
      p = advance(p);
      switch (lower(*p)) {
        case 'x':
          base = 16;
          prefix = 'x';
          break;
        case 'o':
          base = 8;
          prefix = 'o';
          break;
        case 'b':
          base = 2;
          prefix = 'b';
          break;
        default:
          base = 8;
          prefix = '0';
          seen = kSawDigit;
          break;
      }
      if (prefix != '0') p = advance(p);
    }
    p = digits(p, base, &invalid, &seen);
    if (*p == '.') {
      if (prefix == 'o' || prefix == 'b') {
        fail(p, std::string("invalid radix point in ") + baseName(base) + " literal");
      }
      p = advance(p);
      seenPoint = true;
    }
  }
  if (seenPoint) {
    kind = LitKind::Float;
    p = digits(p, base, &invalid, &seen);
  }
  if (!(seen & kSawDigit)) fail(p, std::string(baseName(base)) + " literal has no digits");

  char e = lower(*p);
  if (e == 'e' || e == 'p') {
    if (e == 'e' && prefix != 0 && prefix != '0') {
      fail(p, quoteRune(static_cast<unsigned char>(*p)) + " exponent requires decimal mantissa");
    } else if (e == 'p' && prefix != 'x') {
      fail(p,
           quoteRune(static_cast<unsigned char>(*p)) + " exponent requires hexadecimal mantissa");
    }
    p = advance(p);
    kind = LitKind::Float;
    if (*p == '+' || *p == '-') p = advance(p);
    int exponent = 0;
    p = digits(p, 10, nullptr, &exponent);
    seen = exponent | (seen & kSawSeparator);
    if (!(exponent & kSawDigit)) fail(p, "exponent has no digits");
  } else if (prefix == 'x' && kind == LitKind::Float) {
    fail(p, "hexadecimal mantissa requires a 'p' exponent");
  }
  if (*p == 'i') {
    kind = LitKind::Imag;
    p = advance(p);
  }

  literal(kind, ok, p);
  if (kind == LitKind::Int && invalid >= 0 && ok) {
    tokenError(invalid, "invalid digit " + quoteRune(static_cast<unsigned char>(lit[invalid])) +
                            " in " + baseName(base) + " literal");
    ok = false;
  }
  if ((seen & kSawSeparator) && ok) {
    int at = misplacedSeparator(lit);
    if (at >= 0) {
      tokenError(at, "'_' must separate successive digits");
      ok = false;
    }
  }
  bad = !ok;
}

void Scanner::stringLiteral(const char* p) {
  bool ok = true;
  ++p;
  for (;;) {
    while (!(charClass(*p) & kStringStopBit)) ++p;
    if (*p == '"') {
      ++p;
      break;
    }
    if (*p == '\\') {
      p = advance(p);
      ok &= escape(p, '"');
    } else if (*p == '\n') {
      error(p, "newline in string");
      ok = false;
      break;
    } else if (atEnd(p)) {
      tokenError(0, "string not terminated");
      ok = false;
      break;
    } else {
      const char* q = skipJunkSlow(p);
      p = q == p ? advanceRune(p) : q;
    }
  }
  literal(LitKind::String, ok, p);
}

void Scanner::rawString(const char* p) {
  bool ok = true;
  ++p;
  for (;;) {
    while (!(charClass(*p) & kRawStopBit)) ++p;
    if (*p == '`') {
      ++p;
      break;
    }
    if (*p == '\n') {
      newline(++p);
    } else if (atEnd(p)) {
      onError(pos, "string not terminated");
      ok = false;
      break;
    } else {
      const char* q = skipJunkSlow(p);
      p = q == p ? advanceRune(p) : q;
    }
  }
  literal(LitKind::String, ok, p);
}

void Scanner::runeLiteral(const char* p) {
  bool ok = true;
  auto fail = [&](Pos at, std::string_view text) {
    if (ok) onError(at, std::string(text));
    ok = false;
  };
  p = advance(p);
  for (int n = 0;; ++n) {
    if (*p == '\'') {
      if (n == 0) {
        fail(posOf(p), "empty rune literal or unescaped '");
      } else if (n != 1) {
        fail(pos, "more than one character in rune literal");
      }
      ++p;
      break;
    }
    if (*p == '\\') {
      p = advance(p);
      ok &= escape(p, '\'');
    } else if (*p == '\n') {
      fail(posOf(p), "newline in rune literal");
      break;
    } else if (atEnd(p)) {
      fail(pos, "rune literal not terminated");
      break;
    } else {
      p = advanceRune(p);
    }
  }
  literal(LitKind::Rune, ok, p);
}

/// Behind a backslash. False if it was reported; the end of the file is left to the caller.
bool Scanner::escape(const char*& p, char quote) {
  int count, base;
  uint32_t limit;
  switch (*p) {
    case 'a':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
    case 'v':
    case '\\':
      p = advance(p);
      return true;
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
      count = 3, base = 8, limit = 255;
      break;
    case 'x':
      count = 2, base = 16, limit = 255;
      break;
    case 'u':
      count = 4, base = 16, limit = 0x10ffff;
      break;
    case 'U':
      count = 8, base = 16, limit = 0x10ffff;
      break;
    default:
      if (*p == quote) {
        p = advance(p);
        return true;
      }
      if (atEnd(p)) return true;
      error(p, "unknown escape");
      return false;
  }
  if (base == 16) p = advance(p);
  uint32_t value = 0;
  for (int i = 0; i < count; ++i, p = advance(p)) {
    if (atEnd(p)) return true;
    int digit = isDecimal(*p) ? *p - '0' : isHex(*p) ? lower(*p) - 'a' + 10 : base;
    if (digit >= base) {
      error(p, "invalid character " + quoteRune(runeAt(p)) + " in " + baseName(base) + " escape");
      return false;
    }
    value = value * base + digit;
  }
  if (value > limit && base == 8) {
    error(p, "octal escape value " + std::to_string(value) + " > 255");
    return false;
  }
  if (value > limit || (value >= 0xd800 && value < 0xe000)) {
    error(p, "escape is invalid Unicode code point " + describeRune(value));
    return false;
  }
  return true;
}

}  // namespace burrow::syntax
