// Functions that the optimizing compiler inlines, and what may happen inside them: panics after something was changed, calls, traces, growing
// stacks, collections, waiting. Nothing of it can be told from calls.
package main

import (
	"fmt"
	"runtime"
	"strings"
)

type shape interface{ area(k int) int }
type square struct{ a int }
type rect struct{ a, b int }
type tri struct{ a, b, c int }
type list []int
type odd struct{ next shape }

func (s *square) area(k int) int { return s.a*s.a + k }
func (r *rect) area(k int) int   { return r.a*r.b + k }
func (t tri) area(k int) int     { return t.a*t.b/t.c - k }
func (l list) area(k int) int    { return l[k] }
func (o odd) area(k int) int     { return o.next.area(k) + 1 }

//go:noinline
func sum(shapes []shape, n int) (total int, err error) {
	defer func() {
		if e := recover(); e != nil {
			err = e.(error)
		}
	}()
	for i := 0; i < n; i++ {
		total += shapes[i%len(shapes)].area(i & 7)
	}
	return
}

func dispatch() {
	shapes := []shape{&square{3}, &rect{2, 5}, tri{4, 5, 6}, odd{&square{7}}}
	fmt.Println(sum(shapes, 1000))
	shapes = append(shapes, list{1, 2, 3, 4, 5, 6, 7, 8}, odd{list{5, 4, 3, 2, 1, 0, 1, 2}})
	fmt.Println(sum(shapes, 1000))
	fmt.Println(sum(append(shapes, (*square)(nil)), 100))
	fmt.Println(sum(append(shapes, odd{nil}), 100))
	fmt.Println(sum(append(shapes, nil), 100))
	fmt.Println(sum(append(shapes, odd{list{1}}), 100))
	fmt.Println(sum(append(shapes, tri{1, 2, 0}), 100))
}

var log []string

//go:noinline
func store(p *int, a []int, i int) int {
	*p += 10
	v := a[i]
	*p++
	return v
}

// A panic in the middle of an inlined body: what was done before is done, once.
//
//go:noinline
func storeAll(a []int, n int) (done, got int, err error) {
	defer func() {
		if e := recover(); e != nil {
			err = e.(error)
		}
	}()
	for i := 0; i < n; i++ {
		got += store(&done, a, i)
	}
	return
}

//go:noinline
func leaf(a []int, i int) int {
	return a[i]
}

//go:noinline
func middle(a []int, i int) int {
	log = append(log, "m")
	return leaf(a, i) + leaf(a, i-1)
}

//go:noinline
func outer(a []int, i int) (r int) {
	defer func() {
		if e := recover(); e != nil {
			r = -len(fmt.Sprint(e))
			log = append(log, fmt.Sprint(e))
		}
	}()
	return middle(a, i) + 1
}

func where(skip int) string {
	var pcs [32]uintptr
	n := runtime.Callers(skip+2, pcs[:])
	frames := runtime.CallersFrames(pcs[:n])
	var b strings.Builder
	for {
		f, more := frames.Next()
		if f.Function == "runtime.main" || f.Function == "runtime.goexit" {
			break
		}
		fmt.Fprintf(&b, " %s:%d", strings.TrimPrefix(f.Function, "main."), f.Line)
		if !more {
			break
		}
	}
	return b.String()
}

//go:noinline
func traced(n int) string {
	if n == 0 {
		return where(0)
	}
	return traced(n - 1)
}

//go:noinline
func tracedTwice(n int) string {
	if n <= 1 {
		return where(0)
	}
	if s := tracedTwice(n - 1); n > 2 {
		return s
	}
	return tracedTwice(n - 2)
}

//go:noinline
func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

//go:noinline
func ackermann(m, n int) int {
	if m == 0 {
		return n + 1
	}
	if n == 0 {
		return ackermann(m-1, 1)
	}
	return ackermann(m-1, ackermann(m, n-1))
}

// Pointers into the stack while it grows below inlined frames.
//
//go:noinline
func deep(p *int, n int) int {
	*p += n
	if n == 0 {
		return *p
	}
	var local [4]int
	local[n&3] = n
	return deep(p, n-1) + local[n&3] - n
}

//go:noinline
func through(p *int, n int) int { return deep(p, n) + *p }

//go:noinline
func grow(n int) int {
	x := n
	return through(&x, n) + x
}

//go:noinline
func cons(s []string, x string) []string { return append(s, x+"!") }

//go:noinline
func pair(a float64, b string) (string, float64, error) {
	if a < 0 {
		return "", 0, fmt.Errorf("negative %v", a)
	}
	return b + "+", a / 2, nil
}

func collects() {
	var all []string
	total := 0.0
	for i := range 300 {
		all = cons(all, fmt.Sprint(i))
		s, f, err := pair(float64(i-20), all[len(all)-1])
		if err == nil {
			total += f + float64(len(s))
		} else if i == 3 {
			fmt.Println(err)
		}
		if i == 250 {
			runtime.GC()
		}
	}
	fmt.Println(len(all), all[7], total)
}

//go:noinline
func take(c chan int) int { return <-c }

//go:noinline
func yield(n int) int { runtime.Gosched(); return n + 1 }

func waits() {
	c := make(chan int)
	go func() {
		for i := range 200 {
			c <- yield(i)
		}
		close(c)
	}()
	n := 0
	for range 210 {
		n += take(c)
	}
	fmt.Println(n)
}

func adder(step int) func(int) int {
	total := 0
	return func(x int) int {
		if step == 13 {
			panic(fmt.Sprint("thirteen at ", total))
		}
		total += x & step
		return total
	}
}

//go:noinline
func apply(fs []func(int) int, n int) (r int, what any) {
	defer func() { what = recover() }()
	for i := 0; i < n; i++ {
		r += fs[i%len(fs)](i)
	}
	return
}

func closures() {
	fs := []func(int) int{adder(1), adder(3), func(x int) int { return -x }, fib2}
	fmt.Println(apply(fs, 500))
	fmt.Println(apply(append(fs, adder(15), adder(7), fib2, (&square{2}).area), 500))
	r, what := apply(append(fs, nil), 50)
	fmt.Println(r, what)
	fmt.Println(apply(append(fs, adder(13)), 50))
}

func fib2(x int) int { return fib(x & 7) }

func main() {
	for range 3 {
		dispatch()
	}
	for n := range 12 {
		fmt.Println(storeAll([]int{1, 2, 3, 4, 5, 6}, n))
	}
	for i := range 12 {
		fmt.Println(outer([]int{1, 2, 3, 4}, i-3), len(log), log[len(log)-1])
	}
	for n := range 10 {
		fmt.Println(traced(n), tracedTwice(n))
	}
	fmt.Println(fib(18), ackermann(2, 6), deep(new(int), 30))
	for n := range 30 {
		fmt.Println(grow(n * n))
	}
	done := make(chan int)
	go func() { done <- grow(5000) }()
	fmt.Println(<-done)
	collects()
	waits()
	closures()
}
