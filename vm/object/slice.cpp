// Growth of slices, with the capacities that gc gives.
#include <cstring>

#include "vm/heap/heap.h"
#include "vm/object/object.h"
#include "vm/object/without_safepoint.h"
#include "vm/profile/sites.h"

namespace burrow::vm {

/// Doubling while small, a quarter more when big, in between a smooth passage.
static int64_t nextCap(int64_t newLen, int64_t oldCap) {
  constexpr int64_t kThreshold = 256;
  auto twice = static_cast<int64_t>(static_cast<uint64_t>(oldCap) * 2);
  if (newLen > twice) return newLen;
  if (oldCap < kThreshold) return twice;
  auto cap = static_cast<uint64_t>(oldCap);
  while (cap < static_cast<uint64_t>(newLen)) cap += (cap + 3 * kThreshold) >> 2;
  return static_cast<int64_t>(cap) <= 0 ? newLen : static_cast<int64_t>(cap);
}

/// The memory of a slice that grows to newLen elements, with all of its capacity. False: more than there can be.
static bool grownBytes(int64_t newLen, int64_t oldCap, const AbiType* elem, uint64_t& bytes) {
  if (__builtin_mul_overflow(static_cast<uint64_t>(nextCap(newLen, oldCap)), elem->size, &bytes) || bytes > kMaxAlloc) return false;
  bytes = roundUpSize(bytes, !elem->ptrBytes);
  bytes -= elem->size == 1 ? 0 : bytes % elem->size;
  return bytes <= kMaxAlloc;
}

uint64_t tryGrow(const void* data, int64_t len, int64_t cap, int64_t newLen, const AbiType* elem) {
  constexpr uint64_t kMost = 1 << 15;
  uint64_t bytes;
  if (newLen <= cap || !elem->size || !grownBytes(newLen, cap, elem, bytes) || bytes > kMost) return 0;
  uint64_t oldBytes = static_cast<uint64_t>(len) * elem->size;
  auto* p = static_cast<char*>(elem->ptrBytes ? tryAllocateArrayAt(elem, bytes / elem->size, siteOfCall) : tryAllocateBytes(bytes, siteOfCall));
  if (!p) return 0;
  if (siteOfCall) noteGrowthAt(siteOfCall, oldBytes, static_cast<uint64_t>(newLen));
  if (oldBytes) std::memcpy(p, data, oldBytes);
  if (!elem->ptrBytes) std::memset(p + oldBytes, 0, bytes - oldBytes);
  return reinterpret_cast<uint64_t>(p) | bytes / elem->size << kGrownCapShift;
}

const char* growSlice(Goroutine& g, GoSliceRaw& s, int64_t more, const AbiType* elem) {
  static const char* const kRange = "growslice: len out of range";
  int64_t newLen;
  if (more < 0 || __builtin_add_overflow(s.len, more, &newLen)) return kRange;
  if (newLen <= s.cap) {
    s.len = newLen;
    return nullptr;
  }
  if (elem->size == 0) {
    s = {&zeroSizedObject, newLen, newLen};
    return nullptr;
  }
  bool noscan = !elem->ptrBytes;
  uint64_t bytes;
  if (!grownBytes(newLen, s.cap, elem, bytes)) return kRange;
  uint64_t cap = bytes / elem->size;
  uint64_t oldBytes = static_cast<uint64_t>(s.len) * elem->size;
  RootLink keep(s.data);
  char* p;
  if (noscan) {
    p = static_cast<char*>(allocateBytesFrom(g, bytes, oldBytes));
  } else {
    p = static_cast<char*>(allocateArray(g, elem, cap));
  }
  if (oldBytes) std::memcpy(p, s.data, oldBytes);
  noteGrowth(g, oldBytes, static_cast<uint64_t>(newLen));
  s = {p, newLen, static_cast<int64_t>(cap)};
  return nullptr;
}

}  // namespace burrow::vm
