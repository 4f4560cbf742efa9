// Syntax errors in gc's words and places, recovery, jumps and labels, and that no text breaks the
// parser.
#include <gtest/gtest.h>

#include <random>

#include "tests/compiler/syntax/parse_util.h"

namespace burrow::syntax {
namespace {

TEST(SyntaxErrors, PackageClause) {
  EXPECT_EQ(Parsed("func f() {}").errors(),
            "x.go:1:1: syntax error: package statement must be first\n");
  EXPECT_TRUE(Parsed("func f() {}").file->broken);
  EXPECT_EQ(Parsed("").errors(), "x.go:1:1: syntax error: package statement must be first\n");
  EXPECT_EQ(Parsed("package 1\nfunc").errors(),
            "x.go:1:9: syntax error: unexpected literal 1, expected name\n");
  EXPECT_FALSE(Parsed("package p\nfunc").file->broken);
}

TEST(SyntaxErrors, Declarations) {
  EXPECT_EQ(errorsOf("x := 1\n"),
            "x.go:2:1: syntax error: non-declaration statement outside function body\n");
  EXPECT_EQ(errorsOf("func f()\n{\n}\n"),
            "x.go:3:1: syntax error: unexpected semicolon or newline before {\n");
  EXPECT_EQ(errorsOf("var x int\nimport \"a\"\n"),
            "x.go:3:1: syntax error: imports must appear before other declarations\n");
  EXPECT_EQ(errorsOf("import a\n"), "x.go:2:9: syntax error: missing import path\n");
  EXPECT_EQ(errorsOf("import 'a'\n"), "x.go:2:8: syntax error: import path must be a string\n");
  EXPECT_EQ(errorsOf("func () m() {}\n"), "x.go:2:9: method has no receiver\n");
  EXPECT_EQ(errorsOf("func (a, b T) m() {}\n"), "x.go:2:15: method has multiple receivers\n");
  EXPECT_EQ(errorsOf("func (t T) m[P any]() {}\n"),
            "x.go:2:13: syntax error: method must have no type parameters\n");
  EXPECT_EQ(errorsOf("type T[P] struct{}\n"),
            "");  // an array of structs
  EXPECT_EQ(errorsOf("func f[P]() {}\n"), "x.go:2:9: syntax error: missing type constraint\n");
  EXPECT_EQ(errorsOf("func f(a ...int, b int) {}\n"),
            "x.go:2:10: can only use ... with final parameter\n");
}

TEST(SyntaxErrors, Statements) {
  EXPECT_EQ(errorsOf("func f() { if x = 1 { } }"),
            "x.go:2:17: syntax error: cannot use assignment x = 1 as value\n");
  EXPECT_EQ(errorsOf("func f() { if a + b = c { } }"),
            "x.go:2:21: syntax error: cannot use assignment (a + b) = c as value\n");
  EXPECT_EQ(errorsOf("func f() { if x := 1 { } }"),
            "x.go:2:17: syntax error: cannot use x := 1 as value\n");
  EXPECT_EQ(errorsOf("func f() { if { } }"),
            "x.go:2:15: syntax error: missing condition in if statement\n");
  EXPECT_EQ(errorsOf("func f() { if x\n{ } }"),
            "x.go:2:16: syntax error: unexpected newline, expected { after if clause\n");
  EXPECT_EQ(errorsOf("func f() { for i := 0; i < 10 { } }"),
            "x.go:2:31: syntax error: unexpected {, expected semicolon or newline\n");
  EXPECT_EQ(errorsOf("func f() { for ; ; i := 0 { } }"),
            "x.go:2:22: syntax error: cannot declare in post statement of for loop\n");
  EXPECT_EQ(errorsOf("func f() { a, b }"),
            "x.go:2:17: syntax error: unexpected }, expected := or = or comma\n");
  EXPECT_EQ(errorsOf("func f() { x y }"),
            "x.go:2:14: syntax error: unexpected name y at end of statement\n");
  EXPECT_EQ(errorsOf("func f() { defer (g()) }"),
            "x.go:2:18: expression in defer must not be parenthesized\n");
  EXPECT_EQ(errorsOf("func f() { if a { } else b }"),
            "x.go:2:26: syntax error: else must be followed by if or statement block\n");
  EXPECT_EQ(
      errorsOf("func f() { g(1,\n2\n) }"),
      "x.go:3:2: syntax error: unexpected newline in argument list; possibly missing comma or )\n");
  EXPECT_EQ(errorsOf("func f() {"), "x.go:2:11: syntax error: unexpected EOF, expected }\n");
}

TEST(SyntaxErrors, Expressions) {
  EXPECT_EQ(errorsOf("var x = a[]\n"), "x.go:2:11: syntax error: unexpected ], expected operand\n");
  EXPECT_EQ(errorsOf("var x = a[1::3]\n"), "x.go:2:13: middle index required in 3-index slice\n");
  EXPECT_EQ(errorsOf("var x = a[1:2:]\n"), "x.go:2:15: final index required in 3-index slice\n");
  EXPECT_EQ(errorsOf("var x = (T){}\n"),
            "x.go:2:12: syntax error: cannot parenthesize type in composite literal\n");
  EXPECT_EQ(errorsOf("var x = a.1\n"),
            "x.go:2:10: syntax error: unexpected literal .1 after top level declaration\n");
  EXPECT_EQ(errorsOf("var x = ;\n"),
            "x.go:2:9: syntax error: unexpected semicolon, expected expression\n");
}

TEST(SyntaxErrors, OneALineAndTenInAll) {
  EXPECT_EQ(errorsOf("func f() { x y; z w }"),
            "x.go:2:14: syntax error: unexpected name y at end of statement\n");
  std::string body = "func f() {\n", expected;
  for (int i = 0; i < 12; ++i) body += "\ta b\n";
  for (int i = 3; i < 13; ++i) {
    expected +=
        "x.go:" + std::to_string(i) + ":4: syntax error: unexpected name b at end of statement\n";
  }
  EXPECT_EQ(errorsOf(body + "}\n"), expected + "x.go:12:4: too many errors\n");
}

TEST(SyntaxErrors, ExcerptAndColumns) {
  Parsed p("package p\nvar é, x = # ;\n");
  PrintOptions options;
  options.excerpt = true;
  EXPECT_EQ(p.errors(options), R"(x.go:2:13: invalid character U+0023 '#'
	var é, x = # ;
	           ^
x.go:2:15: syntax error: unexpected semicolon, expected expression
	var é, x = # ;
	             ^
)");
  options = {};
  options.columns = false;
  EXPECT_EQ(p.errors(options),
            "x.go:2: invalid character U+0023 '#'\nx.go:2: syntax error: unexpected semicolon, "
            "expected expression\n");
  EXPECT_TRUE(p.diagnostics.hasSyntaxErrors());
}

TEST(Branches, Errors) {
  EXPECT_EQ(errorsOf("func f() { break }"),
            "x.go:2:12: break is not in a loop, switch, or select\n");
  EXPECT_EQ(errorsOf("func f() { switch { default: continue } }"),
            "x.go:2:30: continue is not in a loop\n");
  EXPECT_EQ(errorsOf("func f() { L: for { } }"), "x.go:2:12: label L defined and not used\n");
  EXPECT_EQ(errorsOf("func f() { L: for { break M } ; goto L }"),
            "x.go:2:27: break label not defined: M\n");
  EXPECT_EQ(errorsOf("func f() { L: { break L }; M: switch { default: for { continue M } } }"),
            "x.go:2:23: invalid break label L\nx.go:2:64: invalid continue label M\n");
  EXPECT_EQ(errorsOf("func f() { goto L; x := 1; _ = x; L: }"),
            "x.go:2:17: goto L jumps over declaration of x at x.go:2:22\n");
  EXPECT_EQ(errorsOf("func f() { goto L; { L: } }"),
            "x.go:2:17: goto L jumps into block starting at x.go:2:20\n");
  EXPECT_EQ(errorsOf("func f() { goto L }"), "x.go:2:17: label L not defined\n");
  EXPECT_EQ(errorsOf("func f() { L: ; goto L; L: }"),
            "x.go:2:25: label L already defined at x.go:2:12\n");
  EXPECT_EQ(errorsOf("func f() { { L: ; goto L }; { M: ; goto M } }"), "");
  EXPECT_EQ(errorsOf("func f() { switch { case a: fallthrough; case b: fallthrough } }"),
            "x.go:2:50: cannot fallthrough final case in switch\n");
  EXPECT_EQ(errorsOf("func f() { switch x.(type) { case a: fallthrough; case b: } }"),
            "x.go:2:38: cannot fallthrough in type switch\n");
  EXPECT_EQ(errorsOf("func f() { switch { case a: { fallthrough }; case b: } }"),
            "x.go:2:31: fallthrough statement out of place\n");
}

TEST(Branches, Targets) {
  Parsed p(
      "package p\nfunc f() {\nL:\n\tfor {\n\t\tselect "
      "{\n\t\tdefault:\n\t\t\tbreak\n\t\t}\n\t\tcontinue L\n\t}\n\tgoto L\n}\n");
  ASSERT_EQ(p.errors(), "");
  std::string text = dump(p.file);
  EXPECT_NE(text.find("BranchStmt break -> 5:3 @7:4"), std::string::npos) << text;
  EXPECT_NE(text.find("BranchStmt continue -> 4:2 @9:3"), std::string::npos) << text;
  EXPECT_NE(text.find("BranchStmt goto -> 3:2 @11:2"), std::string::npos) << text;
}

TEST(Nesting, TooDeepIsAnError) {
  auto many = [](std::string_view s, int n) {
    std::string out;
    for (int i = 0; i < n; ++i) out += s;
    return out;
  };
  for (std::string body :
       {"var x = " + many("(", 200000), "func f() {" + many("{", 200000),
        "var x " + many("[]", 200000) + "int", "var x = T" + many("{", 200000),
        "func f() { " + many("if x {} else ", 200000), "var x = " + many("-a*", 200000),
        "var x = a" + many(".b", 200000), "var x " + many("func(", 200000)}) {
    EXPECT_NE(errorsOf(body).find("syntax error: program is nested too deeply\n"),
              std::string::npos);
  }
  Parsed wide("package p\nvar x = 1" + many("+1", 50000) + "\n");
  EXPECT_EQ(wide.errors(), "");
  EXPECT_EQ(toString(as<VarDecl>(wide.file->decls[0])->values).size(), 1u + 4 * 50000);
}

// Whatever is cut off or scrambled, there is a tree, and walking and printing it works.
TEST(Robustness, DamagedTexts) {
  const std::string whole = R"(package p
//line a.go:7
import ( "fmt"; . "a" )
type T[P *int|~string, Q any] struct { a, b [3]chan<- int `t`; *E; G[P, Q] }
type I interface { m(x, y int) (z T, err error); ~int | E }
func (t *T) f(a int, b ...func() map[string]T) (x int) {
L:	for i, v := range []int{1: 2, 'a': 0x1p-2} { if x := a[1:2:3]; x { continue L } else { break } }
	switch y := t.(type) { case int, *T: fallthrough; default: goto L }
	select { case <-c: case c <- 1.5i: return }
	defer func() { x++; x &^= `raw` + "\u00e9" }()
	var ( u, w = &T{a: {}, b: {1, 2}}, v.(int) )
}
)";
  std::mt19937 random(1);
  auto check = [](const std::string& text) {
    Parsed p(text);
    size_t nodes = 0;
    for (Decl* d : p.file->decls) {
      inspect(d, [&](Node* n) {
        ++nodes;
        return startPos(n).isKnown();
      });
      toString(d);
      dump(d);
    }
    p.errors();
  };
  for (size_t i = 0; i <= whole.size(); ++i) check(whole.substr(0, i));
  for (int i = 0; i < 3000; ++i) {
    std::string text = whole;
    for (int k = 0; k < 3; ++k) {
      size_t at = random() % (text.size() - 8), from = random() % whole.size();
      if (random() % 2) {
        text[at] = static_cast<char>(random());
      } else {
        text.replace(at, random() % 8, whole.substr(from, random() % 8));
      }
    }
    check(text);
  }
}

}  // namespace
}  // namespace burrow::syntax
