// Functions of std with other code in Burrow than in Go's tree, and what gc's are worth: their callers are to be inlined as gc would.
// A function that is written in assembly there and a native here needs no entry: neither is inlined.
#include <algorithm>
#include <string_view>

#include "compiler/inline/cost.h"

namespace burrow::inlining {

namespace {

struct Replaced {
  std::string_view symbol;
  int32_t cost;  ///< -1: gc does not inline it
};

constexpr Replaced kReplaced[] = {
    {"internal/chacha8rand.block", -1},
    {"internal/cpu.DataCacheSizes", -1},
    {"internal/cpu.Name", -1},
    {"internal/runtime/maps.(*Iter).Init", -1},
    {"internal/runtime/maps.(*Iter).Next", -1},
    {"runtime.(*MemProfileRecord).Stack", 24},
    {"runtime.(*Pinner).Unpin", -1},
    {"runtime.(*StackRecord).Stack", 20},
    {"runtime.BlockProfile", -1},
    {"runtime.Breakpoint", 59},
    {"runtime.CallersFrames", 18},
    {"runtime.Cleanup.Stop", -1},
    {"runtime.GOROOT", 72},
    {"runtime.Gosched", 62},
    {"runtime.MemProfile", -1},
    {"runtime.MutexProfile", -1},
    {"runtime.NumCPU", 3},
    {"runtime.NumCgoCall", 32},
    {"runtime.NumGoroutine", 57},
    {"runtime.ReadTrace", -1},
    {"runtime.SetBlockProfileRate", -1},
    {"runtime.SetCPUProfileRate", -1},
    {"runtime.SetCgoTraceback", -1},
    {"runtime.SetMutexProfileFraction", 21},
    {"runtime.StartTrace", -1},
    {"runtime.StopTrace", 60},
    {"runtime.ThreadCreateProfile", -1},
    {"runtime.UnlockOSThread", 48},
    {"runtime.Version", 2},
};
static_assert(std::is_sorted(std::begin(kReplaced), std::end(kReplaced), [](const Replaced& a, const Replaced& b) { return a.symbol < b.symbol; }));

}  // namespace

std::optional<int32_t> replacedCost(std::string_view symbol) {
  auto it = std::lower_bound(std::begin(kReplaced), std::end(kReplaced), symbol, [](const Replaced& r, std::string_view s) { return r.symbol < s; });
  if (it == std::end(kReplaced) || it->symbol != symbol) return std::nullopt;
  return it->cost;
}

}  // namespace burrow::inlining
