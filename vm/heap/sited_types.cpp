// While allocation sites are counted: one word beside an object for its type and its site. Most sites make objects of one type, so that there
// are hardly more pairs than sites; two words an object would cost a linked list of ten million elements 40 MB.
#include <sys/mman.h>

#include <mutex>
#include <unordered_map>

#include "vm/heap/observe.h"
#include "vm/heap/span.h"

namespace burrow::vm::heap {

SitedType* sitedTypes = nullptr;

namespace {

constexpr uint32_t kMostPairs = 1 << 24;

struct PairHash {
  size_t operator()(const SitedType& p) const { return (reinterpret_cast<uintptr_t>(p.type) >> 3) * 0x9e3779b1 + p.site; }
};
struct PairEqual {
  bool operator()(const SitedType& a, const SitedType& b) const { return a.type == b.type && a.site == b.site; }
};

std::mutex lock;   // the jit's thread adds pairs, too
std::unordered_map<SitedType, uint32_t, PairHash, PairEqual> pairIndex;

void reservePairs() {
  void* p = mmap(nullptr, kMostPairs * sizeof(SitedType), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  BURROW_CHECK(p != MAP_FAILED);
  sitedTypes = static_cast<SitedType*>(p);
}

}  // namespace

TypeWord sitedWord(const AbiType* t, uint32_t site) {
  std::lock_guard held(lock);
  if (!sitedTypes) reservePairs();
  auto [it, isNew] = pairIndex.try_emplace({t, site}, static_cast<uint32_t>(pairIndex.size()));
  if (isNew) {
    BURROW_CHECK(it->second < kMostPairs);
    sitedTypes[it->second] = it->first;
  }
  return kTableType | kSitedType | it->second;
}

TypeWord recentSitedWord(TypeWord type, uint32_t site) {
  constexpr unsigned kBits = 10;
  static struct {
    uint64_t key;
    TypeWord word;   // 0: nothing is known of a key
  } recent[1 << kBits];
  uint64_t key = uint64_t{type} << 32 | site;
  auto& r = recent[key * 0x9e3779b97f4a7c15 >> (64 - kBits)];
  if (__builtin_expect(r.key != key || !r.word, 0)) r = {key, sitedWord(typeOfWord(type), site)};
  return r.word;
}

}  // namespace burrow::vm::heap
