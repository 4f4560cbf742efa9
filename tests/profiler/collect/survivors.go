// Who outlives a collection, is alive at the peak and at the end.
package main

import "runtime"

type node struct{ next, other *node }

var list, spare *node

func main() {
	for i := 0; i < 1000; i++ {
		list = &node{next: list} // want: new heap 1000 16000 survived=1000 exit=0 peak=1000
	}
	for i := 0; i < 500; i++ {
		spare = &node{} // want: new heap 500 8000 survived=1 exit=1 peak=1
	}
	runtime.GC()
	list = nil
	runtime.GC()
	for i := 0; i < 100; i++ {
		spare = &node{next: spare} // want: new heap 100 1600 survived=0 exit=100 peak=0
	}
}
