// The standard library's own tests: `burrow test -short -v` for each package of packages.txt.
//
// packages.txt has a package and the number of its test functions (tests and examples that run) on
// each line; a * marks those that the sample runs too. expected.txt lists test functions that fail
// today with the reason. A listed one that passes fails, and so does a package of which fewer
// functions ran than recorded (a crash hides the rest). BURROW_RUN_FLAGS ("--jit=always") are given to the command.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

#include "tests/support/subprocess.h"

namespace burrow::test {

namespace {

std::map<std::string, std::map<std::string, std::string>>
    expectedFailures;  ///< package → function → reason

struct Package {
  std::string path;
  int functions = 0;
  bool sampled = false;
  // results
  bool ran = false;
  int passed = 0, failed = 0, skipped = 0, expected = 0;
  int missing = 0;  ///< functions that should have run: they count as failed
};
std::vector<Package> packages;

class StdTest : public ::testing::Test {
 public:
  explicit StdTest(Package& p) : p_(p) {}
  void TestBody() override {
    Command c;
    c.argv = {burrowPath(), "test", "-short", "-v", "-timeout=20m"};
    const std::map<std::string, std::string>& expected = expectedFailures[p_.path];
    std::string skip;
    for (const auto& [name, reason] : expected)
      if (reason.starts_with("skip: ")) {
        skip += (skip.empty() ? "^(" : "|") + name;  // it would end the others
        ++p_.skipped;
      }
    if (!skip.empty()) c.argv.push_back("-skip=" + skip + ")$");
    if (const char* flags = std::getenv("BURROW_RUN_FLAGS"))
      for (const std::string& f : splitQuoted(flags)) c.argv.push_back(f);
    c.argv.push_back(p_.path);
    c.merge = true;
    c.limits.seconds = 1500;
    CommandResult result = runCommand(c);
    p_.ran = true;
    std::string failures;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
      auto starts = [&](const char* prefix) { return line.starts_with(prefix); };
      std::string name = line.size() > 10 ? line.substr(10, line.find(' ', 10) - 10) : "";
      if (starts("--- PASS: ")) {
        ++p_.passed;
        if (auto it = expected.find(name); it != expected.end())
          ADD_FAILURE() << p_.path << "." << name
                        << " passes now: remove it from tests/std/expected.txt (" << it->second
                        << ")";
      } else if (starts("--- SKIP: ")) {
        ++p_.skipped;
      } else if (starts("--- FAIL: ")) {
        ++p_.failed;
        if (expected.count(name))
          ++p_.expected;
        else
          failures += " " + name;
      }
    }
    int functions = p_.passed + p_.failed + p_.skipped;
    p_.missing = std::max(0, p_.functions - functions);
    p_.failed += p_.missing;
    std::string tail =
        result.out.size() > 3000 ? "…" + result.out.substr(result.out.size() - 3000) : result.out;
    EXPECT_TRUE(failures.empty()) << p_.path << ":" << failures << "\n" << tail;
    EXPECT_GE(functions, p_.functions) << p_.path << ": " << result.describe() << "\n" << tail;
  }

 private:
  Package& p_;
};

std::vector<std::vector<std::string>> readTable(const std::string& path) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(readWholeFile(path));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> row;
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, '\t');) row.push_back(cell);
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

int stdMain(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  const std::string here = BURROW_SOURCE_DIR "/tests/std/";
  for (const auto& row : readTable(here + "packages.txt"))
    if (row.size() >= 2)
      packages.push_back({row[0], std::atoi(row[1].c_str()), row.size() > 2 && row[2] == "*"});
  for (const auto& row : readTable(here + "expected.txt"))
    if (row.size() == 3) expectedFailures[row[0]][row[1]] = row[2];
  const char* all = std::getenv("BURROW_TESTS");
  for (Package& p : packages) {
    if (!p.sampled && !(all && std::string_view(all) == "all")) continue;
    std::string name = p.path;
    for (char& c : name)
      if (c == '/') c = '_';
    ::testing::RegisterTest("Std", name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                            [&p]() -> ::testing::Test* { return new StdTest(p); });
  }
  int status = RUN_ALL_TESTS();
  if (::testing::GTEST_FLAG(list_tests)) return status;
  int run = 0, passed = 0, failed = 0, expected = 0, skipped = 0;
  std::printf("\n%-20s %6s %6s %6s %9s %8s\n", "package", "run", "passed", "failed", "expected",
              "skipped");
  for (const Package& p : packages) {
    if (!p.ran) continue;
    std::printf("%-20s %6d %6d %6d %9d %8d\n", p.path.c_str(), p.passed + p.failed, p.passed,
                p.failed - p.expected, p.expected, p.skipped);
    run += p.passed + p.failed, passed += p.passed, failed += p.failed - p.expected,
        expected += p.expected, skipped += p.skipped;
  }
  std::printf("%-20s %6d %6d %6d %9d %8d\n", "total", run, passed, failed, expected, skipped);
  recordCounts("std's own tests", run, passed, failed, expected, skipped);
  return status;
}

}  // namespace burrow::test

int main(int argc, char** argv) {
  return burrow::test::stdMain(argc, argv);
}
