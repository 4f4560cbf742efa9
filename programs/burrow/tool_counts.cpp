// burrow tool counts: runs a program and prints what was collected about it, one line a fact with fields separated by tabs, for scripts
// and for Burrow's own tests. What a person wants to read is burrow profile.
#include <cstdio>

#include "profiler/collect/collect.h"
#include "programs/burrow/session.h"

namespace burrow {

namespace {

using profiler::Profile;
using ull = unsigned long long;

std::string place(const Profile& p, uint32_t frame) {
  const profiler::Frame& f = p.frames[frame];
  std::string at = p.strings[f.file] + ":" + std::to_string(f.line);
  if (f.column) at += ":" + std::to_string(f.column);
  return at;
}

void printSites(std::FILE* out, const Profile& p) {
  for (const profiler::Site& s : p.sites) {
    uint32_t frame = s.frames.empty() ? 0 : s.frames[0];
    std::fprintf(out, "site\t%s\t%s\t%s\t%s\t%s\t%llu\t%llu", place(p, frame).c_str(), p.strings[p.frames[frame].function].c_str(),
                 p.strings[s.kind].c_str(), s.onHeap ? "heap" : "stack", p.strings[s.type].c_str(), ull(s.allocated.objects), ull(s.allocated.bytes));
    std::fprintf(out, "\tsurvived=%llu\texit=%llu\tpeak=%llu\tgrowths=%llu\tcopied=%llu\tmax=%llu\tmin=%llu\t%s\n", ull(s.survived.objects),
                 ull(s.atExit.objects), ull(s.atPeak.objects), ull(s.growths), ull(s.copiedBytes), ull(s.maxLength), ull(s.minLength),
                 p.strings[s.reason].c_str());
    for (size_t i = 1; i < s.frames.size(); i++)
      std::fprintf(out, "\tinlined into\t%s\t%s\n", place(p, s.frames[i]).c_str(), p.strings[p.frames[s.frames[i]].function].c_str());
  }
}

void printLoops(std::FILE* out, const Profile& p) {
  for (const profiler::Loop& l : p.loops) std::fprintf(out, "loop\t%s\t%s\t%llu\n", place(p, l.frame).c_str(), p.strings[p.frames[l.frame].function].c_str(), ull(l.entries));
}

void printStacks(std::FILE* out, const Profile& p, const char* what, const std::vector<profiler::StackSample>& samples) {
  for (const profiler::StackSample& s : samples) {
    std::fprintf(out, "%s\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\t", what, ull(s.events), ull(s.nanoseconds), ull(s.allocated.objects),
                 ull(s.allocated.bytes), ull(s.inUse.objects), ull(s.inUse.bytes));
    for (uint32_t f : s.frames) std::fprintf(out, "%s %s;", p.strings[p.frames[f].function].c_str(), place(p, f).c_str());
    std::fputc('\n', out);
  }
}

void print(std::FILE* out, const Profile& p) {
  auto total = [out](const char* name, const profiler::Count& c) { std::fprintf(out, "total\t%s\t%llu\t%llu\n", name, ull(c.objects), ull(c.bytes)); };
  std::fprintf(out, "run\tstatus=%d\tinterrupted=%d\twall=%.3f\tcpu=%.3f\n", p.meta.exitStatus, p.meta.interrupted,
               static_cast<double>(p.meta.wallNanos) / 1e9, static_cast<double>(p.meta.cpuNanos) / 1e9);
  total("heap", p.heap);
  total("memstats", p.memStats);
  total("stack", p.stack);
  total("peak", p.peak);
  std::fprintf(out, "collections\t%zu\npoints\t%zu\n", p.collections.size(), p.timeline.size());
  printSites(out, p);
  printLoops(out, p);
  printStacks(out, p, "alloc", p.allocStacks);
  printStacks(out, p, "cpu", p.cpuStacks);
  printStacks(out, p, "block", p.blockStacks);
  printStacks(out, p, "mutex", p.mutexStacks);
}

}  // namespace

int toolCounts(const std::vector<std::string>& arguments) {
  CLI::App app("Run a program and print what was counted at its allocation sites.", "burrow tool counts");
  CompileFlags flags;
  VmFlags vmFlags;
  profiler::CollectOptions options;
  std::string output;
  flags.add(app);
  vmFlags.add(app);
  app.add_option("-o", output, "file to write to; default: standard error");
  app.add_option("--alloc-period", options.allocSamplePeriod, "mean bytes between sampled allocation stacks; 0: none");
  app.add_option("--cpu-period", options.cpuSamplePeriodNanos, "nanoseconds of CPU time between samples; 0: none");
  app.add_option("--block-period", options.blockPeriodNanos, "one blocking event in so many nanoseconds; 0: none");
  app.add_option("--mutex-fraction", options.mutexFraction, "one contention in so many; 0: none");
  bool noSites = false;
  app.add_flag("--no-sites", noSites, "no exact counts");
  if (int status = parseFlags(app, arguments); status >= 0) return status;
  options.sites = !noSites;
  flags.options.countLoops = options.sites;
  return runArguments(app, flags, vmFlags, [&](const std::vector<std::string>& programArgs) {
    options.command = programArgs;
    options.jit = vmFlags.jit;
    options.escape = vmFlags.escape;
    options.gogc = vmFlags.config.gogc;
    profiler::Collector::install(options, [output](const Profile& p) {
      std::FILE* out = output.empty() ? stderr : std::fopen(output.c_str(), "w");
      if (!out) return;
      print(out, p);
      std::fflush(out);
    });
  });
}

}  // namespace burrow
