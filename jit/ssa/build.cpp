#include "jit/ssa/build.h"

#include <algorithm>
#include <functional>

#include "vm/bytecode/check.h"
#include "vm/bytecode/operands.h"
#include "vm/link/linker.h"

namespace burrow::jit {

namespace {

constexpr size_t kMaxInsns = 6000, kMaxSlots = 1500;

bool isSafepoint(Op op) { return opInfo(op).effects & kSafepointEffects; }

void setRange(Vec<bool>& bits, SlotRange r, bool value) {
  for (unsigned i = 0; i < r.count; i++)
    if (r.from + i < bits.size()) bits[r.from + i] = value;
}

}  // namespace

// ---- Shape

/// Finds the instructions that can be reached and the starts of blocks.
bool Builder::scan(uint32_t entry, std::string& why) {
  size_t words = f_.codeWords;
  insnAt_.assign(words, -1);
  backTarget_.assign(words, false);
  flow_.clear(words);
  Vec<uint32_t> work;
  constexpr int32_t kLeader = 0;
  auto lead = [&](uint32_t pc) { flow_.at[pc] = kLeader, work.push_back(pc); };
  lead(entry);
  // Reached by recovered panics, if by nothing else.
  if (f_.flags & kHasDefer) lead(f_.info->deferReturn);
  auto go = [&](uint32_t from, uint32_t pc) {
    if (pc <= from) backTarget_[pc] = true;
    lead(pc);
  };
  while (!work.empty()) {
    uint32_t pc = work.back();
    work.pop_back();
    while (insnAt_[pc] < 0) {
      const Insn* i = at(pc);
      auto op = static_cast<Op>(i->op);
      if (insns_.size() > kMaxInsns) return why = "too large", false;
      insnAt_[pc] = static_cast<int32_t>(insns_.size());
      if (!slotsOfInsn(f_, i, insns_.emplace_back())) return why = "unknown operand of " + std::string(opInfo(op).name), false;
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
  makeBlocks();
  return true;
}

/// Blocks, their instructions and where they lead, in the order of the bytecode.
void Builder::makeBlocks() {
  for (uint32_t pc = 0; pc < insnAt_.size(); pc++) {
    if (insnAt_[pc] < 0) continue;
    if (flow_.at[pc] >= 0) {
      flow_.at[pc] = static_cast<int32_t>(flow_.nodes.size());
      flow_.nodes.push_back({pc, static_cast<uint32_t>(flow_.pcs.size()), 0, 0, 0});
    }
    flow_.nodes.back().insns++;
    flow_.pcs.push_back(pc);
  }
  for (size_t n = 0; n < flow_.nodes.size(); n++) {
    Flow::Node& node = flow_.nodes[n];
    node.firstNext = static_cast<uint32_t>(flow_.next.size());
    addSuccessors(flow_.insnsOf(n).back());
    node.nexts = static_cast<uint32_t>(flow_.next.size()) - node.firstNext;
    blockAt_.push_back(g_.makeBlock(node.start));
    blockAt_.back()->frame = frame_;
  }
  for (auto& list : preheaders_) list.assign(flow_.nodes.size(), nullptr);
}

bool Builder::findMemorySlots(std::string& why) {
  g_.memorySlot.assign(slots_, false);
  bool addressed = false;
  for (uint32_t pc : flow_.pcs) {
    if (static_cast<Op>(at(pc)->op) == Op::LocalAddr) addressed = true;
    for (SlotRange r : slotsAt(pc).memory) setRange(g_.memorySlot, r, true);
  }
  const uint64_t* map = stackMapAt(f_, f_.code + kMemoryMapPc);
  for (unsigned s = 0; map && s < slots_; s++)
    if (map[s / 64] >> (s % 64) & 1) g_.memorySlot[s] = true;
  if (addressed && !map) return why = "no memory map", false;
  return true;
}

void Builder::findHidden() {
  hidden_ = Bits(slots_);
  hidden_.setRange(f_.frameSlots, kFrameHeaderSlots);
  for (unsigned s = 0; s < slots_; s++)
    if (!hidden_[s] && inMemory(s)) hidden_.set(s);
}

/// `killed`: what has been written, too.
void Builder::stepBack(uint32_t pc, Bits& live, Bits* killed) const {
  const InsnSlots& s = slotsAt(pc);
  for (SlotRange r : s.writes) {
    live.resetRange(r.from, r.count);
    if (killed) killed->setRange(r.from, r.count);
  }
  if (isSafepoint(static_cast<Op>(at(pc)->op))) live.addWords(stackMapAt(f_, at(pc)));
  for (SlotRange r : s.reads) live.setRange(r.from, r.count);
}

/// Where the instruction that ends a block may lead.
void Builder::addSuccessors(uint32_t last) {
  const Insn* i = at(last);
  auto op = static_cast<Op>(i->op);
  bool has;
  int64_t d = branchDistance(*i, has);
  if (has) flow_.next.push_back(static_cast<uint32_t>(last + d));
  if (op == Op::JumpTable) {
    auto* table = reinterpret_cast<const int32_t*>(i + static_cast<int64_t>(i[1].word));
    for (unsigned k = 0; k < i->b; k++) flow_.next.push_back(static_cast<uint32_t>(last + table[k]));
  }
  if (!(opInfo(op).effects & Ends)) flow_.next.push_back(last + insnWords(op));
}

/// The loops that the blocks make.
void Builder::findShape() {
  shape_.find(flow_);
  // A loop whose first blocks decide whether it goes on: short ones may be copied before it. Not those that look at elements: in one place,
  // what they find and have checked is known in the loop and behind it.
  constexpr size_t kMaxCopied = 24;
  shape_.findTurns([&](uint32_t start) -> size_t {
    std::span<const uint32_t> pcs = flow_.insnsOf(flow_.indexOf(start));
    for (uint32_t pc : pcs)
      if (auto op = static_cast<Op>(at(pc)->op); isSafepoint(op) || (op >= Op::IndexAddr && op <= Op::IndexLocalLoad64)) return kMaxCopied + 1;
    return pcs.size();
  }, kMaxCopied);
}

/// Live bytecode registers at the start of each block, backwards to a fixed point.
void Builder::liveness() {
  size_t n = flow_.nodes.size();
  liveIn_.assign(n, Bits(slots_));
  Vec<Bits> killed = liveIn_;
  for (size_t k = 0; k < n; k++) {
    std::span<const uint32_t> pcs = flow_.insnsOf(k);
    for (size_t i = pcs.size(); i-- > 0;) stepBack(pcs[i], liveIn_[k], &killed[k]);
  }
  Bits live(slots_);
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t k = n; k-- > 0;) {
      live.clear();
      for (uint32_t pc : flow_.nextOf(k)) live.add(liveInAt(pc));
      live.remove(killed[k]);
      live.add(liveIn_[k]);
      if (!(live == liveIn_[k])) std::swap(liveIn_[k], live), changed = true;
    }
  }
}

/// A block that stands for no bytecode of its own, with one predecessor.
Block* Builder::newBlock(Block* pred) {
  Block* b = g_.makeBlock(pc_);
  b->frame = frame_;
  growFor(b);
  sealed_[b->id] = true;
  if (pred) connect(pred, b);
  return b;
}

Block* Builder::blockOf(uint32_t pc) const {
  size_t node = flow_.indexOf(pc);
  return inFirstLoop_ && firstLoop_[node] ? firstLoop_[node] : blockAt_[node];
}

/// Room in what is kept by block. Blocks of inlined bodies, which have builders of their own, leave gaps.
void Builder::growFor(const Block* b) {
  size_t n = std::max<size_t>(b->id + 1, current_.size());
  current_.resize(n);
  incomplete_.resize(n);
  sealed_.resize(n, false);
  current_[b->id].assign(slots_, nullptr);
}

/// An edge to the bytecode at `pc`. Back edges poll, in a block of their own: the goroutine may go on at the branch in the interpreter.
void Builder::edge(Block* from, uint32_t pc) {
  if (pc > pc_ || (copying_ && pc == copying_->body)) return forward(from, pc);
  Block* poll = newBlock(from);
  Block* saved = block_;
  block_ = poll;
  Bits want = liveInAt(pc);
  want.addWords(stackMapAt(f_, at(pc_)));
  for (SlotRange r : now_->reads) want.setRange(r.from, r.count);
  FrameState* state = stateOf(want);
  Value* v = add(SOp::Poll, Kind::None, {});
  v->state = state;
  add(SOp::Jump, Kind::None, {});
  forward(poll, pc);
  block_ = saved;
}

/// An edge without a poll. One that enters a loop does so by way of the loop's preheader, and of a copy of its tests if they are to be at its end.
void Builder::forward(Block* from, uint32_t pc) {
  if (copying_) {
    const Shape::Turn* turn = copying_;
    if (pc == turn->body) return enterLoop(from, pc);
    if (std::find(turn->tests.begin(), turn->tests.end(), pc) == turn->tests.end()) {
      copying_ = nullptr;
      forward(from, pc);
      copying_ = turn;
      return;
    }
  } else if (!shape_.isHeader(pc) || shape_.inLoop(node_, pc)) {
    return connect(from, blockOf(pc));
  }
  const Shape::Turn* turn = copying_ ? copying_ : shape_.turnOf(pc);
  if (!turn) return enterLoop(from, pc);
  constexpr unsigned kMaxCopies = 6;
  if (copies_ > kMaxCopies) return connect(from, blockOf(pc));
  Block *copy = newBlock(from), *savedBlock = block_;
  const Shape::Turn* savedTurn = copying_;
  uint32_t savedPc = pc_;
  const InsnSlots* savedNow = now_;
  Bits savedLive = std::move(liveOut_);
  block_ = copy;
  copying_ = turn;
  copies_++;
  fillFrom(pc);
  copies_--;
  copying_ = savedTurn;
  block_ = savedBlock;
  pc_ = savedPc;
  now_ = savedNow;
  liveOut_ = std::move(savedLive);
}

void Builder::enterLoop(Block* from, uint32_t pc) {
  Block*& pre = preheader(pc);
  if (!pre) {
    uint32_t saved = pc_;
    pc_ = pc;
    pre = newBlock(nullptr);
    pc_ = saved;
    sealed_[pre->id] = false;
  }
  connect(from, pre);
}

/// The block before a loop: the state in which the interpreter can go on there, for what is moved out of the loop and may fail.
void Builder::fillPreheader(Block* pre, uint32_t pc) {
  block_ = pre;
  pc_ = pc;
  Bits want = liveInAt(pc);
  addDeferReturn(want);
  FrameState* state = stateOf(want);
  add(SOp::LoopEntry, Kind::None, {})->state = state;
  add(SOp::Jump, Kind::None, {});
  connect(pre, blockOf(pc));
}

void Builder::fill(Block* b) {
  if (Block* pre = preheader(b->pc)) {
    if (!shape_.enteredFromBehind(b->pc)) seal(pre);
    fillPreheader(pre, b->pc);
  }
  if (!backTarget_[b->pc] && !shape_.enteredFromBehind(b->pc)) seal(b);
  block_ = b;
  node_ = b->pc;
  fillFrom(b->pc);
}

/// The instructions of the block that starts there, into block_.
void Builder::fillFrom(uint32_t start) {
  size_t node = flow_.indexOf(start);
  std::span<const uint32_t> pcs = flow_.insnsOf(node);
  // Liveness behind each instruction, from the block's end backwards.
  Bits live(slots_);
  for (uint32_t pc : flow_.nextOf(node)) live.add(liveInAt(pc));
  Vec<Bits> liveOut(pcs.size());
  for (size_t i = pcs.size(); i-- > 0;) {
    liveOut[i] = live;
    stepBack(pcs[i], live);
  }
  for (size_t i = 0; i < pcs.size(); i++) {
    pc_ = pcs[i];
    now_ = &slotsAt(pc_);
    liveOut_ = std::move(liveOut[i]);
    if (translate()) return;
  }
  add(SOp::Jump, Kind::None, {});
  forward(block_, pcs.back() + insnWords(static_cast<Op>(at(pcs.back())->op)));
}

bool Builder::run(uint32_t osrPc, std::string& why) {
  if (slots_ > kMaxSlots) return why = "frame too large", false;
  if (f_.flags & kNative) return why = "native", false;
  if (f_.codeWords >= 1u << kWordBits) return why = "too large", false;
  g_.func = &f_;
  g_.frames.emplace_back().func = &f_;
  for (unsigned s = 0; s < slots_; s++) g_.slotOffset.push_back(static_cast<int32_t>(s)), g_.slotFrame.push_back(0);
  g_.osrPc = osrPc;
  g_.rawViews = f_.flags & kRawViews || vm::hasRawViews();
  uint32_t start = osrPc == ~0u ? 0 : osrPc;
  // The entry has no predecessors: it stands before the first instruction.
  Block* entry = g_.makeBlock(start);
  if (!scan(0, why) || !findMemorySlots(why)) return false;
  if (!flow_.isStart(start)) return why = "no block at the entry", false;
  findHidden();
  findShape();
  // Entered at a loop: that loop by itself first. So the loops around it keep their shape.
  uint32_t loop = osrPc == ~0u ? Shape::kNone : shape_.loopOf(osrPc);
  firstLoop_.assign(blockAt_.size(), nullptr);
  for (size_t n = 0; loop != Shape::kNone && n < blockAt_.size(); n++)
    if (uint32_t pc = flow_.nodes[n].start; shape_.inLoop(pc, loop)) firstLoop_[n] = g_.makeBlock(pc);
  liveness();
  for (const Block& b : g_.blockPool) growFor(&b);
  sealed_[entry->id] = true;
  block_ = entry;
  pc_ = start;
  node_ = Shape::kNone;
  inFirstLoop_ = loop != Shape::kNone;
  add(SOp::Jump, Kind::None, {});
  if (inFirstLoop_) enterLoop(entry, start);
  else forward(entry, start);
  if (inFirstLoop_) fillAll(firstLoop_);
  inFirstLoop_ = false;
  fillAll(blockAt_);
  for (Block& b : g_.blockPool)
    if (!b.frame && !sealed_[b.id]) seal(&b);
  for (Block& b : g_.blockPool) g_.blocks.push_back(&b);
  return true;
}

/// Blocks are filled in bytecode order; one that no edge from behind reaches then has all its predecessors.
void Builder::fillAll(const Vec<Block*>& blocks) {
  for (Block* b : blocks)
    if (b) fill(b);
  // Preheaders that an edge from behind has made.
  for (Block* pre : preheaders_[inFirstLoop_])
    if (pre && pre->values.empty()) fillPreheader(pre, pre->pc);
}

bool build(Graph& g, vm::Func& f, uint32_t osrPc, std::string& why) { return Builder(g, f).run(osrPc, why); }

}  // namespace burrow::jit
