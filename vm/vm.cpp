// From loaded images to a running program.
#include "vm/vm.h"

#include "vm/heap/heap.h"
#include "vm/native/native.h"

namespace burrow::vm {

int runProgram(const RunOptions& options) {
  programOptions = options;
  vmConfig = options.config;
  registerAllNatives();
  HeapConfig heap;
  heap.gogc = vmConfig.gogc;
  heap.maxHeap = vmConfig.maxHeap;
  heap.collectAlways = vmConfig.stressCollect;
  heapInit(heap);
  // Package initialisers and main.main are called from there.
  static Closure start{runtimeFunc("runtime.main"), {}};
  startGoroutine(nullptr, &start);
  return runScheduler();
}

}  // namespace burrow::vm
