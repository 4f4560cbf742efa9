// The walk of value numbering: what is known on entering a block, and which of its values stay.
#include "jit/ssa/numbering.h"

#include <algorithm>

namespace burrow::jit {

namespace {

void fixArgs(Value* v) {
  for (Value*& a : v->args) a = resolve(a);
  if (v->state)
    for (auto& e : v->state->entries) e.value = resolve(e.value);
}

Value* onlyArg(Value* phi) {
  Value* same = nullptr;
  for (Value* a : phi->args) {
    if (a == phi || a == same) continue;
    if (same) return nullptr;
    same = a;
  }
  return same;
}

}  // namespace

void Numbering::run() {
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

/// Which loops store or leave compiled code: what is known before them still holds inside the others.
void Numbering::findLoopEffects() {
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

uint32_t Numbering::entryEpoch(Block* b, const Vec<uint32_t>& out, const Vec<bool>& loopHas) {
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

void Numbering::visit(Block* top) {
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

void Numbering::block(Block* b) {
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
void Numbering::decide(Block* b) {
  Value* end = b->values.back();
  if (end->op != SOp::Branch || b->succs[0] == b->succs[1]) return;
  Value* c = end->args[0];
  bool negate = false;
  while (c->op == SOp::Xor && isConst(c->args[1]) && c->args[1]->aux == 1) c = c->args[0], negate = !negate;
  int holds = facts_.decide(c);
  if (holds >= 0) decided_.emplace_back(b, (holds != 0) != negate ? 0 : 1);
}

/// Drops the edges that are never taken.
void Numbering::dropEdges() {
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
void Numbering::assumeTests(Block* b) {
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

void Numbering::assumeTest(Block* b, size_t back, Value* test, bool holds) {
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

/// False: v is not needed.
bool Numbering::keep(Value* v, Vec<Value*>& kept) {
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

bool Numbering::proved(Value* v) {
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

}  // namespace burrow::jit
