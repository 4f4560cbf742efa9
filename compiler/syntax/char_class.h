// What a byte may be in Go's source text: one table look-up a question.
#pragma once

#include <array>
#include <cstdint>

namespace burrow::syntax {

enum CharClass : uint8_t {
  kNameStartBit = 1,  ///< a letter of ASCII or _
  kDecimalBit = 2,
  kHexBit = 4,
  kStringStopBit = 8,  ///< ends the plain run inside "…": quote, backslash, newline, NUL, not ASCII
  kCommentStopBit = 16,  ///< ends the plain run inside /*…*/: *, newline, NUL, not ASCII
  kRawStopBit = 32,      ///< ends the plain run inside `…`: `, newline, NUL, not ASCII
};

inline constexpr auto kCharClasses = [] {
  std::array<uint8_t, 256> table{};
  for (int c = 0; c < 256; ++c) {
    uint8_t bits = 0;
    bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9';
    if (lower || upper || c == '_') bits |= kNameStartBit;
    if (digit) bits |= kDecimalBit;
    if (digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) bits |= kHexBit;
    bool special = c == 0 || c >= 0x80 || c == '\n';
    if (special || c == '"' || c == '\\') bits |= kStringStopBit;
    if (special || c == '*') bits |= kCommentStopBit;
    if (special || c == '`') bits |= kRawStopBit;
    table[c] = bits;
  }
  return table;
}();

inline uint8_t charClass(char c) {
  return kCharClasses[static_cast<unsigned char>(c)];
}
inline bool isNameStart(char c) {
  return charClass(c) & kNameStartBit;
}
inline bool isNameByte(char c) {
  return charClass(c) & (kNameStartBit | kDecimalBit);
}
inline bool isDecimal(char c) {
  return charClass(c) & kDecimalBit;
}
inline bool isHex(char c) {
  return charClass(c) & kHexBit;
}
/// The lower case of an ASCII letter.
inline char lower(char c) {
  return static_cast<char>(c | 0x20);
}

}  // namespace burrow::syntax
