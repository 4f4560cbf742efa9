// burrow profile and burrow bench as a user runs them.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "profiler/file/profile_file.h"
#include "profiler/report/rows.h"
#include "tests/profiler/benchmark_format.h"
#include "tests/support/subprocess.h"

namespace burrow::profiler::test {

namespace {

using burrow::test::Command;
using burrow::test::CommandResult;

const char* const kProgram = R"(package main

import (
	"fmt"
	"os"
)

type point struct{ x, y int }

var sink []*point

func fill(n int) (out []*point) {
	for i := 0; i < n; i++ {
		out = append(out, &point{i, i})
	}
	return out
}

func spin(n int) (x uint32) {
	for i := 0; i < n; i++ {
		x = x*1664525 + 1013904223
	}
	return x
}

func main() {
	sink = fill(1000)
	fmt.Println(len(sink), spin(20000000) > 7)
	if len(os.Args) > 1 {
		os.Exit(3)
	}
}
)";

class ProfileCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = std::filesystem::temp_directory_path() / ("burrow-profile-" + std::to_string(::getpid()));
    std::filesystem::create_directories(dir_);
    std::ofstream(dir_ / "p.go") << kProgram;
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  CommandResult burrow(std::vector<std::string> args) {
    Command c;
    c.argv = std::move(args);
    c.argv.insert(c.argv.begin(), burrow::test::burrowPath());
    c.dir = dir_.string();
    c.env["COLUMNS"] = "180";
    return burrow::test::runCommand(c);
  }
  bool exists(const char* name) { return std::filesystem::exists(dir_ / name) && std::filesystem::file_size(dir_ / name) > 0; }
  std::string read(const char* name) { return burrow::test::readWholeFile((dir_ / name).string()); }

  std::filesystem::path dir_;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_F(ProfileCommand, ReportsOnStandardErrorAndKeepsOutputAndStatus) {
  CommandResult r = burrow({"profile", "p.go", "x"});
  EXPECT_EQ(r.status, 3);
  EXPECT_EQ(r.out, "1000 true\n");
  EXPECT_TRUE(has(r.err, "p.go:14:21")) << r.err;
  EXPECT_TRUE(has(r.err, "new main.point")) << r.err;
  EXPECT_TRUE(has(r.err, "(as runtime.MemStats says)")) << r.err;
  EXPECT_TRUE(has(r.err, "out = make([]*point, 0, n)")) << r.err;
  EXPECT_FALSE(has(r.err, "\x1b")) << "no colours but on a terminal";
}

TEST_F(ProfileCommand, WritesEveryFormatByItsName) {
  CommandResult r = burrow({"profile", "-o", "p.json", "-o", "p.html", "-o=p.pb.gz", "-o", "p.collapsed", "-o", "p.txt", "p.go"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.err, "");
  for (const char* file : {"p.json", "p.html", "p.pb.gz", "p.collapsed", "p.txt"}) EXPECT_TRUE(exists(file)) << file;
  Profile p;
  ASSERT_EQ(readProfile((dir_ / "p.json").string(), p), "");
  RowOptions only;
  only.kinds = {"new"};
  only.package = "main";
  std::vector<Row> rows = makeRows(p, only);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].allocated.objects, 1000u);
  EXPECT_EQ(rows[0].allocated.bytes, 16000u);
  EXPECT_EQ(rows[0].atExit.objects, 1000u);
  EXPECT_TRUE(has(read("p.collapsed"), "[new main.point] 16000"));
  // The reports that have room for it say how it gets to the heap, as -m=2 does: fill is inlined, so it happens at the call.
  EXPECT_EQ(rows[0].flow, "flow: {heap} ← &{storage for &point{...}}:\n  from &point{...} (spill) at p.go:27:13\n  from append(out, &point{...}) (call parameter) at p.go:27:13");
  EXPECT_TRUE(has(read("p.html"), "flow: {heap} ← "));

  for (const Row& row : makeRows(p)) {
    if (row.onHeap && row.package == "main") {
      EXPECT_NE(row.reason, "") << row.position() << " " << row.kind;
    }
  }

  r = burrow({"profile", "report", "--kind=new,append", "--top=1", "p.json"});
  EXPECT_EQ(r.status, 0);
  EXPECT_TRUE(has(r.out, "more sites")) << r.out;
  EXPECT_FALSE(has(r.out, "box")) << r.out;
  r = burrow({"profile", "--diff", "p.json", "p.json"});
  EXPECT_TRUE(has(r.out, "no site differs")) << r.out;
}

TEST_F(ProfileCommand, PprofReadsWhatItWrites) {
  const char* goroot = std::getenv("BURROW_GOROOT");
  std::string go = std::string(goroot ? goroot : "") + "/bin/go";
  if (!goroot || !std::filesystem::exists(go)) GTEST_SKIP() << "no go command in BURROW_GOROOT";
  ASSERT_EQ(burrow({"profile", "-o", "a.pb.gz", "p.go"}).status, 0);
  ASSERT_EQ(burrow({"profile", "--cpu", "-o", "c.pb.gz", "p.go"}).status, 0);
  auto pprof = [&](std::vector<std::string> args) {
    Command c;
    c.argv = {go, "tool", "pprof"};
    c.argv.insert(c.argv.end(), args.begin(), args.end());
    c.dir = dir_.string();
    c.env["PPROF_TMPDIR"] = dir_.string();
    c.merge = true;
    return burrow::test::runCommand(c).out;
  };
  std::string top = pprof({"-top", "-sample_index=alloc_objects", "a.pb.gz"});
  EXPECT_TRUE(has(top, "main.fill")) << top;
  EXPECT_TRUE(has(top, "Type: alloc_objects")) << top;
  std::string list = pprof({"-list=main.fill", "a.pb.gz"});
  EXPECT_TRUE(has(list, "append(out, &point{i, i})")) << list;
  std::string tags = pprof({"-tags", "a.pb.gz"});
  EXPECT_TRUE(has(tags, "verdict")) << tags;
  EXPECT_TRUE(has(tags, "reason")) << tags;
  std::string cpu = pprof({"-top", "c.pb.gz"});
  EXPECT_TRUE(has(cpu, "main.spin")) << cpu;
}

TEST_F(ProfileCommand, LimitsDecideTheStatus) {
  EXPECT_EQ(burrow({"profile", "--limit=objects=100000,bytes=10MiB", "p.go"}).status, 0);
  CommandResult r = burrow({"profile", "--limit", "objects=10", "p.go"});
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(has(r.err, "limit exceeded")) << r.err;
  EXPECT_EQ(burrow({"profile", "--limit", "objects=10", "p.go", "x"}).status, 3) << "the program's own failure comes first";
  EXPECT_EQ(burrow({"profile", "--limit", "apples=10", "p.go"}).status, 2);
}

TEST_F(ProfileCommand, SaysWhatIsWrong) {
  EXPECT_EQ(burrow({"profile", "--cpu", "--gc", "p.go"}).status, 2);
  EXPECT_EQ(burrow({"profile", "-o", "p.xyz", "p.go"}).status, 2);
  EXPECT_EQ(burrow({"profile", "--filter", "(", "p.go"}).status, 2);
  EXPECT_EQ(burrow({"profile", "report", "none.json"}).status, 2);
  EXPECT_EQ(burrow({"profile"}).status, 1);
}

TEST_F(ProfileCommand, TimesAndCollections) {
  CommandResult r = burrow({"profile", "--cpu", "p.go"});
  EXPECT_TRUE(has(r.err, "main.spin")) << r.err;
  r = burrow({"profile", "--gc", "--gogc=1", "p.go"});
  EXPECT_TRUE(has(r.err, "collections")) << r.err;
}

TEST_F(ProfileCommand, BenchComparesVariants) {
  CommandResult r = burrow({"bench", "-n", "3", "--jit=off,on", "--vs", "printf '1000 true\\n'", "-o", "b.json", "-o", "b.html", "-o", "b.csv", "-o", "b.bench", "--format=text", "p.go"});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  for (const char* name : {"jit=off", "jit=on", "printf", "ratio", "objects"}) EXPECT_TRUE(has(r.out, name)) << r.out;
  for (const char* file : {"b.json", "b.html", "b.csv", "b.bench"}) EXPECT_TRUE(exists(file)) << file;
  EXPECT_TRUE(has(read("b.bench"), "BenchmarkP/jit=on 1 ")) << read("b.bench");
  // A command of burrow is this one, whatever the path, and tells its statistics.
  r = burrow({"bench", "-n", "2", "--jit=off", "--vs", "burrow run --jit=on p.go", "--format=gobench", "p.go"});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  BenchmarkFile file(r.out);
  EXPECT_EQ(file.error, "");
  ASSERT_EQ(file.results.size(), 4u);
  EXPECT_EQ(file.results[2].config.at("/command"), "burrow_run_--jit=on_p.go");
  EXPECT_TRUE(file.results[2].values.contains("allocs/op"));
}

TEST_F(ProfileCommand, BenchNoticesOtherOutputAndFailure) {
  CommandResult r = burrow({"bench", "-n", "1", "--gogc=100", "--vs", "echo other", "p.go"});
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(has(r.out, "the output of echo other is not that of gogc=100")) << r.out;
  EXPECT_EQ(burrow({"bench", "-n", "1", "p.go", "x"}).status, 1) << "exit status 3 of the program";
  EXPECT_EQ(burrow({"bench", "-n", "1", "--ignore-failure", "p.go", "x"}).status, 0);
  EXPECT_EQ(burrow({"bench", "none.go"}).status, 2);
}

TEST_F(ProfileCommand, BenchRunsBenchmarkFunctions) {
  std::filesystem::create_directories(dir_ / "lib");
  std::ofstream(dir_ / "lib/go.mod") << "module example.com/lib\n\ngo 1.26\n";
  std::ofstream(dir_ / "lib/lib.go") << "package lib\n\nfunc Sum(n int) (s int) {\n\tfor i := range n {\n\t\ts += i\n\t}\n\treturn\n}\n";
  std::ofstream(dir_ / "lib/lib_test.go") << "package lib\n\nimport \"testing\"\n\nfunc BenchmarkSum(b *testing.B) {\n\tfor b.Loop() {\n\t\tSum(1000)\n\t}\n}\n";
  dir_ /= "lib";
  CommandResult r = burrow({"bench", "-n", "2", "--benchtime=5ms", "."});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_TRUE(has(r.out, "pkg: example.com/lib\n")) << r.out;
  EXPECT_TRUE(has(r.out, "BenchmarkSum")) << r.out;
  EXPECT_TRUE(has(r.out, "allocs/op")) << r.out;
  r = burrow({"bench", "-n", "2", "--benchtime=5ms", "--jit=off,on", "."});
  EXPECT_TRUE(has(r.out, "ns/op")) << r.out << r.err;
  EXPECT_TRUE(has(r.out, "jit=on")) << r.out;
  // Two packages in turns: each line under its own, as the format has it.
  std::filesystem::create_directories(dir_ / "more");
  std::ofstream(dir_ / "more/more_test.go") << "package more\n\nimport \"testing\"\n\nfunc BenchmarkMore(b *testing.B) {\n\tfor b.Loop() {\n\t}\n\tb.ReportMetric(3, \"turns/op\")\n}\n";
  r = burrow({"bench", "-n", "2", "--benchtime=5ms", "--jit=off,on", "-o", "lines.bench", "./..."});
  ASSERT_EQ(r.status, 0) << r.out << r.err;
  std::ifstream in(dir_ / "lines.bench");
  BenchmarkFile file(std::string(std::istreambuf_iterator<char>(in), {}));
  ASSERT_EQ(file.error, "");
  std::map<std::string, int> seen;
  for (const BenchmarkResult& line : file.results) {
    EXPECT_EQ(line.config.at("pkg"), line.name == "More" ? "example.com/lib/more" : "example.com/lib");
    EXPECT_EQ(line.config.at("goarch"), "amd64");
    EXPECT_EQ(line.values.contains("turns/op"), line.name == "More");
    EXPECT_GT(line.values.at("ns/op"), 0);
    seen[line.name + " " + line.config.at("variant")]++;
  }
  EXPECT_EQ(seen, (std::map<std::string, int>{{"Sum jit=off", 2}, {"Sum jit=on", 2}, {"More jit=off", 2}, {"More jit=on", 2}}));
  dir_ = dir_.parent_path();
}

}  // namespace burrow::profiler::test
