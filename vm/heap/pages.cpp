// The arena and its pages: one reservation, spans cut from it best fit, free neighbours joined at
// once.
#include <sys/mman.h>

#include "vm/heap/span.h"

namespace burrow::vm::heap {

HeapStorage heapStorage;

static constexpr uint64_t kMaxArena = uint64_t{1} << 38;
static constexpr uint64_t kMinArena = uint64_t{1} << 28;
static constexpr uint64_t kGrowPages = 128;
static constexpr uint64_t kHugeFrom = uint64_t{4} << 20, kHugeAtMost = uint64_t{256} << 20;

static void* reserve(uint64_t bytes, void* hint) {
  void* p =
      mmap(hint, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return p == MAP_FAILED ? nullptr : p;
}

void reserveArena() {
  Heap& h = theHeap;
  if (h.base) return;
  // Where gc has its heap, so that printed addresses look familiar. Address space limits may ask
  // for less.
  for (h.reserved = kMaxArena; h.reserved >= kMinArena; h.reserved /= 2) {
    char* p = static_cast<char*>(reserve(h.reserved, reinterpret_cast<void*>(0xc000000000)));
    if (!p) continue;
    h.base = p + (-reinterpret_cast<uintptr_t>(p) & (kPageBytes - 1));
    h.reserved -= kPageBytes;
    break;
  }
  BURROW_CHECK(h.base);
  h.pageMap = static_cast<Span**>(reserve(h.reserved / kPageBytes * sizeof(Span*), nullptr));
  BURROW_CHECK(h.pageMap);
}

static uint64_t pageIndex(const Span* s) {
  return static_cast<uint64_t>(s->base - theHeap.base) / kPageBytes;
}

/// Free spans are found from their first and last page only.
static void addFree(Span* s) {
  uint64_t i = pageIndex(s);
  theHeap.pageMap[i] = theHeap.pageMap[i + s->pages - 1] = s;
  theHeap.freeSpans.insert(s);
  if (s->released) theHeap.pagesReleased += s->pages;
}

static void removeFree(Span* s) {
  uint64_t i = pageIndex(s);
  theHeap.pageMap[i] = theHeap.pageMap[i + s->pages - 1] = nullptr;
  theHeap.freeSpans.erase(s);
  if (s->released) theHeap.pagesReleased -= s->pages;
}

/// Frees s, joined with its free neighbours. Memory that was given back does not mix with memory
/// that was not.
static void addJoined(Span* s) {
  Heap& h = theHeap;
  uint64_t i = pageIndex(s);
  auto joins = [&](Span* o) {
    return o && o->state == SpanState::Free && o->released == s->released &&
           o->needZero == s->needZero;
  };
  if (i > 0 && joins(h.pageMap[i - 1])) {
    Span* before = h.pageMap[i - 1];
    removeFree(before);
    s->base = before->base;
    s->pages += before->pages;
    delete before;
    i = pageIndex(s);
  }
  if ((i + s->pages) * kPageBytes < h.used && joins(h.pageMap[i + s->pages])) {
    Span* after = h.pageMap[i + s->pages];
    removeFree(after);
    s->pages += after->pages;
    delete after;
  }
  addFree(s);
}

/// Asks for huge pages in what a larger heap grows by: the system then clears 2 MiB at a fault and not 4 KiB. Not for giants, which may
/// be used in a few places only, nor for a small heap, which would become a larger one.
static void wantHugePages(char* from, uint64_t bytes) {
  if (theHeap.used < kHugeFrom || bytes > kHugeAtMost) return;
  madvise(from, bytes, MADV_HUGEPAGE);  // only a wish
}

static bool grow(uint64_t pages) {
  Heap& h = theHeap;
  uint64_t least = h.used < kHugeFrom ? kGrowPages : 4 * kGrowPages;
  if (pages < least && h.used + least * kPageBytes <= h.reserved) pages = least;
  if (h.used + pages * kPageBytes > h.reserved) return false;
  wantHugePages(h.base + h.used, pages * kPageBytes);
  Span* s = new Span;
  s->base = h.base + h.used;
  s->pages = pages;
  h.used += pages * kPageBytes;
  addJoined(s);
  return true;
}

Span* takePages(uint64_t n) {
  Heap& h = theHeap;
  Span key;
  key.pages = n;
  auto it = h.freeSpans.lower_bound(&key);
  if (it == h.freeSpans.end()) {
    if (!grow(n)) return nullptr;
    it = h.freeSpans.lower_bound(&key);
  }
  Span* s = *it;
  removeFree(s);
  if (s->pages > n) {
    Span* rest = new Span;
    rest->base = s->base + n * kPageBytes;
    rest->pages = s->pages - n;
    rest->needZero = s->needZero;
    rest->released = s->released;
    s->pages = n;
    addFree(rest);
  }
  s->released = false;
  uint64_t first = pageIndex(s);
  for (uint64_t i = 0; i < n; ++i) h.pageMap[first + i] = s;
  h.pagesInUse += n;
  s->allIndex = static_cast<uint32_t>(h.spans.size());
  h.spans.push_back(s);
  return s;
}

void freePages(Span* s) {
  Heap& h = theHeap;
  uint64_t first = pageIndex(s);
  for (uint64_t i = 0; i < s->pages; ++i) h.pageMap[first + i] = nullptr;
  h.pagesInUse -= s->pages;
  h.spans[s->allIndex] = h.spans.back();
  h.spans[s->allIndex]->allIndex = s->allIndex;
  h.spans.pop_back();
  s->state = SpanState::Free;
  s->needZero = true;
  s->released = false;
  addJoined(s);
}

void releasePages(uint64_t keep) {
  Heap& h = theHeap;
  uint64_t held = 0;
  std::vector<Span*> candidates;
  for (Span* s : h.freeSpans) {
    if (s->released || !s->needZero) continue;
    held += s->bytes();
    candidates.push_back(s);
  }
  // Biggest first: few system calls for much memory.
  for (size_t i = candidates.size(); i-- > 0 && held > keep;) {
    Span* s = candidates[i];
    held -= s->bytes();
    BURROW_CHECK(madvise(s->base, s->bytes(), MADV_DONTNEED) == 0);
    // The neighbours of s may be released already; joining needs s out of the tables.
    removeFree(s);
    s->released = true;
    s->needZero = false;
    addJoined(s);
  }
}

}  // namespace burrow::vm::heap
