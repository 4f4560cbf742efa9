// Programs of tests/programs/tiers print what gc prints (NAME.out), whichever tier runs them and whatever moves or is collected meanwhile.
#include <gtest/gtest.h>

#include "compiler/packages/files.h"
#include "tests/support/files.h"
#include "tests/support/subprocess.h"

namespace burrow::test {

namespace {

const std::string kDir = BURROW_SOURCE_DIR "/tests/programs/tiers";

const std::vector<std::vector<std::string>> kModes = {
    {"--jit=off"},
    {"--jit=on", "--jit-threshold=3"},
    {"--jit=always"},
    {"--jit=always", "--jit-tier=template"},
    {"--jit=always", "--jit-registers=4"},
    {"--jit=always", "--stack-stress"},
    {"--jit=always", "--gc-stress"},
    // Code of the templates sees where calls lead before the optimizing tier comes.
    {"--jit=on", "--jit-sync", "--jit-threshold=1", "--jit-improve-after=2"},
    {"--jit=on", "--jit-sync", "--jit-threshold=1", "--jit-improve-after=2", "--jit-registers=4"},
    {"--jit=on", "--jit-sync", "--jit-threshold=1", "--jit-improve-after=2", "--stack-stress"},
    {"--jit=on", "--jit-sync", "--jit-threshold=1", "--jit-improve-after=2", "--gc-stress"},
};

class Tiers : public ::testing::TestWithParam<std::string> {};

TEST_P(Tiers, PrintTheSame) {
  std::string expected = readWholeFile(kDir + "/" + GetParam() + ".out");
  for (const auto& mode : kModes) {
    Command c;
    c.argv = {burrowPath(), "run"};
    c.argv.insert(c.argv.end(), mode.begin(), mode.end());
    c.argv.push_back(GetParam() + ".go");
    c.dir = kDir;
    CommandResult r = runCommand(c);
    std::string flags;
    for (const std::string& f : mode) flags += f + " ";
    EXPECT_EQ(r.status, 0) << flags << r.err;
    EXPECT_EQ(r.out, expected) << flags;
  }
}

INSTANTIATE_TEST_SUITE_P(, Tiers, ::testing::ValuesIn(programsIn(kDir)), [](const auto& info) { return info.param; });

}  // namespace

}  // namespace burrow::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
