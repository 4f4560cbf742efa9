#include "jit/ssa/build.h"

#include <algorithm>
#include <functional>
#include <set>

#include "vm/bytecode/check.h"
#include "vm/bytecode/operands.h"
#include "vm/link/linker.h"

namespace burrow::jit {

namespace {

constexpr size_t kMaxInsns = 6000, kMaxSlots = 1500;
constexpr uint32_t kMemoryMapPc = ~0u;   ///< the stack map that names the memory slots of a function

bool isSafepoint(Op op) { return opInfo(op).effects & kSafepointEffects; }

void setRange(Bits& bits, SlotRange r, bool value) {
  for (unsigned s = r.from; s < r.from + r.count && s < bits.size(); s++) value ? bits.set(s) : bits.reset(s);
}

void setRange(std::vector<bool>& bits, SlotRange r, bool value) {
  for (unsigned i = 0; i < r.count; i++)
    if (r.from + i < bits.size()) bits[r.from + i] = value;
}

void addMap(Bits& live, const uint64_t* bits) {
  if (bits) live.addWords(bits);
}

}  // namespace

// ---- Shape

/// Finds the instructions that can be reached and the starts of blocks.
bool Builder::scan(uint32_t entry, std::string& why) {
  std::vector<uint32_t> work{entry};
  std::set<uint32_t> leaders{entry};
  // Reached by recovered panics, if by nothing else.
  if (f_.flags & kHasDefer) leaders.insert(f_.info->deferReturn), work.push_back(f_.info->deferReturn);
  auto go = [&](uint32_t from, uint32_t pc) {
    if (pc <= from) backTargets_.insert(pc);
    leaders.insert(pc);
    work.push_back(pc);
  };
  while (!work.empty()) {
    uint32_t pc = work.back();
    work.pop_back();
    while (!insns_.count(pc)) {
      const Insn* i = at(pc);
      auto op = static_cast<Op>(i->op);
      if (insns_.size() > kMaxInsns) return why = "too large", false;
      if (!slotsOfInsn(f_, i, insns_[pc])) return why = "unknown operand of " + std::string(opInfo(op).name), false;
      uint32_t next = pc + insnWords(op);
      bool has;
      int64_t distance = branchDistance(*i, has);
      if (has) go(pc, static_cast<uint32_t>(pc + distance));
      if (op == Op::JumpTable) {
        auto* table = reinterpret_cast<const int32_t*>(i + static_cast<int64_t>(i[1].word));
        for (unsigned k = 0; k < i->b; k++) go(pc, static_cast<uint32_t>(pc + table[k]));
      }
      if (opInfo(op).effects & Ends) break;
      if (has || op == Op::JumpTable) {
        go(pc, next);
        break;
      }
      pc = next;
    }
  }
  for (uint32_t pc : leaders) blockAt_[pc] = g_.makeBlock(pc);
  return true;
}

bool Builder::findMemorySlots(std::string& why) {
  g_.memorySlot.assign(slots_, false);
  bool addressed = false;
  for (const auto& [pc, s] : insns_) {
    if (static_cast<Op>(at(pc)->op) == Op::LocalAddr) addressed = true;
    for (SlotRange r : s.memory) setRange(g_.memorySlot, r, true);
  }
  const uint64_t* map = stackMapAt(f_, f_.code + kMemoryMapPc);
  for (unsigned s = 0; map && s < slots_; s++)
    if (map[s / 64] >> (s % 64) & 1) g_.memorySlot[s] = true;
  if (addressed && !map) return why = "no memory map", false;
  return true;
}

void Builder::stepBack(uint32_t pc, Bits& live) const {
  const InsnSlots& s = insns_.at(pc);
  for (SlotRange r : s.writes) setRange(live, r, false);
  if (isSafepoint(static_cast<Op>(at(pc)->op))) addMap(live, stackMapAt(f_, at(pc)));
  for (SlotRange r : s.reads) setRange(live, r, true);
}

/// Live bytecode registers at the start of each block, backwards to a fixed point.
void Builder::liveness() {
  size_t n = g_.blockPool.size();
  liveIn_.assign(n, Bits(slots_));
  std::vector<std::vector<uint32_t>> insnsOf(n);
  for (auto& [start, b] : blockAt_) {
    for (uint32_t pc = start;;) {
      auto op = static_cast<Op>(at(pc)->op);
      insnsOf[b->id].push_back(pc);
      bool has;
      branchDistance(*at(pc), has);
      uint32_t next = pc + insnWords(op);
      if (has || op == Op::JumpTable || opInfo(op).effects & Ends || blockAt_.count(next)) break;
      pc = next;
    }
  }
  auto successors = [&](uint32_t last, auto visit) {
    const Insn* i = at(last);
    auto op = static_cast<Op>(i->op);
    bool has;
    int64_t d = branchDistance(*i, has);
    if (has) visit(static_cast<uint32_t>(last + d));
    if (op == Op::JumpTable) {
      auto* table = reinterpret_cast<const int32_t*>(i + static_cast<int64_t>(i[1].word));
      for (unsigned k = 0; k < i->b; k++) visit(static_cast<uint32_t>(last + table[k]));
    }
    if (!(opInfo(op).effects & Ends)) visit(last + insnWords(op));
  };
  std::vector<Block*> sorted;
  for (auto& [pc, b] : blockAt_) sorted.push_back(b);
  std::sort(sorted.begin(), sorted.end(), [](Block* x, Block* y) { return x->pc > y->pc; });
  for (bool changed = true; changed;) {
    changed = false;
    for (Block* b : sorted) {
      Bits live(slots_);
      successors(insnsOf[b->id].back(), [&](uint32_t pc) {
        live.add(liveIn_[blockAt_.at(pc)->id]);
      });
      for (size_t i = insnsOf[b->id].size(); i-- > 0;) stepBack(insnsOf[b->id][i], live);
      if (!(live == liveIn_[b->id])) liveIn_[b->id] = live, changed = true;
    }
  }
}

// ---- Variables

void Builder::write(unsigned slot, Value* v) {
  if (g_.memorySlot[slot]) {
    Value* s = add(SOp::SetHome, Kind::None, {v});
    s->aux = slot;
    return;
  }
  if (v->slot < 0) v->slot = static_cast<int32_t>(slot);
  current_[block_->id][slot] = v;
}

Value* Builder::read(unsigned slot) {
  if (g_.memorySlot[slot]) {
    Value* v = add(SOp::Home, Kind::Int, {});
    v->aux = slot;
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
    phi->slot = static_cast<int32_t>(slot);
    b->phis.push_back(phi);
    incomplete_[b->id].emplace_back(slot, phi);
    return phi;
  }
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
  phi->slot = static_cast<int32_t>(slot);
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
  v->pc = pc_;
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

void Builder::store(Value* base, int64_t offset, Value* x, Width w, bool pointer, Value* index, int64_t scale) {
  Value* v = index ? add(SOp::Store, Kind::None, {base, index, x}) : add(SOp::Store, Kind::None, {base, x});
  v->aux = offset;
  v->aux2 = scale;
  v->width = w;
  v->pointer = pointer;
}

/// A recovered panic goes on at the function's DeferReturn: what is live there must be home wherever one can begin.
void Builder::addDeferReturn(Bits& want) const {
  if (!(f_.flags & kHasDefer)) return;
  want.add(liveIn_[blockAt_.at(f_.info->deferReturn)->id]);
  addMap(want, stackMapAt(f_, f_.code + f_.info->deferReturn));
}

/// What a trap at this instruction needs in home slots: the operands that its slow half looks at, and what deferred calls may see.
FrameState* Builder::trapState() {
  Bits want(slots_);
  for (SlotRange r : now_->reads) setRange(want, r, true);
  addDeferReturn(want);
  addMap(want, stackMapAt(f_, at(pc_)));
  FrameState& state = g_.states.emplace_back();
  for (unsigned s = 0; s < slots_; s++)
    if (want[s] && !g_.memorySlot[s]) state.entries.push_back({static_cast<uint16_t>(s), read(s)});
  return &state;
}

/// Everything live behind this instruction but what it writes, and its operands.
FrameState* Builder::fullState(bool withReads) {
  Bits want = liveOut_;
  for (SlotRange r : now_->writes) setRange(want, r, false);
  addMap(want, stackMapAt(f_, at(pc_)));
  addDeferReturn(want);
  if (withReads)
    for (SlotRange r : now_->reads) setRange(want, r, true);
  FrameState& state = g_.states.emplace_back();
  for (unsigned s = 0; s < slots_; s++)
    if (want[s] && !g_.memorySlot[s]) state.entries.push_back({static_cast<uint16_t>(s), read(s)});
  return &state;
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
      if (g_.memorySlot[s]) continue;
      Value* h = add(SOp::Home, Kind::Int, {});
      h->aux = s;
      write(s, h);
    }
}

/// A block that stands for no bytecode of its own, with one predecessor.
Block* Builder::newBlock(Block* pred) {
  Block* b = g_.makeBlock(pc_);
  current_.emplace_back(slots_, nullptr);
  incomplete_.emplace_back();
  sealed_.push_back(true);
  liveIn_.emplace_back();
  if (pred) connect(pred, b);
  return b;
}

/// An edge to the bytecode at `pc`. Back edges poll, in a block of their own: the goroutine may go on at the branch in the interpreter.
void Builder::edge(Block* from, uint32_t pc) {
  Block* to = blockAt_.at(pc);
  if (pc > pc_) return connect(from, to);
  Block* poll = newBlock(from);
  Block* saved = block_;
  block_ = poll;
  FrameState& state = g_.states.emplace_back();
  Bits want = liveIn_[to->id];
  addMap(want, stackMapAt(f_, at(pc_)));
  for (SlotRange r : now_->reads) setRange(want, r, true);
  for (unsigned s = 0; s < slots_; s++)
    if (want[s] && !g_.memorySlot[s]) state.entries.push_back({static_cast<uint16_t>(s), read(s)});
  Value* v = add(SOp::Poll, Kind::None, {});
  v->state = &state;
  add(SOp::Jump, Kind::None, {});
  connect(poll, to);
  block_ = saved;
}

void Builder::fill(Block* b) {
  block_ = b;
  // Liveness behind each instruction, from the block's end backwards.
  std::vector<uint32_t> pcs;
  for (uint32_t pc = b->pc;;) {
    pcs.push_back(pc);
    auto op = static_cast<Op>(at(pc)->op);
    uint32_t next = pc + insnWords(op);
    bool has;
    branchDistance(*at(pc), has);
    if (has || op == Op::JumpTable || opInfo(op).effects & Ends || blockAt_.count(next)) break;
    pc = next;
  }
  Bits live(slots_);
  auto join = [&](uint32_t pc) {
    live.add(liveIn_[blockAt_.at(pc)->id]);
  };
  const Insn* last = at(pcs.back());
  auto lastOp = static_cast<Op>(last->op);
  bool has;
  int64_t d = branchDistance(*last, has);
  if (has) join(static_cast<uint32_t>(pcs.back() + d));
  if (lastOp == Op::JumpTable) {
    auto* table = reinterpret_cast<const int32_t*>(last + static_cast<int64_t>(last[1].word));
    for (unsigned k = 0; k < last->b; k++) join(static_cast<uint32_t>(pcs.back() + table[k]));
  }
  uint32_t after = pcs.back() + insnWords(lastOp);
  if (!(opInfo(lastOp).effects & Ends)) join(after);
  std::vector<Bits> liveOut(pcs.size());
  for (size_t i = pcs.size(); i-- > 0;) {
    liveOut[i] = live;
    stepBack(pcs[i], live);
  }
  for (size_t i = 0; i < pcs.size(); i++) {
    pc_ = pcs[i];
    now_ = &insns_.at(pc_);
    liveOut_ = std::move(liveOut[i]);
    if (translate()) return;
  }
  add(SOp::Jump, Kind::None, {});
  connect(block_, blockAt_.at(after));
}

bool Builder::run(uint32_t osrPc, std::string& why) {
  if (slots_ > kMaxSlots) return why = "frame too large", false;
  if (f_.flags & kNative) return why = "native", false;
  g_.func = &f_;
  g_.osrPc = osrPc;
  uint32_t start = osrPc == ~0u ? 0 : osrPc;
  // The entry has no predecessors: it stands before the first instruction.
  Block* entry = g_.makeBlock(start);
  if (!scan(start, why) || !findMemorySlots(why)) return false;
  liveness();
  size_t n = g_.blockPool.size();
  current_.assign(n, std::vector<Value*>(slots_, nullptr));
  incomplete_.resize(n);
  sealed_.assign(n, false);
  sealed_[entry->id] = true;
  block_ = entry;
  pc_ = start;
  add(SOp::Jump, Kind::None, {});
  connect(entry, blockAt_.at(start));
  // Blocks are filled in bytecode order; one that no edge from behind reaches then has all its predecessors.
  std::vector<Block*> todo;
  for (auto& [pc, b] : blockAt_) todo.push_back(b);
  std::sort(todo.begin(), todo.end(), [](Block* x, Block* y) { return x->pc < y->pc; });
  for (Block* b : todo) {
    if (!backTargets_.count(b->pc)) seal(b);
    fill(b);
  }
  for (Block* b : todo)
    if (!sealed_[b->id]) seal(b);
  for (Block& b : g_.blockPool) g_.blocks.push_back(&b);
  return true;
}

bool build(Graph& g, vm::Func& f, uint32_t osrPc, std::string& why) { return Builder(g, f).run(osrPc, why); }

}  // namespace burrow::jit
