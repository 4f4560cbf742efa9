// Advice on programs of advice/: those with a fault say it in a comment on its line, "// advice: KIND", clean ones say nothing. The edits are made
// and the program runs again: it must print the same, and allocate less by at least four fifths of what was promised. "// advice: KIND (exactly)": and
// what was promised is at least four fifths of what it allocates less.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "profiler/advice/advice.h"
#include "profiler/advice/source.h"
#include "profiler/file/profile_file.h"
#include "tests/support/subprocess.h"

namespace burrow::profiler::test {

namespace {

using burrow::test::Command;
using burrow::test::CommandResult;

const std::filesystem::path kDir = BURROW_SOURCE_DIR "/tests/profiler/advice";

class Advising : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    dir_ = std::filesystem::temp_directory_path() / ("burrow-advice-" + std::to_string(::getpid()) + "-" + GetParam());
    std::filesystem::create_directories(dir_);
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  /// Runs a program under the profiler.
  Profile profile(const std::filesystem::path& program, std::string& output) {
    Command c;
    c.argv = {burrow::test::burrowPath(), "profile", "--no-progress", "-o", (dir_ / "profile.json").string(), program.string()};
    CommandResult r = burrow::test::runCommand(c);
    EXPECT_EQ(r.status, 0) << r.describe() << r.err;
    output = r.out + r.err;
    Profile p;
    EXPECT_EQ(readProfile((dir_ / "profile.json").string(), p), "");
    return p;
  }

  std::filesystem::path dir_;
};

std::string textOf(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// "12 preallocate-slice" for each comment.
std::set<std::string> wanted(const std::string& text) {
  std::set<std::string> out;
  std::istringstream lines(text);
  std::string line;
  for (int n = 1; std::getline(lines, line); ++n)
    if (size_t at = line.find("// advice: "); at != std::string::npos) {
      std::string kind = line.substr(at + 11);
      out.insert(std::to_string(n) + " " + kind.substr(0, kind.find(' ')));
    }
  return out;
}

bool wantedExactly(const std::string& text, uint32_t line) {
  std::istringstream lines(text);
  std::string s;
  while (line-- > 0) std::getline(lines, s);
  return s.ends_with(" (exactly)");
}

std::vector<std::string> programs() {
  std::vector<std::string> out;
  for (const auto& e : std::filesystem::directory_iterator(kDir))
    if (e.path().extension() == ".go") out.push_back(e.path().stem().string());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_P(Advising, SavesWhatItPromises) {
  std::filesystem::path program = kDir / (GetParam() + ".go");
  std::string text = textOf(program), before, after;
  Profile p = profile(program, before);
  std::vector<Advice> advice = findAdvice(p);
  std::set<std::string> got;
  for (const Advice& a : advice) got.insert(std::to_string(a.line) + " " + adviceName(a.kind));
  ASSERT_EQ(got, wanted(text));
  for (const Advice& a : advice) {
    std::string edited = applyEdits(text, a.edits);
    std::filesystem::path copy = dir_ / (GetParam() + ".go");
    std::ofstream(copy) << edited;
    Profile q = profile(copy, after);
    EXPECT_EQ(after, before) << edited;
    auto saved = [](uint64_t was, uint64_t is) { return static_cast<double>(was) - static_cast<double>(is); };
    EXPECT_GE(saved(p.heap.objects, q.heap.objects), 0.8 * static_cast<double>(a.saves.objects)) << edited;
    EXPECT_GE(saved(p.heap.bytes, q.heap.bytes), 0.8 * static_cast<double>(a.saves.bytes)) << edited;
    std::printf("%s:%u %s: promised %llu objects, %llu bytes; saved %.0f, %.0f\n", GetParam().c_str(), a.line, adviceName(a.kind),
                static_cast<unsigned long long>(a.saves.objects), static_cast<unsigned long long>(a.saves.bytes),
                saved(p.heap.objects, q.heap.objects), saved(p.heap.bytes, q.heap.bytes));
    EXPECT_GT(a.saves.objects + a.saves.bytes, 0u);
    if (!wantedExactly(text, a.line)) continue;
    EXPECT_GE(static_cast<double>(a.saves.objects), 0.8 * saved(p.heap.objects, q.heap.objects)) << edited;
    EXPECT_GE(static_cast<double>(a.saves.bytes), 0.8 * saved(p.heap.bytes, q.heap.bytes)) << edited;
  }
}

/// A profile of a version that did not count entries of loops: what is made in them is no evidence of what could be saved.
class AdvisingWithoutLoops : public Advising {};

TEST_P(AdvisingWithoutLoops, SaysNothingThatRestsOnThem) {
  std::string output;
  Profile p = profile(kDir / (GetParam() + ".go"), output);
  EXPECT_FALSE(findAdvice(p).empty());
  EXPECT_FALSE(p.loops.empty());
  p.loops.clear();
  EXPECT_TRUE(findAdvice(p).empty());
}

INSTANTIATE_TEST_SUITE_P(Programs, AdvisingWithoutLoops, ::testing::Values("buffer_loop", "buffer_sizes", "closure_loop", "concatenation"), [](const auto& info) { return info.param; });

INSTANTIATE_TEST_SUITE_P(Programs, Advising, ::testing::ValuesIn(programs()), [](const auto& info) { return info.param; });

TEST(Rewriter, TellsChangesAsLines) {
  std::filesystem::path file = std::filesystem::temp_directory_path() / ("burrow-rewriter-" + std::to_string(::getpid()) + ".go");
  std::string text = "package p\n\nimport (\n\t\"fmt\"\n)\n\nfunc f() {\n\tfmt.Println(1,\n\t\t2)\n}\n";
  std::ofstream(file) << text;
  std::unique_ptr<Source> s = Source::load(file.string());
  ASSERT_TRUE(s);
  Rewriter w(*s);
  w.import("strings");
  w.insertLineBefore(8, "\tx := 1");
  size_t from = text.find("fmt.Println"), to = text.find("2)") + 2;
  w.replace(from, to - from, "g(x)");
  EXPECT_EQ(applyEdits(text, w.edits()), "package p\n\nimport (\n\t\"fmt\"\n\t\"strings\"\n)\n\nfunc f() {\n\tx := 1\n\tg(x)\n}\n");
  Rewriter drop(*s);
  drop.dropImport("fmt");
  EXPECT_EQ(applyEdits(text, drop.edits()), "package p\n\nimport (\n)\n\nfunc f() {\n\tfmt.Println(1,\n\t\t2)\n}\n");
  std::filesystem::remove(file);
  EXPECT_EQ(Source::load("/does/not/exist.go"), nullptr);
}

}  // namespace burrow::profiler::test
