// Each turn makes a buffer that only it uses.
package main

import "fmt"

func fill(b []byte, v byte) int {
	n := 0
	for i := range b {
		b[i] += v
		n += int(b[i])
	}
	return n
}

func main() {
	size, sum := 70000, 0
	for k := 0; k < 300; k++ {
		buf := make([]byte, size) // advice: reuse-buffer (exactly)
		sum += fill(buf, byte(k))
	}
	fmt.Println(sum)
}
