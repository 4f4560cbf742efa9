// Inlining and devirtualization: which calls, in gc's words and order; what is left in their place; across packages.
#include <gtest/gtest.h>

#include <functional>

#include "compiler/escape/escape.h"
#include "compiler/inline/inline.h"
#include "compiler/ir/instance_wrappers.h"
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

std::unique_ptr<Inlined> inlineAll(std::unique_ptr<Checked> checked, const inlining::Options& options = {}) {
  auto in = std::make_unique<Inlined>();
  EXPECT_EQ(checked->messages(), "");
  in->unit = ir::buildUnit(checked->result, checked->files, checked->arena, *new ir::BuildOptions, checked->diagnostics);
  in->checked = std::move(checked);
  in->remarks.level = 2;
  in->unit->remarks = &in->remarks;
  ir::indexFuncs(*in->unit);
  inlining::run(*in->unit, options);
  for (const ir::Func* f : in->unit->funcs) EXPECT_EQ(ir::verify(*f), "");
  return in;
}

std::unique_ptr<Inlined> inlineSource(std::string text, const inlining::Options& options = {}) {
  return inlineAll(check("p.go", "package p\n" + text), options);
}

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

/// gc has a function for each instantiation, which calls the one for its shape.
TEST(Inline, InstancesHaveWrappersThatOnlyRemarksKnow) {
  std::string text = R"(
func same[T comparable](x, y T) bool { return x == y }
type box[T any] struct{ v T }
func (b *box[T]) get() T { return b.v }
func (b *box[T]) pair(n int) (T, int) {
	for i := range n { println(i, i+1, i+2, i+3, i+4, i+5, i+6, i+7, i+8, i+9, i+10, i+11, i+12, i+13, i+14, i+15, i+16, i+17, i+18, i+19, i+20, i+21) }
	return b.v, n
}
func use(b *box[string]) bool { return same(b.get(), "") }
)";
  auto in = inlineSource(text);
  EXPECT_EQ(in->said(ir::RemarkKind::CanInline),
            "3: can inline same[go.shape.string] with cost 4 as: func(string, string) bool { return x == y }\n"
            "5: can inline (*box[go.shape.string]).get with cost 3 as: method(*box[string]) func() string { return b.v }\n"
            "10: can inline use with cost 17 as: func(*box[string]) bool { return same[go.shape.string](&.dict.same[string], "
            "(*box[go.shape.string]).get(b, &.dict.box[string]), \"\") }\n"
            "6: can inline (*box[go.shape.string]).pair with cost 74 as: method(*box[string]) func(int) (string, int) { for loop; return b.v, n }\n"
            "3: can inline same[string] with cost 11 as: func(string, string) bool { return same[go.shape.string](&.dict.same[string], x, y) }\n"
            "5: can inline (*box[string]).get with cost 8 as: method(*box[string]) func() string { return (*box[go.shape.string]).get(b, "
            "&.dict.box[string]) }\n");
  int wrappers = 0;
  for (const ir::Func* f : in->unit->funcs) wrappers += ir::isInstanceWrapper(*f);
  EXPECT_EQ(wrappers, 3);
  escape::run(*in->unit, {});
  for (const ir::Func* f : in->unit->funcs) EXPECT_FALSE(ir::isInstanceWrapper(*f)) << "there is no code to be made for " << f->symbol;
}

TEST(Inline, FunctionValuesAndInterfacesLeadThroughWrappers) {
  auto in = inlineSource(R"(
func same[T comparable](x, y T) bool { return x == y }
type crate[T any] struct{ v T }
func (b *crate[T]) get() T { return b.v }
func value() bool {
	f := same[int]
	return f(1, 2)
}
func dynamic(b *crate[int]) int {
	var i interface{ get() int } = b
	return i.get()
}
)");
  EXPECT_EQ(in->calls(),
            "8: inlining call to same[int]\n8: inlining call to same[go.shape.int]\n"
            "12: inlining call to (*crate[int]).get\n12: inlining call to (*crate[go.shape.int]).get\n"
            "5: inlining call to (*crate[go.shape.int]).get\n3: inlining call to same[go.shape.int]\n");
}

/// Calls through a dictionary, whatever the type is.
TEST(Inline, MethodsOfTypeParametersStayCalls) {
  auto in = inlineSource(R"(
type num int
func (n num) zero() bool { return n == 0 }
func isZero[T interface{ zero() bool }](x T) bool { return x.zero() }
func use() bool { return isZero(num(1)) }
)");
  EXPECT_EQ(in->calls(), "6: inlining call to isZero[go.shape.int]\n5: inlining call to isZero[go.shape.int]\n0: inlining call to num.zero\n")
      << "the last one is in the method's wrapper";
  EXPECT_EQ(in->count(*in->func("p.use"), Op::CallFunc), 1);
}

TEST(Inline, CheapCallsLetMoreFunctionsThrough) {
  std::string text = R"(
var n int
//go:noinline
func f() { n++ }
func g() { f(); f() }
)";
  EXPECT_EQ(inlineSource(text)->said(ir::RemarkKind::CanInline), "");
  EXPECT_EQ(inlineSource(text, {.cheapCalls = true})->said(ir::RemarkKind::CanInline), "6: can inline g with cost 6 as: func() { f(); f() }\n");
}

/// gc does not see that they are one type.
TEST(Inline, StructTypesWrittenTwiceAreTwoTypes) {
  auto in = inlineSource(R"(
type unit int
func (unit) m() {}
func twice() {
	var i interface{ m() } = struct{ unit }{}
	i = struct{ unit }{}
	i.m()
}
func once() {
	var i interface{ m() } = struct{ unit }{}
	i.m()
}
)");
  EXPECT_EQ(in->said(ir::RemarkKind::Devirtualizing), "12: devirtualizing i.m to struct { unit }\n");
}

TEST(Inline, MethodValuesAreFunctionsOfTheirOwn) {
  auto in = inlineSource(R"(
type cell struct{ v int }
func (c *cell) get() int { return c.v }
func use(c *cell) func() int { return c.get }
)");
  EXPECT_EQ(in->calls(), "0: inlining call to (*cell).get\n");
  EXPECT_TRUE(in->remarks.list.back().autogenerated);
}

}  // namespace
}  // namespace burrow::test
