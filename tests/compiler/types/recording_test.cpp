// What the checker writes into the trees: final types and values of expressions, objects,
// selections.
#include <gtest/gtest.h>

#include "compiler/types/predicates.h"
#include "tests/compiler/types/check_util.h"

namespace burrow {
namespace {

using syntax::Mode;

std::string body(std::string_view text) {
  return "package p\ntype T struct{ a int; *E }\ntype E struct{ b string }\nfunc (E) M(int) bool { "
         "return true }\n"
         "func id[X any](x X) X { return x }\nfunc pair() (int, string) { return 1, \"\" }\n"
         "func f(u uint, t T, p *T, m map[string]int, i any, ch chan int, arr [3]int, b []byte) "
         "{\n" +
         std::string(text) + "\n}\n";
}

/// "type = value" of the expression, or its mode if it has no type.
std::string recorded(const test::Checked& c, std::string_view text) {
  syntax::Expr* e = c.find(text);
  if (!e) return "not found";
  if (e->mode == Mode::NoValue) return "no value";
  std::string s = e->type ? typeString(e->type, c.result.package) : "no type";
  if (e->value) s += " = " + constant::exactString(e->value);
  return s;
}

std::string recordedIn(std::string_view source, std::string_view text) {
  auto c = test::check("t.go", body(source));
  EXPECT_EQ(c->messages(), "");
  return recorded(*c, text);
}

TEST(Recording, UntypedConstantsGetTheirFinalType) {
  EXPECT_EQ(recordedIn("var x float64 = 1 + 2; _ = x", "1 + 2"), "float64 = 3");
  EXPECT_EQ(recordedIn("x := 'a' + 1.0; _ = x", "'a' + 1.0"), "float64 = 98");
  EXPECT_EQ(recordedIn("x := 0.1; _ = x", "0.1"), "float64 = 3602879701896397/36028797018963968");
  EXPECT_EQ(recordedIn("var x any = 1 << 3; _ = x", "1 << 3"), "int = 8");
  EXPECT_EQ(recordedIn("const c = 1 << 70; _ = c >> 69", "c >> 69"), "int = 2");
  EXPECT_EQ(recordedIn("_ = i == 7", "7"), "int = 7");
  EXPECT_EQ(recordedIn("_ = u + 7", "7"), "uint = 7");
  EXPECT_EQ(recordedIn("_ = []byte(\"abc\")", "\"abc\""), "string = \"abc\"");
  EXPECT_EQ(recordedIn("b = append(b, \"abc\"...)", "\"abc\""), "string = \"abc\"");
}

TEST(Recording, ShiftsTakeTheTypeOfTheirContext) {
  EXPECT_EQ(recordedIn("var x int64 = 1 << u; _ = x", "1 << u"), "int64");
  EXPECT_EQ(recordedIn("var x int64 = 2 << u; _ = x", "2"), "int64 = 2");
  EXPECT_EQ(recordedIn("_ = b[1<<u]", "1 << u"), "int");
  EXPECT_EQ(recordedIn("_ = uint8(1<<u) + 1", "1 << u"), "uint8");
}

TEST(Recording, UntypedBooleansAndNil) {
  EXPECT_EQ(recordedIn("type B bool; var x B = u == 1; _ = x", "u == 1"), "B");
  EXPECT_EQ(recordedIn("x := u == 1 && true; _ = x", "u == 1"), "bool");
  auto c = test::check("t.go", body("p = nil; _ = p"));
  syntax::Expr* nil = c->find("nil");
  ASSERT_NE(nil, nullptr);
  EXPECT_EQ(nil->mode, Mode::NilValue);
  EXPECT_EQ(typeString(nil->type, c->result.package), "*T");
}

TEST(Recording, CommaOk) {
  auto c = test::check("t.go", body("v, ok := m[\"k\"]; _, _ = v, ok; n := <-ch; _ = n; s, isS := "
                                    "i.(string); _, _ = s, isS"));
  EXPECT_EQ(c->messages(), "");
  EXPECT_TRUE(c->find("m[\"k\"]")->commaOk);
  EXPECT_FALSE(c->find("<-ch")->commaOk);
  EXPECT_EQ(recorded(*c, "i.(string)"), "(string, bool)");
}

TEST(Recording, Selections) {
  auto c = test::check("t.go", body("_ = t.b; _ = p.M(1); _ = T.M; g := p.a; _ = g"));
  EXPECT_EQ(c->messages(), "");
  auto* field = syntax::as<syntax::SelectorExpr>(c->find("t.b"));
  ASSERT_NE(field, nullptr);
  EXPECT_EQ(field->selection, syntax::SelectionKind::FieldVal);
  EXPECT_EQ(std::vector<int>(field->path.begin(), field->path.end()), (std::vector<int>{1, 0}));
  EXPECT_TRUE(field->indirect);
  EXPECT_EQ(field->mode, Mode::Variable);
  auto* method = syntax::as<syntax::SelectorExpr>(c->find("p.M"));
  EXPECT_EQ(method->selection, syntax::SelectionKind::MethodVal);
  EXPECT_EQ(std::vector<int>(method->path.begin(), method->path.end()), (std::vector<int>{1, 0}));
  auto* expr = syntax::as<syntax::SelectorExpr>(c->find("T.M"));
  EXPECT_EQ(expr->selection, syntax::SelectionKind::MethodExpr);
  EXPECT_EQ(recorded(*c, "T.M"), "func(T, int) bool");
}

TEST(Recording, Instances) {
  auto c = test::check("t.go", body("_ = id(t); var h func(string) string = id; _ = h"));
  EXPECT_EQ(c->messages(), "");
  auto* call = syntax::as<syntax::CallExpr>(c->find("id(t)"));
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(typeString(call->fun->type, c->result.package), "func(x T) T");
  auto* name = syntax::as<syntax::Name>(call->fun);
  ASSERT_EQ(name->targs.size(), 1u);
  EXPECT_EQ(typeString(name->targs[0], c->result.package), "T");
}

TEST(Recording, Builtins) {
  auto c =
      test::check("t.go", body("_ = len(arr); _ = len(b); _ = append(b, 'x'); q := new(5); _ = q"));
  EXPECT_EQ(c->messages(), "");
  EXPECT_EQ(recorded(*c, "len(arr)"), "int = 3");
  EXPECT_EQ(recorded(*c, "len(b)"), "int");
  EXPECT_EQ(recorded(*c, "'x'"), "byte = 120");
  EXPECT_EQ(recorded(*c, "new(5)"), "*int");
  auto* call = syntax::as<syntax::CallExpr>(c->find("append(b, 'x')"));
  EXPECT_EQ(call->fun->mode, Mode::Builtin);
  EXPECT_EQ(typeString(call->fun->type, c->result.package), "func([]byte, ...byte) []byte");
}

TEST(Recording, ElidedLiteralTypes) {
  EXPECT_EQ(recordedIn("_ = []*T{{a: 1}}", "{…}"), "*T");
  EXPECT_EQ(recordedIn("_ = [...]int{5: 1}", "[...]int{…}"), "[6]int");
}

}  // namespace
}  // namespace burrow
