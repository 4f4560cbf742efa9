// Each closure captures its own turn.
package main

import "fmt"

func main() {
	handlers := make([]func() int, 0, 3000)
	for i := 0; i < 3000; i++ {
		handlers = append(handlers, func() int { return i })
	}
	sum := 0
	for _, h := range handlers {
		sum += h()
	}
	fmt.Println(sum)
}
