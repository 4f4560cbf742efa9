// Error messages of the checker: each errors/*.go must give its .golden, which is what gc prints
// for it (go tool compile -e).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/compiler/types/check_util.h"

namespace burrow {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& p) {
  std::ifstream in(p, std::ios::binary);
  std::stringstream s;
  s << in.rdbuf();
  return s.str();
}

std::vector<std::string> sources() {
  std::vector<std::string> list;
  for (const auto& e : fs::directory_iterator(BURROW_SOURCE_DIR "/tests/compiler/types/errors")) {
    if (e.path().extension() == ".go") list.push_back(e.path().string());
  }
  std::sort(list.begin(), list.end());
  return list;
}

class TypeErrors : public testing::TestWithParam<std::string> {};

TEST_P(TypeErrors, AsGc) {
  fs::path path = GetParam();
  auto checked = test::check(path.filename().string(), read(path));
  EXPECT_EQ(checked->messages(), read(fs::path(path).replace_extension(".golden")));
}

INSTANTIATE_TEST_SUITE_P(Golden, TypeErrors, testing::ValuesIn(sources()),
                         [](const auto& info) { return fs::path(info.param).stem().string(); });

}  // namespace
}  // namespace burrow
