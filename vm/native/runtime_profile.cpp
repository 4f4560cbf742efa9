// Profiles as package runtime gives them out: records of sampled allocations, of blocking and of contention, and samples of CPU time.

#include "vm/machine/machine.h"
#include "vm/native/native.h"
#include "vm/profile/contention.h"
#include "vm/profile/cpu.h"
#include "vm/profile/memory.h"
#include "vm/profile/profile.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm {
namespace {

/// Copies a stack to a []uintptr; how much of it.
Slot putStack(std::span<const Insn* const> stack, const Slot* slice) {
  size_t n = std::min<size_t>(stack.size(), slice[1]);
  std::memcpy(ptr(slice[0]), stack.data(), n * sizeof(Slot));
  return n;
}

NATIVE(memProfileCount) { a[0] = memoryRecords().size(); return Next::Run; }

/// memProfileRecord(i int, pcs []uintptr) (allocBytes, freeBytes, allocObjects, freeObjects int64, n int)
NATIVE(memProfileRecord) {
  const MemoryRecord& r = memoryRecords()[a[0]];
  a[4] = r.allocs * r.size;
  a[5] = r.frees * r.size;
  a[6] = r.allocs;
  a[7] = r.frees;
  a[8] = putStack(stackOf(r.stack), a + 1);
  return Next::Run;
}

const std::vector<ContentionRecord>& contentionRecords(Slot mutex) { return mutex ? mutexRecords() : blockRecords(); }

NATIVE(contentionCount) { a[1] = contentionRecords(a[0] & 1).size(); return Next::Run; }

/// contentionRecord(mutex bool, i int, pcs []uintptr) (count, cycles int64, n int)
NATIVE(contentionRecord) {
  const ContentionRecord& r = contentionRecords(a[0] & 1)[a[1]];
  a[5] = static_cast<Slot>(static_cast<int64_t>(r.count));
  a[6] = static_cast<Slot>(static_cast<int64_t>(r.nanos));
  a[7] = putStack(stackOf(r.stack), a + 2);
  return Next::Run;
}

NATIVE(setBlockRate) { setBlockProfileRate(static_cast<int64_t>(a[0])); return Next::Run; }
NATIVE(setMutexFraction) { a[1] = static_cast<Slot>(setMutexProfileFraction(static_cast<int64_t>(a[0]))); return Next::Run; }

NATIVE(startCPU) { a[1] = startCpuSampling(static_cast<int64_t>(a[0])); return Next::Run; }
NATIVE(stopCPU) { stopCpuSampling(); return Next::Run; }

/// cpuSample(pcs []uintptr) (labels unsafe.Pointer, n int, ok bool)
NATIVE(cpuSample) {
  static CpuSample sample;
  if (!takeCpuSample(sample)) return Next::Run;
  a[3] = slot(sample.labels);
  a[4] = putStack(sample.pcs, a);
  a[5] = 1;
  return Next::Run;
}
NATIVE(lostCPUSamples) { a[0] = takeLostCpuSamples(); return Next::Run; }
NATIVE(threads) { a[0] = static_cast<Slot>(threadCount()); return Next::Run; }

constexpr NativeEntry kTable[] = {
    {"runtime.memProfileCount", memProfileCount},
    {"runtime.memProfileRecord", memProfileRecord},
    {"runtime.contentionCount", contentionCount},
    {"runtime.contentionRecord", contentionRecord},
    {"runtime.setBlockRate", setBlockRate},
    {"runtime.setMutexFraction", setMutexFraction},
    {"runtime.startCPU", startCPU},
    {"runtime.stopCPU", stopCPU},
    {"runtime.cpuSample", cpuSample},
    {"runtime.lostCPUSamples", lostCPUSamples},
    {"runtime.threadCount", threads},
};

/// Whether a loaded package other than runtime mentions a function or variable.
bool isMentioned(std::string_view name) {
  for (const Module* m : allModules()) {
    if (m->path == "runtime") continue;
    for (uint64_t i = 0; i < m->image.refsCount(); i++)
      if (m->image.string(m->image.refs()[i].name) == name) return true;
  }
  return false;
}

}  // namespace

void startOwnProfiles() {
  bool pprof = findModule("runtime/pprof");
  plainCallsNoted |= pprof;
  if (memorySampling || (!pprof && !isMentioned("runtime.MemProfile"))) return;
  if (void* rate = lookupSymbol("runtime.MemProfileRate")) enableMemorySampling(static_cast<const int64_t*>(rate));
}

void registerRuntimeProfile() { addNatives(kTable); }

}  // namespace burrow::vm
