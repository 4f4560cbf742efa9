// Runs a command under limits, in a process group of its own that nothing outlives.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace burrow::test {

struct CommandLimits {
  double seconds = 180;
  size_t outputBytes = 64u << 20;  ///< of each stream; more stops the command
};

struct CommandResult {
  int status = -1;  ///< exit status, or minus the signal
  bool timedOut = false;
  bool tooMuchOutput = false;
  std::string out, err;  ///< with `merge`, all of it in `out`, in order
  double seconds = 0, cpuSeconds = 0;
  /// "exit status 2", "signal: killed", "timed out after 60 s".
  std::string describe() const;
};

struct Command {
  std::vector<std::string> argv;
  std::string dir;                         ///< empty: the current one
  std::map<std::string, std::string> env;  ///< in addition to this process's
  std::string input;                       ///< standard input; empty: /dev/null
  bool merge = false;                      ///< standard error into standard output
  CommandLimits limits;
};

CommandResult runCommand(const Command& command);

/// The burrow under test: $BURROW, or the one of this build.
std::string burrowPath();
/// Splits at white space; quotes of both kinds group, a backslash escapes.
std::vector<std::string> splitQuoted(const std::string& text);
std::string readWholeFile(const std::string& path, bool* exists = nullptr);
/// The first line where the two differ, for a message.
std::string firstDifference(const std::string& got, const std::string& want);
/// Adds a line "suite<TAB>run<TAB>passed<TAB>failed<TAB>expected<TAB>skipped" to $BURROW_COUNTS, if
/// that is set.
void recordCounts(const std::string& suite, int run, int passed, int failed, int expected,
                  int skipped);

}  // namespace burrow::test
