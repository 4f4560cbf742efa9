// Experiments as text: a table for terminals, Markdown, CSV, JSON, Go's benchmark format.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "profiler/bench/experiment.h"
#include "profiler/report/colour.h"
#include "profiler/report/columns.h"
#include "profiler/report/units.h"

namespace burrow::profiler {

namespace {

using Get = uint64_t (*)(const Run&);

double medianOf(const Variant& v, Get get) {
  std::vector<double> values;
  for (const Run& r : v.runs) values.push_back(static_cast<double>(get(r)));
  return median(values);
}

bool hasStats(const Variant& v) { return !v.runs.empty() && v.runs[0].stats.present; }

std::string seconds(double s) { return durationText(s * 1e9); }

/// "0.412 [0.405, 0.419]", or ~ where the two cannot be told apart.
std::string ratioText(const Comparison& c) { return fmt::format("{:.3f} [{:.3f}, {:.3f}]", c.ratio, c.interval.low, c.interval.high); }
std::string significanceText(const Comparison& c) { return c.isSignificant() ? (c.p < 0.001 ? std::string("p<0.001") : fmt::format("p={:.3f}", c.p)) : fmt::format("~ p={:.2f}", c.p); }

/// The cells of a variant, title by title.
std::vector<std::pair<std::string, std::string>> cellsOf(const Experiment& e, size_t i) {
  const Variant& v = e.variants[i];
  std::vector<double> values = valuesOf(v, e.metric);
  std::vector<std::pair<std::string, std::string>> c = {{"variant", v.name}, {metricName(e.metric), seconds(median(values))}, {"spread", fmt::format("±{:.1f} %", 100 * relativeSpread(values))}};
  if (e.variants.size() > 1) {
    Comparison k = compare(e.variants[0], v, e.metric);
    c.emplace_back("ratio [95 %]", i ? ratioText(k) : "1");
    c.emplace_back("", i ? significanceText(k) : "base");
  }
  if (e.metric != Metric::Cpu) {
    std::vector<double> cpu = valuesOf(v, Metric::Cpu);
    c.emplace_back("cpu", seconds(median(cpu)));
  }
  c.emplace_back("peak memory", bytesText(medianOf(v, [](const Run& r) { return r.peakResidentBytes; })));
  auto stat = [&](const char* title, Get get, std::string (*text)(double)) { c.emplace_back(title, hasStats(v) ? text(medianOf(v, get)) : "-"); };
  auto count = [](double n) { return countText(static_cast<uint64_t>(n)); };
  if (std::none_of(e.variants.begin(), e.variants.end(), hasStats)) return c;
  stat("objects", [](const Run& r) { return r.stats.allocatedObjects; }, count);
  stat("allocated", [](const Run& r) { return r.stats.allocatedBytes; }, bytesText);
  stat("collections", [](const Run& r) { return r.stats.collections; }, count);
  stat("pauses", [](const Run& r) { return r.stats.pauseNanos; }, durationText);
  stat("start", [](const Run& r) { return r.stats.startNanos; }, durationText);
  bool anyJit = std::any_of(e.variants.begin(), e.variants.end(), [](const Variant& x) { return hasStats(x) && x.runs[0].stats.jitFunctions; });
  if (!anyJit) return c;
  stat("jit time", [](const Run& r) { return r.stats.jitNanos; }, durationText);
  stat("jit code", [](const Run& r) { return r.stats.jitCodeBytes; }, bytesText);
  return c;
}

int priorityOf(const std::string& title) {
  static const std::map<std::string, int> kPriority = {{"start", 1}, {"jit code", 2}, {"jit time", 3}, {"pauses", 4}, {"allocated", 5}, {"collections", 6}, {"objects", 7}, {"peak memory", 8}, {"cpu", 9}, {"spread", 10}};
  auto at = kPriority.find(title);
  return at == kPriority.end() ? 0 : at->second;
}

std::string joined(const std::vector<std::string>& words) {
  std::string s;
  for (const std::string& w : words) s += (s.empty() ? "" : " ") + w;
  return s;
}

/// The slope of times over rounds would betray a machine that heats up; the first run tells what a cold start costs.
std::string warmupText(const Experiment& e) {
  std::string out;
  for (const Variant& v : e.variants)
    if (!v.warmups.empty()) out += (out.empty() ? "" : ", ") + v.name + " " + seconds(v.warmups[0].wallSeconds);
  return out.empty() ? out : "first run (not counted): " + out + "\n";
}

}  // namespace

std::string experimentTable(const Experiment& e, size_t width, bool colour) {
  Paint paint{colour};
  std::vector<Column> columns;
  std::vector<Comparison> comparisons;
  for (size_t i = 0; i < e.variants.size(); ++i) {
    auto cells = cellsOf(e, i);
    for (size_t k = 0; k < cells.size(); ++k) {
      if (i == 0) columns.push_back({cells[k].first, k != 0 && k != 4, false, k == 0 ? size_t{12} : 0, priorityOf(cells[k].first), {}});
      columns[k].cells.push_back(cells[k].second);
    }
    comparisons.push_back(compare(e.variants[0], e.variants[i], e.metric));
  }
  std::string out = paint.bold(joined(e.program)) + paint.dim(fmt::format("  {} runs of each, in turns", e.variants.empty() ? 0 : e.variants[0].runs.size())) + "\n";
  out += layOut(std::move(columns), width, [&](size_t i, const std::string& line) {
    if (i == 0) return paint.bold(line);
    const Comparison& c = comparisons[i - 1];
    return i > 1 && c.isSignificant() ? (c.ratio < 1 ? paint.green(line) : paint.red(line)) : line;
  });
  out += paint.dim(warmupText(e));
  for (const std::string& n : e.notes) out += paint.yellow("note: ") + n + "\n";
  return out;
}

std::string experimentMarkdown(const Experiment& e) {
  std::string out = "**" + joined(e.program) + "**\n\n", rule;
  for (size_t i = 0; i < e.variants.size(); ++i) {
    auto cells = cellsOf(e, i);
    if (i == 0) {
      for (size_t k = 0; k < cells.size(); ++k) {
        out += "| " + cells[k].first + " ";
        rule += k ? "| ---: " : "| --- ";
      }
      out += "|\n" + rule + "|\n";
    }
    for (const auto& [title, cell] : cells) out += "| " + cell + " ";
    out += "|\n";
  }
  out += "\n" + warmupText(e);
  for (const std::string& n : e.notes) out += "\nNote: " + n + "\n";
  return out + "\n" + e.machine + ", " + e.startedAt + "\n";
}

std::string experimentCsv(const Experiment& e) {
  auto quoted = [](const std::string& s) {
    std::string q = "\"";
    for (char c : s) q += c == '"' ? "\"\"" : std::string(1, c);
    return q + "\"";
  };
  std::string out = "variant,round,warmup,wall_s,cpu_s,peak_bytes,objects,allocated_bytes,collections,pause_ns,start_ns,jit_ns,jit_code_bytes,jit_functions\n";
  for (const Variant& v : e.variants)
    for (bool warmup : {true, false})
      for (const Run& r : warmup ? v.warmups : v.runs) {
        out += fmt::format("{},{},{},{:.6f},{:.6f},{}", quoted(v.name), r.round, warmup ? 1 : 0, r.wallSeconds, r.cpuSeconds, r.peakResidentBytes);
        const RunStats& s = r.stats;
        out += s.present ? fmt::format(",{},{},{},{},{},{},{},{}\n", s.allocatedObjects, s.allocatedBytes, s.collections, s.pauseNanos, s.startNanos, s.jitNanos, s.jitCodeBytes, s.jitFunctions) : ",,,,,,,,\n";
      }
  return out;
}

std::string experimentJson(const Experiment& e) {
  using Json = nlohmann::ordered_json;
  auto runs = [](const std::vector<Run>& list) {
    Json out = Json::array();
    for (const Run& r : list) {
      Json j = {{"round", r.round}, {"wallSeconds", r.wallSeconds}, {"cpuSeconds", r.cpuSeconds}, {"peakResidentBytes", r.peakResidentBytes}};
      if (r.stats.present) j["stats"] = Json::parse(toJson(r.stats));
      out.push_back(std::move(j));
    }
    return out;
  };
  Json j = {{"format", "burrow-bench"}, {"version", 1}, {"program", e.program}, {"startedAt", e.startedAt}, {"machine", e.machine}, {"metric", metricName(e.metric)}};
  j["variants"] = Json::array();
  for (const Variant& v : e.variants) {
    std::vector<double> values = valuesOf(v, e.metric);
    Interval interval = medianInterval(values);
    Json settings = Json::object();
    for (const auto& [name, level] : v.settings) settings[name] = level;
    Json k = {{"name", v.name}, {"settings", settings}, {"command", v.command}, {"medianSeconds", median(values)}, {"interval", {interval.low, interval.high}}, {"spread", relativeSpread(values)}};
    if (&v != &e.variants[0]) {
      Comparison c = compare(e.variants[0], v, e.metric);
      k["comparison"] = {{"ratio", c.ratio}, {"interval", {c.interval.low, c.interval.high}}, {"p", c.p}, {"significant", c.isSignificant()}};
    }
    k["warmups"] = runs(v.warmups);
    k["runs"] = runs(v.runs);
    j["variants"].push_back(std::move(k));
  }
  j["notes"] = e.notes;
  return j.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

namespace {

/// A part of a benchmark's name: no spaces, no slashes, and nothing at its end that reads as GOMAXPROCS.
std::string namePart(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == 127) c = '_';
    else if (c == '/') c = ':';
  size_t digits = text.find_last_not_of("0123456789");
  if (digits != std::string::npos && digits + 1 < text.size() && text[digits] == '-') text[digits] = '_';
  return text;
}

/// After the program: what follows "Benchmark" has to be in upper case.
std::string benchmarkName(const Experiment& e) {
  std::string program = e.program.empty() ? "" : e.program[0];
  while (program.ends_with('/')) program.pop_back();
  program = program.substr(program.rfind('/') + 1);
  if (program.ends_with(".go")) program.resize(program.size() - 3);
  if (program.empty() || program == "." || program == "..") return "BenchmarkProgram";
  char first = static_cast<char>(std::toupper(static_cast<unsigned char>(program[0])));
  if (first < 'A' || first > 'Z') return "BenchmarkProgram_" + namePart(program);
  return "Benchmark" + std::string(1, first) + namePart(program.substr(1));
}

}  // namespace

std::string experimentGoBench(const Experiment& e) {
  std::string out = "goos: linux\ngoarch: amd64\ncpu: " + e.machine + "\n";
  for (const Variant& v : e.variants) {
    std::string name = benchmarkName(e);
    if (v.settings.empty()) name += "/command=" + namePart(v.name);
    for (const auto& [factor, level] : v.settings) name += "/" + factor + "=" + namePart(level);
    for (size_t i = 0; i < v.runs.size(); ++i) {
      const Run& r = v.runs[i];
      out += fmt::format("{} 1 {:.0f} ns/op", name, valuesOf(v, e.metric)[i] * 1e9);
      if (r.stats.present) out += fmt::format(" {} B/op {} allocs/op {} GCs/op", r.stats.allocatedBytes, r.stats.allocatedObjects, r.stats.collections);
      out += fmt::format(" {} peak-B/op\n", r.peakResidentBytes);
    }
  }
  return out;
}

std::string benchmarkTable(const std::vector<std::string>& variants, const std::vector<std::vector<BenchmarkLine>>& lines, size_t width, bool colour) {
  Paint paint{colour};
  std::vector<std::string> units, names;
  std::map<std::pair<std::string, std::string>, std::vector<std::vector<double>>> values;   // unit, name: by variant
  for (size_t v = 0; v < lines.size(); ++v)
    for (const BenchmarkLine& line : lines[v]) {
      if (std::find(names.begin(), names.end(), line.name) == names.end()) names.push_back(line.name);
      for (const auto& [unit, value] : line.values) {
        if (std::find(units.begin(), units.end(), unit) == units.end()) units.push_back(unit);
        auto& list = values[{unit, line.name}];
        list.resize(variants.size());
        list[v].push_back(value);
      }
    }
  std::string out;
  for (const std::string& unit : units) {
    std::vector<Column> c = {{unit, false, false, 12, 0, {}}};
    for (size_t v = 0; v < variants.size(); ++v) {
      c.push_back({variants[v], true, false, 0, 0, {}});
      c.push_back({"", true, false, 0, 1, {}});
      if (v) c.push_back({"", false, false, 0, 0, {}});
    }
    std::vector<std::vector<double>> ratios(variants.size());
    for (const std::string& name : names) {
      auto at = values.find({unit, name});
      if (at == values.end()) continue;
      c[0].cells.push_back(name);
      size_t k = 1;
      for (size_t v = 0; v < variants.size(); ++v) {
        const std::vector<double>& mine = at->second[v];
        const std::vector<double>& base = at->second[0];
        c[k++].cells.push_back(mine.empty() ? "-" : unit == "ns/op" ? durationText(median(mine)) : fmt::format("{:g}", median(mine)));
        c[k++].cells.push_back(mine.empty() ? "" : fmt::format("±{:.0f} %", 100 * relativeSpread(mine)));
        if (!v) continue;
        double p = mannWhitney(mine, base), under = median(base);
        bool known = !mine.empty() && under > 0 && median(mine) > 0;
        if (known) ratios[v].push_back(median(mine) / under);
        c[k++].cells.push_back(!known || mine == base ? (median(mine) == under ? "=" : "") : p < 0.05 ? fmt::format("{:.3f} p={:.3f}", median(mine) / under, p) : fmt::format("~ p={:.2f}", p));
      }
    }
    if (c[0].cells.size() > 1 && variants.size() > 1) {
      c[0].cells.push_back("geometric mean");
      size_t k = 1;
      for (size_t v = 0; v < variants.size(); ++v) {
        c[k++].cells.push_back("");
        c[k++].cells.push_back("");
        if (v) c[k++].cells.push_back(ratios[v].empty() ? "" : fmt::format("{:.3f}", geometricMean(ratios[v])));
      }
    }
    out += (out.empty() ? "" : "\n") + layOut(std::move(c), width, [&](size_t i, const std::string& line) { return i ? line : paint.bold(line); });
  }
  return out;
}

}  // namespace burrow::profiler
