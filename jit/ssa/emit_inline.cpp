// Inlined bodies: where values are while one runs, making its frame and those around it, and the way back into the caller.
#include <algorithm>

#include "jit/notes.h"
#include "jit/ssa/emit.h"

namespace burrow::jit {

/// The way to the body. Its pad finds the values that live on where the caller's state has them, others in free slots: whatever leaves the body
/// puts them there.
void Emitter::enterInlined(Value* v, Block* next) {
  Block *b = v->block, *body = b->succs[0], *pad = b->succs[1];
  Start& s = starts_[pad->id];
  s.known = true;
  Vec<Value*> homeless;
  for (size_t x = 0; x < liveIn_[pad->id].size(); x++) {
    if (!liveIn_[pad->id][x]) continue;
    Value* value = values_[x];
    if (isCheap(value)) continue;
    bool home = false;
    for (auto& e : v->state->entries)
      if (e.value == value) s.contents.emplace_back(e.slot, value), home = true;
    if (!home) homeless.push_back(value);
  }
  // Memory slots and bodies of callers have values too, which are nowhere else.
  for (Value* value : homeless) {
    bool found = false;
    for (unsigned slot : scratch_) {
      bool taken = std::any_of(s.contents.begin(), s.contents.end(), [&](auto& c) { return c.first == slot; });
      for (uint32_t k = b->frame; k; k = g_.frames[k].caller)
        for (auto& c : starts_[g_.frames[k].pad->id].contents) taken |= c.first == slot && c.second != value;
      if (taken) continue;
      s.contents.emplace_back(static_cast<uint16_t>(slot), value);
      found = true;
      break;
    }
    if (!found) failed_ = "no slot over an inlined call";
  }
  if (!failed_.empty()) return;
  release(dies_[v->id]);
  goTo(b, body, next);
}

/// Values that the pads of these bodies expect and that no state names: to their slots.
void Emitter::storeForPads(uint32_t frame) {
  for (uint32_t k = frame; k; k = g_.frames[k].caller)
    for (auto& [slot, v] : starts_[g_.frames[k].pad->id].contents) storeHome(slot, v);
}

void Emitter::movesForPads(uint32_t frame, const FrameState& state, Vec<Move>& moves) const {
  auto have = [&](unsigned slot) {
    return std::any_of(state.entries.begin(), state.entries.end(), [&](auto& e) { return e.slot == slot; }) ||
           std::any_of(moves.begin(), moves.end(), [&](const Move& m) { return m.to.index == static_cast<int>(slot); });
  };
  for (uint32_t k = frame; k; k = g_.frames[k].caller)
    for (auto& [slot, v] : starts_[g_.frames[k].pad->id].contents)
      if (!have(slot) && contents_[slot] != v) moves.push_back({placeOf(v), {Place::Slot, slot, v}});
}

/// Headers of the frame and those around it, as calls would have made them, each returning to its pad. Everything else is in place; rax is lost.
void Emitter::pushFrames(uint32_t frame) {
  if (!frame) return;
  const Frame& f = g_.frames[frame];
  pushFrames(f.caller);
  a_.lea(x86::rax, x86::ptr(labels_[f.pad->id]));
  a_.push(x86::rax);
  a_.push(kFp);
  a_.mov(kFp, x86::rsp);
  constantTo(x86::rax, static_cast<int64_t>(reinterpret_cast<uintptr_t>(f.func)));
  a_.push(x86::rax);
  if (f.func->frameSlots > 1) a_.sub(kRegs, static_cast<int32_t>((f.func->frameSlots - 1u) * sizeof(Slot)));
}

/// Back to the graph's own frame, wherever the stack is now.
void Emitter::popFrames(uint32_t frame) {
  if (!frame) return;
  a_.sub(kRegs, g_.frames[frame].base * static_cast<int32_t>(sizeof(Slot)));
  a_.lea(kFp, x86::ptr(kRegs, static_cast<int32_t>(f_.frameSlots * sizeof(Slot))));
}

/// A pad: the frame of a body has returned here, so this is code behind a call, to the interpreter and to everybody who walks the stack.
void Emitter::returned(Value* v) {
  uint32_t frame = frameOfPc(v->pc);
  returns_.push_back({static_cast<uint32_t>(a_.offset()), wordOfPc(v->pc) + static_cast<uint32_t>(v->aux), frame});
  const uint8_t marker[2] = {0xa8, vm::kReturnToMachine >> 8};
  a_.embed(marker, sizeof marker);
  popFrames(frame);
  if (!framed_) a_.leave();
  forgetCopies(v);
  release(dies_[v->id]);
}

/// Slots of a frame's instruction by the graph's numbers.
Vec<SlotRange> Emitter::idsOf(uint32_t frame, const InsnSlots::List& slots) const {
  if (!frame) return {slots.begin(), slots.end()};
  Vec<SlotRange> ids;
  for (SlotRange r : slots)
    for (unsigned s = r.from; s < r.from + r.count; s++) ids.push_back({g_.slotId(frame, s), 1});
  return ids;
}

void Emitter::noteAt(uint32_t pc) {
  uint32_t frame = frameOfPc(pc);
  if (frame && notes.text) noteText(a_, std::string(g_.frames[frame].func->name).append(", inlined").c_str());
  if (!frame || notes.text) return note(a_, *g_.frames[frame].func, wordOfPc(pc));
  // Lines of profiles: that of the call in this function.
  while (g_.frames[frame].caller) frame = g_.frames[frame].caller;
  note(a_, f_, g_.frames[frame].callWord);
}

}  // namespace burrow::jit
