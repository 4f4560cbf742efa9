// Arguments, environment and end of the process.

#include <unistd.h>

#include "vm/heap/heap.h"
#include "vm/native/native.h"
#include "vm/sched/sched_internal.h"

extern char** environ;

namespace burrow::vm {
namespace {

NATIVE(args) {
  putStrings(g, 0, programOptions.args);
  return Next::Run;
}
NATIVE(envs) {
  std::vector<std::string> list;
  for (char** e = environ; *e; ++e) list.emplace_back(*e);
  putStrings(g, 0, list);
  return Next::Run;
}
NATIVE(exitNow) { exitProcess(static_cast<int>(a[0])); }
NATIVE(nothing) { return Next::Run; }
NATIVE(pageSize) { a[0] = static_cast<Slot>(sysconf(_SC_PAGESIZE)); return Next::Run; }

constexpr NativeEntry kTable[] = {
    {"os.runtime_args", args},
    {"syscall.runtime_envs", envs},
    {"os.runtime_beforeExit", nothing},
    {"syscall.Exit", exitNow},
    {"syscall.Getpagesize", pageSize},
    {"syscall.runtime_BeforeFork", nothing},
    {"syscall.runtime_AfterFork", nothing},
    {"syscall.runtime_AfterForkInChild", nothing},
    {"syscall.runtime_BeforeExec", nothing},
    {"syscall.runtime_AfterExec", nothing},
};

}  // namespace

void registerOs() { addNatives(kTable); }

}  // namespace burrow::vm
