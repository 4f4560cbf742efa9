// //line, //go: comments and where they may stand, build constraints.
#include <gtest/gtest.h>

#include "compiler/syntax/go_version.h"
#include "tests/compiler/syntax/parse_util.h"

namespace burrow::syntax {
namespace {

TEST(LineDirectives, MovePositions) {
  EXPECT_EQ(errorsOf("//line foo.go:10\nvar x = ;\n"),
            "foo.go:10: syntax error: unexpected semicolon, expected expression\n");
  EXPECT_EQ(errorsOf("//line foo.go:10:5\nvar x = ;\n"),
            "foo.go:10:13: syntax error: unexpected semicolon, expected expression\n");
  EXPECT_EQ(errorsOf("var /*line foo.go:10:5*/x = ;\n"),
            "foo.go:10:9: syntax error: unexpected semicolon, expected expression\n");
  EXPECT_EQ(errorsOf("//line foo.go:3:1\n//line :9:1\n\nvar x = ;\n"),
            "foo.go:10:9: syntax error: unexpected semicolon, expected expression\n");
  EXPECT_EQ(errorsOf(" //line foo.go:10\nvar x = ;\n"),
            "x.go:3:9: syntax error: unexpected semicolon, expected expression\n");
  EXPECT_EQ(errorsOf("//line foo.go:0\n"), "x.go:2:15: invalid line number: 0\n");
  EXPECT_EQ(errorsOf("//line foo.go:x\n"), "x.go:2:15: invalid line number: x\n");
  EXPECT_EQ(errorsOf("//line foo.go:1:0\n"), "x.go:2:17: invalid column number: 0\n");
  EXPECT_EQ(errorsOf("//line no number\n"), "");
}

TEST(LineDirectives, InsideMessages) {
  EXPECT_EQ(errorsOf("func f() {\n//line foo.go:10\n\tgoto L\n\tx := 1; _ = x\nL:\n}\n"),
            "foo.go:10: goto L jumps over declaration of x at foo.go:11[x.go:5:4]\n");
}

TEST(GoDirectives, Pragmas) {
  Parsed p("package p\n\n//go:noinline\n//go:nosplit\nfunc f() {}\nfunc g() {}\n");
  EXPECT_EQ(p.errors() + p.late(), "");
  EXPECT_EQ(p.file->decls[0]->pragma, uint32_t{kNoinline | kNosplit | kNocheckptr});
  EXPECT_EQ(p.file->decls[1]->pragma, 0u);
}

TEST(GoDirectives, Misplaced) {
  EXPECT_EQ(errorsOf("func f() {\n\t//go:noinline\n\tx()\n\ty() //go:nosplit\n}\n"),
            "x.go:3:4: misplaced compiler directive\nx.go:5:8: misplaced compiler directive\n");
  Parsed p(
      "package p\n//go:noinline\nvar x int\n//go:build linux\nfunc f() {}\n//go:embed a\ntype T "
      "int\n");
  EXPECT_EQ(p.errors(), "");
  EXPECT_EQ(p.late(),
            "x.go:2:3: misplaced compiler directive\nx.go:4:3: misplaced compiler directive\n"
            "x.go:6:3: misplaced go:embed directive\n");
}

TEST(GoDirectives, OnlyInStd) {
  std::string text = "package p\n//go:systemstack\nfunc f()\n//go:uintptrkeepalive\nfunc g()\n";
  EXPECT_EQ(Parsed(text).errors(),
            "x.go:2:3: //go:systemstack only allowed in runtime\n"
            "x.go:4:3: //go:uintptrkeepalive is only allowed in the standard library\n");
  ParseOptions options;
  options.std = true;
  EXPECT_EQ(Parsed(text, options).errors(), "");
}

TEST(GoDirectives, Linkname) {
  Parsed p("package p\nimport _ \"unsafe\"\n//go:linkname a b.c\n//go:linkname d\nfunc a()\n");
  EXPECT_EQ(p.errors() + p.late(), "");
  ASSERT_EQ(p.file->linknames.size(), 2u);
  EXPECT_EQ(p.file->linknames[0].local, "a");
  EXPECT_EQ(p.file->linknames[0].target, "b.c");
  EXPECT_EQ(p.file->linknames[1].target, "");
  EXPECT_EQ(Parsed("package p\n//go:linkname a b.c\nfunc a()\n").late(),
            "x.go:2:3: //go:linkname only allowed in Go files that import \"unsafe\"\n");
  EXPECT_EQ(errorsOf("//go:linkname a b c\n"),
            "x.go:2:3: usage: //go:linkname localname [linkname]\n");
}

TEST(GoDirectives, Embed) {
  Parsed p(
      "package p\nimport _ \"embed\"\n//go:embed a/*.txt \"b c\" `d`\n//go:embed e\nvar x "
      "string\n");
  EXPECT_EQ(p.errors() + p.late(), "");
  auto embeds = p.file->decls[1]->embeds;
  ASSERT_EQ(embeds.size(), 4u);
  EXPECT_EQ(embeds[0].pattern, "a/*.txt");
  EXPECT_EQ(embeds[1].pattern, "b c");
  EXPECT_EQ(embeds[2].pattern, "d");
  EXPECT_EQ(embeds[3].pattern, "e");
  EXPECT_EQ(Parsed("package p\n//go:embed a\nvar x string\n").late(),
            "x.go:2:3: go:embed requires import \"embed\" (or import _ \"embed\", if package is "
            "not used)\n");
  EXPECT_EQ(Parsed("package p\nimport _ \"embed\"\n//go:embed a\nvar x, y string\n").late(),
            "x.go:3:3: go:embed cannot apply to multiple vars\n");
  EXPECT_EQ(errorsOf("//go:embed\nvar x string\n"), "x.go:2:3: usage: //go:embed pattern...\n");
  EXPECT_EQ(errorsOf("//go:embed \"a\nvar x string\n"),
            "x.go:2:3: invalid quoted string in //go:embed: \"a\nx.go:2:3: usage: //go:embed "
            "pattern...\n");
}

TEST(GoDirectives, KeepsTheRest) {
  Parsed p("//go:debug panicnil=1\npackage p\n//go:generate x\n");
  EXPECT_EQ(p.errors() + p.late(), "");
  ASSERT_EQ(p.file->directives.size(), 2u);
  EXPECT_EQ(p.file->directives[0], "//go:debug panicnil=1");
}

TEST(GoVersion, OfConstraints) {
  EXPECT_EQ(goVersionOfConstraint("go:build go1.21"), "go1.21");
  EXPECT_EQ(goVersionOfConstraint("go:build linux && go1.18 && go1.20"), "go1.20");
  EXPECT_EQ(goVersionOfConstraint("go:build go1.18 || go1.20"), "go1.18");
  EXPECT_EQ(goVersionOfConstraint("go:build go1.18 || linux"), "");
  EXPECT_EQ(goVersionOfConstraint("go:build !(!go1.19)"), "go1.19");
  EXPECT_EQ(goVersionOfConstraint("go:build go1"), "go1");
  EXPECT_EQ(goVersionOfConstraint("go:build !!go1.19"), std::nullopt);
  EXPECT_EQ(goVersionOfConstraint("go:build (a"), std::nullopt);
  EXPECT_EQ(goVersionOfConstraint("go:builder"), std::nullopt);
  Parsed p("//go:build go1.20\n\npackage p\n//go:build go1.22\n");
  EXPECT_EQ(p.file->goVersion, "go1.20");
}

}  // namespace
}  // namespace burrow::syntax
