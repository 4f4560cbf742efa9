// Loops whose turns end in several ways, and slices whose length is known to be what was asked for.
package main

import (
	"fmt"
	"runtime"
)

//go:noinline
func arms(xs []int) (sum, odd int) {
	for i, x := range xs {
		if x%3 == 0 {
			sum += x * i
		} else if x&1 == 1 {
			odd++
			sum ^= x
		} else {
			sum -= odd
		}
	}
	return sum, odd
}

//go:noinline
func floats(n int) (a, b float64) {
	for i := 0; i < n; i++ {
		switch i & 3 {
		case 0:
			a += float64(i)
		case 1:
			a, b = b, a
		case 2:
			b = -b
		default:
			b += a / 2
		}
	}
	return a, b
}

//go:noinline
func skips(n int) (count, last int) {
	for i := 0; i < n; i++ {
		if i%5 == 0 {
			continue
		}
		if i%7 == 0 {
			last = i
			continue
		}
		count++
	}
	return count, last
}

//go:noinline
func nested(n int) (sum int) {
	for i := 0; i < n; i++ {
		for j := i; j < n; j++ {
			if i&j&1 == 0 {
				sum += j
			} else {
				sum -= i
			}
		}
		if sum > 1000 {
			sum -= 1001
		} else {
			sum++
		}
	}
	return sum
}

type shape interface{ area(k int) int }
type square struct{ a int }
type rect struct{ a, b int }
type list struct{ xs []int }

func (s *square) area(k int) int { return s.a*s.a + k }
func (r *rect) area(k int) int   { return r.a*r.b - k }
func (l *list) area(k int) int   { return l.xs[k&15] }

//go:noinline
func areas(shapes []shape, n int) (sum, i int, err any) {
	defer func() { err = recover() }()
	for ; i < n; i++ {
		sum += shapes[i%len(shapes)].area(i)
	}
	return
}

//go:noinline
func swaps(xs []int) {
	for i, j := 0, len(xs)-1; i < j; {
		if xs[i] <= xs[j] {
			i++
		} else {
			xs[i], xs[j] = xs[j], xs[i]
			j--
		}
	}
}

//go:noinline
func made(n, m int) (sum int, err any) {
	defer func() { err = recover() }()
	xs := make([]int, n)
	ys := make([]byte, n, m)
	for i := 0; i < n; i++ {
		xs[i] = i * i
	}
	for i := range ys {
		ys[i] = byte(xs[i])
	}
	for i := 0; i <= n; i++ {
		sum += xs[i%(n+1)] + cap(xs) + cap(ys)
	}
	return
}

//go:noinline
func kept(n int) []string {
	s := make([]string, n)
	for i := 0; i < len(s); i++ {
		if i&1 == 0 {
			s[i] = fmt.Sprint(i)
		} else {
			s[i] = s[i-1]
		}
	}
	return s[:cap(s):n]
}

func main() {
	xs := make([]int, 1000)
	for i := range xs {
		xs[i] = i*7919%1009 - 300
	}
	done := make(chan bool)
	go func() {
		for i := 0; i < 50; i++ {
			runtime.Gosched()
		}
		done <- true
	}()
	for k := 0; k < 20; k++ {
		arms(xs)
		floats(40)
		skips(100)
		nested(20)
		made(k, 2*k)
		kept(k)
	}
	fmt.Println(arms(xs))
	fmt.Println(floats(1001))
	fmt.Println(skips(1000))
	fmt.Println(nested(100))
	shapes := []shape{&square{3}, &rect{2, 5}, &list{make([]int, 16)}, &square{7}}
	for k := 0; k < 20; k++ {
		areas(shapes, 100)
	}
	fmt.Println(areas(shapes, 1000))
	shapes[2] = &list{make([]int, 7)}
	fmt.Println(areas(shapes, 1000))
	swaps(xs)
	fmt.Println(xs[:8], xs[992:])
	for _, n := range []int{-1, 0, 3, 4, 5, 100} {
		fmt.Println(made(n, n+3))
		fmt.Println(made(n, n-1))
	}
	fmt.Println(kept(9))
	<-done
}
