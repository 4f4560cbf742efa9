// Deferred calls happen at the return that they delay, or at the end of a function that may have many of them.
package main

import (
	"fmt"
	"runtime"
)

func line() {
	_, _, l, _ := runtime.Caller(2)
	fmt.Println(l)
}

func three(x int) string {
	defer func() {
		line()
	}()
	if x == 1 {
		return "a"
	}
	if x == 2 {
		return "b"
	}
	return ""
}

func none() {
	defer func() {
		line()
	}()
	fmt.Print()

}

func loop() int {
	for range 2 {
		defer func() {
			line()
		}()
	}
	fmt.Print()
	return 3

}

func recovered() (n int) {
	defer func() {
		recover()
		n++
	}()
	var p *int
	return *p
}

func main() {
	three(1)
	three(2)
	three(3)
	none()
	fmt.Println(loop(), recovered())
}
