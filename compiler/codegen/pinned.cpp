// Which frame storage that pointers lead to holds something at which point.
//
// Nobody knows all pointers into such storage, so its slots stay in the maps for moving the stack from when they are written until
// Code::storageEnds says that no pointer can be left (the end of a loop's body, by the rules of escape analysis), or to the end of
// the function. (The collector finds out which of it is still in use: see ImageStackMap.) Where paths meet of which only some have written a slot, the maps could name garbage: those slots are zeroed on
// entry instead and named by every map. So it is in a function with deferred calls, where a panic leads from anywhere to the code that
// runs them.
//
// Most instructions have nothing to do with such slots: what the others do to them is collected once, and the dataflow goes over that.
#include "compiler/codegen/pinned.h"

#include <algorithm>

namespace burrow::codegen {

namespace {

/// Calls f(word, mask) for a run of bits.
template <class F>
void forRun(uint32_t first, uint32_t count, F f) {
  while (count) {
    uint32_t bit = first % 64, n = std::min(count, 64 - bit);
    f(first / 64, (n == 64 ? ~uint64_t{0} : (uint64_t{1} << n) - 1) << bit);
    first += n, count -= n;
  }
}

}  // namespace

void PinnedSlots::findSlots(const FrameInfo& frame) {
  slots_.clear();
  if (std::find(frame.pinned.begin(), frame.pinned.end(), true) == frame.pinned.end()) return;
  size_t locals = frame.localPtr.size();
  rank_.resize(locals + 1);
  for (unsigned i = 0; i < locals; ++i) {
    rank_[i] = static_cast<uint32_t>(slots_.size());
    if (frame.localPtr[i] && frame.pinned[i]) slots_.push_back(i);
  }
  rank_[locals] = static_cast<uint32_t>(slots_.size());
  words_ = (slots_.size() + 63) / 64;
  always_.assign(words_, 0);
  for (size_t k = 0; k < slots_.size(); ++k)
    if (frame.hasDefer || frame.zeroedAtEntry(slots_[k])) always_[k / 64] |= uint64_t{1} << (k % 64);
}

void PinnedSlots::add(Event::Kind kind, int at, Reg r, uint32_t n) {
  if (!isLocal(r)) return;
  size_t locals = rank_.size() - 1, slot = std::min(static_cast<size_t>(r - kLocalBase), locals);
  uint32_t first = rank_[slot], count = rank_[std::min(slot + n, locals)] - first;
  if (count) events_.push_back({kind, at, first, count});
}

void PinnedSlots::findEvents(const Code& code) {
  events_.clear();
  auto end = code.storageEnds.begin();
  for (int i = 0; i < static_cast<int>(code.ins.size()); ++i) {
    for (; end != code.storageEnds.end() && end->at <= i; ++end) add(Event::Ends, i, end->reg, end->slots);
    const Ins& in = code.ins[static_cast<size_t>(i)];
    if (in.dead) continue;
    forEachOperand(in, [](Reg, uint32_t) {}, [&](Reg r, uint32_t n) { add(Event::Written, i, r, n); });
    const OpInfo& op = opInfo(in.op);
    for (int k = 0; k < 3; ++k)
      if (op.role[k] == Role::Addr && addrAccess(in.op, k) != Access::Read) add(Event::Touched, i, in.operand(k), in.n[k]);
    if (StorageUse storage = storageUse(in); storage.fills) add(Event::Written, i, storage.reg, storage.slots);
  }
}

/// Which events and safepoints belong to which block.
void PinnedSlots::split(const Liveness& live) {
  auto blocks = static_cast<size_t>(live.blocks());
  parts_.resize(blocks + 1);
  uint32_t event = 0, safepoint = 0;
  for (size_t b = 0; b < blocks; ++b) {
    int begin = live.begin(static_cast<int>(b));
    while (event < events_.size() && events_[event].at < begin) ++event;
    while (safepoint < safepoints_.size() && safepoints_[safepoint] < begin) ++safepoint;
    parts_[b] = {event, safepoint};
  }
  parts_[blocks] = {static_cast<uint32_t>(events_.size()), static_cast<uint32_t>(safepoints_.size())};
}

void PinnedSlots::apply(const Event& e) {
  uint64_t *written = now_.data(), *touched = written + words_;
  forRun(e.first, e.count, [&](uint32_t w, uint64_t mask) {
    switch (e.kind) {
      case Event::Ends:
        written[w] &= ~mask;
        touched[w] &= ~mask;
        break;
      case Event::Written: written[w] |= mask; [[fallthrough]];
      case Event::Touched: touched[w] |= mask; break;
    }
  });
}

/// Calls f(k) at the block's k-th safepoint, with the state there in now_.
template <class F>
void PinnedSlots::forSafepoints(size_t block, F f) {
  std::copy_n(writtenIn(block), 2 * words_, now_.data());
  uint32_t event = parts_[block].event, first = parts_[block].safepoint, last = parts_[block + 1].safepoint;
  for (uint32_t s = first; s < last; ++s) {
    for (int i = safepoints_[s]; event < parts_[block + 1].event; ++event) {
      const Event& e = events_[event];
      if (e.at > i || (e.at == i && e.kind != Event::Ends)) break;
      apply(e);
    }
    f(s - first);
  }
}

void PinnedSlots::solve(const Code& code, const FrameInfo& frame, const Liveness& live, std::span<const int> safepoints) {
  findSlots(frame);
  if (none()) return;
  safepoints_ = safepoints;
  findEvents(code);
  split(live);
  auto blocks = static_cast<size_t>(live.blocks());
  now_.resize(2 * words_);
  in_.resize(std::max<size_t>(blocks, 1) * 2 * words_);
  std::fill(in_.begin(), in_.end(), 0);
  for (size_t b = 1; b < blocks; ++b) forRun(0, static_cast<uint32_t>(slots_.size()), [&](uint32_t w, uint64_t mask) { writtenIn(b)[w] = mask; });
  seen_.assign(blocks, 0);
  queued_.assign(blocks, 0);
  work_.clear();
  auto visit = [&](int b) {
    if (!queued_[static_cast<size_t>(b)]) work_.push_back(b);
    queued_[static_cast<size_t>(b)] = 1;
  };
  if (blocks) visit(0);
  if (code.deferReturn >= 0 && code.labels[code.deferReturn] < static_cast<int>(code.ins.size()))
    visit(live.blockOf(code.labels[code.deferReturn]));
  for (size_t next = 0; next < work_.size(); ++next) {
    auto b = static_cast<size_t>(work_[next]);
    queued_[b] = 0;
    seen_[b] = 1;
    std::copy_n(writtenIn(b), 2 * words_, now_.data());
    for (uint32_t e = parts_[b].event; e < parts_[b + 1].event; ++e) apply(events_[e]);
    for (int t : live.successors(static_cast<int>(b))) {
      auto to = static_cast<size_t>(t);
      uint64_t *written = writtenIn(to), *touched = touchedIn(to);
      bool changed = !seen_[to];
      for (size_t w = 0; w < words_; ++w) {
        uint64_t bothWritten = written[w] & now_[w], eitherTouched = touched[w] | now_[words_ + w];
        changed |= bothWritten != written[w] || eitherTouched != touched[w];
        written[w] = bothWritten;
        touched[w] = eitherTouched;
      }
      if (changed) visit(t);
    }
  }
  for (size_t b = 0; b < blocks; ++b) {
    if (!seen_[b]) continue;
    forSafepoints(b, [&](size_t) {
      for (size_t w = 0; w < words_; ++w) always_[w] |= now_[words_ + w] & ~now_[w];
    });
  }
}

void PinnedSlots::enter(int block) {
  if (none()) return;
  auto b = static_cast<size_t>(block);
  named_.resize((parts_[b + 1].safepoint - parts_[b].safepoint) * words_);
  forSafepoints(b, [&](size_t k) {
    for (size_t w = 0; w < words_; ++w) named_[k * words_ + w] = now_[w] | always_[w];
  });
}

}  // namespace burrow::codegen
