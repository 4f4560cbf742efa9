// Objects of one size class made at one site, at two, at many by turns, and what of them survives.
package main

import "runtime"

type node struct{ left, right *node }

var (
	nodes   [4000]*node
	numbers [4000]*[2]int
	table   map[int]int
)

func one() {
	for i := range nodes {
		nodes[i] = &node{} // want: new heap 4000 64000 survived=4000
	}
	runtime.GC()
}

func two() {
	for i := range nodes {
		if i%3 == 0 {
			nodes[i] = &node{left: nodes[i]} // want: new heap 1334 21344 survived=1334
		} else {
			nodes[i] = &node{right: nodes[i]} // want: new heap 2666 42656 survived=2666
		}
	}
	runtime.GC()
}

func many() {
	for i := range nodes {
		var n *node
		var x *[2]int
		switch i % 5 {
		case 0:
			n, x = &node{}, &[2]int{i, 0} // want: new heap 1600 25600 survived=800
		case 1:
			n = &node{}       // want: new heap 800 12800 survived=400
			x = &[2]int{i, 1} // want: new heap 800 12800 survived=400
		case 2:
			n = &node{}       // want: new heap 800 12800 survived=400
			x = &[2]int{i, 2} // want: new heap 800 12800 survived=400
		case 3:
			n = &node{}       // want: new heap 800 12800 survived=400
			x = &[2]int{i, 3} // want: new heap 800 12800 survived=400
		case 4:
			n = &node{}       // want: new heap 800 12800 survived=400
			x = &[2]int{i, 4} // want: new heap 800 12800 survived=400
		}
		nodes[i] = n
		numbers[i/2] = x
	}
	for i := range nodes {
		if i%2 != 0 {
			nodes[i] = nil
		}
	}
	runtime.GC()
}

func entries() {
	table = make(map[int]int) // want: map heap 1 48
	for i := range 8 {
		for range 100 {
			table[i]++ // want: mapgrow heap 1 128 max=8
		}
	}
}

func main() {
	one()
	two()
	many()
	entries()
}
