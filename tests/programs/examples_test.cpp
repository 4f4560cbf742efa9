// Every program of programs/examples against its recorded output and exit status, in every mode
// that must not change either.
//
// NAME.go goes with NAME.out (standard output), and where needed NAME.status (exit status),
// NAME.stdin, NAME.args and NAME.err (a part of standard error). BURROW_MODES chooses modes by
// name, separated by commas.
#include <gtest/gtest.h>

#include <cstdlib>

#include "compiler/packages/files.h"
#include "tests/support/subprocess.h"

namespace burrow::test {

namespace {

struct Mode {
  const char* name;
  std::vector<std::string> flags;
};
const std::vector<Mode>& modes() {
  static const std::vector<Mode> all = {{"plain", {}},
                                        {"stack_stress", {"--stack-stress"}},
                                        {"gc_stress", {"--gc-stress"}},
                                        {"escape_off", {"--escape=off"}},
                                        {"both_stress", {"--stack-stress", "--gc-stress"}},
                                        {"jit", {"--jit=always"}},
                                        {"jit_on", {"--jit=on", "--jit-threshold=5"}},
                                        {"jit_stress", {"--jit=always", "--stack-stress", "--gc-stress"}}};
  return all;
}

int run = 0, failed = 0;

class ExampleTest : public ::testing::Test {
 public:
  ExampleTest(std::string path, const Mode& mode) : path_(std::move(path)), mode_(mode) {}
  void TestBody() override {
    ++run;
    check();
    failed += HasFailure();
  }

 private:
  void check() {
    std::string base = path_.substr(0, path_.size() - 3);
    Command c;
    c.argv = {burrowPath(), "run"};
    c.argv.insert(c.argv.end(), mode_.flags.begin(), mode_.flags.end());
    c.argv.push_back(path_);
    for (const std::string& a : splitQuoted(readWholeFile(base + ".args"))) c.argv.push_back(a);
    c.dir = dirName(path_);
    c.input = readWholeFile(base + ".stdin");
    c.limits.seconds = 120;
    bool hasOutput, hasStatus, hasError;
    std::string want = readWholeFile(base + ".out", &hasOutput),
                status = readWholeFile(base + ".status", &hasStatus);
    std::string error = readWholeFile(base + ".err", &hasError);
    ASSERT_TRUE(hasOutput) << base << ".out does not exist";
    CommandResult result = runCommand(c);
    EXPECT_FALSE(result.timedOut) << result.describe();
    EXPECT_EQ(result.status, hasStatus ? std::atoi(status.c_str()) : 0) << result.describe() << "\n"
                                                                        << result.err;
    EXPECT_TRUE(result.out == want) << firstDifference(result.out, want) << "\n" << result.err;
    if (!hasError) return;
    while (error.ends_with('\n')) error.pop_back();
    EXPECT_NE(result.err.find(error), std::string::npos) << "standard error:\n" << result.err;
  }

  std::string path_;
  const Mode& mode_;
};

}  // namespace

int examplesMain(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  const std::string dir = BURROW_SOURCE_DIR "/programs/examples";
  const char* chosen = std::getenv("BURROW_MODES");
  for (const Mode& mode : modes()) {
    if (chosen && *chosen &&
        ("," + std::string(chosen) + ",").find("," + std::string(mode.name) + ",") ==
            std::string::npos)
      continue;
    for (const std::string& file : listDir(dir))
      if (file.ends_with(".go"))
        ::testing::RegisterTest(mode.name, file.substr(0, file.size() - 3).c_str(), nullptr,
                                nullptr, __FILE__, __LINE__, [=, &mode]() -> ::testing::Test* {
                                  return new ExampleTest(dir + "/" + file, mode);
                                });
  }
  int status = RUN_ALL_TESTS();
  if (!::testing::GTEST_FLAG(list_tests))
    recordCounts("programs/examples", run, run - failed, failed, 0, 0);
  return status;
}

}  // namespace burrow::test

int main(int argc, char** argv) {
  return burrow::test::examplesMain(argc, argv);
}
