// Packages from directories and files, and everything that can be wrong with them: go's words.
#include "compiler/packages/loader.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/compiler/packages/packages_util.h"

namespace burrow {
namespace {

constexpr const char* kMod = "module example.com/m\ngo 1.26\n";

TEST(Loader, SelectsFiles) {
  Tree t({{"go.mod", kMod},
          {"a.go", "package m\n"},
          {"b_windows.go", "package m\n"},
          {"c_linux.go", "package m\n"},
          {"d.go", "//go:build ignore\n\npackage main\n"},
          {"e_test.go", "package m\n"},
          {"f_test.go", "package m_test\n"},
          {"_g.go", "not go"},
          {".h.go", "not go"},
          {"i.txt", "not go"},
          {"j.go", "package documentation\n"},
          {"k.go", "package m\n\nimport \"C\"\n"}});
  Loading plain(t), tests(t, "", true);
  PackageSource* p = plain.loader.loadDir(".", false);
  EXPECT_EQ(p->error, "");
  EXPECT_EQ(p->path, "example.com/m");
  EXPECT_EQ(p->name, "m");
  EXPECT_EQ(plain.fileNames(*p), "a.go c_linux.go");
  p = tests.loader.loadDir(".", true);
  EXPECT_EQ(p->testFiles.size(), 1u);
  EXPECT_EQ(p->xtestFiles.size(), 1u);
}

TEST(Loader, Display) {
  Tree t({{"go.mod", kMod}, {"a.go", "package m\n"}, {"sub/b.go", "package sub\n"}});
  Loading l(t);
  EXPECT_EQ(l.loader.displayName(t.dir() + "/a.go"), "./a.go");
  EXPECT_EQ(l.loader.displayName(t.dir() + "/sub/b.go"), "sub/b.go");
  EXPECT_EQ(l.loader.displayName("/nowhere/x.go"), "/nowhere/x.go");
}

TEST(Loader, DirectoryErrors) {
  Tree t({{"go.mod", kMod},
          {"none/x.txt", ""},
          {"excluded/x_windows.go", "package x\n"},
          {"two/a.go", "package a\n"},
          {"two/b.go", "package b\n"},
          {"cgo/a.go", "package a\n\nimport \"C\"\n"},
          {"constraint/a.go", "//go:build (\n\npackage a\n"}});
  Loading l(t);
  auto check = [&](const char* dir) { return l.check(l.loader.loadDir(dir, false)); };
  EXPECT_EQ(check("./none"), "no Go files in $DIR/none\n");
  EXPECT_EQ(check("./excluded"), "package example.com/m/excluded: build constraints exclude all Go files in $DIR/excluded\n");
  EXPECT_EQ(check("./two"), "found packages a (a.go) and b (b.go) in $DIR/two\n");
  EXPECT_EQ(check("./cgo"), "cgo is not supported: cgo/a.go imports \"C\"\n");
  EXPECT_EQ(check("./nowhere"), "stat $DIR/nowhere: directory not found\n");
  EXPECT_EQ(check("./constraint"), "$DIR/constraint/a.go: parsing //go:build line: missing close paren\n");
}

TEST(Loader, ImportErrors) {
  Tree t({{"go.mod", kMod},
          {"m.go",
           "package main\n\nimport (\n\t\"nosuch\"\n\t\"example.com/m/nope\"\n\t\"github.com/foo/bar\"\n\tx \"example.com/m/x\"\n\t"
           "\"./rel\"\n\t\"example.com/m/prog\"\n)\n\nfunc main() {}\n"},
          {"x/x.go", "package x\n\nimport _ \"alsono/y\"\n"},
          {"prog/p.go", "package main\n\nfunc main() {}\n"}});
  Loading l(t);
  if (l.loader.goRoot().dir.empty()) GTEST_SKIP() << "no Go source tree";
  EXPECT_EQ(l.check(l.loader.loadDir(".", false)),
            "m.go:8:2: \"./rel\" is relative, but relative import paths are not supported in module mode\n"
            "m.go:5:2: no required module provides package example.com/m/nope; to add it:\n\tgo get example.com/m/nope\n"
            "m.go:9:2: import \"example.com/m/prog\" is a program, not an importable package\n"
            "x/x.go:3:8: package alsono/y is not in std ($STD/alsono/y)\n"
            "m.go:6:2: no required module provides package github.com/foo/bar; to add it:\n\tgo get github.com/foo/bar\n"
            "m.go:4:2: package nosuch is not in std ($STD/nosuch)\n");
}

TEST(Loader, NoModule) {
  Tree t({{"m.go", "package main\n\nimport _ \"example.com/x\"\n\nfunc main() {}\n"}});
  Loading l(t);
  EXPECT_EQ(l.check(l.loader.loadFiles({t.dir() + "/m.go"})),
            "m.go:3:8: no required module provides package example.com/x: go.mod file not found in current directory or any parent "
            "directory; see 'go help modules'\n");
}

TEST(Loader, ImportCycles) {
  Tree t({{"go.mod", kMod},
          {"m.go", "package main\n\nimport _ \"example.com/m/a\"\n\nfunc main() {}\n"},
          {"a/a.go", "package a\n\nimport _ \"example.com/m/b\"\n"},
          {"b/b.go", "package b\n\nimport _ \"example.com/m/a\"\n"},
          {"self/s.go", "package self\n\nimport _ \"example.com/m/self\"\n"}});
  Loading l(t);
  EXPECT_EQ(l.check(l.loader.loadDir(".", false)),
            "package example.com/m\n\timports example.com/m/a from m.go\n\timports example.com/m/b from a.go\n\timports "
            "example.com/m/a from b.go: import cycle not allowed\n");
  EXPECT_EQ(l.check(l.loader.loadDir("./self", false)),
            "package example.com/m/self\n\timports example.com/m/self from s.go: import cycle not allowed\n");
}

TEST(Loader, Internal) {
  Tree t({{"go.mod", kMod},
          {"x/internal/y/y.go", "package y\n"},
          {"x/z/z.go", "package z\n\nimport _ \"example.com/m/x/internal/y\"\n"},
          {"w/w.go", "package w\n\nimport _ \"example.com/m/x/internal/y\"\n"},
          {"v/v.go", "package v\n\nimport _ \"internal/abi\"\n"}});
  Loading l(t);
  EXPECT_EQ(l.check(l.loader.loadDir("./x/z", false)), "");
  EXPECT_EQ(l.check(l.loader.loadDir("./w", false)),
            "package example.com/m/w\n\tw/w.go:3:8: use of internal package example.com/m/x/internal/y not allowed\n");
  EXPECT_EQ(l.check(l.loader.loadDir("./v", false)), "package example.com/m/v\n\tv/v.go:3:8: use of internal package internal/abi not allowed\n");
}

TEST(Loader, StdThroughLinks) {
  Tree t({{"go.mod", kMod}});
  Loading l(t);
  if (l.loader.goRoot().dir.empty()) GTEST_SKIP() << "no Go source tree";
  std::string link = t.dir() + "/link";
  std::filesystem::create_directory_symlink(l.loader.goRoot().dir + "/src", link);
  EXPECT_EQ(l.loader.loadDir(link + "/internal/abi", false)->path, "internal/abi");
  EXPECT_EQ(l.loader.loadDir(t.dir(), false)->path, "example.com/m");
}

TEST(Loader, FilesByName) {
  Tree t({{"a.go", "//go:build ignore\n\npackage main\n"},
          {"b.go", "package other\n"},
          {"sub/c.go", "package main\n"},
          {"text.go", "not go at all\n"},
          {"empty.go", ""},
          {"nul.go", std::string("package main\0\n", 14)},
          {"bad.go", "//go:build (\n\npackage main\n"}});
  auto error = [&](std::vector<std::string> names) {
    Loading l(t);
    for (std::string& n : names) n = t.dir() + "/" + n;
    return l.shorten(l.loader.loadFiles(names)->error);
  };
  EXPECT_EQ(error({"a.go"}), "");
  EXPECT_EQ(error({"a.go", "b.go"}), "found packages main (a.go) and other (b.go) in $DIR");
  EXPECT_EQ(error({"a.go", "sub/c.go"}), "named files must all be in one directory; have $DIR and $DIR/sub");
  EXPECT_EQ(error({"none.go"}), "stat $DIR/none.go: no such file or directory");
  EXPECT_EQ(error({"sub"}), "$DIR/sub is a directory, should be a Go file");
  EXPECT_EQ(error({"text.go"}), "text.go:1:1: expected 'package', found not");
  EXPECT_EQ(error({"empty.go"}), "empty.go:1:1: expected 'package', found 'EOF'");
  EXPECT_EQ(error({"nul.go"}), "burrow: reading nul.go: unexpected NUL in input");
  EXPECT_EQ(error({"bad.go"}), "$DIR/bad.go: parsing //go:build line: missing close paren");
}

TEST(Loader, Patterns) {
  Tree t({{"go.mod", kMod},
          {"a/a.go", "package a\n"},
          {"a/b/b.go", "package b\n"},
          {"a/testdata/x.go", "package x\n"},
          {"a/_c/c.go", "package c\n"},
          {"a/vendor/d/d.go", "package d\n"},
          {"other/go.mod", "module example.com/other\n"},
          {"other/o.go", "package other\n"},
          {"win/w_windows.go", "package w\n"}});
  Loading l(t);
  std::string error, paths;
  for (PackageSource* p : l.loader.expand({"./..."}, false, error)) paths += p->path + " ";
  EXPECT_EQ(error, "");
  EXPECT_EQ(paths, "example.com/m/a example.com/m/a/b ");
  l.loader.expand({"./nowhere/..."}, false, error);
  EXPECT_EQ(error, "pattern ./nowhere/...: lstat ./nowhere/: no such file or directory");
}

TEST(Loader, Std) {
  Tree t({{"go.mod", kMod}});
  Loading l(t);
  if (l.loader.goRoot().dir.empty()) GTEST_SKIP() << "no Go source tree";
  EXPECT_TRUE(l.loader.isStd("fmt"));
  EXPECT_TRUE(l.loader.isStd("unsafe"));
  for (const char* path : {"", "/fmt", "fmt/", "./fmt", "nosuch", "example.com/x"}) EXPECT_FALSE(l.loader.isStd(path)) << path;
  PackageSource* p = l.loader.loadPath("net/http");
  EXPECT_EQ(p->error, "");
  EXPECT_TRUE(p->std);
  std::string error;
  EXPECT_EQ(l.loader.resolveImport(*p, "golang.org/x/net/http/httpguts", error), "vendor/golang.org/x/net/http/httpguts");
}

}  // namespace
}  // namespace burrow
