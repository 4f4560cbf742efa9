// The heap's inner structures; nobody outside vm/heap includes this.
//
// One big reserved arena is cut into pages; a run of pages is a span: free, full of objects of one size class, or one large
// object. A table leads from any address to its span, and a multiplication from there to the object.
// Beside each span (never in it: objects keep their natural alignment and exact class size) lie a mark bit for each object
// and, in spans whose objects have pointers, a 32-bit type word for each. While allocation sites are counted, all spans have such a
// word for each object, and it tells the site, too.
//
// Between collections mark bits say which objects survived the last one: the gaps between them are the free
// runs, which allocation bumps through. What was allocated since has no mark and needs none: the cursor of its span has passed it.
//
// One thread at a time runs Go code and so allocates; there are no locks here.
#pragma once

#include <cstring>
#include <deque>
#include <set>
#include <unordered_map>
#include <vector>

#include "vm/bytecode/check.h"
#include "vm/heap/heap.h"
#include "vm/heap/size_class.h"

namespace burrow::vm::heap {

enum class SpanState : uint8_t { Free, Small, Large };

/// Names a type in 32 bits: an offset from the module region's base, or (top bit) an index into the table of other
/// types, which reflect and the vm itself made. 0: no object was ever here.
using TypeWord = uint32_t;
inline constexpr TypeWord kTableType = 0x80000000;
/// While sites are counted: no collection has seen the object yet.
inline constexpr uint32_t kFreshObject = 0x40000000;
/// While sites are counted, with kTableType: the index is one of SitedTypes. Objects without pointers have just the number of their site.
inline constexpr TypeWord kSitedType = 0x20000000;
/// Objects of a type that a site made. The table is only added to, by any thread; who has a word can read its entry.
struct SitedType {
  const AbiType* type = nullptr;
  uint32_t site = 0;
};
extern SitedType* sitedTypes;

struct Span {
  char* base = nullptr;
  uint64_t pages = 0;
  uint64_t objectBytes = 0;
  uint64_t magic = 0;            ///< ceil(2^40 / objectBytes): division by multiplication
  uint64_t* marks = nullptr;     ///< a bit an object
  TypeWord* types = nullptr;     ///< an entry an object; null in spans without pointers
  uint32_t* sites = nullptr;     ///< an entry an object that tells its site (siteOfWord): `types`, if there are any. Null unless sites are counted
  uint32_t objects = 0;
  uint32_t cursor = 0;           ///< objects before it are in use or were skipped as survivors
  uint32_t taken = 0;            ///< survivors of the last collection and those handed out since
  uint32_t allIndex = 0;         ///< place in Heap::spans
  SpanState state = SpanState::Free;
  uint8_t cls = 0;
  bool noscan = false;
  bool needZero = false;         ///< may hold old contents
  bool released = false;         ///< free, and its memory was given back
  bool fresh = false;            ///< sites are counted, and objects were handed out since the last collection
  uint32_t soleSite = 0;         ///< of all objects when they were last counted, if it was one, and no object is free
  uint64_t largeMark = 0;
  uint32_t largeEntry = 0;       ///< of `types` or `sites`

  uint64_t bytes() const { return pages * kPageBytes; }
  uint32_t indexOf(const void* p) const {
    return static_cast<uint32_t>((static_cast<uint64_t>(static_cast<const char*>(p) - base) * magic) >> 40);
  }
  bool marked(uint32_t i) const { return marks[i / 64] >> (i % 64) & 1; }
  uint32_t markWords() const { return (objects + 63) / 64; }
};

/// Where the next objects of one class come from: [cur, end) is free and (with pointers) zeroed. While sites are counted, `end` is null,
/// as if there were nothing: so the fast path needs no test, and every allocation comes by the slow one, which notes its site. What the
/// notes of a chunk say is counted when the next one is taken.
struct Cursor {
  char *cur = nullptr, *end = nullptr;
  uint32_t* entries = nullptr;   ///< of the object at cur: in Span::types, or in Span::sites if sites are counted
  uint32_t objectBytes = 0;
  char* chunkEnd = nullptr;      ///< what end is when it does not pretend
  char* runEnd = nullptr;        ///< the free run goes on from chunkEnd to here
  Span* span = nullptr;
  uint64_t handedOut = 0;        ///< objects in all chunks so far; those from cur to chunkEnd are not allocated yet
  uint32_t* firstSite = nullptr; ///< if sites are counted: the first entry whose object is not yet
  uint64_t untilSample = ~uint64_t{0};  ///< bytes until an allocation is sampled (profile/memory.h)
  bool sampled = false;          ///< the object at cur is to be
  std::vector<Span*> partial;    ///< spans with gaps, to be used next
};

struct FreeOrder {
  bool operator()(const Span* a, const Span* b) const {
    return a->pages != b->pages ? a->pages < b->pages : a->base < b->base;
  }
};

struct MarkEntry {
  char* object;
  TypeWord type;
  uint32_t words;                ///< size; enough for 32 GiB
};

struct Cleanup {
  uint64_t id;
  void* fn;
};
struct WeakEntry {
  void* pointer;                 ///< as given: may point inside the object
  void** handle;
};
/// What is attached to one object.
struct Specials {
  void* finalizer = nullptr;
  const AbiType* finalizerArg = nullptr;
  std::vector<Cleanup> cleanups;
  std::vector<WeakEntry> weak;
};

struct Heap {
  // ---- allocation
  Cursor cursors[2][kClasses];   ///< [noscan][class]
  uint64_t live = 0;             ///< bytes that survived or were handed out since
  uint64_t trigger = 0;          ///< collect when live reaches this
  HeapConfig config;
  // ---- arena and pages
  char* base = nullptr;
  uint64_t used = 0, reserved = 0;
  Span** pageMap = nullptr;
  std::set<Span*, FreeOrder> freeSpans;
  std::vector<Span*> spans;      ///< all in use
  uint64_t pagesInUse = 0, pagesReleased = 0;
  // ---- types outside the module region
  uint64_t moduleBase = 0;
  std::vector<const AbiType*> typeTable;
  std::unordered_map<const AbiType*, TypeWord> typeIndex;
  // ---- marking
  std::vector<MarkEntry> markStack;
  uint64_t markedBytes = 0, markedObjects = 0, rootBytes = 0;
  bool collecting = false;
  // ---- roots
  std::vector<RootProvider> providers;
  std::vector<void (*)()> hooks;
  // ---- attached to objects
  std::unordered_map<void*, Specials> specials;
  std::unordered_map<uint64_t, void*> cleanupObject;
  std::unordered_map<void*, void**> immortalWeak;
  std::deque<PendingCall> pending;
  uint64_t lastCleanup = 0;
  // ---- statistics
  uint64_t largeMallocs = 0, largeBytes = 0, frees = 0, freedBytes = 0, totalHandedOut = 0;
  uint64_t numGC = 0, numForced = 0, pauseTotal = 0, lastPause = 0, lastGC = 0;
};
/// Never destroyed: other threads may still run when the process exits.
union HeapStorage {
  HeapStorage() : heap() {}
  ~HeapStorage() {}
  Heap heap;
};
extern HeapStorage heapStorage;
inline constexpr Heap& theHeap = heapStorage.heap;

/// The span of an address, null if none is in use there.
inline Span* spanOf(const void* p) {
  uint64_t offset = static_cast<uint64_t>(static_cast<const char*>(p) - theHeap.base);
  if (offset >= theHeap.used) return nullptr;
  return theHeap.pageMap[offset / kPageBytes];
}

// pages.cpp
void reserveArena();
/// A span of n pages, state not yet set; null if memory is exhausted.
Span* takePages(uint64_t n);
void freePages(Span* s);
/// Gives free pages back to the system until at most `keep` bytes of them stay.
void releasePages(uint64_t keep);

// types.cpp
TypeWord typeWordSlow(const AbiType* t);
inline TypeWord typeWord(const AbiType* t) {
  uint64_t offset = reinterpret_cast<uint64_t>(t) - theHeap.moduleBase;
  return offset < kTableType ? static_cast<TypeWord>(offset) : typeWordSlow(t);
}
constexpr uint32_t sitedIndex(TypeWord w) { return w & ~(kTableType | kSitedType | kFreshObject); }
inline const AbiType* typeOfWord(TypeWord w) {
  if (w & kTableType) return w & kSitedType ? sitedTypes[sitedIndex(w)].type : theHeap.typeTable[w & ~kTableType];
  return reinterpret_cast<const AbiType*>(theHeap.moduleBase + w);
}

// sited_types.cpp
/// The word for a type and a site together. Any thread.
TypeWord sitedWord(const AbiType* t, uint32_t site);
/// The same by the thread that runs Go, from a cache.
TypeWord recentSitedWord(TypeWord type, uint32_t site);
/// The site that an entry of Span::sites tells.
inline uint32_t siteOfWord(uint32_t w) { return w & kSitedType ? sitedTypes[sitedIndex(w)].site : w & ~kFreshObject; }

// tables.cpp
/// Gives a small span its tables: no marks, types zero, sites undefined. And takes them back.
void takeTables(Span* s);
void giveTables(Span* s);

// alloc.cpp
/// Forgets the cursors: before a collection.
void flushCursors();

// mark.cpp
void markRef(void* p);
void drainMarks();
void markRoots();
/// Marks what the object at p refers to, not the object.
void markContents(char* p, uint64_t bytes, TypeWord type);
bool isMarked(const void* p);

// specials.cpp
void markSpecialRoots();
/// After marking: clears weak handles, queues finalizers and cleanups of the dead.
void handleDead();

// verify_heap.cpp
/// After marking: everything that a marked object refers to is marked too.
void verifyMarks();

}  // namespace burrow::vm::heap
