// Fills a Profile's tables of strings and frames, each entry once.
#pragma once

#include <map>
#include <span>
#include <string_view>
#include <unordered_map>

#include "profiler/profile.h"
#include "vm/link/linker.h"

namespace burrow::profiler {

class FrameTable {
 public:
  explicit FrameTable(Profile& profile) : profile_(profile) {}
  StringId string(std::string_view s);
  /// A frame in the function called `function`.
  uint32_t frame(std::string_view function, std::string_view file, uint32_t line, uint32_t column, uint32_t startLine);
  /// The frame of a code address, itself and not what is around it.
  uint32_t frame(const vm::CodePosition& at);
  /// Appends the frame of an address in code, and those of the calls inlined around it.
  void append(std::vector<uint32_t>& frames, const Insn* pc);
  /// A call stack as runtime.Callers gives it: inlined calls have addresses of their own.
  std::vector<uint32_t> stack(std::span<const Insn* const> pcs);

 private:
  Profile& profile_;
  std::unordered_map<std::string_view, StringId> strings_;     ///< of text that outlives this: images' and the profile's own
  std::map<std::tuple<StringId, StringId, uint32_t, uint32_t>, uint32_t> frames_;
  std::unordered_map<const Insn*, uint32_t> byPc_;
};

/// Import path of a function by its symbol name: "a/b.c/d" of "a/b.c/d.(*T).m[x/y.Z].func1".
std::string_view packageOf(std::string_view function);

}  // namespace burrow::profiler
