// go.mod and go.work: their syntax, and which module an import path belongs to.
#include "compiler/packages/modfile.h"

#include <gtest/gtest.h>

#include "tests/compiler/packages/packages_util.h"

namespace burrow {
namespace {

TEST(ModFile, Parses) {
  std::string error;
  ModFile m = parseModFile(
      "// comment\nmodule \"example.com/m\" // more\n\ngo 1.26\ntoolchain go1.26.1\nrequire (\n\ta.org/x v1.2.3 // indirect\n\t"
      "b.org/y/v2 v2.0.0-pre\n)\nrequire c.org/z v0.1.0\nreplace a.org/x => ../x\nreplace (\n\tb.org/y/v2 v2.0.0-pre => d.org/y v2.1.0\n)\n"
      "exclude c.org/z v0.0.9\nretract v0.9.0\ngodebug panicnil=1\ntool a.org/x/cmd\n",
      error);
  EXPECT_EQ(error, "");
  EXPECT_EQ(m.module, "example.com/m");
  EXPECT_EQ(m.goVersion, "1.26");
  ASSERT_EQ(m.require.size(), 3u);
  EXPECT_EQ(m.require[1].path + " " + m.require[1].version, "b.org/y/v2 v2.0.0-pre");
  ASSERT_EQ(m.replace.size(), 2u);
  EXPECT_EQ(m.replace[0].newPath, "../x");
  EXPECT_EQ(m.replace[0].newVersion, "");
  EXPECT_EQ(m.replace[1].oldVersion, "v2.0.0-pre");
  EXPECT_EQ(m.replace[1].newPath + " " + m.replace[1].newVersion, "d.org/y v2.1.0");
  ASSERT_EQ(m.godebug.size(), 1u);
  EXPECT_EQ(m.godebug[0].second, "1");
}

TEST(ModFile, Errors) {
  auto errorOf = [](const char* text) {
    std::string error;
    parseModFile(text, error);
    return error;
  };
  EXPECT_EQ(errorOf("modul x\n"), "1: unknown directive: modul");
  EXPECT_EQ(errorOf("module x\n\nrequire a\n"), "3: usage: require module/path v1.2.3");
  EXPECT_EQ(errorOf("go 1.26 1.27\n"), "1: go directive expects exactly one argument");
  EXPECT_EQ(errorOf("use (\n./a b\n)\n"), "2: usage: use local/dir");
  EXPECT_EQ(errorOf(""), "");
}

TEST(ModuleGraph, FindsPackages) {
  Tree t({{"m/go.mod", "module example.com/m\ngo 1.22\nrequire example.com/dep v1.0.0\nreplace example.com/dep => ../dep\n"},
          {"m/sub/s.go", "package sub\n"},
          {"dep/go.mod", "module example.com/dep\ngo 1.20\n"},
          {"dep/inner/i.go", "package inner\n"}});
  ModuleGraph g;
  std::string error;
  ASSERT_TRUE(g.load(t.dir() + "/m/sub", error)) << error;
  const GoModule* module = nullptr;
  EXPECT_EQ(g.findPackage("example.com/m/sub", &module, error), t.dir() + "/m/sub");
  EXPECT_EQ(module->goVersion, "1.22");
  EXPECT_EQ(g.findPackage("example.com/dep/inner", &module, error), t.dir() + "/dep/inner");
  EXPECT_EQ(module->goVersion, "1.20");
  EXPECT_EQ(g.findPackage("example.com/mother", &module, error), "");
  EXPECT_EQ(error, "no required module provides package example.com/mother; to add it:\n\tgo get example.com/mother");
}

TEST(ModuleGraph, NestedModuleIsAnother) {
  Tree t({{"go.mod", "module example.com/m\n"}, {"in/go.mod", "module example.com/m/in\ngo 1.26\n"}, {"in/x.go", "package in\n"}});
  Loading outer(t), inner(t, "/in");
  EXPECT_EQ(inner.loader.loadDir(".", false)->path, "example.com/m/in");
  EXPECT_EQ(inner.loader.loadDir(".", false)->goVersion, "go1.26");
}

TEST(ModuleGraph, Workspace) {
  Tree t({{"go.work", "go 1.26\nuse (\n\t./a\n\t./b\n)\n"},
          {"a/go.mod", "module example.com/a\ngo 1.26\n"},
          {"a/a.go", "package main\nimport _ \"example.com/b/p\"\nfunc main() {}\n"},
          {"b/go.mod", "module example.com/b\ngo 1.26\n"},
          {"b/p/p.go", "package p\n"}});
  Loading l(t, "/a");
  ASSERT_EQ(l.initError, "");
  EXPECT_EQ(l.check(l.loader.loadDir(".", false)), "");
}

TEST(ModuleGraph, Vendor) {
  Tree t({{"go.mod", "module example.com/m\ngo 1.26\nrequire example.org/dep v1.0.0\n"},
          {"m.go", "package main\nimport (\n\t_ \"example.org/dep/p\"\n\t_ \"example.org/dep/q\"\n)\nfunc main() {}\n"},
          {"vendor/modules.txt", "# example.org/dep v1.0.0\n## explicit; go 1.20\nexample.org/dep/p\n"},
          {"vendor/example.org/dep/p/p.go", "package p\n"}});
  Loading l(t);
  ASSERT_EQ(l.initError, "");
  EXPECT_EQ(l.check(l.loader.loadDir(".", false)),
            "m.go:4:2: cannot find module providing package example.org/dep/q: import lookup disabled by -mod=vendor\n");
}

TEST(ModuleGraph, NewerGo) {
  Tree t({{"go.mod", "module m\ngo 1.99\n"}});
  EXPECT_EQ(Loading(t).initError, "go.mod requires go >= 1.99 (running go 1.26)");
  Tree patch({{"go.mod", "module m\ngo 1.26.4\n"}});
  EXPECT_EQ(Loading(patch).initError, "");
}

}  // namespace
}  // namespace burrow
