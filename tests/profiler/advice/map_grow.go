// A map grows to as many entries as the loop makes.
package main

import "fmt"

func main() {
	n := 50000
	squares := make(map[int]int)
	for i := 0; i < n; i++ {
		squares[i] = i * i // advice: preallocate-map
	}
	fmt.Println(len(squares))
}
