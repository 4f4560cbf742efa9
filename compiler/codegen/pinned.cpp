// Which frame storage that pointers lead to holds something at which point.
//
// Nobody knows all pointers into such storage, so its slots stay in the maps for moving the stack from when they are written until
// Code::storageEnds says that no pointer can be left (the end of a loop's body, by the rules of escape analysis), or to the end of
// the function. (The collector finds out which of it is still in use: see ImageStackMap.) Where paths meet of which only some have written a slot, the maps could name garbage: those slots are zeroed on
// entry instead and named by every map. So it is in a function with deferred calls, where a panic leads from anywhere to the code that
// runs them.
#include "compiler/codegen/pinned.h"

#include <algorithm>

namespace burrow::codegen {

PinnedSlots::PinnedSlots(const Code& code, const FrameInfo& frame) : code_(code), frame_(frame) {
  for (unsigned i = 0; i < frame.localPtr.size(); ++i) {
    if (!frame.localPtr[i] || !frame.pinned[i]) continue;
    if (index_.empty()) index_.assign(frame.localPtr.size(), -1);
    index_[i] = static_cast<int>(slots_.size());
    slots_.push_back(i);
  }
  words_ = (slots_.size() + 63) / 64;
  always_.assign(words_, 0);
  for (unsigned i : slots_) {
    if (frame.hasDefer || frame.zeroedAtEntry(i)) set(always_, i);
  }
}

void PinnedSlots::change(Bits& bits, Reg r, uint32_t n, bool value) const {
  if (!isLocal(r)) return;
  for (uint32_t k = 0; k < n; ++k) {
    size_t slot = static_cast<size_t>(r - kLocalBase) + k;
    if (slot >= index_.size() || index_[slot] < 0) continue;
    uint64_t bit = uint64_t{1} << (index_[slot] % 64);
    uint64_t& word = bits[static_cast<size_t>(index_[slot]) / 64];
    word = value ? word | bit : word & ~bit;
  }
}

size_t PinnedSlots::endsBefore(int i) const {
  auto at = std::lower_bound(code_.storageEnds.begin(), code_.storageEnds.end(), i,
                             [](const Code::StorageEnd& e, int k) { return e.at < k; });
  return static_cast<size_t>(at - code_.storageEnds.begin());
}

void PinnedSlots::expire(State& s, int i, size_t& end) const {
  for (; end < code_.storageEnds.size() && code_.storageEnds[end].at <= i; ++end) {
    const Code::StorageEnd& e = code_.storageEnds[end];
    change(s.written, e.reg, e.slots, false);
    change(s.touched, e.reg, e.slots, false);
  }
}

void PinnedSlots::execute(State& s, const Ins& in) const {
  auto write = [&](Reg r, uint32_t n) {
    change(s.written, r, n, true);
    change(s.touched, r, n, true);
  };
  forEachOperand(in, [](Reg, uint32_t) {}, write);
  const OpInfo& op = opInfo(in.op);
  for (int k = 0; k < 3; ++k) {
    if (op.role[k] == Role::Addr && addrAccess(in.op, k) != Access::Read) change(s.touched, in.operand(k), in.n[k], true);
  }
  if (StorageUse storage = storageUse(in); storage.fills) write(storage.reg, storage.slots);
}

void PinnedSlots::solve(const Liveness& live, const std::function<bool(int)>& isSafepoint) {
  if (none()) return;
  auto blocks = static_cast<size_t>(live.blocks());
  Bits all(words_, ~uint64_t{0}), nothing(words_, 0);
  in_.assign(blocks, State{all, nothing});
  if (blocks) in_[0].written = nothing;
  std::vector<bool> seen(blocks, false), queued(blocks, false);
  std::vector<int> work;
  auto visit = [&](int b) {
    if (!queued[static_cast<size_t>(b)]) work.push_back(b);
    queued[static_cast<size_t>(b)] = true;
  };
  if (blocks) visit(0);
  if (code_.deferReturn >= 0 && code_.labels[code_.deferReturn] < static_cast<int>(code_.ins.size()))
    visit(live.blockOf(code_.labels[code_.deferReturn]));
  for (size_t next = 0; next < work.size(); ++next) {
    int b = work[next];
    auto at = static_cast<size_t>(b);
    queued[at] = false;
    seen[at] = true;
    State s = in_[at];
    size_t end = endsBefore(live.begin(b));
    for (int i = live.begin(b); i < live.end(b); ++i) {
      expire(s, i, end);
      const Ins& in = code_.ins[static_cast<size_t>(i)];
      if (!in.dead) execute(s, in);
    }
    for (int t : live.successors(b)) {
      State& to = in_[static_cast<size_t>(t)];
      bool changed = !seen[static_cast<size_t>(t)];
      for (size_t w = 0; w < words_; ++w) {
        uint64_t written = to.written[w] & s.written[w], touched = to.touched[w] | s.touched[w];
        changed |= written != to.written[w] || touched != to.touched[w];
        to.written[w] = written;
        to.touched[w] = touched;
      }
      if (changed) visit(t);
    }
  }
  for (size_t b = 0; b < blocks; ++b) {
    if (!seen[b]) continue;
    forBlock(live, static_cast<int>(b), [&](int i, const State& s) {
      if (!isSafepoint(i)) return;
      for (size_t w = 0; w < words_; ++w) always_[w] |= s.touched[w] & ~s.written[w];
    });
  }
}

void PinnedSlots::namedIn(const Liveness& live, int block, const std::function<bool(int)>& isSafepoint,
                          std::vector<std::vector<unsigned>>& out) const {
  out.clear();
  if (none()) return;
  forBlock(live, block, [&](int i, const State& s) {
    if (!isSafepoint(i)) return;
    std::vector<unsigned>& slots = out.emplace_back();
    for (size_t k = 0; k < slots_.size(); ++k) {
      if ((s.written[k / 64] | always_[k / 64]) >> (k % 64) & 1) slots.push_back(slots_[k]);
    }
  });
}

}  // namespace burrow::codegen
