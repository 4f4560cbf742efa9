// burrow profile: runs a program in this process and reports what it allocated or spent its time with; reads profiles back.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "profiler/advice/advice.h"
#include "profiler/collect/collect.h"
#include "profiler/file/profile_file.h"
#include "profiler/report/formats.h"
#include "profiler/report/page.h"
#include "profiler/report/units.h"
#include "programs/burrow/profile_flows.h"
#include "programs/burrow/profile_live.h"
#include "programs/burrow/report_output.h"
#include "programs/burrow/session.h"

namespace burrow {

namespace {

using namespace profiler;

const std::vector<std::pair<std::string, std::string>> kFormats = {{".json", "json"}, {".html", "html"}, {".htm", "html"}, {".pb.gz", "pprof"}, {".pprof", "pprof"}, {".collapsed", "collapsed"}, {".folded", "collapsed"}, {".txt", "text"}};

/// What is reported and how: flags that a run and a report of a file share.
struct ReportFlags {
  bool alloc = false, cpu = false, gc = false, block = false, mutex = false;
  std::vector<std::string> outputs, kinds, limits;
  std::string format, sort = "bytes", filter, package, colour = "auto", diff;
  size_t top = 20, width = 0;
  bool heap = false, stack = false, copies = false, flow = false, noAdvice = false;

  bool hasOutput(const std::string& format) const {
    return std::any_of(outputs.begin(), outputs.end(), [&](const std::string& f) { return formatOf(f, kFormats).empty() ? this->format == format : formatOf(f, kFormats) == format; }) ||
           (outputs.empty() && this->format == format);
  }
  /// Whether a report will say how values get to the heap.
  bool needsFlows() const { return (flow || hasOutput("json") || hasOutput("html")) && !cpu && !gc && !block && !mutex; }

  Subject subject() const { return cpu ? Subject::Cpu : gc ? Subject::Gc : block ? Subject::Block : mutex ? Subject::Mutex : Subject::Alloc; }

  void add(CLI::App& app) {
    app.add_flag("--alloc", alloc, "allocation sites, on the stack and the heap (the default)");
    app.add_flag("--cpu", cpu, "where the processor's time went");
    app.add_flag("--gc", gc, "collections, pauses and what survives");
    app.add_flag("--block", block, "where goroutines waited");
    app.add_flag("--mutex", mutex, "which locks others waited for");
    app.add_option("-o", outputs, "file for the report, by its ending .json, .html, .pb.gz (go tool pprof), .collapsed (flame graph tools) or .txt; several may be given")->allow_extra_args(false);
    app.add_option("--format", format, "format of standard output or of a file without an ending: text, json, html, pprof, collapsed")->check(CLI::IsMember({"text", "json", "html", "pprof", "collapsed"}));
    app.add_option("--top", top, "rows of a table; 0: all");
    app.add_option("--sort", sort, "bytes, objects, mean, survived, exit, peak, copied, position")->check(CLI::IsMember(std::vector<std::string>(std::begin(kSortKeys), std::end(kSortKeys))));
    app.add_option("--filter", filter, "regular expression for place, function, type or reason");
    app.add_option("--package", package, "only sites of a package: import path, or path/...");
    app.add_option("--kind", kinds, "only these kinds: append, box, chan, closure, defer, go, map, mapgrow, new, runtime, slice, string, variable, variadic")->delimiter(',')->allow_extra_args(false);
    app.add_flag("--heap", heap, "only what was on the heap");
    app.add_flag("--stack", stack, "only what was kept on the stack");
    app.add_flag("--copies", copies, "a row for each inlined copy of a site");
    app.add_flag("--flow", flow, "with the flow of each value to the heap, as -m=2 prints it; compiles the standard library anew for its own");
    app.add_flag("--no-advice", noAdvice, "without advice");
    app.add_option("--diff", diff, "a profile (.json) to compare with: what has changed since");
    app.add_option("--limit", limits, "exit status 1 if there was more: objects=N, bytes=SIZE, collections=N, peak=SIZE (sizes: 64KiB, 10MiB)")->delimiter(',')->allow_extra_args(false);
    app.add_option("--color", colour, "auto, always, never")->check(CLI::IsMember({"auto", "always", "never"}));
    app.add_option("--width", width, "columns of a table; default: the window's");
  }

  std::string check() const {
    if (alloc + cpu + gc + block + mutex > 1) return "only one of --alloc, --cpu, --gc, --block, --mutex";
    if (heap && stack) return "only one of --heap and --stack";
    if (std::string e = checkFilter(filter); !e.empty()) return "--filter: " + e;
    for (const std::string& o : outputs)
      if (formatOf(o, kFormats).empty() && format.empty()) return "-o " + o + ": what format? Name it .json, .html, .pb.gz, .collapsed or .txt, or use --format";
    return {};
  }

  TextOptions textOptions(int fd) const {
    TextOptions t;
    t.width = width ? width : terminalWidth(fd);
    t.colour = fd >= 0 && wantsColour(colour, fd);
    t.top = top;
    t.flow = flow;
    t.rows.sort = *sortKeyOf(sort);
    t.rows.filter = filter;
    t.rows.package = package;
    t.rows.kinds = kinds;
    if (heap || stack) t.rows.onHeap = heap;
    t.rows.separateCopies = copies;
    return t;
  }
};

/// "10MiB", "4096".
bool parseAmount(const std::string& text, uint64_t& out) {
  char* end = nullptr;
  out = std::strtoull(text.c_str(), &end, 10);
  std::string unit = end;
  if (end == text.c_str()) return false;
  for (const auto& [name, shift] : {std::pair{"", 0}, {"B", 0}, {"KiB", 10}, {"MiB", 20}, {"GiB", 30}})
    if (unit == name) {
      out <<= shift;
      return true;
    }
  return false;
}

class Reporter {
 public:
  explicit Reporter(ReportFlags flags) : flags_(std::move(flags)) {}

  /// The profile to compare with and the limits; what is wrong, or empty.
  std::string setUp() {
    if (std::string e = flags_.check(); !e.empty()) return e;
    for (const std::string& l : flags_.limits) {
      size_t eq = l.find('=');
      uint64_t amount = 0;
      std::string name = l.substr(0, eq);
      bool known = name == "objects" || name == "bytes" || name == "collections" || name == "peak";
      if (eq == std::string::npos || !known || !parseAmount(l.substr(eq + 1), amount)) return "--limit=" + l + ": not objects=N, bytes=SIZE, collections=N or peak=SIZE";
      limits_.emplace_back(name, amount);
    }
    if (!flags_.diff.empty()) return readProfile(flags_.diff, before_);
    return {};
  }

  /// Writes everything that was asked for; `fd` gets what goes to no file. False if something could not be written or a limit is exceeded.
  bool report(const Profile& p, int fd) const {
    std::vector<Advice> advice;
    bool wantsAdvice = !flags_.noAdvice && flags_.subject() == Subject::Alloc && flags_.diff.empty();
    if (wantsAdvice) advice = findAdvice(p);
    bool ok = true;
    for (const std::string& file : flags_.outputs) {
      std::string format = formatOf(file, kFormats);
      ok &= writeOutput(file, render(p, advice, format.empty() ? flags_.format : format, -1));
    }
    if (flags_.outputs.empty()) ok &= writeOutput("", render(p, advice, flags_.format, fd), fd);
    return withinLimits(p) && ok;
  }

 private:
  std::string render(const Profile& p, const std::vector<Advice>& advice, const std::string& format, int fd) const {
    TextOptions text = flags_.textOptions(fd);
    if (!flags_.diff.empty()) return format == "json" ? diffJson(before_, p, text.rows) : diffText(before_, p, text);
    if (format == "json") return toJson(p);
    if (format == "html") return toHtml(p, advice, flags_.subject());
    if (format == "pprof") return toPprof(p, flags_.subject());
    if (format == "collapsed") return toCollapsed(p, flags_.subject());
    switch (flags_.subject()) {
      case Subject::Cpu: return timeText(p, TimeKind::Cpu, text);
      case Subject::Block: return timeText(p, TimeKind::Block, text);
      case Subject::Mutex: return timeText(p, TimeKind::Mutex, text);
      case Subject::Gc: return collectionText(p, text);
      case Subject::Alloc: break;
    }
    return allocationText(p, advice, text);
  }

  bool withinLimits(const Profile& p) const {
    bool ok = true;
    for (const auto& [name, limit] : limits_) {
      uint64_t have = name == "objects" ? p.heap.objects : name == "bytes" ? p.heap.bytes : name == "peak" ? p.peak.bytes : p.collections.size();
      if (have <= limit) continue;
      std::fprintf(stderr, "burrow profile: limit exceeded: %s %s, at most %s\n", countText(have).c_str(), name.c_str(), countText(limit).c_str());
      ok = false;
    }
    return ok;
  }

  ReportFlags flags_;
  std::vector<std::pair<std::string, uint64_t>> limits_;
  Profile before_;
};

int wrong(const std::string& what) {
  std::fprintf(stderr, "burrow profile: %s\n", what.c_str());
  return 2;
}

/// burrow profile report X.json, and burrow profile --diff A.json B.json.
int reportFile(const std::string& file, const ReportFlags& flags) {
  Reporter reporter(flags);
  if (std::string e = reporter.setUp(); !e.empty()) return wrong(e);
  Profile p;
  if (std::string e = readProfile(file, p); !e.empty()) return wrong(e);
  return reporter.report(p, 1) ? 0 : 1;
}

int cmdReport(const std::vector<std::string>& arguments) {
  CLI::App app("Report a profile that was written as JSON.", "burrow profile report");
  ReportFlags flags;
  flags.add(app);
  if (int status = parseFlags(app, arguments); status >= 0) return status;
  std::vector<std::string> args = app.remaining();
  if (!args.empty() && args[0] == "--") args.erase(args.begin());
  if (args.size() != 1) return wrong("usage: burrow profile report [flags] FILE.json");
  return reportFile(args[0], flags);
}

CollectOptions collectOptions(const ReportFlags& flags, const VmFlags& vm, const std::vector<std::string>& command) {
  CollectOptions o;
  bool html = std::any_of(flags.outputs.begin(), flags.outputs.end(), [](const std::string& f) { return formatOf(f, kFormats) == "html"; });
  switch (flags.subject()) {
    case Subject::Alloc: break;
    case Subject::Gc: break;
    case Subject::Cpu: o.cpuSamplePeriodNanos = 10'000'000; break;
    case Subject::Block: o.blockPeriodNanos = 1; break;
    case Subject::Mutex: o.mutexFraction = 1; break;
  }
  bool time = flags.cpu || flags.block || flags.mutex;
  o.sites = !time || html;   // time is measured undisturbed unless the page shows both
  if (time && !html) o.allocSamplePeriod = 0;
  o.command = command;
  o.jit = vm.jit;
  o.escape = vm.escape;
  o.gogc = vm.config.gogc;
  o.procs = static_cast<uint32_t>(vm.config.procs);
  return o;
}

}  // namespace

int cmdProfile(const std::vector<std::string>& arguments) {
  if (!arguments.empty() && arguments[0] == "report") return cmdReport({arguments.begin() + 1, arguments.end()});
  CLI::App app("Run a program and report what it allocates, or what it spends its time with.", "burrow profile");
  ReportFlags flags;
  CompileFlags compile;
  VmFlags vm;
  ProgressOptions progress;
  uint64_t period = 0;
  compile.add(app);
  vm.add(app);
  flags.add(app);
  app.add_flag("--live", progress.live, "show the sites that allocate most while the program runs");
  app.add_flag("--progress,!--no-progress", progress.line, "a line on standard error that tells how far a long run is (default: on a terminal)");
  app.add_option("--sample", period, "mean bytes between sampled allocation stacks, or microseconds between samples of the processor");
  app.footer("burrow profile report [flags] FILE.json shows a profile again; burrow profile --diff A.json B.json compares two.\n"
             "The report goes to standard error if it goes to no file: standard output is the program's.");
  progress.line = isatty(2) != 0;
  if (int status = parseFlags(app, arguments); status >= 0) return status;
  std::vector<std::string> args = app.remaining();
  if (!args.empty() && args[0] == "--") args.erase(args.begin());
  if (!flags.diff.empty() && args.size() == 1 && args[0].ends_with(".json")) return reportFile(args[0], flags);

  // Both outlive this function: the program ends the process.
  auto* reporter = new Reporter(flags);
  if (std::string e = reporter->setUp(); !e.empty()) return wrong(e);
  compile.options.countLoops = collectOptions(flags, vm, {}).sites;
  auto* flows = new ProfileFlows;
  if (flags.needsFlows()) {
    compile.explain = [flows](const FileSet& files, const PackageSource& source, const ir::Unit& unit) { flows->read(files, source, unit); };
    compile.explainStd = flags.flow;
  }
  return runArguments(app, compile, vm, [&, reporter, flows](const std::vector<std::string>& command) {
    CollectOptions options = collectOptions(flags, vm, command);
    if (period && flags.cpu) options.cpuSamplePeriodNanos = period * 1000;
    else if (period) options.allocSamplePeriod = period;
    startProgress(progress);
    Collector::install(options, [reporter, flows](Profile p) {
      stopProgress();
      flows->fill(p);
      std::fflush(stdout);
      // On a stack of its own: the program may end on a thread with a small one.
      bool ok = false;
      std::thread([&] { ok = reporter->report(p, 2); }).join();
      if (ok || p.meta.exitStatus != 0) return;
      _exit(1);   // a limit is exceeded, or a report could not be written
    });
  });
}

}  // namespace burrow
