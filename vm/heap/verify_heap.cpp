// A second look at the heap after marking, slow and simple: every pointer in a marked object leads
// to a marked object.
#include "vm/heap/span.h"
#include "vm/heap/types.h"

namespace burrow::vm::heap {

static void verifyObject(Span* s, uint32_t i) {
  TypeWord word = s->types[i];
  if (!word) return;
  const AbiType* t = typeOfWord(word);
  BURROW_CHECK(t->size && t->ptrBytes && t->ptrBytes <= t->size && t->size <= s->objectBytes);
  std::vector<uint8_t> mask;
  addPointerMask(mask, t, 0);
  char* p = s->base + i * s->objectBytes;
  for (char* end = p + s->objectBytes; p + t->size <= end; p += t->size) {
    for (uint64_t w = 0; w < t->ptrBytes / 8; ++w) {
      if (w / 8 >= mask.size() || !(mask[w / 8] >> (w % 8) & 1)) continue;
      BURROW_CHECK(isMarked(*reinterpret_cast<void**>(p + w * 8)));
    }
  }
}

void verifyMarks() {
  for (Span* s : theHeap.spans) {
    BURROW_CHECK(s->state != SpanState::Free);
    BURROW_CHECK(spanOf(s->base) == s && spanOf(s->base + s->bytes() - 1) == s);
    for (uint32_t i = 0; !s->noscan && i < s->objects; ++i) {
      if (s->marked(i)) verifyObject(s, i);
    }
  }
  for (Span* s : theHeap.freeSpans) BURROW_CHECK(s->state == SpanState::Free);
}

}  // namespace burrow::vm::heap
