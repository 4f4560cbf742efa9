// Collects a Profile while a program runs in this process: tells the vm what to count and to sample, watches the heap from a thread of
// its own, and when the program ends, however it does, puts everything together.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "profiler/profile.h"

namespace burrow::profiler {

struct CollectOptions {
  bool sites = true;                        ///< exact counts, survivors, growth
  uint64_t allocSamplePeriod = 512 << 10;   ///< mean bytes between sampled allocation stacks; 0: none
  uint64_t cpuSamplePeriodNanos = 0;        ///< CPU time between samples; 0: none
  uint64_t blockPeriodNanos = 0;            ///< one event in so many nanoseconds blocked; 1: every one; 0: none
  uint32_t mutexFraction = 0;               ///< one contention in so many; 0: none
  uint64_t timelinePeriodNanos = 5'000'000; ///< between points of the heap's timeline, at first; 0: none
  std::vector<std::string> command;
  std::string jit, escape;                  ///< settings, for Meta
  int gogc = 100;
  uint32_t procs = 1;
};

class Collector {
 public:
  /// Before images are loaded and once a process. `finished` gets the profile when the program has ended: by its end, os.Exit, a fatal
  /// panic or error, or an interrupt, which the program then dies of. It may exit itself; `status` is the program's exit status.
  static void install(const CollectOptions& options, std::function<void(Profile profile)> finished);
  /// What is known so far, from any thread while the program runs: counts without what is alive, and no stacks.
  static Profile snapshot();
};

}  // namespace burrow::profiler
