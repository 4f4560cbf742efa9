// Programs that start themselves, by os.Args[0] and by os.Executable(): run, tested, written by build -o, as scripts.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "compiler/packages/goroot.h"
#include "tests/support/files.h"
#include "tests/support/subprocess.h"

namespace burrow::test {

namespace {

namespace fs = std::filesystem;

/// Starts itself twice, from another directory and without any environment: by os.Args[0] and by os.Executable().
constexpr const char* kSelf = R"(package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "child" {
		dir, _ := os.Getwd()
		path, err := os.Executable()
		fmt.Println("child", os.Args[1:], dir, len(os.Environ()), path == os.Args[0], err)
		return
	}
	path, err := os.Executable()
	fmt.Println(filepath.Base(os.Args[0]), filepath.Base(path), err, os.Args[1:])
	self, err := filepath.Abs(os.Args[0])
	os.Chdir("/")
	again, _ := os.Executable()
	fmt.Println(again == path, err)
	for _, name := range []string{self, path} {
		cmd := exec.Command(name, "child", "a b", "-x")
		cmd.Dir = "/usr"
		cmd.Env = []string{}
		out, err := cmd.CombinedOutput()
		fmt.Print(string(out))
		if err != nil {
			fmt.Println(err)
		}
	}
}
)";

class LauncherTest : public TempDirTest {
 protected:
  CommandResult command(std::vector<std::string> words, const std::string& input = "", const std::string& in = "") {
    Command c;
    c.argv = std::move(words);
    c.dir = in.empty() ? dir_ : dir_ / in;
    c.env["BURROW_CACHE"] = dir_ / "cache";
    c.input = input;
    return runCommand(c);
  }
  CommandResult burrow(std::vector<std::string> words, const std::string& input = "", const std::string& in = "") {
    words.insert(words.begin(), burrowPath());
    return command(std::move(words), input, in);
  }
  std::vector<fs::path> launchers() const {
    std::vector<fs::path> out;
    if (fs::exists(dir_ / "cache/exe"))
      for (const auto& entry : fs::recursive_directory_iterator(dir_ / "cache/exe"))
        if (entry.is_regular_file()) out.push_back(entry.path());
    return out;
  }
  /// What kSelf prints, by the name of its file.
  static std::string outputOf(const std::string& name, const std::string& args = "[]") {
    std::string child = "child [child a b -x] /usr 0 true <nil>\n";
    return name + " " + name + " <nil> " + args + "\ntrue <nil>\n" + child + child;
  }
};

TEST_F(LauncherTest, AFileStartsItself) {
  write("self.go", kSelf);
  for (const char* file : {"self.go", "./self.go"}) {
    CommandResult r = burrow({"run", file, "1", "2"});
    EXPECT_EQ(r.status, 0) << r.err;
    EXPECT_EQ(r.out, outputOf("self", "[1 2]")) << r.err;
  }
  EXPECT_EQ(burrow({"self.go"}).out, outputOf("self"));
  EXPECT_EQ(launchers().size(), 2u);  // one for each way to name the file
  EXPECT_EQ(burrow({(dir_ / "self.go")}).out, outputOf("self"));
}

TEST_F(LauncherTest, AFileOfSeveral) {
  write("self.go", kSelf);
  write("two.go", "package main\n\nimport \"fmt\"\n\nvar flag string\n\nfunc init() { fmt.Print(flag) }\n");
  std::string flag = "set\n", child = "set\nchild [child a b -x] /usr 0 true <nil>\n";
  CommandResult r = burrow({"run", "-ldflags=-X 'main.flag=set\n'", "--jit", "off", "-gcflags=-m", "self.go", "two.go"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out, flag + "self self <nil> []\ntrue <nil>\n" + child + child);
  EXPECT_NE(r.err.find("./two.go:7:6: can inline init.0"), std::string::npos) << r.err;
}

TEST_F(LauncherTest, APackageOfAModule) {
  write("m/go.mod", "module example.com/tool/v2\n\ngo 1.26\n");
  write("m/words/words.go", "package words\n\nconst Text = \"of the module\"\n");
  write("m/cmd/self/main.go", kSelf);
  write("m/cmd/self/words.go", "package main\n\nimport \"example.com/tool/v2/words\"\n\nvar _ = words.Text\n");
  write("m/main.go", kSelf);
  CommandResult r = burrow({"run", "./cmd/self"}, "", "m");
  EXPECT_EQ(r.out, outputOf("self")) << r.err;
  r = burrow({"run", "example.com/tool/v2/cmd/self", "x"}, "", "m");
  EXPECT_EQ(r.out, outputOf("self", "[x]")) << r.err;
  r = burrow({"run", "."}, "", "m");
  EXPECT_EQ(r.out, outputOf("tool")) << r.err;  // go leaves the version out
}

TEST_F(LauncherTest, TheLauncherIsAnExecutable) {
  write("env.go", R"(package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	n := flag.Int("n", 1, "a number")
	flag.Parse()
	dir, _ := os.Getwd()
	fmt.Println(dir, *n, flag.Args(), os.Getenv("HOME"), os.Getenv("BURROW_CACHE"))
	os.Exit(*n)
}
)");
  EXPECT_EQ(burrow({"run", "env.go"}).status, 1);
  ASSERT_EQ(launchers().size(), 1u);
  std::string path = launchers()[0];
  CommandResult r = command({"/usr/bin/env", "-i", "HOME=/nowhere", path, "-n=7", "a", ""});
  EXPECT_EQ(r.status, 7);
  EXPECT_EQ(r.out, dir_.string() + " 7 [a ] /nowhere \n") << r.err;
  EXPECT_FALSE(fs::exists("/nowhere"));
  r = command({path, "-h"});
  EXPECT_EQ(r.err, "Usage of " + path + ":\n  -n int\n    \ta number (default 1)\n");
  // As any other program it can be profiled; its sources may change.
  r = burrow({"profile", "--heap", path});
  EXPECT_NE(r.err.find("heap "), std::string::npos) << r.err;
  write("env.go", "package main\n\nfunc main() { println(\"changed\") }\n");
  EXPECT_EQ(command({path}).err, "changed\n");
  fs::remove(dir_ / "env.go");
  r = command({path});
  EXPECT_EQ(r.status, 1);
  EXPECT_NE(r.err.find("env.go"), std::string::npos) << r.err;
}

TEST_F(LauncherTest, Scripts) {
  std::string script = write("script", "#!/usr/bin/env burrow\n" + std::string(kSelf));
  chmod(script.c_str(), 0755);
  CommandResult r = burrow({"run", "script"});
  EXPECT_EQ(r.out.substr(0, r.out.find('\n', r.out.find('\n') + 1)), "script script <nil> []\ntrue <nil>") << r.err;
  EXPECT_EQ(burrow({"-"}, "package main\n\nimport \"os\"\n\nfunc main() { println(os.Args[0]) }\n").err, "-\n");
  script = write("args", "#!" + burrowPath() + "\npackage main\n\nimport \"os\"\n\nfunc main() { println(os.Args[0], os.Args[1]) }\n");
  chmod(script.c_str(), 0755);
  EXPECT_EQ(command({script, "x"}).err, script + " x\n");
  EXPECT_EQ(command({"./args", "x"}).err, "./args x\n");
  EXPECT_TRUE(launchers().empty());
  chmod(script.c_str(), 0644);  // a program that cannot start by itself has a launcher
  EXPECT_TRUE(burrow({"run", "args", "x"}).err.ends_with("/args x\n"));
  EXPECT_EQ(launchers().size(), 1u);
}

TEST_F(LauncherTest, BuiltPrograms) {
  write("self.go", kSelf);
  ASSERT_EQ(burrow({"build", "-o", "bin/prog", "self.go"}).status, 0);
  CommandResult r = command({"./prog", "x"}, "", "bin");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out, outputOf("prog", "[x]")) << r.err;
  EXPECT_EQ(command({(dir_ / "bin/prog")}).out, outputOf("prog"));
  EXPECT_EQ(burrow({"run", "bin/prog", "y"}).out, outputOf("prog", "[y]"));
  write("name.go", "package main\n\nimport \"os\"\n\nfunc main() { println(os.Args[0], os.Args[1]) }\n");
  ASSERT_EQ(burrow({"build", "-o", "name", "name.go"}).status, 0);
  fs::remove(dir_ / "name.go");
  EXPECT_EQ(command({"./name", "x"}).err, "./name x\n");
  EXPECT_EQ(burrow({"run", "name", "x"}).err, "name x\n");
  EXPECT_TRUE(launchers().empty());
  std::string head = readWholeFile(dir_ / "name").substr(0, 4096);
  size_t magic = head.find("\nBURROWP");
  ASSERT_NE(magic, std::string::npos);
  EXPECT_EQ((magic + 1) % 8, 0u) << "what follows is read in words";
}

/// The kernel takes no first line with blanks in the name, nor one that is too long.
TEST_F(LauncherTest, ABurrowInAPlaceThatAFirstLineCannotName) {
  write("self.go", kSelf);
  for (const std::string& place : {std::string("it's a place"), std::string(200, 'x') + "/" + std::string(200, 'y')}) {
    fs::create_directories(dir_ / place);
    fs::path copy = dir_ / place / "burrow";
    fs::copy_file(burrowPath(), copy);
    Command c;
    c.argv = {copy, "run", "self.go"};
    c.dir = dir_;
    c.env["BURROW_CACHE"] = dir_ / "cache";
    if (!std::getenv("BURROW_STD")) c.env["BURROW_STD"] = fs::path(burrowPath()).parent_path() / "std";
    std::string out = runCommand(c).out;
    EXPECT_NE(out.find("child [child a b -x] /usr"), std::string::npos) << out;
    c.argv = {copy, "build", "-o", "prog", "self.go"};
    EXPECT_EQ(runCommand(c).status, 0);
    EXPECT_EQ(command({"./prog"}).out, out.replace(0, 9, "prog prog"));
  }
}

TEST_F(LauncherTest, ACacheThatCannotBeWritten) {
  write("self.go", kSelf);
  write("cache/exe", "a file where the directory would be");
  write("name.go", R"(package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	path, err := os.Executable()
	fmt.Println(os.Args[0], filepath.Base(path), err)
}
)");
  CommandResult r = burrow({"run", "name.go"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out, "name.go " + fs::path(burrowPath()).filename().string() + " <nil>\n");
  Command c;
  c.argv = {burrowPath(), "run", "name.go"};
  c.dir = dir_;
  c.env = {{"BURROW_CACHE", "/proc/none"}};
  EXPECT_EQ(runCommand(c).out, r.out);
}

constexpr const char* kSelfTest = R"(package calc

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestParent(t *testing.T) {
	path, err := os.Executable()
	if err != nil || path != os.Args[0] || !strings.HasSuffix(path, ".test") || !testing.Testing() {
		t.Fatal(path, os.Args[0], err)
	}
	t.Log(filepath.Base(path))
	cmd := exec.Command(os.Args[0], "-test.run=^TestChild$", "-test.v")
	cmd.Dir = "/"
	cmd.Env = []string{"CHILD=1"}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "three is 3") {
		t.Fatalf("%v: %s", err, out)
	}
}

func TestChild(t *testing.T) {
	if os.Getenv("CHILD") == "" {
		t.Skip("for TestParent")
	}
	t.Log("three is", three())
}
)";

TEST_F(LauncherTest, ATestStartsItself) {
  write("m/go.mod", "module example.com/m\n\ngo 1.26\n");
  write("m/calc/calc.go", "package calc\n\nfunc three() int { return 3 }\n");
  write("m/calc/calc_test.go", kSelfTest);
  write("m/v2/calc.go", "package calc\n\nfunc three() int { return 3 }\n");
  write("m/v2/calc_test.go", kSelfTest);
  CommandResult r = burrow({"test", "./..."}, "", "m");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  r = burrow({"test", "-v", "example.com/m/calc"}, "", "m");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_NE(r.out.find(": calc.test\n"), std::string::npos) << r.out;
  r = burrow({"test", "-v", "-ldflags=-s", "calc_test.go", "calc.go"}, "", "m/calc");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  // Without a module.
  write("plain/calc.go", "package calc\n\nfunc three() int { return 3 }\n");
  write("plain/calc_test.go", kSelfTest);
  r = burrow({"test", "-v"}, "", "plain");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_NE(r.out.find(": plain.test\n"), std::string::npos) << r.out;
}

TEST_F(LauncherTest, TestsOfStdStartThemselves) {
  CommandResult r = burrow({"test", "-v", "-run=^TestExecutable$", "os"});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_NE(r.out.find("--- PASS: TestExecutable"), std::string::npos) << r.out;
}

/// What burrow test is given for the compiler and the linker counts, for the test and for what it starts.
TEST_F(LauncherTest, FlagsOfTests) {
  write("a_test.go", R"(package a

import (
	"os"
	"os/exec"
	"testing"
)

var set string

func TestSet(t *testing.T) {
	if set != "built" {
		t.Fatal(set)
	}
	if len(os.Args) > 1 && os.Args[len(os.Args)-1] == "child" {
		return
	}
	if out, err := exec.Command(os.Args[0], "child").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}
)");
  CommandResult r = burrow({"test", "-ldflags", "-X command-line-arguments.set=built", "a_test.go"});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  r = burrow({"test", "-gcflags=-bad", "a_test.go"});
  EXPECT_NE(r.status, 0);
  EXPECT_NE(r.err.find("flag provided but not defined: -bad"), std::string::npos) << r.err;
}

}  // namespace

}  // namespace burrow::test
