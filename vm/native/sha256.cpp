// crypto/internal/fips140/sha256: the block function, which std has in assembly for speed. After FIPS 180-4, section 6.2.

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

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

#if defined(__x86_64__)
bool hasShaInstructions() {
  static const bool has = [] {
    unsigned a, b, c, d;
    return __builtin_cpu_supports("sse4.1") && __get_cpuid_count(7, 0, &a, &b, &c, &d) && b >> 29 & 1;
  }();
  return has;
}

/// By the processor's own instructions. They hold the state as {a b e f} and {c d g h}, the first one in the highest lane; two rounds make
/// of it the new {a b e f}, and the old one is the new {c d g h}.
__attribute__((target("sha,sse4.1"))) void digestBlocksFast(uint32_t* h, const uint8_t* p, uint64_t blocks) {
  auto lanes = [&](int x, int y, int z, int w) {
    return _mm_set_epi32(static_cast<int>(h[x]), static_cast<int>(h[y]), static_cast<int>(h[z]), static_cast<int>(h[w]));
  };
  const __m128i bigEndian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  __m128i abef = lanes(0, 1, 4, 5), cdgh = lanes(2, 3, 6, 7);
  for (; blocks; --blocks, p += 64) {
    const __m128i abefBefore = abef, cdghBefore = cdgh;
    __m128i w[4];
    for (int i = 0; i < 4; ++i) w[i] = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p) + i), bigEndian);
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
      __m128i& now = w[i & 3];
      if (i >= 4) {
        // now is the oldest: words t-16 … t-13; the next three are words t-12 … t-1.
        const __m128i &next = w[(i + 1) & 3], &third = w[(i + 2) & 3], &last = w[(i + 3) & 3];
        now = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(now, next), _mm_alignr_epi8(last, third, 4)), last);
      }
      const __m128i words = _mm_add_epi32(now, _mm_loadu_si128(reinterpret_cast<const __m128i*>(kRounds.k) + i));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, words);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(words, 0x0e));
    }
    abef = _mm_add_epi32(abef, abefBefore);
    cdgh = _mm_add_epi32(cdgh, cdghBefore);
  }
  alignas(16) uint32_t out[8];
  _mm_store_si128(reinterpret_cast<__m128i*>(out), abef);
  _mm_store_si128(reinterpret_cast<__m128i*>(out + 4), cdgh);
  const int at[8] = {3, 2, 7, 6, 1, 0, 5, 4};
  for (int i = 0; i < 8; ++i) h[i] = out[at[i]];
}
#endif

/// func block(dig *Digest, p []byte): a Digest starts with its state h [8]uint32.
NATIVE(block) {
  auto* h = as<uint32_t>(a[0]);
  const uint8_t* p = as<const uint8_t>(a[1]);
#if defined(__x86_64__)
  if (hasShaInstructions()) return digestBlocksFast(h, p, a[2] / 64), Next::Run;
#endif
  for (uint64_t n = a[2]; n >= 64; n -= 64, p += 64) digestBlock(h, p);
  return Next::Run;
}

const NativeEntry kTable[] = {{"crypto/internal/fips140/sha256.block", block}};

}  // namespace

void registerSha256() { addNatives(kTable); }

}  // namespace burrow::vm
