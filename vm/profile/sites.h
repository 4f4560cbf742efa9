// Exact counts at allocation sites, while a profiler asks for them. Without one nothing here runs and no hot path looks: the
// allocator's fast path finds its chunk empty (Cursor::end, heap/span.h) and gets here by the slow one; instructions that make
// something in the frame have other labels in the loop and other templates in the jit.
//
// A site of an image (ImageSite) has a number in the whole program: Module::siteBase plus its index. linkFunc puts that number into the
// code, so that the instruction being executed (Goroutine::pc) leads to its counters in two loads. What allocates without a site of its
// own (natives, and instructions that allocate for the vm's purposes) gets one when it first does: a runtime site.
//
// One thread at a time runs Go code, so counters are plain words.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "vm/bytecode/opcode.h"
#include "vm/link/linker.h"
#include "vm/sched/goroutine.h"

namespace burrow::vm {

struct ObjectCount {
  uint64_t objects = 0, bytes = 0;
};

/// What happened at one site. The first line is what allocation touches.
struct alignas(64) SiteCounts {
  ObjectCount allocated;         ///< on the heap, in size classes, as MemStats counts
  uint64_t onStack;              ///< times that it made something in the frame; of a loop: that it was entered
  uint64_t growths, copiedBytes; ///< times that contents were moved to a larger place, and how much of them
  uint64_t maxLength;            ///< greatest length reached by appending and inserting, or asked for
  uint64_t minLengthPlus1;       ///< smallest length asked for, plus one; 0: none was
  uint64_t storageBytes;         ///< that its instruction uses in the frame; 0: not known
  ObjectCount survived;          ///< their first collection
  ObjectCount atPeak;            ///< alive at the collection that found most alive
  ObjectCount alive;             ///< alive at the last look (countAlive)
};

/// An allocation without a site of its own: where it came from.
struct RuntimeSite {
  const Func* native = nullptr;  ///< the native that allocated; null: the instruction at pc did
  const Insn* pc = nullptr;      ///< the instruction, or the one that called the native
};

/// Counters by number of site; null: nobody counts. Number 0 stands for what happened before.
extern SiteCounts* siteCounts;
inline constexpr uint32_t kMaxSites = 1 << 20;

/// Starts counting. Before images are loaded.
void enableSiteCounts();
/// Numbers the sites of a module that is being loaded.
void addModuleSites(Module& m);
/// Puts numbers of sites into a function's code that was just relocated.
void numberSites(Func& f);
/// Sites of images: numbers from 1 below this. Runtime sites follow.
uint32_t imageSiteEnd();
/// Brings counts of allocations up to date: those of the last few KiB of each size class are behind. By the thread that runs Go code, or when none does.
void settleSiteCounts();
/// How many runtime sites there are, and each by its number less imageSiteEnd(). Any thread; there may be more at any time.
uint32_t runtimeSiteCount();
const RuntimeSite& runtimeSiteAt(uint32_t index);

/// By opcode: which word holds the site; 0: none.
inline constexpr auto kSiteWord = [] {
  std::array<uint8_t, kReturnToMachine + 1> table{};
  for (size_t op = 0; op < kOpCount; op++) {
    size_t at = kOpInfo[op].words.find('i');
    if (at != std::string_view::npos) table[op] = static_cast<uint8_t>(at + 1);
  }
  return table;
}();
inline bool hasSite(const Insn* pc) { return kSiteWord[pc->op]; }
inline uint32_t siteAt(const Insn* pc) { return static_cast<uint32_t>(pc[kSiteWord[pc->op]].word); }

uint32_t runtimeSite(const Goroutine& g);
/// While sites are counted: the same for a native that this instruction calls; else 0. Any thread.
uint32_t runtimeSiteOfCall(const Func& native, const Insn* call);
/// The site on whose behalf g allocates now: g.pc is the instruction being executed.
inline uint32_t currentSite(const Goroutine& g) {
  const Insn* pc = g.pc;
  if (__builtin_expect(hasSite(pc), 1)) return siteAt(pc);
  return runtimeSite(g);
}

/// Contents of `copied` bytes were moved to a place with room for more; `length` elements are wanted there now.
void noteGrowthSlow(const Goroutine& g, uint64_t copied, uint64_t length);
void noteGrowthAt(uint32_t site, uint64_t copied, uint64_t length);
inline void noteGrowth(const Goroutine& g, uint64_t copied, uint64_t length) {
  if (__builtin_expect(siteCounts != nullptr, 0)) noteGrowthSlow(g, copied, length);
}
inline void noteMaxLength(SiteCounts& c, uint64_t length) {
  if (length > c.maxLength) c.maxLength = length;
}
/// There are `length` elements now.
inline void noteReached(const Goroutine& g, uint64_t length) {
  if (__builtin_expect(siteCounts != nullptr, 0)) noteMaxLength(siteCounts[currentSite(g)], length);
}
/// Something of `length` elements was asked for.
void noteLengthSlow(const Goroutine& g, uint64_t length);
inline void noteLength(const Goroutine& g, uint64_t length) {
  if (__builtin_expect(siteCounts != nullptr, 0)) noteLengthSlow(g, length);
}

/// Whether the loop and the jit count this instruction when it is executed: it makes something in the frame, always, or tells that a
/// loop is entered …
constexpr bool countsAlways(Op op) {
  return op == Op::NewStack || op == Op::MakeSliceStack || op == Op::SliceLitStack || op == Op::ClosureStack || op == Op::BoxStack ||
         op == Op::MakeMapStack || op == Op::DeferStack || op == Op::CountLoop;
}
/// … or what it appends counts for the greatest length …
constexpr bool countsLength(Op op) { return op == Op::AppendGrow; }
/// … or if the result fits into a buffer: then slowCounted (interp/slow.h) runs in place of its own slow half.
constexpr bool countsBuffer(Op op) {
  switch (op) {
    case Op::StrConcatBuf: case Op::BytesToStrBuf: case Op::StrToBytesBuf: case Op::RunesToStrBuf: case Op::StrToRunesBuf:
    case Op::RuneToStrBuf: case Op::MakeSliceBuf: case Op::AppendGrowBuf: return true;
    default: return false;
  }
}

}  // namespace burrow::vm
