// Buffers in the frame for what is appended, which capacities show: gc has none where a slice lies in memory and is appended to in place.
package main

import "fmt"

type five struct {
	a, b, c int
	s       []string
}

type wrap struct {
	s []string
	n int
}

func (w *wrap) add(x string)      { w.s = append(w.s, x) }
func (w wrap) with(x string) wrap { w.s = append(w.s, x); return w }

//go:noinline
func keep(*[]string) {}

//go:noinline
func call(f func()) { f() }

// BYTECODE main.plain: AppendGrowBuf -AppendGrow
//
//go:noinline
func plain(x string) int {
	var s []string
	s = append(s, x)
	return cap(s)
}

// BYTECODE main.addressed: AppendGrow -AppendGrowBuf
//
//go:noinline
func addressed(x string) int {
	var s []string
	s = append(s, x)
	keep(&s)
	return cap(s)
}

// BYTECODE main.another: AppendGrowBuf -AppendGrow
//
//go:noinline
func another(x string) int {
	var s, t []string
	keep(&s)
	t = append(s, x)
	return cap(t)
}

// BYTECODE main.shared: AppendGrow -AppendGrowBuf
//
//go:noinline
func shared(x string) int {
	s := []string{}
	s = append(s, x)
	n := 0
	call(func() { n, s = cap(s), nil })
	return n
}

// BYTECODE main.large: AppendGrow -AppendGrowBuf
//
//go:noinline
func large(x string) int {
	var v five
	v.s = append(v.s, x)
	return cap(v.s)
}

// BYTECODE main.small: AppendGrowBuf -AppendGrow
//
//go:noinline
func small(x string) int {
	var v wrap
	v.s = append(v.s, x)
	return cap(v.s)
}

// BYTECODE main.methods: AppendGrow AppendGrowBuf
//
//go:noinline
func methods(x string) (int, int) {
	var v wrap
	v.add(x)
	w := wrap{}.with(x)
	return cap(v.s), cap(w.s)
}

// BYTECODE main.arrays: AppendGrow AppendGrowBuf
//
//go:noinline
func arrays(x string) (int, int) {
	var one [1][]string
	one[0] = append(one[0], x)
	var two [2][]string
	two[0] = append(two[0], x)
	return cap(one[0]), cap(two[0])
}

//go:noinline
func result(x string) (s []string, n int) {
	defer func() { n = cap(s); s = nil }()
	s = append(s, x)
	return s, 0
}

//go:noinline
func inside(x string) (n, m int) {
	var s []string
	call(func() {
		s = append(s, x)
		n = cap(s)
		var t []string
		t = append(t, x)
		m = cap(t)
	})
	return
}

//go:noinline
func both(x string) (int, int) {
	var s, t []string
	i := 0
	s, i = append(s, x), 1
	i, t = 2, append(t, x)
	keep(&s)
	return cap(s), cap(t) + i*0
}

func main() {
	fmt.Println(plain("a"), addressed("a"), another("a"), shared("a"), large("a"), small("a"))
	fmt.Println(methods("a"))
	fmt.Println(arrays("a"))
	fmt.Println(result("a"))
	fmt.Println(inside("a"))
	fmt.Println(both("a"))
}
