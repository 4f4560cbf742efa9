// Tools outside of this process that want to know of machine code: perf and gdb. Called by whoever makes code known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "jit/notes.h"
#include "vm/machine/machine.h"

namespace burrow::jit {

/// A piece of code with the source lines it comes from.
struct CodeLines {
  struct Line {
    uint32_t offset, line;
    std::string_view file;
  };
  std::vector<Line> lines;
};

struct ObserveOptions {
  bool perf = false;   ///< /tmp/perf-PID.map, and jit-PID.dump for `perf inject --jit`, in perfDir
  bool gdb = false;    ///< the interface that gdb reads code from
  std::string perfDir; ///< empty: $JITDUMPDIR, or the current directory
};

/// Once, before code is made. False with the reason if a file cannot be written.
bool observe(const ObserveOptions& options, std::string* error);
/// Code that is in place: a function's (`name` as Go has it), or a stub.
void observeCode(const char* begin, const char* end, std::string_view name, const CodeLines& lines);
/// The same for a function just compiled. `tier`: in brackets behind its name, unless empty.
void observeFunction(const vm::MachineCode& code, std::string_view tier, const std::vector<Notes::Place>& places);
bool observing();

// ---- perf.cpp
bool openPerf(const std::string& dir, std::string* error);
void perfCode(const char* begin, const char* end, const std::string& name, const CodeLines& lines);
// ---- gdb.cpp
/// How frames of code are unwound: functions have the frame of vm/bytecode/frame.h, helpers' stubs keep the stack pointer in rbx.
enum class FrameKind : uint8_t { Function, Helper, None };
void gdbCode(const char* begin, const char* end, const std::string& name, FrameKind kind);

}  // namespace burrow::jit
