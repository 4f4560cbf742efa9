#include <map>

#include "profiler/report/exact_stacks.h"
#include "profiler/report/formats.h"
#include "profiler/strings.h"

namespace burrow::profiler {

namespace {

std::string lineOf(const Profile& p, const std::vector<uint32_t>& frames) {
  std::string line;
  for (size_t i = frames.size(); i-- > 0;) {
    std::string name = text(p, p.frames[frames[i]].function);
    for (char& c : name)
      if (c == ';') c = ':';   // separates frames
    line += (line.empty() ? "" : ";") + name;
  }
  return line;
}

}  // namespace

std::string toCollapsed(const Profile& p, Subject subject) {
  std::map<std::string, uint64_t> weights;
  if (subject == Subject::Alloc || subject == Subject::Gc) {
    for (const ExactStack& s : exactStacks(p)) {
      const Site& site = p.sites[s.site];
      if (!site.onHeap || s.frames.empty()) continue;
      std::string what = text(p, site.type).empty() ? text(p, site.kind) : text(p, site.kind) + " " + text(p, site.type);
      for (char& c : what)
        if (c == ';') c = ':';
      weights[lineOf(p, s.frames) + ";[" + what + "]"] += s.allocated.bytes;
    }
  } else {
    TimeKind kind = subject == Subject::Cpu ? TimeKind::Cpu : subject == Subject::Block ? TimeKind::Block : TimeKind::Mutex;
    for (const StackSample& s : stacksOf(p, kind))
      if (!s.frames.empty()) weights[lineOf(p, s.frames)] += s.nanoseconds;
  }
  std::string out;
  for (const auto& [line, weight] : weights)
    if (weight) out += line + " " + std::to_string(weight) + "\n";
  return out;
}

}  // namespace burrow::profiler
