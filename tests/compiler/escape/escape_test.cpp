// What escapes, construct by construct. The expected lines are gc's.
#include <gtest/gtest.h>

#include "compiler/types/object.h"
#include "tests/compiler/escape/escape_util.h"

namespace burrow::test {
namespace {

TEST(Escape, ParametersLeakByDereferences) {
  EXPECT_EQ(escapes("var g *int\n"
                    "func a(p *int) { g = p }\n"
                    "func b(p **int) { g = *p }\n"
                    "func c(p *int) *int { return p }\n"
                    "func d(p **int) *int { return *p }\n"
                    "func e(p *int) int { return *p }\n"
                    "func f(_ *int) {}\n"
                    "func h(p *int, q **int) (*int, *int) { return p, *q }\n"),
            "3:8: leaking param: p\n"
            "4:8: leaking param content: p\n"
            "5:8: leaking param: p to result ~r0 level=0\n"
            "6:8: leaking param: p to result ~r0 level=1\n"
            "7:8: p does not escape\n"
            "9:8: leaking param: p to result ~r0 level=0\n"
            "9:16: leaking param: q to result ~r1 level=1\n");
}

TEST(Escape, OnlyFiveResultsAreToldApart) {
  EXPECT_EQ(escapes("func f(p *int) (a, b, c, d, e, f *int) { return nil, nil, nil, nil, nil, p }\n"
                    "func g(p *int) (a, b, c, d, e *int) { return nil, nil, nil, nil, p }\n"),
            "2:8: leaking param: p\n"
            "3:8: leaking param: p to result e level=0\n");
}

TEST(Escape, VariablesMoveToTheHeapWhenTheirAddressOutlivesThem) {
  EXPECT_EQ(escapes("var g *int\n"
                    "func a() { x := 1; g = &x }\n"
                    "func b() *int { x := 1; return &x }\n"
                    "func c() int { x := 1; p := &x; return *p }\n"
                    "func d(ch chan *int) { x := 1; ch <- &x }\n"
                    "func e(m map[int]*int) { x := 1; m[0] = &x }\n"
                    "func f(p **int) { x := 1; *p = &x }\n"),
            "3:12: moved to heap: x\n"
            "4:17: moved to heap: x\n"
            "6:8: ch does not escape\n"
            "6:24: moved to heap: x\n"
            "7:8: m does not escape\n"
            "7:26: moved to heap: x\n"
            "8:8: p does not escape\n"
            "8:19: moved to heap: x\n");
}

TEST(Escape, CalleesTellWhereTheirParametersGo) {
  EXPECT_EQ(escapes("var g *int\n"
                    "func keep(p *int) { g = p }\n"
                    "func read(p *int) int { return *p }\n"
                    "func a() { x, y := 1, 2; keep(&x); read(&y) }\n"
                    "func b(f func(*int)) { x := 1; f(&x) }\n"),
            "3:11: leaking param: p\n"
            "4:11: p does not escape\n"
            "5:12: moved to heap: x\n"
            "6:8: f does not escape\n"
            "6:24: moved to heap: x\n");
}

TEST(Escape, RecursionIsSolvedAsOne) {
  EXPECT_EQ(escapes("func even(p *int, n int) *int { if n == 0 { return p }; return odd(p, n-1) }\n"
                    "func odd(p *int, n int) *int { if n == 0 { return nil }; return even(p, n-1) }\n"),
            "2:11: leaking param: p\n"
            "3:10: leaking param: p\n");
}

TEST(Escape, Loops) {
  EXPECT_EQ(escapes("func a(n int) { var p *int; for i := 0; i < n; i++ { p = new(int) }; _ = p }\n"
                    "func b(n int) { for i := 0; i < n; i++ { p := new(int); *p = i } }\n"
                    "func c(n int) { var p *int\nagain: q := new(int); if n > 0 { n--; p = q; goto again }; _ = p }\n"
                    "func d(n int) (r []*int) { for i := 0; i < n; i++ { r = append(r, &i) }; return }\n"
                    "func e(s []int) { var p *int; for _, v := range s { p = &v }; _ = p }\n"),
            "2:61: new(int) escapes to heap\n"
            "3:50: new(int) does not escape\n"
            "5:16: new(int) escapes to heap\n"
            "6:32: moved to heap: i\n"
            "6:63: append escapes to heap\n"
            "7:8: s does not escape\n"
            "7:38: moved to heap: v\n");
}

TEST(Escape, Literals) {
  EXPECT_EQ(escapes("func a() int { x := 1; f := func() { x++ }; f(); return x }\n"
                    "func b() func() int { x := 1; return func() int { x++; return x } }\n"
                    "func c() { x := 1; go func() { println(x) }() }\n"
                    "func d() { x := 1; defer func() { println(x) }() }\n"
                    "func e() { for { defer func() {}() } }\n"),
            "2:29: func literal does not escape\n"
            "3:23: moved to heap: x\n"
            "3:38: func literal escapes to heap\n"
            "4:23: func literal escapes to heap\n"
            "5:26: func literal does not escape\n"
            "6:24: func literal escapes to heap\n");
}

TEST(Escape, CapturesAreByValueIfNothingChangesThemLater) {
  auto a = analyze("func f() int { x := 1; x = 2; y := 3; g := func() int { return x + y }; y = 4; return g() }\n", 2);
  EXPECT_EQ(a->lines(),
            "2:16: f capturing by value: x (addr=false assign=false width=8)\n"
            "2:31: f capturing by ref: y (addr=false assign=true width=8)\n"
            "2:44: func literal does not escape\n");
  ir::Func* f = a->func("p.f");
  ASSERT_NE(f, nullptr);
  ASSERT_EQ(f->closures.size(), 1u);
  ASSERT_EQ(f->closures[0]->captures.size(), 2u);
  EXPECT_TRUE(f->closures[0]->captures[0]->byValue);
  EXPECT_FALSE(f->closures[0]->captures[1]->byValue);
  for (ir::Name* n : f->locals) EXPECT_FALSE(n->onHeap) << n->name;
}

TEST(Escape, AppendedValuesAndTheNewArray) {
  EXPECT_EQ(escapes("func a() int { var s []int; s = append(s, 1); return len(s) }\n"
                    "func b(s []*int, p *int) []*int { return append(s, p) }\n"
                    "func c(s, t []*int) []*int { return append(s, t...) }\n"),
            "2:39: append does not escape\n"
            "3:8: leaking param content: s\n"
            "3:8: leaking param: s to result ~r0 level=0\n"
            "3:18: leaking param: p\n"
            "3:48: append escapes to heap\n"
            "4:8: leaking param content: s\n"
            "4:8: leaking param: s to result ~r0 level=0\n"
            "4:11: leaking param content: t\n"
            "4:43: append escapes to heap\n");
}

TEST(Escape, SizesDecide) {
  EXPECT_EQ(escapes("func a() { x := new([65536]byte); y := new([65537]byte); x[0] = y[0] }\n"
                    "func b() { s := make([]byte, 65536); t := make([]byte, 1, 65537); s[0] = t[0] }\n"
                    "func c() { n := 10; s := make([]byte, n); s[0] = 1 }\n"
                    "func d(n int) { s := make([]byte, n); s[0] = 1 }\n"
                    "func e() { s := make([]struct{}, 3); _ = s }\n"
                    "func f() { var x [131073]byte; x[1] = 2 }\n"),
            "2:20: new([65536]byte) does not escape\n"
            "2:43: new([65537]byte) escapes to heap\n"
            "3:21: make([]byte, 65536) does not escape\n"
            "3:47: make([]byte, 1, 65537) escapes to heap\n"
            "4:30: make([]byte, 10) does not escape\n"
            "5:26: make([]byte, n) does not escape\n"
            "6:21: make([]struct {}, 3) escapes to heap\n"
            "7:16: moved to heap: x\n");
}

TEST(Escape, Interfaces) {
  EXPECT_EQ(escapes("var g any\n"
                    "func a(x int) { g = x }\n"
                    "func b(p *int) { g = p }\n"
                    "func c() { x := 1000; g = x }\n"
                    "func d(x any) *int { switch y := x.(type) { case *int: return y }; return nil }\n"
                    "func e(x [40]int) bool { return any(x) == nil }\n"),
            "3:21: x escapes to heap\n"
            "4:8: leaking param: p\n"
            "5:27: 1000 escapes to heap\n"
            "6:8: leaking param: x to result ~r0 level=0\n"
            "7:37: any(x) does not escape\n");
}

TEST(Escape, SelfAssignmentsKeepWhatIsThere) {
  EXPECT_EQ(escapes("type t struct { buf []int; a, b *int }\n"
                    "func (x *t) f() { x.buf = x.buf[1:] }\n"
                    "func (x *t) g() { x.a = x.b }\n"),
            "3:25: (*t).f ignoring self-assignment in x.buf = x.buf[1:]\n"
            "3:7: x does not escape\n"
            "4:23: (*t).g ignoring self-assignment in x.a = x.b\n"
            "4:7: x does not escape\n");
}

TEST(Escape, BytesOfAStringThatNobodyWrites) {
  EXPECT_EQ(escapes("func a(s string) int { n := 0; for _, c := range []byte(s) { n += int(c) }; return n }\n"
                    "func b(s string) { t := []byte(s); t[0] = 1 }\n"),
            "2:8: s does not escape\n"
            "2:57: ([]byte)(s) does not escape\n"
            "2:57: zero-copy string->[]byte conversion\n"
            "3:8: s does not escape\n"
            "3:32: ([]byte)(s) does not escape\n");
}

TEST(Escape, ValuesThatNobodyUsesAreGone) {
  EXPECT_EQ(escapes("func f(g func()) { g = func() {} }\nfunc h(g func()) { g = func() {}; g() }\n"),
            "2:8: g does not escape\n"
            "3:8: g does not escape\n"
            "3:24: func literal does not escape\n");
}

TEST(Escape, MethodValuesFollowTheReceiver) {
  EXPECT_EQ(escapes("type t struct{ a int }\n"
                    "func (x *t) m() {}\n"
                    "func a(x *t) func() { return x.m }\n"
                    "func b() { var x t; f := x.m; f() }\n"),
            "3:7: x does not escape\n"
            "4:8: leaking param: x\n"
            "4:31: x.m escapes to heap\n"
            "5:27: x.m does not escape\n");
}

TEST(Escape, TagsAreForTheCallers) {
  auto a = analyze("var g *int\nfunc f(p, q *int, n int) *int { g = p; return q }\n");
  ir::Func* f = a->func("p.f");
  ASSERT_NE(f, nullptr);
  ASSERT_TRUE(f->facts && f->facts->tagged);
  ASSERT_EQ(f->facts->params.size(), 3u);
  EXPECT_EQ(f->facts->params[0], (EscapeTag{1}));
  EXPECT_EQ(f->facts->params[1], (EscapeTag{0, 0, 0, 1}));
  EXPECT_EQ(f->object->facts, f->facts);
}

TEST(Escape, ReasonsAreForPeople) {
  auto a = analyze("func f() *int { return new(int) }\n"
                   "func g(c chan *int) { x := 1; c <- &x }\n");
  const ir::Node* alloc = a->func("p.f")->body[0]->list[0];
  ASSERT_NE(alloc->reason, nullptr);
  EXPECT_EQ(*alloc->reason, "returned by f (p.go:2)");
  const ir::Name* x = a->func("p.g")->locals[0];
  ASSERT_TRUE(x->onHeap && x->reason);
  EXPECT_EQ(*x->reason, "sent on a channel (p.go:3)");
}

TEST(Escape, InstancesShowShapesAndCallMethodsOfTypeParametersBlindly) {
  EXPECT_EQ(escapes("type keeper interface{ keep(*int) }\n"
                    "type none struct{}\n"
                    "func (none) keep(*int) {}\n"
                    "func pass[T keeper](t T, p *int) { t.keep(p) }\n"
                    "func make3[K comparable, V any](k K) (map[K]V, []V, *K) { return map[K]V{}, make([]V, 3), new(K) }\n"
                    "func f() { pass(none{}, new(int)); make3[string, *int](\"\") }\n"),
            "6:73: map[go.shape.string]go.shape.*uint8{} escapes to heap\n"
            "6:81: make([]go.shape.*uint8, 3) escapes to heap\n"
            "6:94: new(<node DYNAMICTYPE>) escapes to heap\n"
            "7:28: new(int) escapes to heap\n");
}

TEST(Escape, ConversionsOfSeveralResultsAreAtTheCallThatTakesThem) {
  EXPECT_EQ(escapes("func two() (int, int) { return 1, 2 }\n"
                    "func show(...any) {}\n"
                    "func f() { show(two()) }\n"),
            "4:16: ... argument does not escape\n"
            "4:16: .autotmp_0 does not escape\n"
            "4:16: .autotmp_1 does not escape\n");
}

TEST(Escape, ExplanationsShowEachFlow) {
  EXPECT_EQ(escapes("var g *int\nfunc f() { x := 1; p := &x; g = p }\n", 2),
            "3:12: x escapes to heap in f:\n"
            "3:12:   flow: p ← &x:\n"
            "3:12:     from &x (address-of) at 3:25\n"
            "3:12:     from p := &x (assign) at 3:22\n"
            "3:12:   flow: {heap} ← p:\n"
            "3:12:     from g = p (assign) at 3:31\n"
            "3:12: moved to heap: x\n");
}

}  // namespace
}  // namespace burrow::test
