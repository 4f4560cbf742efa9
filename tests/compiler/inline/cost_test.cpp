// What functions cost to inline, and why some cannot be: gc's numbers and words, from go tool compile -m=2.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "compiler/inline/cost.h"
#include "compiler/inline/decide.h"
#include "compiler/ir/call_graph.h"
#include "compiler/ir/call_graph.h"
#include "compiler/ir/remark.h"
#include "tests/compiler/types/check_util.h"

namespace burrow {
namespace {

const char* const kPrelude = R"(package p
import "unsafe"
var _ unsafe.Pointer
type T struct { a, b int; in inner; up *T; f func(int) int; m map[string][]int; i I }
type inner struct{ c, d int }
type I interface { M(x int) string }
type Num int
type F32 float32
var g int
var ga [8]int
func (i *inner) inc() int { i.c++; return i.c }
func (T) Val(x ...int) int { return len(x) }
func (t *T) get() I { return t.i }
func two() (int, error) { return 1, nil }
func variadic(s string, rest ...any) {}
func id[X any](x X) X { return x }
func seq(yield func(int) bool) { yield(2) }
)";

struct Decided {
  explicit Decided(const std::string& source, int level = 2) {
    checked = test::check("t.go", kPrelude + source + "\n");
    EXPECT_EQ(checked->messages(), "") << source;
    if (checked->diagnostics.hasErrors()) return;
    unit = ir::buildUnit(checked->result, checked->files, checked->arena, options, checked->diagnostics);
    ir::indexFuncs(*unit);
    remarks.level = level;
    unit->remarks = &remarks;
    ir::Mentions mentions(*unit);
    inlining::Decider(*unit).all(mentions);
    unit->remarks = nullptr;
  }
  /// "F 12" or "F: reason" for each function behind the prelude, in order.
  std::string text() const {
    std::string out;
    for (const ir::Remark& r : remarks.list) {
      if (r.pos.line() < kFirstLine) continue;
      std::string t = r.text;
      size_t as = t.find(" as: ");
      if (as != std::string::npos) t.resize(as);
      for (std::string_view drop : {"can inline ", "cannot inline ", "with cost ", "function too complex: cost "})
        if (size_t at = t.find(drop); at != std::string::npos) t.erase(at, drop.size());
      if (size_t at = t.find(" exceeds budget"); at != std::string::npos) t.resize(at);
      out += (out.empty() ? "" : ", ") + t;
    }
    return out;
  }

  static inline const uint32_t kFirstLine = static_cast<uint32_t>(std::count(kPrelude, kPrelude + std::string_view(kPrelude).size(), '\n')) + 1;
  std::unique_ptr<test::Checked> checked;
  ir::BuildOptions options;
  ir::Remarks remarks;
  ir::Unit* unit = nullptr;
};

std::string decided(const std::string& source) { return Decided(source).text(); }

/// The cost of `func f` + text, or why it cannot be inlined.
std::string cost(const std::string& text) {
  std::istringstream all(decided("func f" + text));
  std::string found;
  for (std::string one; std::getline(all, one, ',');) {
    one.erase(0, one.find_first_not_of(' '));
    if (one.starts_with("f ")) found = one.substr(2);
    if (one.starts_with("f: ")) found = one.substr(3);
  }
  return found;
}

TEST(Cost, Statements) {
  EXPECT_EQ(cost("() { }"), "0");
  EXPECT_EQ(cost("() { return }"), "1");
  EXPECT_EQ(cost("() int { return 1 + 2*3 }"), "2");
  EXPECT_EQ(cost("(a int) { g = a; _ = a; a += 2; a++; a <<= 1 }"), "15");
  EXPECT_EQ(cost("() (int, any) { var a, b int; var c, d = 3, \"x\"; var e any = 5; var _ int = 7; _ = d; return a + b + c, e }"), "36");
  EXPECT_EQ(cost("(a bool) int { if a { return 1 } else if !a { return 2 }; return 3 }"), "11");
  EXPECT_EQ(cost("(n int) { L: for i := 0; i < n; i++ { for { if i > 3 { continue L }; break L } } }"), "20");
  EXPECT_EQ(cost("(a int) int { switch b := a + 1; b { case 1, 2: a++; fallthrough; case 4: a--; default: }; return a }"), "23");
  EXPECT_EQ(cost("(x any) int { switch y := x.(type) { case int: return y; case string, []byte: _ = y; case nil: return 3 }; return 1 }"),
            "20");
  EXPECT_EQ(cost("(c chan int) { c <- 1; <-c; close(c) }"), "7");
  EXPECT_EQ(cost("(m map[int]int, s []int) { delete(m, 1); clear(m); copy(s, s[1:]); print(\"a\", 1) }"), "13");
  EXPECT_EQ(cost("(s string) { panic(s) }"), "3");
  EXPECT_EQ(cost("(e any) { panic(e) }"), "3");
  EXPECT_EQ(cost("(s string) { panic(any(s)) }"), "4");
}

TEST(Cost, ValuesOfMultiValueCalls) {
  EXPECT_EQ(cost("() (int, error) { return two() }"), "15");
  EXPECT_EQ(cost("() (any, error) { return two() }"), "16");
  EXPECT_EQ(cost("() error { a, err := two(); _ = a; return err }"), "17");
  EXPECT_EQ(cost("(t *T) (e error) { t.a, e = two(); return }"), "10");
  EXPECT_EQ(cost("(x *any) (e any) { *x, e = two(); return }"), "12");
  EXPECT_EQ(cost("() { println(two()) }"), "15");
  EXPECT_EQ(cost("(m map[string]int, x any, c chan int) (n int, ok bool) { n, ok = m[\"a\"]; n, ok = x.(int); _, ok = <-c; return }"),
            "17");
  EXPECT_EQ(cost("(m map[string]int) int { v, ok := m[\"a\"]; if ok { return v }; return 0 }"), "16");
}

TEST(Cost, Range) {
  EXPECT_EQ(cost("(n int) (t int) { for i := range n { t += i }; for range n { t++ }; return }"), "14");
  EXPECT_EQ(cost("(s []int, m map[int]string) (t int) { for _, v := range s { t += v }; for k, v := range m { t += k + len(v) }; return }"),
            "24");
  EXPECT_EQ(cost("(c chan int, s string, a *[4]int) (t int) { for v := range c { t += v }; for i, r := range s { t += i + int(r) }; for i, v := range a { t += i * v }; return }"),
            "36");
  EXPECT_EQ(cost("(s []int) { for range s { }; for _ = range s { }; for _, _ = range s { } }"), "9");
  EXPECT_EQ(cost("(s []int, x []any) { var i int; for i, x[i] = range s { }; _ = i }"), "13");
}

TEST(Cost, Select) {
  EXPECT_EQ(cost("(c chan int) { select { case <-c: } }"), "7");
  EXPECT_EQ(cost("(c chan int) (n int) { select { case n = <-c: }; return }"), "8");
  EXPECT_EQ(cost("(c chan int) (a any) { select { case a = <-c: }; return }"), "14");
  EXPECT_EQ(cost("(c chan int) (n int, ok bool) { select { case n, ok = <-c: }; return }"), "17");
  EXPECT_EQ(cost("(c chan int) { select { case v, ok := <-c: _ = v; _ = ok } }"), "26");
  EXPECT_EQ(cost("(d chan<- string) { select { case d <- \"x\": default: } }"), "6");
  EXPECT_EQ(cost("() { select { } }"), "1");
}

TEST(Cost, Addresses) {
  EXPECT_EQ(cost("(t *T) *int { return &t.a }"), "2");
  EXPECT_EQ(cost("(t *T) *int { return &t.b }"), "4");
  EXPECT_EQ(cost("(t *T) *int { return &t.in.c }"), "5");
  EXPECT_EQ(cost("(n int) uint64 { return *(*uint64)(unsafe.Pointer(&n)) }"), "3");
  EXPECT_EQ(cost("(a *[4]int, i int) *int { return &a[i] }"), "6");
  EXPECT_EQ(cost("(a *[4]int) []int { return a[:] }"), "3");
  EXPECT_EQ(cost("() []int { return ga[:3] }"), "5");
  EXPECT_EQ(cost("(s []int, i int) { _ = s[0:i]; _ = s[i:len(s)]; _ = s[:len(s):cap(s)]; _ = s[1:2:3] }"), "23");
}

TEST(Cost, Conversions) {
  EXPECT_EQ(cost("(x int32) (int64, Num) { return int64(x), Num(x) }"), "5");
  EXPECT_EQ(cost("(x int) (int64, uint) { return int64(x), uint(x) }"), "4");
  EXPECT_EQ(cost("(x F32) float32 { return float32(x) }"), "3");
  EXPECT_EQ(cost("(b []byte, s string) (string, []byte) { return string(b), []byte(s) }"), "5");
  EXPECT_EQ(cost("() []rune { return []rune(\"aäb\") }"), "12");
  EXPECT_EQ(cost("() []byte { return []byte(\"abc\") }"), "3");
  EXPECT_EQ(cost("(s []int) ([3]int, *[3]int) { return [3]int(s), (*[3]int)(s) }"), "5");
  EXPECT_EQ(cost("(x int, i I) (any, any) { return x, i }"), "5");
  EXPECT_EQ(cost("(a any, b int, p *int) bool { return a == b || p == nil || nil != a }"), "13");
}

TEST(Cost, Literals) {
  EXPECT_EQ(cost("() T { return T{a: 1, in: inner{1, 2}} }"), "10");
  EXPECT_EQ(cost("() *T { return &T{b: 2, up: &T{}} }"), "8");
  EXPECT_EQ(cost("() ([3]int, []string) { return [...]int{0, 1, 2}, []string{2: \"a\", \"b\"} }"), "11");
  EXPECT_EQ(cost("() []*inner { return []*inner{{1, 2}, {}} }"), "11");
  EXPECT_EQ(cost("() map[string]*T { return map[string]*T{\"a\": {a: 1}, \"b\": nil} }"), "11");
  EXPECT_EQ(cost("(x int) *int { return new(x + 1) }"), "10");
  EXPECT_EQ(cost("() int { return *new(7) }"), "8");
  EXPECT_EQ(cost("() *int { return new(int) }"), "2");
  EXPECT_EQ(cost("(n int) ([]int, map[int]int, chan int) { return make([]int, n, 2*n), make(map[int]int), make(chan int) }"), "10");
  EXPECT_EQ(cost("(a, b string) string { return a + \"x\" + (b + \"y\") + a }"), "7");
}

TEST(Cost, Calls) {
  EXPECT_EQ(cost("() int { return id(3) }"), "8");
  EXPECT_EQ(cost("(t *T) int { return t.in.inc() }"), "12");
  EXPECT_EQ(cost("(i I) string { return i.M(1) }"), "62");
  EXPECT_EQ(cost("(t *T) string { return t.get().M(2) }"), "71");
  EXPECT_EQ(cost("(t *T) int { return t.f(1) }"), "62");
  EXPECT_EQ(cost("(f func() int) int { return f() }"), "20");
  EXPECT_EQ(cost("(f *func() int) int { return (*f)() }"), "61");
  EXPECT_EQ(cost("() (h func()) { h(); return }"), "60");
  EXPECT_EQ(cost("(t *T) (func(...int) int, func() I) { return t.Val, t.get }"), "8");
  EXPECT_EQ(cost("() func(*T) I { return (*T).get }"), "1");
  EXPECT_EQ(cost("(x int) { variadic(\"s\", x, nil); variadic(\"t\") }"), "12");
  EXPECT_EQ(cost("(t T) int { return t.Val(1, 2) + T.Val(t) }"), "17");
  EXPECT_EQ(cost("(a, b int) int { return min(a, b, 3) + max(1, 2) }"), "7");
  EXPECT_EQ(cost("() { defer println(1) }"), "unhandled op DEFER");
  EXPECT_EQ(cost("() { go two() }"), "unhandled op GO");
  EXPECT_EQ(cost("() any { return recover() }"), "call to recover");
}

TEST(Cost, DeadCode) {
  EXPECT_EQ(cost("(a int) int { if unsafe.Sizeof(a) == 4 { return a * a }; return 2 }"), "2");
  EXPECT_EQ(cost("(a bool) int { const debug = false; if debug && a { g++ }; if a && debug { g++ }; if !debug || a { return 1 }; g = 17; return 2 }"),
            "7");
  EXPECT_EQ(cost("(a, b bool) int { if (a || true) && b { return 3 }; for false { g++ }; for i := 0; false; i++ { g++ }; return 4 }"),
            "15");
  EXPECT_EQ(cost("(a int) int { if a > 0 { panic(\"x\") } else { return 1 }; g = 2; return 4 }"), "9");
  EXPECT_EQ(cost("() int { goto L; g = 1; L: return 2; g = 3; return 5 }"), "12");
  EXPECT_EQ(cost("() int { switch unsafe.Sizeof(g) { case 4: return g + g; case 8: return 2 }; return 3 }"), "6");
  EXPECT_EQ(cost("() int { switch \"x\" { case \"a\": return g + g; default: return 2; case \"b\": return 4 } }"), "4");
  EXPECT_EQ(cost("() int { switch 7 { case 1: return g }; return 3 }"), "3");
}

TEST(Decide, LiteralsAreDecidedWhenTheyAreCalled) {
  EXPECT_EQ(decided("func f() { g := func(a int) int { return a + 1 }; g(1) }"),
            "f.func1 4, f 27");
  EXPECT_EQ(decided("func f(n int) int { return func(a int) int { return a + n }(3) }"),
            "f.func1 4, f 23");
  EXPECT_EQ(decided("func f(b bool) int { h := func(a int) int { return a + 1 }; if b { h = nil }; return h(1) }"),
            "f.func1 4, f: 86");
  EXPECT_EQ(decided("func f(h func() int) func() int { return func() int { return h() } }"),
            "f 17, f.func1 20");
}

TEST(Decide, CalleesFirst) {
  EXPECT_EQ(decided("func even(n int) bool { return n == 0 || odd(n - 1) }\nfunc odd(n int) bool { return !even(n) }"),
            "even 67, odd 72");
  EXPECT_EQ(decided("func leaf() int { return 1 }\nfunc f() int { return leaf() + leaf() }"),
            "leaf 2, f 10");
}

TEST(Decide, Pragmas) {
  EXPECT_EQ(decided("//go:noinline\nfunc f() {}\n//go:nosplit\nfunc h() int { return 1 }"),
            "f: marked go:noinline, h 2");
}

TEST(Decide, RangeOverFunc) {
  EXPECT_EQ(decided("func f() (n int) { for k := range seq { n += k }; return }"),
            "f 59, f-range1 23");
  EXPECT_EQ(decided("func f() int { for k := range seq { if k > 1 { return k }; if k == 0 { continue }; break }; return 0 }"),
            "f 69, f-range1 44");
  EXPECT_EQ(decided("func f() (int, error) { var k int\nouter: for k = range seq { for range seq { if k == 3 { return two() }; if k == 4 { continue outer }; if k == 5 { break outer } } }; return 1, nil }"),
            "f 75, f-range1 130, f-range2 64");
  EXPECT_EQ(decided("func f() { for x := range seq { defer println(x) } }"),
            "f: defer call in range func, f-range1: unhandled op DEFER, f.deferwrap1 2");
  EXPECT_EQ(decided("func f() {\nL: for { for range seq { if g > 0 { break L }; if g > 3 { goto M } } }\nM: g = 1 }"),
            "f: 84, f-range1 44");
}

TEST(Decide, FirstLevelSaysOnlyWhatCanBe) {
  Decided d("func f() int { return 1 }\nfunc h() any { return recover() }", 1);
  ASSERT_FALSE(d.remarks.list.empty());
  for (const ir::Remark& r : d.remarks.list) EXPECT_TRUE(r.text.starts_with("can inline ")) << r.text;
  EXPECT_EQ(d.text(), "f");
}

TEST(Decide, ResultsMayWaitForTheOneReturn) {
  Decided d("func a() int { return 1 }\nfunc b(x bool) int { if x { return 1 }; return 2 }\nfunc c() (n int) { return 1 }\nfunc e() { return }");
  auto delays = [&](const char* symbol) { return d.unit->bySymbol.at(symbol)->inlineBody->delayResults; };
  EXPECT_TRUE(delays("p.a"));
  EXPECT_FALSE(delays("p.b"));
  EXPECT_FALSE(delays("p.c"));
  EXPECT_FALSE(delays("p.e"));
}

TEST(Decide, FactsForImporters) {
  Decided d("func a() int { return 1 }\nfunc b() any { return recover() }");
  const ir::Func* a = d.unit->bySymbol.at("p.a");
  ASSERT_NE(a->object->facts, nullptr);
  EXPECT_EQ(a->object->facts->inlineCost, 2);
  const ir::Func* b = d.unit->bySymbol.at("p.b");
  EXPECT_EQ(b->inlineBody, nullptr);
  EXPECT_TRUE(!b->object->facts || b->object->facts->inlineCost == -1);
}

std::string components(const std::string& source) {
  Decided d(source);
  std::string out;
  ir::Mentions mentions(*d.unit);
  ir::visitBottomUp(mentions, ir::inDeclarationOrder(*d.unit), [&](const std::vector<ir::Func*>& component, bool recursive) {
    if (component[0]->pos.line() < Decided::kFirstLine || component[0] == d.unit->init) return;
    out += recursive ? "(" : "[";
    for (const ir::Func* f : component) out += (f == component[0] ? "" : " ") + f->symbol.substr(2);
    out += recursive ? ")" : "]";
  });
  return out;
}

TEST(CallGraph, CalleesBeforeCallersInTheOrderOfTheSource) {
  EXPECT_EQ(components("func a() { c(); b() }\nfunc b() {}\nfunc c() { b() }"), "[b][c][a]");
  EXPECT_EQ(components("func a() { b() }\nfunc b() { a() }\nfunc c() { c() }"), "(a b)(c)");
  EXPECT_EQ(components("func a() any { return b }\nfunc b() {}"), "[b][a]");
}

TEST(CallGraph, LiteralsThatCaptureBelongToTheirFunction) {
  EXPECT_EQ(components("func a(n int) any { return func() int { return n } }"), "[a a.func1]");
  EXPECT_EQ(components("func a() any { return func() int { return 1 } }"), "[a.func1][a]");
  EXPECT_EQ(components("func a(n int) any { return func() int { _ = a; return n } }"), "(a a.func1)");
}

TEST(Cost, BigFunctions) {
  std::string body;
  for (int i = 0; i < 1300; ++i) body += "g = 1; ";  // 3 nodes each
  EXPECT_FALSE(inlining::isBig(*Decided("func f() { " + body + "}").unit->bySymbol.at("p.f")));
  EXPECT_TRUE(inlining::isBig(*Decided("func f() { " + body + body + "}").unit->bySymbol.at("p.f")));
}

}  // namespace
}  // namespace burrow
