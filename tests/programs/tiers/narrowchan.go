// What comes from a channel of narrow integers is extended, however it is received.
package main

import "fmt"

//go:noinline
func recv[T any](c chan T, v T) T {
	c <- v
	return <-c
}

//go:noinline
func wide8(c chan int8) int64 { return int64(<-c) }

//go:noinline
func wide16(c chan int16) (int64, bool) {
	v, ok := <-c
	return int64(v), ok
}

//go:noinline
func wide32(c chan int32) (s int64) {
	for v := range c {
		s += int64(v)
	}
	return s
}

//go:noinline
func selected(c chan int8, d chan uint8) (int64, uint64) {
	var a int64
	var b uint64
	for range 2 {
		select {
		case v := <-c:
			a = int64(v)
		case v := <-d:
			b = uint64(v)
		}
	}
	return a, b
}

func main() {
	c8, c16, c32 := make(chan int8, 2), make(chan int16, 2), make(chan int32, 2)
	for range 20 {
		c8 <- -1
		c16 <- -2
		c32 <- -3
		c32 <- -4
		close(c32)
		v, ok := wide16(c16)
		fmt.Print(wide8(c8), v, ok, wide32(c32), " ")
		c32 = make(chan int32, 2)
		c8 <- -5
		d := make(chan uint8, 1)
		d <- 250
		fmt.Println(selected(c8, d))
	}
	fmt.Println(int64(recv(c8, -6)), int64(recv(c16, -7)), recv(make(chan bool, 1), true), recv(make(chan float32, 1), -1.5))
	go func() { c8 <- -8 }()
	fmt.Println(wide8(c8))
}
