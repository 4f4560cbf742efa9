// The command line of burrow test, which is go test's.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace burrow {

struct TestFlags {
  std::vector<std::string> packages;
  std::vector<std::string> passed;   ///< arguments of the test binary
  std::vector<std::string> compile;  ///< flags of the compiler and the vm, for CLI11
  bool verbose = false, json = false, list = false, bench = false, failFast = false,
       profile = false;
  double timeout = 600;  ///< seconds; 0: none
  bool timeoutGiven = false, outputDirGiven = false;
  unsigned parallel = 0;  ///< packages at once
  bool showsPasses() const { return verbose || list; }
};

/// Reads the command line as go test does: flags may follow the packages; a flag that nobody knows,
/// and what follows it, is for the test binary. `app` knows the flags of the compiler and the vm.
/// Returns -1 to go on, or an exit status.
int parseTestFlags(const std::vector<std::string>& args, const CLI::App& app, TestFlags& out);

}  // namespace burrow
