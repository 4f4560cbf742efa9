#include "profiler/collect/frames.h"

#include <algorithm>
#include <tuple>

namespace burrow::profiler {

std::string_view packageOf(std::string_view function) {
  size_t end = std::min(function.find('['), function.size());
  size_t slash = function.substr(0, end).rfind('/');
  size_t dot = function.find('.', slash == function.npos ? 0 : slash);
  return dot == function.npos ? std::string_view() : function.substr(0, dot);
}

StringId FrameTable::string(std::string_view s) {
  if (s.empty()) return 0;
  auto [it, isNew] = strings_.try_emplace(s, static_cast<StringId>(profile_.strings.size()));
  if (isNew) profile_.strings.emplace_back(s);
  return it->second;
}

uint32_t FrameTable::frame(std::string_view function, std::string_view file, uint32_t line, uint32_t column, uint32_t startLine) {
  Frame f{string(function), string(file), line, column, startLine, string(packageOf(function))};
  auto [it, isNew] = frames_.try_emplace({f.function, f.file, line, column}, static_cast<uint32_t>(profile_.frames.size()));
  if (isNew) profile_.frames.push_back(f);
  return it->second;
}

uint32_t FrameTable::frame(const vm::CodePosition& at) { return frame(at.name, at.file, at.line, 0, at.startLine); }

void FrameTable::append(std::vector<uint32_t>& frames, const Insn* pc) {
  while (pc) {
    vm::CodePosition at = vm::codePosition(pc);
    if (!at.func) return;
    frames.push_back(frame(at));
    pc = at.caller;
  }
}

std::vector<uint32_t> FrameTable::stack(std::span<const Insn* const> pcs) {
  std::vector<uint32_t> frames;
  frames.reserve(pcs.size());
  for (const Insn* pc : pcs) {
    auto [it, isNew] = byPc_.try_emplace(pc, 0);
    if (isNew) {
      vm::CodePosition at = vm::codePosition(reinterpret_cast<const Insn*>(reinterpret_cast<uintptr_t>(pc) & ~uintptr_t{7}));
      if (at.func) it->second = frame(at);
    }
    if (it->second) frames.push_back(it->second);
  }
  return frames;
}

}  // namespace burrow::profiler
