#include <gtest/gtest.h>

#include <cmath>

#include "profiler/bench/experiment.h"
#include "profiler/bench/runner.h"
#include "tests/profiler/benchmark_format.h"

namespace burrow::profiler::test {

TEST(Stats, Quantiles) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({1, 2, 3, 4}), 2.5);
  EXPECT_EQ(quantile({1, 2, 3, 4, 5}, 0.25), 2);
  EXPECT_EQ(median({}), 0);
  EXPECT_NEAR(geometricMean({0.5, 2}), 1, 1e-12);
  EXPECT_EQ(countOutliers({1, 1.1, 0.9, 1, 1.05, 9}), 1u);
}

// Tables of the exact distribution (n = m = 3: 0.1 at best; 4: 0.0286; 5, 3 apart), and R's wilcox.test.
TEST(Stats, MannWhitneyIsExactForSmallSamples) {
  EXPECT_NEAR(mannWhitney({1, 2, 3}, {4, 5, 6}), 0.1, 1e-9);
  EXPECT_NEAR(mannWhitney({1, 2, 3, 4}, {5, 6, 7, 8}), 2.0 / 70, 1e-9);
  EXPECT_NEAR(mannWhitney({1, 4, 5, 8}, {2, 3, 6, 7}), 1, 1e-9);
  EXPECT_EQ(mannWhitney({}, {1}), 1);
  EXPECT_EQ(mannWhitney({1, 1, 1}, {1, 1, 1}), 1);
}

TEST(Stats, MannWhitneyWithTiesIsNearTheExactOne) {
  std::vector<double> a, b;
  for (int i = 0; i < 40; ++i) {
    a.push_back(i % 10);
    b.push_back(i % 10 + 3);
  }
  EXPECT_LT(mannWhitney(a, b), 1e-4);
  EXPECT_GT(mannWhitney(a, a), 0.99);
}

TEST(Stats, IntervalsHoldTheTruth) {
  std::vector<double> a, b;
  for (int i = 0; i < 20; ++i) {
    double drift = 1 + 0.02 * i;   // the machine slows down; both see it
    a.push_back(2.0 * drift + 0.01 * (i % 3));
    b.push_back(1.0 * drift + 0.01 * (i % 2));
  }
  Interval r = ratioInterval(a, b);
  EXPECT_LT(r.low, 2);
  EXPECT_GT(r.high, 1.97);
  EXPECT_LT(r.high - r.low, 0.1) << "drawn by rounds, drift cancels out";
  Interval m = medianInterval(a);
  EXPECT_LE(m.low, median(a));
  EXPECT_GE(m.high, median(a));
  Interval again = medianInterval(a);
  EXPECT_EQ(m.low, again.low);
}

/// Two halves of one noisy series must agree within their stated intervals.
TEST(Stats, HalvesOfASeriesAgree) {
  int agree = 0;
  uint64_t x = 88172645463325252u;
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<double> a, b;
    for (int i = 0; i < 15; ++i)
      for (std::vector<double>* v : {&a, &b}) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        v->push_back(1 + 0.1 * std::pow(static_cast<double>(x % 1000) / 1000, 4));
      }
    Interval i = medianInterval(a), j = medianInterval(b);
    agree += i.low <= j.high && j.low <= i.high;
  }
  EXPECT_GE(agree, 47);
}

TEST(Grid, IsEveryCombination) {
  auto g = grid({{"jit", {"off", "on"}}, {"gogc", {"50", "100", "200"}}});
  ASSERT_EQ(g.size(), 6u);
  EXPECT_EQ(settingsName(g[0]), "jit=off gogc=50");
  EXPECT_EQ(settingsName(g[5]), "jit=on gogc=200");
  EXPECT_EQ(settingsName(grid({})[0]), "burrow");
}

TEST(BenchmarkLines, AreParsed) {
  BenchmarkLine line;
  ASSERT_TRUE(parseBenchmarkLine("BenchmarkAdd/n=10-2   \t 1000\t 12.5 ns/op\t 16 B/op\t 1 allocs/op", line));
  EXPECT_EQ(line.name, "Add/n=10-2");
  ASSERT_EQ(line.values.size(), 3u);
  EXPECT_EQ(line.values[0].first, "ns/op");
  EXPECT_EQ(line.values[0].second, 12.5);
  EXPECT_FALSE(parseBenchmarkLine("BenchmarkAdd", line));
  EXPECT_FALSE(parseBenchmarkLine("ok  \tx\t0.1s", line));
}

TEST(Runner, MeasuresAndReportsFailure) {
  Measured m = runOnce({{"/bin/sh", "-c", "echo hello; exit 3"}, "", true});
  EXPECT_EQ(m.status, 3);
  EXPECT_EQ(m.output, "hello\n");
  EXPECT_GT(m.wallSeconds, 0);
  EXPECT_EQ(m.outputHash, runOnce({{"/bin/echo", "hello"}, "", false}).outputHash);
  EXPECT_NE(m.outputHash, runOnce({{"/bin/echo", "other"}, "", false}).outputHash);
  EXPECT_EQ(runOnce({{"/does/not/exist"}, "", false}).status, -1);
  EXPECT_EQ(runOnce({{"/bin/sh", "-c", "kill -9 $$"}, "", false}).status, 128 + 9);
}

namespace {
Experiment sample() {
  Experiment e;
  e.program = {"fib.go", "30"};
  e.machine = "test";
  for (const char* level : {"off", "on"}) {
    Variant v;
    v.settings = {{"jit", level}};
    v.name = settingsName(v.settings);
    for (uint32_t i = 0; i < 8; ++i) {
      Run r;
      r.round = i + 1;
      r.wallSeconds = (level[1] == 'f' ? 1.0 : 0.25) + 0.001 * i;
      r.cpuSeconds = r.wallSeconds;
      r.peakResidentBytes = 10 << 20;
      r.stats = {true, 100, 4096, 2, 1000, 1 << 20, 10 << 20, 5'000'000, 65536, 12, 3'000'000};
      v.runs.push_back(r);
    }
    v.warmups.push_back(v.runs[0]);
    e.variants.push_back(v);
  }
  return e;
}
}  // namespace

TEST(Experiment, IsReportedInEveryFormat) {
  Experiment e = sample();
  std::string table = experimentTable(e, 200, false);
  EXPECT_NE(table.find("0.253 ["), std::string::npos) << table;
  EXPECT_NE(table.find("p<0.001"), std::string::npos) << table;
  EXPECT_NE(table.find("64.0 KiB"), std::string::npos) << table;
  EXPECT_NE(experimentMarkdown(e).find("| jit=on | "), std::string::npos);
  std::string csv = experimentCsv(e);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 2 * 9);
  EXPECT_NE(experimentJson(e).find("\"significant\": true"), std::string::npos);
  std::string html = experimentHtml(e);
  EXPECT_NE(html.find("id=\"boxes\""), std::string::npos);
  EXPECT_EQ(html.find("http"), html.find("http-equiv")) << "nothing comes from elsewhere";
}

TEST(Experiment, IsWrittenInGosBenchmarkFormat) {
  Experiment e = sample();
  Variant other;
  other.name = "./bin/other run\tx-2";
  other.runs = {e.variants[0].runs[0]};
  other.runs[0].stats.present = false;
  e.variants.push_back(other);
  for (auto [program, name] : {std::pair{"fib.go", "Fib"}, {"./cmd/tool/", "Tool"}, {".", "Program"}, {"2nd.go", "Program_2nd"}, {"a b-3.go", "A_b_3"}}) {
    e.program[0] = program;
    BenchmarkFile file(experimentGoBench(e));
    ASSERT_EQ(file.error, "");
    ASSERT_EQ(file.results.size(), 17u);
    const BenchmarkResult &on = file.results[8], &last = file.results[16];
    EXPECT_EQ(on.name, name);
    EXPECT_EQ(on.config.at("/jit"), "on");
    EXPECT_EQ(on.config.at("cpu"), "test");
    EXPECT_EQ(on.iterations, 1u);
    EXPECT_EQ(on.values, (std::map<std::string, double>{{"ns/op", 250e6}, {"B/op", 4096}, {"allocs/op", 100}, {"GCs/op", 2}, {"peak-B/op", 10 << 20}}));
    EXPECT_EQ(last.name, name);
    EXPECT_EQ(last.config.at("/command"), ".:bin:other_run_x_2");
    EXPECT_FALSE(last.config.contains("/gomaxprocs"));
  }
}

TEST(BenchmarkFormat, IsReadStrictly) {
  EXPECT_EQ(BenchmarkFile("key: v\nkey:\nUnit ns/op better=lower\n\nBenchmarkX-2 \t 10\t 1.5 ns/op\n").results.at(0).config.count("key"), 0u);
  for (const char* wrong : {"Key: v\n", "key:v\n", "a key: v\n", "Benchmarkx 1 2 ns/op\n", "BenchmarkX 1 2\n", "BenchmarkX 0 2 ns/op\n", "BenchmarkX 1 two ns/op\n", "BenchmarkX 1 2 s 3 s\n", "ok  \tpkg\t1s\n", "key: v"})
    EXPECT_NE(BenchmarkFile(wrong).error, "") << wrong;
}

TEST(Experiment, NoDifferenceIsSaidSo) {
  Experiment e = sample();
  e.variants[1].runs = e.variants[0].runs;
  EXPECT_NE(experimentTable(e, 200, false).find("~ p=1.00"), std::string::npos);
}

TEST(Experiment, RunStatsAreReadAsWritten) {
  RunStats s = sample().variants[0].runs[0].stats, again;
  ASSERT_TRUE(fromJson(toJson(s), again));
  EXPECT_EQ(again.jitCodeBytes, s.jitCodeBytes);
  EXPECT_EQ(again.startNanos, s.startNanos);
  EXPECT_FALSE(fromJson("x", again));
}

}  // namespace burrow::profiler::test
