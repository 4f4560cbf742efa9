// An interface that is there for a reason: several types.
package main

import "fmt"

type shape interface{ area() float64 }
type square struct{ side float64 }
type circle struct{ radius, weight float64 }

func (s square) area() float64 { return s.side * s.side }
func (c circle) area() float64 { return 3 * c.radius * c.radius }

//go:noinline
func measure(v any) float64 {
	switch x := v.(type) {
	case square:
		return x.area()
	case circle:
		return x.area()
	}
	return 0
}

func main() {
	sum := 0.0
	for i := 0; i < 5000; i++ {
		sum += measure(square{float64(i)})
		sum += measure(circle{float64(i), 1})
	}
	fmt.Println(sum)
}
