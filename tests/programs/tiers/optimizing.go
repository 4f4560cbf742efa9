// What compiled code got wrong once, each in a function of its own. Every mode prints the same.
package main

import (
	"fmt"
	"math"
)

// The switch reads its value by a table; the value lives on.
//
//go:noinline
func switched(k int) (string, int) {
	var s string
	switch k {
	case 0:
		s = "zero"
	case 1:
		s = "one"
	case 2:
		s = "two"
	case 3:
		s = "three"
	case 4:
		s = "four"
	case 5:
		s = "five"
	case 6:
		s = "six"
	case 7:
		s = "seven"
	case 8:
		s = "eight"
	default:
		s = "many"
	}
	return s, k * 10
}

//go:noinline
func fails(n int) int {
	if n > 2 {
		panic(n)
	}
	return n
}

// A result that is overwritten behind a call is still seen when the call panics.
//
//go:noinline
func recovered(n int) (a, b int) {
	defer func() { recover() }()
	a = 5 + n
	b = fails(n)
	a = 6 + n
	b += fails(n + 1)
	a = 7 + n
	return
}

// Only a recovered panic leads out of the loop.
//
//go:noinline
func endless(n int) (last int) {
	defer func() { recover() }()
	for i := 0; ; i++ {
		last = i
		fails(i - n)
	}
}

//go:noinline
func narrowed(x float64) uint32 { return math.Float32bits(float32(x)) }

type triple struct{ a, b, c int }

//go:noinline
func sends(c chan triple, n int) (sum int) {
	done := make(chan bool)
	go func() {
		for t := range c {
			sum += t.a + 10*t.b + 100*t.c
		}
		close(done)
	}()
	for i := 0; i < n; i++ {
		c <- triple{i, i + 1, i + 2}
	}
	close(c)
	<-done
	return sum
}

type node struct {
	next *node
	v, w int
}

// The stack moves while pointers into it are in several variables.
//
//go:noinline
func deep(n int, p *node) int {
	if n == 0 {
		return p.v
	}
	var here node
	q := &here
	r := q
	w := &r.w
	here.next, here.v = p, p.v+1
	s := deep(n-1, q)
	*w++
	r.v += q.w
	return s + r.v + q.next.v*0
}

//go:noinline
func compared(p, q *node, n int) bool {
	same := p == q
	fails(n - n)
	return same
}

// Counters that come round are no proof of bounds.
//
//go:noinline
func around(a []int, i int) (n int) {
	defer func() {
		if recover() != nil {
			n += 1000
		}
	}()
	for k := 0; k < 4; k++ {
		if i < len(a) {
			n += a[i]
		}
		i++
	}
	return n
}

// A loop with two entries.
//
//go:noinline
func crossed(n int, a []int) int {
	i, s := 0, 0
	if n > 3 {
		goto middle
	}
top:
	s += a[0]
	a[0] = s
middle:
	i++
	s += a[0]
	if i < n {
		goto top
	}
	return s
}

// Remainders of constants by powers of two.
//
//go:noinline
func constants() uint8 {
	var v uint8 = 1
	v >>= v % (v | 1)
	return v
}

func main() {
	fmt.Println(constants())
	for k := -1; k < 10; k++ {
		fmt.Println(switched(k))
	}
	for n := 0; n < 5; n++ {
		fmt.Println(recovered(n))
	}
	fmt.Println(endless(3))
	fmt.Printf("%x %x %x\n", narrowed(0.1), narrowed(1e-46), narrowed(-3))
	fmt.Println(sends(make(chan triple), 10), sends(make(chan triple, 3), 10))
	fmt.Println(deep(2000, &node{}))
	var x, y node
	fmt.Println(compared(&x, &x, 1), compared(&x, &y, 2))
	fmt.Println(around([]int{1, 2, 3}, 0), around([]int{1, 2, 3}, math.MaxInt-1))
	fmt.Println(crossed(3, []int{1}), crossed(6, []int{1}))
}
