// Stack maps: which slots of a frame hold live pointers at each safepoint.
#include <algorithm>

#include "compiler/codegen/code.h"
#include "compiler/codegen/liveness.h"
#include "compiler/codegen/pinned.h"

namespace burrow::codegen {

namespace {

/// Or-s `count` bits of `from` into `to`.
void orBits(uint64_t* to, unsigned toBit, const uint64_t* from, unsigned fromBit, unsigned count) {
  while (count) {
    unsigned n = std::min({count, 64 - toBit % 64, 64 - fromBit % 64});
    uint64_t bits = from[fromBit / 64] >> (fromBit % 64);
    if (n < 64) bits &= (uint64_t{1} << n) - 1;
    to[toBit / 64] |= bits << (toBit % 64);
    toBit += n, fromBit += n, count -= n;
  }
}

}  // namespace

/// `offset` has the word at which each instruction begins.
void Code::addMaps(const FrameInfo& frame, PinnedSlots& pinned, std::span<const int> safepoints, unsigned outgoing,
                   const std::vector<uint32_t>& offset, ImageBuilder::Function& out) {
  const Liveness& live = *liveness_;
  unsigned locals = static_cast<unsigned>(frame.localPtr.size()), incoming = frame.argSlots + frame.resultSlots;
  unsigned frameSlots = outgoing + locals + 1, words = live.words();
  unsigned mapWords = (frameSlots + kFrameHeaderSlots + incoming + 63) / 64;
  bool pairs = std::find(frame.pinned.begin(), frame.pinned.end(), true) != frame.pinned.end();
  if (pairs) out.flags |= kHasStorage;
  unsigned allWords = mapWords * (1 + pairs);
  auto put = [](uint64_t* bits, unsigned slot) { bits[slot / 64] |= uint64_t{1} << (slot % 64); };
  // Storage is live because a pointer to it is, or because the code reads it by name: here, or when deferred calls have run.
  static thread_local std::vector<uint64_t> reached;
  reached.assign(words, 0);
  for (FrameInfo::Range r : frame.storage) Liveness::set(reached.data(), {r.slot, r.count});
  if (deferReturn >= 0 && labels[deferReturn] < static_cast<int>(ins.size())) {
    const uint64_t* later = live.liveIn(live.blockOf(labels[deferReturn]));
    for (unsigned w = 0; w < words; ++w) reached[w] &= ~later[w];
  }
  // Pointer slots whose liveness alone says whether they are named, and those that always are.
  static thread_local std::vector<uint64_t> pointers, always, now, after, named;
  pointers.assign(words, 0);
  always.assign(words, 0);
  for (unsigned i = 0; i < locals; ++i) {
    if (frame.localPtr[i] && !frame.pinned[i]) pointers[i / 64] |= uint64_t{1} << (i % 64);
  }
  for (unsigned i = 0; i < incoming; ++i) {
    if (!frame.incomingPtr[i]) continue;
    unsigned at = locals + i;
    pointers[at / 64] |= uint64_t{1} << (at % 64);
    if (frame.hasDefer && i >= frame.argSlots) always[at / 64] |= uint64_t{1} << (at % 64);
  }
  named.resize(words);
  auto addMap = [&](uint32_t pc, const uint64_t* slots, size_t k) {
    uint64_t* map = out.maps.add(pc, allWords);
    if (!pinned.none()) {
      pinned.forNamed(k, [&](unsigned i) {
        put(map, outgoing + i);
        if ((slots[i / 64] | ~reached[i / 64]) >> (i % 64) & 1) put(map + mapWords, outgoing + i);
      });
    }
    for (unsigned w = 0; w < words; ++w) named[w] = (slots[w] & pointers[w]) | always[w];
    for (unsigned k = 0; k <= pairs; ++k) {
      orBits(map + k * mapWords, outgoing, named.data(), 0, locals);
      orBits(map + k * mapWords, frameSlots + kFrameHeaderSlots, named.data(), locals, incoming);
    }
  };
  if (pairs) {  // in reverse order, like the others
    uint64_t* memory = out.maps.add(kMemoryMapPc, allWords);
    for (unsigned i = 0; i < locals; ++i) {
      if (frame.pinned[i]) put(memory, outgoing + i);
    }
    // A piece ends where the next one begins, or something that is reached by address and no storage: a temporary. (Pieces that are used one
    // after another may share slots.)
    std::vector<uint64_t> covered(words);
    for (FrameInfo::Range r : frame.storage) Liveness::set(covered.data(), {r.slot, r.count});
    for (FrameInfo::Range r : frame.storage) {
      put(memory + mapWords, outgoing + r.slot);
      unsigned behind = unsigned{r.slot} + r.count;
      if (behind < locals && frame.pinned[behind] && !(covered[behind / 64] >> (behind % 64) & 1)) put(memory + mapWords, outgoing + behind);
    }
  }
  size_t left = safepoints.size();
  for (int b = live.blocks(); b-- > 0;) {
    // Above its first safepoint nobody asks about a block.
    size_t from = left;
    while (from > 0 && safepoints[from - 1] >= live.begin(b)) --from;
    if (from == left) continue;
    now.assign(live.liveOut(b), live.liveOut(b) + words);
    pinned.enter(b);
    for (int i = live.end(b); left > from; ) {
      --i;
      const Ins& in = ins[i];
      if (in.dead) continue;
      bool safepoint = safepoints[left - 1] == i;
      const uint64_t* slots = now.data();
      if (safepoint && (in.op == Op::Call || in.op == Op::CallClosure || in.op == Op::CallIface)) {
        // The callee owns the arguments; results and the closure register are not needed by this frame.
        after = now;
        for (const Liveness::Range& r : live.defs(i)) Liveness::clear(after.data(), r);
        slots = after.data();
      }
      live.stepBack(i, now.data());
      if (!safepoint) continue;
      size_t k = --left - from;
      if (in.far) addMap(offset[i] + 2, slots, k);  // the jump that goes far is the one that polls
      addMap(offset[i], slots, k);
    }
  }
  // On entry all arguments are live, whether the first instruction is a safepoint of its own or not.
  bool atEntry = !out.maps.empty() && out.maps.last().pc == 0;
  uint64_t* entry = atEntry ? out.maps.lastBits() : out.maps.add(0, allWords);
  for (unsigned k = 0; k <= pairs; ++k) {
    orBits(entry + k * mapWords, frameSlots + kFrameHeaderSlots, pointers.data(), locals, frame.argSlots);
  }
  out.maps.reverse();
}

}  // namespace burrow::codegen
