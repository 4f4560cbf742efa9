// Value numbering along the dominator tree: of values that are the same the first one stays, constants are folded, words of memory that were just
// stored or loaded are known, and checks and branches go that facts prove. Internal to jit/ssa.
#pragma once

#include "jit/ssa/facts.h"
#include "jit/ssa/known_memory.h"
#include "jit/ssa/ssa.h"
#include "jit/ssa/value_table.h"

namespace burrow::jit {

class Numbering {
 public:
  explicit Numbering(Graph& g) : g_(g), table_(g.pool.size()) {}
  /// What was replaced is left to be resolved.
  void run();

 private:
  using Key = ValueTable::Key;

  // ---- the walk (numbering.cpp)
  void findLoopEffects();
  uint32_t entryEpoch(Block* b, const Vec<uint32_t>& out, const Vec<bool>& loopHas);
  void visit(Block* top);
  void block(Block* b);
  void decide(Block* b);
  void dropEdges();
  void assumeTests(Block* b);
  void assumeTest(Block* b, size_t back, Value* test, bool holds);
  bool keep(Value* v, Vec<Value*>& kept);
  uint32_t effectOf(const Value* v) const { return v->id < effectOf_.size() ? effectOf_[v->id] : 0; }
  bool proved(Value* v);

  // ---- simplification (simplify.cpp); `kept`: the block's values so far, to which constants are added
  Value* constant(int64_t c, Value* like, Vec<Value*>& kept);
  Value* simplify(Value* v, Vec<Value*>& kept);   ///< what v is replaced by; null: nothing, but v may be another operation now
  Value* withConstant(Value* v, Value* x, Value* y, Vec<Value*>& kept);

  Graph& g_;
  Vec<Vec<Block*>> children_;
  ValueTable table_;
  Vec<std::pair<Block*, size_t>> decided_;   // branches, and the way they go
  Facts facts_;
  Pointers pointers_;                   // what memory is accessed by
  KnownMemory known_{g_, &pointers_};
  Vec<KnownMemory> knownOut_;
  Vec<uint32_t> memoryOut_, effectOut_;
  Vec<uint32_t> effectOf_;      // by value: calls and the like before it
  Vec<bool> loopStores_, loopEffects_;
  uint32_t memory_ = 0, effect_ = 0, lastEpoch_ = 0;
};

}  // namespace burrow::jit
