// Data words of interfaces.
#include <cstring>

#include "vm/heap/heap.h"
#include "vm/object/object.h"

namespace burrow::vm {

alignas(16) char zeroValue[1024];
uint64_t staticUint64s[256];

static const bool staticsReady = [] {
  for (uint64_t i = 0; i < 256; ++i) staticUint64s[i] = i;
  return true;
}();

AbiKind soleKind(const AbiType* t) {
  for (;;) {
    if (t->kind == AbiKind::Struct) {
      auto* s = static_cast<const AbiStructType*>(t);
      if (s->fields.len != 1) return t->kind;
      t = s->fields.data[0].type;
    } else if (t->kind == AbiKind::Array) {
      auto* a = static_cast<const AbiArrayType*>(t);
      if (a->len != 1) return t->kind;
      t = a->elem;
    } else {
      return t->kind;
    }
  }
}

void* boxValue(Goroutine& g, const AbiType* t, const void* p) {
  if (t->isDirect()) return *static_cast<void* const*>(p);
  uint64_t small = 256;
  switch (t->size) {
    case 0:
      return &zeroSizedObject;
    case 1:
      small = *static_cast<const uint8_t*>(p);
      break;
    case 2:
      if (t->align == 2) small = *static_cast<const uint16_t*>(p);
      break;
    case 4:
      if (t->align == 4) small = *static_cast<const uint32_t*>(p);
      break;
    case 8:
      if (t->align == 8 && !t->ptrBytes) small = *static_cast<const uint64_t*>(p);
      break;
    case 16:
    case 24: {
      // Empty strings and nil slices share the zero value.
      AbiKind kind = t->ptrBytes ? soleKind(t) : AbiKind::Invalid;
      auto* words = static_cast<const uint64_t*>(p);
      if ((kind == AbiKind::String && !words[1]) || (kind == AbiKind::Slice && !words[0]))
        return zeroValue;
      break;
    }
  }
  if (small < 256) return &staticUint64s[small];
  // p is frame memory, or reachable from it.
  void* cell = allocate(g, t);
  copyTyped(cell, p, t);
  return cell;
}

}  // namespace burrow::vm
