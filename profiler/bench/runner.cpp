#include "profiler/bench/runner.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>

extern char** environ;

namespace burrow::profiler {

namespace {

/// A pipe whose write end a child gets.
struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) return;
    read = fds[0];
    write = fds[1];
  }
  ~Pipe() {
    close(read);
    closeWrite();
  }
  void closeWrite() {
    if (write >= 0) close(write);
    write = -1;
  }
};

/// Standard output as a hash (FNV-1a), and as text if it is wanted; of standard error the last 4 KiB.
class Collected {
 public:
  explicit Collected(bool keep) : keep_(keep) {}
  void output(const char* bytes, size_t n) {
    for (size_t i = 0; i < n; ++i) hash_ = (hash_ ^ static_cast<unsigned char>(bytes[i])) * 0x100000001b3u;
    if (keep_) text_.append(bytes, n);
  }
  void error(const char* bytes, size_t n) {
    error_.append(bytes, n);
    if (error_.size() > 8192) error_.erase(0, error_.size() - 4096);
  }
  void into(Measured& m) {
    m.outputHash = hash_;
    m.output = std::move(text_);
    m.error = std::move(error_);
  }

 private:
  bool keep_;
  uint64_t hash_ = 0xcbf29ce484222325u;
  std::string text_, error_;
};

/// Reads both pipes until their other ends are closed.
void drain(Pipe& out, Pipe& err, Collected& to) {
  pollfd fds[2] = {{out.read, POLLIN, 0}, {err.read, POLLIN, 0}};
  auto buffer = std::make_unique<char[]>(1 << 16);
  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    if (poll(fds, 2, -1) < 0 && errno != EINTR) return;
    for (int i = 0; i < 2; ++i) {
      if (fds[i].fd < 0 || !fds[i].revents) continue;
      ssize_t n = ::read(fds[i].fd, buffer.get(), 1 << 16);
      if (n <= 0) {
        if (n == 0 || errno != EINTR) fds[i].fd = -1;
      } else if (i == 0) {
        to.output(buffer.get(), static_cast<size_t>(n));
      } else {
        to.error(buffer.get(), static_cast<size_t>(n));
      }
    }
  }
}

double seconds(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }

}  // namespace

Measured runOnce(const RunRequest& request) {
  Measured m;
  Pipe out, err;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, request.inputFile.empty() ? "/dev/null" : request.inputFile.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write, 1);
  posix_spawn_file_actions_adddup2(&actions, err.write, 2);
  std::vector<char*> argv;
  for (const std::string& a : request.command) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  pid_t pid;
  auto began = std::chrono::steady_clock::now();
  int failed = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed) {
    m.error = request.command[0] + ": " + std::strerror(failed);
    return m;
  }
  out.closeWrite();
  err.closeWrite();
  Collected collected(request.keepOutput);
  drain(out, err, collected);
  int status = 0;
  rusage usage{};
  while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {}
  m.wallSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  m.cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  m.peakResidentBytes = static_cast<uint64_t>(usage.ru_maxrss) * 1024;
  m.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  collected.into(m);
  return m;
}

double machineLoad() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : 0;
}

}  // namespace burrow::profiler
