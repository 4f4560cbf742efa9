// File names, //go:build and // +build lines.
#include "compiler/packages/build_context.h"

#include <gtest/gtest.h>

namespace burrow {
namespace {

TEST(BuildContext, Names) {
  BuildContext c;
  for (const char* name : {"x.go", "x_linux.go", "x_amd64.go", "x_linux_amd64.go", "linux.go", "amd64.go", "x_test.go",
                           "x_linux_test.go", "x_unix.go", "x_foo_bar.go", "x_windows_foo.go"})
    EXPECT_TRUE(c.matchName(name)) << name;
  for (const char* name : {"x_windows.go", "x_arm64.go", "x_linux_arm64.go", "x_darwin_amd64.go", "x_windows_test.go", "_windows.go",
                           "x_js_wasm.go", "x_foo_plan9.go"})
    EXPECT_FALSE(c.matchName(name)) << name;
  BuildContext none;
  none.goarch = kNoAsmArch;
  EXPECT_FALSE(none.matchName("x_amd64.go"));
  EXPECT_FALSE(none.matchName("x_linux_amd64.go"));
  EXPECT_TRUE(none.matchName("x_linux.go"));
}

TEST(BuildContext, Tags) {
  BuildContext c;
  c.tags = {"mine", "v1.2"};
  for (const char* tag : {"linux", "unix", "gc", "amd64", "go1.1", "go1.18", "go1.26", "mine", "v1.2"}) EXPECT_TRUE(c.hasTag(tag)) << tag;
  for (const char* tag : {"windows", "cgo", "gccgo", "arm64", "go1.27", "go1.0", "go1", "go1.2x", "go2.1", "race", "ignore", "other"})
    EXPECT_FALSE(c.hasTag(tag)) << tag;
}

struct Case {
  const char* expr;
  bool value;
  const char* error;
};

TEST(BuildContext, Expressions) {
  const Case cases[] = {
      {"linux", true, ""},
      {"!linux", false, ""},
      {"linux && amd64", true, ""},
      {"linux&&!amd64", false, ""},
      {"windows || linux && amd64", true, ""},
      {"(windows || linux) && arm64", false, ""},
      {"!(windows || darwin)", true, ""},
      {"ignore", false, ""},
      {"go1.21", true, ""},
      {"(", false, "missing close paren"},
      {"(linux", true, "missing close paren"},
      {"linux)", true, "unexpected token )"},
      {"", false, "unexpected end of expression"},
      {"linux &&", false, "unexpected end of expression"},
      {"|| linux", false, "unexpected token |"},
  };
  for (const Case& t : cases) {
    std::string error;
    bool value = evalConstraint(t.expr, BuildContext(), error);
    EXPECT_EQ(error.empty(), *t.error == 0) << t.expr << ": " << error;
    if (error.empty()) {
      EXPECT_EQ(value, t.value) << t.expr;
    } else if (std::string_view(t.error).starts_with("missing")) {
      EXPECT_EQ(error, t.error) << t.expr;
    }
  }
  std::string error;
  evalConstraint(std::string(100000, '('), BuildContext(), error);
  EXPECT_FALSE(error.empty());
  error.clear();
  evalConstraint(std::string(100000, '!') + "x", BuildContext(), error);
  EXPECT_EQ(error, "build expression too large");
}

TEST(BuildContext, Texts) {
  BuildContext c;
  auto match = [&](const char* text) {
    std::string error;
    bool ok = c.matchText(text, error);
    return error.empty() ? std::string(ok ? "yes" : "no") : error;
  };
  EXPECT_EQ(match("package p\n"), "yes");
  EXPECT_EQ(match("//go:build linux\n\npackage p\n"), "yes");
  EXPECT_EQ(match("//go:build windows\n\npackage p\n"), "no");
  EXPECT_EQ(match("// A comment.\n\n/* another\n*/\n//go:build windows\npackage p\n"), "no");
  EXPECT_EQ(match("package p\n//go:build windows\n"), "yes");
  EXPECT_EQ(match("/*\n//go:build windows\n*/\npackage p\n"), "yes");
  EXPECT_EQ(match("\xEF\xBB\xBF//go:build windows\n\npackage p\n"), "no");
  EXPECT_EQ(match("// +build windows\n\npackage p\n"), "no");
  EXPECT_EQ(match("// +build windows linux,!arm64\n\npackage p\n"), "yes");
  EXPECT_EQ(match("// +build linux\n// +build arm64\n\npackage p\n"), "no");
  EXPECT_EQ(match("//go:build linux\n// +build windows\n\npackage p\n"), "yes");
  EXPECT_EQ(match("//go:build linux\n//go:build linux\n\npackage p\n"), "multiple //go:build comments");
  EXPECT_EQ(match("//go:build (\n\npackage p\n"), "parsing //go:build line: missing close paren");
  EXPECT_EQ(match("//go:build\n\npackage p\n"), "parsing //go:build line: unexpected end of expression");
  EXPECT_EQ(match("//go:buildx windows\n\npackage p\n"), "yes");
}

}  // namespace
}  // namespace burrow
