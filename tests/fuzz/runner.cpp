#include "tests/fuzz/runner.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/support/subprocess.h"

namespace burrow::fuzz {

Runner::Runner(std::string dir, std::string goRoot, double seconds)
    : dir_(std::move(dir)), goRoot_(std::move(goRoot)), seconds_(seconds) {
  modes = {{"escape off", {"--escape=off"}},
           {"escape on", {}},
           {"escape on, stack stress", {"--stack-stress"}},
           {"escape on, gc stress", {"--gc-stress"}},
           {"escape on, both", {"--stack-stress", "--gc-stress"}},
           {"escape on, compiled", {"--jit=always"}},
           {"escape on, compiled, both", {"--jit=always", "--stack-stress", "--gc-stress"}},
           {"escape off, stack stress", {"--escape=off", "--stack-stress"}},
           {"escape off, gc stress", {"--escape=off", "--gc-stress"}}};
  if (!goRoot_.empty()) modes.push_back({"gc", {}, true});
}

Outcome Runner::run(const std::vector<Program>& programs, const Mode& mode) {
  std::string base = dir_ + "/f" + std::to_string(files_++), file = base + ".go";
  std::ofstream(file) << goFile(programs);
  Outcome outcome;
  test::Command c;
  c.limits.seconds = seconds_;
  if (mode.gc) {
    c.argv = {goRoot_ + "/bin/go", "build", "-o", base + ".bin", file};
    c.env["GOFLAGS"] = "-gcflags=-c=1";
    c.limits.seconds = 600;
    test::CommandResult built = test::runCommand(c);
    if (built.status != 0) {
      outcome.compiled = false;
      outcome.trouble = built.describe() + "\n" + built.err.substr(0, 2000);
    }
    c.env.clear();
    c.limits.seconds = seconds_;
    c.argv = {base + ".bin"};
  } else {
    c.argv = {test::burrowPath(), "run", "--no-cache"};
    c.argv.insert(c.argv.end(), mode.flags.begin(), mode.flags.end());
    c.argv.push_back(file);
  }
  if (outcome.compiled) {
    test::CommandResult result = test::runCommand(c);
    std::istringstream in(result.out);
    for (std::string line; std::getline(in, line);) outcome.lines[line.substr(0, line.find(' '))] = line;
    outcome.status = result.status;
    if (result.status != 0) {
      outcome.compiled = result.status != 1 || !result.out.empty();
      outcome.trouble = result.describe() + "\n" + result.err.substr(0, 3000);
    }
  }
  ::unlink(file.c_str());
  ::unlink((base + ".bin").c_str());
  return outcome;
}

int Runner::compare(const std::vector<Program>& programs, const Outcome& reference, const Outcome& other, std::string* what) const {
  for (size_t i = 0; i < programs.size(); ++i) {
    auto want = reference.lines.find(programs[i].name), got = other.lines.find(programs[i].name);
    bool missing = got == other.lines.end();
    if (want == reference.lines.end()) continue;
    if (!missing && want->second == got->second) continue;
    *what = "want: " + want->second + "\ngot:  " + (missing ? "nothing: " + other.trouble : got->second) + "\n";
    return static_cast<int>(i);
  }
  return -1;
}

bool Runner::differs(const Program& program, const Mode& mode, std::string* what) {
  Outcome reference = run({program}, modes[0]);
  if (!reference.compiled || reference.lines.empty()) return false;
  for (int i = 0; i < repeat; ++i) {
    if (compare({program}, reference, run({program}, mode), what) >= 0) return true;
  }
  return false;
}

}  // namespace burrow::fuzz
