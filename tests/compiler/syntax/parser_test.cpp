// Shapes of trees: what belongs to what, and where nodes are.
#include "compiler/syntax/parser.h"

#include <gtest/gtest.h>

#include "tests/compiler/syntax/parse_util.h"

namespace burrow::syntax {
namespace {

TEST(Parser, Precedence) {
  EXPECT_EQ(dumped("a + b*c"), R"(Operation + @1:3
  x: Name a @1:1
  y: Operation * @1:6
    x: Name b @1:5
    y: Name c @1:7
)");
  EXPECT_EQ(dumped("-a.b(c...)"), R"(Operation - @1:1
  x: CallExpr ... @1:5
    fun: SelectorExpr @1:3
      x: Name a @1:2
      sel: Name b @1:4
    arg: Name c @1:6
)");
}

TEST(Parser, Parentheses) {
  // Kept around operands, dropped from types and behind &.
  EXPECT_EQ(dumped("(a)"), "ParenExpr @1:1\n  x: Name a @1:2\n");
  EXPECT_EQ(dumped("&(a)"), "Operation & @1:1\n  x: Name a @1:3\n");
  EXPECT_EQ(dumped("[](int)"), "SliceType @1:1\n  elem: Name int @1:4\n");
}

TEST(Parser, Channels) {
  EXPECT_EQ(dumped("<-chan int(c)"), R"(Operation <- @1:1
  x: CallExpr @1:11
    fun: ChanType @1:3
      elem: Name int @1:8
    arg: Name c @1:12
)");
  EXPECT_EQ(dumped("<-chan int"), "ChanType receive @1:3\n  elem: Name int @1:8\n");
  EXPECT_EQ(printed("var c chan<- (<-chan int)"), "var c chan<- <-chan int");
  EXPECT_EQ(printed("var c chan (<-chan int)"), "var c chan (<-chan int)");
  EXPECT_EQ(dumped("<-c"), "Operation <- @1:1\n  x: Name c @1:3\n");
}

TEST(Parser, IndexAndSlice) {
  EXPECT_EQ(dumped("x[a, b]"), R"(IndexExpr @1:2
  x: Name x @1:1
  index: ListExpr @1:3
    elem: Name a @1:3
    elem: Name b @1:6
)");
  EXPECT_EQ(dumped("x[:b:c]"), R"(SliceExpr full @1:2
  x: Name x @1:1
  index: Name b @1:4
  index: Name c @1:6
)");
}

TEST(Parser, TypeParameters) {
  EXPECT_EQ(printed("type T[P any] struct{}"), "type T[P any] struct{}");
  EXPECT_EQ(printed("type T[P, Q any] int"), "type T[P, Q any] int");
  EXPECT_EQ(printed("type T[P *C,] int"), "type T[P *C,] int");
  EXPECT_EQ(printed("type T[P *C|~D] int"), "type T[P *C | ~D] int");
  EXPECT_EQ(printed("type T[P []E, E any] int"), "type T[P []E, E any] int");
  EXPECT_EQ(printed("type T[P interface{ ~int | ~string; m() }] int"),
            "type T[P interface{~int | ~string; m()}] int");
  EXPECT_EQ(printed("func f[K comparable, V int|string](m map[K]V) (r V, err error)"),
            "func f[K comparable, V int | string](m map[K]V) (r V, err error)");
  // Arrays that look like them.
  Parsed p("package p\ntype (\nA [N]int\nB [N * M]int\nC [P * C]int\nD [f(N)]int\n)\n");
  ASSERT_EQ(p.errors(), "");
  for (Decl* d : p.file->decls) {
    EXPECT_TRUE(as<TypeDecl>(d)->tparams.empty());
    EXPECT_EQ(as<TypeDecl>(d)->type->kind, Kind::ArrayType);
  }
}

TEST(Parser, Signatures) {
  EXPECT_EQ(printed("func (r *T) m(a, b int, c ...string) error"),
            "func (r *T) m(a, b int, c ...string) error");
  EXPECT_EQ(printed("func f(int, string) (a, b int)"), "func f(int, string) (a, b int)");
  EXPECT_EQ(printed("var f func(x [2]int, T[int], p.Q)"),
            "x.go:2:22: syntax error: missing parameter name\n");
}

TEST(Parser, Structs) {
  EXPECT_EQ(printed("type T struct { a, b int `x`; E; *p.F; G[int]; c [n]int }"),
            "type T struct{a, b int `x`; E; *p.F; G[int]; c [n]int}");
  Parsed p("package p\ntype T struct { a int; b int `t` }\n");
  auto* s = as<StructType>(as<TypeDecl>(p.file->decls[0])->type);
  ASSERT_EQ(s->tags.size(), 2u);
  EXPECT_EQ(s->tags[0], nullptr);
  EXPECT_EQ(s->tags[1]->text, "`t`");
}

TEST(Parser, CompositeLiteralOrBlock) {
  EXPECT_EQ(errorsOf("func f() { if x == (T{}) { } ; for range []int{1} { } }"), "");
  EXPECT_EQ(errorsOf("func f() { if x == T{} { } }"),
            "x.go:2:24: syntax error: unexpected { at end of statement\n");
}

TEST(Parser, Statements) {
  EXPECT_EQ(printed("func f() { switch x := y.(type) { case int: default: } }"),
            "func f() { switch x := y.(type) { case int: default: } }");
  EXPECT_EQ(printed("func f() { for i, v := range x { i++ }; for ;; { }; for { } }"),
            "func f() { for i, v := range x { i++ }; for {}; for {} }");
  EXPECT_EQ(printed("func f() { select { case c <- 1: case v, ok := <-d: v++ } }"),
            "func f() { select { case c <- 1: case v, ok := <-d: v++ } }");
  EXPECT_EQ(printed("func f() { defer func() { g() }(); go h(T{1}) }"),
            "func f() { defer func() {…}(); go h(T{…}) }");
  EXPECT_EQ(printed("func f() { L: for { continue L }; if a := b; a { } else if c { } else { } }"),
            "func f() { L: for { continue L }; if a := b; a {} else if c {} else {} }");
}

TEST(Parser, Extents) {
  Parsed p("package p\nvar x = a.b[i+1].c(d, e)\n");
  auto* x = as<VarDecl>(p.file->decls[0])->values;
  EXPECT_EQ(x->pos, Pos(1, 2, 19));
  EXPECT_EQ(startPos(x), Pos(1, 2, 9));
  EXPECT_EQ(endPos(x), Pos(1, 2, 24));
  EXPECT_EQ(toString(x), "a.b[i + 1].c(d, e)");
}

TEST(Parser, InspectVisitsInSourceOrder) {
  Parsed p("package p\nfunc f(a int) { b(c+d, func() { e = 1 }) }\n");
  std::string names;
  inspect(p.file->decls[0], [&](Node* n) {
    if (auto* name = as<Name>(n)) names.append(name->name).append(" ");
    return n->kind != Kind::FuncLit;
  });
  EXPECT_EQ(names, "f a int b c d ");
}

TEST(Parser, FunctionTextParsesAgainAtItsPlace) {
  Parsed p(
      "package p\n\n//go:noinline\nfunc (t T) m(\n\tx int) int {\n\treturn x /* end */ }\nvar y "
      "int\n");
  auto* f = as<FuncDecl>(p.file->decls[0]);
  EXPECT_EQ(f->pragma, uint32_t{kNoinline});
  EXPECT_EQ(f->start, Pos(1, 4, 1));
  Arena arena;
  FuncDecl* again = parseFuncDecl(std::string(f->text), f->start, arena, p.diagnostics);
  again->pragma = f->pragma;
  EXPECT_EQ(p.errors(), "");
  EXPECT_EQ(dump(again), dump(f));
}

TEST(Parser, ImportsOnly) {
  ParseOptions options;
  options.importsOnly = true;
  Parsed p("package p\nimport \"a\"\nimport (\n. \"b\"\n_ \"c\"\n)\nfunc f( { !!\n", options);
  EXPECT_EQ(p.errors(), "");
  ASSERT_EQ(p.file->decls.size(), 3u);
  EXPECT_EQ(as<ImportDecl>(p.file->decls[1])->localName->name, ".");
  EXPECT_EQ(as<ImportDecl>(p.file->decls[2])->path->text, "\"c\"");
}

}  // namespace
}  // namespace burrow::syntax
