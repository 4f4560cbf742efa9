// Slices of very different lengths: no one capacity suits them.
package main

import "fmt"

func divisors(n int) []int {
	var out []int
	for d := 1; d <= n; d++ {
		if n%d == 0 {
			out = append(out, d)
		}
	}
	return out
}

func main() {
	most := 0
	for n := 1; n < 1500; n++ {
		most = max(most, len(divisors(n)))
	}
	fmt.Println(most)
}
