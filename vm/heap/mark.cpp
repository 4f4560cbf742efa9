// Marking: from the roots, through an explicit stack, by the pointer masks of the type descriptors.
//
// A root may be stale (a saved closure pointer of a call long over): that is harmless, because any
// address leads to a span or to nothing, and a place where no object has ever been has type word 0.
#include "vm/heap/span.h"
#include "vm/link/linker.h"
#include "vm/sched/scheduler.h"

namespace burrow::vm::heap {

void markRef(void* p) {
  Heap& h = theHeap;
  Span* s = spanOf(p);
  if (!s || s->state == SpanState::Free) return;
  uint32_t i = s->indexOf(p);
  if (__builtin_expect(i >= s->objects, 0)) return;
  uint64_t bit = uint64_t{1} << (i % 64);
  uint64_t& word = s->marks[i / 64];
  if (word & bit) return;
  word |= bit;
  h.markedBytes += s->objectBytes;
  ++h.markedObjects;
  if (s->noscan) return;
  TypeWord t = s->types[i];
  if (!t) return;
  char* object = s->base + i * s->objectBytes;
  __builtin_prefetch(object);
  h.markStack.push_back({object, t, static_cast<uint32_t>(s->objectBytes / 8)});
}

bool isMarked(const void* p) {
  Span* s = spanOf(p);
  if (!s || s->state == SpanState::Free) return true;
  uint32_t i = s->indexOf(p);
  return i >= s->objects || s->marked(i);
}

static inline void markWord(char* p) {
  markRef(*reinterpret_cast<void**>(p));
}

/// Marks by mask. Masks are padded to whole 8 bytes.
static void markMasked(char* p, const uint8_t* mask, uint64_t words) {
  for (uint64_t w = 0; w < words; w += 64) {
    uint64_t bits;
    std::memcpy(&bits, mask + w / 8, 8);
    if (words - w < 64) bits &= (uint64_t{1} << (words - w)) - 1;
    for (; bits; bits &= bits - 1)
      markWord(p + (w + static_cast<unsigned>(__builtin_ctzll(bits))) * 8);
  }
}

static void markValue(char* p, const AbiType* t) {
  if (!t->ptrBytes) return;
  if (!(t->tflag & kGCMaskOnDemand)) return markMasked(p, t->gcData, t->ptrBytes / 8);
  if (t->kind == AbiKind::Array) {
    auto* a = static_cast<const AbiArrayType*>(t);
    for (uint64_t i = 0; i < a->len; ++i) markValue(p + i * a->elem->size, a->elem);
  } else {
    BURROW_CHECK(t->kind == AbiKind::Struct);
    auto* s = static_cast<const AbiStructType*>(t);
    for (int64_t i = 0; i < s->fields.len; ++i)
      markValue(p + s->fields.data[i].offset, s->fields.data[i].type);
  }
}

namespace {

/// What marking has to know of a type, if it is little: a mask of the pointer words.
struct Shape {
  TypeWord word = 0;
  uint32_t size = 0;   ///< 0: a mask does not do
  uint64_t mask = 0;
};

/// Also marks the type, if it is an object itself.
Shape shapeOf(TypeWord word) {
  const AbiType* t = typeOfWord(word);
  if (word & kTableType) markRef(const_cast<AbiType*>(t));
  if (t->ptrBytes > 512 || t->tflag & kGCMaskOnDemand || t->size > ~uint32_t{0}) return {word};
  Shape shape{word, static_cast<uint32_t>(t->size)};
  std::memcpy(&shape.mask, t->gcData, 8);
  if (t->ptrBytes < 512) shape.mask &= (uint64_t{1} << (t->ptrBytes / 8)) - 1;
  return shape;
}

inline void markContents(char* p, uint64_t bytes, const Shape& shape) {
  uint64_t size = shape.size;
  char* end = p + bytes;
  if (size == 8) {
    for (; p + 8 <= end; p += 8) markWord(p);
  } else if (size) {
    for (; p + size <= end; p += size)
      for (uint64_t bits = shape.mask; bits; bits &= bits - 1) markWord(p + static_cast<unsigned>(__builtin_ctzll(bits)) * 8);
  } else {
    const AbiType* t = typeOfWord(shape.word);
    for (; p + t->size <= end; p += t->size) markValue(p, t);
  }
}

}  // namespace

void markContents(char* p, uint64_t bytes, TypeWord word) { markContents(p, bytes, shapeOf(word)); }

void drainMarks() {
  // A few entries wait between the stack and being scanned, so that the prefetch has time to work.
  constexpr unsigned kAhead = 8;
  MarkEntry ring[kAhead];
  unsigned head = 0, count = 0;
  constexpr unsigned kShapeBits = 6;
  Shape shapes[1 << kShapeBits];   // the types that came last: descriptors take four loads, one behind the other
  auto& stack = theHeap.markStack;
  for (;;) {
    while (count < kAhead && !stack.empty()) {
      MarkEntry e = stack.back();
      stack.pop_back();
      __builtin_prefetch(e.object);
      ring[(head + count++) % kAhead] = e;
    }
    if (!count) return;
    MarkEntry e = ring[head];
    head = (head + 1) % kAhead;
    --count;
    Shape& shape = shapes[e.type * 0x9e3779b1 >> (32 - kShapeBits)];
    if (__builtin_expect(shape.word != e.type, 0)) shape = shapeOf(e.type);
    markContents(e.object, e.words * uint64_t{8}, shape);
  }
}

static void markGoroutine(Goroutine& g, void*) {
  if (g.state == GState::Dead || g.state == GState::Idle || !g.stackHigh) return;
  theHeap.rootBytes += static_cast<uint64_t>(g.stackHigh - g.stackLow) * sizeof(Slot);
  forEachLivePointer(
      g, [](void*, Slot* slot) { markRef(reinterpret_cast<void*>(*slot)); }, nullptr);
  markRef(g.param);
  markRef(g.coro);
}

void markRoots() {
  forEachDataPointer(
      [](void*, void* ref) {
        theHeap.rootBytes += sizeof(void*);
        markRef(ref);
      },
      nullptr);
  forEachGoroutine(markGoroutine, nullptr);
  for (RootLink* r = RootLink::top; r; r = r->next) markRef(r->ref);
  for (RootProvider provider : theHeap.providers)
    provider([](void*, void* ref) { markRef(ref); }, nullptr);
  markSpecialRoots();
}

}  // namespace burrow::vm::heap
