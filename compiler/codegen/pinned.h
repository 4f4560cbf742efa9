// See pinned.cpp.
#pragma once

#include <functional>
#include <vector>

#include "compiler/codegen/code.h"
#include "compiler/codegen/liveness.h"

namespace burrow::codegen {

class PinnedSlots {
 public:
  PinnedSlots(const Code& code, const FrameInfo& frame);
  /// Forward dataflow over the blocks of `live`.
  void solve(const Liveness& live, const std::function<bool(int)>& isSafepoint);
  bool none() const { return slots_.empty(); }
  /// Whether local slot i is zeroed on entry, and named by every map.
  bool always(unsigned i) const { return !none() && index_[i] >= 0 && test(always_, static_cast<size_t>(index_[i])); }
  /// The local slots that the maps of a block's safepoints name, one list each, in order.
  void namedIn(const Liveness& live, int block, const std::function<bool(int)>& isSafepoint,
               std::vector<std::vector<unsigned>>& out) const;

 private:
  using Bits = std::vector<uint64_t>;
  struct State {
    Bits written;   ///< on every path
    Bits touched;   ///< on some path
  };
  static bool test(const Bits& bits, size_t k) { return bits[k / 64] >> (k % 64) & 1; }
  void set(Bits& bits, unsigned slot) const { bits[static_cast<size_t>(index_[slot]) / 64] |= uint64_t{1} << (index_[slot] % 64); }
  void change(Bits& bits, Reg r, uint32_t n, bool value) const;
  size_t endsBefore(int i) const;
  void expire(State& s, int i, size_t& end) const;     ///< what ends before instruction i
  void execute(State& s, const Ins& in) const;
  /// Calls f(i, state before i) for the instructions of a block.
  template <class F>
  void forBlock(const Liveness& live, int block, F f) const {
    State s = in_[static_cast<size_t>(block)];
    size_t end = endsBefore(live.begin(block));
    for (int i = live.begin(block); i < live.end(block); ++i) {
      expire(s, i, end);
      const Ins& in = code_.ins[static_cast<size_t>(i)];
      if (in.dead) continue;
      f(i, s);
      execute(s, in);
    }
  }

  const Code& code_;
  const FrameInfo& frame_;
  std::vector<unsigned> slots_;    ///< the pinned local slots that hold pointers
  std::vector<int> index_;         ///< local slot → position in slots_, or -1
  size_t words_ = 0;
  Bits always_;
  std::vector<State> in_;          ///< per block
};

}  // namespace burrow::codegen
