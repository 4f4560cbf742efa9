// Closures, range over functions and integers, iter.Pull, and the iterators of slices and maps.
package main

import (
	"fmt"
	"iter"
	"maps"
	"slices"
)

func fibonacci() iter.Seq[int] {
	return func(yield func(int) bool) {
		for a, b := 0, 1; yield(a); {
			a, b = b, a+b
		}
	}
}

func filter[T any](seq iter.Seq[T], keep func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		for v := range seq {
			if keep(v) && !yield(v) {
				return
			}
		}
	}
}

func take[T any](seq iter.Seq[T], n int) iter.Seq[T] {
	return func(yield func(T) bool) {
		if n == 0 {
			return
		}
		left := n
		for v := range seq {
			if !yield(v) {
				return
			}
			if left--; left == 0 {
				return
			}
		}
	}
}

// zip ends with the shorter of the two.
func zip[A, B any](a iter.Seq[A], b iter.Seq[B]) iter.Seq2[A, B] {
	return func(yield func(A, B) bool) {
		next, stop := iter.Pull(b)
		defer stop()
		for x := range a {
			y, ok := next()
			if !ok || !yield(x, y) {
				return
			}
		}
	}
}

// firstPair leaves two loops over functions at once.
func firstPair(sum int) (int, int) {
	for a := range fibonacci() {
		for b := range fibonacci() {
			if a+b == sum {
				return a, b
			}
			if b > sum {
				break
			}
		}
		if a > sum {
			break
		}
	}
	return -1, -1
}

func counter() (next func() int, reset func()) {
	n := 0
	return func() int { n++; return n }, func() { n = 0 }
}

func main() {
	even := filter(fibonacci(), func(n int) bool { return n%2 == 0 })
	fmt.Println(slices.Collect(take(even, 10)))

	fmt.Println(firstPair(60))
	fmt.Println(firstPair(20))

	ages := map[string]int{"ann": 31, "bob": 27, "cleo": 45}
	names := slices.Sorted(maps.Keys(ages))
	for name, n := range zip(slices.Values(names), fibonacci()) {
		fmt.Printf("%s:%d:%d ", name, ages[name], n)
	}
	fmt.Println()

	next, reset := counter()
	next()
	next()
	fmt.Print(next(), " ")
	reset()
	fmt.Println(next())

	// Each turn of a loop has variables of its own.
	var prints []func()
	for i := range 4 {
		prints = append(prints, func() { fmt.Print(i*i, " ") })
	}
	for _, p := range slices.Backward(prints) {
		p()
	}
	fmt.Println()

	for chunk := range slices.Chunk([]string{"a", "b", "c", "d", "e"}, 2) {
		fmt.Print(chunk)
	}
	fmt.Println()

	func() {
		defer func() { fmt.Println("deferred in order:", recover()) }()
		for n := range take(fibonacci(), 4) {
			defer fmt.Print(n, " ")
		}
		panic("stop")
	}()
}
