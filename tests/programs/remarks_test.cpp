// What -m prints, byte for byte: the goldens are gc's own output for the same files (go tool compile -m, -m=2).
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "compiler/packages/files.h"
#include "tests/support/subprocess.h"

namespace burrow::test {

namespace {

const std::string kDir = BURROW_SOURCE_DIR "/tests/programs/remarks";

CommandResult burrow(std::vector<std::string> args, const std::string& dir = kDir) {
  Command c;
  c.argv = {burrowPath()};
  c.argv.insert(c.argv.end(), args.begin(), args.end());
  c.dir = dir;
  c.merge = true;
  return runCommand(c);
}

std::string withoutDirectory(std::string text) {
  for (size_t at; (at = text.find(kDir + "/")) != std::string::npos;) text.erase(at, kDir.size() + 1);
  return text;
}

/// The first line that differs, for a message that can be read.
std::string difference(const std::string& got, const std::string& want) {
  std::istringstream g(got), w(want);
  std::string a, b;
  for (int n = 1;; ++n) {
    bool more = static_cast<bool>(std::getline(g, a)), wanted = static_cast<bool>(std::getline(w, b));
    if (!more && !wanted) return {};
    if (more && wanted && a == b) continue;
    return "line " + std::to_string(n) + ":\n  got  " + (more ? a : "<end>") + "\n  want " + (wanted ? b : "<end>");
  }
}

class Remarks : public ::testing::TestWithParam<std::string> {};

TEST_P(Remarks, AsGc) {
  for (const char* level : {"1", "2"}) {
    CommandResult r = burrow({"tool", "compile", "-p=main", "-o=/dev/null", std::string("-m=") + level, GetParam() + ".go"});
    EXPECT_EQ(r.status, 0) << r.describe();
    std::string want = readWholeFile(kDir + "/" + GetParam() + ".m" + level);
    EXPECT_EQ(difference(withoutDirectory(r.out), want), "") << "-m=" << level;
  }
}

TEST_P(Remarks, BuildShortensPaths) {
  std::string file = GetParam() + ".go";
  CommandResult r = burrow({"build", "-gcflags=-m", file});
  std::string want = "# command-line-arguments\n", line;
  for (std::istringstream lines(readWholeFile(kDir + "/" + GetParam() + ".m1")); std::getline(lines, line);)
    want += (line.starts_with(file) ? "./" : "") + line + "\n";
  EXPECT_EQ(difference(r.out, want), "");
}

INSTANTIATE_TEST_SUITE_P(Files, Remarks, ::testing::Values("pointers", "closures", "interfaces", "memory", "inlining"),
                         [](const auto& info) { return info.param; });

TEST(RemarkFlags, PatternsSelectPackages) {
  EXPECT_TRUE(burrow({"build", "-gcflags=nothing=-m", "pointers.go"}).out.empty());
  EXPECT_NE(burrow({"build", "-gcflags=all=-m", "pointers.go"}).out.find("moved to heap: x"), std::string::npos);
  EXPECT_TRUE(burrow({"build", "-gcflags=-m", "-gcflags=", "pointers.go"}).out.empty()) << "the last value counts";
  std::string std = burrow({"build", "-gcflags=errors=-m", "interfaces.go"}).out;
  EXPECT_TRUE(std.starts_with("# errors\n")) << std.substr(0, 200);
  EXPECT_EQ(std.find("interfaces.go"), std::string::npos);
  EXPECT_NE(burrow({"build", "-gcflags=-m", "errors"}).out.find("can inline New"), std::string::npos);
}

TEST(RemarkFlags, WithoutInlining) {
  std::string out = burrow({"build", "-gcflags=-m -l", "inlining.go"}).out;
  EXPECT_EQ(out.find("can inline"), std::string::npos);
  EXPECT_EQ(out.find("inlining call"), std::string::npos);
  EXPECT_NE(out.find("does not escape"), std::string::npos);
}

TEST(RemarkFlags, Wrong) {
  EXPECT_EQ(burrow({"build", "-gcflags=x", "pointers.go"}).out,
            "burrow build: invalid value \"x\" for flag -gcflags: missing =<value> in <pattern>=<value>\n");
  EXPECT_EQ(burrow({"build", "-gcflags=-mm", "pointers.go"}).out, "burrow build: flag provided but not defined: -mm\n");
}

TEST(RemarkJson, OneObjectALine) {
  std::string out = burrow({"build", "-json", "-gcflags=-m=2", "pointers.go"}).out, line;
  std::istringstream lines(out);
  bool moved = false, explained = false;
  while (std::getline(lines, line)) {
    EXPECT_TRUE(line.starts_with("{\"package\":\"command-line-arguments\",\"kind\":\"") && line.ends_with("}")) << line;
    moved |= line.find("\"kind\":\"moved-to-heap\",\"file\":\"" + kDir + "/pointers.go\",\"line\":22,\"col\":2,\"text\":\"moved to heap: x\"}") != std::string::npos;
    explained |= line.find("\"text\":\"x escapes to heap in address:\",\"flow\":[{\"text\":\"flow: ~r0 ← \\u0026x:\"},{\"text\":\"from \\u0026x (address-of)\",\"file\":") !=
                 std::string::npos;
  }
  EXPECT_TRUE(moved) << out;
  EXPECT_TRUE(explained) << out;
}

TEST(Explain, Line) {
  std::string out = burrow({"explain", "pointers.go:22"}).out;
  EXPECT_EQ(out, readWholeFile(kDir + "/pointers.22.explain"));
}

TEST(Explain, File) {
  CommandResult r = burrow({"explain", "memory.go"});
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(difference(r.out, readWholeFile(kDir + "/memory.explain")), "");
}

TEST(Explain, Nothing) {
  EXPECT_EQ(burrow({"explain", "pointers.go:1"}).out, "pointers.go:1: nothing is allocated here\n");
  EXPECT_EQ(burrow({"explain"}).status, 2);
}

}  // namespace

}  // namespace burrow::test

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
