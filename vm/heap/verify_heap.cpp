// A second look at the heap after marking, slow and simple: every pointer in a marked object or live in a stack leads
// to a marked object, which was allocated and not freed since; and none in the heap or in global data leads to a stack.
#include <algorithm>
#include <cstdio>

#include "vm/heap/span.h"
#include "vm/heap/types.h"
#include "vm/link/linker.h"
#include "vm/panic/panic.h"
#include "vm/sched/scheduler.h"

namespace burrow::vm::heap {

/// Does p lead to where no object is? (Freed objects without pointers cannot be told.)
static bool leadsNowhere(const void* p) {
  uint64_t offset = static_cast<uint64_t>(static_cast<const char*>(p) - theHeap.base);
  if (offset >= theHeap.used) return false;
  Span* s = spanOf(p);
  if (!s || s->state == SpanState::Free) return true;
  uint32_t i = s->indexOf(p);
  return i < s->objects && s->types && !s->types[i];
}

/// The stacks in use, by address.
static std::vector<std::pair<const Slot*, const Slot*>> stacks;

static void checkNoStack(const void* holder, uint64_t offset, const void* p, const AbiType* t) {
  auto at = std::upper_bound(stacks.begin(), stacks.end(), p, [](const void* q, const auto& s) { return q < s.first; });
  if (at == stacks.begin() || p >= static_cast<const void*>((--at)->second)) return;
  std::string_view name = t && t->str ? typeString(t) : "?";
  std::fprintf(stderr, "object %p of type %.*s holds at %llu the address %p in a stack\n", holder,
               static_cast<int>(name.size()), name.data(),
               static_cast<unsigned long long>(offset), p);
  fatalError(nullptr, "a pointer into a stack got out of it");
}

static void noteStack(Goroutine& g, void*) {
  if (g.stackLow) stacks.push_back({g.stackLow, g.stackHigh});
}

static void verifyGoroutine(Goroutine& g, void*) {
  if (g.state == GState::Dead || g.state == GState::Idle || !g.stackHigh) return;
  struct Check {
    Goroutine& g;
    static void slot(void* ctx, Slot* at) {
      Goroutine& g = static_cast<Check*>(ctx)->g;
      auto* p = reinterpret_cast<void*>(*at);
      // The context of a call that is over stays where it was.
      if (at == reinterpret_cast<Slot*>(&g.ctx) || !leadsNowhere(p)) return;
      std::fprintf(stderr, "goroutine %llu: live slot at depth %lld (frame's at %lld) leads to a freed object %p\n",
                   static_cast<unsigned long long>(g.id), static_cast<long long>(g.stackHigh - at),
                   static_cast<long long>(g.stackHigh - g.fp), p);
      fatalError(&g, "stack map names a dead slot");
    }
  } check{g};
  forEachLivePointer(g, Check::slot, &check);
}

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
      void* to = *reinterpret_cast<void**>(p + w * 8);
      BURROW_CHECK(isMarked(to));
      BURROW_CHECK(!leadsNowhere(to));
      if (t != deferRecordType()) checkNoStack(p, w * 8, to, t);  // the vm's own, adjusted when stacks move
    }
  }
}

void verifyMarks() {
  stacks.clear();
  forEachGoroutine(noteStack, nullptr);
  std::sort(stacks.begin(), stacks.end());
  forEachDataPointer([](void*, void* ref) { checkNoStack(nullptr, 0, ref, nullptr); }, nullptr);
  for (Span* s : theHeap.spans) {
    BURROW_CHECK(s->state != SpanState::Free);
    BURROW_CHECK(spanOf(s->base) == s && spanOf(s->base + s->bytes() - 1) == s);
    for (uint32_t i = 0; !s->noscan && i < s->objects; ++i) {
      if (s->marked(i)) verifyObject(s, i);
    }
  }
  forEachGoroutine(verifyGoroutine, nullptr);
  for (Span* s : theHeap.freeSpans) BURROW_CHECK(s->state == SpanState::Free);
}

}  // namespace burrow::vm::heap
