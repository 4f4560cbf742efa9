// What allocations become: programs of tests/programs/bytecode say it themselves, in comments
//
//	// BYTECODE main.f: NewStack -NewHeap
//
// (the code of main.f has a NewStack and no NewHeap), and print the same in every mode.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "compiler/packages/files.h"
#include "tests/support/files.h"
#include "tests/support/subprocess.h"

namespace burrow::test {

namespace {

const std::string kDir = BURROW_SOURCE_DIR "/tests/programs/bytecode";

CommandResult burrow(std::vector<std::string> args) {
  Command c;
  c.argv = {burrowPath()};
  c.argv.insert(c.argv.end(), args.begin(), args.end());
  c.dir = kDir;
  return runCommand(c);
}

/// The opcodes of each function of a listing.
std::map<std::string, std::set<std::string>> opcodes(const std::string& listing) {
  std::map<std::string, std::set<std::string>> all;
  std::string line, func;
  for (std::istringstream lines(listing); std::getline(lines, line);) {
    if (size_t colon = line.find(": "); line.find(" slots, ") != std::string::npos && colon < line.find(' ')) {
      func = line.substr(0, colon);
      continue;
    }
    std::istringstream words(line.substr(std::min<size_t>(line.size(), 1)));
    std::string pc, op;
    if (words >> pc >> op && pc.find_first_not_of("0123456789") == std::string::npos) all[func].insert(op);
  }
  return all;
}

class Bytecode : public ::testing::TestWithParam<std::string> {};

TEST_P(Bytecode, AllocatesAsItSays) {
  std::string file = GetParam() + ".go";
  CommandResult r = burrow({"disasm", file});
  ASSERT_EQ(r.status, 0) << r.err;
  auto ops = opcodes(r.out);
  std::istringstream source(readWholeFile(kDir + "/" + file));
  int wanted = 0;
  for (std::string line; std::getline(source, line);) {
    const std::string mark = "// BYTECODE ";
    if (!line.starts_with(mark)) continue;
    size_t colon = line.find(": ");
    std::string func = line.substr(mark.size(), colon - mark.size()), op;
    ASSERT_TRUE(ops.count(func)) << func << " has no code";
    for (std::istringstream words(line.substr(colon + 2)); words >> op; ++wanted) {
      if (op[0] == '-') EXPECT_FALSE(ops[func].count(op.substr(1))) << func << " has " << op.substr(1);
      else EXPECT_TRUE(ops[func].count(op)) << func << " has no " << op;
    }
  }
  EXPECT_GT(wanted, 0);
}

TEST_P(Bytecode, PrintsTheSameInEveryMode) {
  std::string file = GetParam() + ".go", want = readWholeFile(kDir + "/" + GetParam() + ".out");
  const std::vector<std::vector<std::string>> modes = {
      {}, {"--stack-stress"}, {"--gc-stress"}, {"--stack-stress", "--gc-stress"}, {"--escape=off"}, {"--escape=off", "--gc-stress"},
      {"--jit=always"}, {"--jit=always", "--stack-stress", "--gc-stress"}};
  for (std::vector<std::string> args : modes) {
    std::string mode = args.empty() ? "plain" : args.back();
    args.insert(args.begin(), "run");
    args.push_back(file);
    CommandResult r = burrow(args);
    EXPECT_EQ(r.status, 0) << mode << ": " << r.describe() << "\n" << r.err;
    EXPECT_EQ(r.out, want) << mode << ": " << firstDifference(r.out, want);
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, Bytecode, ::testing::ValuesIn(programsIn(kDir)), [](const auto& info) { return info.param; });

}  // namespace

}  // namespace burrow::test

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
