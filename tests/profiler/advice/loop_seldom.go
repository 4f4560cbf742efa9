// How often a loop is entered decides what is saved: most calls return before this one, and those that do not make many turns.
package main

import "fmt"

//go:noinline
func checksum(lines []string, size int) int {
	if len(lines) < 2 {
		return len(lines)
	}
	sum := 0
	for _, line := range lines {
		buf := make([]byte, size) // advice: reuse-buffer (exactly)
		sum += copy(buf, line) + int(buf[0])
	}
	return sum
}

func main() {
	long := make([]string, 40)
	for i := range long {
		long[i] = fmt.Sprint("line ", i)
	}
	size, sum := 1000, 0
	for k := range 2000 {
		if k%50 == 7 {
			sum += checksum(long, size)
		} else {
			sum += checksum(long[:k%2], size)
		}
	}
	fmt.Println(sum)
}
