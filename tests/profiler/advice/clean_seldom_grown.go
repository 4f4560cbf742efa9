// Most of the slices stay empty: room for the longest in each would take more than growing those few.
package main

import "fmt"

//go:noinline
func above(xs []int, limit int) []int {
	var out []int
	for _, x := range xs {
		if x >= limit {
			out = append(out, x)
		}
	}
	return out
}

func main() {
	xs := make([]int, 600)
	for i := range xs {
		xs[i] = i % 500
	}
	n := 0
	for k := range 1000 {
		limit := 500
		if k%50 == 0 {
			limit = 10
		}
		n += len(above(xs, limit))
	}
	fmt.Println(n)
}
