// The table of call stacks: numbers lie one after another in `words`, found by hash.
#include "vm/profile/stacks.h"

#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vm/panic/panic.h"

namespace burrow::vm {

namespace {

using Pcs = std::vector<const Insn*>;
std::deque<Pcs> stacks;                                        // addresses stay: they are keys
std::unordered_map<std::string_view, uint32_t> numbers;        // by the bytes of the stack

std::string_view bytesOf(std::span<const Insn* const> pcs) {
  return {reinterpret_cast<const char*>(pcs.data()), pcs.size_bytes()};
}

struct Capture {
  const Insn** out;
  unsigned count, max, skip;
};

bool captureFrame(void* ctx, const FrameView& frame) {
  auto& c = *static_cast<Capture*>(ctx);
  if (!frame.inlined && frame.func->flags & (kWrapper | kHidden)) return true;
  if (c.skip) {
    c.skip--;
    return true;
  }
  if (c.count == c.max) return false;
  c.out[c.count++] = reinterpret_cast<const Insn*>(reinterpret_cast<const char*>(frame.pc) + 1);
  return true;
}

}  // namespace

uint32_t internStack(std::span<const Insn* const> pcs) {
  if (auto it = numbers.find(bytesOf(pcs)); it != numbers.end()) return it->second;
  auto number = static_cast<uint32_t>(stacks.size());
  const Pcs& kept = stacks.emplace_back(pcs.begin(), pcs.end());
  numbers.emplace(bytesOf(kept), number);
  return number;
}

std::span<const Insn* const> stackOf(uint32_t number) { return stacks[number]; }

unsigned captureStack(Goroutine& g, const Insn** pcs, unsigned max, unsigned skip) {
  Capture c{pcs, 0, max, skip};
  if (g.fp) walkFrames(g, captureFrame, &c);
  return c.count;
}

uint32_t currentStack(Goroutine& g, unsigned skip) {
  const Insn* pcs[kMaxProfileFrames];
  unsigned n = captureStack(g, pcs, kMaxProfileFrames, skip);
  return internStack({pcs, n});
}

}  // namespace burrow::vm
