// From loaded images to a running program.
#include "vm/vm.h"

#include <unistd.h>

#include <new>

#include "vm/heap/heap.h"
#include "vm/native/native.h"
#include "vm/profile/profile.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {

/// The vm's own memory ran out. Nothing may be allocated any more, so there is no traceback.
[[noreturn]] static void outOfMemory() {
  static constexpr char kText[] = "fatal error: out of memory\n";
  (void)!write(2, kText, sizeof kText - 1);
  _exit(2);
}

void prepareProgram(const RunOptions& options) {
  std::set_new_handler(outOfMemory);
  programOptions = options;
  vmConfig = options.config;
  registerAllNatives();
  HeapConfig heap;
  heap.gogc = vmConfig.gogc;
  heap.maxHeap = vmConfig.maxHeap;
  heap.memoryLimit = vmConfig.memoryLimit;
  heap.collectAlways = heap.verify = vmConfig.stressCollect;
  heapInit(heap);
}

int runProgram(const RunOptions& options) {
  prepareProgram(options);
  // Package initialisers and main.main are called from there.
  static Closure start{runtimeFunc("runtime.main"), {}};
  startGoroutine(nullptr, &start);
  startOwnProfiles();
  if (machineHooks.ticks) startMonitor(true);
  return runScheduler();
}

}  // namespace burrow::vm
