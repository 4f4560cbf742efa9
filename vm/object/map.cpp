// Maps: entries in an array in order of insertion, found through a separate table of positions.
//
//   Map ─ entries ─→ [ {key, elem} × capacity ]           a typed heap object
//       └ table ───→ { header, hashes[capacity], index[2 × capacity] }   no pointers in it
//
// index is open addressing with linear probing: a word is position + 1 in the low bits, the rest of
// the hash above, so most mismatches cost no look at the entry; deletion shifts back, so there are
// no tombstones. hashes[position] has the top bit set for a live entry; otherwise it links the free
// positions. Up to eight entries need no table: a bit in `live` each, and the keys are compared one
// by one.
//
// An entry keeps its position until it is deleted, also through growth. So an iterator is a
// position and a bound: it visits each position below the bound of its start once, in a scrambled
// order, and shows what is live there when it comes by. That is exactly what Go asks for: nothing
// twice, nothing deleted, all that stays; a new entry may reuse a position not yet visited.
// Rejected: swiss tables as in gc (growth splits tables under iterators), and compaction on growth
// (moves positions).
#include <bit>
#include <cstring>

#include "vm/bytecode/check.h"
#include "vm/heap/heap.h"
#include "vm/object/hash.h"
#include "vm/object/map_layout.h"
#include "vm/object/without_safepoint.h"
#include "vm/profile/sites.h"
#include "vm/sched/goroutine.h"

namespace burrow::vm {

namespace {

constexpr uint32_t kSmall = kMapSmallEntries;
constexpr uint32_t kLive = 0x80000000;
constexpr uint32_t kNoFree = 0x7fffffff;

struct Table {
  uint32_t capacity, used, freeHead, indexMask;
  uint32_t* hashes() { return reinterpret_cast<uint32_t*>(this + 1); }
  uint32_t* index() { return hashes() + capacity; }
};

}  // namespace

/// kMapSlots words. Numbers stay below 2^39, where no heap is: every word may be treated as a
/// pointer.
struct Map {
  uint64_t count;
  const MapLayout* layout;
  char* entries;
  Table* table;
  uint64_t seed;
  uint64_t live;
};
static_assert(sizeof(Map) == kMapSlots * 8 && offsetof(Map, count) == 0);

static const uint8_t kMapMask[8] = {0b1100};
static const AbiType kMapObject = [] {
  AbiType t{};
  t.size = sizeof(Map);
  t.ptrBytes = 32;
  t.align = t.fieldAlign = 8;
  t.kind = AbiKind::Struct;
  t.gcData = kMapMask;
  return t;
}();

namespace {

uint64_t newSeed() {
  return fastRand() & 0xffffffff;
}

char* entryAt(const Map* m, uint32_t pos) {
  return m->entries + pos * m->layout->slotBytes;
}

uint32_t foldHash(uint64_t h) {
  return static_cast<uint32_t>(h ^ h >> 32) | kLive;
}

uint32_t hashKey(const Map* m, const void* key, const AbiType** bad) {
  const MapLayout& l = *m->layout;
  switch (l.keyKind) {
    case KeyKind::Word32: {
      uint32_t k;
      std::memcpy(&k, key, 4);
      return foldHash(hash64(k, m->seed));
    }
    case KeyKind::Word64: {
      uint64_t k;
      std::memcpy(&k, key, 8);
      return foldHash(hash64(k, m->seed));
    }
    case KeyKind::String: {
      GoString s;
      std::memcpy(&s, key, sizeof(s));
      return foldHash(hashBytesInline(s.ptr, static_cast<uint64_t>(s.len), m->seed));
    }
    case KeyKind::Memory:
      return foldHash(hashBytesInline(key, l.keyBytes, m->seed));
    case KeyKind::General:
      return foldHash(hashValue(key, l.key, m->seed, bad));
  }
  __builtin_unreachable();
}

/// Short strings are the rule: two loads of each that may overlap, and no call.
[[gnu::always_inline]] inline bool sameBytes(const char* a, const char* b, uint64_t n) {
  auto differ = [&]<class T>(T, uint64_t at) {
    T x, y;
    std::memcpy(&x, a + at, sizeof x);
    std::memcpy(&y, b + at, sizeof y);
    return static_cast<T>(x ^ y);
  };
  if (n > 16) return std::memcmp(a, b, n) == 0;
  if (n >= 8) return (differ(uint64_t{}, 0) | differ(uint64_t{}, n - 8)) == 0;
  if (n >= 4) return (differ(uint32_t{}, 0) | differ(uint32_t{}, n - 4)) == 0;
  if (n >= 2) return (differ(uint16_t{}, 0) | differ(uint16_t{}, n - 2)) == 0;
  return !n || *a == *b;
}

/// Keys already hashed cannot be uncomparable.
template <KeyKind kKind>
bool sameKey(const MapLayout& l, const void* a, const void* b) {
  if constexpr (kKind == KeyKind::Word32) return std::memcmp(a, b, 4) == 0;
  if constexpr (kKind == KeyKind::Word64) return std::memcmp(a, b, 8) == 0;
  if constexpr (kKind == KeyKind::String) {
    GoString x, y;
    std::memcpy(&x, a, sizeof(x));
    std::memcpy(&y, b, sizeof(y));
    return x.len == y.len && (x.ptr == y.ptr || sameBytes(x.ptr, y.ptr, static_cast<uint64_t>(x.len)));
  }
  if constexpr (kKind == KeyKind::Memory) return std::memcmp(a, b, l.keyBytes) == 0;
  const AbiType* bad = nullptr;
  return equalValues(a, b, l.key, &bad);
}

constexpr uint32_t kAbsent = ~uint32_t{0};

template <KeyKind kKind>
uint32_t findSmall(const Map* m, const void* key) {
  const MapLayout& l = *m->layout;
  for (auto live = static_cast<uint32_t>(m->live); live; live &= live - 1) {
    auto pos = static_cast<uint32_t>(__builtin_ctz(live));
    if (sameKey<kKind>(l, entryAt(m, pos), key)) return pos;
  }
  return kAbsent;
}

/// `where`: the place in the index, for deletion.
template <KeyKind kKind>
uint32_t findLarge(const Map* m, const void* key, uint32_t hash, uint32_t* where) {
  Table* t = m->table;
  const MapLayout& l = *m->layout;
  uint32_t mask = t->indexMask;
  uint32_t* index = t->index();
  for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
    uint32_t word = index[i];
    if (!word) return kAbsent;
    if ((word ^ hash) & ~mask) continue;
    uint32_t pos = (word & mask) - 1;
    if (sameKey<kKind>(l, entryAt(m, pos), key)) {
      if (where) *where = i;
      return pos;
    }
  }
}

template <class F>
auto withKind(KeyKind kind, F f) {
  switch (kind) {
    case KeyKind::Word32:
      return f.template operator()<KeyKind::Word32>();
    case KeyKind::Word64:
      return f.template operator()<KeyKind::Word64>();
    case KeyKind::String:
      return f.template operator()<KeyKind::String>();
    case KeyKind::Memory:
      return f.template operator()<KeyKind::Memory>();
    case KeyKind::General:
      return f.template operator()<KeyKind::General>();
  }
  __builtin_unreachable();
}

/// Position of the key or kAbsent; sets `hash` if the map has a table.
uint32_t findKey(const Map* m, const void* key, uint32_t& hash, uint32_t* where,
                 const AbiType** bad) {
  const MapLayout& l = *m->layout;
  if (m->table) {
    hash = hashKey(m, key, bad);
    if (l.mayPanic && *bad) return kAbsent;
    return withKind(l.keyKind,
                    [&]<KeyKind kKind>() { return findLarge<kKind>(m, key, hash, where); });
  }
  if (l.mayPanic) {
    hashKey(m, key, bad);
    if (*bad) return kAbsent;
  }
  return withKind(l.keyKind, [&]<KeyKind kKind>() { return findSmall<kKind>(m, key); });
}

void insertIndex(Table* t, uint32_t pos, uint32_t hash) {
  uint32_t mask = t->indexMask;
  uint32_t* index = t->index();
  uint32_t i = hash & mask;
  while (index[i]) i = (i + 1) & mask;
  index[i] = (hash & ~mask) | (pos + 1);
}

char* allocateEntries(Goroutine& g, const MapLayout& l, uint64_t n) {
  uint64_t bytes;
  if (__builtin_mul_overflow(n, l.slotBytes, &bytes) || bytes > kMaxAlloc)
    fatalError(&g, "out of memory");
  if (!l.hasPointers) return static_cast<char*>(allocateBytes(g, bytes));
  return static_cast<char*>(allocateArray(g, &l.slot, n));
}

Table* allocateTable(Goroutine& g, uint64_t capacity) {
  if (capacity > kNoFree / 2) fatalError(&g, "out of memory");
  auto* t = static_cast<Table*>(allocateBytes(g, sizeof(Table) + capacity * 12));
  *t = {static_cast<uint32_t>(capacity), 0, kNoFree, static_cast<uint32_t>(capacity * 2 - 1)};
  return t;
}

/// Doubles the room; positions stay. Safepoint: m is rooted by the caller.
void grow(Goroutine& g, Map* m) {
  const MapLayout& l = *m->layout;
  uint64_t old = m->table ? m->table->capacity : kSmall;
  Rooted<char> entries(allocateEntries(g, l, old * 2));
  Table* t = allocateTable(g, old * 2);
  std::memcpy(entries.get(), m->entries, old * l.slotBytes);
  uint32_t* hashes = t->hashes();
  t->used = static_cast<uint32_t>(old);
  if (m->table) {
    std::memcpy(hashes, m->table->hashes(), old * 4);
    t->freeHead = m->table->freeHead;
    for (uint32_t pos = 0; pos < old; ++pos) {
      if (hashes[pos] & kLive) insertIndex(t, pos, hashes[pos]);
    }
  } else {
    for (uint32_t pos = 0; pos < old; ++pos) {  // a small map grows when it is full: all are live
      const AbiType* bad = nullptr;
      hashes[pos] = hashKey(m, m->entries + pos * l.slotBytes, &bad);
      insertIndex(t, pos, hashes[pos]);
    }
  }
  storePtr(&m->entries, entries.get());
  storePtr(&m->table, t);
  noteGrowth(g, old * l.slotBytes, m->count + 1);
}

/// A place for a new entry, zeroed. Safepoint if there is none.
uint32_t takePosition(Goroutine& g, Map* m, const void* key, uint32_t hash) {
  if (!m->table) {
    if (!m->entries) storePtr(&m->entries, allocateEntries(g, *m->layout, kSmall));
    if (m->live != 0xff) {
      auto pos = static_cast<uint32_t>(__builtin_ctzll(~m->live));
      m->live |= uint64_t{1} << pos;
      return pos;
    }
    grow(g, m);
    const AbiType* bad = nullptr;
    hash = hashKey(m, key, &bad);
  }
  if (m->table->freeHead == kNoFree && m->table->used == m->table->capacity) grow(g, m);
  Table* t = m->table;
  uint32_t pos = t->freeHead;
  if (pos != kNoFree) {
    t->freeHead = t->hashes()[pos];
  } else {
    pos = t->used++;
  }
  t->hashes()[pos] = hash;
  insertIndex(t, pos, hash);
  return pos;
}

/// Takes index place i out, moving later words of the run back.
void removeIndex(Table* t, uint32_t i) {
  uint32_t mask = t->indexMask;
  uint32_t* index = t->index();
  uint32_t* hashes = t->hashes();
  for (uint32_t j = (i + 1) & mask; index[j]; j = (j + 1) & mask) {
    uint32_t home = hashes[(index[j] & mask) - 1] & mask;
    if (((j - home) & mask) < ((j - i) & mask)) continue;  // i lies before its home
    index[i] = index[j];
    i = j;
  }
  index[i] = 0;
}

/// Forgets all entries; positions and memory stay.
void reset(Map* m) {
  m->count = 0;
  m->live = 0;
  m->seed = newSeed();
  if (Table* t = m->table) {
    std::memset(t->hashes(), 0, (uint64_t{t->capacity} + t->indexMask + 1) * 4);
    t->used = 0;
    t->freeHead = kNoFree;
  }
}

}  // namespace

namespace {

void initMap(Map* m, const AbiMapType* t) {
  *m = {};
  m->layout = &mapLayout(t);
  m->seed = newSeed();
}

/// Entries that there is room for from the start, or 0 if a few are enough.
uint64_t capacityFor(const MapLayout& l, int64_t hint) {
  if (hint <= kSmall) return 0;
  uint64_t capacity = std::bit_ceil(static_cast<uint64_t>(hint));
  // A hint is only a hint: an absurd one is ignored.
  return capacity > kNoFree / 2 || capacity * l.slotBytes > kMaxAlloc / 2 ? 0 : capacity;
}

}  // namespace

Map* makeMap(Goroutine& g, const AbiMapType* t, int64_t hint) {
  Rooted<Map> m(static_cast<Map*>(allocate(g, &kMapObject)));
  initMap(m.get(), t);
  if (uint64_t capacity = capacityFor(*m->layout, hint)) {
    m->entries = allocateEntries(g, *m->layout, capacity);
    m->table = allocateTable(g, capacity);
  }
  return m.get();
}

Map* makeMapIn(Goroutine& g, Slot* storage, uint64_t room, const AbiMapType* t, int64_t hint) {
  // No stack map names the header yet while memory is allocated: it is written last.
  Map m;
  initMap(&m, t);
  std::memset(storage + kMapSlots, 0, room * sizeof(Slot));
  Rooted<char> entries;
  if (uint64_t capacity = capacityFor(*m.layout, hint)) {
    entries = allocateEntries(g, *m.layout, capacity);
    m.entries = entries.get();
    m.table = allocateTable(g, capacity);
  } else if (room) {
    BURROW_DCHECK(room * sizeof(Slot) >= kSmall * m.layout->slotBytes);
    m.entries = reinterpret_cast<char*>(storage + kMapSlots);
  }
  std::memcpy(static_cast<void*>(storage), &m, sizeof m);
  return reinterpret_cast<Map*>(storage);
}

void* mapFind(const AbiMapType* t, Map* m, const void* key, const AbiType** bad) {
  if (!m || !m->count) {
    const MapLayout& l = mapLayout(t);
    if (l.mayPanic) hashValue(key, l.key, 0, bad);
    return nullptr;
  }
  uint32_t hash = 0;
  uint32_t pos = findKey(m, key, hash, nullptr, bad);
  return pos == kAbsent ? nullptr : entryAt(m, pos) + m->layout->elemOffset;
}

void* mapAssign(Goroutine& g, const AbiMapType*, Map* m, const void* key, const AbiType** bad) {
  const MapLayout& l = *m->layout;
  uint32_t hash = 0;
  uint32_t pos = findKey(m, key, hash, nullptr, bad);
  if (l.mayPanic && *bad) return nullptr;
  if (pos == kAbsent) {
    pos = takePosition(g, m, key, hash);
    copyTyped(entryAt(m, pos), key, l.key);
    ++m->count;
    noteReached(g, m->count);
  } else if (l.updateKey) {
    copyTyped(entryAt(m, pos), key, l.key);
  }
  return entryAt(m, pos) + l.elemOffset;
}

namespace {

template <KeyKind kKind>
[[gnu::always_inline]] inline uint32_t fastHash(const Map* m, const void* key) {
  if constexpr (kKind == KeyKind::String) {
    auto* s = static_cast<const GoString*>(key);
    return foldHash(hashBytesInline(s->ptr, static_cast<uint64_t>(s->len), m->seed));
  }
  uint64_t k = 0;
  std::memcpy(&k, key, kKind == KeyKind::Word32 ? 4 : 8);
  return foldHash(hash64(k, m->seed));
}

/// The position of a key of a kind that cannot panic, or kAbsent.
template <KeyKind kKind>
[[gnu::always_inline]] inline uint32_t fastFind(const Map* m, const void* key) {
  if (!m || !m->count) return kAbsent;
  if (!m->table) return findSmall<kKind>(m, key);
  return findLarge<kKind>(m, key, fastHash<kKind>(m, key), nullptr);
}

template <KeyKind kKind>
[[gnu::always_inline]] inline void* fastRead(const Map* m, const void* key) {
  uint32_t pos = fastFind<kKind>(m, key);
  return pos == kAbsent ? zeroValue : entryAt(m, pos) + m->layout->elemOffset;
}

template <KeyKind kKind>
[[gnu::always_inline]] inline void* fastReach(const Map* m, const void* key) {
  uint32_t pos = fastFind<kKind>(m, key);
  if (pos == kAbsent) return nullptr;
  char* entry = entryAt(m, pos);
  // Equal strings may lie in different memory: the new one is kept, as mapAssign has it.
  if constexpr (kKind == KeyKind::String) storePtr(entry, const_cast<char*>(static_cast<const GoString*>(key)->ptr));
  return entry + m->layout->elemOffset;
}

GoString stringKey(const char* p, uint64_t n) { return {p, static_cast<int64_t>(n)}; }

}  // namespace

void* mapRead64(Map* m, uint64_t key) { return fastRead<KeyKind::Word64>(m, &key); }
void* mapRead32(Map* m, uint64_t key) { return fastRead<KeyKind::Word32>(m, &key); }
void* mapReadString(Map* m, const char* p, uint64_t n) {
  GoString key = stringKey(p, n);
  return fastRead<KeyKind::String>(m, &key);
}
void* mapReach64(Map* m, uint64_t key) { return fastReach<KeyKind::Word64>(m, &key); }
void* mapReach32(Map* m, uint64_t key) { return fastReach<KeyKind::Word32>(m, &key); }
void* mapReachString(Map* m, const char* p, uint64_t n) {
  GoString key = stringKey(p, n);
  return fastReach<KeyKind::String>(m, &key);
}

void mapDelete(const AbiMapType* t, Map* m, const void* key, const AbiType** bad) {
  if (!m || !m->count) {
    const MapLayout& l = mapLayout(t);
    if (l.mayPanic) hashValue(key, l.key, 0, bad);
    return;
  }
  uint32_t hash = 0, where = 0;
  uint32_t pos = findKey(m, key, hash, &where, bad);
  if (pos == kAbsent) return;
  std::memset(entryAt(m, pos), 0, m->layout->slotBytes);
  if (Table* table = m->table) {
    removeIndex(table, where);
    table->hashes()[pos] = table->freeHead;
    table->freeHead = pos;
  } else {
    m->live &= ~(uint64_t{1} << pos);
  }
  if (--m->count == 0 && !m->table) m->seed = newSeed();
}

void mapClear(const AbiMapType*, Map* m) {
  if (!m || !m->entries) return;
  std::memset(m->entries, 0, (m->table ? m->table->used : kSmall) * m->layout->slotBytes);
  reset(m);
}

int64_t mapLen(const Map* m) {
  return m ? static_cast<int64_t>(m->count) : 0;
}

Map* mapClone(Goroutine& g, const AbiMapType* t, Map* m) {
  Rooted<Map> from(m);
  Rooted<Map> to(makeMap(g, t, 0));
  if (!m || !m->entries) return to.get();
  const MapLayout& l = *m->layout;
  uint64_t capacity = m->table ? m->table->capacity : kSmall;
  to->entries = allocateEntries(g, l, capacity);
  if (m->table) {
    Table* table = allocateTable(g, capacity);
    std::memcpy(static_cast<void*>(table), m->table, sizeof(Table) + capacity * 12);
    to->table = table;
  }
  std::memcpy(to->entries, m->entries, capacity * l.slotBytes);
  to->count = m->count;
  to->seed = m->seed;
  to->live = m->live;
  return to.get();
}

// Iteration. state: 0 next step, 1 bound of positions, 2 steps (a multiple of 8), 3 first step, 4
// scrambling of the low bits. The order is random to the degree that gc's is for small maps: nobody
// can come to rely on it.

void mapIterInit(Goroutine& g, MapIter& it, const AbiMapType* t, Map* m) {
  std::memset(static_cast<void*>(&it), 0, sizeof(it));
  it.type = t;
  it.map = m;
  if (!m || !m->count) return;
  uint64_t bound = m->table ? m->table->used : kSmall;
  uint64_t steps = (bound + 7) / 8 * 8;
  uint64_t random = fastRand();
  it.state[1] = bound;
  it.state[2] = steps;
  it.state[3] = static_cast<uint64_t>((static_cast<__uint128_t>(random) * steps) >> 64);
  it.state[4] = random & 7;
}

void mapIterNext(Goroutine&, MapIter& it) {
  stepMapIter(&it);
}

void stepMapIter(MapIter* iterator) {
  MapIter& it = *iterator;
  Map* m = it.map;
  uint64_t bound = it.state[1], steps = it.state[2], first = it.state[3], scramble = it.state[4];
  for (uint64_t step = it.state[0]; step < steps; ++step) {
    uint64_t pos = first + step;
    if (pos >= steps) pos -= steps;
    pos ^= scramble;
    if (pos >= bound) continue;
    bool live = m->table ? m->table->hashes()[pos] & kLive : m->live >> pos & 1;
    if (!live) continue;
    it.state[0] = step + 1;
    it.key = entryAt(m, static_cast<uint32_t>(pos));
    it.elem = static_cast<char*>(it.key) + m->layout->elemOffset;
    return;
  }
  it.state[0] = steps;
  it.key = it.elem = nullptr;
}

}  // namespace burrow::vm
