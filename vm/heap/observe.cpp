// What the heap keeps for profilers: the site of each object, and the sampled ones.
#include "vm/heap/observe.h"

#include <sys/mman.h>

#include <cmath>

#include "vm/sched/goroutine.h"
#include "vm/sched/scheduler.h"

namespace burrow::vm {

bool memorySampling = false;
void (*onCollected)(const CollectionEvent& event) = nullptr;

namespace {

using namespace heap;

const int64_t* rateWanted = nullptr;
int64_t rate = 0;                     // what the distances were drawn for
uint64_t untilLarge = ~uint64_t{0};   // as Cursor::untilSample, for large objects
uint64_t randomState = 0x9e3779b97f4a7c15;

std::vector<MemoryRecord> records;
struct RecordKey {
  uint32_t stack, site;
  uint64_t size;
  bool operator==(const RecordKey&) const = default;
};
struct RecordHash {
  size_t operator()(const RecordKey& k) const { return (k.stack * size_t{0x9e3779b1} + k.site) * 31 + k.size; }
};
std::unordered_map<RecordKey, uint32_t, RecordHash> recordIndex;
std::unordered_map<void*, uint32_t> samples;   // alive, by address

uint64_t random64() {
  uint64_t z = randomState += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

/// Bytes to the next sample point.
uint64_t drawDistance() {
  if (rate <= 0) return ~uint64_t{0};
  if (rate == 1) return 0;
  double u = static_cast<double>((random64() >> 11) + 1) * 0x1p-53;  // (0, 1]
  return static_cast<uint64_t>(-std::log(u) * static_cast<double>(rate));
}

/// The program may change the rate at any time.
void followRate() {
  if (*rateWanted == rate) return;
  rate = *rateWanted;
  for (auto& kind : theHeap.cursors)
    for (Cursor& c : kind) c.untilSample = drawDistance();
  untilLarge = drawDistance();
}

/// Calls visit(site entry) for each object of s that the collector has marked.
template <class Visit>
void forEachMarked(const Span& s, Visit visit) {
  for (uint32_t w = 0; w < s.markWords(); w++) {
    uint32_t* sites = s.sites + w * size_t{64};
    if (s.marks[w] == ~uint64_t{0}) {
      for (unsigned i = 0; i < 64; i++) visit(sites[i]);
    } else {
      for (uint64_t bits = s.marks[w]; bits; bits &= bits - 1) visit(sites[static_cast<unsigned>(__builtin_ctzll(bits))]);
    }
  }
}

/// Adds objects to counters of sites, those of one site at once: neighbours were mostly made at the same.
template <ObjectCount SiteCounts::*kCount>
class Tally {
 public:
  explicit Tally(uint64_t objectBytes) : objectBytes_(objectBytes) {}
  ~Tally() { settle(); }
  void add(uint32_t site) {
    if (site != site_) {
      settle();
      site_ = site;
    }
    n_++;
  }

 private:
  void settle() {
    if (!n_) return;
    ObjectCount& c = siteCounts[site_].*kCount;
    c.objects += n_;
    c.bytes += n_ * objectBytes_;
    n_ = 0;
  }
  uint64_t objectBytes_, n_ = 0;
  uint32_t site_ = 0;
};

template <ObjectCount SiteCounts::*kCount>
void countMarked() {
  for (uint32_t i = 0, end = imageSiteEnd() + static_cast<uint32_t>(runtimeSites().size()); i < end; i++) siteCounts[i].*kCount = {};
  for (const Span* s : theHeap.spans) {
    Tally<kCount> tally(s->objectBytes);
    forEachMarked(*s, [&](uint32_t site) { tally.add(site & ~kFreshObject); });
  }
}

/// Memory for tables of sites, which come and go with their spans. It is neither zeroed nor given back; once there is much of it, huge pages
/// keep it from costing a page fault for each 85 KiB of heap.
class TableMemory {
 public:
  uint32_t* take(uint32_t entries) {
    std::vector<uint32_t*>& kept = free_[sizeOf(entries)];
    if (!kept.empty()) {
      uint32_t* table = kept.back();
      kept.pop_back();
      return table;
    }
    size_t bytes = sizeOf(entries) * kUnit;
    if (static_cast<size_t>(end_ - at_) < bytes) addBlock();
    at_ += bytes;
    return reinterpret_cast<uint32_t*>(at_ - bytes);
  }
  void put(uint32_t* table, uint32_t entries) { free_[sizeOf(entries)].push_back(table); }

 private:
  static constexpr size_t kUnit = 64, kLargest = 1 << 15, kHuge = 2 << 20, kFirst = 256 << 10;
  static size_t sizeOf(uint32_t entries) {
    size_t units = (entries * sizeof(uint32_t) + kUnit - 1) / kUnit;
    BURROW_CHECK(units <= kLargest / kUnit);
    return units;
  }
  void addBlock() {
    bool huge = end_ != nullptr;
    size_t bytes = huge ? 8 * kHuge : kFirst, asked = huge ? bytes + kHuge : bytes;
    void* p = mmap(nullptr, asked, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    BURROW_CHECK(p != MAP_FAILED);
    auto address = reinterpret_cast<uintptr_t>(p);
    if (huge) {
      address = (address + kHuge - 1) & ~(kHuge - 1);
      madvise(reinterpret_cast<void*>(address), bytes, MADV_HUGEPAGE);
    }
    at_ = reinterpret_cast<char*>(address);
    end_ = at_ + bytes;
  }
  std::vector<uint32_t*> free_[kLargest / kUnit + 1];
  char *at_ = nullptr, *end_ = nullptr;
};
TableMemory tables;

uint64_t peakBytes = 0;
bool countingAlive = false;

}  // namespace

namespace heap {

void addSiteTable(Span* s) {
  if (s->state == SpanState::Large) {
    s->sites = &s->largeSite;
    return;
  }
  s->sites = tables.take(s->objects);
}

void dropSiteTable(Span* s) {
  if (s->state == SpanState::Small && s->sites) tables.put(s->sites, s->objects);
  s->sites = nullptr;
  s->fresh = false;
}

void countChunk(Cursor& c) {
  Tally<&SiteCounts::allocated> tally(c.objectBytes);
  for (const uint32_t *site = c.firstSite, *end = c.sites; site != end; site++) tally.add(*site & ~kFreshObject);
  c.firstSite = c.sites;
}

void countSurvivors() {
  for (Span* s : theHeap.spans) {
    if (!s->fresh || countingAlive) continue;  // a look from outside is no collection that an object outlives
    s->fresh = false;
    Tally<&SiteCounts::survived> tally(s->objectBytes);
    forEachMarked(*s, [&](uint32_t& site) {
      if (!(site & kFreshObject)) return;
      site &= ~kFreshObject;
      tally.add(site);
    });
  }
  if (countingAlive) countMarked<&SiteCounts::alive>();
  if (theHeap.markedBytes > peakBytes) {
    peakBytes = theHeap.markedBytes;
    countMarked<&SiteCounts::atPeak>();
  }
}

uint64_t cutForSample(Cursor& c, uint64_t bytes) {
  followRate();
  if (c.untilSample >= bytes) {
    if (c.untilSample != ~uint64_t{0}) c.untilSample -= bytes;
    return bytes;
  }
  uint64_t before = c.untilSample / c.objectBytes * c.objectBytes;
  if (before) {
    c.untilSample -= before;
    return before;
  }
  c.sampled = true;
  c.untilSample = drawDistance();
  return c.objectBytes;
}

void sampleAllocation(Goroutine& g, void* p, uint64_t bytes) {
  RecordKey key{currentStack(g), siteCounts ? currentSite(g) : 0, bytes};
  auto [it, isNew] = recordIndex.try_emplace(key, static_cast<uint32_t>(records.size()));
  if (isNew) records.push_back({key.stack, key.site, bytes, 0, 0});
  records[it->second].allocs++;
  samples[p] = it->second;
}

void sampleLarge(Goroutine& g, void* p, uint64_t bytes) {
  followRate();
  if (untilLarge >= bytes) {
    if (untilLarge != ~uint64_t{0}) untilLarge -= bytes;
    return;
  }
  untilLarge = drawDistance();
  sampleAllocation(g, p, bytes);
}

void forgetDeadSamples() {
  for (auto it = samples.begin(); it != samples.end();) {
    if (isMarked(it->first)) {
      ++it;
    } else {
      records[it->second].frees++;
      it = samples.erase(it);
    }
  }
}

}  // namespace heap

void enableMemorySampling(const int64_t* wanted) {
  rateWanted = wanted;
  memorySampling = true;
}
int64_t memorySampleRate() { return rate; }
const std::vector<MemoryRecord>& memoryRecords() { return records; }

bool collecting() { return theHeap.collecting; }

void settleSiteCounts() {
  for (auto& kind : theHeap.cursors)
    for (Cursor& c : kind) countChunk(c);
}

void countAlive(Goroutine& g) {
  countingAlive = true;
  collect(g, true);
  countingAlive = false;
}

HeapGauge heapGauge() {
  auto read = [](const uint64_t& word) { return __atomic_load_n(&word, __ATOMIC_RELAXED); };
  const Heap& h = theHeap;
  HeapGauge gauge{read(h.live), read(h.largeBytes), read(h.largeMallocs)};
  for (auto& kind : h.cursors) {
    for (unsigned i = 0; i < kClasses; i++) {
      uint64_t n = read(kind[i].handedOut);
      gauge.allocatedObjects += n;
      gauge.allocatedBytes += n * kClassBytes[i];
    }
  }
  return gauge;
}

}  // namespace burrow::vm
