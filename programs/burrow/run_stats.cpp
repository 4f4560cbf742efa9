// What a run says about itself for burrow bench: a JSON file, written when the program ends.
#include <chrono>
#include <fstream>
#include <string>

#include "jit/jit.h"
#include "profiler/bench/experiment.h"
#include "profiler/file/profile_file.h"
#include "programs/burrow/session.h"
#include "vm/heap/heap.h"
#include "vm/sched/sched_internal.h"

namespace burrow {

namespace {

using Clock = std::chrono::steady_clock;
const Clock::time_point processBegan = Clock::now();

std::string statsFile;
uint64_t startNanos = 0;

/// VmHWM: unlike what wait4 tells it does not count the process that started this one.
uint64_t peakResident() {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) * 1024;
  return 0;
}

void write(int) {
  vm::HeapStats heap = vm::heapStats();
  jit::Totals code = jit::totals();
  profiler::RunStats s;
  s.allocatedObjects = heap.mallocs;
  s.allocatedBytes = heap.totalAlloc;
  s.collections = heap.numGC;
  s.pauseNanos = heap.pauseTotalNs;
  s.heapSysBytes = heap.heapSys;
  s.peakResidentBytes = peakResident();
  s.jitNanos = code.nanoseconds;
  s.jitCodeBytes = code.codeBytes;
  s.jitFunctions = code.functions;
  s.startNanos = startNanos;
  profiler::writeReport(statsFile, profiler::toJson(s));
}

}  // namespace

void writeRunStatsAtExit(const std::string& file) {
  statsFile = file;
  startNanos = static_cast<uint64_t>(std::chrono::nanoseconds(Clock::now() - processBegan).count());
  vm::addExitHook(write);
}

}  // namespace burrow
