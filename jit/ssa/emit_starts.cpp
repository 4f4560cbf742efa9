// Where values are at the start of a block with several predecessors, and at the heads of loops: the first way that leads there decides.
#include <algorithm>

#include "jit/ssa/emit.h"

namespace burrow::jit {

namespace {

/// Small constants are made anew where they are used; others stay in registers.
bool keepsRegister(const Value* v) { return v->op != SOp::Const || v->kind != Kind::Int || v->aux != static_cast<int32_t>(v->aux); }

}  // namespace

size_t Emitter::edgeIndex(const Block* from, const Block* to) {
  return static_cast<size_t>(std::find(to->preds.begin(), to->preds.end(), from) - to->preds.begin());
}

/// Whether all registers are lost there.
bool Emitter::losesRegisters(const Value* v) {
  switch (v->op) {
    case SOp::Call: case SOp::Slow: case SOp::CallC: case SOp::CallCWrites: case SOp::EqStr: case SOp::CmpStr: return true;
    default: return false;
  }
}

/// The first predecessor decides where values are at the start of `to`.
void Emitter::defineStart(Block* from, Block* to) {
  Start& s = starts_[to->id];
  s.known = true;
  bool taken[kRegs32] = {};
  const Bits& live = liveIn_[to->id];
  LoopUses uses;
  if (to->header) uses = usesIn(to);
  // What a loop does not use stays in memory, if registers are short; with calls in it, what is used behind those only.
  constexpr int kGeneral = 9, kVector = 12;   // of a loop, besides what comes and goes
  int room[] = {kGeneral - static_cast<int>(uses.general), kVector - static_cast<int>(uses.vector)};
  // First come those that would have to be stored.
  if (to->header && !uses.calls)
    for (Value* v : regs_)
      if (v && live[v->id] && keepsRegister(v) && !uses.count[v->id] && !isCheap(v) && homeOf(v) < 0) room[isVector(v)]--;
  int stored[] = {std::max(0, -room[0]), std::max(0, -room[1])};
  auto idle = [&](Value* v) {
    if (!to->header) return false;
    if (uses.calls) return !uses.early[v->id];
    if (uses.count[v->id]) return false;
    if (isCheap(v)) return true;
    return homeOf(v) < 0 ? stored[isVector(v)]-- > 0 : room[isVector(v)]-- <= 0;
  };
  Vec<Value*> away;
  for (unsigned r = 0; r < kRegs32; r++) {
    Value* v = regs_[r];
    if (!v || !live[v->id] || !keepsRegister(v)) continue;
    if (idle(v)) {
      if (!isCheap(v) && homeOf(v) < 0) away.push_back(v);
      if (isCheap(v) || homeOf(v) >= 0) continue;
    }
    s.regs.emplace_back(v, static_cast<Reg>(r)), taken[r] = true;
  }
  for (Value* v : away) {
    spill(v);   // on the way to the loop
    std::erase_if(s.regs, [&](auto& x) { return x.first == v; });
    taken[where_[v->id]] = false;
  }
  for (size_t slot = 0; slot < contents_.size(); slot++)
    if (Value* v = contents_[slot]; v && live[v->id] && !isCheap(v) && mayHold(slot, to)) s.contents.emplace_back(static_cast<uint16_t>(slot), v);
  if (to->header && uses.calls) homesForLoop(to);
  placePhis(from, to, taken);
  if (to->header && !uses.calls) preload(to, uses, taken);
}

/// A register for each phi while there are some, the one its argument is in if that is free; else a slot.
void Emitter::placePhis(Block* from, Block* to, bool* taken) {
  Start& s = starts_[to->id];
  size_t edge = edgeIndex(from, to);
  auto pick = [&](bool vector) -> Reg {
    for (int r = vector ? 16 : 0; r < (vector ? 30 : 16); r++) {
      bool special = r == 4 || r == 5 || r == 11 || r == 14;
      if (!special && !taken[r]) return static_cast<Reg>(r);
    }
    return kNone;
  };
  for (Value* phi : to->phis) {
    Value* arg = phi->args[edge];
    Reg r = where_[arg->id];
    if (r == kNone || taken[r]) r = pick(isVector(phi));
    if (r != kNone) {
      taken[r] = true;
      s.regs.emplace_back(phi, r);
      continue;
    }
    // In memory: its own slot if nothing else is there.
    int slot = -1;
    auto free = [&](unsigned t) {
      for (auto& c : s.contents)
        if (c.first == t) return false;
      return true;
    };
    if (phi->slot >= 0 && !g_.memorySlot[static_cast<size_t>(phi->slot)] && mayHold(static_cast<size_t>(phi->slot), to) && free(static_cast<unsigned>(phi->slot))) slot = phi->slot;
    for (unsigned t : scratch_)
      if (slot < 0 && free(t)) slot = static_cast<int>(t);
    if (slot < 0) failed_ = "no slot for a phi";
    else s.contents.emplace_back(static_cast<uint16_t>(slot), phi);
  }
}

/// In a loop with calls, what comes from before it lies where its states want it from the start: nothing is stored at each turn, and nothing has to be
/// put back at the end of one. Only slots that nothing else in the loop uses.
void Emitter::homesForLoop(Block* header) {
  constexpr int kNothing = -1, kSeveral = -2;
  Vec<int> wanted(values_.size(), kNothing);
  Vec<const Value*> owner(contents_.size(), nullptr);
  Vec<bool> shared(contents_.size(), false);
  for (Block* b : g_.blocks) {
    if (!inLoop(b, header)) continue;
    for (Value* v : b->values) {
      if (v->op == SOp::Home || v->op == SOp::SetHome) shared[static_cast<size_t>(v->aux)] = true;
      if (!v->state || !(flagsOf(v->op) & kEffect)) continue;
      bool hot = !b->cold && v->op != SOp::Poll;
      for (auto& e : v->state->entries) {
        if (owner[e.slot] && owner[e.slot] != e.value) shared[e.slot] = true;
        owner[e.slot] = e.value;
        int& slot = wanted[e.value->id];
        if (hot && slot != static_cast<int>(e.slot)) slot = slot == kNothing ? static_cast<int>(e.slot) : kSeveral;
      }
    }
  }
  Start& s = starts_[header->id];
  const Bits& live = liveIn_[header->id];
  Vec<Value*> values;
  for (auto& [v, r] : s.regs) values.push_back(v);
  for (auto& [slot, v] : s.contents)
    if (std::find(values.begin(), values.end(), v) == values.end()) values.push_back(v);
  for (Value* v : values) {
    int slot = wanted[v->id];
    if (slot < 0 || isCheap(v)) continue;
    auto at = static_cast<size_t>(slot);
    const Value* there = contents_[at];
    if (shared[at] || g_.memorySlot[at] || !mayHold(at, header) || (there && there != v && live[there->id])) continue;
    std::erase_if(s.contents, [&](auto& c) { return c.second == v; });
    s.contents.emplace_back(static_cast<uint16_t>(slot), v);
  }
}

Emitter::LoopUses Emitter::usesIn(const Block* header) const {
  LoopUses uses;
  uses.count.assign(values_.size(), 0);
  uses.early.assign(values_.size(), false);
  Vec<bool> lostBehind(g_.blockPool.size(), false);
  for (Block* b : g_.blocks) {
    if (!inLoop(b, header)) continue;
    bool lost = b != header && b->idom && lostBehind[b->idom->id];
    for (Value* v : b->values) {
      if (!b->cold) {
        uses.calls |= v->op == SOp::Call || v->op == SOp::Slow;
        for (Value* a : v->args) {
          if (!uses.count[a->id] && (!isCheap(a) || isVector(a)) && (!inLoop(a->block, header) || a->op == SOp::Phi)) isVector(a) ? uses.vector++ : uses.general++;
          uses.count[a->id] += 1u + 3 * (b->loopDepth - header->loopDepth);
          if (!lost) uses.early[a->id] = true;
        }
      }
      lost |= losesRegisters(v);
    }
    lostBehind[b->id] = lost;
    if (b->cold) continue;
    for (Block* s : b->succs) {
      size_t edge = edgeIndex(b, s);
      for (Value* phi : s->phis) {
        uses.count[phi->args[edge]->id] += inLoop(s, header);
        if (!lost) uses.early[phi->args[edge]->id] = true;
      }
    }
  }
  return uses;
}

/// Brings to registers what a loop without calls uses and what is in memory before it.
void Emitter::preload(Block* header, const LoopUses& uses, const bool* takenNow) {
  bool taken[kRegs32];
  std::copy(takenNow, takenNow + kRegs32, taken);
  Start& s = starts_[header->id];
  const Vec<unsigned>& count = uses.count;
  Vec<Value*> wanted;
  for (auto& [slot, v] : s.contents)
    if (count[v->id] && where_[v->id] == kNone) wanted.push_back(v);
  // Constants that memory would be read for.
  for (Block* b : g_.blocks) {
    if (b->cold || !inLoop(b, header)) continue;
    for (Value* v : b->values)
      for (Value* a : v->args)
        if (a->op == SOp::Const && isVector(a) && where_[a->id] == kNone && liveIn_[header->id][a->id]) wanted.push_back(a);
  }
  std::sort(wanted.begin(), wanted.end(), [&](Value* x, Value* y) { return count[x->id] != count[y->id] ? count[x->id] > count[y->id] : x->id < y->id; });
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  // Two registers of each class stay free for what comes and goes in the loop.
  for (bool vector : {false, true}) {
    Vec<Reg> free;
    for (int r = vector ? 16 : 0; r < (vector ? 30 : 16); r++)
      if (!(r == 4 || r == 5 || r == 11 || r == 14) && !taken[r]) free.push_back(static_cast<Reg>(r));
    for (Value* v : wanted) {
      if (isVector(v) != vector || free.size() <= 3) continue;
      bool phi = v->block == header && v->op == SOp::Phi;
      if (phi) continue;
      s.regs.emplace_back(v, free.back());
      free.pop_back();
    }
  }
}

}  // namespace burrow::jit
