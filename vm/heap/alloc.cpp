// Allocation: bump through the free runs of the class's current span. Runs are zeroed a few KiB
// ahead (spans with pointers) so that the fast path is a compare, an addition and the type word.
#include <algorithm>
#include <cstdio>

#include "vm/heap/observe.h"
#include "vm/heap/span.h"
#include "vm/link/linker.h"
#include "vm/object/without_safepoint.h"
#include "vm/sched/goroutine.h"

namespace burrow::vm {

alignas(8) uint64_t zeroSizedObject;

namespace heap {

static constexpr uint64_t kChunkBytes = 4096;

[[noreturn]] static void outOfMemory(Goroutine& g, uint64_t bytes) {
  std::fprintf(stderr, "runtime: out of memory: cannot allocate %llu-byte block (%llu in use)\n",
               static_cast<unsigned long long>(bytes), static_cast<unsigned long long>(theHeap.live));
  fatalError(&g, "out of memory");
}

/// A collection if one is due before `bytes` more are handed out.
static void pace(Goroutine& g, uint64_t bytes) {
  Heap& h = theHeap;
  if (h.live + bytes >= h.trigger || h.config.collectAlways) collect(g, false);
}

static Span* takeSpan(Goroutine& g, uint64_t pages) {
  Heap& h = theHeap;
  bool collected = false;
  for (;;) {
    Span* s = nullptr;
    if ((h.pagesInUse + pages) * kPageBytes <= h.config.maxHeap) s = takePages(pages);
    if (s) return s;
    if (collected) outOfMemory(g, pages * kPageBytes);
    collect(g, false);
    collected = true;
  }
}

static void initSmallSpan(Span* s, unsigned cls, bool noscan) {
  s->state = SpanState::Small;
  s->cls = static_cast<uint8_t>(cls);
  s->noscan = noscan;
  s->objectBytes = kClassBytes[cls];
  s->magic = ((uint64_t{1} << 40) + s->objectBytes - 1) / s->objectBytes;
  s->objects = spanObjects(cls);
  s->cursor = s->taken = 0;
  takeTables(s);
}

/// The first unmarked object from i on, or s.objects.
static uint32_t nextUnmarked(const Span& s, uint32_t i) {
  while (i < s.objects) {
    uint64_t word = ~s.marks[i / 64] >> (i % 64);
    if (word) return std::min(i + static_cast<uint32_t>(__builtin_ctzll(word)), s.objects);
    i = (i / 64 + 1) * 64;
  }
  return s.objects;
}
static uint32_t nextMarked(const Span& s, uint32_t i) {
  while (i < s.objects) {
    uint64_t word = s.marks[i / 64] >> (i % 64);
    if (word) return std::min(i + static_cast<uint32_t>(__builtin_ctzll(word)), s.objects);
    i = (i / 64 + 1) * 64;
  }
  return s.objects;
}

/// Hands out the next chunk of the current run to the cursor.
static void takeChunk(Cursor& c) {
  if (siteCounts) countChunk(c);
  Heap& h = theHeap;
  Span& s = *c.span;
  uint64_t bytes = static_cast<uint64_t>(c.runEnd - c.cur);
  uint64_t chunk = std::max<uint64_t>(kChunkBytes / c.objectBytes, 1) * c.objectBytes;
  if (h.config.collectAlways) chunk = c.objectBytes;
  bytes = std::min(bytes, chunk);
  if (__builtin_expect(memorySampling, 0)) bytes = cutForSample(c, bytes);
  c.chunkEnd = c.cur + bytes;
  c.end = siteCounts ? nullptr : c.chunkEnd;
  if (!s.noscan && s.needZero) std::memset(c.cur, 0, bytes);
  if (uint32_t* entries = s.noscan ? s.sites : s.types) c.entries = entries + s.indexOf(c.cur);
  if (siteCounts) {
    c.firstSite = c.entries;
    s.fresh = true;
  }
  uint32_t n = static_cast<uint32_t>(bytes / c.objectBytes);
  s.taken += n;
  c.handedOut += n;
  h.live += bytes;
}

static void refill(Goroutine& g, Cursor& c, unsigned cls, bool noscan) {
  pace(g, kChunkBytes);  // may flush the cursor
  for (;;) {
    if (c.span) {
      if (c.cur < c.runEnd) return takeChunk(c);
      Span& s = *c.span;
      uint32_t first = nextUnmarked(s, s.cursor);
      if (first < s.objects) {
        uint32_t last = nextMarked(s, first);
        s.cursor = last;
        c.cur = c.chunkEnd = s.base + first * s.objectBytes;
        c.end = nullptr;
        c.runEnd = s.base + last * s.objectBytes;
        continue;
      }
      c.span = nullptr;
    }
    if (!c.partial.empty()) {
      c.span = c.partial.back();
      c.partial.pop_back();
    } else {
      Span* s = takeSpan(g, spanPages(cls));
      initSmallSpan(s, cls, noscan);
      c.span = s;
      c.objectBytes = kClassBytes[cls];
    }
    c.objectBytes = kClassBytes[cls];
    c.cur = c.end = c.chunkEnd = c.runEnd = nullptr;
  }
}

/// While sites are counted: what an object of this type and site has beside it.
static inline uint32_t entryOf(bool noscan, TypeWord type, uint32_t site) {
  return (noscan ? site : recentSitedWord(type, site)) | kFreshObject;
}

static __attribute__((noinline)) void* allocateLarge(Goroutine& g, uint64_t size, TypeWord type,
                                                     bool noscan, uint64_t zeroFrom) {
  Heap& h = theHeap;
  if (size > h.reserved) outOfMemory(g, size);
  uint64_t pages = (size + kPageBytes - 1) / kPageBytes;
  pace(g, pages * kPageBytes);
  Span* s = takeSpan(g, pages);
  s->state = SpanState::Large;
  s->noscan = noscan;
  s->objectBytes = s->bytes();
  s->magic = 0;
  s->objects = s->taken = s->cursor = 1;
  s->largeMark = 0;
  s->marks = &s->largeMark;
  s->largeEntry = type;
  s->types = noscan ? nullptr : &s->largeEntry;
  if (zeroFrom < s->bytes() && s->needZero) std::memset(s->base + zeroFrom, 0, s->bytes() - zeroFrom);
  h.live += s->bytes();
  h.largeBytes += s->bytes();
  ++h.largeMallocs;
  if (siteCounts) {
    uint32_t site = currentSite(g);
    s->sites = &s->largeEntry;
    s->largeEntry = entryOf(noscan, type, site);
    countAllocations(site, 1, s->bytes());
    s->fresh = true;
  }
  if (memorySampling) sampleLarge(g, s->base, s->bytes());
  return s->base;
}

/// While sites are counted: the object that c gives out is of this type and site.
static inline void noteSite(Cursor& c, bool noscan, TypeWord type, uint32_t site) {
  *c.entries++ = entryOf(noscan, type, site);
}

static __attribute__((noinline)) void* allocateSlower(Goroutine& g, Cursor& c, unsigned cls,
                                                      bool noscan, TypeWord type) {
  if (c.cur == c.chunkEnd) {
    // The type may itself be a heap object that only this call knows of.
    RootLink keep(noscan || !(type & kTableType) ? nullptr : const_cast<AbiType*>(typeOfWord(type)));
    refill(g, c, cls, noscan);
  }
  char* p = c.cur;
  c.cur += c.objectBytes;
  if (siteCounts) noteSite(c, noscan, type, currentSite(g));
  else if (!noscan) *c.entries++ = type;
  if (c.sampled) {
    c.sampled = false;
    sampleAllocation(g, p, c.objectBytes);
  }
  return p;
}

/// Counted, for something that has no site of its own.
template <bool kNoscan>
static __attribute__((noinline)) void* allocateForRuntime(Goroutine& g, Cursor& c, TypeWord type) {
  uint32_t site = runtimeSite(g);
  char* p = c.cur;
  c.cur = p + c.objectBytes;
  noteSite(c, kNoscan, type, site);
  return p;
}

/// The chunk is used up, or seems to be: while sites are counted nearly every allocation ends here.
template <bool kNoscan>
static __attribute__((noinline)) void* allocateSlow(Goroutine& g, Cursor& c, unsigned cls, TypeWord type) {
  if (__builtin_expect(c.cur == c.chunkEnd, 0)) return allocateSlower(g, c, cls, kNoscan, type);
  const Insn* pc = g.pc;
  unsigned word = kSiteWord[pc->op];
  if (!word) return allocateForRuntime<kNoscan>(g, c, type);
  char* p = c.cur;
  c.cur = p + c.objectBytes;
  noteSite(c, kNoscan, type, static_cast<uint32_t>(pc[word].word));
  return p;
}

static inline void zeroSmall(char* p, uint64_t bytes) {
  switch (bytes) {  // constant sizes become a store or two
    case 8:
      std::memset(p, 0, 8);
      break;
    case 16:
      std::memset(p, 0, 16);
      break;
    case 24:
      std::memset(p, 0, 24);
      break;
    case 32:
      std::memset(p, 0, 32);
      break;
    case 48:
      std::memset(p, 0, 48);
      break;
    case 64:
      std::memset(p, 0, 64);
      break;
    default:
      std::memset(p, 0, bytes);
  }
}

static inline void* allocateScan(Goroutine& g, TypeWord type, uint64_t size) {
  if (__builtin_expect(size > kMaxSmall, 0)) return allocateLarge(g, size, type, false, 0);
  unsigned cls = classOf(size);
  Cursor& c = theHeap.cursors[0][cls];
  if (__builtin_expect(c.cur < c.end, 1)) {
    char* p = c.cur;
    c.cur += c.objectBytes;
    *c.entries++ = type;
    return p;
  }
  return allocateSlow<false>(g, c, cls, type);
}

static inline void* allocateNoscan(Goroutine& g, uint64_t size, bool zero) {
  if (__builtin_expect(size > kMaxSmall, 0)) return allocateLarge(g, size, 0, true, zero ? 0 : ~uint64_t{0});
  unsigned cls = classOf(size);
  Cursor& c = theHeap.cursors[1][cls];
  if (__builtin_expect(c.cur < c.end, 1)) {
    char* p = c.cur;
    c.cur += c.objectBytes;
    if (zero && c.span->needZero) zeroSmall(p, c.objectBytes);
    return p;
  }
  void* p = allocateSlow<true>(g, c, cls, 0);
  if (zero && c.span->needZero) zeroSmall(static_cast<char*>(p), c.objectBytes);
  return p;
}

void flushCursors() {
  Heap& h = theHeap;
  for (auto& kind : h.cursors) {
    for (Cursor& c : kind) {
      if (siteCounts) countChunk(c);
      if (c.span) {
        uint32_t rest = static_cast<uint32_t>((c.chunkEnd - c.cur) / c.objectBytes);
        c.handedOut -= rest;
        c.span->taken -= rest;
        h.live -= rest * uint64_t{c.objectBytes};
        if (c.untilSample != ~uint64_t{0}) c.untilSample += rest * uint64_t{c.objectBytes};
      }
      c.span = nullptr;
      c.cur = c.end = c.chunkEnd = c.runEnd = nullptr;
      c.sampled = false;
    }
  }
}

}  // namespace heap

using namespace heap;

void heapInit(const HeapConfig& config) {
  reserveArena();
  theHeap.config = config;
  theHeap.moduleBase = reinterpret_cast<uint64_t>(moduleBase());
  setGCPercent(config.gogc);
}

void* allocate(Goroutine& g, const AbiType* t) {
  if (t->ptrBytes) return allocateScan(g, typeWord(t), t->size);
  if (!t->size) return &zeroSizedObject;
  return allocateNoscan(g, t->size, true);
}

void* allocateAtSite(Goroutine& g, const AbiType* t, uint32_t site) {
  uint64_t size = t->size;
  if (__builtin_expect(size - 1 >= kMaxSmall, 0)) return allocate(g, t);
  bool noscan = !t->ptrBytes;
  Cursor& c = theHeap.cursors[noscan][classOf(size)];
  if (__builtin_expect(c.cur == c.chunkEnd, 0)) return allocate(g, t);
  TypeWord type = noscan ? 0 : typeWord(t);
  char* p = c.cur;
  c.cur = p + c.objectBytes;
  noteSite(c, noscan, type, site);
  if (noscan && c.span->needZero) zeroSmall(p, c.objectBytes);
  return p;
}

void* allocateArray(Goroutine& g, const AbiType* t, uint64_t n) {
  uint64_t size = t->size * n;
  if (!size) return &zeroSizedObject;
  if (t->ptrBytes) return allocateScan(g, typeWord(t), size);
  return allocateNoscan(g, size, true);
}

void* allocateBytes(Goroutine& g, uint64_t size, bool zero) {
  if (!size) return &zeroSizedObject;
  return allocateNoscan(g, size, zero);
}

void* allocateBytesFrom(Goroutine& g, uint64_t size, uint64_t from) {
  if (size > kMaxSmall) return allocateLarge(g, size, 0, true, from);
  auto* p = static_cast<char*>(allocateBytes(g, size, false));
  std::memset(p + from, 0, size - from);
  return p;
}

uint32_t siteOfCall = 0;

/// From the class's cursor if it has something, which it has not while each allocation is sampled or collects.
static inline void* tryTake(const AbiType* t, uint64_t size, uint32_t site) {
  if (!size) return &zeroSizedObject;
  if (size > kMaxSmall) return nullptr;
  bool noscan = !t || !t->ptrBytes;
  Cursor& c = theHeap.cursors[noscan][classOf(size)];
  if (c.cur >= (site ? c.chunkEnd : c.end)) return nullptr;
  TypeWord type = noscan ? 0 : typeWord(t);
  char* p = c.cur;
  c.cur = p + c.objectBytes;
  if (site) noteSite(c, noscan, type, site);
  else if (!noscan) *c.entries++ = type;
  if (noscan && t && c.span->needZero) zeroSmall(p, c.objectBytes);
  return p;
}

void* tryAllocate(const AbiType* t) { return tryTake(t, t->size, siteOfCall); }
void* tryAllocateArray(const AbiType* t, uint64_t n) { return tryAllocateArrayAt(t, n, siteOfCall); }
void* tryAllocateArrayAt(const AbiType* t, uint64_t n, uint32_t site) {
  uint64_t size;
  if (n > kMaxSmall || __builtin_mul_overflow(t->size, n, &size)) return nullptr;
  return tryTake(t, size, site);
}
void* tryAllocateBytes(uint64_t size, uint32_t site) { return tryTake(nullptr, size, site); }

static_assert(offsetof(Cursor, cur) == 0 && offsetof(Cursor, end) == 8 && offsetof(Cursor, entries) == 16);

bool inlineAllocation(const AbiType* t, uint64_t n, uint32_t site, InlineAllocation& out) {
  constexpr uint64_t kMost = 1024;
  uint64_t size;
  if (!n || !t->size || __builtin_mul_overflow(t->size, n, &size) || size > kMost) return false;
  unsigned cls = classOf(size);
  bool noscan = !t->ptrBytes;
  out = {&theHeap.cursors[noscan][cls], kClassBytes[cls], 0, offsetof(Cursor, end), !noscan};
  // Types made at run time are in a table that only the thread that runs Go may look at.
  uint64_t offset = reinterpret_cast<uint64_t>(t) - theHeap.moduleBase;
  if (!noscan && (!offset || offset >= kTableType)) return false;
  if (siteCounts) {
    out.end = offsetof(Cursor, chunkEnd);
    out.entry = (noscan ? site : sitedWord(t, site)) | kFreshObject;
  } else if (!noscan) {
    out.entry = static_cast<TypeWord>(offset);
  }
  return true;
}

uint64_t roundUpSize(uint64_t size, bool noscan) {
  // gc's objects with pointers above 512 bytes have a header of 8 bytes inside their class; ours do
  // not, but the capacities are to be the same.
  uint64_t header = !noscan && size > 512 ? 8 : 0;
  if (size <= kMaxSmall - 8) return size ? kClassBytes[classOf(size + header)] - header : 0;
  uint64_t rounded = size + kPageBytes - 1;
  return rounded < size ? size : rounded & ~(kPageBytes - 1);
}

ObjectInfo findObject(const void* p) {
  Span* s = spanOf(p);
  if (!s || s->state == SpanState::Free) return {};
  uint32_t i = s->indexOf(p);
  if (i >= s->objects) return {};
  ObjectInfo info;
  info.start = s->base + i * s->objectBytes;
  info.size = s->objectBytes;
  if (!s->noscan && s->types[i]) info.type = typeOfWord(s->types[i]);
  return info;
}

}  // namespace burrow::vm
