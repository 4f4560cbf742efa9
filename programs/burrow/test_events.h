// The events of `burrow test -json`: what go's test2json makes of the output of a test binary.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace burrow {

/// One line of JSON with a value for each name given; `output` may hold any bytes.
struct TestEvent {
  std::string action{}, test{}, output{}, failedBuild{}, key{}, value{}, path{};
  double elapsed = -1;
};

/// Turns the output of one package's tests into events. The output is read line by line; lines that
/// the testing package frames
/// ("=== RUN", "--- PASS:", marked with a control character) say which test is meant, everything
/// else is that test's output.
class TestEvents {
 public:
  /// `write` receives whole lines of JSON. The start event is written at once.
  TestEvents(std::string package, std::function<void(std::string_view)> write);
  void feed(std::string_view bytes);
  /// Writes what is left and the package's own result. `failedBuild`: the package whose compilation
  /// failed.
  void finish(bool passed, const std::string& failedBuild = {});

 private:
  void line(std::string_view text);
  void output(std::string_view text);
  void frame(std::string_view whole, std::string_view text);
  void report(std::string_view whole, std::string_view text, size_t depth);
  void flushReports(size_t depth);
  void emit(TestEvent e);

  std::string package_;
  std::function<void(std::string_view)> write_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::string pending_;   ///< an unfinished line
  bool midLine_ = false;  ///< its beginning was written already
  std::string test_;      ///< whose output follows
  std::vector<TestEvent>
      reports_;           ///< results that wait for the output below them, one a level of subtests
  bool marked_ = false;   ///< framing lines carry the mark: others are output
  bool skipped_ = false;  ///< no test files
};

/// `{"ImportPath":…,"Action":"build-output","Output":…}` and the like.
std::string buildEvent(const std::string& importPath, const std::string& action,
                       std::string_view output);

}  // namespace burrow
