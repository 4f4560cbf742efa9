// What --jit-stats prints. Written by whoever compiles, one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace burrow::jit {

enum class Tier : uint8_t { Template, Optimized, Loop };  ///< Loop: optimized code that is entered at a loop
inline constexpr int kTiers = 3;

struct TierStats {
  uint64_t functions = 0, nanoseconds = 0, codeBytes = 0, bytecodeWords = 0;
};

struct CompileStats {
  TierStats tiers[kTiers];
  uint64_t nanoseconds = 0;  ///< all compiling, also in vain
  uint64_t failed = 0;       ///< functions that no tier takes
  /// Functions by the reason for which the optimizing tier left them to the templates, or no tier takes them.
  std::map<std::string, std::vector<std::string>> refused, bailed;
  uint64_t functions() const { return tiers[0].functions + tiers[1].functions; }
};
extern CompileStats compileStats;
/// Code that was finished in the background and that the program ended before using; functions waiting then.
struct BackgroundStats {
  uint64_t unused = 0, waiting = 0;
};

std::string statsText(const CompileStats& s, const BackgroundStats* background);

}  // namespace burrow::jit
