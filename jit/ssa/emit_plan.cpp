// What the emitter needs to know before it starts: liveness, uses, which slots are free for spilled values.
#include <algorithm>

#include "jit/ssa/emit.h"
#include "jit/ssa/operands.h"

namespace burrow::jit {

Emitter::Emitter(Graph& g) : g_(g), f_(*g.func), a_(code_.assembler()) {
  for (const Frame& f : g.frames) slows_.emplace_back(*f.func, a_);
  a_.addEncodingOptions(asmjit::EncodingOptions::kOptimizedAlign);   // few long nops
  where_.assign(g.pool.size(), kNone);
  contents_.assign(g.slotOffset.size(), nullptr);
  starts_.resize(g.blockPool.size());
}

/// A comparison whose only use is the branch at the end of its block, with nothing between them that moves the stack: its operands live until then.
bool Emitter::fusesWithBranch(const Value* v) const {
  if (useCount_[v->id] != 1) return false;
  for (size_t k = v->block->values.size(); k-- > 0 && v->block->values[k] != v;)
    if (flagsOf(v->block->values[k]->op) & kEffect) return false;
  const Value* end = v->block->values.back();
  if (end->op != SOp::Branch) return false;
  const Value* c = end->args[0];
  while (c->op == SOp::Xor && c->args[1]->op == SOp::Const && c->args[1]->aux == 1 && useCount_[c->id] == 1 && c->block == v->block) {
    if (c == v) return true;
    c = c->args[0];
  }
  return c == v && ((v->op >= SOp::Eq && v->op <= SOp::LeU) || v->op == SOp::FLt || v->op == SOp::FLe);
}

void Emitter::liveness() {
  size_t values = g_.pool.size();
  liveIn_.assign(g_.blockPool.size(), Bits(values));
  liveOut_ = liveIn_;
  Bits live(values);
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = g_.blocks.size(); i-- > 0;) {
      Block* b = g_.blocks[i];
      live.clear();
      for (Block* s : b->succs) {
        live.add(liveIn_[s->id]);
        size_t edge = static_cast<size_t>(std::find(s->preds.begin(), s->preds.end(), b) - s->preds.begin());
        for (Value* phi : s->phis) live.set(phi->args[edge]->id);
      }
      // An inlined body may be left everywhere, and goes on in its callers then.
      for (uint32_t k = b->frame; k; k = g_.frames[k].caller) live.add(liveIn_[g_.frames[k].pad->id]);
      if (liveOut_[b->id] == live && b->seen) continue;
      b->seen = true;
      liveOut_[b->id] = live;
      for (size_t k = b->values.size(); k-- > 0;) {
        Value* v = b->values[k];
        live.reset(v->id);
        for (Value* a : v->args) live.set(a->id);
        if (v->state)
          for (auto& e : v->state->entries) live.set(e.value->id);
      }
      for (Value* phi : b->phis) live.reset(phi->id);
      if (!(live == liveIn_[b->id])) liveIn_[b->id] = live, changed = true;
    }
  }
}

/// The order of emission, positions in it, the uses of each value, and what dies where.
void Emitter::planUses() {
  // Code that follows cold code only is cold.
  for (Block* b : g_.blocks) {
    bool cold = !b->preds.empty();
    for (Block* p : b->preds) cold &= p->cold || p->order >= b->order;
    b->cold |= cold;
  }
  for (bool cold : {false, true})
    for (Block* b : g_.blocks)
      if (b->cold == cold) emitOrder_.push_back(b);
  useCount_.assign(g_.pool.size(), 0);
  for (Block* b : g_.blocks)
    for (auto* list : {&b->phis, &b->values})
      for (Value* v : *list) {
        for (Value* a : v->args) useCount_[a->id]++;
        if (v->state)
          for (auto& e : v->state->entries) useCount_[e.value->id]++;
      }
  comesRoundAs_.assign(g_.pool.size(), nullptr);
  for (Block* b : g_.blocks) {
    if (!b->header) continue;
    for (Value* phi : b->phis) {
      comesRoundAs_[phi->id] = phi;
      for (size_t i = 0; i < b->preds.size(); i++)
        if (b->preds[i]->order >= b->order && phi->args[i]->op != SOp::Phi) comesRoundAs_[phi->args[i]->id] = phi;
    }
  }
  fused_.assign(g_.pool.size(), false);
  for (Block* b : g_.blocks)
    for (Value* v : b->values) fused_[v->id] = fusesWithBranch(v);
  uses_.resize(g_.pool.size());
  positionOf_.assign(g_.pool.size(), 0);
  dies_.resize(g_.pool.size());
  uint32_t position = 0;
  for (Block* b : emitOrder_) {
    position++;
    for (Value* phi : b->phis) positionOf_[phi->id] = position;
    uint32_t first = position + 1, last = position + static_cast<uint32_t>(b->values.size());
    for (Value* v : b->values) {
      positionOf_[v->id] = ++position;
      for (Value* a : v->args) uses_[a->id].push_back(fused_[v->id] ? last : position);
    }
    for (Block* s : b->succs) {
      size_t edge = static_cast<size_t>(std::find(s->preds.begin(), s->preds.end(), b) - s->preds.begin());
      for (Value* phi : s->phis) uses_[phi->args[edge]->id].push_back(last);
    }
    static_cast<void>(first);
    // Backwards: a use of what is not live behind it is its last.
    Bits live = liveOut_[b->id];
    auto dies = [&](Value* at, Value* x) {
      if (!live[x->id]) live.set(x->id), dies_[at->id].push_back(x);
    };
    std::function<void(Value*, Value*)> args = [&](Value* at, Value* v) {
      for (Value* a : v->args) {
        if (fused_[a->id] && a->block == b) args(at, a);
        else dies(at, a);
      }
    };
    for (size_t k = b->values.size(); k-- > 0;) {
      Value* v = b->values[k];
      if (fused_[v->id]) continue;
      if (!live[v->id] && !(flagsOf(v->op) & (kWrites | kTraps | kEffect | kEnds))) dies_[v->id].push_back(v);  // nobody wants it
      args(v, v);
      if (v->state)
        for (auto& e : v->state->entries) dies(v, e.value);
    }
  }
  loopSpan_.assign(g_.blockPool.size(), {~0u, 0});
  for (Block* b : emitOrder_) {
    if (b->cold) continue;
    for (Block* h = b->loop; h; h = outerLoop(h)) {
      auto& [from, to] = loopSpan_[h->id];
      for (Value* v : b->values) from = std::min(from, positionOf_[v->id]), to = std::max(to, positionOf_[v->id]);
    }
  }
  for (auto& list : uses_) std::sort(list.begin(), list.end());
}

/// Slots that no state, call or frame access ever names: free for values that have to leave their registers.
void Emitter::findScratchSlots() {
  Vec<bool> taken = g_.memorySlot;
  taken.resize(g_.slotOffset.size(), false);
  auto take = [&](size_t s) { taken[s] = true; };
  for (Block* b : g_.blocks)
    for (Value* v : b->values) {
      if (v->op == SOp::Home || v->op == SOp::SetHome || v->op == SOp::HomeAddr) take(static_cast<size_t>(v->aux));
      bool returns = v->op == SOp::Slow || v->op == SOp::Call || v->op == SOp::Poll || v->op == SOp::Inline;
      if (v->state && returns)
        for (auto& e : v->state->entries) take(e.slot);
      if (v->op != SOp::Slow && v->op != SOp::Call) continue;
      InsnSlots slots;
      const Insn* i = g_.insnAt(v->pc);
      uint32_t frame = frameOfPc(v->pc);
      slotsOfInsn(*g_.frames[frame].func, i, slots);
      for (auto* list : {&slots.reads, &slots.writes, &slots.memory})
        for (SlotRange r : *list)
          for (unsigned s = r.from; s < r.from + r.count && s < allSlots(*g_.frames[frame].func); s++) take(g_.slotId(frame, s));
      if (v->op == SOp::Call)
        for (unsigned s = 0; s < unsigned{i->a} + i->b; s++) take(g_.slotId(frame, s));
    }
  // The frame's own part only, without the Func at its top.
  for (unsigned s = 0; s + 1 < f_.frameSlots; s++)
    if (!taken[s]) scratch_.push_back(s);
}

}  // namespace burrow::jit
