// Loops that say on their line how often they are entered: those of this file that contain allocations. Entries without a turn count.
package main

import (
	"fmt"
	"maps"
	"slices"
)

type node struct{ next *node }

var (
	sink  *node
	sinks [16]*node
	list  []int
	text  string
)

//go:noinline
func early(n int) int {
	if n%3 != 0 {
		return 0
	}
	for i := 0; i < n; i++ { // loop: 400
		sink = &node{}
	}
	return n
}

//go:noinline
func nested(n int) {
	for range n { // loop: 100
		for j := 0; j < n%5; j++ { // loop: 450
			for k := range j { // loop: 1100
				sinks[k] = &node{}
			}
		}
		for range 3 { // no allocation, not counted
			sinks[n] = nil
		}
	}
}

// inlined is small: each caller has a copy of it.
func inlined(n int) {
	for n > 0 { // loop: 314
		sink = &node{sink}
		n--
	}
}

func generic[T any](xs []T, keep *[]T) {
	for _, x := range xs { // loop: 60
		*keep = append(*keep, x)
	}
}

//go:noinline
func ranges(n int, xs []int, array *[4]int, m map[string]int, c chan int) {
	for i, x := range xs { // loop: 50
		sinks[(i+x)%16] = &node{}
	}
	for i := range array { // loop: 50
		sinks[i] = &node{}
	}
	for i, r := range text { // loop: 50
		sinks[(i+int(r))%16] = &node{}
	}
	for k := range m { // loop: 50
		text = k + "!"
	}
	text = ""
	for x := range c { // loop: 50
		sinks[x] = &node{}
	}
}

// jumps comes to its loop by goto and leaves it by labels.
//
//go:noinline
func jumps() int {
	times := 0
again:
	times++
outer:
	for i := 0; i < 10; i++ { // loop: 120
		for { // loop: 360
			sink = &node{}
			if i < 2 {
				continue outer
			}
			break outer
		}
	}
	if times < 3 {
		goto again
	}
	return times
}

// panics before its loop, in it, and not at all.
//
//go:noinline
func panics(n int) (err any) {
	defer func() { err = recover() }()
	for i := 10 / (n % 3); i < 20; i += n % 3 { // loop: 20
		sink = &node{}
		sinks[i+n%3] = sink
	}
	return nil
}

//go:noinline
func closures(n int) func() {
	return func() {
		for i := range n { // loop: 30
			sinks[i] = &node{}
		}
	}
}

// hot becomes machine code while it runs.
//
//go:noinline
func hot(n int) (sum int) {
	for i := 0; i < n; i++ { // loop: 1
		for j := range i % 2 { // loop: 30000
			list = append(list[:0], i)
			sum += list[0] + j
		}
	}
	return sum
}

func many(n int, yield func(int) bool) {
	for i := range n { // loop: 25
		sinks[i] = &node{}
		if !yield(i) {
			return
		}
	}
}

func main() {
	for k := range 300 { // loop: 1
		early(k)
		early(k + 1)
		early(k + 2)
		early(1 - k%3)
		if k < 100 {
			nested(k % 10)
			inlined(k % 2)
			inlined(3)
			inlined(0)
		}
		if k < 50 {
			c := make(chan int, 2)
			if k%2 == 0 {
				c <- k % 16
			}
			close(c)
			ranges(k, list, new([4]int), map[string]int{"a": k}, c)
		}
		if k < 40 {
			jumps()
			var ints []int
			var words []string
			generic([]int{k, 2}, &ints)
			if k < 20 {
				generic(nil, &words)
			}
		}
		if k < 30 {
			panics(k)
			closures(k % 16)()
		}
		if k < 25 {
			many(5, func(i int) bool { return i < k%5 })
		}
	}
	for range 10 { // loop: 1
		inlined(1)
	}
	done := make(chan bool)
	for k := range 4 { // loop: 1
		go func() {
			inlined(0)
			done <- k > 0
		}()
		<-done
	}
	// Loops of the library are not counted, wherever they are inlined or instantiated.
	keys := slices.Sorted(maps.Keys(map[string]bool{"x": true, "y": false}))
	for k := range maps.Keys(map[string]bool{"z": true}) { // a function's: not counted
		keys = append(keys, k)
	}
	fmt.Println(hot(30000), len(keys))
}
