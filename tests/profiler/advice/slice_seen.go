// How long the slice gets is only known from the run.
package main

import "fmt"

type row struct {
	id   int
	name string
}

func next(x uint32) uint32 { return x*1664525 + 1013904223 }

func main() {
	rows := []row{}
	x := uint32(1)
	for x>>12 != 12345 {
		x = next(x)
		if x&1 == 0 {
			rows = append(rows, row{int(x), "r"}) // advice: preallocate-slice
		}
	}
	fmt.Println(len(rows) > 10000)
}
