// What the loop does with values: extension, Go's conversions and minima, memory of any type, short copies. For loop.cpp alone.
#pragma once

#include <immintrin.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "vm/interp/interp.h"

namespace burrow::vm {
namespace {

using I8 = int8_t;
using I16 = int16_t;
using I32 = int32_t;
using I64 = int64_t;
using U8 = uint8_t;
using U16 = uint16_t;
using U32 = uint32_t;
using U64 = uint64_t;

/// Extends a narrow integer to a slot.
template <class T>
inline Slot ext(T v) {
  if constexpr (std::is_signed_v<T>) return static_cast<Slot>(static_cast<int64_t>(v));
  return static_cast<Slot>(v);
}

inline double f64(Slot s) { return std::bit_cast<double>(s); }
inline float f32(Slot s) { return std::bit_cast<float>(static_cast<uint32_t>(s)); }
inline Slot slot(double d) { return std::bit_cast<uint64_t>(d); }
inline Slot slot(float f) { return std::bit_cast<uint32_t>(f); }

template <class F>
inline F goMin(F x, F y) {
  if (x != x) return x;
  if (y != y) return y;
  if (x == 0 && y == 0) return std::signbit(x) ? x : y;
  return x < y ? x : y;
}
template <class F>
inline F goMax(F x, F y) {
  if (x != x) return x;
  if (y != y) return y;
  if (x == 0 && y == 0) return std::signbit(x) ? y : x;
  return x > y ? x : y;
}

// Conversions out of range give what gc's amd64 code gives: the machine's "indefinite" values.
inline int64_t toI64(double d) { return _mm_cvttsd_si64(_mm_set_sd(d)); }
inline int64_t toI64(float f) { return _mm_cvttss_si64(_mm_set_ss(f)); }
inline int32_t toI32(double d) { return _mm_cvttsd_si32(_mm_set_sd(d)); }
inline int32_t toI32(float f) { return _mm_cvttss_si32(_mm_set_ss(f)); }
template <class F>
inline uint64_t toU64(F f) {
  constexpr F k2to63 = 9223372036854775808.0;
  if (f < k2to63) return static_cast<uint64_t>(toI64(f));
  return static_cast<uint64_t>(toI64(f - k2to63)) | uint64_t{1} << 63;
}

template <class T>
inline T load(const void* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
template <class T>
inline void store(void* p, Slot v) {
  T t = static_cast<T>(v);
  std::memcpy(p, &t, sizeof t);
}

// Storage in frames, and values wider than three words, are mostly a few slots: for up to eight or sixteen of them some pairs, which overlap
// where the number asks for it, take less time than the call of a function that can do any number.
inline __m128i pair(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
inline void setPair(void* p, __m128i v) { _mm_storeu_si128(static_cast<__m128i*>(p), v); }

/// Zeroes the storage of what lies in the frame.
inline void clearSlots(Slot* d, uint64_t n) {
  if (n < 2) {
    if (n) *d = 0;
  } else if (n > 16) {
    std::memset(d, 0, n * sizeof(Slot));
  } else {
    __m128i zero = _mm_setzero_si128();
    setPair(d, zero), setPair(d + n - 2, zero);
    if (n > 4) setPair(d + 2, zero), setPair(d + n - 4, zero);
    if (n > 8) setPair(d + 4, zero), setPair(d + 6, zero), setPair(d + n - 8, zero), setPair(d + n - 6, zero);
  }
}

/// Copies at least two slots; they may overlap.
inline void copySlots(void* to, const void* from, uint64_t n) {
  auto* d = static_cast<Slot*>(to);
  auto* s = static_cast<const Slot*>(from);
  if (n > 8) {
    std::memmove(d, s, n * sizeof(Slot));
    return;
  }
  __m128i first = pair(s), last = pair(s + n - 2);
  if (n > 4) {
    __m128i second = pair(s + 2), third = pair(s + n - 4);
    setPair(d + 2, second), setPair(d + n - 4, third);
  }
  setPair(d, first), setPair(d + n - 2, last);
}

inline bool isNil(Slot p) { return __builtin_expect(p < 4096, 0); }
inline char* at(Slot p) { return reinterpret_cast<char*>(p); }
inline Slot word(const void* p) { return reinterpret_cast<Slot>(p); }

}  // namespace
}  // namespace burrow::vm
