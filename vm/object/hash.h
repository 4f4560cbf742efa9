// The hash functions, inline for the maps: folded 64 x 64 -> 128 bit multiplications, as in wyhash.
#pragma once

#include <cstdint>
#include <cstring>

namespace burrow::vm {

inline constexpr uint64_t kHashA = 0xa0761d6478bd642f, kHashB = 0xe7037ed1a0b428db, kHashC = 0x8ebc6af09c88c6e3;

inline uint64_t foldMul(uint64_t a, uint64_t b) {
  __uint128_t m = static_cast<__uint128_t>(a) * b;
  return static_cast<uint64_t>(m) ^ static_cast<uint64_t>(m >> 64);
}
inline uint64_t hash64(uint64_t x, uint64_t seed) { return foldMul(x ^ kHashA, seed ^ kHashB); }

[[gnu::always_inline]] inline uint64_t hashBytesInline(const void* data, uint64_t n, uint64_t seed) {
  auto word = [](const char* p) { uint64_t v; std::memcpy(&v, p, 8); return v; };
  auto half = [](const char* p) { uint32_t v; std::memcpy(&v, p, 4); return uint64_t{v}; };
  const char* p = static_cast<const char*>(data);
  uint64_t a, b;
  seed ^= kHashC;
  if (n <= 16) {
    if (n >= 8) {
      a = word(p);
      b = word(p + n - 8);
    } else if (n >= 4) {
      a = half(p);
      b = half(p + n - 4);
    } else if (n > 0) {
      auto byte = [&](uint64_t i) { return uint64_t{static_cast<uint8_t>(p[i])}; };
      a = byte(0) << 16 | byte(n / 2) << 8 | byte(n - 1);
      b = 0;
    } else {
      a = b = 0;
    }
  } else {
    uint64_t left = n;
    if (left > 48) {
      uint64_t s1 = seed, s2 = seed;
      for (; left > 48; left -= 48, p += 48) {
        seed = foldMul(word(p) ^ kHashA, word(p + 8) ^ seed);
        s1 = foldMul(word(p + 16) ^ kHashB, word(p + 24) ^ s1);
        s2 = foldMul(word(p + 32) ^ kHashC, word(p + 40) ^ s2);
      }
      seed ^= s1 ^ s2;
    }
    for (; left > 16; left -= 16, p += 16) seed = foldMul(word(p) ^ kHashA, word(p + 8) ^ seed);
    a = word(p + left - 16);
    b = word(p + left - 8);
  }
  return foldMul(kHashB ^ n, foldMul(a ^ kHashB, b ^ seed));
}

}  // namespace burrow::vm
