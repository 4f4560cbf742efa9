// Character properties of Unicode as Go's package unicode has them, and the quoting of messages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace burrow::syntax {

bool isLetter(uint32_t r);     ///< category L, without `_`
bool isDigit(uint32_t r);      ///< category Nd
bool isUpper(uint32_t r);      ///< category Lu
bool isPrintable(uint32_t r);  ///< strconv.IsPrint

/// Whether a name starts with an upper case letter.
bool isExported(std::string_view name);

/// One character of UTF-8; `width` 1 and `rune` U+FFFD for an invalid encoding. `text` is not
/// empty.
struct Rune {
  uint32_t rune;
  uint32_t width;
};
Rune decodeRune(std::string_view text);

std::string encodeRune(uint32_t r);
std::string quoteRune(uint32_t r);     ///< %q of a rune: '\n'
std::string describeRune(uint32_t r);  ///< %#U: U+0023 '#'

}  // namespace burrow::syntax
