// What the emitter needs to know before it starts: liveness, uses, which slots are free for spilled values.
#include <algorithm>

#include "jit/ssa/emit.h"
#include "jit/ssa/operands.h"

namespace burrow::jit {

Emitter::Emitter(Graph& g) : g_(g), f_(*g.func), a_(code_.assembler()) {
  // Numbers without gaps: the passes have left few of the values that were built.
  for (Block* b : g.blocks)
    for (auto* list : {&b->phis, &b->values})
      for (Value* v : *list) v->id = static_cast<uint32_t>(values_.size()), values_.push_back(v);
  for (const Frame& f : g.frames) slows_.emplace_back(*f.func, a_);
  a_.addEncodingOptions(asmjit::EncodingOptions::kOptimizedAlign);   // few long nops
  where_.assign(values_.size(), kNone);
  contents_.assign(g.slotOffset.size(), nullptr);
  homes_.assign(values_.size(), 0);
  starts_.resize(g.blockPool.size());
}

/// A comparison whose only use is the branch at the end of its block, with nothing between them that moves the stack: its operands live until then.
bool Emitter::fusesWithBranch(const Value* v) const {
  if (useCount_[v->id] != 1 || !((v->op >= SOp::Eq && v->op <= SOp::LeU) || v->op == SOp::FLt || v->op == SOp::FLe || v->op == SOp::Xor)) return false;
  const Value* end = v->block->values.back();
  if (end->op != SOp::Branch) return false;
  const Value* c = end->args[0];
  for (; c != v; c = c->args[0])
    if (c->op != SOp::Xor || c->args[1]->op != SOp::Const || c->args[1]->aux != 1 || useCount_[c->id] != 1 || c->block != v->block) return false;
  if (v->op == SOp::Xor && (v->args[1]->op != SOp::Const || v->args[1]->aux != 1)) return false;
  for (size_t k = v->block->values.size(); k-- > 0 && v->block->values[k] != v;)
    if (flagsOf(v->block->values[k]->op) & kEffect) return false;
  return true;
}

void Emitter::liveness() {
  size_t values = values_.size();
  liveIn_.assign(g_.blockPool.size(), Bits(values));
  liveOut_ = liveIn_;
  // By block: what it wants from before, and what it makes.
  Vec<Bits> made = liveIn_;
  for (Block* b : g_.blocks) {
    Bits &live = liveIn_[b->id], &makes = made[b->id];
    for (size_t k = b->values.size(); k-- > 0;) {
      Value* v = b->values[k];
      live.reset(v->id), makes.set(v->id);
      for (Value* a : v->args) live.set(a->id);
      if (v->state)
        for (auto& e : v->state->entries) live.set(e.value->id);
    }
    for (Value* phi : b->phis) live.reset(phi->id), makes.set(phi->id);
    for (Block* s : b->succs) {
      if (s->phis.empty()) continue;
      size_t edge = static_cast<size_t>(std::find(s->preds.begin(), s->preds.end(), b) - s->preds.begin());
      for (Value* phi : s->phis) liveOut_[b->id].set(phi->args[edge]->id);
    }
  }
  Bits live(values);
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = g_.blocks.size(); i-- > 0;) {
      Block* b = g_.blocks[i];
      Bits& out = liveOut_[b->id];
      for (Block* s : b->succs) out.add(liveIn_[s->id]);
      // An inlined body may be left everywhere, and goes on in its callers then.
      for (uint32_t k = b->frame; k; k = g_.frames[k].caller) out.add(liveIn_[g_.frames[k].pad->id]);
      live = out;
      live.remove(made[b->id]);
      live.add(liveIn_[b->id]);
      if (!(live == liveIn_[b->id])) std::swap(liveIn_[b->id], live), changed = true;
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
  comesRoundAs_.assign(values_.size(), nullptr);
  for (Block* b : g_.blocks) {
    if (!b->header) continue;
    for (Value* phi : b->phis) {
      comesRoundAs_[phi->id] = phi;
      for (size_t i = 0; i < b->preds.size(); i++)
        if (b->preds[i]->order >= b->order && phi->args[i]->op != SOp::Phi) comesRoundAs_[phi->args[i]->id] = phi;
    }
  }
  countUses();
  listUses();
  listDeaths();
  loopSpan_.assign(g_.blockPool.size(), {~0u, 0});
  for (Block* b : emitOrder_) {
    if (b->cold || b->values.empty()) continue;
    for (Block* h = b->loop; h; h = outerLoop(h)) {
      auto& [from, to] = loopSpan_[h->id];
      from = std::min(from, positionOf_[b->values.front()->id]), to = std::max(to, positionOf_[b->values.back()->id]);
    }
  }
}

/// How often each value is wanted, with room for the list of its uses.
void Emitter::countUses() {
  useCount_.assign(values_.size(), 0);
  for (Block* b : g_.blocks)
    for (auto* list : {&b->phis, &b->values})
      for (Value* v : *list)
        for (Value* a : v->args) useCount_[a->id]++;
  uses_.where.resize(values_.size());
  uint32_t all = 0;
  for (size_t i = 0; i < useCount_.size(); i++) uses_.where[i] = {all, 0}, all += useCount_[i];
  uses_.all.resize(all);
  for (Block* b : g_.blocks)
    for (Value* v : b->values)
      if (v->state)
        for (auto& e : v->state->entries) useCount_[e.value->id]++;
  fused_.assign(values_.size(), false);
  for (Block* b : g_.blocks)
    for (Value* v : b->values) fused_[v->id] = fusesWithBranch(v);
}

void Emitter::listUses() {
  // In order: only what is fused comes later than what follows it.
  auto use = [&](const Value* v, uint32_t position) {
    auto& [first, count] = uses_.where[v->id];
    uint32_t* at = uses_.all.data() + first + count++;
    for (; at > uses_.all.data() + first && at[-1] > position; at--) *at = at[-1];
    *at = position;
  };
  positionOf_.assign(values_.size(), 0);
  uint32_t position = 0;
  for (Block* b : emitOrder_) {
    position++;
    for (Value* phi : b->phis) positionOf_[phi->id] = position;
    uint32_t last = position + static_cast<uint32_t>(b->values.size());
    for (Value* v : b->values) {
      positionOf_[v->id] = ++position;
      for (Value* a : v->args) use(a, fused_[v->id] ? last : position);
    }
    for (Block* s : b->succs) {
      if (s->phis.empty()) continue;
      size_t edge = static_cast<size_t>(std::find(s->preds.begin(), s->preds.end(), b) - s->preds.begin());
      for (Value* phi : s->phis) use(phi->args[edge], last);
    }
  }
}

/// Backwards: a use of what is not live behind it is its last.
void Emitter::listDeaths() {
  dies_.where.assign(values_.size(), {0, 0});
  for (Block* b : g_.blocks) {
    Bits live = liveOut_[b->id];
    for (size_t k = b->values.size(); k-- > 0;) {
      Value* v = b->values[k];
      if (fused_[v->id]) continue;
      auto first = static_cast<uint32_t>(dies_.all.size());
      if (!live[v->id] && !(flagsOf(v->op) & (kWrites | kTraps | kEffect | kEnds))) dies_.all.push_back(v);  // nobody wants it
      argsDie(v, live);
      if (v->state)
        for (auto& e : v->state->entries)
          if (!live[e.value->id]) live.set(e.value->id), dies_.all.push_back(e.value);
      dies_.where[v->id] = {first, static_cast<uint32_t>(dies_.all.size()) - first};
    }
  }
}

/// What v reads for the last time, and what is computed together with it.
void Emitter::argsDie(const Value* v, Bits& live) {
  for (Value* a : v->args) {
    if (fused_[a->id] && a->block == v->block) argsDie(a, live);
    else if (!live[a->id]) live.set(a->id), dies_.all.push_back(a);
  }
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
