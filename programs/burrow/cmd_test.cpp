// burrow test: compiles packages with their _test.go files and runs them, with go test's flags and
// output.
//
// Each package is compiled and run in a child process: a test ends its process, and the variant of
// a package that includes its tests takes the plain package's place for everything compiled there.
// The child reports on a pipe how compiling went (error text, then one byte of Stage); its standard
// output and error during the run are another pipe.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>

#include "compiler/packages/files.h"
#include "programs/burrow/launcher.h"
#include "programs/burrow/session.h"
#include "programs/burrow/test_binary.h"
#include "programs/burrow/test_events.h"
#include "programs/burrow/test_flags.h"

namespace burrow {

namespace {

using Clock = std::chrono::steady_clock;

/// One package under test.
struct Job {
  PackageSource* source = nullptr;
  pid_t pid = -1;
  int reportFd = -1, outputFd = -1;
  std::string report;  ///< errors of the compiler
  std::string output;  ///< of the test, and our own lines after it
  std::string tested;  ///< the test's output alone
  Stage stage{};
  bool done = false, started = false, killed = false, failed = false;
  Clock::time_point start;
  std::unique_ptr<TestEvents> events;
};

class TestRunner {
 public:
  TestRunner(Session& session, const CompileFlags& compileFlags, const TestFlags& flags,
             const VmFlags& vmFlags, std::vector<std::string> givenFlags)
      : session_(session),
        compileFlags_(compileFlags),
        flags_(flags),
        vmFlags_(vmFlags),
        givenFlags_(std::move(givenFlags)) {}

  int run(const std::vector<PackageSource*>& sources) {
    stream_ = flags_.packages.empty() || flags_.bench || flags_.json ||
              (flags_.showsPasses() && (sources.size() == 1 || flags_.parallel == 1));
    unsigned limit =
        flags_.parallel ? flags_.parallel : std::max(1u, std::thread::hardware_concurrency());
    for (PackageSource* s : sources) {
      jobs_.push_back(std::make_unique<Job>());
      jobs_.back()->source = s;
    }
    size_t next = 0, printed = 0;
    while (printed < jobs_.size()) {
      size_t active = static_cast<size_t>(std::count_if(
          jobs_.begin(), jobs_.end(), [](auto& j) { return j->started && !j->done; }));
      // Benchmarks one after another: they measure time.
      while (next < jobs_.size() && active < (flags_.bench ? 1 : limit) &&
             !(failed_ && flags_.failFast)) {
        start(*jobs_[next]);
        if (!jobs_[next++]->done) ++active;
      }
      if (failed_ && flags_.failFast && next < jobs_.size()) {
        for (size_t i = next; i < jobs_.size(); ++i) jobs_[i]->done = true;
        next = jobs_.size();
      }
      if (active) wait();
      for (; printed < jobs_.size() && jobs_[printed]->done; ++printed) print(*jobs_[printed]);
    }
    if (failed_ && !flags_.json && !flags_.packages.empty()) std::printf("FAIL\n");
    std::fflush(stdout);
    return failed_ ? 1 : 0;
  }

 private:
  void start(Job& job) {
    job.started = true;
    PackageSource* source = job.source;
    if (flags_.json)
      job.events = std::make_unique<TestEvents>(source->path, [](std::string_view line) {
        std::fwrite(line.data(), 1, line.size(), stdout);
        std::fflush(stdout);
      });
    int report[2], output[2];
    if (pipe2(report, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0) return cannotStart(job);
    std::fflush(stdout);
    std::fflush(stderr);
    job.pid = fork();
    if (job.pid == 0) {
      for (auto& other : jobs_)
        for (int fd : {other->reportFd, other->outputFd})
          if (fd >= 0) close(fd);
      close(report[0]);
      close(output[0]);
      child(*source, report[1], output[1]);
    }
    int error = errno;
    close(report[1]);
    close(output[1]);
    job.reportFd = report[0];
    job.outputFd = output[0];
    errno = error;
    if (job.pid < 0) cannotStart(job);
  }

  void cannotStart(Job& job) {
    std::fprintf(stderr, "burrow test: %s: cannot start a process: %s\n", job.source->path.c_str(),
                 std::strerror(errno));
    job.done = job.failed = failed_ = true;
  }

  [[noreturn]] void child(PackageSource& source, int reportFd, int outputFd) {
    dup2(reportFd, 2);
    bool noTests = source.testFiles.empty() && source.xtestFiles.empty();
    Stage stage = kRunning;
    CompiledPackage* main = nullptr;
    if (noTests && source.error.empty())
      main = source.std ? session_.compiler().compilePath(source.path)
                        : session_.compiler().compile(&source);
    else
      main = compileTest(session_, compileFlags_, &source, stage);
    std::fflush(stderr);
    if (!main && stage != kSetupFailed) _exit(1);
    if (write(2, &stage, 1) != 1 || !main || noTests) _exit(main ? 0 : 1);
    close(reportFd);
    dup2(outputFd, 1);
    dup2(outputFd, 2);
    close(outputFd);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(null, 0);
    std::string launcher = launcherOf(source);
    if (chdir(source.dir.c_str()) == 0) setenv("PWD", source.dir.c_str(), 1);
    std::vector<std::string> args{launcher.empty() ? executablePath() : launcher};
    args.insert(args.end(), flags_.passed.begin(), flags_.passed.end());
    int status = session_.run(main, args, vmFlags_, markTestBinary);
    std::fflush(stdout);
    _exit(status);
  }

  /// What the test finds in os.Args[0].
  std::string launcherOf(const PackageSource& source) const {
    std::vector<std::string> program{source.path.starts_with('_') ? source.dir : source.path};
    std::string name = executableName(source, source.name) + ".test";
    if (source.path == "command-line-arguments") program = flags_.packages;
    return launcherFor("test", givenFlags_, program, name);
  }

  /// Waits until some child says something, ends, or has run too long.
  void wait() {
    std::vector<pollfd> fds;
    std::vector<Job*> owners;
    for (auto& job : jobs_)
      for (int fd : {job->reportFd, job->outputFd})
        if (job->started && !job->done && fd >= 0) {
          fds.push_back({fd, POLLIN, 0});
          owners.push_back(job.get());
        }
    // A child that has closed its pipes ends at any moment.
    bool ending = std::any_of(jobs_.begin(), jobs_.end(), [](auto& j) {
      return j->started && !j->done && j->reportFd < 0 && j->outputFd < 0;
    });
    poll(fds.data(), fds.size(), ending ? 2 : 500);
    for (size_t i = 0; i < fds.size(); ++i)
      if (fds[i].revents) receive(*owners[i], fds[i].fd);
    for (auto& job : jobs_) {
      if (!job->started || job->done) continue;
      double ran = std::chrono::duration<double>(Clock::now() - job->start).count();
      // The test ends itself at its time limit; this is for one that cannot.
      if (flags_.timeout > 0 && job->stage == kRunning && !job->killed &&
          ran > flags_.timeout + std::max(5.0, flags_.timeout / 10)) {
        job->killed = true;
        kill(job->pid, SIGQUIT);
      } else if (job->killed && ran > flags_.timeout + std::max(5.0, flags_.timeout / 10) + 5) {
        kill(job->pid, SIGKILL);
      }
      // A process that the test left behind may hold the pipe open after the test's end.
      siginfo_t info{};
      bool ended =
          waitid(P_PID, static_cast<id_t>(job->pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
          info.si_pid == job->pid;
      if (ended && job->reportFd < 0 && (job->outputFd < 0 || drained(*job))) finish(*job);
    }
  }

  bool drained(Job& job) {
    pollfd p{job.outputFd, POLLIN, 0};
    while (job.outputFd >= 0 && poll(&p, 1, 100) > 0) receive(job, job.outputFd);
    return true;
  }

  void receive(Job& job, int fd) {
    char buffer[1 << 16];
    ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) return;
    if (fd == job.reportFd) {
      if (n > 0)
        job.report.append(buffer, static_cast<size_t>(n));
      else
        close(fd), job.reportFd = -1;
      if (!job.stage && !job.report.empty() &&
          (job.report.back() == kRunning || job.report.back() == kSetupFailed) &&
          (job.report.size() == 1 || job.report[job.report.size() - 2] == '\n')) {
        job.stage = static_cast<Stage>(job.report.back());
        job.report.pop_back();
        job.start = Clock::now();
      }
      return;
    }
    if (n > 0) {
      std::string_view text(buffer, static_cast<size_t>(n));
      job.tested += text;
      if (!stream_)
        job.output += text;
      else
        show(job, text);
      if (stream_ && job.tested.size() > (1 << 20))
        job.tested.erase(0, job.tested.size() - (1 << 19));
    } else {
      close(fd);
      job.outputFd = -1;
    }
  }

  /// Writes to standard output, or as events.
  void show(Job& job, std::string_view text) {
    if (job.events) {
      job.events->feed(text);
    } else {
      std::fwrite(text.data(), 1, text.size(), stdout);
      std::fflush(stdout);
    }
  }

  void finish(Job& job) {
    double seconds = std::chrono::duration<double>(Clock::now() - job.start).count();
    int status = 0;
    waitpid(job.pid, &status, 0);
    for (int* fd : {&job.reportFd, &job.outputFd})
      if (*fd >= 0) close(*fd), *fd = -1;
    job.done = true;
    bool passed = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    const std::string& path = job.source->path;
    char elapsed[32];
    std::snprintf(elapsed, sizeof elapsed, "%.3fs", seconds);
    std::string tail;
    if (!job.stage || job.stage == kSetupFailed) {
      if (WIFSIGNALED(status))
        job.report += "burrow test: compiling " + path + ": " + signalText(status) + "\n";
      tail = "FAIL\t" + path + (job.stage ? " [setup failed]\n" : " [build failed]\n");
      passed = false;
    } else if (job.source->testFiles.empty() && job.source->xtestFiles.empty()) {
      tail = "?   \t" + path + "\t[no test files]\n";
    } else if (passed) {
      if (!flags_.showsPasses() && !flags_.json && !stream_) job.output.clear();
      if (!job.tested.empty() && !job.tested.ends_with('\n') && !job.output.empty()) tail += "\n";
      tail += "ok  \t" + path + "\t" + elapsed + note(job) + "\n";
    } else {
      if (job.killed)
        tail += "*** Test killed with quit: ran too long (" +
                std::to_string(static_cast<int>(seconds)) + "s).\n";
      if (job.tested.empty() || !WIFEXITED(status))
        tail += (WIFEXITED(status) ? "exit status " + std::to_string(WEXITSTATUS(status))
                                   : signalText(status)) +
                "\n";
      else if (!job.tested.ends_with('\n'))
        tail += "\n";
      tail += std::string(flags_.json ? "\x16" : "") + "FAIL\t" + path + "\t" + elapsed + "\n";
    }
    job.failed = !passed;
    failed_ |= job.failed;
    if (stream_ && job.report.empty())
      show(job, tail);
    else
      job.output += tail;
    job.tested.clear();
  }

  static std::string signalText(int status) {
    std::string name = strsignal(WTERMSIG(status));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return "signal: " + name + (WCOREDUMP(status) ? " (core dumped)" : "");
  }

  static std::string note(const Job& job) {
    for (const auto& [warning, text] :
         {std::pair{"testing: warning: no tests to run\n", " [no tests to run]"},
          {"testing: warning: no fuzz tests to fuzz\n", " [no fuzz tests to fuzz]"}})
      if (size_t at = job.tested.find(warning);
          at != std::string::npos && (at == 0 || job.tested[at - 1] == '\n'))
        return text;
    return "";
  }

  void print(Job& job) {
    if (!job.started) return;
    const std::string& path = job.source->path;
    if (job.events) {
      // What failed is named by the heading of the errors.
      std::string what = path;
      if (job.report.starts_with("# ")) what = job.report.substr(2, job.report.find('\n') - 2);
      for (std::string_view rest = job.report; !rest.empty();) {
        size_t end = rest.find('\n');
        std::string event = buildEvent(
            what, "build-output", rest.substr(0, end == std::string_view::npos ? end : end + 1));
        std::fwrite(event.data(), 1, event.size(), stdout);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      }
      bool built = job.stage == kRunning;
      if (!built) std::fputs(buildEvent(what, "build-fail", {}).c_str(), stdout);
      job.events->feed(job.output);
      job.events->finish(!job.failed, built ? "" : what);
    } else {
      std::fwrite(job.report.data(), 1, job.report.size(), stderr);
      std::fflush(stderr);
      std::fwrite(job.output.data(), 1, job.output.size(), stdout);
    }
    std::fflush(stdout);
    job.output.clear();
    job.report.clear();
  }

  Session& session_;
  const CompileFlags& compileFlags_;
  const TestFlags& flags_;
  const VmFlags& vmFlags_;
  const std::vector<std::string> givenFlags_;  ///< of the compiler and the vm: a test may start itself again
  std::vector<std::unique_ptr<Job>> jobs_;
  bool stream_ = false;  ///< output as it comes
  bool failed_ = false;
};

}  // namespace

int cmdTest(const std::vector<std::string>& arguments) {
  CLI::App app("Run the tests of packages.", "burrow test");
  CompileFlags flags;
  VmFlags vmFlags;
  TestFlags testFlags;
  flags.add(app);
  vmFlags.add(app);
  if (int status = parseTestFlags(arguments, app, testFlags); status >= 0) return status;
  if (int status = parseFlags(app, testFlags.compile); status >= 0) return status;
  if (!finishFlags(flags, vmFlags)) return 2;

  Session session(flags, true);
  if (!session.init()) return 1;
  std::vector<PackageSource*> sources;
  std::string error;
  bool files = !testFlags.packages.empty() && testFlags.packages[0].ends_with(".go");
  if (files)
    sources.push_back(session.loader().loadFiles(testFlags.packages));
  else
    sources = session.loader().expand(
        testFlags.packages.empty() ? std::vector<std::string>{"."} : testFlags.packages, true,
        error);
  std::erase_if(sources,
                [](PackageSource* s) { return s->path == "unsafe" || s->path == "builtin"; });
  if (error.empty() && sources.empty()) error = "no packages to test";
  if (!error.empty()) {
    std::fprintf(stderr, "burrow test: %s\n", error.c_str());
    return 1;
  }
  session.name(sources);
  TestRunner runner(session, flags, testFlags, vmFlags, givenFlags(app));
  return runner.run(sources);
}

}  // namespace burrow
