// Liveness: basic blocks, operands as ranges of slots, backward dataflow.
#include "compiler/codegen/liveness.h"

#include <algorithm>

namespace burrow::codegen {

void Liveness::findBlocks(const Code& code) {
  size_t n = code.ins.size();
  leader_.assign(n + 1, 0);
  leader_[0] = leader_[n] = 1;
  for (size_t i = 0; i < n; ++i) {
    const Ins& in = code.ins[i];
    if (in.dead) continue;
    if (in.target >= 0) leader_[code.labels[in.target]] = 1;
    if (in.table >= 0) {
      for (Label t : code.tables[in.table]) leader_[code.labels[t]] = 1;
    }
    if (in.target >= 0 || in.table >= 0 || (opInfo(in.op).effects & Ends)) leader_[i + 1] = 1;
  }
  if (code.deferReturn >= 0) leader_[code.labels[code.deferReturn]] = 1;
  blocks_.clear();
  blockOf_.resize(n + 1);
  for (size_t i = 0; i < n; ++i) {
    if (leader_[i]) blocks_.push_back({static_cast<int>(i), 0, 0, 0});
    blockOf_[i] = static_cast<int>(blocks_.size()) - 1;
    blocks_.back().end = static_cast<int>(i) + 1;
  }
  blockOf_[n] = static_cast<int>(blocks_.size());
}

void Liveness::addOperands(const Ins& in, InsRanges& out, const FrameInfo& frame) {
  Range uses[8];
  out.ranges = static_cast<uint32_t>(ranges_.size());
  auto range = [&](Reg r, uint32_t n) -> Range {
    uint32_t slot = isLocal(r) ? static_cast<uint32_t>(r - kLocalBase) : locals_ + static_cast<uint32_t>(r - kIncomingBase);
    if (slot >= total_) return {0, 0};  // the register of a value without slots
    return {slot, std::min(n, total_ - slot)};
  };
  bool defines = false, outside = false;
  forEachOperand(in,
                 [&](Reg r, uint32_t n) {
                   if (n && !isOutgoing(r)) uses[out.uses++] = range(r, n);
                 },
                 [&](Reg r, uint32_t n) {
                   defines = true;
                   if (n && isOutgoing(r)) outside = true;
                   if (!n || isOutgoing(r)) return;
                   ranges_.push_back(range(r, n));
                   ++out.defs;
                 });
  if (StorageUse s = storageUse(in); s.slots) {
    if (s.fills) {
      ranges_.push_back(range(s.reg, s.slots));
      ++out.defs;
    } else {
      uses[out.uses++] = range(s.reg, s.slots);
    }
  }
  if ((in.op == Op::LocalAddr || in.op == Op::IndexLocal) && isLocal(in.b)) {
    // A pointer to a part keeps the whole: the collector goes through all of it.
    auto slot = static_cast<unsigned>(in.b - kLocalBase);
    auto next = std::upper_bound(frame.storage.begin(), frame.storage.end(), slot,
                                 [](unsigned s, const FrameInfo::Range& r) { return s < r.slot; });
    if (next != frame.storage.begin() && slot - next[-1].slot < next[-1].count) uses[out.uses++] = {next[-1].slot, next[-1].count};
  }
  ranges_.insert(ranges_.end(), uses, uses + out.uses);
  if (in.op == Op::Return && frame.resultSlots) {
    ranges_.push_back(range(kIncomingBase + static_cast<Reg>(frame.argSlots), frame.resultSlots));
    ++out.uses;
  }
  const OpInfo& info = opInfo(in.op);
  out.pure = defines && !outside && info.effects == 0 && in.op != Op::CopySlice && in.op != Op::CopyStr;
  for (int k = 0; k < 3 && out.pure; ++k) {
    if (info.role[k] == Role::Addr && addrAccess(in.op, k) != Access::Read) out.pure = false;
  }
}

void Liveness::build(const Code& code, const FrameInfo& frame) {
  locals_ = static_cast<unsigned>(frame.localPtr.size());
  total_ = locals_ + frame.argSlots + frame.resultSlots;
  words_ = (total_ + 63) / 64;
  findBlocks(code);
  ins_.assign(code.ins.size(), {});
  ranges_.clear();
  successors_.clear();
  loops_ = false;
  for (int b = 0; b < blocks(); ++b) {
    Block& block = blocks_[b];
    block.firstSuccessor = static_cast<uint32_t>(successors_.size());
    bool falls = true;
    auto goesTo = [&](int s) {
      if (s >= blocks()) return;
      loops_ |= s <= b;
      successors_.push_back(s);
    };
    for (int i = block.begin; i < block.end; ++i) {
      const Ins& in = code.ins[i];
      ins_[i].dead = in.dead;
      if (in.dead) continue;
      addOperands(in, ins_[i], frame);
      if (in.target >= 0) goesTo(blockOf_[code.labels[in.target]]);
      if (in.table >= 0) {
        for (Label t : code.tables[in.table]) goesTo(blockOf_[code.labels[t]]);
      }
      if (opInfo(in.op).effects & Ends) falls = false;
    }
    if (falls) goesTo(b + 1);
    block.successors = static_cast<uint32_t>(successors_.size()) - block.firstSuccessor;
  }
  ranges_.push_back({0, 0});  // so that taking the address of the ranges of the last instruction is fine
  solved_ = false;
}

/// What a block reads before it writes it, and what it writes.
void Liveness::summarize(int b) {
  uint64_t *g = gen(b), *k = kill(b);
  for (int i = blocks_[b].end; i-- > blocks_[b].begin;) {
    if (ins_[i].dead) continue;
    for (const Range& r : defs(i)) clear(g, r), set(k, r);
    for (const Range& r : uses(i)) set(g, r);
  }
}

/// Recomputes a block from its successors; whether what is live at its start changed.
bool Liveness::update(int b) {
  uint64_t *live = in(b), *after = out(b), *g = gen(b), *k = kill(b);
  const Block& block = blocks_[b];
  for (uint32_t s = 0; s < block.successors; ++s) {
    const uint64_t* next = in(successors_[block.firstSuccessor + s]);
    for (unsigned w = 0; w < words_; ++w) after[w] |= next[w];
  }
  uint64_t changed = 0;
  for (unsigned w = 0; w < words_; ++w) {
    uint64_t now = g[w] | (after[w] & ~k[w]);
    changed |= now ^ live[w];
    live[w] = now;
  }
  return changed != 0;
}

void Liveness::solve() {
  if (solved_) return;
  solved_ = true;
  sets_.assign(std::max<size_t>(size_t{4} * words_ * blocks_.size(), 1), 0);
  for (int b = 0; b < blocks(); ++b) summarize(b);
  // Backwards through the code nearly every block follows its successors; loops take another round each.
  for (bool changed = true; changed;) {
    changed = false;
    for (int b = blocks(); b-- > 0;) changed |= update(b);
    changed &= loops_;
  }
}

}  // namespace burrow::codegen
