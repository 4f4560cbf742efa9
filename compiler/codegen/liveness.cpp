// Dataflow over a function's instructions: liveness, unreachable code, copies, dead moves.
#include <algorithm>
#include <unordered_map>

#include "compiler/codegen/code.h"

namespace burrow::codegen {

namespace {

inline void setBits(std::vector<uint64_t>& bits, const SlotSet& set, Reg r, uint32_t n, bool value) {
  for (uint32_t k = 0; k < n; ++k) {
    int at = set.index(r + static_cast<Reg>(k));
    if (at < 0) continue;
    uint64_t bit = uint64_t{1} << (at % 64);
    if (value) {
      bits[at / 64] |= bit;
    } else {
      bits[at / 64] &= ~bit;
    }
  }
}

}  // namespace

void stepBack(const Ins& in, const SlotSet& set, const FrameInfo& frame, std::vector<uint64_t>& live) {
  forEachOperand(in, [](Reg, uint32_t) {}, [&](Reg r, uint32_t n) { setBits(live, set, r, n, false); });
  forEachOperand(in, [&](Reg r, uint32_t n) { setBits(live, set, r, n, true); }, [](Reg, uint32_t) {});
  if (in.op == Op::Return) {
    setBits(live, set, kIncomingBase + static_cast<Reg>(frame.argSlots), frame.resultSlots, true);
  }
}

Liveness computeLiveness(const Code& code, const FrameInfo& frame) {
  Liveness l;
  size_t n = code.ins.size();
  std::vector<bool> leader(n + 1, false);
  leader[0] = true;
  leader[n] = true;
  for (size_t i = 0; i < n; ++i) {
    const Ins& in = code.ins[i];
    if (in.dead) continue;
    if (in.target >= 0) leader[code.labels[in.target]] = true;
    if (in.table >= 0) {
      for (Label t : code.tables[in.table]) leader[code.labels[t]] = true;
    }
    if (in.target >= 0 || in.table >= 0 || (opInfo(in.op).effects & Ends)) leader[i + 1] = true;
  }
  if (code.deferReturn >= 0) leader[code.labels[code.deferReturn]] = true;
  l.blockOf.assign(n + 1, 0);
  for (size_t i = 0; i <= n; ++i) {
    if (leader[i]) l.blockStart.push_back(static_cast<int>(i));
    l.blockOf[i] = static_cast<int>(l.blockStart.size()) - 1;
  }
  int blocks = static_cast<int>(l.blockStart.size()) - 1;
  if (blocks < 0) blocks = 0;
  l.successors.resize(blocks);
  SlotSet set(frame);
  unsigned words = set.words();
  std::vector<std::vector<uint64_t>> gen(blocks), kill(blocks);
  std::vector<std::vector<int>> preds(blocks);
  for (int b = 0; b < blocks; ++b) {
    gen[b].assign(words, 0);
    kill[b].assign(words, 0);
    bool falls = true;
    for (int i = l.blockStart[b + 1]; i-- > l.blockStart[b];) {
      const Ins& in = code.ins[i];
      if (in.dead) continue;
      forEachOperand(in, [](Reg, uint32_t) {},
                     [&](Reg r, uint32_t k) {
                       setBits(gen[b], set, r, k, false);
                       setBits(kill[b], set, r, k, true);
                     });
      stepBack(in, set, frame, gen[b]);
      if (in.target >= 0) l.successors[b].push_back(l.blockOf[code.labels[in.target]]);
      if (in.table >= 0) {
        for (Label t : code.tables[in.table]) l.successors[b].push_back(l.blockOf[code.labels[t]]);
      }
      if (opInfo(in.op).effects & Ends) falls = false;
    }
    if (falls && b + 1 < blocks) l.successors[b].push_back(b + 1);
    auto& s = l.successors[b];
    std::sort(s.begin(), s.end());
    s.erase(std::unique(s.begin(), s.end()), s.end());
    s.erase(std::remove_if(s.begin(), s.end(), [&](int t) { return t >= blocks; }), s.end());
    for (int t : s) preds[t].push_back(b);
  }
  l.liveOut.assign(blocks, std::vector<uint64_t>(words, 0));
  l.liveIn = gen;
  std::vector<int> work;
  std::vector<bool> queued(blocks, true);
  for (int b = 0; b < blocks; ++b) work.push_back(b);
  while (!work.empty()) {
    int b = work.back();
    work.pop_back();
    queued[b] = false;
    auto& out = l.liveOut[b];
    for (int s : l.successors[b]) {
      for (unsigned k = 0; k < words; ++k) out[k] |= l.liveIn[s][k];
    }
    bool changed = false;
    for (unsigned k = 0; k < words; ++k) {
      uint64_t in = gen[b][k] | (out[k] & ~kill[b][k]);
      if (in != l.liveIn[b][k]) {
        l.liveIn[b][k] = in;
        changed = true;
      }
    }
    if (!changed) continue;
    for (int p : preds[b]) {
      if (!queued[p]) {
        queued[p] = true;
        work.push_back(p);
      }
    }
  }
  return l;
}

void Code::removeUnreachable() {
  if (ins.empty()) return;
  std::vector<bool> seen(ins.size() + 1, false);
  std::vector<int> work{0};
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
  for (size_t i = 0; i < ins.size(); ++i) {
    if (!seen[i]) ins[i].dead = true;
  }
  // Jumps to the next instruction.
  for (size_t i = 0; i < ins.size(); ++i) {
    if (ins[i].dead || ins[i].op != Op::Jump) continue;
    size_t next = i + 1;
    while (next < ins.size() && ins[next].dead) ++next;
    int to = labels[ins[i].target];
    if (to > static_cast<int>(i) && to <= static_cast<int>(next)) ins[i].dead = true;
  }
}

/// Within a basic block: a use of a slot that holds a copy of another slot reads the other one. Copies of
/// outgoing slots are forgotten at safepoints, because those slots do not survive them.
void Code::propagateCopies(const FrameInfo& frame) {
  std::vector<bool> leader(ins.size() + 1, false);
  for (const Ins& in : ins) {
    if (in.dead) continue;
    if (in.target >= 0) leader[labels[in.target]] = true;
    if (in.table >= 0) {
      for (Label t : tables[in.table]) leader[labels[t]] = true;
    }
  }
  if (deferReturn >= 0) leader[labels[deferReturn]] = true;
  std::unordered_map<Reg, Reg> copyOf;
  std::unordered_map<Reg, std::vector<Reg>> copies;
  auto killReg = [&](Reg r) {
    if (copyOf.empty()) return;  // what `copies` still lists is checked against copyOf before it is used
    copyOf.erase(r);
    auto it = copies.find(r);
    if (it == copies.end()) return;
    for (Reg t : it->second) {
      auto c = copyOf.find(t);
      if (c != copyOf.end() && c->second == r) copyOf.erase(c);
    }
    copies.erase(it);
  };
  auto clear = [&] {
    if (!copyOf.empty()) copyOf.clear();
    if (!copies.empty()) copies.clear();
  };
  for (size_t i = 0; i < ins.size(); ++i) {
    if (leader[i]) clear();
    Ins& in = ins[i];
    if (in.dead) continue;
    const OpInfo& info = opInfo(in.op);
    for (int k = 0; k < 3; ++k) {
      uint32_t n = 0;
      switch (info.role[k]) {
        case Role::R: n = 1; break;
        case Role::R2: n = 2; break;
        case Role::R3: n = 3; break;
        default: break;
      }
      if (n == 0 || in.operand(k) == kNone || copyOf.empty()) continue;
      auto it = copyOf.find(in.operand(k));
      if (it == copyOf.end()) continue;
      Reg from = it->second;
      bool all = true;
      for (uint32_t j = 1; j < n && all; ++j) {
        auto jt = copyOf.find(in.operand(k) + static_cast<Reg>(j));
        all = jt != copyOf.end() && jt->second == from + static_cast<Reg>(j);
      }
      // An instruction that may collect must find its operands in slots that its map covers.
      if (isOutgoing(from) && (info.effects & kSafepointEffects)) all = false;
      if (all) in.operand(k) = from;
    }
    for (Reg& r : in.regs) {
      if (r == kNone) continue;
      auto it = copyOf.find(r);
      if (it != copyOf.end() && !(isOutgoing(it->second) && (info.effects & kSafepointEffects))) r = it->second;
    }
    bool safepoint = (info.effects & kSafepointEffects) != 0;
    if (safepoint) {
      std::vector<Reg> gone;
      for (auto& [to, from] : copyOf) {
        if (isOutgoing(from)) gone.push_back(to);
      }
      for (Reg r : gone) copyOf.erase(r);
    }
    forEachOperand(in, [](Reg, uint32_t) {},
                   [&](Reg r, uint32_t n) {
                     for (uint32_t k = 0; k < n; ++k) killReg(r + static_cast<Reg>(k));
                   });
    for (int k = 0; k < 3; ++k) {
      if (info.role[k] != Role::Addr) continue;
      Access access = addrAccess(in.op, k);
      if (access == Access::Update || access == Access::Pin) {
        for (uint32_t j = 0; j < std::max(in.n[k], 1u); ++j) killReg(in.operand(k) + static_cast<Reg>(j));
      }
    }
    unsigned n = in.op == Op::Mov ? 1 : in.op == Op::Mov2 ? 2 : in.op == Op::Mov3 ? 3 : 0;
    if (n == 0) continue;
    for (unsigned k = 0; k < n; ++k) {
      Reg to = in.a + static_cast<Reg>(k), from = in.b + static_cast<Reg>(k);
      if (to == from) continue;
      if (!isLocal(to) || frame.pinned[to - kLocalBase]) continue;
      if (isLocal(from) && frame.pinned[from - kLocalBase]) continue;  // changes through pointers
      copyOf[to] = from;
      copies[from].push_back(to);
    }
  }
}

void Code::optimize(const FrameInfo& frame) {
  removeUnreachable();
  propagateCopies(frame);
  for (int round = 0; round < 2; ++round) {
    Liveness live = computeLiveness(*this, frame);
    SlotSet set(frame);
    bool changed = false;
    for (size_t b = 0; b + 1 < live.blockStart.size(); ++b) {
      std::vector<uint64_t> now = live.liveOut[b];
      for (int i = live.blockStart[b + 1]; i-- > live.blockStart[b];) {
        Ins& in = ins[i];
        if (in.dead) continue;
        const OpInfo& info = opInfo(in.op);
        bool removable = info.effects == 0 && in.op != Op::CopySlice && in.op != Op::CopyStr;
        if (removable) {
          bool any = false;
          bool dead = true;
          forEachOperand(in, [](Reg, uint32_t) {},
                         [&](Reg r, uint32_t n) {
                           any = true;
                           for (uint32_t k = 0; k < n; ++k) {
                             int at = set.index(r + static_cast<Reg>(k));
                             bool isPinned = isLocal(r) && frame.pinned[r + static_cast<Reg>(k) - kLocalBase];
                             bool result = frame.hasDefer && isIncoming(r) &&
                                           r + static_cast<Reg>(k) - kIncomingBase >= static_cast<Reg>(frame.argSlots);
                             if (at < 0 || isPinned || result || (now[at / 64] >> (at % 64) & 1)) dead = false;
                           }
                         });
          for (int k = 0; k < 3; ++k) {
            if (info.role[k] == Role::Addr && addrAccess(in.op, k) != Access::Read) any = false;
          }
          if ((in.op == Op::Mov || in.op == Op::Mov2 || in.op == Op::Mov3) && in.a == in.b) dead = any = true;
          if (any && dead) {
            in.dead = true;
            changed = true;
            continue;
          }
        }
        stepBack(in, set, frame, now);
      }
    }
    if (!changed) break;
  }
}

}  // namespace burrow::codegen
