// What the map code needs to know about a map type, worked out once a type.
#pragma once

#include "vm/heap/types.h"
#include "vm/object/object.h"

namespace burrow::vm {

/// How keys are hashed and compared.
enum class KeyKind : uint8_t { Word32, Word64, String, Memory, General };

struct MapLayout {
  const AbiMapType* mapType;
  const AbiType *key, *elem;
  uint64_t slotBytes, elemOffset, keyBytes;
  KeyKind keyKind;
  bool mayPanic;        ///< a key may turn out to be uncomparable: hash it even where no hash is needed
  bool updateKey;       ///< equal keys may differ (+0 and -0, backing memory): assignment stores the new one
  bool hasPointers;
  AbiType slot;         ///< {key, elem}, as the heap sees it
  std::vector<uint8_t> mask;
};

KeyKind mapKeyKind(const AbiType* key);
/// The layout for t; made on first use, lives forever.
const MapLayout& mapLayout(const AbiMapType* t);

}  // namespace burrow::vm
