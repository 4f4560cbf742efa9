#include "jit/stats.h"

#include <fmt/format.h>

namespace burrow::jit {

CompileStats compileStats;

namespace {

void reasons(std::string& out, const char* what, const std::map<std::string, std::vector<std::string>>& list) {
  constexpr size_t kNames = 12;
  for (const auto& [why, functions] : list) {
    out += fmt::format("jit: {} {}: {}:", functions.size(), what, why);
    for (size_t i = 0; i < functions.size() && i < kNames; i++) out += " " + functions[i];
    if (functions.size() > kNames) out += fmt::format(" and {} more", functions.size() - kNames);
    out += "\n";
  }
}

}  // namespace

std::string statsText(const CompileStats& s, const BackgroundStats* background) {
  static const char* names[] = {"templates", "optimized", "loops"};
  TierStats all;
  for (const TierStats& t : s.tiers) all.codeBytes += t.codeBytes, all.bytecodeWords += t.bytecodeWords;
  std::string out = fmt::format("jit: {} functions, {} words of bytecode, {} bytes of code, {:.1f} ms; {} not compiled\n", s.functions(),
                                all.bytecodeWords, all.codeBytes, static_cast<double>(s.nanoseconds) / 1e6, s.failed);
  for (int i = 0; i < kTiers; i++) {
    const TierStats& t = s.tiers[i];
    if (!t.functions) continue;
    out += fmt::format("jit: {}: {} functions, {} words, {} bytes ({:.1f} a byte of bytecode), {:.1f} ms, {:.0f} us a function\n", names[i], t.functions,
                       t.bytecodeWords, t.codeBytes, static_cast<double>(t.codeBytes) / static_cast<double>(t.bytecodeWords * 8),
                       static_cast<double>(t.nanoseconds) / 1e6, static_cast<double>(t.nanoseconds) / 1e3 / static_cast<double>(t.functions));
  }
  reasons(out, "not optimized", s.bailed);
  reasons(out, "not compiled", s.refused);
  if (background) out += fmt::format("jit: in the background; at the end {} waited, {} were finished but not used\n", background->waiting, background->unused);
  return out;
}

}  // namespace burrow::jit
