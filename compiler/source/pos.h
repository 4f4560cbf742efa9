// Source positions: a packed word that costs nothing to copy and needs no table to compare.
#pragma once

#include <compare>
#include <cstdint>

namespace burrow {

/// A place in a source file: file index (into a FileSet), line and column, both 1-based; the column
/// counts bytes, as gc's does. Zero means "no position". Lines and columns saturate rather than wrap.
class Pos {
 public:
  static constexpr uint64_t kMaxLine = (1u << 24) - 1, kMaxCol = (1u << 20) - 1;
  constexpr Pos() = default;
  constexpr Pos(uint32_t file, uint64_t line, uint64_t col)
      : bits_(uint64_t{file} << 44 | (line < kMaxLine ? line : kMaxLine) << 20 |
              (col < kMaxCol ? col : kMaxCol)) {}
  static constexpr Pos fromBits(uint64_t bits) {
    Pos p;
    p.bits_ = bits;
    return p;
  }
  constexpr uint64_t bits() const { return bits_; }
  constexpr uint32_t file() const { return static_cast<uint32_t>(bits_ >> 44); }
  constexpr uint32_t line() const { return static_cast<uint32_t>(bits_ >> 20 & kMaxLine); }
  constexpr uint32_t col() const { return static_cast<uint32_t>(bits_ & kMaxCol); }
  constexpr bool isKnown() const { return line() != 0; }
  /// File order first, then line, then column.
  constexpr auto operator<=>(const Pos&) const = default;

 private:
  uint64_t bits_ = 0;
};

}  // namespace burrow
