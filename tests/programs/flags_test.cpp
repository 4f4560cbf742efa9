// Flags and environment of the commands that run programs: what they do, and what is said of wrong ones.
#include <gtest/gtest.h>

#include "tests/support/subprocess.h"

namespace burrow::test {

namespace {

const std::string kDir = BURROW_SOURCE_DIR "/tests/programs/flags";

CommandResult burrow(std::vector<std::string> args, std::map<std::string, std::string> env = {}) {
  Command c;
  c.argv = {burrowPath()};
  c.argv.insert(c.argv.end(), args.begin(), args.end());
  c.dir = kDir;
  c.env = std::move(env);
  c.merge = true;
  return runCommand(c);
}

constexpr const char* kDefaults = "9223372036854775807 100\n";

TEST(LinkFlags, SetStringVariables) {
  CommandResult r = burrow({"run", "-ldflags=-s -X main.version=1.2 -X 'main.empty=a b' -w -X=main.lazy=no -X main.absent=1 -X no/such.x=2", "set.go"});
  EXPECT_EQ(r.out, std::string("\"1.2\" \"a b\" 0 <nil> \"made at start\"\n") + kDefaults);
  EXPECT_EQ(r.status, 0);
}

TEST(LinkFlags, AreKeptWithTheProgram) {
  std::string program = ::testing::TempDir() + "flags_test_program";
  EXPECT_EQ(burrow({"build", "-ldflags=-X main.version=built", "-o", program, "set.go"}).status, 0);
  EXPECT_EQ(burrow({"run", program}).out, std::string("\"built\" \"\" 0 <nil> \"made at start\"\n") + kDefaults);
}

TEST(LinkFlags, WrongOnes) {
  for (const char* name : {"main.number", "main.box", "main.main"}) {
    CommandResult r = burrow({"run", std::string("-ldflags=-X ") + name + "=1", "set.go"});
    EXPECT_EQ(r.out, std::string("# command-line-arguments\n") + name + ": cannot set with -X: not a var of type string\n");
    EXPECT_EQ(r.status, 1);
  }
  CommandResult r = burrow({"run", "-ldflags=-X main.version", "set.go"});
  EXPECT_EQ(r.out, "burrow: -X flag requires argument of the form importpath.name=value\n");
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(burrow({"run", "-ldflags=-nonsense", "set.go"}).out, "burrow: flag provided but not defined: -nonsense\n");
}

TEST(Environment, LimitsOfTheHeap) {
  auto last = [](const CommandResult& r) { return r.out.substr(r.out.find('\n') + 1); };
  EXPECT_EQ(last(burrow({"run", "set.go"}, {{"GOMEMLIMIT", "64MiB"}, {"GOGC", "50"}})), "67108864 50\n");
  EXPECT_EQ(last(burrow({"run", "set.go"}, {{"GOMEMLIMIT", "off"}, {"GOGC", "off"}})), "9223372036854775807 -1\n");
  EXPECT_EQ(last(burrow({"run", "set.go"}, {{"GOGC", "many"}})), kDefaults);
  CommandResult r = burrow({"run", "set.go"}, {{"GOMEMLIMIT", "much"}});
  EXPECT_EQ(r.out, "GOMEMLIMIT=much\nfatal error: malformed GOMEMLIMIT; see `go doc runtime/debug.SetMemoryLimit`\n");
  EXPECT_EQ(r.status, 2);
}

}  // namespace

}  // namespace burrow::test

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
