// Clean-up of a function's instructions: unreachable code, copies, dead moves.
#include <algorithm>

#include "compiler/codegen/code.h"
#include "compiler/codegen/liveness.h"

namespace burrow::codegen {

void Code::removeUnreachable() {
  if (ins.empty()) return;
  static thread_local std::vector<uint8_t> seen;
  static thread_local std::vector<int> work;
  seen.assign(ins.size() + 1, 0);
  work.assign(1, 0);
  if (deferReturn >= 0) work.push_back(labels[deferReturn]);
  while (!work.empty()) {
    int i = work.back();
    work.pop_back();
    while (i < static_cast<int>(ins.size()) && !seen[i]) {
      seen[i] = true;
      const Ins& in = ins[i];
      if (in.target >= 0 && !in.dead) work.push_back(labels[in.target]);
      if (in.table >= 0 && !in.dead) {
        for (Label t : tables[in.table]) work.push_back(labels[t]);
      }
      if (!in.dead && (opInfo(in.op).effects & Ends)) break;
      ++i;
    }
  }
  // Jumps to the next instruction go, too.
  int next = static_cast<int>(ins.size());
  for (int i = next; i-- > 0;) {
    Ins& in = ins[i];
    if (!seen[i]) in.dead = true;
    if (in.dead) continue;
    if (in.op == Op::Jump && labels[in.target] > i && labels[in.target] <= next) in.dead = true;
    next = i;
  }
}

namespace {

/// Which local slots hold a copy of which other slot, at one point of a basic block. Those that copy one slot are a list. Entries
/// of earlier blocks and functions are told by their stamp, so that forgetting everything costs nothing.
class Copies {
 public:
  void prepare(const FrameInfo& frame) {
    locals_ = frame.localPtr.size();
    incoming_ = frame.argSlots + frame.resultSlots;
    if (copies_.size() < locals_) copies_.resize(locals_);
    if (first_.size() < locals_ + incoming_) first_.resize(locals_ + incoming_);
    clear();
  }
  void clear() {
    ++stamp_;
    count_ = 0;
    outgoing_.clear();
  }
  bool empty() const { return count_ == 0; }
  /// The slot that r is a copy of, or kNone.
  Reg source(Reg r) const {
    if (!isLocal(r) || static_cast<size_t>(r - kLocalBase) >= locals_) return kNone;
    const Copy& c = copies_[r - kLocalBase];
    return c.stamp == stamp_ ? c.from : kNone;
  }
  void add(Reg to, Reg from) {
    kill(to);
    Head& h = head(from);
    if (isOutgoing(from) && h.stamp != stamp_) outgoing_.push_back(from);
    if (h.stamp != stamp_) h = {stamp_, -1};
    int at = to - kLocalBase;
    copies_[at] = {stamp_, from, h.first, -1};
    if (h.first >= 0) copies_[h.first].previous = at;
    h.first = at;
    ++count_;
  }
  /// r gets another value: it is no copy any longer, and its copies are not.
  void kill(Reg r) {
    if (!count_) return;
    if (source(r) != kNone) unlink(r - kLocalBase);
    killCopiesOf(r);
  }
  void killOutgoing() {
    for (Reg r : outgoing_) killCopiesOf(r);
    outgoing_.clear();
  }

 private:
  struct Copy {
    uint32_t stamp = 0;
    Reg from = kNone;
    int next = -1, previous = -1;
  };
  struct Head {
    uint32_t stamp = 0;
    int first = -1;
  };

  Head& head(Reg r) {
    size_t at = isLocal(r) ? static_cast<size_t>(r - kLocalBase)
                : isIncoming(r) ? locals_ + static_cast<size_t>(r - kIncomingBase) : locals_ + incoming_ + static_cast<size_t>(r);
    if (at >= first_.size()) first_.resize(at + 1);
    return first_[at];
  }
  void unlink(int at) {
    Copy& c = copies_[at];
    if (c.previous >= 0) copies_[c.previous].next = c.next;
    else head(c.from).first = c.next;
    if (c.next >= 0) copies_[c.next].previous = c.previous;
    c.stamp = 0;
    --count_;
  }
  void killCopiesOf(Reg r) {
    Head& h = head(r);
    if (h.stamp != stamp_) return;
    for (int at = h.first; at >= 0; at = copies_[at].next) {
      copies_[at].stamp = 0;
      --count_;
    }
    h.stamp = 0;
  }

  size_t locals_ = 0, incoming_ = 0, count_ = 0;
  uint32_t stamp_ = 0;
  std::vector<Copy> copies_;     ///< by local slot
  std::vector<Head> first_;      ///< by slot: locals, incoming, outgoing
  std::vector<Reg> outgoing_;    ///< outgoing slots that were copied
};

/// Slots that a source operand of this role takes; 0 for operands that are not replaced.
uint32_t replaceableSlots(Role role) {
  switch (role) {
    case Role::R: return 1;
    case Role::R2: return 2;
    case Role::R3: return 3;
    default: return 0;
  }
}

void readSources(Ins& in, const Copies& copies) {
  const OpInfo& info = opInfo(in.op);
  // An instruction that may collect must find its operands in slots that its map covers.
  bool safepoint = (info.effects & kSafepointEffects) != 0;
  for (int k = 0; k < 3; ++k) {
    uint32_t n = replaceableSlots(info.role[k]);
    if (n == 0 || in.operand(k) == kNone) continue;
    Reg from = copies.source(in.operand(k));
    if (from == kNone || (safepoint && isOutgoing(from))) continue;
    bool all = true;
    for (uint32_t j = 1; j < n && all; ++j)
      all = copies.source(in.operand(k) + static_cast<Reg>(j)) == from + static_cast<Reg>(j);
    if (all) in.operand(k) = from;
  }
  for (Reg& r : in.regs) {
    if (r == kNone) continue;
    Reg from = copies.source(r);
    if (from != kNone && !(safepoint && isOutgoing(from))) r = from;
  }
}

}  // namespace

/// Within a basic block: a use of a slot that holds a copy of another slot reads the other one. Copies of
/// outgoing slots are forgotten at safepoints, because those slots do not survive them.
void Code::propagateCopies(const FrameInfo& frame) {
  static thread_local std::vector<uint8_t> leader;
  static thread_local Copies copies;
  leader.assign(ins.size() + 1, 0);
  for (const Ins& in : ins) {
    if (in.dead) continue;
    if (in.target >= 0) leader[labels[in.target]] = true;
    if (in.table >= 0) {
      for (Label t : tables[in.table]) leader[labels[t]] = true;
    }
  }
  if (deferReturn >= 0) leader[labels[deferReturn]] = true;
  copies.prepare(frame);
  for (size_t i = 0; i < ins.size(); ++i) {
    if (leader[i]) copies.clear();
    Ins& in = ins[i];
    if (in.dead) continue;
    const OpInfo& info = opInfo(in.op);
    if (!copies.empty()) {
      readSources(in, copies);
      if (info.effects & kSafepointEffects) copies.killOutgoing();
      forEachOperand(in, [](Reg, uint32_t) {},
                     [&](Reg r, uint32_t n) {
                       for (uint32_t k = 0; k < n; ++k) copies.kill(r + static_cast<Reg>(k));
                     });
      for (int k = 0; k < 3; ++k) {
        if (info.role[k] != Role::Addr) continue;
        Access access = addrAccess(in.op, k);
        if (access == Access::Update || access == Access::Pin) {
          for (uint32_t j = 0; j < std::max(in.n[k], 1u); ++j) copies.kill(in.operand(k) + static_cast<Reg>(j));
        }
      }
    }
    unsigned n = in.op == Op::Mov ? 1 : in.op == Op::Mov2 ? 2 : in.op == Op::Mov3 ? 3 : 0;
    for (unsigned k = 0; k < n; ++k) {
      Reg to = in.a + static_cast<Reg>(k), from = in.b + static_cast<Reg>(k);
      if (to == from) continue;
      if (!isLocal(to) || frame.pinned[to - kLocalBase]) continue;
      if (isLocal(from) && frame.pinned[from - kLocalBase]) continue;  // changes through pointers
      copies.add(to, from);
    }
  }
}

void Code::optimize(const FrameInfo& frame) {
  removeUnreachable();
  propagateCopies(frame);
  Liveness& live = *liveness_;
  live.build(*this, frame);
  built_ = true;
  // What is live although nothing reads it.
  static thread_local std::vector<uint64_t> kept, now;
  unsigned words = live.words();
  kept.assign(words, 0);
  size_t locals = frame.localPtr.size();
  for (size_t i = 0; i < locals; ++i) {
    if (frame.pinned[i]) kept[i / 64] |= uint64_t{1} << (i % 64);
  }
  if (frame.hasDefer) Liveness::set(kept.data(), {static_cast<uint32_t>(locals + frame.argSlots), frame.resultSlots});
  for (int round = 0; round < 2; ++round) {
    live.solve();
    bool changed = false, same = !live.hasLoops();
    for (int b = 0; b < live.blocks(); ++b) {
      now.assign(live.liveOut(b), live.liveOut(b) + words);
      for (int i = live.end(b); i-- > live.begin(b);) {
        Ins& in = ins[i];
        if (in.dead) continue;
        bool dead = live.isPure(i);
        for (const Liveness::Range& r : live.defs(i)) {
          if (!dead) break;
          dead = !Liveness::any(now.data(), r) && !Liveness::any(kept.data(), r);
        }
        dead |= (in.op == Op::Mov || in.op == Op::Mov2 || in.op == Op::Mov3) && in.a == in.b;
        if (dead) {
          in.dead = changed = true;
          live.remove(i);
        } else {
          live.stepBack(i, now.data());
        }
      }
      same = same && std::equal(now.begin(), now.end(), live.liveIn(b));
    }
    // As long as the same is live between blocks, another round would find no more. (In a loop, a slot may be live only because it was.)
    if (same) live.keepSolution();
    if (!changed || same) break;
  }
}

}  // namespace burrow::codegen
