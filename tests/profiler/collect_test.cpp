// What is collected about a run: programs of tests/profiler/collect say it themselves, in comments
//
//	x := &T{} // want: new heap 100 1600 survived=3; box stack 100 800
//
// (the line allocates 100 objects of 1600 bytes on the heap, kind new, three of which outlived a collection, and …). Lines without a
// comment allocate nothing. Counts are exact, so they are the same in every mode of the vm. "// loop: 100" says how often the loop on its line is entered.
#include <gtest/gtest.h>

#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <sstream>

#include "compiler/packages/files.h"
#include "tests/support/files.h"
#include "tests/support/subprocess.h"

namespace burrow::test {

namespace {

const std::string kDir = BURROW_SOURCE_DIR "/tests/profiler/collect";

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

/// "new heap 100 1600" and what else is known of it ("survived=3").
struct Fact {
  uint64_t objects = 0, bytes = 0;
  std::map<std::string, uint64_t> more;
};
using Facts = std::map<std::pair<int, std::string>, Fact>;  // by line and "kind place"

Facts wanted(const std::string& file) {
  Facts facts;
  int number = 0;
  for (const std::string& line : split(readWholeFile(file), '\n')) {
    ++number;
    size_t at = line.find("// want: ");
    if (at == std::string::npos) continue;
    for (const std::string& entry : split(line.substr(at + 9), ';')) {
      std::istringstream in(entry);
      std::string kind, place;
      Fact fact;
      in >> kind >> place >> fact.objects >> fact.bytes;
      for (std::string word; in >> word;) fact.more[word.substr(0, word.find('='))] = std::stoull(word.substr(word.find('=') + 1));
      facts[{number, kind + " " + place}] = fact;
    }
  }
  return facts;
}

struct Counts {
  std::vector<std::vector<std::string>> lines;
  Facts facts;                          // of one file
  std::map<std::string, Fact> totals;
};

Counts parse(const std::string& text, const std::string& file) {
  Counts counts;
  for (const std::string& line : split(text, '\n')) {
    std::vector<std::string> f = split(line, '\t');
    counts.lines.push_back(f);
    if (f.size() == 4 && f[0] == "total") counts.totals[f[1]] = {std::stoull(f[2]), std::stoull(f[3]), {}};
    if (f.size() < 9 || f[0] != "site") continue;
    std::vector<std::string> at = split(f[1], ':');
    if (at[0] != file) continue;
    Fact& fact = counts.facts[{std::stoi(at[1]), f[3] + " " + f[4]}];
    fact.objects += std::stoull(f[6]);
    fact.bytes += std::stoull(f[7]);
    for (size_t i = 8; i < f.size(); i++)
      if (size_t eq = f[i].find('='); eq < 12) fact.more[f[i].substr(0, eq)] += std::stoull(f[i].substr(eq + 1));
  }
  return counts;
}

Counts run(const std::string& program, std::vector<std::string> flags, int status = 0) {
  std::string file = kDir + "/" + program;
  Command c;
  c.argv = {burrowPath(), "tool", "counts"};
  c.argv.insert(c.argv.end(), flags.begin(), flags.end());
  c.argv.push_back(file);
  CommandResult r = runCommand(c);
  EXPECT_EQ(r.status, status) << r.err;
  return parse(r.err, file);
}

void expectSame(const Facts& want, const Facts& got) {
  for (const auto& [key, fact] : want) {
    auto it = got.find(key);
    if (it == got.end()) {
      ADD_FAILURE() << "line " << key.first << ": no " << key.second;
      continue;
    }
    EXPECT_EQ(it->second.objects, fact.objects) << "line " << key.first << ": " << key.second;
    EXPECT_EQ(it->second.bytes, fact.bytes) << "line " << key.first << ": " << key.second;
    for (const auto& [name, value] : fact.more) EXPECT_EQ(it->second.more.at(name), value) << "line " << key.first << ": " << key.second << ": " << name;
  }
  for (const auto& [key, fact] : got) EXPECT_TRUE(want.contains(key)) << "line " << key.first << ": " << fact.objects << " " << key.second << " not expected";
}

std::vector<std::string> programs() {
  std::vector<std::string> names;
  for (const auto& e : std::filesystem::directory_iterator(kDir))
    if (readWholeFile(e.path()).find("// want: ") != std::string::npos) names.push_back(e.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

class Collect : public ::testing::TestWithParam<std::string> {};

TEST_P(Collect, CountsWhatEachLineAllocates) {
  Facts want = wanted(kDir + "/" + GetParam());
  for (std::vector<std::string> flags : {std::vector<std::string>{"--jit=off"}, {"--jit=always"}, {"--jit=always", "--jit-tier=template"}}) {
    SCOPED_TRACE(flags.front() + (flags.size() > 1 ? " " + flags[1] : ""));
    Counts counts = run(GetParam(), flags);
    expectSame(want, counts.facts);
    EXPECT_EQ(counts.totals["heap"].objects, counts.totals["memstats"].objects);
    EXPECT_EQ(counts.totals["heap"].bytes, counts.totals["memstats"].bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, Collect, ::testing::ValuesIn(programs()), [](const auto& p) { return p.param.substr(0, p.param.find('.')); });

/// Those of natives, too, wherever they make their objects: the same sites with the same counts.
TEST(Collector, CountsNativesAlikeInEveryMode) {
  auto sites = [](const char* jit) {
    std::vector<std::vector<std::string>> lines = run("reflected.go", {jit}).lines;
    std::erase_if(lines, [](const auto& f) { return f[0] != "site" || (f[3] != "runtime" && f[1].find("reflected.go") == std::string::npos); });
    std::sort(lines.begin(), lines.end());
    return lines;
  };
  std::vector<std::vector<std::string>> interpreted = sites("--jit=off");
  uint64_t made = 0;
  for (const auto& f : interpreted)
    if (f[2] == "reflect.unsafe_New") made += std::stoull(f[6]);
  EXPECT_EQ(made, 40000u);
  EXPECT_EQ(sites("--jit=on"), interpreted);
  EXPECT_EQ(sites("--jit=always"), interpreted);
}

TEST(Collector, CountsEntriesOfLoopsAlikeInEveryMode) {
  std::string file = kDir + "/loops.go";
  std::map<std::string, uint64_t> want;
  int number = 0;
  for (const std::string& line : split(readWholeFile(file), '\n')) {
    ++number;
    if (size_t at = line.find("// loop: "); at != std::string::npos) want[file + ":" + std::to_string(number)] = std::stoull(line.substr(at + 9));
  }
  ASSERT_GT(want.size(), 15u);
  const std::vector<std::string> modes[] = {{"--jit=off"}, {"--jit=on"}, {"--jit=always"}, {"--jit=always", "--jit-tier=template"},
                                            {"--jit=on", "--jit-sync", "--jit-threshold=1", "--jit-improve-after=2"}};
  for (const std::vector<std::string>& flags : modes) {
    SCOPED_TRACE(flags.front() + " " + flags.back());
    Counts counts = run("loops.go", flags);
    std::map<std::string, uint64_t> got;   // copies and instances together; no others than this file's
    for (const auto& f : counts.lines)
      if (f[0] == "loop") got[f[1].substr(0, f[1].rfind(':'))] += std::stoull(f[3]);
    EXPECT_EQ(got, want);
    for (const auto& f : counts.lines) EXPECT_FALSE(f[0] == "site" && f[3] == "loop") << "a loop is no allocation";
    EXPECT_EQ(counts.totals["heap"].objects, counts.totals["memstats"].objects);
  }
  // Code that is not counted has nothing of it, though packages of both kinds are kept in one store; and neither has what is counted without sites.
  Command c;
  c.argv = {burrowPath(), "disasm", file};
  CommandResult plain = runCommand(c);
  EXPECT_EQ(plain.status, 0) << plain.err;
  EXPECT_EQ(plain.out.find("CountLoop"), std::string::npos);
  for (const auto& f : run("loops.go", {"--no-sites"}).lines) EXPECT_NE(f[0], "loop");
}

// ---- The standard library's own profiles, read by go tool pprof if there is one.

std::string goCommand() {
  for (const char* name : {"BURROW_GOROOT", "GOROOT"})
    if (const char* root = std::getenv(name); root && std::filesystem::exists(std::string(root) + "/bin/go")) return std::string(root) + "/bin/go";
  return {};
}

/// "flat flat% sum% cum cum% name" of pprof -top: flat and cumulative per cent of the total, by name.
struct Share {
  double flat = 0, cumulative = 0;
};
std::map<std::string, Share> top(const std::string& profile, const std::string& index) {
  Command c;
  c.argv = {goCommand(), "tool", "pprof", "-top", "-nodecount=1000", "-sample_index=" + index, profile};
  c.dir = "/";
  c.env = {{"PPROF_TMPDIR", std::filesystem::path(profile).parent_path()}, {"HOME", "/tmp"}};
  CommandResult r = runCommand(c);
  EXPECT_EQ(r.status, 0) << r.err;
  std::map<std::string, Share> shares;
  for (const std::string& line : split(r.out, '\n')) {
    std::istringstream in(line);
    std::string flat, flatShare, sum, cum, cumShare, name;
    in >> flat >> flatShare >> sum >> cum >> cumShare >> name;
    if (!cumShare.ends_with("%") || name.empty()) continue;
    shares[name] = {std::stod(flatShare), std::stod(cumShare)};
  }
  EXPECT_FALSE(shares.empty()) << r.out;
  return shares;
}

class StdProfiles : public ::testing::TestWithParam<std::string> {};

TEST_P(StdProfiles, AreReadByPprof) {
  if (goCommand().empty()) GTEST_SKIP() << "no go command";
  TemporaryDir dir;
  Command c;
  c.argv = {burrowPath(), "run", "--jit=" + GetParam(), kDir + "/profiles.go", dir.path()};
  CommandResult r = runCommand(c);
  ASSERT_EQ(r.status, 0) << r.err;
  auto cpu = top(dir.path() + "/cpu", "cpu");
  EXPECT_GT(cpu["main.busy"].cumulative, 70);
  EXPECT_GT(cpu["main.main"].cumulative, 70);
  EXPECT_GT(cpu["main.square"].flat, 20) << "inlined";
  auto allocs = top(dir.path() + "/allocs", "alloc_space");
  EXPECT_NEAR(allocs["main.kept"].flat / allocs["main.dropped"].flat, 1, 0.9);
  auto heap = top(dir.path() + "/heap", "inuse_space");
  EXPECT_GT(heap["main.kept"].flat, 50);
  EXPECT_LT(heap["main.dropped"].flat, 10);
  EXPECT_GT(top(dir.path() + "/block", "delay")["main.main"].cumulative, 20);
  EXPECT_GT(top(dir.path() + "/mutex", "delay")["main.hold"].cumulative, 90);
  EXPECT_GT(top(dir.path() + "/goroutine", "goroutine")["main.main"].cumulative, 50);
}

INSTANTIATE_TEST_SUITE_P(Modes, StdProfiles, ::testing::Values("off", "on"));

TEST(StdProfiles, FlagsOfTestWriteThem) {
  if (goCommand().empty()) GTEST_SKIP() << "no go command";
  TemporaryDir dir;
  auto write = [&](const char* name, const char* text) {
    std::FILE* f = std::fopen((dir.path() + "/" + name).c_str(), "w");
    ASSERT_TRUE(f);
    std::fputs(text, f);
    std::fclose(f);
  };
  write("go.mod", "module m\n\ngo 1.26\n");
  write("m_test.go",
        "package m\n\nimport \"testing\"\n\nvar keep [][]byte\n\nfunc TestM(t *testing.T) {\n"
        "\tfor i := 0; i < 2000; i++ {\n\t\tkeep = append(keep, make([]byte, 4000))\n\t}\n}\n");
  Command c;
  c.argv = {burrowPath(), "test", "-cpuprofile", "c.out", "-memprofile", "m.out", "-memprofilerate=4096", "-blockprofile=b.out", "-mutexprofile=x.out", "."};
  c.dir = dir.path();
  CommandResult r = runCommand(c);
  ASSERT_EQ(r.status, 0) << r.out << r.err;
  for (const char* name : {"c.out", "m.out", "b.out", "x.out"}) EXPECT_TRUE(std::filesystem::exists(dir.path() + "/" + name)) << name;
  EXPECT_GT(top(dir.path() + "/m.out", "alloc_space")["m.TestM"].flat, 50);
}

// ---- The collector's own samples, and ends of programs.

TEST(Collector, SamplesTimeAndContention) {
  for (const char* jit : {"--jit=off", "--jit=on"}) {
    SCOPED_TRACE(jit);
    TemporaryDir dir;
    std::string file = kDir + "/profiles.go";
    Command c;
    c.argv = {burrowPath(), "tool", "counts", jit, "--no-sites", "--cpu-period=1000000", "--block-period=1", "--mutex-fraction=1", file, dir.path()};
    CommandResult r = runCommand(c);
    ASSERT_EQ(r.status, 0) << r.err;
    double all = 0, busy = 0, blocked = 0, held = 0;
    for (const auto& f : parse(r.err, file).lines) {
      if (f.size() < 8) continue;
      double nanos = std::stod("0" + f[2]);
      if (f[0] == "cpu") all += nanos;
      if (f[0] == "cpu" && f[7].find("main.busy ") != std::string::npos) busy += nanos;
      if (f[0] == "block" && f[7].find("main.main ") != std::string::npos) blocked += nanos;
      if (f[0] == "mutex" && f[7].find("main.hold ") != std::string::npos) held += nanos;
    }
    EXPECT_GT(busy / all, 0.6);
    EXPECT_GT(blocked, 20e6);
    EXPECT_GT(held, 10e6);
  }
}

/// What makes no frame is the leaf all the same, below the right function.
TEST(Collector, NamesLeavesWithoutFrames) {
  for (const char* jit : {"--jit=off", "--jit=on"}) {
    SCOPED_TRACE(jit);
    Command c;
    c.argv = {burrowPath(), "tool", "counts", jit, "--no-sites", "--cpu-period=1000000", kDir + "/leaves.go"};
    CommandResult r = runCommand(c);
    ASSERT_EQ(r.status, 0) << r.err;
    std::map<std::string, double> under, leaf;   // nanoseconds with a function on the stack; of which the leaf is the one expected
    for (const auto& f : parse(r.err, "leaves.go").lines) {
      if (f.size() < 8 || f[0] != "cpu") continue;
      for (auto [function, name] : {std::pair{"main.mix ", "main.(*mixer).next "}, {"main.look ", "runtime._mapaccess "}, {"main.move ", "runtime._memmove "}, {"main.find ", "internal/bytealg.IndexByte "}}) {
        if (f[7].find(function) == std::string::npos) continue;
        under[function] += std::stod("0" + f[2]);
        if (f[7].starts_with(name)) leaf[function] += std::stod("0" + f[2]);
      }
    }
    EXPECT_GT(leaf["main.mix "] / under["main.mix "], 0.4);
    EXPECT_GT(leaf["main.look "] / under["main.look "], 0.4);
    EXPECT_GT(leaf["main.move "] / under["main.move "], 0.7);
    EXPECT_GT(leaf["main.find "] / under["main.find "], 0.7);
  }
}

/// However a program ends, its profile comes.
TEST(Collector, WritesAtEveryEnd) {
  TemporaryDir dir;
  auto ends = [&](const std::string& body, int status, int interrupt = 0) {
    SCOPED_TRACE(body);
    std::string file = dir.path() + "/p.go";
    std::FILE* f = std::fopen(file.c_str(), "w");
    ASSERT_TRUE(f);
    std::fprintf(f, "package main\n\nimport (\n\t\"os\"\n\t\"syscall\"\n\t\"time\"\n)\n\nvar _ time.Duration\nvar p *int\nvar _ = os.Exit\nvar _ = syscall.Kill\n\nfunc main() {\n\tp = new(int)\n\t%s\n}\n",
                 body.c_str());
    std::fclose(f);
    Command c;
    c.argv = {burrowPath(), "tool", "counts", "--jit=on", "-o", dir.path() + "/counts", file};
    CommandResult r = runCommand(c);
    EXPECT_EQ(r.status, status) << r.err;
    Counts counts = parse(readWholeFile(dir.path() + "/counts"), file);
    ASSERT_FALSE(counts.lines.empty());
    std::string first = "status=" + std::to_string(interrupt ? 128 + interrupt : status);
    EXPECT_EQ(counts.lines[0].at(1), first);
    EXPECT_EQ(counts.lines[0].at(2), interrupt ? "interrupted=1" : "interrupted=0");
    EXPECT_EQ((counts.facts[{15, "new heap"}].objects), 1u);
  };
  ends("", 0);
  ends("os.Exit(3)", 3);
  ends("panic(\"x\")", 2);
  ends("var q *int; *q = 1", 2);
  ends("select {}", 2);
  ends("var f func(); f = func() { f() }; f()", 2);
  ends("syscall.Kill(os.Getpid(), syscall.SIGINT); for { }", -2, 2);
  ends("go func() { syscall.Kill(os.Getpid(), syscall.SIGTERM) }(); time.Sleep(time.Hour)", -15, 15);
}

}  // namespace

}  // namespace burrow::test

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
