// Files that start a program by themselves: the head of what build -o writes, and launchers. A launcher is a small file in the
// cache that says how a program was started; programs find it in os.Args[0] and start themselves again by it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "compiler/packages/loader.h"

namespace burrow {

inline constexpr size_t kMagicSize = 8;
inline constexpr std::string_view kProgramMagic = "BURROWP3", kLauncherMagic = "BURROWL1";

enum class FileKind : uint8_t { Other, Script, Launcher, Program };

/// What a file is that stands where a Go file could. A script is executable and begins with #!, but not ours.
struct FileHead {
  FileKind kind = FileKind::Other;
  size_t magic = 0;  ///< where the magic of launchers and programs is
};
FileHead headOf(const std::string& path);

/// The lines before the magic, which make the system start this burrow with the file. Their size is a multiple of 8.
std::string startLines();

/// How a program was started.
struct Launcher {
  std::string command;               ///< "run" or "test"
  std::vector<std::string> flags;    ///< as givenFlags has them
  std::vector<std::string> program;  ///< files, a directory or a package
  std::string dir;                   ///< where that was: paths are relative to it, and modules are looked up from it
  std::vector<std::pair<std::string, std::string>> environment;  ///< what Burrow was told by then
};

/// The path of the launcher `name` for a program started here and now, written if it is not there yet. Empty if that cannot be.
std::string launcherFor(const std::string& command, std::vector<std::string> flags, std::vector<std::string> program,
                        const std::string& name);
/// What is wrong with the file, or empty.
std::string loadLauncher(const std::string& path, Launcher& out);

/// The name that go gives the executable of a package; `first` is the first of the files if it was named by files.
std::string executableName(const PackageSource& source, const std::string& first);

/// Moves the process to where, and with what environment for Burrow, a launcher was made: the program is compiled there.
class LaunchPlace {
 public:
  explicit LaunchPlace(const Launcher& launcher);
  ~LaunchPlace() { leave(); }
  LaunchPlace(const LaunchPlace&) = delete;
  LaunchPlace& operator=(const LaunchPlace&) = delete;
  /// What is in the way, or empty.
  const std::string& error() const { return error_; }
  /// Back to where the process was, with its own environment.
  void leave();

 private:
  int here_ = -1;  ///< the directory left
  char** own_ = nullptr;
  std::vector<std::string> texts_;
  std::vector<char*> environment_;
  std::string error_;
};

}  // namespace burrow
