// See pinned.cpp.
#pragma once

#include <span>
#include <vector>

#include "compiler/codegen/code.h"
#include "compiler/codegen/liveness.h"

namespace burrow::codegen {

/// For one function at a time; all memory is kept for the next one.
class PinnedSlots {
 public:
  /// Forward dataflow over the blocks of `live`. `safepoints`: instructions, in order. Everything given stays until the next call.
  void solve(const Code& code, const FrameInfo& frame, const Liveness& live, std::span<const int> safepoints);
  bool none() const { return slots_.empty(); }
  /// Whether local slot i is zeroed on entry, and named by every map.
  bool always(unsigned i) const {
    if (none() || rank_[i] == rank_[i + 1]) return false;
    return always_[rank_[i] / 64] >> (rank_[i] % 64) & 1;
  }
  /// Looks at the safepoints of a block.
  void enter(int block);
  /// Calls f(slot) for each local slot that the map of the k-th of them names, in order.
  template <class F>
  void forNamed(size_t k, F f) const {
    for (size_t w = 0; w < words_; ++w)
      for (uint64_t bits = named_[k * words_ + w]; bits; bits &= bits - 1) f(slots_[w * 64 + static_cast<size_t>(__builtin_ctzll(bits))]);
  }

 private:
  /// What happens to a run of the slots, before (Ends) or at an instruction.
  struct Event {
    enum Kind : uint8_t { Ends, Written, Touched } kind;
    int at;
    uint32_t first, count;         ///< in slots_
  };
  struct BlockParts {
    uint32_t event, safepoint;     ///< the first of the block
  };
  void findSlots(const FrameInfo& frame);
  void findEvents(const Code& code);
  void add(Event::Kind kind, int at, Reg r, uint32_t n);
  void split(const Liveness& live);
  void apply(const Event& e);
  template <class F>
  void forSafepoints(size_t block, F f);
  uint64_t* writtenIn(size_t block) { return &in_[block * 2 * words_]; }
  uint64_t* touchedIn(size_t block) { return writtenIn(block) + words_; }

  std::span<const int> safepoints_;
  std::vector<unsigned> slots_;    ///< the pinned local slots that hold pointers
  std::vector<uint32_t> rank_;     ///< how many of them come before a local slot
  size_t words_ = 0;               ///< of a set of them
  std::vector<Event> events_;
  std::vector<BlockParts> parts_;  ///< per block, and one more
  std::vector<uint64_t> always_;
  std::vector<uint64_t> in_;       ///< per block: what is written on every path to it, what is touched on some path
  std::vector<uint64_t> now_;      ///< the same at the instruction looked at
  std::vector<uint64_t> named_;    ///< at the safepoints of the block entered
  std::vector<uint8_t> seen_, queued_;
  std::vector<int> work_;
};

}  // namespace burrow::codegen
