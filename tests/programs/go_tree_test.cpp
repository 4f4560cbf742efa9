// Commands of the Go tree run from source: gofmt, and the Go compiler itself, whose object files say whether 200,000 lines of
// Go computed the right thing in every mode. And a module's package that the overlay patches.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "compiler/packages/goroot.h"
#include "tests/support/files.h"
#include "tests/support/subprocess.h"

namespace burrow::test {

namespace {

namespace fs = std::filesystem;

class GoTree : public TempDirTest {
 protected:
  void SetUp() override {
    root_ = findGoRoot().dir;
    ASSERT_NE(root_, "") << "no Go source tree";
    TempDirTest::SetUp();
  }
  CommandResult burrow(std::vector<std::string> words, const std::string& input = "") {
    Command c;
    c.argv = {burrowPath()};
    c.argv.insert(c.argv.end(), words.begin(), words.end());
    c.dir = dir_;
    c.env["GOROOT"] = root_;
    c.input = input;
    c.limits.seconds = 300;
    return runCommand(c);
  }

  std::string root_;
};

TEST_F(GoTree, Gofmt) {
  CommandResult r = burrow({"run", "cmd/gofmt", "-l", root_ + "/src/strconv"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out, "");
  r = burrow({"run", root_ + "/src/cmd/gofmt"}, "package p\nfunc  f( ) {\nreturn }\n");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out, "package p\n\nfunc f() {\n\treturn\n}\n");
  r = burrow({"run", "cmd/gofmt"}, "package p\nfunc {\n");
  EXPECT_EQ(r.status, 2) << r.out;
  EXPECT_EQ(r.err.substr(0, r.err.find('\n')), "<standard input>:2:6: expected 'IDENT', found '{'");
}

/// The compiler reads no export data for a package that imports nothing.
TEST_F(GoTree, CompilerMakesTheSameObjectInEveryMode) {
  std::string source = write("p.go", R"(package p

type Tree[K any] struct {
	Left, Right *Tree[K]
	Key         K
}

func (t *Tree[K]) Insert(k K, less func(a, b K) bool) *Tree[K] {
	switch {
	case t == nil:
		return &Tree[K]{Key: k}
	case less(k, t.Key):
		t.Left = t.Left.Insert(k, less)
	default:
		t.Right = t.Right.Insert(k, less)
	}
	return t
}

func Sum(xs []float64, m map[string]int) (s float64) {
	defer func() { recover() }()
	for i, x := range xs {
		s += x * float64(i&7)
	}
	for k, v := range m {
		s -= float64(len(k) * v)
	}
	return s
}

func Ints(n int) *Tree[int] {
	var t *Tree[int]
	for i := range n {
		t = t.Insert(i*7919%n, func(a, b int) bool { return a < b })
	}
	return t
}
)");
  std::string first;
  for (std::vector<std::string> mode :
       {std::vector<std::string>{"--jit=off"}, {"--jit=on", "--jit-threshold=2"}, {"--jit=always"}, {"--jit=always", "--stack-stress"}}) {
    std::vector<std::string> words{"run"};
    words.insert(words.end(), mode.begin(), mode.end());
    // One thread of its own: with more, functions come in the order in which they get done.
    for (const char* word : {"cmd/compile", "-c=1", "-p=p", "-complete", "-o=p.a", "p.go"}) words.push_back(word);
    CommandResult r = burrow(words);
    ASSERT_EQ(r.status, 0) << mode.back() << ": " << r.describe() << r.err;
    bool exists = false;
    std::string object = readWholeFile(dir_ / "p.a", &exists);
    ASSERT_TRUE(exists);
    EXPECT_EQ(object.substr(0, 8), "!<arch>\n");
    EXPECT_GT(object.size(), 4000u);
    if (first.empty()) first = object;
    EXPECT_TRUE(object == first) << mode.back() << " makes another object file";
  }
}

TEST_F(GoTree, SystemCallsOfAModule) {
  write("go.mod", "module example.com/m\n\ngo 1.26\n\nrequire golang.org/x/sys v0.39.0\n");
  write("vendor/modules.txt", "# golang.org/x/sys v0.39.0\n## explicit; go 1.24.0\ngolang.org/x/sys/unix\n");
  fs::create_directories(dir_ / "vendor/golang.org/x");
  fs::create_directory_symlink(root_ + "/src/cmd/vendor/golang.org/x/sys", dir_ / "vendor/golang.org/x/sys");
  write("main.go", R"(package main

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

func main() {
	var name unix.Utsname
	var now unix.Timeval
	fds := make([]int, 2)
	fmt.Println(unix.Getpid() == os.Getpid(), unix.Uname(&name), unix.ByteSliceToString(name.Sysname[:]))
	fmt.Println(unix.Gettimeofday(&now), time.Now().Unix()-now.Sec <= 1, unix.Pipe(fds))
	n, err := unix.Write(fds[1], []byte("through a pipe"))
	buf := make([]byte, 100)
	m, err2 := unix.Read(fds[0], buf)
	fmt.Println(n, err, string(buf[:m]), err2)
	_, err = unix.Open("/does/not/exist", unix.O_RDONLY, 0)
	fmt.Println(err, err == unix.ENOENT)
}
)");
  CommandResult r = burrow({"run", "."});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out, "true <nil> Linux\n<nil> true <nil>\n14 <nil> through a pipe <nil>\nno such file or directory true\n");
}

TEST_F(GoTree, AGoroutineThatHasNotRunShowsItsFunction) {
  std::string file = write("main.go", R"(package main

import (
	"fmt"
	"runtime"
)

func wait()      { select {} }
func waitFor(int) { select {} }

func main() {
	go wait()
	go waitFor(1)
	buf := make([]byte, 4096)
	fmt.Print(string(buf[:runtime.Stack(buf, true)]))
}
)");
  CommandResult r = burrow({"run", "main.go"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_NE(r.out.find("[runnable]:\nmain.wait()\n\t" + file + ":8\ncreated by main.main in goroutine 1\n"), std::string::npos) << r.out;
  EXPECT_NE(r.out.find("[runnable]:\nmain.main.gowrap1()\n\t" + file + ":13\n"), std::string::npos) << r.out;
}

}  // namespace

}  // namespace burrow::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
