// The end of the process, and what is to be done before it.
#include <unistd.h>

#include <vector>

#include "vm/sched/sched_internal.h"

namespace burrow::vm {

static std::vector<void (*)(int)> exitHooks;

void addExitHook(void (*hook)(int)) { exitHooks.push_back(hook); }

void runExitHooks(int status) {
  while (!exitHooks.empty()) {
    void (*hook)(int) = exitHooks.back();
    exitHooks.pop_back();
    hook(status);
  }
}

void exitProcess(int status) {
  runExitHooks(status);
  _exit(status);
}

}  // namespace burrow::vm
