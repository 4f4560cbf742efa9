// Type words, typed copies, and pointer masks of types that are made at run time.
#include "vm/heap/types.h"

#include "vm/heap/span.h"

namespace burrow::vm {

namespace heap {

TypeWord typeWordSlow(const AbiType* t) {
  Heap& h = theHeap;
  static struct {
    const AbiType* type;
    TypeWord word;
  } recent[64];  // the vm's own types come often
  auto& r =
      recent[(reinterpret_cast<uintptr_t>(t) >> 4 ^ reinterpret_cast<uintptr_t>(t) >> 10) % 64];
  if (r.type == t) return r.word;
  auto [it, added] =
      h.typeIndex.try_emplace(t, static_cast<TypeWord>(h.typeTable.size()) | kTableType);
  if (added) h.typeTable.push_back(t);
  r = {t, it->second};
  return r.word;
}

}  // namespace heap

// Nothing may come with a null pointer.
void copyTypedAny(void* to, const void* from, const AbiType* t) {
  if (t->size) std::memmove(to, from, t->size);
}
void copyTypedArray(void* to, const void* from, const AbiType* t, uint64_t n) {
  if (uint64_t bytes = t->size * n) std::memmove(to, from, bytes);
}
void zeroTyped(void* to, const AbiType* t) {
  std::memset(to, 0, t->size);
}

void addPointerMask(std::vector<uint8_t>& mask, const AbiType* t, uint64_t offset) {
  if (!t->ptrBytes) return;
  if (t->tflag & kGCMaskOnDemand) {  // such types have no mask of their own
    if (t->kind == AbiKind::Array) {
      auto* a = static_cast<const AbiArrayType*>(t);
      for (uint64_t i = 0; i < a->len; ++i)
        addPointerMask(mask, a->elem, offset + i * a->elem->size);
    } else {
      BURROW_CHECK(t->kind == AbiKind::Struct);
      auto* s = static_cast<const AbiStructType*>(t);
      for (int64_t i = 0; i < s->fields.len; ++i) {
        addPointerMask(mask, s->fields.data[i].type, offset + s->fields.data[i].offset);
      }
    }
    return;
  }
  for (uint64_t w = 0; w < t->ptrBytes / 8; ++w) {
    if (!(t->gcData[w / 8] >> (w % 8) & 1)) continue;
    uint64_t at = offset / 8 + w;
    if (mask.size() <= at / 8) mask.resize(at / 8 / 8 * 8 + 8);
    mask[at / 8] |= static_cast<uint8_t>(1u << (at % 8));
  }
}

}  // namespace burrow::vm
