// The passes over SSA: simplification and value numbering along the dominator tree, checks proved away, dead code, register classes.
#include <algorithm>
#include <bit>

#include "jit/ssa/facts.h"
#include "jit/ssa/known_memory.h"
#include "jit/ssa/ssa.h"
#include "jit/ssa/value_table.h"
#include "vm/bytecode/check.h"

namespace burrow::jit {

namespace {

bool isConst(const Value* v) { return v->op == SOp::Const; }

// ---- Value numbering

class Numbering {
 public:
  explicit Numbering(Graph& g) : g_(g), table_(g.pool.size()) {}

  void run() {
    children_.resize(g_.blockPool.size());
    memoryOut_.resize(g_.blockPool.size());
    effectOut_.resize(g_.blockPool.size());
    for (Block* b : g_.blocks)
      if (b->idom) children_[b->idom->id].push_back(b);
    knownOut_.assign(g_.blockPool.size(), known_);
    for (Block* b : g_.blocks)
      for (Value* v : b->values)
        if (v->op == SOp::Load || v->op == SOp::Store || v->op == SOp::NilCheck) pointers_.insert(v->args[0]);
    findLoopEffects();
    visit(g_.blocks[0]);   // arguments over back edges are not resolved yet
    dropEdges();
  }

 private:
  using Key = ValueTable::Key;

  /// Which loops store or leave compiled code: what is known before them still holds inside the others.
  void findLoopEffects() {
    loopStores_.resize(g_.blockPool.size(), false);
    loopEffects_.resize(g_.blockPool.size(), false);
    for (Block* b : g_.blocks) {
      bool stores = false, effects = false;
      for (Value* v : b->values) {
        stores |= (flagsOf(v->op) & (kWrites | kEffect)) && v->op != SOp::Poll;
        effects |= (flagsOf(v->op) & kEffect) && v->op != SOp::Poll;
      }
      for (Block* h = b->loop; h; h = outerLoop(h)) {
        if (!h->header) continue;
        loopStores_[h->id] = loopStores_[h->id] | stores;
        loopEffects_[h->id] = loopEffects_[h->id] | effects;
      }
    }
  }

  static void fixArgs(Value* v) {
    for (Value*& a : v->args) a = resolve(a);
    if (v->state)
      for (auto& e : v->state->entries) e.value = resolve(e.value);
  }

  uint32_t entryEpoch(Block* b, const Vec<uint32_t>& out, const Vec<bool>& loopHas) {
    if (b->preds.empty()) return ++lastEpoch_;
    uint32_t epoch = 0;
    bool first = true;
    for (Block* p : b->preds) {
      if (p->order >= b->order) {
        if (loopHas[b->id] || !b->header) return ++lastEpoch_;
        continue;
      }
      if (!first && out[p->id] != epoch) return ++lastEpoch_;
      epoch = out[p->id];
      first = false;
    }
    return epoch;
  }

  void visit(Block* top) {
    // Along the dominator tree without recursion: chains are long.
    struct Frame {
      Block* b;
      size_t next, factMark, tableMark;
    };
    Vec<Frame> stack;
    auto enter = [&](Block* b) {
      stack.push_back({b, 0, facts_.mark(), table_.mark()});
      block(b);
    };
    enter(top);
    while (!stack.empty()) {
      Frame& f = stack.back();
      if (f.next < children_[f.b->id].size()) {
        // In reverse postorder, so that predecessors come first where they can.
        enter(children_[f.b->id][f.next++]);
        continue;
      }
      facts_.release(f.factMark);
      table_.release(f.tableMark);
      stack.pop_back();
    }
  }

  void block(Block* b) {
    if (b->preds.size() == 1) known_ = knownOut_[b->preds[0]->id];
    else known_.clear();
    memory_ = entryEpoch(b, memoryOut_, loopStores_);
    effect_ = entryEpoch(b, effectOut_, loopEffects_);
    if (b->preds.size() == 1) {
      Block* p = b->preds[0];
      Value* end = p->values.back();
      if (end->op == SOp::Branch && p->succs[0] != p->succs[1]) facts_.assume(resolve(end->args[0]), p->succs[0] == b);
      // A poll stands between a branch and what it leads to.
      if (p->preds.size() == 1 && p->values.front()->op == SOp::Poll) {
        Block* q = p->preds[0];
        Value* e = q->values.back();
        if (e->op == SOp::Branch && q->succs[0] != q->succs[1]) facts_.assume(resolve(e->args[0]), q->succs[0] == p);
      }
    }
    if (b->header) assumeTests(b);
    std::erase_if(b->phis, [](Value* v) {
      for (Value*& a : v->args) a = resolve(a);
      v->forward = onlyArg(v);
      return v->forward != nullptr;
    });
    Vec<Value*> kept;
    kept.reserve(b->values.size() + 8);
    for (Value* v : b->values) {
      fixArgs(v);
      if (keep(v, kept)) kept.push_back(v);
    }
    b->values = std::move(kept);
    decide(b);
    memoryOut_[b->id] = memory_;
    effectOut_[b->id] = effect_;
    if (std::any_of(b->succs.begin(), b->succs.end(), [](const Block* s) { return s->preds.size() == 1; })) knownOut_[b->id] = known_;
  }

  /// A branch that is known to go one way.
  void decide(Block* b) {
    Value* end = b->values.back();
    if (end->op != SOp::Branch || b->succs[0] == b->succs[1]) return;
    Value* c = end->args[0];
    bool negate = false;
    while (c->op == SOp::Xor && isConst(c->args[1]) && c->args[1]->aux == 1) c = c->args[0], negate = !negate;
    int holds = facts_.decide(c);
    if (holds >= 0) decided_.emplace_back(b, (holds != 0) != negate ? 0 : 1);
  }

  /// Drops the edges that are never taken.
  void dropEdges() {
    for (auto& [b, way] : decided_) {
      Block* never = b->succs[1 - way];
      auto at = std::find(never->preds.begin(), never->preds.end(), b);
      auto i = at - never->preds.begin();
      never->preds.erase(at);
      for (Value* phi : never->phis) phi->args.erase(phi->args.begin() + i);
      b->succs = {b->succs[way]};
      b->values.back()->op = SOp::Jump;
      b->values.back()->args.clear();
    }
    if (!decided_.empty()) order(g_);
  }

  /// What the test at the end of a loop says about the counter, if it held before the loop as well: it holds at each turn.
  void assumeTests(Block* b) {
    if (b->preds.size() != 2) return;
    size_t back = b->preds[0]->order >= b->order ? 0 : 1;
    constexpr int kMostTests = 5;
    Block *to = b, *from = b->preds[back];
    for (int i = 0; i < kMostTests; i++) {
      Value* end = from->values.back();
      if (end->op == SOp::Branch && from->succs[0] != from->succs[1]) assumeTest(b, back, resolve(end->args[0]), from->succs[0] == to);
      if (from == b || from->preds.size() != 1) return;
      to = from;
      from = from->preds[0];
    }
  }

  void assumeTest(Block* b, size_t back, Value* test, bool holds) {
    if (test->args.size() != 2) return;
    Value *x = resolve(test->args[0]), *y = resolve(test->args[1]);
    for (Value* phi : b->phis) {
      Value *next = resolve(phi->args[back]), *start = resolve(phi->args[1 - back]);
      if (next != x && next != y) continue;
      Value *other = next == x ? y : x, *otherStart = other;
      // A limit that is the same at each turn, or a second counter.
      if (!isConst(other) && inLoop(other->block, b)) {
        auto second = std::find_if(b->phis.begin(), b->phis.end(), [&](Value* v) { return resolve(v->args[back]) == other; });
        if (second == b->phis.end()) continue;
        otherStart = resolve((*second)->args[1 - back]);
        other = *second;
      }
      bool counts = next == x, strict;
      switch (test->op) {
        case SOp::LtS: strict = holds; break;
        case SOp::LeS: strict = !holds; break;
        default: continue;
      }
      if (!holds) counts = !counts;
      // counts: next < limit (or <=); else limit < next.
      const Value *low = counts ? start : otherStart, *high = counts ? otherStart : start;
      if (strict ? facts_.isLess(low, high) : facts_.atMostSigned(low, high)) facts_.less(counts ? phi : other, counts ? other : phi, !strict, false);
    }
  }

  static Value* onlyArg(Value* phi) {
    Value* same = nullptr;
    for (Value* a : phi->args) {
      if (a == phi || a == same) continue;
      if (same) return nullptr;
      same = a;
    }
    return same;
  }

  /// False: v is not needed.
  bool keep(Value* v, Vec<Value*>& kept) {
    uint8_t flags = flagsOf(v->op);
    if (v->op == SOp::LoopEntry) return true;
    if (flags & kTraps) return !proved(v);
    if (v->op == SOp::Poll) return true;
    if (flags & kEffect) {
      known_.clear();
      memory_ = ++lastEpoch_;
      effect_ = ++lastEpoch_;
      return true;
    }
    if (flags & kWrites) {
      if (v->op == SOp::Store) known_.stored(v);
      else if (v->op != SOp::SetHome || g_.memorySlot[static_cast<size_t>(v->aux)]) known_.clear();
      memory_ = ++lastEpoch_;
      if (v->op == SOp::Store && v->width == Width::W64) {  // what is read there next was just stored
        Key key(SOp::Load, Kind::Int, v->width, v->aux, v->aux2, effect_, memory_);
        for (size_t i = 0; i + 1 < v->args.size(); i++) key.add(v->args[i]);
        if (!table_.find(key)) table_.add(key, v->args.back());
      }
      return true;
    }
    if (!(flags & (kPure | kReads))) return true;
    if (v->op == SOp::Home && v->block->preds.empty()) return true;
    if (Value* simple = simplify(v, kept)) {
      v->forward = simple;
      return false;
    }
    if (v->op == SOp::Home || v->op == SOp::Ctx || v->op == SOp::Goroutine) return true;
    // A comparison by itself for each branch: they become one instruction.
    if ((v->op >= SOp::Eq && v->op <= SOp::LeU) || v->op == SOp::FLt || v->op == SOp::FLe) return true;
    bool word = v->op == SOp::Load && v->args.size() == 1 && KnownMemory::isWord(v);
    if (Value* x = word ? known_.find(v) : nullptr) {
      v->forward = x;
      return false;
    }
    if (v->args.size() > ValueTable::kMaxArgs) return true;
    Key key(v->op, v->kind, v->width, v->aux, v->aux2, isConst(v) ? 0 : effect_, flags & kReads ? memory_ : 0);
    for (Value* a : v->args) key.add(a);
    if (Value* same = table_.find(key)) {
      v->forward = same;
      return false;
    }
    table_.add(key, v);
    if (word) known_.loaded(v);
    if (effectOf_.size() <= v->id) effectOf_.resize(g_.pool.size());
    effectOf_[v->id] = effect_;
    return true;
  }

  uint32_t effectOf(const Value* v) const { return v->id < effectOf_.size() ? effectOf_[v->id] : 0; }

  bool proved(Value* v) {
    Value *a = v->args[0], *b = v->args.size() > 1 ? v->args[1] : nullptr;
    Key key(v->op, Kind::None, Width::W64, 0, 0, 0, 0);
    key.add(a);
    if (b) key.add(b);
    if (table_.find(key)) return true;
    bool known = false;
    switch (v->op) {
      case SOp::NilCheck: known = a->nonNil || a->op == SOp::HomeAddr || (isConst(a) && static_cast<uint64_t>(a->aux) >= 4096) || (a->op == SOp::Add && a->args[0]->op == SOp::HomeAddr); break;
      case SOp::BoundsCheck:
        facts_.length(b);
        known = facts_.inBounds(a, b);
        facts_.less(a, b, false, true);
        break;
      case SOp::ZeroCheck: known = isConst(a) && a->aux != 0; break;
      case SOp::SignCheck: known = facts_.nonNegative(a); break;
      case SOp::RangeCheck:
        known = facts_.atMost(a, b) || (isConst(a) && a->aux == 0);
        facts_.less(a, b, true, true);
        break;
      case SOp::RangeCheckS:
        known = facts_.atMostSigned(a, b);
        facts_.less(a, b, true, false);
        break;
      default: break;
    }
    if (known) return true;
    table_.add(key, v);
    return false;
  }

  Value* constant(int64_t c, Value* like, Vec<Value*>& kept) {
    Key key(SOp::Const, Kind::Int, Width::W64, c, 0, 0, 0);
    if (Value* same = table_.find(key)) return same;
    Value* v = g_.make(SOp::Const);
    v->aux = c;
    v->block = like->block;
    v->pc = like->pc;
    kept.push_back(v);
    table_.add(key, v);
    return v;
  }

  Value* simplify(Value* v, Vec<Value*>& kept) {
    if (v->op == SOp::Copy) return v->args[0];
    if (v->op == SOp::FMul) {
      // Twice x, exactly.
      int64_t two = std::bit_cast<int64_t>(2.0);
      if (v->kind == Kind::F32) two = std::bit_cast<int32_t>(2.0f);
      for (size_t i = 0; i < 2; i++)
        if (isConst(v->args[i]) && v->args[i]->aux == two) {
          v->op = SOp::FAdd;
          v->args[i] = v->args[1 - i];
          break;
        }
    }
    if (v->kind != Kind::Int || v->args.empty() || v->args.size() > 2) return nullptr;
    Value *x = v->args[0], *y = v->args.size() > 1 ? v->args[1] : nullptr;
    bool commutes = v->op == SOp::Add || v->op == SOp::Mul || v->op == SOp::And || v->op == SOp::Or || v->op == SOp::Xor || v->op == SOp::Eq || v->op == SOp::Ne;
    if (commutes && isConst(x) && !isConst(y)) std::swap(v->args[0], v->args[1]), std::swap(x, y);
    int64_t c;
    if (fold(v, c)) return constant(c, v, kept);
    int64_t k = y && isConst(y) ? y->aux : 0;
    if (y && isConst(y)) {
      switch (v->op) {
        case SOp::Add: case SOp::Sub: case SOp::Or: case SOp::Xor: case SOp::Shl: case SOp::Sar: case SOp::Shr:
          if (k == 0) return x;
          if (v->op == SOp::Xor && k == 1) negate(v, x, kept);
          break;
        case SOp::Mul:
          if (k == 1) return x;
          if (k == 0) return constant(0, v, kept);
          if (k > 0 && (k & (k - 1)) == 0) v->op = SOp::Shl, v->args[1] = constant(std::countr_zero(static_cast<uint64_t>(k)), v, kept);
          break;
        case SOp::And:
          if (k == -1) return x;
          if (k == 0) return y;
          break;
        case SOp::Ne: if (k == 0 && isBool(x)) return x; break;
        case SOp::DivU: if (k > 0 && (k & (k - 1)) == 0) v->op = SOp::Shr, v->args[1] = constant(std::countr_zero(static_cast<uint64_t>(k)), v, kept); break;
        case SOp::RemU: if (k > 0 && (k & (k - 1)) == 0) v->op = SOp::And, v->args[1] = constant(k - 1, v, kept); break;
        case SOp::DivS: case SOp::RemS:
          if (k > 0 && (k & (k - 1)) == 0 && facts_.nonNegative(x)) {
            bool div = v->op == SOp::DivS;
            v->op = div ? SOp::Shr : SOp::And;
            v->args[1] = constant(div ? std::countr_zero(static_cast<uint64_t>(k)) : k - 1, v, kept);
          } else if (k > 1 && facts_.nonNegative(x)) {
            v->op = v->op == SOp::DivS ? SOp::DivU : SOp::RemU;
            v->belowSign = true;
          }
          break;
        default: break;
      }
      if (v->op == SOp::Sub && k != INT64_MIN) v->op = SOp::Add, v->args[1] = constant(-k, v, kept);
      // (x + a) + b. Not over a call: x might be a pointer into the stack that no map names there.
      if (v->op == SOp::Add && x->op == SOp::Add && isConst(x->args[1]) && effectOf(x) == effect_) {
        int64_t sum = static_cast<int64_t>(static_cast<uint64_t>(x->args[1]->aux) + static_cast<uint64_t>(v->args[1]->aux));
        Value* base = x->args[0];
        v->args = {base, constant(sum, v, kept)};
      }
    }
    if (x == v->args[0] && y && x == v->args[1]) {
      switch (v->op) {
        case SOp::Sub: case SOp::Xor: case SOp::Ne: case SOp::LtS: case SOp::LtU: return constant(0, v, kept);
        case SOp::Eq: case SOp::LeS: case SOp::LeU: return constant(1, v, kept);
        case SOp::And: case SOp::Or: return x;
        default: break;
      }
    }
    if (isExtension(v->op) && (x->op == v->op || covers(v->op, x))) return x;
    return nullptr;
  }

  /// v, the opposite of a comparison of integers, as a comparison: if no call is between them, over which its operands would have to live.
  static void negate(Value* v, const Value* x, const Vec<Value*>& kept) {
    if (x->op < SOp::Eq || x->op > SOp::LeU || x->block != v->block) return;
    for (size_t i = kept.size(); i-- > 0 && kept[i] != x;)
      if (flagsOf(kept[i]->op) & kEffect) return;
    constexpr SOp kOpposite[] = {SOp::Ne, SOp::Eq, SOp::LeS, SOp::LtS, SOp::LeU, SOp::LtU};
    static_assert(static_cast<int>(SOp::LeU) - static_cast<int>(SOp::Eq) == 5);
    bool equality = x->op <= SOp::Ne;
    v->op = kOpposite[static_cast<int>(x->op) - static_cast<int>(SOp::Eq)];
    v->args = {x->args[equality ? 0 : 1], x->args[equality ? 1 : 0]};
  }

  static bool isBool(const Value* v) {
    return (v->op >= SOp::Eq && v->op <= SOp::EqStr) || (v->op >= SOp::FEq && v->op <= SOp::FLe) ||
           (v->op == SOp::Xor && isConst(v->args[1]) && v->args[1]->aux == 1 && isBool(v->args[0]));
  }
  static bool isExtension(SOp op) { return op >= SOp::ExtI8 && op <= SOp::ExtU32; }
  /// x is as extended as the operation would make it.
  static bool covers(SOp op, const Value* x) {
    if (x->op == SOp::Load) {
      switch (op) {
        case SOp::ExtI8: return x->width == Width::I8;
        case SOp::ExtI16: return x->width == Width::I8 || x->width == Width::U8 || x->width == Width::I16;
        case SOp::ExtI32: return x->width != Width::W64 && x->width != Width::U32;
        case SOp::ExtU8: return x->width == Width::U8;
        case SOp::ExtU16: return x->width == Width::U8 || x->width == Width::U16;
        case SOp::ExtU32: return x->width == Width::U8 || x->width == Width::U16 || x->width == Width::U32;
        default: return false;
      }
    }
    if (isBool(x)) return true;
    if (x->op == SOp::And && isConst(x->args[1]) && x->args[1]->aux >= 0) {
      int64_t m = x->args[1]->aux;
      switch (op) {
        case SOp::ExtI8: return m < 128;
        case SOp::ExtI16: return m < 32768;
        case SOp::ExtI32: return m <= INT32_MAX;
        case SOp::ExtU8: return m < 256;
        case SOp::ExtU16: return m < 65536;
        case SOp::ExtU32: return m <= UINT32_MAX;
        default: return false;
      }
    }
    return false;
  }

  static bool fold(const Value* v, int64_t& out) {
    for (const Value* a : v->args)
      if (!isConst(a)) return false;
    auto x = static_cast<uint64_t>(v->args[0]->aux), y = v->args.size() > 1 ? static_cast<uint64_t>(v->args[1]->aux) : 0;
    auto sx = static_cast<int64_t>(x), sy = static_cast<int64_t>(y);
    uint64_t r;
    switch (v->op) {
      case SOp::Add: r = x + y; break;
      case SOp::Sub: r = x - y; break;
      case SOp::Mul: r = x * y; break;
      case SOp::And: r = x & y; break;
      case SOp::Or: r = x | y; break;
      case SOp::Xor: r = x ^ y; break;
      case SOp::AndNot: r = x & ~y; break;
      case SOp::DivU: case SOp::RemU:
        if (y == 0) return false;
        r = v->op == SOp::DivU ? x / y : x % y;
        break;
      case SOp::DivS: case SOp::RemS:
        if (y == 0 || y == ~uint64_t{0}) return false;
        r = static_cast<uint64_t>(v->op == SOp::DivS ? sx / sy : sx % sy);
        break;
      case SOp::Shl: r = y < 64 ? x << y : 0; break;
      case SOp::Shr: r = y < 64 ? x >> y : 0; break;
      case SOp::Sar: r = static_cast<uint64_t>(sx >> (y < 64 ? y : 63)); break;
      case SOp::Neg: r = 0 - x; break;
      case SOp::Not: r = ~x; break;
      case SOp::ExtI8: r = static_cast<uint64_t>(int64_t{static_cast<int8_t>(x)}); break;
      case SOp::ExtI16: r = static_cast<uint64_t>(int64_t{static_cast<int16_t>(x)}); break;
      case SOp::ExtI32: r = static_cast<uint64_t>(int64_t{static_cast<int32_t>(x)}); break;
      case SOp::ExtU8: r = static_cast<uint8_t>(x); break;
      case SOp::ExtU16: r = static_cast<uint16_t>(x); break;
      case SOp::ExtU32: r = static_cast<uint32_t>(x); break;
      case SOp::Eq: r = x == y; break;
      case SOp::Ne: r = x != y; break;
      case SOp::LtS: r = sx < sy; break;
      case SOp::LeS: r = sx <= sy; break;
      case SOp::LtU: r = x < y; break;
      case SOp::LeU: r = x <= y; break;
      default: return false;
    }
    out = static_cast<int64_t>(r);
    return true;
  }

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

/// Phis that merge one value only, until there are none: the builder makes some at loop headers.
void dropTrivialPhis(Graph& g) {
  for (bool changed = true; changed;) {
    changed = false;
    for (Block* b : g.blocks)
      std::erase_if(b->phis, [&](Value* phi) {
        Value* same = nullptr;
        for (Value*& a : phi->args) {
          a = resolve(a);
          if (a == phi || a == same) continue;
          if (same) return false;
          same = a;
        }
        if (!same) return false;
        phi->forward = same;
        return changed = true;
      });
  }
}

/// Values that nobody needs. What was replaced is so wherever it is named.
void dropDead(Graph& g) {
  Vec<bool> live(g.pool.size(), false);
  Vec<Value*> work;
  work.reserve(g.pool.size());
  auto need = [&](Value* v) {
    if (!live[v->id]) live[v->id] = true, work.push_back(v);
  };
  for (Block* b : g.blocks)
    for (Value* v : b->values)
      if (flagsOf(v->op) & (kWrites | kTraps | kEffect | kEnds)) need(v);
  while (!work.empty()) {
    Value* v = work.back();
    work.pop_back();
    for (Value*& a : v->args) need(a = resolve(a));
    if (v->state)
      for (auto& e : v->state->entries) need(e.value = resolve(e.value));
  }
  for (Block* b : g.blocks) {
    std::erase_if(b->phis, [&](Value* v) { return !live[v->id]; });
    std::erase_if(b->values, [&](Value* v) { return !live[v->id]; });
  }
}

void clean(Graph& g) {
  dropTrivialPhis(g);
  dropDead(g);
}

// ---- Register classes

/// The class an operation wants argument i in; None: any.
Kind wanted(const Value* v, size_t i) {
  switch (v->op) {
    case SOp::Phi: case SOp::Copy: case SOp::SetHome: case SOp::Bits: case SOp::Return: return Kind::None;
    case SOp::Store: return i + 1 == v->args.size() ? Kind::None : Kind::Int;
    case SOp::FEq: case SOp::FNe: case SOp::FLt: case SOp::FLe:
    case SOp::FToI64: case SOp::FToU64: case SOp::FToI32: case SOp::FToU32: case SOp::FToF: return static_cast<Kind>(v->aux);
    case SOp::FAdd: case SOp::FSub: case SOp::FMul: case SOp::FDiv: case SOp::FNeg: case SOp::FMin: case SOp::FMax: case SOp::FSqrt:
    case SOp::FAbs: case SOp::FFloor: case SOp::FCeil: case SOp::FTrunc: case SOp::FCopysign: case SOp::FFma: return v->kind;
    default: return Kind::Int;
  }
}

/// Values whose class is open: bits that come from memory, constants, phis.
bool isOpen(const Value* v) {
  return v->op == SOp::Phi || v->op == SOp::Const || v->op == SOp::Home ||
         (v->op == SOp::Load && (v->width == Width::W64 || v->width == Width::U32));
}

/// Whether v computes with floating point numbers, or has one in the register class of integers.
bool isFloating(const Value* v) {
  return (v->op >= SOp::FEq && v->op <= SOp::FLe) || (v->op >= SOp::FAdd && v->op <= SOp::FToF) || v->kind == Kind::F64 || v->kind == Kind::F32;
}

/// Chooses the class of open values by their uses, and puts Bits where a use wants the other one.
void chooseKinds(Graph& g) {
  bool any = std::any_of(g.blocks.begin(), g.blocks.end(), [](const Block* b) {
    return std::any_of(b->phis.begin(), b->phis.end(), isFloating) || std::any_of(b->values.begin(), b->values.end(), isFloating);
  });
  if (!any) return;
  enum : uint8_t { kInt = 1, kF64 = 2, kF32 = 4 };
  Vec<uint8_t> votes(g.pool.size(), 0);
  auto bit = [](Kind k) -> uint8_t { return k == Kind::F64 ? kF64 : k == Kind::F32 ? kF32 : kInt; };
  for (Block* b : g.blocks)
    for (auto* list : {&b->phis, &b->values})
      for (Value* v : *list) {
        if (!isOpen(v) && v->kind != Kind::None) votes[v->id] = bit(v->kind);
        for (size_t i = 0; i < v->args.size(); i++)
          if (Kind k = wanted(v, i); k != Kind::None && isOpen(v->args[i])) votes[v->args[i]->id] |= bit(k);
      }
  // Phis and what they merge vote together.
  for (bool changed = true; changed;) {
    changed = false;
    for (Block* b : g.blocks)
      for (Value* phi : b->phis)
        for (Value* a : phi->args) {
          uint8_t phiVote = votes[phi->id] | (isConst(a) ? 0 : votes[a->id]);  // a constant may be had in each class
          if (phiVote != votes[phi->id]) votes[phi->id] = phiVote, changed = true;
          if (isOpen(a) && !isConst(a) && votes[a->id] != phiVote) votes[a->id] |= phiVote, changed = true;
        }
  }
  for (Block* b : g.blocks)
    for (auto* list : {&b->phis, &b->values})
      for (Value* v : *list) {
        if (!isOpen(v)) continue;
        if (votes[v->id] == kF64 && (v->op != SOp::Load || v->width == Width::W64)) v->kind = Kind::F64;
        else if (votes[v->id] == kF32) v->kind = Kind::F32;
      }
  auto bits = [&](Value* x, Kind k, Block* b, size_t before) {
    Value* v = isConst(x) ? g.make(SOp::Const, k) : g.make(SOp::Bits, k);
    if (isConst(x)) v->aux = x->aux;
    else v->args = {x};
    v->block = b;
    v->pc = before < b->values.size() ? b->values[before]->pc : b->pc;
    b->values.insert(b->values.begin() + static_cast<std::ptrdiff_t>(before), v);
    return v;
  };
  for (Block* b : g.blocks) {
    for (size_t at = 0; at < b->values.size(); at++) {
      for (size_t i = 0; i < b->values[at]->args.size(); i++) {
        Value* v = b->values[at];
        Kind k = wanted(v, i);
        if (k == Kind::None || v->args[i]->kind == k) continue;
        Value* x = bits(v->args[i], k, b, at++);
        v->args[i] = x;
      }
    }
    for (Value* phi : b->phis)
      for (size_t i = 0; i < phi->args.size(); i++)
        if (phi->args[i]->kind != phi->kind) phi->args[i] = bits(phi->args[i], phi->kind, b->preds[i], b->preds[i]->values.size() - 1);
  }
}

}  // namespace

void optimize(Graph& g, void (*after)(const Graph& g, const char* pass)) {
  clean(g);
  after(g, "clean");
  Numbering(g).run();
  clean(g);
  after(g, "number");
  if (threadBranches(g)) clean(g);
  after(g, "branches");
  bool loops = std::any_of(g.blocks.begin(), g.blocks.end(), [](Block* b) { return b->header; });
  if (loops) {
    improveLoops(g);
    after(g, "loops");
    Numbering(g).run();
    for (Block* b : g.blocks) std::erase_if(b->values, [](Value* v) { return v->op == SOp::LoopEntry; });
    clean(g);
  }
  if (expandDivisions(g)) clean(g);
  foldAddresses(g);
  dropDead(g);
  chooseKinds(g);
  after(g, "optimize");
}

}  // namespace burrow::jit
