// Small maps, slices and strings that one call makes and drops.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// arg is the size: the last argument, so that it works whatever os.Args[0] is.
func arg(def int) int {
	n, err := strconv.Atoi(os.Args[len(os.Args)-1])
	if err == nil {
		return n
	}
	return def
}

var words = strings.Fields("the quick brown fox jumps over the lazy dog and the cat runs")

func distinct(text []string) int {
	seen := map[string]bool{}
	for _, w := range text {
		seen[w] = true
	}
	return len(seen)
}

func main() {
	n := arg(20000000)
	total := 0
	for i := 0; i < n; i++ {
		at := i % 8
		total += distinct(words[at : at+5])
		weights := []int{1, i & 3, 5, at}
		for k, w := range weights {
			total += k * w
		}
	}
	fmt.Println(total)
}
