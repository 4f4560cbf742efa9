// A slice grows to a length that is known before the loop.
package main

import "fmt"

func squares(n int) []int {
	var out []int
	for i := 0; i < n; i++ {
		out = append(out, i*i) // advice: preallocate-slice
	}
	return out
}

func main() {
	sum := 0
	for k := 0; k < 200; k++ {
		sum += len(squares(1000 + k))
	}
	fmt.Println(sum)
}
