// How functions, statements, expressions and types are spelled in -m lines. Every text here is gc's, from "can inline F with cost N as:"
// lines of go build -gcflags=-m=2.
#include <gtest/gtest.h>

#include "compiler/ir/format.h"
#include "tests/compiler/types/check_util.h"

namespace burrow {
namespace {

const char* const kPrelude = R"(package p
import "unsafe"
var _ unsafe.Pointer
type T struct{ a, b int; in inner; up *T }
type inner struct{ c int }
func (i *inner) inc() int { i.c++; return i.c }
func (T) Val(x ...int) int { return 0 }
func (*T) Ptr() int { return 0 }
type I interface{ M(x int) string }
type Num int
type Words = []string
var g int
func two() (int, error) { return 1, nil }
func variadic(s string, rest ...any) {}
func id[X any](x X) X { return x }
)";

/// A package that was built from the prelude and `source`.
struct Built {
  explicit Built(const std::string& source) {
    checked = test::check("t.go", kPrelude + source + "\n");
    EXPECT_EQ(checked->messages(), "") << source;
    if (checked->diagnostics.hasErrors()) return;
    unit = ir::buildUnit(checked->result, checked->files, checked->arena, options, checked->diagnostics);
  }
  const ir::Func* find(std::string_view symbol) const {
    const ir::Func* found = nullptr;
    auto walk = [&](auto& self, const ir::Func* f) -> void {
      if (f->symbol == symbol) found = f;
      for (const ir::Func* c : f->closures) self(self, c);
    };
    if (unit)
      for (const ir::Func* f : unit->funcs) walk(walk, f);
    EXPECT_NE(found, nullptr) << symbol;
    return found;
  }
  std::string text(std::string_view symbol) const {
    const ir::Func* f = find(symbol);
    ir::Speller s(*unit);
    return f ? s.signature(*f) + " { " + s.body(f->body) + " }" : "";
  }

  std::unique_ptr<test::Checked> checked;
  ir::BuildOptions options;
  ir::Unit* unit = nullptr;
};

std::string spelled(const std::string& function) { return Built("func f" + function).text("p.f"); }

TEST(Format, Statements) {
  EXPECT_EQ(spelled("() { }"), "func() {  }");
  EXPECT_EQ(spelled("() (x int) { x = 1; return }"), "func() int { x = 1; return  }");
  EXPECT_EQ(spelled("() int { var x int; return x }"), "func() int { x = <nil>; return x }");
  EXPECT_EQ(spelled("() int { var x int = 1; return x }"), "func() int { x := 1; return x }");
  EXPECT_EQ(spelled("() int { x, y := 1, 2; x, y = y, x; return x + y }"), "func() int { x, y := 1, 2; x, y = y, x; return x + y }");
  EXPECT_EQ(spelled("(a int) { _ = a; a += 2; a++; a--; a <<= 1; a &^= 3 }"), "func(int) { _ = a; a += 2; a++; a--; a <<= uint(1); a &^= 3 }");
  EXPECT_EQ(spelled("(a bool) int { if a { return 1 } else if !a { return 2 } else { g = 3 }; return 4 }"),
            "func(bool) int { if a { return 1 } else { if !a { return 2 } else { g = 3 } }; return 4 }");
  EXPECT_EQ(spelled("(a int) int { if b := a + 1; b > 0 { return b }; return 0 }"), "func(int) int { if b > 0 { return b }; return 0 }");
  EXPECT_EQ(spelled("(a int) int { if a = 2; a > 0 { return a }; return 0 }"), "func(int) int { if a = 2; a > 0 { return a }; return 0 }");
  EXPECT_EQ(spelled("(n int) { L: for i := 0; i < n; i++ { continue L } }"), "func(int) { L: ; for loop }");
  EXPECT_EQ(spelled("(a int) int { if a > 0 { goto L }; return 1; L: return 2 }"), "func(int) int { if a > 0 { goto L }; return 1; L: ; return 2 }");
  EXPECT_EQ(spelled("(a any, c chan int) { switch a.(type) { case int: }; switch g { case 1: }; select { case <-c: } }"),
            "func(any, chan int) { switch statement; switch statement; select statement }");
  EXPECT_EQ(spelled("(c chan<- string) { c <- \"\" + \"x\"; close(c) }"), "func(chan<- string) { c <- \"x\"; close(c) }");
  EXPECT_EQ(spelled("(m map[string]int) { m[\"a\"] = 1; delete(m, \"a\"); clear(m); println(m, 1); print() }"),
            "func(map[string]int) { m[\"a\"] = 1; delete(m, \"a\"); clear(m); println(m, 1); print() }");
}

TEST(Format, ValuesOfMultiValueCalls) {
  EXPECT_EQ(spelled("() (int, error) { return two() }"), "func() (int, error) { return int(.autotmp_2), .autotmp_3 }");
  EXPECT_EQ(spelled("() int { a, err := two(); _ = err; return a }"), "func() int { a, err := int(.autotmp_3), .autotmp_4; _ = err; return a }");
  EXPECT_EQ(spelled("() (any, error) { return two() }"), "func() (any, error) { return .autotmp_2, .autotmp_3 }");
  EXPECT_EQ(spelled("() { variadic(func() (string, int) { return \"\", 1 }()) }"), "func() { variadic(string(.autotmp_0), ... argument...) }");
  EXPECT_EQ(spelled("(m map[string]*T, k string) (*T, bool) { v, ok := m[k]; return v, ok }"),
            "func(map[string]*T, string) (*T, bool) { v, ok := (*T)(.autotmp_6), .autotmp_7; return v, ok }");
  EXPECT_EQ(spelled("(x any) (b []byte) { b, _ = x.([]byte); return }"), "func(any) []byte { b, _ = ([]byte)(.autotmp_2), .autotmp_3; return  }");
}

TEST(Format, Operators) {
  EXPECT_EQ(spelled("(a, b, c int) int { return (a + b) * c - -a }"), "func(int, int, int) int { return (a + b) * c - -a }");
  EXPECT_EQ(spelled("(a, b int) bool { return a < b && b != 0 || !(a == b) }"), "func(int, int) bool { return a < b && b != 0 || !(a == b) }");
  EXPECT_EQ(spelled("(a uint8, n int) uint8 { return a<<n | ^a&7 }"), "func(uint8, int) uint8 { return a << n | ^a & uint8(7) }");
  EXPECT_EQ(spelled("(p **int) int { return - -**p }"), "func(**int) int { return - (-(*(*p))) }");
  EXPECT_EQ(spelled("(a, b string) byte { return (a + b + \"c\")[1] }"), "func(string, string) byte { return (a + b + \"c\")[1] }");
  EXPECT_EQ(spelled("(c chan *T) int { return (<-c).a }"), "func(chan *T) int { return (<-c).a }");
  EXPECT_EQ(spelled("(s []int, i int) []int { s[i] = 1; return s[i:][0:1:2] }"), "func([]int, int) []int { s[i] = 1; return s[i:][0:1:2] }");
  EXPECT_EQ(spelled("(a *[4]int) []int { _ = a[:]; return a[1:len(a)] }"), "func(*[4]int) []int { _ = a[:]; return a[1:4] }");
}

TEST(Format, Selectors) {
  EXPECT_EQ(spelled("(t T, p *T) int { return t.a + p.b + p.up.in.c }"), "func(T, *T) int { return t.a + p.b + p.up.in.c }");
  EXPECT_EQ(spelled("(p *T) *int { return &p.b }"), "func(*T) *int { return &p.b }");
  EXPECT_EQ(spelled("(t T) int { return t.Val(1) + t.Ptr() + t.in.inc() }"),
            "func(T) int { return T.Val(t, ... argument...) + (*T).Ptr(t) + (*inner).inc(t.in) }");
  EXPECT_EQ(spelled("(i I) string { return i.M(1) }"), "func(I) string { return i.M(1) }");
  EXPECT_EQ(spelled("(t *T) func() int { return t.Ptr }"), "func(*T) func() int { return t.Ptr }");
  EXPECT_EQ(spelled("() func(*T) int { return (*T).Ptr }"), "func() func(*T) int { return (*T).Ptr }");
}

TEST(Format, Literals) {
  EXPECT_EQ(spelled("() (rune, byte, uint8, float32, Num) { return 'x', 'y', 1, 0.5, 3 }"),
            "func() (rune, byte, uint8, float32, Num) { return 'x', byte(121), uint8(1), float32(0.5), Num(3) }");
  EXPECT_EQ(spelled("() (rune, rune, complex128, float64) { return '\\n', '\\'', 2i, 1e100 }"),
            "func() (rune, rune, complex128, float64) { return '\\n', '\\'', (0 + 2i), 1e+100 }");
  EXPECT_EQ(spelled("() string { return \"0123456789012345678901234567890123456789012345678901234567890123456789\" }"),
            "func() string { return \"0123456789012345678901234567890123456789012345678901234567890123456789\" }");
  EXPECT_EQ(spelled("() string { return \"0123456789012345678901234567890123456789012345678901234567890123456789x\" }"),
            "func() string { return \"01234567890123456789012345678901234567890123456789012345678901234567... }");
  EXPECT_EQ(spelled("() any { return []any{T{}, &T{a: 1}, [2]int{}, map[string]int{\"a\": 1}, struct{ x int }{1}} }"), "func() any { return []any{...} }");
  EXPECT_EQ(spelled("() (*T, T, Words) { return &T{a: 1}, T{}, Words{\"x\"} }"), "func() (*T, T, []string) { return &T{...}, T{}, []string{...} }");
  EXPECT_EQ(spelled("() (*int, []int, I) { return nil, nil, nil }"), "func() (*int, []int, I) { return nil, nil, nil }");
}

TEST(Format, Conversions) {
  EXPECT_EQ(spelled("(n int, b []byte) (any, any, string) { return n, any(n), string(b) }"), "func(int, []byte) (any, any, string) { return n, any(n), string(b) }");
  EXPECT_EQ(spelled("(s string, n Num) ([]byte, int, *[2]int) { return []byte(s), int(n), (*[2]int)([]int{}) }"),
            "func(string, Num) ([]byte, int, *[2]int) { return ([]byte)(s), int(n), (*[2]int)([]int{}) }");
  EXPECT_EQ(spelled("(x *float64) uint64 { return *(*uint64)(unsafe.Pointer(x)) }"), "func(*float64) uint64 { return *(*uint64)(unsafe.Pointer(x)) }");
  EXPECT_EQ(spelled("(n int, x any) int { return int(n) + x.(int) }"), "func(int, any) int { return int(n) + x.(int) }");
  EXPECT_EQ(spelled("(x interface{}) { panic(x); panic(\"y\") }"), "func(interface {}) { panic(x) }");
}

TEST(Format, Calls) {
  EXPECT_EQ(spelled("() { variadic(\"a\"); variadic(\"b\", 1); variadic(\"c\", []any(nil)...) }"),
            "func() { variadic(\"a\", nil...); variadic(\"b\", ... argument...); variadic(\"c\", ([]any)(nil)...) }");
  EXPECT_EQ(spelled("(f func(int) int) int { return f(1) + func() int { return 2 }() }"), "func(func(int) int) int { return f(1) + (func literal)() }");
  EXPECT_EQ(spelled("(s []int, t []int) []int { return append(append(s, 1, 2), t...) }"), "func([]int, []int) []int { return append(append(s, 1, 2), t...) }");
  EXPECT_EQ(spelled("(n int) (x []int, m map[int]int, c chan int) { return make([]int, n, 8), make(map[int]int), make(chan int, 1) }"),
            "func(int) ([]int, map[int]int, chan int) { return make([]int, n, 8), make(map[int]int), make(chan int, 1) }");
  EXPECT_EQ(spelled("(a, b int) (*T, *int, int) { return new(T), new(3), min(a, b) }"), "func(int, int) (*T, *int, int) { return new(T), &.autotmp_5, min(a, b) }");
  EXPECT_EQ(spelled("(p *byte, n int) string { return unsafe.String(p, n) }"), "func(*byte, int) string { return <node unsafe.String> }");
}

TEST(Format, Types) {
  EXPECT_EQ(spelled("(a struct{ x int; T }, b interface{ M(); N(int) string }, c chan (<-chan int), d func(...string) (int, error)) {}"),
            "func(struct { x int; T }, interface { M(); N(int) string }, chan (<-chan int), func(...string) (int, error)) {  }");
  EXPECT_EQ(spelled("(a rune, b byte, c any, d [3]int32, e map[string][]uint8, f error) {}"), "func(rune, byte, any, [3]int32, map[string][]uint8, error) {  }");
  EXPECT_EQ(spelled("() any { type local struct{ x int }; return local{1} }"), "func() any { return local{...} }");
}

TEST(Format, FunctionNames) {
  Built b(R"(
var v = func() func() { return func() {} }
func init() { _ = func() {} }
func (t *T) Run(ch chan int) {
	f := func() { go func() { _ = func() {} }() }
	go f()
	defer close(ch)
	go t.Val(1)
	for range ch { }
	each := func(yield func() bool) {}
	for range each { defer func() {}() }
}
)");
  ir::Speller s(*b.unit);
  for (const char* name : {"(*T).Run", "(*T).Run.func1", "(*T).Run.func1.1", "(*T).Run.func1.1.1", "(*T).Run.deferwrap1", "(*T).Run.gowrap2", "(*T).Run-range1", "(*T).Run.func2",
                           "(*T).Run.func3", "init.func1", "init.func1.1", "init.0.func1", "T.Val"}) {
    const ir::Func* f = b.find("p." + std::string(name));
    EXPECT_EQ(f ? s.func(*f) : "", name);
  }
  EXPECT_EQ(s.signature(*b.find("p.(*T).Run")), "method(*T) func(chan int)");
  EXPECT_EQ(s.calleeName("fmt.(*pp).printArg", "fmt", nullptr), "fmt.(*pp).printArg");
  EXPECT_EQ(s.calleeName("net/http.F.func1", "net/http", nullptr), "http.F.func1");
  EXPECT_EQ(s.calleeName("p.T.Val", "", nullptr), "T.Val");
}

}  // namespace
}  // namespace burrow
