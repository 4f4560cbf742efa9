// The loops of a function's bytecode, before there are values. Internal to jit/ssa.
#pragma once

#include <functional>
#include <span>

#include "jit/ssa/ssa.h"

namespace burrow::jit {

/// The blocks of a function's bytecode in its order, and where each may lead.
struct Flow {
  struct Node {
    uint32_t start;
    uint32_t firstInsn, insns;   ///< in `pcs`
    uint32_t firstNext, nexts;   ///< in `next`
  };
  Vec<Node> nodes;
  Vec<int32_t> at;               ///< by word: the node that starts there, or -1
  Vec<uint32_t> pcs, next;       ///< instructions that can be reached; starts of blocks
  void clear(size_t words) {
    nodes.clear(), pcs.clear(), next.clear();
    at.assign(words, -1);
  }
  bool isStart(uint32_t pc) const { return pc < at.size() && at[pc] >= 0; }
  size_t indexOf(uint32_t pc) const {
    BURROW_DCHECK(isStart(pc));
    return static_cast<size_t>(at[pc]);
  }
  std::span<const uint32_t> insnsOf(size_t node) const { return {pcs.data() + nodes[node].firstInsn, nodes[node].insns}; }
  std::span<const uint32_t> nextOf(size_t node) const { return {next.data() + nodes[node].firstNext, nodes[node].nexts}; }
};

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

  /// Of the flow, which must outlive it.
  void find(const Flow& flow);
  /// `cost` of a block; no more than `limit` is copied.
  void findTurns(const std::function<size_t(uint32_t)>& cost, size_t limit);

  bool isHeader(uint32_t pc) const;
  bool inLoop(uint32_t pc, uint32_t header) const;
  /// The innermost loop around a block, or kNone.
  uint32_t loopOf(uint32_t pc) const;
  const Turn* turnOf(uint32_t header) const;
  /// The block is entered by an edge from later bytecode, which is none back to its loop's header.
  bool enteredFromBehind(uint32_t pc) const {
    int32_t n = indexOf(pc);
    return n >= 0 && fromBehind_[static_cast<size_t>(n)];
  }

 private:
  int32_t indexOf(uint32_t pc) const { return flow_ && flow_->isStart(pc) ? flow_->at[pc] : -1; }
  const Block* node(uint32_t pc) const {
    int32_t n = indexOf(pc);
    return n < 0 ? nullptr : &graph_.blockPool[static_cast<size_t>(n)];
  }
  void leadsOn(uint32_t from, const Turn& turn, int depth);
  bool findTurn(uint32_t header, const std::function<size_t(uint32_t)>& cost, size_t limit, Turn& out) const;

  const Flow* flow_ = nullptr;
  Graph graph_;                   ///< blocks only, numbered as the flow's nodes
  Vec<std::pair<uint32_t, Turn>> turns_;   ///< by header
  Vec<bool> fromBehind_;          ///< by node
};

}  // namespace burrow::jit
