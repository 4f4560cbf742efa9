// A panic that nobody recovers: deferred calls run, the report goes to standard error, the status is 2.
package main

import "fmt"

type burrow struct {
	depth int
	below *burrow
}

func (b *burrow) dig(n int) {
	defer fmt.Println("leaving depth", b.depth)
	if n == 0 {
		panic(fmt.Errorf("bedrock at depth %d", b.depth))
	}
	b.below = &burrow{depth: b.depth + 1}
	b.below.dig(n - 1)
}

func main() {
	new(burrow).dig(3)
}
