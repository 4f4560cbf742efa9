// Size classes: the sizes that small objects are rounded up to. They are gc's, because programs see them as
// the capacities that append chooses.
#pragma once

#include <array>
#include <cstdint>

namespace burrow::vm::heap {

inline constexpr uint64_t kPageBytes = 8192;
inline constexpr uint64_t kMaxSmall = 32768;

inline constexpr auto kClassBytes = std::to_array<uint32_t>(
    {8,    16,   24,   32,   48,   64,   80,   96,   112,  128,   144,   160,   176,   192,   208,   224,   240,
     256,  288,  320,  352,  384,  416,  448,  480,  512,  576,   640,   704,   768,   896,   1024,  1152,  1280,
     1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096,  4864,  5376,  6144,  6528,  6784,  6912,  8192,
     9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768});
inline constexpr unsigned kClasses = kClassBytes.size();
static_assert(kClasses == 67 && kClassBytes.back() == kMaxSmall);

namespace detail {
/// The smallest class for sizes in ((i-1) * step + from, i * step + from].
template <unsigned N>
constexpr std::array<uint8_t, N> classTable(uint32_t from, uint32_t step) {
  std::array<uint8_t, N> table{};
  unsigned c = 0;
  for (unsigned i = 0; i < N; ++i) {
    while (kClassBytes[c] < from + i * step) ++c;
    table[i] = static_cast<uint8_t>(c);
  }
  return table;
}
inline constexpr auto kByWord = classTable<129>(0, 8);
inline constexpr auto kBy128 = classTable<249>(1024, 128);
}  // namespace detail

/// The class of an object of `size` bytes, at most kMaxSmall.
constexpr unsigned classOf(uint64_t size) {
  return size <= 1024 ? detail::kByWord[(size + 7) / 8] : detail::kBy128[(size - 1024 + 127) / 128];
}
static_assert(classOf(1) == 0 && classOf(8) == 0 && classOf(9) == 1 && classOf(1024) == 31);
static_assert(classOf(1025) == 32 && classOf(32768) == 66 && kClassBytes[classOf(6913)] == 8192);

/// Pages of a span of a class: enough for eight objects, and 32 KiB for the small ones, so that refills are rare.
constexpr uint64_t spanPages(unsigned cls) {
  uint64_t bytes = kClassBytes[cls] * uint64_t{8};
  if (bytes < 4 * kPageBytes) bytes = 4 * kPageBytes;
  return (bytes + kPageBytes - 1) / kPageBytes;
}
/// Objects in one.
constexpr uint32_t spanObjects(unsigned cls) { return static_cast<uint32_t>(spanPages(cls) * kPageBytes / kClassBytes[cls]); }

}  // namespace burrow::vm::heap
