#include "tests/fuzz/runner.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/subprocess.h"

namespace burrow::fuzz {

Runner::Runner(const Subject& subject, std::string dir, std::string goRoot, double seconds)
    : modes(subject.modes), subject_(subject), dir_(std::move(dir)), goRoot_(std::move(goRoot)), seconds_(seconds) {
  if (!goRoot_.empty()) modes.push_back({"gc", {}, true});
}

Runner::File::~File() {
  for (const std::string& name : {go(), image(), binary()}) ::unlink(name.c_str());
  std::error_code ignored;
  std::filesystem::remove_all(cache(), ignored);
}

std::unique_ptr<Runner::File> Runner::prepare(const std::vector<Program>& programs) {
  auto file = std::make_unique<File>(dir_ + "/f" + std::to_string(files_++));
  std::ofstream(file->go()) << subject_.file(programs);
  if (subject_.compileOnce) {
    test::Command c;
    c.limits.seconds = seconds_;
    c.argv = {test::burrowPath(), "build", "--no-cache", "-o", file->image(), file->go()};
    file->hasImage = test::runCommand(c).status == 0;  // if not, running the source says why
  } else {
    // What modes compile alike is compiled once; std without escape analysis once for all files.
    std::error_code ignored;
    std::filesystem::create_directories(dir_ + "/std-escape-off", ignored);
    std::filesystem::create_directories(file->cache(), ignored);
    std::filesystem::create_symlink(dir_ + "/std-escape-off", file->cache() + "/std-escape-off", ignored);
  }
  return file;
}

/// Objects and bytes in what burrow tool counts prints.
static std::string totalOf(const std::string& counts, const std::string& of) {
  std::string heading = "\ntotal\t" + of + "\t";
  size_t at = counts.find(heading);
  if (at == std::string::npos) return "no " + of;
  at += heading.size();
  return counts.substr(at, counts.find('\n', at) - at);
}

Outcome Runner::run(const File& file, const Mode& mode) {
  Outcome outcome;
  test::Command c;
  if (mode.gc) {
    c.argv = {goRoot_ + "/bin/go", "build", "-o", file.binary(), file.go()};
    c.env["GOFLAGS"] = "-gcflags=-c=1";
    c.limits.seconds = 600;
    test::CommandResult built = test::runCommand(c);
    if (built.status != 0) {
      outcome.compiled = false;
      outcome.trouble = built.describe() + "\n" + built.err.substr(0, 2000);
      return outcome;
    }
    c.env.clear();
    c.argv = {file.binary()};
  } else {
    c.argv = {test::burrowPath()};
    for (const char* word : mode.counted ? std::vector<const char*>{"tool", "counts"} : std::vector<const char*>{"run"}) c.argv.push_back(word);
    if (file.hasImage) c.argv.push_back("--no-cache");
    else c.env["BURROW_CACHE"] = file.cache();
    c.argv.insert(c.argv.end(), mode.flags.begin(), mode.flags.end());
    c.argv.push_back(file.hasImage ? file.image() : file.go());
  }
  c.limits.seconds = seconds_;
  test::CommandResult result = test::runCommand(c);
  std::istringstream in(result.out);
  for (std::string line; std::getline(in, line);) outcome.lines[line.substr(0, line.find(' '))] = line;
  outcome.status = result.status;
  if (mode.counted && result.status == 0 && totalOf(result.err, "heap") != totalOf(result.err, "memstats")) {
    outcome.lines.clear();
    outcome.trouble = "objects at sites " + totalOf(result.err, "heap") + ", of the heap " + totalOf(result.err, "memstats");
  }
  if (result.status != 0) {
    outcome.compiled = result.status != 1 || !result.out.empty();
    outcome.trouble = result.describe() + "\n" + result.err.substr(0, 3000);
  }
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
  std::unique_ptr<File> file = prepare({program});
  Outcome reference = run(*file, modes[0]);
  if (!reference.compiled || reference.lines.empty()) return false;
  for (int i = 0; i < repeat; ++i) {
    if (compare({program}, reference, run(*file, mode), what) >= 0) return true;
  }
  return false;
}

}  // namespace burrow::fuzz
