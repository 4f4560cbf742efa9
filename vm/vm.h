// The public face of the virtual machine.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vm/sched/scheduler.h"

namespace burrow::vm {

struct RunOptions {
  VmConfig config;
  std::vector<std::string> args;            ///< os.Args, the program's name first
  std::string goroot;                       ///< runtime.GOROOT(), may be empty
  std::string godebugDefault;               ///< from go.mod and //go:debug
  std::string buildInfo;                    ///< runtime/debug.ReadBuildInfo's text
};

/// Natives and heap: what linking functions needs, and running them.
void prepareProgram(const RunOptions& options);
/// Runs the loaded program: every loaded module's init in dependency order, then main.main. Returns the exit status as
/// gc's run time gives it (2 after an unrecovered panic or fatal error). Images are loaded with link/linker.h beforehand.
int runProgram(const RunOptions& options);

}  // namespace burrow::vm
