// Inlining and devirtualization: which calls, in gc's words and order; what is left in their place; across packages.
#include <gtest/gtest.h>

#include <functional>

#include "compiler/inline/inline.h"
#include "compiler/ir/late.h"
#include "compiler/ir/remark.h"
#include "compiler/ir/types.h"
#include "compiler/ir/visit.h"
#include "compiler/types/export.h"
#include "tests/compiler/types/check_util.h"

namespace burrow::test {
namespace {

using ir::Node;
using ir::Op;

struct Inlined {
  std::unique_ptr<Checked> checked;
  ir::Unit* unit = nullptr;
  ir::Remarks remarks;

  ir::Func* func(std::string_view symbol) const {
    for (ir::Func* f : unit->funcs)
      if (f->symbol == symbol) return f;
    return nullptr;
  }
  /// "line: text" of the remarks of one kind, in order.
  std::string said(ir::RemarkKind kind) const {
    std::string out;
    for (const ir::Remark& r : remarks.list)
      if (r.kind == kind) out += std::to_string(r.pos.line()) + ": " + r.text + "\n";
    return out;
  }
  std::string calls() const { return said(ir::RemarkKind::InliningCall); }
  int count(const ir::Func& f, Op op) const {
    int n = 0;
    ir::visitAll(f.body, false, [&](const Node* x) { n += x->op == op; });
    return n;
  }
};

std::unique_ptr<Inlined> inlineAll(std::unique_ptr<Checked> checked) {
  auto in = std::make_unique<Inlined>();
  EXPECT_EQ(checked->messages(), "");
  in->unit = ir::buildUnit(checked->result, checked->files, checked->arena, *new ir::BuildOptions, checked->diagnostics);
  in->checked = std::move(checked);
  in->remarks.level = 2;
  in->unit->remarks = &in->remarks;
  ir::indexFuncs(*in->unit);
  inlining::run(*in->unit, {});
  for (const ir::Func* f : in->unit->funcs) EXPECT_EQ(ir::verify(*f), "");
  return in;
}

std::unique_ptr<Inlined> inlineSource(std::string text) { return inlineAll(check("p.go", "package p\n" + text)); }

TEST(Inline, OperandsComeBeforeTheCallsThatTheyBelongTo) {
  auto in = inlineSource(R"(
func f(x int) int { return x + 1 }
func g(x, y int) int { return f(x) + y }
func h() int {
	return g(f(1), f(2))
}
)");
  EXPECT_EQ(in->calls(), "4: inlining call to f\n6: inlining call to f\n6: inlining call to f\n6: inlining call to g\n6: inlining call to f\n");
  ir::Func* h = in->func("p.h");
  EXPECT_EQ(in->count(*h, Op::InlinedCall), 4);
  EXPECT_EQ(in->count(*h, Op::CallFunc), 0);
}

TEST(Inline, AReturnAtTheEndNeedsNoJump) {
  auto in = inlineSource(R"(
func last(x int) int { return x }
func early(x int) int {
	if x > 0 {
		return x
	}
	return -x
}
func one() int { return last(1) }
func two() int { return early(2) }
)");
  EXPECT_EQ(in->count(*in->func("p.one"), Op::Goto), 0);
  EXPECT_EQ(in->count(*in->func("p.one"), Op::Declare), 0) << "a result that is returned once comes to life there";
  EXPECT_EQ(in->count(*in->func("p.two"), Op::Goto), 1);
  EXPECT_EQ(in->count(*in->func("p.two"), Op::Declare), 1);
  EXPECT_EQ(in->count(*in->func("p.two"), Op::Label), 1);
}

TEST(Inline, RecursionIsUnrolledOnce) {
  auto in = inlineSource(R"(
func fact(n int) int { if n <= 1 { return 1 }; return n * fact(n - 1) }
func even(n int) bool { if n == 0 { return true }; return odd(n - 1) }
func odd(n int) bool { if n == 0 { return false }; return even(n - 1) }
func use() bool { return even(3) }
)");
  EXPECT_EQ(in->calls(), "3: inlining call to fact\n5: inlining call to even\n6: inlining call to even\n");
  for (const char* symbol : {"p.fact", "p.odd", "p.use"}) {
    EXPECT_EQ(in->count(*in->func(symbol), Op::InlinedCall), 1) << symbol;
    EXPECT_EQ(in->count(*in->func(symbol), Op::CallFunc), 1) << symbol;
  }
}

TEST(Inline, LiteralsAreNamedAfterTheCallsTheyCameThrough) {
  auto in = inlineSource(R"(
func adder(n int) func(int) int { return func(x int) int { return x + n } }
func use() int {
	f := func() int { return 1 }
	g := adder(2)
	return g(f())
}
)");
  EXPECT_EQ(in->calls(), "6: inlining call to adder\n7: inlining call to use.func1\n7: inlining call to use.adder.func2\n");
}

TEST(Inline, ALiteralWithOneCallMayBeLarge) {
  std::string body;
  for (int i = 0; i < 40; ++i) body += "\t\tx += x * " + std::to_string(i + 2) + "\n";
  auto once = inlineSource("\nfunc use(x int) int {\n\tf := func() {\n" + body + "\t}\n\tf()\n\treturn x\n}\n");
  EXPECT_NE(once->calls(), "");
  EXPECT_TRUE(once->func("p.use")->body[0]->op == Op::Assign);
  auto twice = inlineSource("\nfunc use(x int) int {\n\tf := func() {\n" + body + "\t}\n\tf()\n\tf()\n\treturn x\n}\n");
  EXPECT_EQ(twice->calls(), "");
}

TEST(Inline, CallsUnderGoAndDeferStay) {
  auto in = inlineSource(R"(
func f() {}
func g(int) {}
func use() {
	go f()
	defer f()
	defer g(1)
}
)");
  EXPECT_EQ(in->calls(), "8: inlining call to g\n") << "inside the literal that holds the argument";
}

TEST(Inline, LiteralsThatAreGoneAreNotCompiled) {
  auto in = inlineSource(R"(
func use(x int) int { return func() int { return x }() }
)");
  EXPECT_TRUE(in->func("p.use")->closures.empty());
}

TEST(Devirtualize, FollowsAllAssignments) {
  auto in = inlineSource(R"(
type I interface { M() int }
type A struct{ n int }
type B struct{ I }
func (a *A) M() int { return a.n }
func one(c bool) int {
	var i I
	if c {
		i = &A{1}
	}
	i = &A{2}
	return i.M()
}
func two(c bool) int {
	var i I = &A{1}
	if c {
		i = B{}
	}
	return i.M()
}
func embedded() int {
	var i I = B{&A{3}}
	return i.M()
}
func parameter(i I) int { return i.M() }
)");
  EXPECT_EQ(in->said(ir::RemarkKind::Devirtualizing), "13: devirtualizing i.M to *A\n24: partially devirtualizing i.M to B\n");
}

TEST(Devirtualize, SeesResultsOfInlinedCalls) {
  auto in = inlineSource(R"(
type I interface { M() int }
type A struct{ n int }
func (a *A) M() int { return a.n }
func make1(n int) I { return &A{n} }
func use() int {
	i := make1(4)
	return i.M()
}
)");
  EXPECT_EQ(in->said(ir::RemarkKind::Devirtualizing), "9: devirtualizing i.M to *A\n");
  EXPECT_EQ(in->calls(), "8: inlining call to make1\n9: inlining call to (*A).M\n");
}

TEST(Inline, InitialValuesBecomeData) {
  auto in = inlineSource(R"(
type myErr struct{ s string }
func (e *myErr) Error() string { return e.s }
func newErr(s string) error { return &myErr{s} }
var a = newErr("a")
var b = newErr("b")
var n = map[int]int{}
)");
  ir::layOutStatics(*in->unit);
  ASSERT_NE(in->unit->init, nullptr);
  EXPECT_EQ(in->unit->init->body.size(), 1u) << "only the map is made when the program starts";
}

using Import = std::function<Package*(std::string_view path, FileSet& files, Arena& arena)>;

std::unique_ptr<Checked> checkPackageOf(std::string path, std::string text, const Import& import) {
  auto c = std::make_unique<Checked>();
  uint32_t index = c->files.add(path + ".go", path + ".go", std::move(text));
  c->file = syntax::parseFile(c->files, index, c->arena, c->diagnostics);
  CheckConfig config;
  config.goVersion = "go1.26";
  config.import = [&](std::string_view p, Pos, std::string&) { return import(p, c->files, c->arena); };
  c->result = checkPackage(path, {c->file}, c->arena, config, c->diagnostics);
  return c;
}

TEST(Inline, BodiesComeFromOtherPackages) {
  auto lib = inlineAll(checkPackageOf("lib", R"(package lib
var count = 3
func next() int { count++; return count }
func Twice() int { return next() + next() }
type T struct{ n int }
func (t T) Get() int { return t.n }
func Local() any { type t int; return t(1) }
)", {}));
  std::string bytes = exportPackage(lib->checked->result, lib->checked->files);
  auto in = inlineAll(checkPackageOf("p", R"(package p
import "lib"
func use(t lib.T) int {
	return lib.Twice() + t.Get() + lib.Local().(int)
}
)", [&](std::string_view path, FileSet& files, Arena& arena) {
    return importPackage(bytes, path, [](std::string_view) { return nullptr; }, arena, files);
  }));
  EXPECT_EQ(in->calls(), "4: inlining call to lib.Twice\n4: inlining call to lib.T.Get\n4: inlining call to lib.Local\n"
                         "4: inlining call to lib.next\n4: inlining call to lib.next\n");
  // A type declared in a function has one name everywhere.
  ir::visitAll(in->func("p.use")->body, false, [&](const Node* n) {
    if (n->op == Op::ConvIface) {
      EXPECT_EQ(ir::info(n->x->type).linkName, "lib.t·1");
    }
  });
  // What the other package does not export is referred to there.
  int globals = 0;
  ir::visitAll(in->func("p.use")->body, false, [&](const Node* n) {
    if (n->op != Op::Name || n->name->cls != ir::Class::Global) return;
    EXPECT_EQ(n->name->symbol, "lib.count");
    EXPECT_EQ(n->name->package, "lib");
    ++globals;
  });
  EXPECT_EQ(globals, 4);
}

}  // namespace
}  // namespace burrow::test
