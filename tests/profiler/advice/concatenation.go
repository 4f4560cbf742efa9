// A string grows by concatenation.
package main

import "fmt"

func join(words []string) string {
	s := ""
	for _, w := range words {
		s += w + "," // advice: use-builder
	}
	return s
}

func main() {
	words := make([]string, 2000)
	for i := range words {
		words[i] = "word"
	}
	n := 0
	for k := 0; k < 5; k++ {
		n += len(join(words))
	}
	fmt.Println(n)
}
