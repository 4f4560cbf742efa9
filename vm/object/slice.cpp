// Growth of slices, with the capacities that gc gives.
#include <cstring>

#include "vm/heap/heap.h"
#include "vm/object/object.h"
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
  if (__builtin_mul_overflow(static_cast<uint64_t>(nextCap(newLen, s.cap)), elem->size, &bytes) ||
      bytes > kMaxAlloc) {
    return kRange;
  }
  bytes = roundUpSize(bytes, noscan);
  uint64_t cap = bytes / elem->size;
  bytes = cap * elem->size;
  if (bytes > kMaxAlloc) return kRange;
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
