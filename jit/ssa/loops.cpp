// What does not change in a loop leaves it: values, loads that nothing in the loop can alter, and checks. A check before a loop fails by letting the
// interpreter go on at the loop's first instruction: it runs into the failure by itself, or is done before. Checks of a counter against a
// length are made once, with the counter's limit. Addresses that grow with a counter are counters themselves.
//
// Only loops without calls and slow halves: registers survive a poll, or the goroutine goes on in the interpreter. So neither the collector nor a
// moving stack ever meets a value that was moved.
#include <algorithm>

#include "jit/ssa/known_memory.h"
#include "jit/ssa/ssa.h"

namespace burrow::jit {

namespace {

bool dominates(const Block* a, const Block* b) {
  while (b && b->order > a->order) b = b->idom;
  return a == b;
}

class Loop {
 public:
  Loop(Graph& g, Block* header) : g_(g), header_(header) {}

  void improve() {
    if (!survey()) return;
    for (Block* b : blocks_) hoistFrom(b);
    if (entry_ && exits_ == 1) checkOnce();
    countAddresses();
  }

 private:
  /// A counter: its phi, where it starts, what it grows by at each turn.
  struct Counter {
    Value *phi, *start;
    int64_t step;
  };

  /// False: nothing can be done here.
  bool survey() {
    for (Block* p : header_->preds) {
      if (p->order < header_->order) {
        if (pre_ || p->succs.size() != 1) return false;
        pre_ = p;
      } else {
        latches_.push_back(p);
      }
    }
    if (!pre_) return false;
    for (Value* v : pre_->values)
      if (v->op == SOp::LoopEntry) entry_ = v;
    for (Block* b : g_.blocks) {
      if (!inLoop(b, header_)) continue;
      blocks_.push_back(b);
      for (Block* s : b->succs) exits_ += !inLoop(s, header_);
      for (Value* v : b->values) {
        uint8_t flags = flagsOf(v->op);
        if (flags & kEffect && v->op != SOp::Poll) return false;
        if (flags & kWrites) writes_.push_back(v);
        if (v->op == SOp::Load || v->op == SOp::Store || v->op == SOp::NilCheck) pointers_.insert(v->args[0]);
      }
    }
    return true;
  }

  bool invariant(const Value* v) const { return !inLoop(v->block, header_); }
  bool invariantArgs(const Value* v) const {
    return std::all_of(v->args.begin(), v->args.end(), [&](const Value* a) { return invariant(a); });
  }

  /// Whether the block runs at each turn, and first of all: no way out of the loop comes before it.
  bool certain(const Block* b) const {
    for (const Block* l : latches_)
      if (!dominates(b, l)) return false;
    for (const Block* e : blocks_) {
      if (e->order >= b->order) break;
      for (const Block* s : e->succs)
        if (!inLoop(s, header_)) return false;
    }
    return true;
  }

  // ---- Moving

  void move(Value* v) {
    v->block = pre_;
    v->pc = pre_->values.back()->pc;
    pre_->values.insert(pre_->values.end() - 1, v);
  }

  void hoistFrom(Block* b) {
    bool sure = entry_ && certain(b);
    if (b->cold) return;
    Vec<Value*> kept;
    Vec<Value*> all = std::move(b->values);
    b->values.clear();
    for (Value* v : all) {
      if (invariantArgs(v) && mayLeave(v, sure)) {
        if (flagsOf(v->op) & kTraps) v->state = entry_->state;
        move(v);
      } else {
        kept.push_back(v);
      }
    }
    b->values = std::move(kept);
  }

  bool mayLeave(const Value* v, bool sure) const {
    switch (v->op) {
      case SOp::Const: case SOp::HomeAddr: return true;
      case SOp::Phi: case SOp::Copy: case SOp::Bits: case SOp::Ctx: case SOp::Goroutine: case SOp::LoopEntry: return false;
      case SOp::Eq: case SOp::Ne: case SOp::LtS: case SOp::LeS: case SOp::LtU: case SOp::LeU: case SOp::FEq: case SOp::FNe: case SOp::FLt: case SOp::FLe:
        return false;   // as cheap at their branch
      case SOp::Add: case SOp::Sub: case SOp::And: case SOp::Or: case SOp::Xor: case SOp::Shl: case SOp::Shr: case SOp::Sar:
        return !isConst(v->args[1]) || sure;
      case SOp::DivS: case SOp::DivU: case SOp::RemS: case SOp::RemU: return sure || (isConst(v->args[1]) && v->args[1]->aux > 0);
      case SOp::EqStr: case SOp::CmpStr: case SOp::LoadOrNil: return sure && writes_.empty();
      case SOp::Home: return v->block->preds.size() && std::none_of(writes_.begin(), writes_.end(), [&](const Value* w) { return mayAlter(w, v); });
      case SOp::Load: return sure && std::none_of(writes_.begin(), writes_.end(), [&](const Value* w) { return mayAlter(w, v); });
      default: break;
    }
    uint8_t flags = flagsOf(v->op);
    if (flags & kTraps) return sure;
    return flags & kPure;
  }

  /// Whether the write may change what the load (or Home) reads.
  bool mayAlter(const Value* w, const Value* v) const {
    if (w->op == SOp::SetHome) return v->op == SOp::Home ? w->aux == v->aux : true;
    if (w->op != SOp::Store) return true;
    bool noNumber = !g_.rawViews && v->width == Width::W64 && (v->header || pointers_.count(v));
    if (v->op == SOp::Load && v->args.size() == 1) return jit::mayAlter(w, v->args[0], v->aux, bytesOf(v->width), noNumber);
    if (v->op == SOp::Load && w->args[0] == v->args[0]) return true;
    return !noNumber || w->pointer || w->header;
  }

  // ---- Counters

  bool asCounter(Value* v, Counter& c) const {
    if (v->op != SOp::Phi || v->block != header_ || v->args.size() != 2) return false;
    size_t back = header_->preds[0] == pre_ ? 1 : 0;
    Value* next = v->args[back];
    if (next->op != SOp::Add || next->args[0] != v || !isConst(next->args[1])) return false;
    c = {v, v->args[1 - back], next->args[1]->aux};
    return true;
  }

  /// The limit of a counter that the test at the loop's end compares its next value with: next < limit, or <= if orEqual; for one that goes down
  /// that next is not negative.
  bool limitOf(const Counter& c, Value*& limit, bool& orEqual) const {
    if (latches_.size() != 1) return false;
    const Block *p = header_, *q = latches_[0];
    Value* next = c.phi->args[header_->preds[0] == pre_ ? 1 : 0];
    constexpr int kMostTests = 5;
    for (int i = 0; i < kMostTests; i++) {
      const Value* end = q->values.back();
      if (end->op == SOp::Branch && q->succs[0] != q->succs[1] && inLoop(q, header_)) {
        const Value* test = end->args[0];
        bool holds = q->succs[0] == p;
        if ((test->op == SOp::LtS || test->op == SOp::LeS) && test->args[holds ? 0 : 1] == next && c.step > 0) {
          limit = test->args[holds ? 1 : 0];
          orEqual = (test->op == SOp::LeS) == holds;
          return invariant(limit);
        }
        if ((test->op == SOp::LtS || test->op == SOp::LeS) && test->args[holds ? 1 : 0] == next && c.step < 0) {
          limit = test->args[holds ? 0 : 1];
          orEqual = (test->op == SOp::LeS) == holds;
          return isConst(limit) && limit->aux >= (orEqual ? 0 : -1);
        }
      }
      if (q == header_ || q->preds.size() != 1) return false;
      p = q;
      q = q->preds[0];
    }
    return false;
  }

  Value* constant(int64_t c) {
    Value* v = g_.make(SOp::Const);
    v->aux = c;
    move(v);
    return v;
  }

  void guard(SOp op, std::initializer_list<Value*> args) {
    Value* v = g_.make(op, Kind::None);
    v->args = args;
    v->state = entry_->state;
    move(v);
  }

  /// A check at each turn whether a counter is below a length is made once, with its limit. The only way out is the counter's test: so all the
  /// turns come, unless the check fails.
  void checkOnce() {
    for (Block* b : blocks_) {
      bool always = std::all_of(latches_.begin(), latches_.end(), [&](Block* l) { return dominates(b, l); });
      if (!always) continue;
      std::erase_if(b->values, [&](Value* v) { return v->op == SOp::BoundsCheck && once(v); });
    }
  }

  bool once(Value* check) {
    Value *x = check->args[0], *length = check->args[1];
    int64_t offset = 0;
    if (x->op == SOp::Add && isConst(x->args[1])) offset = x->args[1]->aux, x = x->args[0];
    constexpr int64_t kSmall = 1 << 20;
    Counter c;
    Value* limit;
    bool orEqual;
    if (!invariant(length) || offset < 0 || offset > kSmall || !asCounter(x, c) || c.step > kSmall || c.step < -kSmall || !limitOf(c, limit, orEqual)) return false;
    // Lengths are far from overflow, so less something small they do not wrap.
    if (!isLength(length)) return false;
    Value* below = length;
    if (offset) {
      below = g_.make(SOp::Add);
      below->args = {length, constant(-offset)};
      move(below);
    }
    if (c.step < 0) {
      // From the start down to 0: the start is the greatest.
      if (offset) return false;
      guard(SOp::BoundsCheck, {c.start, length});
      return true;
    }
    // The test stands at the loop's end: nothing has compared the start with the limit.
    guard(SOp::BoundsCheck, {offset ? sum(c.start, offset) : c.start, length});
    if (orEqual) guard(SOp::RangeCheckS, {limit, sum(below, -1)});
    else guard(SOp::RangeCheckS, {limit, below});
    return true;
  }

  Value* sum(Value* x, int64_t c) {
    Value* v = g_.make(SOp::Add);
    v->args = {x, constant(c)};
    move(v);
    return v;
  }

  /// What a check compares an index with: the length of something in memory.
  static bool isLength(const Value* v) { return !isConst(v) || (v->aux >= 0 && v->aux < int64_t{1} << 60); }

  // ---- Addresses

  /// base + counter * size, where the processor has no such scale: a counter of its own, of size * step.
  void countAddresses() {
    constexpr size_t kMost = 4;
    size_t made = 0;
    size_t back = header_->preds[0] == pre_ ? 1 : 0;
    if (latches_.size() != 1) return;
    for (Block* b : blocks_) {
      if (b->loop != header_ || b->cold) continue;
      for (size_t i = 0; i < b->values.size(); i++) {
        Value* v = b->values[i];
        if (v->op != SOp::Add) continue;
        Counter c;
        Value *base = nullptr, *product = nullptr;
        for (size_t k = 0; k < 2; k++)
          if (invariant(v->args[k]) && !isConst(v->args[k])) base = v->args[k], product = v->args[1 - k];
        if (!base || base->op == SOp::HomeAddr) continue;
        bool shifts = product->op == SOp::Shl;
        if ((!shifts && product->op != SOp::Mul) || !isConst(product->args[1]) || !asCounter(product->args[0], c)) continue;
        int64_t size = product->args[1]->aux;
        if (shifts) size = size >= 0 && size < 16 ? int64_t{1} << size : 0;
        constexpr int64_t kLargest = 1 << 16;
        if (size <= 0 || size > kLargest || c.step > kLargest || c.step < -kLargest || ++made > kMost) continue;
        Value* first = g_.make(SOp::Mul);
        first->args = {c.start, constant(size)};
        move(first);
        Value* start = g_.make(SOp::Add);
        start->args = {base, first};
        move(start);
        Value* phi = g_.make(SOp::Phi);
        phi->block = header_;
        phi->pc = header_->pc;
        Value* step = constant(size * c.step);
        Value* next = g_.make(SOp::Add);
        next->args = {phi, step};
        // Where the counter itself counts.
        Value* counted = c.phi->args[back];
        next->block = counted->block;
        next->pc = counted->pc;
        auto& list = counted->block->values;
        list.insert(std::find(list.begin(), list.end(), counted) + 1, next);
        phi->args.resize(2);
        phi->args[back] = next;
        phi->args[1 - back] = start;
        header_->phis.push_back(phi);
        v->op = SOp::Copy;
        v->args = {phi};
      }
    }
  }

  Graph& g_;
  Block *header_, *pre_ = nullptr;
  Value* entry_ = nullptr;
  Vec<Block*> blocks_, latches_;
  Vec<Value*> writes_;
  Pointers pointers_;   ///< what memory is accessed by
  size_t exits_ = 0;
};

}  // namespace

void improveLoops(Graph& g) {
  Vec<Block*> headers;
  for (Block* b : g.blocks)
    if (b->header) headers.push_back(b);
  // Inner loops first: what leaves them may then leave the loop around them.
  for (size_t i = headers.size(); i-- > 0;) Loop(g, headers[i]).improve();
}

}  // namespace burrow::jit
