// What the heap keeps for profilers: the site of each object, and the sampled ones.
#include "vm/heap/observe.h"

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

/// Adds objects of one size to counters of sites.
template <ObjectCount SiteCounts::*kCount>
void addTo(uint32_t site, uint64_t objects, uint64_t objectBytes) {
  ObjectCount& c = siteCounts[site].*kCount;
  c.objects += objects;
  c.bytes += objects * objectBytes;
}

using Four [[gnu::vector_size(16), gnu::aligned(4)]] = uint32_t;

/// How many of n words are x under a mask: four at a time.
size_t countEqual(const uint32_t* words, size_t n, uint32_t x, uint32_t mask) {
  auto four = [&](size_t i) { return (*reinterpret_cast<const Four*>(words + i) & mask) == x; };
  Four sums{}, others{};
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    sums -= four(i) + four(i + 4);
    others -= four(i + 8) + four(i + 12);
  }
  for (; i + 4 <= n; i += 4) sums -= four(i);
  sums += others;
  size_t count = size_t{sums[0]} + sums[1] + sums[2] + sums[3];
  for (; i < n; i++) count += (words[i] & mask) == x;
  return count;
}

void maskWords(uint32_t* words, size_t n, uint32_t mask) {
  size_t i = 0;
  for (; i + 4 <= n; i += 4) *reinterpret_cast<Four*>(words + i) &= mask;
  for (; i < n; i++) words[i] &= mask;
}

/// Calls add(x, number of words that are x) for all that are among n words under a mask. Most often one or two make up nearly all: these are
/// counted as such, which takes less than to look at each word. True if all are the same.
template <class Add>
bool countWords(const uint32_t* words, size_t n, uint32_t mask, Add add) {
  if (!n) return false;
  uint32_t first = words[0] & mask, second = first;
  size_t firsts = countEqual(words, n, first, mask), seconds = 0;
  if (firsts < n) {
    size_t at = 1;
    while ((words[at] & mask) == first) at++;
    second = words[at] & mask;
    seconds = countEqual(words + at, n - at, second, mask);
  }
  size_t left = n - firsts - seconds;
  if (left > n / 8) {
    for (size_t i = 0; i < n; i++) add(words[i] & mask, 1);
    return false;
  }
  add(first, firsts);
  if (seconds) add(second, seconds);
  for (size_t i = 0; left; i++) {
    uint32_t x = words[i] & mask;
    if (x == first || x == second) continue;
    add(x, 1);
    left--;
  }
  return firsts == n;
}

/// The first objects of a span, as many as are marked without a gap.
uint32_t markedPrefix(const Span& s) {
  uint32_t n = 0;
  for (uint32_t w = 0; w < s.markWords(); w++) {
    if (s.marks[w] != ~uint64_t{0}) return n + static_cast<uint32_t>(__builtin_ctzll(~s.marks[w]));
    n += 64;
  }
  return n;
}

/// Calls visit(site entry) for each object of s from number i on that the collector has marked.
template <class Visit>
void forEachMarked(const Span& s, uint32_t i, Visit visit) {
  for (uint32_t w = i / 64; w < s.markWords(); w++) {
    uint64_t bits = s.marks[w];
    if (w == i / 64) bits &= ~uint64_t{0} << (i % 64);
    for (uint32_t* sites = s.sites + w * size_t{64}; bits; bits &= bits - 1) visit(sites[static_cast<unsigned>(__builtin_ctzll(bits))]);
  }
}

constexpr uint32_t kSiteMask = ~kFreshObject;

/// Calls add(site entry, n) for all that the collector has marked, n of them at once. With `age` none of them is fresh any more.
template <class Add>
void countMarked(Span& s, bool age, Add add) {
  uint32_t first = markedPrefix(s);
  // A span that is full of one site's objects is not read again.
  if (s.soleSite && first == s.objects && !s.fresh) return add(s.soleSite, s.objects);
  bool same = countWords(s.sites, first, ~0u, add);
  if (age) maskWords(s.sites, first, kSiteMask);
  s.soleSite = same && first == s.objects ? s.sites[0] & kSiteMask : 0;
  uint32_t last = 0, n = 0;  // neighbours were often made at the same site
  forEachMarked(s, first, [&](uint32_t& entry) {
    if (entry != last) {
      if (n) add(last, n);
      last = entry;
      n = 0;
    }
    n++;
    if (age) entry &= kSiteMask;
  });
  if (n) add(last, n);
}

template <ObjectCount SiteCounts::*kCount>
void forgetCounts() {
  for (uint32_t i = 0, end = imageSiteEnd() + runtimeSiteCount(); i < end; i++) siteCounts[i].*kCount = {};
}

uint64_t peakBytes = 0;
bool countingAlive = false;

}  // namespace

namespace heap {

void countChunk(Cursor& c) {
  if (!c.firstSite) return;
  auto add = [&](uint32_t entry, size_t n) { addTo<&SiteCounts::allocated>(siteOfWord(entry), n, c.objectBytes); };
  countWords(c.firstSite, static_cast<size_t>(c.entries - c.firstSite), kSiteMask, add);
  c.firstSite = c.entries;
}

void countSurvivors() {
  bool first = !countingAlive, peak = theHeap.markedBytes > peakBytes;   // a look from outside is no collection that an object outlives
  if (countingAlive) forgetCounts<&SiteCounts::alive>();
  if (peak) forgetCounts<&SiteCounts::atPeak>(), peakBytes = theHeap.markedBytes;
  for (Span* s : theHeap.spans) {
    bool survivors = first && s->fresh;
    if (!survivors && !peak && !countingAlive) continue;
    uint64_t size = s->objectBytes;
    countMarked(*s, survivors, [&](uint32_t entry, size_t n) {
      uint32_t site = siteOfWord(entry);
      if (survivors && entry & kFreshObject) addTo<&SiteCounts::survived>(site, n, size);
      if (peak) addTo<&SiteCounts::atPeak>(site, n, size);
      if (countingAlive) addTo<&SiteCounts::alive>(site, n, size);
    });
    if (survivors) s->fresh = false;
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
