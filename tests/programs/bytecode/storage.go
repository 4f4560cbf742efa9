// What does not escape lies in the frame.
package main

import (
	"os"
	"runtime"
)

type point struct {
	x, y int
	next *point
}

func (p point) sum() int  { return p.x + p.y }
func (p *point) get() int { return p.x }

//go:noinline
func deref(p *point) int { return p.x + p.y }

//go:noinline
func total(s []int) (t int) {
	for _, v := range s {
		t += v
	}
	return
}

//go:noinline
func run(f func() int) int { return f() }

//go:noinline
func area(v any) int {
	if p, ok := v.(point); ok {
		return p.sum()
	}
	return -1
}

//go:noinline
func set(p *int, v int) { *p = v }

//go:noinline
func find(m map[string]int, k string) int { return m[k] }

//go:noinline
func deep(n int) int {
	if n == 0 {
		runtime.GC()
		return 0
	}
	return deep(n-1) + 1
}

//go:noinline
func same(a, b string) bool { return a == b }

// BYTECODE main.literal: NewStack -NewHeap
func literal(n int) int {
	p := &point{x: n, next: &point{y: n}}
	deep(n)
	return deref(p) + deref(p.next)
}

// BYTECODE main.escaping: NewHeap -NewStack
func escaping(n int) *point { return &point{x: n} }

// BYTECODE main.variable: LocalAddr -NewHeap -NewStack
func variable(n int) int {
	x := n
	set(&x, n+1)
	deep(n)
	return x
}

// BYTECODE main.moved: NewHeap -LocalAddr
func moved(n int) *int {
	x := n
	return &x
}

// BYTECODE main.slices: SliceLitStack MakeSliceStack MakeSliceBuf -MakeSliceHeap
func slices(n int) int {
	s := make([]int, 10)
	s[n] = n
	v := make([]int, n)
	return total([]int{n, 1, 2}) + total(s) + total(v) + len(v)
}

// BYTECODE main.closures: ClosureStack LocalAddr -ClosureHeap -NewHeap
func closures(n int) int {
	calls := 0
	f := func() int { calls++; return calls * n }
	run(f)
	deep(n)
	return run(f) + calls
}

// BYTECODE main.methodValue: ClosureStack -ClosureHeap
func methodValue(n int) int {
	p := point{x: n}
	f := p.sum
	p.x = 100
	return run(f)
}

// BYTECODE main.boxes: BoxStack -BoxHeap
func boxes(n int) int {
	t := 0
	for i := 0; i < n; i++ {
		t += area(point{x: i, y: 1})
	}
	return t
}

// BYTECODE main.maps: MakeMapStack -MakeMapHeap
func maps(n int) int {
	m := map[string]int{"a": 1, "b": n}
	deep(n)
	m["c"] = 7
	return find(m, "b") + find(m, "c") + len(m)
}

// BYTECODE main.texts: StrConcatBuf BytesToStrBuf StrToBytesBuf -StrConcat -BytesToStr -StrToBytes
func texts(a string, b []byte) int {
	n := 0
	if same(a+"-", string(b)) {
		n++
	}
	c := []byte(a)
	c[0] = 'x'
	return n + len(c) + cap(c)
}

// BYTECODE main.lookups: BytesToStrTmp -BytesToStr -BytesToStrBuf
func lookups(m map[string]int, b []byte) int {
	if string(b) == "k" {
		return m[string(b)]
	}
	return -1
}

// BYTECODE main.appends: AppendGrowBuf -SliceToHeap
func appends(n int) int {
	var s []int
	s = append(s, n)
	s = append(s, n, n)
	return total(s)
}

// The first elements of what is returned lie in the frame until then.
// BYTECODE main.collect: AppendGrowBuf SliceToHeap
func collect(n int) []int {
	var s []int
	for i := 0; i < n; i++ {
		s = append(s, i)
		deep(i)
	}
	return s
}

// BYTECODE main.extend: AppendMake -MakeSliceHeap
func extend(s []int, n int) []int { return append(s, make([]int, n)...) }

// BYTECODE main.deferred: DeferStack ClosureStack -Defer -ClosureHeap
func deferred(n int) (r int) {
	defer func() { r += n * 10 }()
	deep(n)
	return n
}

// A variable of a loop's body is over at the body's end, and new storage the next time.
// BYTECODE main.loop: NewStack -NewHeap
func loop(n int) int {
	t := 0
	for i := 0; i < n; i++ {
		p := &point{x: i}
		if i%2 == 0 {
			p.y = deep(i)
		}
		t += deref(p)
	}
	return t
}

func main() {
	println2(literal(3), escaping(4).x, variable(5), *moved(6), slices(3), closures(2), methodValue(8), boxes(4), maps(5))
	println2(texts("ab", []byte("ab-")), lookups(map[string]int{"k": 3}, []byte("k")), appends(4), total(collect(3)), total(collect(50)),
		cap(collect(3)), len(extend([]int{1, 2}, 5)), deferred(3), loop(9))
}

func println2(list ...int) {
	text := ""
	for _, n := range list {
		text += itoa(n) + " "
	}
	write(text + "\n")
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

func write(s string) { os.Stdout.WriteString(s) }
