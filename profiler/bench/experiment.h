// An experiment: one program in several variants, run in turns so that what disturbs the machine disturbs all of them.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "profiler/bench/stats.h"

namespace burrow::profiler {

/// What a run of Burrow says about itself (burrow run --run-stats).
struct RunStats {
  bool present = false;
  uint64_t allocatedObjects = 0, allocatedBytes = 0, collections = 0, pauseNanos = 0, heapSysBytes = 0, peakResidentBytes = 0;
  uint64_t jitNanos = 0, jitCodeBytes = 0, jitFunctions = 0;
  uint64_t startNanos = 0;      ///< from the process's start until the program ran: compiling, loading
};
std::string toJson(const RunStats& stats);
/// False if the text is none.
bool fromJson(const std::string& text, RunStats& out);

struct Run {
  uint32_t round = 0;           ///< from 1; warm-ups apart
  double wallSeconds = 0, cpuSeconds = 0;
  uint64_t peakResidentBytes = 0;
  RunStats stats;
};

struct Variant {
  std::string name;             ///< "jit=on gogc=50", or a command
  std::vector<std::pair<std::string, std::string>> settings;
  std::vector<std::string> command;
  std::vector<Run> warmups, runs;
};

enum class Metric : uint8_t { Wall, Cpu, Program };  ///< Program: wall without compiling and loading
const char* metricName(Metric metric);

struct Experiment {
  std::vector<std::string> program;
  std::vector<Variant> variants;   ///< the first is what the others are compared with
  Metric metric = Metric::Wall;
  std::string machine, startedAt;
  std::vector<std::string> notes;  ///< what the reader must know: noise, outliers, few runs, different output
};

std::vector<double> valuesOf(const Variant& v, Metric metric);

/// A variant beside the first.
struct Comparison {
  double ratio = 1;                ///< of the medians: below 1 is faster
  Interval interval;
  double p = 1;
  bool isSignificant() const { return p < 0.05; }
};
Comparison compare(const Variant& base, const Variant& v, Metric metric);

/// The grid of all combinations: factors in the order given, the last varies fastest. A flag of burrow for each: {"jit", {"off", "on"}}.
struct Factor {
  std::string name;
  std::vector<std::string> levels;
};
std::vector<std::vector<std::pair<std::string, std::string>>> grid(const std::vector<Factor>& factors);
std::string settingsName(const std::vector<std::pair<std::string, std::string>>& settings);

/// Adds notes on outliers, few runs and a busy machine.
void addNotes(Experiment& e, double loadBefore);
/// Processor, number of cores, kernel.
std::string describeMachine();

// ---- Reports
std::string experimentTable(const Experiment& e, size_t width, bool colour);
std::string experimentJson(const Experiment& e);
std::string experimentCsv(const Experiment& e);       ///< a line for each run
std::string experimentMarkdown(const Experiment& e);
std::string experimentHtml(const Experiment& e);      ///< with plots, no network
std::string experimentGoBench(const Experiment& e);   ///< the format of Go's benchmarks: benchstat reads it

// ---- Benchmark functions
/// One measured line of testing.B.
struct BenchmarkLine {
  std::string name;                ///< without "Benchmark"
  std::vector<std::pair<std::string, double>> values;   ///< unit and value
};
bool parseBenchmarkLine(const std::string& line, BenchmarkLine& out);
/// Medians by benchmark and unit, each variant beside the first: `lines[variant]` holds all rounds.
std::string benchmarkTable(const std::vector<std::string>& variants, const std::vector<std::vector<BenchmarkLine>>& lines, size_t width, bool colour);

}  // namespace burrow::profiler
