// Each turn's buffer is kept: it cannot be reused.
package main

import "fmt"

func main() {
	var all [][]byte
	all = make([][]byte, 0, 400)
	for k := 0; k < 400; k++ {
		buf := make([]byte, 1000+k)
		buf[0] = byte(k)
		all = append(all, buf)
	}
	sum := 0
	for _, b := range all {
		sum += int(b[0])
	}
	fmt.Println(sum)
}
