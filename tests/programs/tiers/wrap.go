// x - 2 < x holds unless x - 2 comes round.
package main

import "fmt"

//go:noinline
func greater(p int) (n int) {
	for i := 7; i > 0; i-- {
		if p > p-2 {
			break
		}
		n++
	}
	return n
}

func main() {
	for range 30 {
		greater(5)
	}
	for _, p := range []int{0, 1, -1, -1 << 63, -1<<63 + 1, -1<<63 + 2, 1<<63 - 1} {
		fmt.Println(p, greater(p))
	}
}
