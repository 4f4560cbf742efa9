// A closure is made on each turn, though it captures nothing of the turn.
package main

import "fmt"

type visitor struct{ visit func(int) }

var current visitor

//go:noinline
func each(n int, visit func(int)) {
	current.visit = visit
	for i := 0; i < n; i++ {
		current.visit(i)
	}
}

func main() {
	total := 0
	for k := 0; k < 5000; k++ {
		each(3, func(i int) { // advice: keep-closure (exactly)
			total += i
		})
	}
	fmt.Println(total)
}
