// Functions for which gc has instructions on amd64. Calls of them cost one node and are not inlined, whatever the body is.
#include <algorithm>
#include <array>
#include <string_view>

#include "compiler/inline/cost.h"

namespace burrow::inlining {

namespace {

struct Intrinsics {
  std::string_view package, names;  ///< names separated by blanks, with one around
};

// clang-format off
constexpr Intrinsics kIntrinsics[] = {
    {"crypto/internal/constanttime",
     " Select boolToUint8 "},
    {"internal/runtime/atomic",
     " And And32 And64 And8 Cas Cas64 CasRel Casint32 Casint64 Casp1 Casuintptr Load Load64 Load8 LoadAcq LoadAcq64 "
     "LoadAcquintptr Loadint32 Loadint64 Loadp Loaduint Loaduintptr Or Or32 Or64 Or8 Store Store64 Store8 StoreRel StoreRel64 "
     "StoreReluintptr Storeint32 Storeint64 StorepNoWB Storeuintptr Xadd Xadd64 Xaddint32 Xaddint64 Xadduintptr Xchg Xchg64 "
     "Xchg8 Xchgint32 Xchgint64 Xchguintptr "},
    {"internal/runtime/maps",
     " bitsetFirst bitsetLowestSet bitsetRemoveBelow bitsetShiftOutLowest ctrlGroupMatchEmpty ctrlGroupMatchEmptyOrDeleted "
     "ctrlGroupMatchFull ctrlGroupMatchH2 "},
    {"internal/runtime/math",
     " Add64 Mul64 MulUintptr "},
    {"internal/runtime/sys",
     " Bswap32 Bswap64 GetCallerPC GetCallerSP GetClosurePtr Len64 Len8 OnesCount64 Prefetch PrefetchStreamed TrailingZeros32 "
     "TrailingZeros64 TrailingZeros8 "},
    {"math",
     " Ceil FMA Floor RoundToEven Trunc sqrt "},
    {"math/big",
     " mulWW "},
    {"math/bits",
     " Add Add64 Div Div64 Len Len16 Len32 Len64 Len8 Mul Mul64 OnesCount OnesCount16 OnesCount32 OnesCount64 ReverseBytes32 "
     "ReverseBytes64 RotateLeft RotateLeft16 RotateLeft32 RotateLeft64 RotateLeft8 Sub Sub64 TrailingZeros16 TrailingZeros32 "
     "TrailingZeros64 TrailingZeros8 "},
    {"runtime",
     " KeepAlive slicebytetostringtmp "},
    {"sync",
     " runtime_LoadAcquintptr runtime_StoreReluintptr "},
    {"sync/atomic",
     " AddInt32 AddInt64 AddUint32 AddUint64 AddUintptr AndInt32 AndInt64 AndUint32 AndUint64 AndUintptr CompareAndSwapInt32 "
     "CompareAndSwapInt64 CompareAndSwapUint32 CompareAndSwapUint64 CompareAndSwapUintptr LoadInt32 LoadInt64 LoadPointer "
     "LoadUint32 LoadUint64 LoadUintptr OrInt32 OrInt64 OrUint32 OrUint64 OrUintptr StoreInt32 StoreInt64 StoreUint32 "
     "StoreUint64 StoreUintptr SwapInt32 SwapInt64 SwapUint32 SwapUint64 SwapUintptr "},
};
// clang-format on

bool contains(std::string_view names, std::string_view name) {
  for (size_t at = names.find(name); at != std::string_view::npos; at = names.find(name, at + 1))
    if (names[at - 1] == ' ' && names[at + name.size()] == ' ') return true;
  return false;
}

}  // namespace

bool isIntrinsic(const burrow::Func* f) {
  if (!f || !f->pkg || f->signature()->recv) return false;
  for (const Intrinsics& i : kIntrinsics)
    if (f->pkg->path == i.package) return contains(i.names, f->name);
  return false;
}

}  // namespace burrow::inlining
