// Calls that are replaced by bodies: what they evaluate, in which order, and what their variables are afterwards.
package main

import (
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
)

type shape interface{ area() int }
type square struct{ s int }
type rect struct{ w, h int }

func (s square) area() int { return s.s * s.s }
func (r *rect) area() int  { return r.w * r.h }

var trace []string

func note(s string) int { trace = append(trace, s); return len(trace) }

func add(a, b int) int { return a + b }
func swap(a, b int) (int, int) { return b, a }
func pick(c bool, a, b int) int {
	if c {
		return a
	}
	return b
}
func find(s []int, x int) (i int, ok bool) {
	for i, v := range s {
		if v == x {
			return i, true
		}
	}
	return -1, false
}
func divmod(a, b int) (q, r int) {
	q = a / b
	r = a % b
	return
}
func counter() func() int {
	n := 0
	return func() int { n++; return n }
}
func adder(n int) func(int) int { return func(x int) int { return x + n } }
func apply(f func(int) int, x int) int { return f(x) }
func even(n int) bool {
	if n == 0 {
		return true
	}
	return odd(n - 1)
}
func odd(n int) bool {
	if n == 0 {
		return false
	}
	return even(n - 1)
}
func fact(n int) int {
	if n <= 1 {
		return 1
	}
	return n * fact(n-1)
}
func loopLabel(m [][]int, x int) (r, c int) {
outer:
	for i := range m {
		for j := range m[i] {
			if m[i][j] < 0 {
				continue outer
			}
			if m[i][j] == x {
				r, c = i, j
				break outer
			}
		}
	}
	return
}
func gotoLoop(n int) int {
	i := 0
again:
	i += 3
	if i < n {
		goto again
	}
	return i
}
func sw(x any) string {
	switch v := x.(type) {
	case int:
		return fmt.Sprint("int", v)
	case string:
		return "string" + v
	case nil:
		return "nil"
	}
	return "other"
}
func noteVal(s string, v int) int { note(s); return v }
func addr(p *int) *int            { *p++; return p }
func retAddr(x int) *int          { return &x }

type T struct{ a, b int }

func (t T) sum() int   { return t.a + t.b }
func (t *T) inc()      { t.a++ }
func (t *T) get() *int { return &t.a }
func mk(a int) T       { return T{a, a + 1} }

var errA = errors.New("a")
var errB = mkErr("b")

func mkErr(s string) error { return &myErr{s} }

type myErr struct{ s string }

func (e *myErr) Error() string { return e.s }

func seq(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}
func firstBig(n, lim int) int {
	for x := range seq(n) {
		if x*x > lim {
			return x
		}
	}
	return -1
}
func gen[E any](x E, f func(E) E) E { return f(f(x)) }
func deferred() (s string) {
	defer func() {
		if r := recover(); r != nil {
			s = fmt.Sprint("recovered ", r)
		}
	}()
	bad(0)
	return "no"
}
func bad(n int) int { return 10 / n }
func recoverer() any { return recover() }
func callsRecover()  { recoverer() }
func nested() (out string) {
	defer func() {
		out = fmt.Sprint("outer ", recover() != nil)
	}()
	defer callsRecover()
	panic("x")
}
func deferArg(s *[]string, x string) { *s = append(*s, x) }
func multiDefer() (s []string) {
	for i := 0; i < 3; i++ {
		defer deferArg(&s, fmt.Sprint(i))
	}
	return
}
func sideEffects() {
	trace = nil
	x := 1
	y := x + noteVal("a", 2)*noteVal("b", 3) + addTo(&x) + x
	fmt.Println(x, y, trace)
	trace = nil
	a := []int{1, 2, 3}
	i := 0
	a[next(&i)], a[next(&i)] = a[next(&i)%3], next(&i)
	fmt.Println(a, i)
	m := map[string]int{}
	m[key("k")] += noteVal("v", 5)
	fmt.Println(m, trace)
	b := cond(true) && !cond(false) || cond(true)
	fmt.Println(b, trace)
}
func addTo(p *int) int     { *p += 10; return *p }
func next(p *int) int      { *p++; return *p - 1 }
func key(s string) string  { note("key"); return s }
func cond(b bool) bool     { note(fmt.Sprint(b)); return b }
func two() (int, string)   { return noteVal("two", 2), "zwei" }
func three() (a int, b string, c error) {
	a, b = two()
	if a > 5 {
		return 0, "", errA
	}
	c = errB
	return
}
func take(n int, s string) string { return strings.Repeat(s, n) }
func variadic(xs ...int) (s int) {
	for _, x := range xs {
		s += x
	}
	return
}
func vlen(xs ...string) int { return len(xs) }
func blank(_ int, _ string, z int) int { return z }
func capture() []func() int {
	var fs []func() int
	for i := 0; i < 3; i++ {
		f := func() int { return i * i }
		fs = append(fs, f)
		i := i
		g := func() { i += 10 }
		g()
		_ = i
	}
	return fs
}
func localLit() int {
	total := 0
	f := func(x int) { total += x }
	for i := range 5 {
		f(i)
	}
	g := adder(3)
	h := func(x int) int {
		k := func() int { return x + total }
		return k() + g(x)
	}
	return h(1) + func(a, b int) int { return a * b }(total, 2)
}
func nilIface() (s string) {
	defer func() { s = fmt.Sprint(recover()) }()
	var x shape
	if len(os.Args) > 100 {
		x = square{2}
	}
	return fmt.Sprint(x.area())
}

type big struct{ a [40]int }

func (b big) at(i int) int { return b.a[i] }
func mkBig(n int) (b big) {
	for i := range b.a {
		b.a[i] = n * i
	}
	return b
}

func main() {
	fmt.Println(add(1, 2), add(add(1, 2), add(3, 4)))
	a, b := swap(1, 2)
	a, b = swap(a, b)
	fmt.Println(a, b, pick(a < b, 10, 20), pick(a > b, 10, 20))
	fmt.Println(find([]int{4, 5, 6}, 5))
	i, ok := find([]int{4, 5, 6}, 7)
	fmt.Println(i, ok)
	q, r := divmod(17, 5)
	fmt.Println(q, r)
	c := counter()
	c()
	fmt.Println(c(), c(), adder(4)(5), apply(adder(1), 2), apply(func(x int) int { return x * x }, 7))
	fmt.Println(even(10), odd(7), even(3), fact(10))
	rr, cc := loopLabel([][]int{{1, -1, 5}, {2, 5}}, 5)
	fmt.Println(rr, cc, gotoLoop(10), gotoLoop(7))
	fmt.Println(sw(3), sw("x"), sw(nil), sw(2.5))
	x := 5
	p := addr(addr(&x))
	*p *= 2
	fmt.Println(x, *retAddr(x), *retAddr(3) + *retAddr(4))
	t := mk(3)
	t.inc()
	*t.get() += 10
	fmt.Println(t, t.sum(), mk(8).sum(), mk(2).b)
	fmt.Println(errA, errB, errors.Is(errA, errA))
	fmt.Println(firstBig(100, 50), firstBig(3, 50))
	fmt.Println(gen(3, func(x int) int { return x + 1 }), gen("a", func(s string) string { return s + "b" }))
	fmt.Println(deferred(), nested(), multiDefer())
	sideEffects()
	fmt.Println(three())
	fmt.Println(take(two()), variadic(1, 2, 3), variadic(), vlen("a", "b"), blank(noteVal("z", 1), key("q"), 9), trace[len(trace)-2:])
	for _, f := range capture() {
		fmt.Print(f(), " ")
	}
	fmt.Println(localLit())
	var s shape = square{3}
	fmt.Println(s.area(), nilIface())
	s = &rect{2, 3}
	fmt.Println(s.area(), mkBig(3).at(7))
	var sh shape = &rect{4, 5}
	fmt.Println(sh.area())
	sort.Slice(trace, func(i, j int) bool { return trace[i] < trace[j] })
	fmt.Println(trace)
	for i := 0; i < add(1, 2) && even(i*2); i = add(i, 1) {
		switch add(i, 1) {
		case add(0, 1):
			fmt.Print("one ")
		case 2:
			fmt.Print("two ")
		default:
			fmt.Print("many ")
		}
	}
	fmt.Println()
	ch := make(chan int, 3)
	ch <- add(1, 1)
	select {
	case v := <-ch:
		fmt.Println(add(v, v))
	}
	func() {
		defer fmt.Println("deferred", add(2, 3))
		go func(n int) { ch <- fact(n) }(5)
		fmt.Println(<-ch)
	}()
	var z [4]int
	z[add(1, 1)]++
	z[add(0, 1)], z[add(1, 2)] = swap(7, 8)
	fmt.Println(z)
}
