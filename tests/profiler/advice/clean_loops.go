// Loops that are entered more often than their bodies run: making it before them would make more.
package main

import "fmt"

//go:noinline
func first(parts []int, size int) int {
	for _, p := range parts {
		buf := make([]int, size)
		buf[p%size] = p
		if sum := buf[0] + buf[size-1]; sum < 1000 {
			return sum
		}
	}
	return 0
}

//go:noinline
func none(k, size int, keep []func() int) int {
	sum := 0
	for i := 0; i < k%4-1; i++ {
		f := func() int { return k + size }
		keep[i] = f
		sum += keep[i]()
	}
	return sum
}

func main() {
	parts := []int{1, 2, 3, 4, 5}
	size, sum := 300, 0
	keep := make([]func() int, 4)
	for k := range 2000 {
		sum += first(parts, size)
		sum += none(k%5, size, keep)
	}
	fmt.Println(sum)
}
