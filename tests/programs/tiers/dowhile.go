// Loops that test their counter at the end only: the first turn comes whatever the limit is.
package main

import "fmt"

//go:noinline
func from(a []int, start, n int) (s int) {
	i := start
	for {
		s += a[i]
		i++
		if i >= n {
			break
		}
	}
	return
}

//go:noinline
func fromFive(a []int, n int) (s int) {
	i := 5
	for {
		s += a[i]
		i++
		if i >= n {
			break
		}
	}
	return
}

//go:noinline
func next(a []int, start, n int) (s int) {
	i := start
	for {
		s += a[i+1]
		i += 2
		if i > n {
			break
		}
	}
	return
}

//go:noinline
func down(a []int, start int) (s int) {
	i := start
	for {
		s += a[i]
		i--
		if i < 0 {
			break
		}
	}
	return
}

func try(f func() int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(r)
		}
	}()
	fmt.Println(f())
}

func main() {
	all := make([]int, 100)
	for i := range all {
		all[i] = i
	}
	a := all[:10]
	for range 20 {
		from(a, 0, 10)
		fromFive(a, 10)
		next(a, 0, 8)
		down(a, 9)
	}
	b := all[:4]
	for _, start := range []int{0, 3, 4, 50, -1, -1 << 63, 1<<63 - 1} {
		try(func() int { return from(b, start, 3) })
		try(func() int { return next(b, start, 2) })
		try(func() int { return down(b, start) })
	}
	try(func() int { return fromFive(b, 3) })
	try(func() int { return from(nil, 0, 0) })
	try(func() int { return next(all[:0], -1, -1) })
}
