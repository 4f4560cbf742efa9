// Runs a command once and measures it.
#pragma once

#include <string>
#include <vector>

namespace burrow::profiler {

struct Measured {
  int status = -1;                ///< exit status, or 128 plus the signal
  double wallSeconds = 0, cpuSeconds = 0;
  uint64_t peakResidentBytes = 0;
  uint64_t outputHash = 0;        ///< of standard output
  std::string output;             ///< standard output, if it was asked for
  std::string error;              ///< it could not be started; else the end of standard error
};

struct RunRequest {
  std::vector<std::string> command;
  std::string inputFile;          ///< standard input; empty: nothing
  bool keepOutput = false;
};

Measured runOnce(const RunRequest& request);
/// Load of the machine over the last minute.
double machineLoad();

}  // namespace burrow::profiler
