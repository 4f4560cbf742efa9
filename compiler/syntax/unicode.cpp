// See unicode.h. The tables are sorted ranges, searched by halves; ASCII is decided without them.
#include "compiler/syntax/unicode.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace burrow::syntax {

namespace {

struct Range {
  uint32_t from, to;
};

#include "compiler/syntax/unicode_tables.inc"

template <size_t N>
bool contains(const Range (&table)[N], uint32_t r) {
  auto at = std::lower_bound(std::begin(table), std::end(table), r,
                             [](const Range& range, uint32_t v) { return range.to < v; });
  return at != std::end(table) && at->from <= r;
}

bool isContinuation(unsigned char c) {
  return (c & 0xc0) == 0x80;
}

}  // namespace

bool isLetter(uint32_t r) {
  if (r < 0x80) return (r | 0x20) - 'a' < 26;
  return contains(kLetters, r);
}

bool isDigit(uint32_t r) {
  return r < 0x80 ? r - '0' < 10 : contains(kDigits, r);
}

bool isUpper(uint32_t r) {
  return r < 0x80 ? r - 'A' < 26 : contains(kUppers, r);
}

bool isPrintable(uint32_t r) {
  return r < 0x80 ? r >= 0x20 && r < 0x7f : contains(kPrintables, r);
}

bool isExported(std::string_view name) {
  return !name.empty() && isUpper(decodeRune(name).rune);
}

Rune decodeRune(std::string_view text) {
  constexpr Rune kInvalid{0xfffd, 1};
  auto at = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  uint32_t c = at(0);
  if (c < 0x80) return {c, 1};
  uint32_t width = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
  if (c < 0xc2 || c > 0xf4 || text.size() < width) return kInvalid;
  uint32_t r = c & (0x7fu >> width);
  for (uint32_t i = 1; i < width; ++i) {
    if (!isContinuation(at(i))) return kInvalid;
    r = r << 6 | (at(i) & 0x3f);
  }
  bool overlong = (width == 3 && r < 0x800) || (width == 4 && r < 0x10000);
  if (overlong || r > 0x10ffff || (r >= 0xd800 && r < 0xe000)) return kInvalid;
  return {r, width};
}

std::string encodeRune(uint32_t r) {
  if (r > 0x10ffff || (r >= 0xd800 && r < 0xe000)) r = 0xfffd;
  std::string s;
  if (r < 0x80) {
    s += static_cast<char>(r);
  } else if (r < 0x800) {
    s += static_cast<char>(0xc0 | r >> 6);
    s += static_cast<char>(0x80 | (r & 0x3f));
  } else if (r < 0x10000) {
    s += static_cast<char>(0xe0 | r >> 12);
    s += static_cast<char>(0x80 | (r >> 6 & 0x3f));
    s += static_cast<char>(0x80 | (r & 0x3f));
  } else {
    s += static_cast<char>(0xf0 | r >> 18);
    s += static_cast<char>(0x80 | (r >> 12 & 0x3f));
    s += static_cast<char>(0x80 | (r >> 6 & 0x3f));
    s += static_cast<char>(0x80 | (r & 0x3f));
  }
  return s;
}

std::string quoteRune(uint32_t r) {
  if (r == '\'' || r == '\\') return {'\'', '\\', static_cast<char>(r), '\''};
  if (isPrintable(r)) return "'" + encodeRune(r) + "'";
  constexpr std::string_view kCodes = "\a\b\f\n\r\t\v", kLetters = "abfnrtv";
  if (r < 0x80) {
    size_t i = kCodes.find(static_cast<char>(r));
    if (i != std::string_view::npos) return {'\'', '\\', kLetters[i], '\''};
  }
  char buffer[16];
  const char* form = r < ' ' || r == 0x7f ? "'\\x%02x'" : r < 0x10000 ? "'\\u%04x'" : "'\\U%08x'";
  std::snprintf(buffer, sizeof buffer, form, r);
  return buffer;
}

std::string describeRune(uint32_t r) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "U+%04X", r);
  if (!isPrintable(r)) return buffer;
  return std::string(buffer) + " '" + encodeRune(r) + "'";
}

}  // namespace burrow::syntax
