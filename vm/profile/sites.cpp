// Numbers of sites, and those that are found while the program runs.
#include "vm/profile/sites.h"

#include <sys/mman.h>

#include <atomic>
#include <mutex>
#include <unordered_map>

#include "vm/bytecode/check.h"
#include "vm/bytecode/operands.h"

namespace burrow::vm {

SiteCounts* siteCounts = nullptr;

namespace {

uint32_t nextSite = 1;       // of images
std::mutex lock;             // of what follows: the jit's thread adds sites, too
std::vector<RuntimeSite> found;
std::atomic<uint32_t> foundCount = 0;

struct KeyHash {
  size_t operator()(const RuntimeSite& s) const {
    return (reinterpret_cast<uintptr_t>(s.native) >> 4) * 31 + (reinterpret_cast<uintptr_t>(s.pc) >> 3);
  }
};
struct KeyEqual {
  bool operator()(const RuntimeSite& a, const RuntimeSite& b) const { return a.native == b.native && a.pc == b.pc; }
};
std::unordered_map<RuntimeSite, uint32_t, KeyHash, KeyEqual> foundIndex;
/// What was asked for lately, by what the frame has for a return address: of machine code that is an address, which takes a search to tell
/// the instruction of. It always means the same, since memory of code is never used again.
struct Recent {
  const void* where = nullptr;  ///< the native, or the instruction
  Slot from = 0;
  uint32_t site = 0;
};
Recent recent[1024];
Recent& recentOf(const void* where, Slot from) {
  static_assert(std::size(recent) == 1 << 10);
  return recent[((reinterpret_cast<uintptr_t>(where) >> 3) + from) * 0x9e3779b97f4a7c15 >> 54];
}

uint32_t addRuntimeSite(const RuntimeSite& key) {
  std::lock_guard held(lock);
  auto [it, isNew] = foundIndex.try_emplace(key, 0);
  if (isNew) {
    uint32_t site = nextSite + static_cast<uint32_t>(found.size());
    if (site >= kMaxSites) return 0;
    found.push_back(key);
    foundCount.store(static_cast<uint32_t>(found.size()), std::memory_order_release);
    it->second = site;
  }
  return it->second;
}

}  // namespace

void enableSiteCounts() {
  if (siteCounts) return;
  void* p = mmap(nullptr, kMaxSites * sizeof(SiteCounts), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  BURROW_CHECK(p != MAP_FAILED);
  siteCounts = static_cast<SiteCounts*>(p);
  found.reserve(kMaxSites);  // other threads may read it
}

void addModuleSites(Module& m) {
  m.siteBase = nextSite;
  if (!siteCounts) return;
  // Half of the numbers stay free for runtime sites.
  BURROW_CHECK(m.image.sitesCount() < kMaxSites / 2 - nextSite);
  nextSite += static_cast<uint32_t>(m.image.sitesCount());
}

void numberSites(Func& f) {
  auto* code = const_cast<Insn*>(f.code);
  uint32_t end = f.info->bodyWords();
  for (uint32_t pc = 0; pc < end;) {
    auto op = static_cast<Op>(code[pc].op);
    if (op == Op::JumpTable) {  // tables lie behind the instructions
      auto table = pc + static_cast<uint32_t>(code[pc + 1].word);
      if (table < end) end = table;
    }
    if (unsigned w = kSiteWord[static_cast<size_t>(op)]) {
      code[pc + w].word += f.module->siteBase;
      siteCounts[siteAt(code + pc)].storageBytes = storageOf(code + pc).slots * sizeof(Slot);
    }
    pc += insnWords(op);
  }
}

uint32_t imageSiteEnd() { return nextSite; }
uint32_t runtimeSiteCount() { return foundCount.load(std::memory_order_acquire); }
const RuntimeSite& runtimeSiteAt(uint32_t index) { return found[index]; }

static __attribute__((noinline)) uint32_t findRuntimeSite(const Goroutine& g, const Func* native, Slot from, Recent& r) {
  r = {native ? static_cast<const void*>(native) : g.pc, from, addRuntimeSite({native, !native ? g.pc : from ? returnPc(g.fp) - 1 : nullptr})};
  return r.site;
}

uint32_t runtimeSite(const Goroutine& g) {
  const Func* native = g.fp && frameFunc(g.fp)->flags & kNative ? frameFunc(g.fp) : nullptr;
  const void* where = native ? static_cast<const void*>(native) : g.pc;
  Slot from = native && callerFp(g.fp) ? reinterpret_cast<Slot>(returnAddress(g.fp)) : 0;
  Recent& r = recentOf(where, from);
  if (__builtin_expect(r.where != where || r.from != from || !r.site, 0)) return findRuntimeSite(g, native, from, r);
  return r.site;
}

uint32_t runtimeSiteOfCall(const Func& native, const Insn* call) {
  return siteCounts ? addRuntimeSite({&native, call + insnWords(static_cast<Op>(call->op)) - 1}) : 0;
}

void noteGrowthSlow(const Goroutine& g, uint64_t copied, uint64_t length) { noteGrowthAt(currentSite(g), copied, length); }

void noteGrowthAt(uint32_t site, uint64_t copied, uint64_t length) {
  SiteCounts& c = siteCounts[site];
  if (copied) c.growths++;
  c.copiedBytes += copied;
  noteMaxLength(c, length);
}

void noteLengthSlow(const Goroutine& g, uint64_t length) {
  SiteCounts& c = siteCounts[currentSite(g)];
  noteMaxLength(c, length);
  if (!c.minLengthPlus1 || length + 1 < c.minLengthPlus1) c.minLengthPlus1 = length + 1;
}

}  // namespace burrow::vm
