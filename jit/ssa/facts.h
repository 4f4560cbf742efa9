// What dominating branches and checks prove about values: enough to drop most bounds checks. Internal to jit/ssa.
#pragma once

#include <optional>

#include "jit/ssa/ssa.h"

namespace burrow::jit {

/// Facts that hold in the block being visited, as a stack: blocks are visited along the dominator tree.
class Facts {
 public:
  size_t mark() const { return list_.size(); }
  void release(size_t mark) { list_.resize(mark); }
  /// A comparison value that is known to be true or false from here on.
  void assume(const Value* condition, bool holds);
  /// a < b, a <= b signed; a < b, a <= b unsigned.
  void less(const Value* a, const Value* b, bool orEqual, bool isUnsigned) { list_.push_back({a, b, orEqual, isUnsigned}); }

  /// What the facts say of a comparison: 1, 0, or -1 if nothing.
  int decide(const Value* condition) const;

  /// v is the length or capacity of something in memory from here on: not negative, and far from overflow.
  void length(const Value* v) { list_.push_back({nullptr, v, false, false}); }

  bool nonNegative(const Value* v, int depth = 0) const;
  /// 0 <= i < n.
  bool inBounds(const Value* i, const Value* n) const;
  bool isLess(const Value* a, const Value* b) const { return below(a, b, false, 0); }
  bool atMostSigned(const Value* a, const Value* b) const { return below(a, b, true, 0); }
  /// 0 <= a <= b, as unsigned numbers a <= b, given that b is not negative.
  bool atMost(const Value* a, const Value* b) const;

 private:
  struct Fact {
    const Value *a, *b;
    bool orEqual, isUnsigned;
  };
  bool below(const Value* a, const Value* b, bool orEqual, int depth) const;
  std::optional<int64_t> lowerBound(const Value* v, int depth) const;
  bool isLength(const Value* v) const;
  bool moderate(const Value* v, int depth) const;
  const Value* counterStart(const Value* v, bool up, int depth) const;
  Vec<Fact> list_;
};

}  // namespace burrow::jit
