// A nil function may be deferred; calling it panics, when its turn comes.
package main

import "fmt"

func once() {
	defer func() { fmt.Println(recover()) }()
	var g func()
	defer g()
	fmt.Println("once")
}

func inLoop() {
	defer func() { fmt.Println(recover()) }()
	for i := range 3 {
		var g func()
		if i != 1 {
			g = func() { fmt.Println(i) }
		}
		defer g()
	}
}

func inRange(f func()) {
	defer func() { fmt.Println(recover()) }()
	for range func(yield func(int) bool) { yield(1) } {
		defer f()
	}
}

func panicking(f func()) {
	defer func() { fmt.Println(recover()) }()
	defer f()
	panic("first")
}

func main() {
	once()
	inLoop()
	inRange(nil)
	panicking(nil)
}
