// Files of tests: the programs of a directory, and a directory of its own for each test.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace burrow::test {

/// Names of the Go files of a directory without ".go", sorted.
inline std::vector<std::string> programsIn(const std::string& dir) {
  std::vector<std::string> names;
  for (const auto& e : std::filesystem::directory_iterator(dir))
    if (e.path().extension() == ".go") names.push_back(e.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

/// A directory that is removed when this ends; its path is empty if there could be none.
class TemporaryDir {
 public:
  TemporaryDir() {
    std::string name = (std::filesystem::temp_directory_path() / "burrow-test-").string() + std::string(6, 'X');
    if (mkdtemp(name.data())) path_ = std::filesystem::canonical(name).string();
  }
  TemporaryDir(const TemporaryDir&) = delete;
  TemporaryDir& operator=(const TemporaryDir&) = delete;
  ~TemporaryDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class TempDirTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_FALSE(dir_.empty()); }

  /// The path of a new file; directories on the way are made.
  std::string write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((dir_ / name).parent_path());
    std::ofstream(dir_ / name) << text;
    return dir_ / name;
  }

  TemporaryDir temporary_;
  std::filesystem::path dir_ = temporary_.path();
};

}  // namespace burrow::test
