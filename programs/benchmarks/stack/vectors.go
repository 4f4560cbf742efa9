// Small structs by pointer: results that live until the next line.
package main

import (
	"fmt"
	"os"
	"strconv"
)

// arg is the size: the last argument, so that it works whatever os.Args[0] is.
func arg(def int) int {
	n, err := strconv.Atoi(os.Args[len(os.Args)-1])
	if err == nil {
		return n
	}
	return def
}

type vec struct{ x, y, z float64 }

//go:noinline
func (a *vec) plus(b *vec, out *vec) *vec {
	out.x, out.y, out.z = a.x+b.x, a.y+b.y, a.z+b.z
	return out
}

//go:noinline
func (a *vec) cross(b *vec, out *vec) *vec {
	out.x, out.y, out.z = a.y*b.z-a.z*b.y, a.z*b.x-a.x*b.z, a.x*b.y-a.y*b.x
	return out
}

func (a *vec) dot(b *vec) float64 { return a.x*b.x + a.y*b.y + a.z*b.z }

func main() {
	n := arg(100000000)
	sum := 0.0
	axis := &vec{0, 0, 1}
	for i := 0; i < n; i++ {
		p := &vec{float64(i & 7), 1, 2}
		q := &vec{1, float64(i & 3), 3}
		r := p.plus(q, &vec{})
		s := r.cross(axis, new(vec))
		sum += s.dot(p)
	}
	fmt.Println(sum)
}
