#include "jit/observe.h"

#include "vm/link/linker.h"

namespace burrow::jit {

namespace {
ObserveOptions wanted;
}

bool observing() { return wanted.perf || wanted.gdb; }

bool observe(const ObserveOptions& options, std::string* error) {
  wanted = options;
  if (wanted.perf && !openPerf(wanted.perfDir, error)) return wanted.perf = false;
  notes.places = wanted.perf;
  return true;
}

void observeCode(const char* begin, const char* end, std::string_view name, const CodeLines& lines) {
  if (wanted.perf) perfCode(begin, end, std::string(name), lines);
  if (wanted.gdb) gdbCode(begin, end, std::string(name), name == "burrow stub helper"        ? FrameKind::Helper
                                                         : name.starts_with("burrow stub") ? FrameKind::None
                                                                                           : FrameKind::Function);
}

void observeFunction(const vm::MachineCode& code, std::string_view tier, const std::vector<Notes::Place>& places) {
  CodeLines lines;
  for (const Notes::Place& place : places) {
    if (place.word == ~0u) continue;
    vm::CodePosition at = vm::codePosition(code.func->code + place.word);
    if (at.file.empty()) continue;
    if (!lines.lines.empty() && lines.lines.back().line == at.line && lines.lines.back().file == at.file) continue;
    lines.lines.push_back({place.offset, at.line, at.file});
  }
  std::string name(code.func->name);
  observeCode(code.begin, code.end, tier.empty() ? name : name + " [" + std::string(tier) + "]", lines);
}

}  // namespace burrow::jit
