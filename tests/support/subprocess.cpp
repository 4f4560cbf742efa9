#include "tests/support/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

namespace burrow::test {

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void child(const Command& c, int input, int output, int error) {
  setpgid(0, 0);
  if (!c.dir.empty() && chdir(c.dir.c_str()) != 0) _exit(126);
  for (const auto& [name, value] : c.env) setenv(name.c_str(), value.c_str(), 1);
  if (!c.dir.empty()) setenv("PWD", c.dir.c_str(), 1);
  rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  rlimit files{256u << 20, 256u << 20};
  setrlimit(RLIMIT_FSIZE, &files);
  dup2(input, 0);
  dup2(output, 1);
  dup2(error, 2);
  std::vector<char*> argv;
  for (const std::string& a : c.argv) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  _exit(127);
}

}  // namespace

std::string CommandResult::describe() const {
  if (timedOut) return "timed out after " + std::to_string(static_cast<int>(seconds)) + " s";
  if (tooMuchOutput) return "wrote too much";
  if (status >= 0) return "exit status " + std::to_string(status);
  return std::string("signal: ") + strsignal(-status);
}

CommandResult runCommand(const Command& c) {
  CommandResult result;
  int input[2], out[2], err[2];
  if (pipe2(input, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) return result;
  Clock::time_point start = Clock::now();
  rusage before;
  getrusage(RUSAGE_CHILDREN, &before);
  pid_t pid = fork();
  if (pid == 0) {
    int in = c.input.empty() ? open("/dev/null", O_RDONLY) : input[0];
    child(c, in, out[1], c.merge ? out[1] : err[1]);
  }
  setpgid(pid, pid);
  close(input[0]);
  close(out[1]);
  close(err[1]);
  fcntl(input[1], F_SETFL, O_NONBLOCK);
  struct Stream {
    int fd;
    std::string* text;
  };
  std::vector<Stream> streams{{out[0], &result.out}, {err[0], &result.err}};
  size_t sent = 0;
  int inputFd = input[1];
  if (c.input.empty()) close(inputFd), inputFd = -1;
  signal(SIGPIPE, SIG_IGN);
  auto over = [&] {
    return std::chrono::duration<double>(Clock::now() - start).count() > c.limits.seconds;
  };
  bool ended = false;
  int status = 0;
  while (!streams.empty()) {
    if (over()) result.timedOut = true;
    if (result.timedOut || result.tooMuchOutput) break;
    std::vector<pollfd> fds;
    for (const Stream& s : streams) fds.push_back({s.fd, POLLIN, 0});
    if (inputFd >= 0) fds.push_back({inputFd, POLLOUT, 0});
    // What the command left running may keep the pipes open: they are read only until they are dry.
    int n = poll(fds.data(), fds.size(), ended ? 50 : 200);
    if (!ended && waitpid(pid, &status, WNOHANG) == pid)
      ended = true;
    else if (ended && n == 0)
      break;
    if (inputFd >= 0 && fds.back().revents) {
      ssize_t w = write(inputFd, c.input.data() + sent, c.input.size() - sent);
      if (w > 0) sent += static_cast<size_t>(w);
      if ((w < 0 && errno != EAGAIN) || sent == c.input.size()) close(inputFd), inputFd = -1;
    }
    for (size_t i = 0; i < streams.size();) {
      char buffer[1 << 16];
      ssize_t r = fds[i].revents ? read(streams[i].fd, buffer, sizeof buffer) : -2;
      if (r > 0) {
        streams[i].text->append(buffer, static_cast<size_t>(r));
        result.tooMuchOutput |= streams[i].text->size() > c.limits.outputBytes;
      } else if (r == 0) {
        close(streams[i].fd);
        streams.erase(streams.begin() + static_cast<std::ptrdiff_t>(i));
        fds.erase(fds.begin() + static_cast<std::ptrdiff_t>(i));
        continue;
      }
      ++i;
    }
  }
  for (const Stream& s : streams) close(s.fd);
  if (inputFd >= 0) close(inputFd);
  while (!ended && !result.timedOut && !result.tooMuchOutput) {  // it closed its output and goes on
    if (waitpid(pid, &status, WNOHANG) == pid)
      ended = true;
    else if (over())
      result.timedOut = true;
    else
      usleep(10000);
  }
  kill(-pid, SIGKILL);
  if (!ended) waitpid(pid, &status, 0);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  rusage after;
  getrusage(RUSAGE_CHILDREN, &after);
  auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  result.cpuSeconds = seconds(after.ru_utime) + seconds(after.ru_stime) - seconds(before.ru_utime) -
                      seconds(before.ru_stime);
  return result;
}

std::string burrowPath() {
  const char* v = std::getenv("BURROW");
  return v && *v ? v : BURROW_BINARY;
}

std::vector<std::string> splitQuoted(const std::string& text) {
  std::vector<std::string> out;
  std::string word;
  char quote = 0;
  bool escaped = false, inWord = false;
  for (char c : text) {
    if (escaped) {
      escaped = false;
    } else if (c == '\\') {
      escaped = true;
      continue;
    } else if (quote) {
      if (c == quote) {
        quote = 0;
        continue;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      inWord = true;
      continue;
    } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      if (inWord) out.push_back(word);
      word.clear();
      inWord = false;
      continue;
    }
    word += c;
    inWord = true;
  }
  if (inWord) out.push_back(word);
  return out;
}

std::string readWholeFile(const std::string& path, bool* exists) {
  std::ifstream in(path, std::ios::binary);
  if (exists) *exists = in.good();
  std::ostringstream out;
  if (in) out << in.rdbuf();
  return out.str();
}

std::string firstDifference(const std::string& got, const std::string& want) {
  std::istringstream a(got), b(want);
  std::string x, y;
  for (int line = 1;; ++line) {
    bool hasX = static_cast<bool>(std::getline(a, x)), hasY = static_cast<bool>(std::getline(b, y));
    if (!hasX && !hasY) return got == want ? "no difference" : "differs in its last newline";
    if (hasX && hasY && x == y) continue;
    auto show = [](bool has, const std::string& s) {
      return has ? "\"" + s.substr(0, 400) + "\"" : std::string("<end>");
    };
    return "line " + std::to_string(line) + ": got " + show(hasX, x) + ", want " + show(hasY, y);
  }
}

void recordCounts(const std::string& suite, int run, int passed, int failed, int expected,
                  int skipped) {
  const char* file = std::getenv("BURROW_COUNTS");
  if (!file || !*file) return;
  char line[512];
  int n = std::snprintf(line, sizeof line, "%s\t%d\t%d\t%d\t%d\t%d\n", suite.c_str(), run, passed,
                        failed, expected, skipped);
  int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                0644);  // one write a line: suites run side by side
  if (fd < 0) return;
  if (write(fd, line, static_cast<size_t>(n)) != n) std::perror(file);
  close(fd);
}

}  // namespace burrow::test
