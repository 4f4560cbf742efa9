// Nothing is on the heap.
package main

type vector struct{ x, y, z float64 }

func (a vector) add(b vector) vector { return vector{a.x + b.x, a.y + b.y, a.z + b.z} }

func main() {
	sum := vector{}
	for i := 0; i < 100000; i++ {
		p := &vector{float64(i), 1, 2}
		sum = sum.add(*p)
	}
	println(sum.x > 0)
}
