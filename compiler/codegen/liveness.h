// Which slots are live where in a function. Slots are numbered here as locals, then incoming ones; outgoing slots are left out.
// Internal to code.cpp, optimize.cpp and liveness.cpp.
#pragma once

#include <span>
#include <vector>

#include "compiler/codegen/code.h"

namespace burrow::codegen {

/// Basic blocks, the slots that instructions read and write, and backward dataflow over them. All memory is kept for the next
/// function.
class Liveness {
 public:
  struct Range {
    uint32_t slot, count;
  };

  /// Finds blocks and operands of the instructions that are not dead.
  void build(const Code& code, const FrameInfo& frame);
  /// Solves for the instructions that are left.
  void solve();
  /// Leaves out an instruction from now on.
  void remove(size_t i) {
    ins_[i].dead = true;
    solved_ = false;
  }

  /// What was left out made no difference to what is live where blocks begin and end.
  void keepSolution() { solved_ = true; }
  bool hasLoops() const { return loops_; }

  unsigned words() const { return words_; }   ///< of one set
  int blocks() const { return static_cast<int>(blocks_.size()); }
  int begin(int b) const { return blocks_[b].begin; }
  int end(int b) const { return blocks_[b].end; }
  int blockOf(int i) const { return blockOf_[i]; }
  std::span<const int> successors(int b) const { return {successors_.data() + blocks_[b].firstSuccessor, blocks_[b].successors}; }
  const uint64_t* liveIn(int b) const { return &sets_[b * 4 * words_]; }
  const uint64_t* liveOut(int b) const { return liveIn(b) + words_; }
  std::span<const Range> defs(size_t i) const { return {&ranges_[ins_[i].ranges], ins_[i].defs}; }
  std::span<const Range> uses(size_t i) const { return {&ranges_[ins_[i].ranges] + ins_[i].defs, ins_[i].uses}; }
  /// Whether the only effect of an instruction is on the slots that it defines: it is dead if those are.
  bool isPure(size_t i) const { return ins_[i].pure; }
  /// Takes an instruction's effect off `live` (going backwards).
  void stepBack(size_t i, uint64_t* live) const {
    for (const Range& r : defs(i)) clear(live, r);
    for (const Range& r : uses(i)) set(live, r);
  }

  static void set(uint64_t* bits, Range r) {
    forEachWord(r, [&](uint32_t w, uint64_t mask) { bits[w] |= mask; });
  }
  static void clear(uint64_t* bits, Range r) {
    forEachWord(r, [&](uint32_t w, uint64_t mask) { bits[w] &= ~mask; });
  }
  static bool any(const uint64_t* bits, Range r) {
    uint64_t found = 0;
    forEachWord(r, [&](uint32_t w, uint64_t mask) { found |= bits[w] & mask; });
    return found != 0;
  }

 private:
  struct Block {
    int begin, end;
    uint32_t firstSuccessor, successors;
  };
  struct InsRanges {
    uint32_t ranges;
    uint8_t defs = 0, uses = 0;
    bool dead = true, pure = false;
  };

  template <class F>
  static void forEachWord(Range r, F f) {
    uint32_t at = r.slot, left = r.count;
    while (left) {
      uint32_t bit = at % 64, n = left < 64 - bit ? left : 64 - bit;
      f(at / 64, (n == 64 ? ~uint64_t{0} : (uint64_t{1} << n) - 1) << bit);
      at += n, left -= n;
    }
  }
  void findBlocks(const Code& code);
  void addOperands(const Ins& in, InsRanges& out, const FrameInfo& frame);
  void summarize(int b);
  bool update(int b);

  uint64_t* in(int b) { return &sets_[b * 4 * words_]; }
  uint64_t* out(int b) { return in(b) + words_; }
  uint64_t* gen(int b) { return in(b) + 2 * words_; }
  uint64_t* kill(int b) { return in(b) + 3 * words_; }

  unsigned locals_ = 0, total_ = 0, words_ = 0;
  bool loops_ = false;             ///< some block is a successor of a later one, or its own
  bool solved_ = false;
  std::vector<uint8_t> leader_;
  std::vector<int> blockOf_;
  std::vector<Block> blocks_;
  std::vector<int> successors_;
  std::vector<InsRanges> ins_;
  std::vector<Range> ranges_;
  std::vector<uint64_t> sets_;     ///< of each block: in, out, gen, kill
};

}  // namespace burrow::codegen
