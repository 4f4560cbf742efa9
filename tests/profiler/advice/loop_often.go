// A loop that is entered often and makes few turns, half of the time none: a buffer for each entry is hardly less than one for each turn.
package main

import "fmt"

//go:noinline
func read(parts []int, size int) int {
	sum := 0
	for _, p := range parts {
		buf := make([]int, size) // advice: reuse-buffer (exactly)
		buf[p%size] = p
		for _, v := range buf {
			sum += v
		}
	}
	return sum
}

//go:noinline
func visit(k int, calls []func(int) int) int {
	n := 0
	for i := 0; i < 3; i++ {
		if k%5 > i {
			continue
		}
		add := func(x int) int { return x + k } // advice: keep-closure (exactly)
		calls[i] = add
		n += calls[i](i)
	}
	return n
}

func main() {
	parts := []int{1, 2, 3, 4, 5}
	size, sum := 300, 0
	calls := make([]func(int) int, 3)
	for k := range 2000 {
		n := 0
		if k%2 == 0 {
			n = 2 + k%4
		}
		sum += read(parts[:n], size)
		if k%5 < 2 {
			sum += visit(k, calls)
		}
	}
	fmt.Println(sum)
}
