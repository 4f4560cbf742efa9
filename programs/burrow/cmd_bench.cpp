// burrow bench: runs a program, or a package's benchmark functions, in several variants and compares them.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>

#include "compiler/packages/files.h"
#include "profiler/bench/experiment.h"
#include "profiler/bench/runner.h"
#include "programs/burrow/report_output.h"
#include "programs/burrow/session.h"

namespace burrow {

namespace {

using namespace profiler;

struct BenchFlags {
  std::string jit, gogc, procs, escape, metric = "wall", format, colour = "auto", input, bench, benchtime;
  std::vector<std::string> factors, versus, outputs, runFlags, tags;
  uint32_t rounds = 10, warmups = 1;
  bool ignoreFailure = false, quiet = false;
};

const std::vector<std::pair<std::string, std::string>> kFormats = {{".json", "json"}, {".csv", "csv"}, {".md", "markdown"}, {".html", "html"}, {".txt", "text"}, {".bench", "gobench"}};

void addFlags(CLI::App& app, BenchFlags& f) {
  app.add_option("--jit", f.jit, "settings of --jit to compare: off,on (that is what is compared if nothing else is asked for)");
  app.add_option("--gogc", f.gogc, "settings of --gogc: 50,100,200");
  app.add_option("--procs", f.procs, "settings of --procs: 1,2");
  app.add_option("--escape", f.escape, "settings of --escape: on,off");
  app.add_option("--factor", f.factors, "FLAG=A,B: settings of any other flag of burrow run; for a flag without a value: FLAG=off,on")->allow_extra_args(false);
  app.add_option("--flag", f.runFlags, "a flag of burrow run for all variants: --flag=--max-heap=1GiB")->allow_extra_args(false);
  app.add_option("--vs", f.versus, "another command to compare with: --vs './prog 10'")->allow_extra_args(false);
  app.add_option("-n", f.rounds, "rounds: runs of each variant")->check(CLI::Range(1, 100000));
  app.add_option("--warmup", f.warmups, "runs of each variant before, which are not counted");
  app.add_option("--metric", f.metric, "what is compared: wall, cpu, program (wall without compiling and loading)")->check(CLI::IsMember({"wall", "cpu", "program"}));
  app.add_option("-o", f.outputs, "file for the report, by its ending .json, .csv, .md, .html, .bench (Go's benchmark format) or .txt; several may be given")->allow_extra_args(false);
  app.add_option("--format", f.format, "format on standard output: text, json, csv, markdown, html, gobench")->check(CLI::IsMember({"text", "json", "csv", "markdown", "html", "gobench"}));
  app.add_option("--input", f.input, "standard input of each run");
  app.add_flag("--ignore-failure", f.ignoreFailure, "go on if a run fails");
  app.add_option("--bench", f.bench, "run the benchmark functions of a package that match, as burrow test -bench does");
  app.add_option("--benchtime", f.benchtime, "their time: 1s, 100x");
  app.add_option("--tags", f.tags, "build tags")->allow_extra_args(false);
  app.add_option("--color", f.colour, "auto, always, never")->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_flag("-q,--quiet", f.quiet, "no progress");
}

std::vector<std::string> splitAt(const std::string& s, char at) {
  std::vector<std::string> out;
  for (size_t i = 0; i <= s.size();) {
    size_t end = std::min(s.find(at, i), s.size());
    if (end > i) out.push_back(s.substr(i, end - i));
    i = end + 1;
  }
  return out;
}

/// Words of a command line; what needs a shell gets one.
std::vector<std::string> commandWords(const std::string& line) {
  bool assigns = line.substr(0, line.find(' ')).find('=') != std::string::npos;
  if (assigns || line.find_first_of("\"'\\|&;<>()$`*?[#~{}") != std::string::npos) return {"/bin/sh", "-c", line};
  return splitAt(line, ' ');
}

volatile std::sig_atomic_t interrupted = 0;
extern "C" void onInterrupt(int) { interrupted = 1; }

/// A line on the terminal that says how far the runs are.
class Progress {
 public:
  Progress(bool on, size_t total) : on_(on && isatty(2)), total_(total), began_(std::chrono::steady_clock::now()) {}
  ~Progress() {
    if (on_) std::fputs("\r\x1b[K", stderr);
  }
  void next(const std::string& what) {
    if (on_) {
      constexpr size_t kWidth = 30;
      size_t filled = total_ ? kWidth * done_ / total_ : 0;
      double spent = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
      double left = done_ ? spent / static_cast<double>(done_) * static_cast<double>(total_ - done_) : 0;
      std::string bar = std::string(filled, '=') + (filled < kWidth ? ">" : "") + std::string(filled < kWidth ? kWidth - filled - 1 : 0, ' ');
      std::fprintf(stderr, "\r\x1b[K[%s] %zu/%zu %s%s", bar.c_str(), done_, total_, what.c_str(), done_ ? fmt::format(", {:.0f} s left", left).c_str() : "");
      std::fflush(stderr);
    }
    ++done_;
  }

 private:
  bool on_;
  size_t total_, done_ = 0;
  std::chrono::steady_clock::time_point began_;
};

class Bench {
 public:
  Bench(BenchFlags flags, std::vector<std::string> arguments) : flags_(std::move(flags)), arguments_(std::move(arguments)) {}

  int run() {
    if (std::string error = setUp(); !error.empty()) {
      std::fprintf(stderr, "burrow bench: %s\n", error.c_str());
      return 2;
    }
    std::signal(SIGINT, onInterrupt);
    return benchmarks_ ? runBenchmarks() : runPrograms();
  }

 private:
  std::string setUp() {
    if (arguments_.empty()) return "no program";
    if (!isProgram(benchmarks_)) return "cannot find " + arguments_[0];
    e_.program = arguments_;
    e_.metric = flags_.metric == "cpu" ? Metric::Cpu : flags_.metric == "program" ? Metric::Program : Metric::Wall;
    std::vector<Factor> factors;
    for (const auto& [name, levels] : {std::pair{"jit", flags_.jit}, {"gogc", flags_.gogc}, {"procs", flags_.procs}, {"escape", flags_.escape}})
      if (!levels.empty()) factors.push_back({name, splitAt(levels, ',')});
    for (const std::string& f : flags_.factors) {
      size_t eq = f.find('=');
      if (eq == std::string::npos) return "--factor=" + f + ": not FLAG=A,B";
      factors.push_back({f.substr(f.find_first_not_of('-'), eq - f.find_first_not_of('-')), splitAt(f.substr(eq + 1), ',')});
    }
    if (factors.empty() && flags_.versus.empty() && !benchmarks_) factors.push_back({"jit", {"off", "on"}});
    for (auto& settings : grid(factors)) {
      Variant v;
      v.name = settingsName(settings);
      v.command = commandOf(settings);
      v.settings = std::move(settings);
      e_.variants.push_back(std::move(v));
    }
    if (benchmarks_ && !flags_.versus.empty()) return "--vs is for programs, not for benchmark functions";
    for (const std::string& line : flags_.versus) {
      Variant v;
      v.name = line;
      v.command = commandWords(line);
      if (v.command.empty()) return "--vs: no command";
      if (v.command[0] == "burrow") v.command[0] = executableDir() + "/burrow";   // this one, which tells its statistics
      e_.variants.push_back(std::move(v));
    }
    e_.machine = describeMachine();
    std::time_t now = std::time(nullptr);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
    e_.startedAt = text;
    statsFile_ = fmt::format("/tmp/burrow-bench-{}.json", getpid());
    return {};
  }

  /// Whether the arguments name something to run; `benchmarks`: functions of a package instead of a program.
  bool isProgram(bool& benchmarks) {
    const std::string& what = arguments_[0];
    benchmarks = !flags_.bench.empty();
    if (benchmarks || what.ends_with(".go") || (fileExists(what) && !isDirectory(what))) return benchmarks || fileExists(what);
    CompileFlags compile;
    compile.tags = flags_.tags;
    Session session(compile);
    if (!session.init()) return false;
    std::string error;
    std::vector<PackageSource*> found = session.loader().expand({what}, false, error);
    if (!error.empty() || found.empty()) return false;
    benchmarks = found.size() > 1 || !found[0]->isCommand();
    return true;
  }
  static bool isDirectory(const std::string& path) {
    int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) close(fd);
    return fd >= 0;
  }

  std::vector<std::string> commandOf(const std::vector<std::pair<std::string, std::string>>& settings) const {
    std::vector<std::string> c = {executableDir() + "/burrow", benchmarks_ ? "test" : "run"};
    for (const std::string& tags : flags_.tags) c.push_back("--tags=" + tags);
    CLI::App known;
    VmFlags vm;
    vm.add(known);
    for (const auto& [name, level] : settings) {
      const CLI::Option* option = known.get_option_no_throw("--" + name);
      bool isFlag = option && option->get_items_expected_min() == 0;
      if (!isFlag) c.push_back("--" + name + "=" + level);
      else if (level == "on" || level == "true" || level == "1") c.push_back("--" + name);
    }
    c.insert(c.end(), flags_.runFlags.begin(), flags_.runFlags.end());
    if (benchmarks_) {
      for (const std::string& f : {std::string("-run=^$"), "-bench=" + (flags_.bench.empty() ? std::string(".") : flags_.bench), std::string("-benchmem"), std::string("-count=1")}) c.push_back(f);
      if (!flags_.benchtime.empty()) c.push_back("-benchtime=" + flags_.benchtime);
    }
    c.insert(c.end(), arguments_.begin(), arguments_.end());
    return c;
  }

  // ---- Programs

  int runPrograms() {
    double load = machineLoad();
    {
      Progress progress(!flags_.quiet, e_.variants.size() * (flags_.rounds + flags_.warmups));
      for (uint32_t round = 0; round < flags_.warmups + flags_.rounds && !interrupted; ++round)
        for (size_t i = 0; i < e_.variants.size() && !interrupted; ++i) {
          // Each round begins with another variant: coming first is no advantage.
          Variant& v = e_.variants[(i + round) % e_.variants.size()];
          progress.next(v.name);
          if (int status = runVariant(v, round); status != 0) return status;
        }
    }
    if (interrupted) e_.notes.push_back("interrupted: fewer runs than were asked for");
    if (e_.variants.back().runs.empty()) return 130;
    addNotes(e_, load);
    return report() ? (differs_ ? 1 : 0) : 1;
  }

  int runVariant(Variant& v, uint32_t round) {
    RunRequest request;
    request.command = v.command;
    request.inputFile = flags_.input;
    bool isBurrow = v.command[0] == executableDir() + "/burrow" && v.command.size() > 1 && v.command[1] == "run";
    if (isBurrow) request.command.insert(request.command.begin() + 2, "--run-stats=" + statsFile_);
    Measured m = runOnce(request);
    if (interrupted) return 0;
    if (m.status < 0 || (m.status != 0 && !flags_.ignoreFailure)) {
      std::fprintf(stderr, "%sburrow bench: %s: exit status %d%s\n", m.error.c_str(), v.name.c_str(), m.status, m.status < 0 ? "" : " (--ignore-failure goes on)");
      return 1;
    }
    Run run;
    run.round = round < flags_.warmups ? round + 1 : round - flags_.warmups + 1;
    run.wallSeconds = m.wallSeconds;
    run.cpuSeconds = m.cpuSeconds;
    run.peakResidentBytes = m.peakResidentBytes;
    if (isBurrow) readStats(run);
    checkOutput(v, m);
    (round < flags_.warmups ? v.warmups : v.runs).push_back(run);
    return 0;
  }

  void readStats(Run& run) const {
    std::ifstream in(statsFile_);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    unlink(statsFile_.c_str());
    if (!fromJson(text, run.stats)) return;
    if (run.stats.peakResidentBytes) run.peakResidentBytes = run.stats.peakResidentBytes;
  }

  /// What is compared must compute the same.
  void checkOutput(const Variant& v, const Measured& m) {
    if (!hasOutput_) {
      hasOutput_ = true;
      outputHash_ = m.outputHash;
      outputOf_ = v.name;
    } else if (m.outputHash != outputHash_ && !differs_) {
      differs_ = true;
      e_.notes.push_back("the output of " + v.name + " is not that of " + (outputOf_ == v.name ? "its first run" : outputOf_));
    }
  }

  std::string render(const std::string& format, int fd) const {
    if (format == "json") return experimentJson(e_);
    if (format == "csv") return experimentCsv(e_);
    if (format == "markdown") return experimentMarkdown(e_);
    if (format == "html") return experimentHtml(e_);
    if (format == "gobench") return experimentGoBench(e_);
    return experimentTable(e_, terminalWidth(fd), fd == 1 && wantsColour(flags_.colour, fd));
  }

  bool report() const {
    bool ok = true;
    for (const std::string& file : flags_.outputs) {
      std::string format = formatOf(file, kFormats);
      ok &= writeOutput(file, render(format.empty() ? "text" : format, -1));
    }
    if (flags_.outputs.empty() || !flags_.format.empty() || isatty(1)) ok &= writeOutput("", render(flags_.format, 1));
    return ok;
  }

  // ---- Benchmark functions

  int runBenchmarks() {
    std::vector<std::vector<BenchmarkLine>> lines(e_.variants.size());
    std::string all;
    int status = 0;
    {
      Progress progress(!flags_.quiet && e_.variants.size() > 1, e_.variants.size() * flags_.rounds);
      for (uint32_t round = 0; round < flags_.rounds && !interrupted && status == 0; ++round)
        for (size_t i = 0; i < e_.variants.size() && !interrupted && status == 0; ++i) {
          size_t v = (i + round) % e_.variants.size();
          progress.next(e_.variants[v].name);
          RunRequest request{e_.variants[v].command, flags_.input, true};
          Measured m = runOnce(request);
          if (m.status != 0 && !interrupted) {
            std::fprintf(stderr, "%s%s", m.output.c_str(), m.error.c_str());
            status = m.status < 0 ? 1 : m.status;
          }
          std::string text = takeLines(m.output, round == 0, lines[v]);
          if (e_.variants.size() > 1) text = fmt::format("variant: {}\n{}", e_.variants[v].name, text);
          all += text;
          // One variant is shown as it comes, as go test does.
          if (e_.variants.size() == 1 && flags_.outputs.empty()) writeOutput("", text);
        }
    }
    for (const std::string& file : flags_.outputs)
      if (!writeOutput(file, all)) status = 1;
    if (status != 0) return status;
    if (flags_.format == "gobench" && e_.variants.size() > 1) return writeOutput("", all) ? 0 : 1;
    std::vector<std::string> names;
    for (const Variant& v : e_.variants) names.push_back(v.name);
    if (e_.variants.size() > 1) writeOutput("", benchmarkTable(names, lines, terminalWidth(1), wantsColour(flags_.colour, 1)));
    return interrupted ? 130 : 0;
  }

  /// The lines that benchstat reads; the heading (goos, …) once, but the package always: the last one named may be another.
  static std::string takeLines(const std::string& output, bool heading, std::vector<BenchmarkLine>& lines) {
    std::string out;
    for (size_t at = 0; at < output.size();) {
      size_t end = std::min(output.find('\n', at), output.size());
      std::string line = output.substr(at, end - at);
      at = end + 1;
      BenchmarkLine parsed;
      if (parseBenchmarkLine(line, parsed)) lines.push_back(std::move(parsed));
      else if (!line.starts_with("pkg:") && (!heading || !(line.starts_with("goos:") || line.starts_with("goarch:") || line.starts_with("cpu:")))) continue;
      out += line + "\n";
    }
    return out;
  }

  BenchFlags flags_;
  std::vector<std::string> arguments_;
  Experiment e_;
  bool benchmarks_ = false, hasOutput_ = false, differs_ = false;
  uint64_t outputHash_ = 0;
  std::string outputOf_, statsFile_;
};

}  // namespace

int cmdBench(const std::vector<std::string>& arguments) {
  CLI::App app("Run a program in several variants, in turns, and compare them.", "burrow bench");
  BenchFlags flags;
  addFlags(app, flags);
  app.footer("Every combination of the settings is a variant; the first is what the others are compared with. A package that is no program has\n"
             "its benchmark functions run: each round is one run of all of them.");
  if (int status = parseFlags(app, arguments); status >= 0) return status;
  std::vector<std::string> args = app.remaining();
  if (!args.empty() && args[0] == "--") args.erase(args.begin());
  return Bench(std::move(flags), std::move(args)).run();
}

}  // namespace burrow
