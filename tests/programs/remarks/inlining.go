// What can be inlined, what cannot and why, and names of what came with an inlined body.
package main

import (
	"errors"
	"os"
)

func small(a int) int { return a + 1 }

func twice(a int) int { return small(small(a)) }

//go:noinline
func never(a int) int { return a }

func loop(n int) (s int) {
	for i := 0; i < n; i++ {
		s += twice(i)
	}
	return
}

func recursive(n int) int {
	if n == 0 {
		return 0
	}
	return recursive(n-1) + 1
}

func deferred(f func()) {
	defer f()
}

func recovered() {
	recover()
}

func started(c chan int) {
	go close(c)
}

func selects(a, b chan int) int {
	select {
	case x := <-a:
		return x
	case b <- 1:
		return 0
	}
}

func switches(x int, s string) string {
	switch {
	case x > 1 && s != "":
		s = s[1:]
		fallthrough
	case x == 0:
		return s
	default:
		x--
	}
	return s + s
}

func complicated(a, b, c int) int {
	x := a*b + b*c - c/a
	y := a&b | b&^c ^ c<<1>>2
	if x > y {
		x, y = y, x
	} else if x == y {
		x++
	} else {
		y -= x % 7
	}
	return never(x) + never(y)
}

func pair() (int, error) { return 1, errors.New("none") }

func usePair() int {
	n, err := pair()
	if err != nil {
		return -n
	}
	return n
}

func constants() (rune, byte, float64, string, bool, uint8, complex128) {
	return 'x', 'y', 1.5, "a string that is longer than seventy-two characters is cut somewhere near its end, says gc", true, 3, 2i
}

func conversions(n int, b []byte, p *int32) (float64, string, []rune, uint8) {
	return float64(n) + float64(*p), string(b), []rune("x"), uint8(n)
}

func variadic(prefix string, rest ...int) int { return len(prefix) + len(rest) }

func callsVariadic(s []int) int { return variadic("a") + variadic("b", 1, 2) + variadic("c", s...) }

func exits(code int) { os.Exit(code) }

func iterate(yield func(int) bool) {
	for i := 0; i < 3 && yield(i); i++ {
	}
}

func ranges() (s int) {
	for i := range iterate {
		if i == 2 {
			break
		}
		s += i
	}
	return s
}

func main() {
	deferred(recovered)
	c := make(chan int)
	started(c)
	<-c
	println(loop(2), recursive(3), switches(1, "ab"), complicated(1, 2, 3), usePair(), callsVariadic(nil), ranges())
	conversions(1, nil, new(int32))
	constants()
	if selects(nil, nil) > 0 {
		exits(1)
	}
}
