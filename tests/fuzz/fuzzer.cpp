#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "tests/fuzz/fuzzer.h"
#include "tests/fuzz/runner.h"

namespace burrow::fuzz {

namespace {

struct Options {
  int count = 200, jobs = 1, batch = 50, maxDifferences = 10, repeat = 1;
  uint64_t seed = 1;
  double seconds = 120;
  std::string go, keep;
  std::vector<std::string> modes;
  bool print = false, quick = false;
};

class Fuzzer {
 public:
  Fuzzer(const Subject& subject, const Options& o, const std::string& dir) : subject_(subject), o_(o), runner_(subject, dir, o.go, o.seconds) {
    if (o.quick) std::erase_if(runner_.modes, [](const Mode& m) { return m.thorough; });
    if (!o.modes.empty()) {
      // The reference stays.
      const std::string reference = runner_.modes[0].name;
      std::erase_if(runner_.modes, [&](const Mode& m) { return m.name != reference && std::find(o.modes.begin(), o.modes.end(), m.name) == o.modes.end(); });
    }
    runner_.repeat = o.repeat;
  }

  int run() {
    auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (int i = 0; i < o_.jobs; ++i) threads.emplace_back([this] { work(); });
    for (std::thread& t : threads) t.join();
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("%d programs (%lld functions) in %.0f s, each in %zu modes: %d differ, %d do not compile\n", done_.load(),
                static_cast<long long>(functions_), seconds, runner_.modes.size(), differences_.load(), rejected_.load());
    return differences_ || rejected_ ? 1 : 0;
  }

 private:
  void work() {
    for (;;) {
      int first = next_.fetch_add(o_.batch);
      if (first >= o_.count || differences_ >= o_.maxDifferences) return;
      std::vector<Program> programs;
      for (int i = first; i < std::min(first + o_.batch, o_.count); ++i)
        programs.push_back(subject_.generate(o_.seed + static_cast<uint64_t>(i), "p" + std::to_string(i % 1000)));
      int count = static_cast<int>(programs.size());
      functions_ += countFunctions(programs) - countFunctions({});
      check(std::move(programs));
      int done = done_ += count;
      if (done / kProgress != (done - count) / kProgress) std::fprintf(stderr, "%d programs, %d differ\n", done, differences_.load());
    }
  }

  int64_t countFunctions(const std::vector<Program>& programs) const {
    std::string text = subject_.file(programs);
    int64_t n = 0;
    for (size_t at = 0; (at = text.find("\nfunc ", at)) != std::string::npos; ++at) ++n;
    return n;
  }

  /// Programs that differ are taken out and looked at alone; the rest is run again.
  void check(std::vector<Program> programs) {
    const Mode& first = runner_.modes[0];
    auto file = runner_.prepare(programs);
    Outcome reference = runner_.run(*file, first);
    while (reference.lines.size() < programs.size() && !programs.empty()) {
      dropBroken(programs, reference);
      file = runner_.prepare(programs);
      reference = runner_.run(*file, first);
    }
    for (size_t m = 1; m < runner_.modes.size() && !programs.empty(); ++m) {
      const Mode& mode = runner_.modes[m];
      for (;;) {
        std::string what;
        Outcome outcome = runner_.run(*file, mode);
        int at = runner_.compare(programs, reference, outcome, &what);
        if (at < 0) break;
        report(programs[static_cast<size_t>(at)], mode, what);
        programs.erase(programs.begin() + at);
        if (differences_ >= o_.maxDifferences) return;
        file = runner_.prepare(programs);
      }
    }
  }

  /// The reference itself failed: programs that do not compile or crash alone are reported; at least one goes.
  void dropBroken(std::vector<Program>& programs, const Outcome& whole) {
    size_t before = programs.size();
    for (size_t i = programs.size(); i-- > 0;) {
      Outcome alone = runner_.run({programs[i]}, runner_.modes[0]);
      if (!alone.lines.empty()) continue;
      ++rejected_;
      say(programs[i], "fails with " + runner_.modes[0].name + ": " + alone.trouble, nullptr);
      programs.erase(programs.begin() + static_cast<long>(i));
    }
    if (programs.size() < before) return;
    ++rejected_;
    size_t at = 0;
    while (at + 1 < programs.size() && whole.lines.count(programs[at].name)) ++at;
    say(programs[at], "fails with " + runner_.modes[0].name + " among others: " + whole.trouble, nullptr);
    programs.erase(programs.begin() + static_cast<long>(at));
  }

  void report(const Program& program, const Mode& mode, const std::string& what) {
    ++differences_;
    std::string alone;
    if (!runner_.differs(program, mode, &alone)) {
      say(program, mode.name + " differs, but not when the program runs alone\n" + what, nullptr);
      return;
    }
    Program small = minimize(runner_, program, mode);
    runner_.differs(small, mode, &alone);
    say(program, mode.name + " differs\n" + alone, &small);
  }

  void say(const Program& program, const std::string& text, const Program* small) {
    std::lock_guard lock(mutex_);
    std::printf("---- seed %llu, as %s: %s\n", static_cast<unsigned long long>(program.seed), program.name.c_str(), text.c_str());
    std::string file = subject_.file({small ? *small : program});
    if (small) std::printf("%s", file.substr(subject_.file({}).size() - std::string_view("func main() {\n}\n").size()).c_str());
    std::fflush(stdout);
    if (o_.keep.empty()) return;
    std::filesystem::create_directories(o_.keep);
    std::ofstream(o_.keep + "/seed" + std::to_string(program.seed) + ".go") << file;
  }

  static constexpr int kProgress = 10'000;
  const Subject& subject_;
  const Options& o_;
  Runner runner_;
  std::mutex mutex_;
  std::atomic<int> next_{0}, done_{0}, differences_{0}, rejected_{0};
  std::atomic<int64_t> functions_{0};
};

}  // namespace

int fuzzMain(int argc, char** argv, const Subject& subject) {
  Options o;
  o.count = subject.count;
  o.batch = subject.batch;
  CLI::App app(subject.about, subject.name);
  app.add_option("-n", o.count, "programs")->capture_default_str();
  app.add_option("--seed", o.seed, "seed of the first program; the others follow")->capture_default_str();
  app.add_option("--jobs", o.jobs, "processes at a time")->capture_default_str();
  app.add_option("--batch", o.batch, "programs in one file")->capture_default_str()->check(CLI::Range(1, 500));
  app.add_option("--go", o.go, "compare with this gc tool chain too");
  app.add_option("--keep", o.keep, "a directory for the programs that differ");
  app.add_option("--seconds", o.seconds, "time limit of a run")->capture_default_str();
  app.add_option("--max", o.maxDifferences, "stop after so many differences")->capture_default_str();
  app.add_option("--repeat", o.repeat, "runs of a program alone, for differences that come and go")->capture_default_str();
  app.add_option("--mode", o.modes, "only these modes, and the reference");
  app.add_flag("--quick", o.quick, "leave out modes that take long");
  app.add_flag("--print", o.print, "print the programs instead of running them");
  CLI11_PARSE(app, argc, argv);
  if (o.print) {
    std::vector<Program> programs;
    for (int i = 0; i < o.count; ++i) programs.push_back(subject.generate(o.seed + static_cast<uint64_t>(i), "p" + std::to_string(i % 1000)));
    std::fputs(subject.file(programs).c_str(), stdout);
    return 0;
  }
  std::string dir = std::filesystem::temp_directory_path() / (std::string(subject.name) + "." + std::to_string(getpid()));
  std::filesystem::create_directories(dir);
  int status = Fuzzer(subject, o, dir).run();
  std::filesystem::remove_all(dir);
  return status;
}

}  // namespace burrow::fuzz
