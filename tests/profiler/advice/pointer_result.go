// A small struct is returned by pointer though nobody needs its address.
package main

import "fmt"

type point struct{ x, y int }

//go:noinline
func add(a, b point) *point {
	return &point{a.x + b.x, a.y + b.y} // advice: pass-by-value
}

func main() {
	sum := 0
	for i := 0; i < 10000; i++ {
		p := add(point{i, 1}, point{1, i})
		sum += p.x - p.y
	}
	fmt.Println(sum)
}
