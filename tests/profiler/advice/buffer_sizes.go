// Each turn makes a buffer of another size.
package main

import "fmt"

func checksum(parts []int) int {
	sum := 0
	for _, n := range parts {
		buf := make([]int, n) // advice: reuse-buffer (exactly)
		for i := range buf {
			buf[i] += i
		}
		sum += buf[n-1]
	}
	return sum
}

func main() {
	parts := make([]int, 500)
	for i := range parts {
		parts[i] = 500 + i%100
	}
	fmt.Println(checksum(parts))
}
