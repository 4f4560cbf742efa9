// crypto/internal/fips140/sha256: the block function, which std has in assembly for speed. After FIPS 180-4, section 6.2.

#include "vm/native/native.h"

namespace burrow::vm {

namespace {

/// The round constants: the first 32 bits of the fractional parts of the cube roots of the first 64 primes.
struct RoundConstants {
  uint32_t k[64];
  RoundConstants() {
    unsigned n = 0;
    for (uint64_t p = 2; n < 64; ++p) {
      bool prime = true;
      for (uint64_t d = 2; d * d <= p; ++d) prime &= p % d != 0;
      if (!prime) continue;
      // The largest x with x³ ≤ p·2⁹⁶ is the cube root with 32 bits after the point.
      unsigned __int128 target = static_cast<unsigned __int128>(p) << 96, x = 0;
      for (int bit = 35; bit >= 0; --bit) {
        unsigned __int128 y = x | static_cast<unsigned __int128>(1) << bit;
        if (y * y * y <= target) x = y;
      }
      k[n++] = static_cast<uint32_t>(x);
    }
  }
};
const RoundConstants kRounds;

uint32_t loadBigEndian(const uint8_t* p) {
  uint32_t v;
  std::memcpy(&v, p, 4);
  return __builtin_bswap32(v);
}

void digestBlock(uint32_t* h, const uint8_t* p) {
  uint32_t w[64];
  for (int i = 0; i < 16; ++i) w[i] = loadBigEndian(p + 4 * i);
  for (int i = 16; i < 64; ++i) {
    uint32_t s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ w[i - 15] >> 3;
    uint32_t s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  uint32_t s[8];
  std::memcpy(s, h, sizeof s);
  for (int i = 0; i < 64; ++i) {
    uint32_t sum1 = std::rotr(s[4], 6) ^ std::rotr(s[4], 11) ^ std::rotr(s[4], 25);
    uint32_t choose = (s[4] & s[5]) ^ (~s[4] & s[6]);
    uint32_t t1 = s[7] + sum1 + choose + kRounds.k[i] + w[i];
    uint32_t sum0 = std::rotr(s[0], 2) ^ std::rotr(s[0], 13) ^ std::rotr(s[0], 22);
    uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
    s[7] = s[6], s[6] = s[5], s[5] = s[4], s[4] = s[3] + t1;
    s[3] = s[2], s[2] = s[1], s[1] = s[0], s[0] = t1 + sum0 + majority;
  }
  for (int i = 0; i < 8; ++i) h[i] += s[i];
}

/// func block(dig *Digest, p []byte): a Digest starts with its state h [8]uint32.
NATIVE(block) {
  auto* h = as<uint32_t>(a[0]);
  const uint8_t* p = as<const uint8_t>(a[1]);
  for (uint64_t n = a[2]; n >= 64; n -= 64, p += 64) digestBlock(h, p);
  return Next::Run;
}

const NativeEntry kTable[] = {{"crypto/internal/fips140/sha256.block", block}};

}  // namespace

void registerSha256() { addNatives(kTable); }

}  // namespace burrow::vm
