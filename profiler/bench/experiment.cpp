#include "profiler/bench/experiment.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace burrow::profiler {

namespace {
#define BURROW_RUN_STATS(X) X(allocatedObjects) X(allocatedBytes) X(collections) X(pauseNanos) X(heapSysBytes) X(peakResidentBytes) X(jitNanos) X(jitCodeBytes) X(jitFunctions) X(startNanos)
}  // namespace

std::string toJson(const RunStats& s) {
  nlohmann::ordered_json j;
#define X(name) j[#name] = s.name;
  BURROW_RUN_STATS(X)
#undef X
  return j.dump() + "\n";
}

bool fromJson(const std::string& text, RunStats& out) {
  nlohmann::json j = nlohmann::json::parse(text, nullptr, false);
  if (!j.is_object()) return false;
#define X(name) \
  if (auto at = j.find(#name); at != j.end() && at->is_number_unsigned()) out.name = at->get<uint64_t>();
  BURROW_RUN_STATS(X)
#undef X
  return out.present = true;
}

const char* metricName(Metric metric) { return metric == Metric::Wall ? "wall" : metric == Metric::Cpu ? "cpu" : "program"; }

std::vector<double> valuesOf(const Variant& v, Metric metric) {
  std::vector<double> out;
  for (const Run& r : v.runs) {
    if (metric == Metric::Cpu) out.push_back(r.cpuSeconds);
    else out.push_back(metric == Metric::Program && r.stats.present ? r.wallSeconds - static_cast<double>(r.stats.startNanos) / 1e9 : r.wallSeconds);
  }
  return out;
}

Comparison compare(const Variant& base, const Variant& v, Metric metric) {
  std::vector<double> a = valuesOf(v, metric), b = valuesOf(base, metric);
  Comparison c;
  if (double under = median(b); under != 0) c.ratio = median(a) / under;
  c.interval = ratioInterval(a, b);
  c.p = mannWhitney(a, b);
  return c;
}

std::vector<std::vector<std::pair<std::string, std::string>>> grid(const std::vector<Factor>& factors) {
  std::vector<std::vector<std::pair<std::string, std::string>>> all = {{}};
  for (const Factor& f : factors) {
    std::vector<std::vector<std::pair<std::string, std::string>>> more;
    for (const auto& settings : all)
      for (const std::string& level : f.levels) {
        more.push_back(settings);
        more.back().emplace_back(f.name, level);
      }
    all = std::move(more);
  }
  return all;
}

std::string settingsName(const std::vector<std::pair<std::string, std::string>>& settings) {
  std::string name;
  for (const auto& [factor, level] : settings) name += (name.empty() ? "" : " ") + factor + "=" + level;
  return name.empty() ? "burrow" : name;
}

void addNotes(Experiment& e, double loadBefore) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  if (loadBefore > 0.5 * static_cast<double>(cores))
    e.notes.push_back(fmt::format("the machine was busy: a load of {:.1f} on {} cores before the first run", loadBefore, cores));
  for (const Variant& v : e.variants) {
    std::vector<double> values = valuesOf(v, e.metric);
    if (size_t n = countOutliers(values)) e.notes.push_back(fmt::format("{}: {} of {} runs are outliers", v.name, n, values.size()));
    if (relativeSpread(values) > 0.1) e.notes.push_back(fmt::format("{}: the runs differ by ±{:.0f} %; more of them (-n) or a quieter machine would help", v.name, 100 * relativeSpread(values)));
  }
  if (e.variants.size() > 1 && !e.variants[0].runs.empty() && e.variants[0].runs.size() < 6)
    e.notes.push_back("fewer than 6 runs of each: no difference can be significant at 0.05 with less than 4, and intervals are wide");
}

std::string describeMachine() {
  std::string model, line;
  std::ifstream info("/proc/cpuinfo");
  while (model.empty() && std::getline(info, line))
    if (line.starts_with("model name")) model = line.substr(line.find(':') + 2);
  utsname u{};
  uname(&u);
  return fmt::format("{}, {} cores, {} {}", model.empty() ? u.machine : model, sysconf(_SC_NPROCESSORS_ONLN), u.sysname, u.release);
}

bool parseBenchmarkLine(const std::string& text, BenchmarkLine& out) {
  if (!text.starts_with("Benchmark")) return false;
  std::istringstream words(text);
  std::string name, value, unit;
  uint64_t n = 0;
  if (!(words >> name >> n)) return false;
  out = {name.substr(9), {}};
  while (words >> value >> unit) {
    char* end = nullptr;
    double v = std::strtod(value.c_str(), &end);
    if (*end) return false;
    out.values.emplace_back(unit, v);
  }
  return !out.values.empty();
}

}  // namespace burrow::profiler
