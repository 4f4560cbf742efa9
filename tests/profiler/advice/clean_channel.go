// Values go through a channel, by value.
package main

import "fmt"

type item struct{ n, square int }

func main() {
	items := make(chan item, 64)
	go func() {
		for i := 0; i < 20000; i++ {
			items <- item{i, i * i}
		}
		close(items)
	}()
	sum := 0
	for it := range items {
		sum += it.square % 7
	}
	fmt.Println(sum)
}
