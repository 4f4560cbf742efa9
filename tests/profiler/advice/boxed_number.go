// fmt makes an interface of each number.
package main

import "fmt"

func main() {
	n := 0
	for i := 1000; i < 20000; i++ {
		s := fmt.Sprintf("%d", i) // advice: avoid-boxing
		n += len(s)
	}
	println(n)
}
