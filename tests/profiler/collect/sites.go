// Every kind of allocation, counted. A want comment lists all that its line allocates: kind, place, objects and bytes.
package main

import "strings"

type point struct{ x, y int }

type shape interface{ area() int }

func (p point) area() int { return p.x * p.y }

var (
	keepPoint *point
	keepShape shape
	keepFunc  func() int
	keepText  string
	keepBytes []byte
	keepInts  []int
	keepMap   map[int]int
	keepChan  chan int
	keepAny   any
)

func newPoint(i int) *point { return &point{i, i} } // want: new heap 100 1600

//go:noinline
func local(i int) int {
	p := &point{i, 2}                  // want: new stack 100 1600
	q := []int{i, 2, 3}                // want: slice stack 100 2400
	f := func() int { return p.x + i } // want: closure stack 100 2400
	return p.y + q[i%3] + call(f)
}

//go:noinline
func call(f func() int) int { return f() }

//go:noinline
func moved(i int) func() int {
	x := i                              // want: variable heap 100 800
	return func() int { x++; return x } // want: closure heap 100 1600
}

//go:noinline
func short(b []byte) bool { return len(string(b)+"/") > 3 } // want: string stack 50 1600; string heap 50 3200

func main() {
	long := []byte(strings.Repeat("long ", 12))
	total := 0
	for i := 0; i < 100; i++ {
		keepPoint = newPoint(i)
		total += local(i)
		keepFunc = moved(i)
		keepShape = point{i, 2}         // want: box heap 100 1600
		keepBytes = make([]byte, i+100) // want: slice heap 100 15712 min=100 max=199
		keepChan = make(chan int, 4)    // want: chan heap 100 11200
		b := long
		if i%2 == 0 {
			b = long[:1]
		}
		short(b)
	}
	for i := 0; i < 1000; i++ {
		keepInts = append(keepInts, i) // want: append heap 12 25208 growths=11 max=1000
	}
	keepMap = map[int]int{} // want: map heap 1 48
	for i := 0; i < 8; i++ {
		keepMap[i] = i // want: mapgrow heap 1 128 growths=0 max=8
	}
	defer func() { keepAny = total }() // want: box heap 1 8; closure stack 1 16; defer stack 1 48
	done := make(chan bool)            // want: chan heap 1 80
	for i := 0; i < 3; i++ {
		go func() { done <- true }() // want: closure heap 3 48
	}
	for i := 0; i < 3; i++ {
		<-done
	}
}
