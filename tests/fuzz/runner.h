// Runs generated programs in several modes and compares what they print.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/fuzz/fuzzer.h"

namespace burrow::fuzz {

/// What each program of a file printed, by name; programs that did not get that far are missing.
struct Outcome {
  std::map<std::string, std::string> lines;
  int status = 0;
  bool compiled = true;
  std::string trouble;             ///< the end of standard error, and how the process ended if not with 0
};

class Runner {
 public:
  /// `goRoot`: a gc tool chain to compare with, or empty. Files are made in `dir`.
  Runner(const Subject& subject, std::string dir, std::string goRoot, double seconds);

  std::vector<Mode> modes;         ///< the subject's, and gc if there is one

  /// A file on disk, compiled if that serves all modes, else with a cache of its own. Its files go with it.
  class File {
   public:
    explicit File(std::string base) : base_(std::move(base)) {}
    ~File();
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    std::string go() const { return base_ + ".go"; }
    std::string image() const { return base_ + ".burrow"; }
    std::string binary() const { return base_ + ".bin"; }
    std::string cache() const { return base_ + ".cache"; }
    bool hasImage = false;

   private:
    std::string base_;
  };
  std::unique_ptr<File> prepare(const std::vector<Program>& programs);
  Outcome run(const File& file, const Mode& mode);
  Outcome run(const std::vector<Program>& programs, const Mode& mode) { return run(*prepare(programs), mode); }
  /// The first program whose line in `mode` differs from the reference's, or -1. `*what` describes the difference.
  int compare(const std::vector<Program>& programs, const Outcome& reference, const Outcome& other, std::string* what) const;
  /// How often a program alone is run to see a difference that does not always show.
  int repeat = 1;
  /// Whether the program alone differs between the reference and a mode.
  bool differs(const Program& program, const Mode& mode, std::string* what);

 private:
  const Subject& subject_;
  std::string dir_, goRoot_;
  double seconds_;
  std::atomic<int> files_{0};
};

/// The smallest program found that still differs, by leaving out declarations and statements and opening blocks.
Program minimize(Runner& runner, const Program& program, const Mode& mode);

}  // namespace burrow::fuzz
