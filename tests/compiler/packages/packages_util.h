// A directory of files for one test, and a loader on it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <utility>

#include "compiler/packages/loader.h"
#include "compiler/source/file_set.h"
#include "tests/support/files.h"

namespace burrow {

class Tree {
 public:
  Tree(std::initializer_list<std::pair<const char*, std::string>> files) {
    for (const auto& [name, text] : files) add(name, text);
  }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  void add(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(dir_ + "/" + name).parent_path());
    std::ofstream(dir_ + "/" + name, std::ios::binary) << text;
  }
  const std::string& dir() const { return dir_; }

 private:
  test::TemporaryDir temporary_;
  std::string dir_ = temporary_.path();
};

/// A loader whose current directory is `tree` (or a directory in it).
struct Loading {
  explicit Loading(const Tree& tree, const std::string& below = "", bool tests = false)
      : loader(files, config(tree.dir() + below, tests)), initError(loader.init()), root(tree.dir()) {}
  static LoaderConfig config(const std::string& dir, bool tests) {
    LoaderConfig c;
    c.workDir = dir;
    c.tests = tests;
    return c;
  }
  /// What is wrong with a package and its imports, a line each; the tree's directory as $DIR, std's as $STD.
  std::string check(PackageSource* p) {
    std::string out;
    for (std::string& e : loader.check({p})) out += e + "\n";
    return shorten(out);
  }
  std::string shorten(std::string s) const {
    for (const auto& [from, to] : {std::pair<std::string, std::string>{root, "$DIR"}, {loader.goRoot().dir + "/src", "$STD"}})
      if (from != "/src")
        for (size_t at; (at = s.find(from)) != std::string::npos;) s.replace(at, from.size(), to);
    return s;
  }
  std::string fileNames(const PackageSource& p) const {
    std::string out;
    for (uint32_t f : p.files) out += (out.empty() ? "" : " ") + std::filesystem::path(files.file(f).diskPath).filename().string();
    return out;
  }

  FileSet files;
  Loader loader;
  std::string initError;
  std::string root;
};

}  // namespace burrow
