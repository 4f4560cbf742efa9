// Buffers of other sizes on each turn, but so few turns that one that grows would be made as often.
package main

import "fmt"

//go:noinline
func pair(first int) int {
	sum := 0
	for n := first; n < 3000; n *= 3 {
		buf := make([]int, n)
		buf[n-1] = n
		sum += buf[0] + buf[n-1]
	}
	return sum
}

func main() {
	sum := 0
	for k := range 1000 {
		sum += pair(500 + k%100)
	}
	fmt.Println(sum)
}
