// Small functions with a loop are inlined into their callers: the loop is one, however many copies of it there are.
package main

import "fmt"

var kept [4]func() int

func three(base int) int {
	for i := range 3 {
		kept[i] = func() int { return base } // advice: keep-closure (exactly)
	}
	return kept[0]()
}

func ten(words []string, sum int) string {
	s := ""
	for i := 0; i < 200; i++ {
		s += words[(i+sum)%len(words)] // advice: use-builder
	}
	return s
}

func main() {
	words := []string{"one", "two", "three"}
	sum := 0
	for k := range 1000 {
		sum += three(k)
		if k%3 == 0 {
			sum += three(2 * k)
		}
		if k%100 == 0 {
			sum += len(ten(words, sum))
		}
	}
	fmt.Println(sum)
}
