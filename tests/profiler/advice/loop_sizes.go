// A buffer of another size on each turn, in a loop that is entered a few times.
package main

import "fmt"

//go:noinline
func sums(sizes []int) int {
	sum := 0
	for _, n := range sizes {
		buf := make([]int, n) // advice: reuse-buffer (exactly)
		for i := range buf {
			buf[i] += i
		}
		sum += buf[n-1]
	}
	return sum
}

func main() {
	sizes := make([]int, 300)
	for i := range sizes {
		sizes[i] = 100 + i*7919%900
	}
	sum := 0
	for k := range 10 {
		sum += sums(sizes[k*10:])
	}
	fmt.Println(sum)
}
