// Polls: one comparison in line, and what they have to do out of line. Registers are kept over them.
#include <algorithm>

#include "jit/ssa/emit.h"
#include "vm/interp/slow.h"
#include "vm/sched/scheduler.h"

namespace burrow::jit {

void Emitter::notePoll(Value* v) {
  // The slow half writes the state's slots: only its values may be there.
  for (auto& e : v->state->entries) losing_.push_back({e.slot, 1});
  for (auto& e : v->state->entries)
    if (contents_[e.slot] != e.value) forgetContent(e.slot);
  losing_.clear();
  a_.cmp(kRegs, BURROW_G(stackLimit));
  asides_.push_back({a_.newLabel(), a_.newLabel(), v, snapshot()});
}

void Emitter::poll(Value* v) {
  notePoll(v);
  a_.jb(asides_.back().at);
  a_.bind(asides_.back().back);
  release(dies_[v->id]);
}

/// The end of a loop: if nothing is to be moved, one jump does for both.
void Emitter::pollAndJump(Value* v, Block* to) {
  if (Vec<Block*> turn = secondTurn(v->block, to); !turn.empty()) {
    Vec<Move> moves = movesOn(block_, to);
    parallel(moves);
    inSecondTurn_ = true;
    copy(turn);
    inSecondTurn_ = false;
    return;
  }
  notePoll(v);
  Label aside = asides_.back().at;
  asides_.back().to = to;
  release(dies_[v->id]);
  Vec<Move> moves = movesOn(block_, to);
  if (moves.empty()) {
    a_.jae(labels_[to->id]);
    a_.jmp(aside);
    return;
  }
  a_.jb(aside);
  parallel(moves);
  a_.jmp(labels_[to->id]);
}

/// A poll that has something to do: live registers go home, the others to free slots; all are back behind it.
void Emitter::pollAside(const Aside& aside) {
  restore(aside.where);
  position(aside.v->pc);
  a_.bind(aside.at);
  Vec<Move> away, back;
  Vec<bool> used(contents_.size(), false);
  for (auto& entry : aside.v->state->entries) {
    used[entry.slot] = true;
    if (contents_[entry.slot] != entry.value) away.push_back({placeOf(entry.value), {Place::Slot, entry.slot, entry.value}});
  }
  for (int r = 0; r < static_cast<int>(kRegs32); r++) {
    Value* v = regs_[r];
    if (!v) continue;
    int slot = -1;
    for (auto& entry : aside.v->state->entries)
      if (entry.value == v) slot = entry.slot;
    if (slot < 0 && !isCheap(v)) slot = homeOf(v);
    if (slot < 0 && !isCheap(v)) {
      for (unsigned s : scratch_)
        if (slot < 0 && !contents_[s] && !used[s]) slot = static_cast<int>(s);
      if (slot < 0) {
        failed_ = "no slot at a poll";
        return;
      }
      used[static_cast<size_t>(slot)] = true;
      away.push_back({{Place::Reg, r, v}, {Place::Slot, slot, v}});
    }
    if (isCheap(v)) back.push_back({{Place::Cheap, static_cast<int>(v->id), v}, {Place::Reg, r, v}});
    else back.push_back({{Place::Slot, slot, v}, {Place::Reg, r, v}});
  }
  // The stack may have moved: copies of pointers are right in the state's slots only, and the others get them from there.
  for (size_t s = 0; s < contents_.size(); s++) {
    Value* v = contents_[s];
    if (!v || used[s]) continue;
    auto named = std::find_if(aside.v->state->entries.begin(), aside.v->state->entries.end(), [&](auto& e) { return e.value == v; });
    if (named != aside.v->state->entries.end() && !isCheap(v)) back.push_back({{Place::Slot, named->slot, v}, {Place::Slot, static_cast<int>(s), v}});
  }
  parallel(away);
  a_.mov(x86::rsi, address(g_.insnAt(aside.v->pc)));
  a_.call(address(slowStub(reinterpret_cast<vm::SlowFn*>(reinterpret_cast<void*>(vm::slowPoll)))));
  parallel(back);
  if (!aside.to) return static_cast<void>(a_.jmp(aside.back));
  restore(aside.where);
  block_ = aside.v->block;
  Vec<Move> moves = movesOn(block_, aside.to);
  parallel(moves);
  a_.jmp(labels_[aside.to->id]);
}

}  // namespace burrow::jit
