// The loops of a function's bytecode, before there are values. Internal to jit/ssa.
#pragma once

#include <functional>
#include <map>
#include <unordered_map>
#include <vector>

#include "jit/ssa/ssa.h"

namespace burrow::jit {

/// Blocks are named by where they start, loops by their headers.
class Shape {
 public:
  static constexpr uint32_t kNone = ~0u;
  /// A loop that begins with the question whether it goes on. The blocks that ask are copied before the loop; in the loop they then come last: one
  /// jump a turn, and what runs before the loop's first instruction runs only if the loop does.
  struct Turn {
    Vec<uint32_t> tests;
    uint32_t body = kNone;        ///< where the loop goes on
  };

  void find(const std::map<uint32_t, Vec<uint32_t>>& edges);
  /// `cost` of a block; no more than `limit` is copied.
  void findTurns(const std::function<size_t(uint32_t)>& cost, size_t limit);

  bool isHeader(uint32_t pc) const;
  bool inLoop(uint32_t pc, uint32_t header) const;
  /// The innermost loop around a block, or kNone.
  uint32_t loopOf(uint32_t pc) const;
  const Turn* turnOf(uint32_t header) const;
  /// The block is entered, from outside of its loop, by an edge from later bytecode.
  bool enteredFromBehind(uint32_t pc) const { return fromBehind_.count(pc) && fromBehind_.at(pc); }

 private:
  const Block* node(uint32_t pc) const;
  bool findTurn(uint32_t header, const std::function<size_t(uint32_t)>& cost, size_t limit, Turn& out) const;

  Graph graph_;                   ///< blocks only
  std::unordered_map<uint32_t, Block*> nodes_;
  std::unordered_map<uint32_t, Turn> turns_;
  std::unordered_map<uint32_t, bool> fromBehind_;
};

}  // namespace burrow::jit
