// The value of each bytecode register at each point, new values, and what the frame holds where compiled code may be left.
#include "jit/ssa/build.h"
#include "vm/link/linker.h"

namespace burrow::jit {

// ---- Variables

void Builder::write(unsigned slot, Value* v) {
  if (inMemory(slot)) {
    Value* s = add(SOp::SetHome, Kind::None, {v});
    s->aux = id(slot);
    return;
  }
  if (v->slot < 0) v->slot = static_cast<int32_t>(id(slot));
  current_[block_->id][slot] = v;
}

Value* Builder::read(unsigned slot) {
  if (inMemory(slot)) {
    Value* v = add(SOp::Home, Kind::Int, {});
    v->aux = id(slot);
    return v;
  }
  return readIn(block_, slot);
}

Value* Builder::readIn(Block* b, unsigned slot) {
  if (Value* v = current_[b->id][slot]) return resolve(v);
  Value* v = readBefore(b, slot);
  current_[b->id][slot] = v;
  return v;
}

Value* Builder::readBefore(Block* b, unsigned slot) {
  if (!sealed_[b->id]) {
    Value* phi = g_.make(SOp::Phi);
    phi->block = b;
    phi->slot = static_cast<int32_t>(id(slot));
    b->phis.push_back(phi);
    incomplete_[b->id].emplace_back(slot, phi);
    return phi;
  }
  if (b == entry_) {  // nothing that is read before it is written: maps may name it
    Value* v = g_.make(SOp::Const);
    v->block = b;
    v->pc = sitePc(frame_, b->pc);
    b->values.insert(b->values.begin(), v);
    return v;
  }
  if (b->id < behind_.size() && behind_[b->id]) return readIn(behind_[b->id], slot);
  if (b->preds.empty()) {  // the entry: what the frame holds
    Value* v = g_.make(SOp::Home);
    v->aux = slot;
    v->slot = static_cast<int32_t>(slot);
    v->block = b;
    v->pc = b->pc;
    b->values.insert(b->values.begin(), v);
    return v;
  }
  if (b->preds.size() == 1) return readIn(b->preds[0], slot);
  Value* phi = g_.make(SOp::Phi);
  phi->block = b;
  phi->slot = static_cast<int32_t>(id(slot));
  b->phis.push_back(phi);
  current_[b->id][slot] = phi;
  return fillPhi(phi, slot);
}

Value* Builder::fillPhi(Value* phi, unsigned slot) {
  for (Block* p : phi->block->preds) phi->args.push_back(readIn(p, slot));
  return phi;
}

void Builder::seal(Block* b) {
  sealed_[b->id] = true;
  auto todo = std::move(incomplete_[b->id]);
  for (auto& [slot, phi] : todo) fillPhi(phi, slot);
}

// ---- Values

Value* Builder::addTo(Block* b, Value* v) {
  v->block = b;
  v->pc = sitePc(frame_, pc_);
  b->values.push_back(v);
  return v;
}

Value* Builder::add(SOp op, Kind kind, std::initializer_list<Value*> args) {
  Value* v = g_.make(op, kind);
  v->args = args;
  return addTo(block_, v);
}

Value* Builder::constant(int64_t c) {
  Value* v = add(SOp::Const, Kind::Int, {});
  v->aux = c;
  return v;
}

Value* Builder::load(Value* base, int64_t offset, Width w, Value* index, int64_t scale) {
  Value* v = index ? add(SOp::Load, Kind::Int, {base, index}) : add(SOp::Load, Kind::Int, {base});
  v->aux = offset;
  v->aux2 = scale;
  v->width = w;
  return v;
}

Value* Builder::store(Value* base, int64_t offset, Value* x, Width w, bool pointer, Value* index, int64_t scale) {
  Value* v = index ? add(SOp::Store, Kind::None, {base, index, x}) : add(SOp::Store, Kind::None, {base, x});
  v->aux = offset;
  v->aux2 = scale;
  v->width = w;
  v->pointer = pointer;
  return v;
}

/// A recovered panic goes on at the function's DeferReturn: what is live there must be home wherever one can begin.
void Builder::addDeferReturn(Bits& want) const {
  if (!(f_.flags & kHasDefer)) return;
  want.add(liveInAt(f_.info->deferReturn));
  want.addWords(stackMapAt(f_, f_.code + f_.info->deferReturn));
}

/// What a trap at this instruction needs in home slots: the operands that its slow half looks at, and what deferred calls may see.
FrameState* Builder::trapState() {
  Bits want(slots_);
  for (SlotRange r : now_->reads) want.setRange(r.from, r.count);
  addDeferReturn(want);
  want.addWords(stackMapAt(f_, at(pc_)));
  return stateOf(want);
}

/// The values of these registers here, and what the frames around hold.
FrameState* Builder::stateOf(Bits& want) {
  FrameState& state = g_.states.emplace_back();
  want.remove(hidden_);
  state.entries.reserve(want.count() + around_.size());
  want.each([&](size_t slot) {
    auto s = static_cast<unsigned>(slot);
    state.entries.push_back({static_cast<uint16_t>(id(s)), readIn(block_, s)});
  });
  state.entries.insert(state.entries.end(), around_.begin(), around_.end());
  return &state;
}

/// Everything live behind this instruction but what it writes, and its operands.
FrameState* Builder::fullState(bool withReads) {
  Bits want = liveOut_;
  for (SlotRange r : now_->writes) want.resetRange(r.from, r.count);
  want.addWords(stackMapAt(f_, at(pc_)));
  addDeferReturn(want);
  if (withReads)
    for (SlotRange r : now_->reads) want.setRange(r.from, r.count);
  return stateOf(want);
}

Value* Builder::check(SOp op, std::initializer_list<Value*> args) {
  FrameState* state = trapState();
  Value* v = add(op, Kind::None, args);
  v->state = state;
  return v;
}

/// The instruction as a whole, by its slow half: operands and live registers are stored first, what it writes is read back from the frame.
void Builder::slow() {
  FrameState* state = fullState(true);
  Value* v = add(SOp::Slow, Kind::None, {});
  v->state = state;
  for (SlotRange r : now_->writes)
    for (unsigned s = r.from; s < r.from + r.count; s++) {
      if (inMemory(s)) continue;
      Value* h = add(SOp::Home, Kind::Int, {});
      h->aux = id(s);
      write(s, h);
    }
}

}  // namespace burrow::jit
