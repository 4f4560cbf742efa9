// Natives of reflect make objects of several types at one place, and sites of the program make slices of a length that is known: compiled
// code does both in place.
package main

import "reflect"

type pair struct{ a, b *int }

var (
	keep  any
	slice []*int
)

//go:noinline
func reflected(types []reflect.Type, n int) {
	for i := 0; i < n; i++ {
		for _, t := range types {
			keep = reflect.New(t).Interface()
		}
	}
}

//go:noinline
func fixed(n int) {
	for i := 0; i < n; i++ {
		slice = make([]*int, 3, 4) // want: slice heap 20000 640000 min=3 max=3
	}
}

func main() {
	types := []reflect.Type{reflect.TypeOf(0), reflect.TypeOf(pair{}), reflect.TypeOf(""), reflect.TypeOf([5]int{})} // want: slice stack 1 64
	for i := 0; i < 20; i++ {
		reflected(types, 500)
		fixed(1000)
	}
}
