// What shows machine code: disasm --jit, --jit-dump, --jit-stats, and the files and interfaces for perf and gdb; and compiling in the background.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

#include "tests/support/files.h"
#include "tests/support/subprocess.h"

namespace burrow::test {

namespace {

constexpr char kProgram[] = R"go(package main

//go:noinline
func sum(xs []int) int {
	n := 0
	for _, x := range xs {
		n += x
	}
	return n
}

//go:noinline
func put(m map[int]int, i int) { m[i&7] += i }

func main() {
	m := map[int]int{}
	n := 0
	for i := 0; i < 20000; i++ {
		n += sum([]int{i, 2, 3})
		put(m, i)
	}
	println(n, m[3])
}
)go";
constexpr char kOutput[] = "200090000 24997500\n";

class JitCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    file_ = dir_ + "/p.go";
    std::ofstream(file_) << kProgram;
  }

  CommandResult burrow(std::vector<std::string> args) {
    Command c;
    args.insert(args.begin(), burrowPath());
    c.argv = std::move(args);
    c.dir = dir_;
    c.limits.seconds = 60;
    return runCommand(c);
  }
  bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

  TemporaryDir temporary_;
  std::string dir_ = temporary_.path(), file_;
};

TEST_F(JitCommand, DisasmShowsBytecodeAndMachineCode) {
  for (const char* tier : {"--jit-tier=template", "--jit-tier=optimizing"}) {
    CommandResult r = burrow({"disasm", "--jit", tier, file_, "sum"});
    ASSERT_EQ(r.status, 0) << r.err;
    for (const char* part : {"main.sum: ", "push rbp", "IndexLoad64", "p.go:6", "jb stub enterSlow", "; -- out of line", "ret\n"})
      EXPECT_TRUE(has(r.out, part)) << tier << ": no " << part << " in\n" << r.out;
    EXPECT_FALSE(has(r.out, "main.put")) << r.out;
  }
  CommandResult r = burrow({"disasm", "--jit", "--jit-tier=template", file_, "put"});
  EXPECT_TRUE(has(r.out, "call vm::slowMap")) << r.out;
}

TEST_F(JitCommand, TurnsEndWithoutAJump) {
  std::ofstream(file_) << R"go(package main

//go:noinline
func arms(xs []int) int {
	n := 0
	for _, x := range xs {
		if x&1 == 0 {
			n += x * 3
		} else {
			n ^= x
		}
	}
	return n
}

func main() { println(arms([]int{1, 2, 3, 4})) }
)go";
  CommandResult r = burrow({"disasm", "--jit", "--jit-tier=optimizing", file_, "arms"});
  ASSERT_EQ(r.status, 0) << r.err;
  size_t polls = 0;
  for (size_t at = 0; (at = r.out.find("cmp rsp, qword ptr [r14]", at)) != std::string::npos; at++) polls++;
  EXPECT_EQ(polls, 3u) << "one in the prologue, and one for each way through the loop\n" << r.out;
}

TEST_F(JitCommand, ShortLoopsPollAtEverySecondTurn) {
  std::ofstream(file_) << R"go(package main

//go:noinline
func ints(xs []int) (n int) {
	for _, x := range xs {
		n += x
	}
	return
}

//go:noinline
func floats(xs []float64) (n float64) {
	for _, x := range xs {
		n += x
	}
	return
}

func main() { println(ints([]int{1, 2, 4, 8, 16}), int(floats([]float64{1, 2, 4}))) }
)go";
  auto adds = [&](const char* f, const char* add) {
    CommandResult r = burrow({"disasm", "--jit", "--jit-tier=optimizing", file_, f});
    size_t n = 0, loop = r.out.find("align 32");
    for (size_t at = loop; (at = r.out.find(add, at)) != std::string::npos; at++) n++;
    return loop == std::string::npos ? 0 : n;
  };
  EXPECT_EQ(adds("ints", " AddI64 "), 2u);
  EXPECT_EQ(adds("floats", "vaddsd"), 1u);
  EXPECT_EQ(burrow({"run", "--jit=always", file_}).err, "31 7\n");
}

TEST_F(JitCommand, LengthOfAMadeSliceIsKnown) {
  std::ofstream(file_) << R"go(package main

//go:noinline
func fill(n int) []int {
	xs := make([]int, n)
	for i := 0; i < n; i++ {
		xs[i] = i
	}
	return xs
}

func main() { println(fill(5)[4]) }
)go";
  CommandResult r = burrow({"run", "--jit=always", "--jit-dump=main.fill:optimize", file_});
  ASSERT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(has(r.err, "---- main.fill after optimize")) << r.err;
  EXPECT_FALSE(has(r.err, "BoundsCheck") || has(r.err, "RangeCheck")) << r.err;
}

TEST_F(JitCommand, DumpsPasses) {
  CommandResult r = burrow({"run", "--jit=always", "--jit-dump=main.sum", file_});
  EXPECT_EQ(r.status, 0);
  for (const char* part : {"---- main.sum after build", "---- main.sum after number", "---- main.sum after optimize", "---- main.sum code, optimized", "BoundsCheck", kOutput})
    EXPECT_TRUE(has(r.err, part)) << "no " << part << " in\n" << r.err;
  r = burrow({"run", "--jit=always", "--jit-dump=sum:clean", file_});
  EXPECT_TRUE(has(r.err, "---- main.sum after clean")) << r.err;
  EXPECT_FALSE(has(r.err, "after build") || has(r.err, "code,")) << r.err;
}

TEST_F(JitCommand, Stats) {
  CommandResult r = burrow({"run", "--jit=always", "--jit-tier=template", "--jit-stats", file_});
  EXPECT_TRUE(has(r.err, "jit: templates: ")) << r.err;
  EXPECT_TRUE(has(r.err, "; 0 not compiled")) << r.err;
  EXPECT_FALSE(has(r.err, "in the background")) << r.err;
}

TEST_F(JitCommand, CompilesInTheBackground) {
  for (const char* more : {"--jit-stats", "--jit-sync", "--jit-tier=template", "--jit-threshold=1", "--stack-stress"}) {
    CommandResult r = burrow({"run", "--jit=on", more, file_});
    EXPECT_EQ(r.status, 0) << more << ": " << r.err;
    EXPECT_TRUE(has(r.err, kOutput)) << more << ": " << r.err;
    if (!strcmp(more, "--jit-stats")) {
      EXPECT_TRUE(has(r.err, "jit: in the background")) << r.err;
    }
  }
}

TEST_F(JitCommand, GoroutinesThatWereStartedBeforeTheirFunctionWasCompiled) {
  std::ofstream(file_) << "package main\n\nimport \"sync\"\n\nfunc main() {\n\tvar wg sync.WaitGroup\n\ttotal := 0\n\tfor i := 0; i < 20000; i++ {\n"
                          "\t\twg.Add(1)\n\t\tgo func() { total++; wg.Done() }()\n\t}\n\twg.Wait()\n\tprintln(total)\n}\n";
  for (const char* more : {"--jit-threshold=50", "--jit-sync", "--jit-tier=template", "--jit-improve-after=0"}) {
    CommandResult r = burrow({"run", "--procs=1", "--jit=on", more, file_});
    EXPECT_EQ(r.err, "20000\n") << more << ": " << r.describe();
  }
}

/// The records of a jitdump file, by the numbers of the format.
struct Dump {
  std::map<std::string, std::string> code;  ///< bytes by name
  int lines = 0;
  bool whole = false;
};

Dump readDump(const std::string& bytes) {
  Dump dump;
  auto u32 = [&](size_t at) { uint32_t x; memcpy(&x, &bytes[at], 4); return x; };
  auto u64 = [&](size_t at) { uint64_t x; memcpy(&x, &bytes[at], 8); return x; };
  if (bytes.size() < 40 || u32(0) != 0x4A695444 || u32(4) != 1 || u32(8) != 40 || u32(12) != 62) return dump;
  size_t at = 40;
  while (at + 16 <= bytes.size()) {
    uint32_t id = u32(at), size = u32(at + 4);
    if (size < 16 || at + size > bytes.size()) return dump;
    if (id == 0) {
      std::string name = &bytes[at + 56];
      uint64_t length = u64(at + 40);
      EXPECT_EQ(56 + name.size() + 1 + length, size) << name;
      dump.code[name] = bytes.substr(at + 56 + name.size() + 1, length);
    } else if (id == 2) {
      uint64_t count = u64(at + 24);
      for (size_t p = at + 32; count > 0; count--) {
        std::string file = &bytes[p + 16];
        if (file.ends_with("p.go") && u32(p + 8) == 7) dump.lines++;
        p += 16 + file.size() + 1;
      }
    }
    at += size;
  }
  dump.whole = at == bytes.size();
  return dump;
}

TEST_F(JitCommand, Perf) {
  for (const char* tier : {"--jit=always", "--jit=on"}) {
    CommandResult r = burrow({"run", tier, "--jit-sync", "--jit-perf", file_});
    ASSERT_EQ(r.status, 0) << r.err;
    std::string pid;
    for (const auto& entry : std::filesystem::directory_iterator(dir_)) {
      std::string name = entry.path().filename();
      if (!name.starts_with("jit-")) continue;
      pid = name.substr(4, name.size() - 9);
      Dump dump = readDump(readWholeFile(entry.path()));
      EXPECT_TRUE(dump.whole);
      ASSERT_TRUE(dump.code.count("main.sum"));
      EXPECT_TRUE(dump.code["main.sum"].starts_with("\x55\x48")) << "push rbp; mov rbp, rsp";
      EXPECT_GT(dump.lines, 0);
      std::filesystem::remove(entry.path());
    }
    ASSERT_FALSE(pid.empty());
    std::string map = "/tmp/perf-" + pid + ".map", text = readWholeFile(map);
    EXPECT_TRUE(has(text, " main.sum\n")) << text;
    EXPECT_TRUE(has(text, " burrow stub exit\n")) << text;
    unlink(map.c_str());
  }
}

TEST_F(JitCommand, Gdb) {
  if (access("/usr/bin/gdb", X_OK) != 0) GTEST_SKIP() << "gdb is not installed";
  std::ofstream(dir_ + "/commands") << "set pagination off\nset confirm off\nbreak burrow::vm::slowMapSet\nrun\ndelete 1\nbreak 'main.sum'\ncontinue\n"
                                       "bt\ninfo symbol $pc\nkill\n";
  Command c;
  c.argv = {"/usr/bin/gdb", "-q", "-batch", "-x", dir_ + "/commands", "--args", burrowPath(), "run", "--jit=always", "--jit-gdb", file_};
  c.merge = true;
  c.limits.seconds = 120;
  CommandResult r = runCommand(c);
  if (has(r.out, "ptrace: Operation not permitted")) GTEST_SKIP() << "gdb may not trace here";
  // gdb may take the name for one of another language and spell it so: main[sum].
  EXPECT_TRUE(has(r.out, "in main.sum ()") || has(r.out, "in main[sum] ()")) << r.out;
  for (const char* part : {"main.main ()", "in section .text of <in-memory"}) EXPECT_TRUE(has(r.out, part)) << "no " << part << " in\n" << r.out;
}

}  // namespace

}  // namespace burrow::test
