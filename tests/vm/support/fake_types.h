// Type descriptors and a goroutine without a stack, for tests of the heap and of the data structures.
#pragma once

#include <deque>
#include <vector>

#include "vm/heap/heap.h"
#include "vm/heap/types.h"
#include "vm/object/object.h"
#include "vm/sched/goroutine.h"

namespace burrow::vm::test {

inline Goroutine& fakeGoroutine() {
  static Goroutine g;
  static const bool ready = [] {
    HeapConfig config;
    config.verify = true;
    heapInit(config);
    return true;
  }();
  (void)ready;
  return g;
}

/// Any non-null word: says that a type is comparable.
inline void* const kComparable = const_cast<char*>("equal");

inline std::vector<uint8_t>& newMask() {
  static std::deque<std::vector<uint8_t>> masks;
  return masks.emplace_back();
}

inline AbiType scalarType(AbiKind kind, uint64_t size) {
  AbiType t{};
  t.size = size;
  t.kind = kind;
  t.align = t.fieldAlign = static_cast<uint8_t>(size > 8 ? 8 : size);
  t.equal = kComparable;
  t.hash = static_cast<uint32_t>(kind) * 77;
  bool isFloat = kind >= AbiKind::Float32 && kind <= AbiKind::Complex128;
  if (!isFloat && kind != AbiKind::String && kind != AbiKind::Interface) t.tflag = kRegularMemory;
  if (kind == AbiKind::Pointer) t.tflag |= kDirectIface;
  return t;
}

inline AbiType withPointers(AbiType t, std::initializer_list<unsigned> words) {
  auto& mask = newMask();
  mask.resize((t.size / 64 + 1) * 8);
  for (unsigned w : words) {
    mask[w / 8] |= static_cast<uint8_t>(1 << w % 8);
    t.ptrBytes = (w + 1) * 8;
  }
  t.gcData = mask.data();
  return t;
}

inline const AbiType kInt = scalarType(AbiKind::Int, 8);
inline const AbiType kInt32 = scalarType(AbiKind::Int32, 4);
inline const AbiType kUint8 = scalarType(AbiKind::Uint8, 1);
inline const AbiType kFloat64 = scalarType(AbiKind::Float64, 8);
inline const AbiType kPointer = withPointers(scalarType(AbiKind::Pointer, 8), {0});
inline const AbiType kString = withPointers(scalarType(AbiKind::String, 16), {0});
inline const AbiInterfaceType kAny = [] {
  AbiInterfaceType t{};
  static_cast<AbiType&>(t) = withPointers(scalarType(AbiKind::Interface, 16), {0, 1});
  return t;
}();
inline const AbiType kSlice = [] {
  AbiType t = withPointers(scalarType(AbiKind::Slice, 24), {0});
  t.equal = nullptr;
  t.tflag = 0;
  return t;
}();

inline AbiType structType(uint64_t size, std::initializer_list<unsigned> pointerWords) {
  AbiType t = scalarType(AbiKind::Struct, size);
  t.align = 8;
  return withPointers(t, pointerWords);
}

inline AbiMapType mapType(const AbiType& key, const AbiType& elem) {
  AbiMapType t{};
  static_cast<AbiType&>(t) = withPointers(scalarType(AbiKind::Map, 8), {0});
  t.key = const_cast<AbiType*>(&key);
  t.elem = const_cast<AbiType*>(&elem);
  return t;
}

inline AbiChanType chanType(const AbiType& elem) {
  AbiChanType t{};
  static_cast<AbiType&>(t) = withPointers(scalarType(AbiKind::Chan, 8), {0});
  t.elem = const_cast<AbiType*>(&elem);
  t.dir = 3;
  return t;
}

}  // namespace burrow::vm::test
