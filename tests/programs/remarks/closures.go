// Function literals: what they capture, and where they and it live.
package main

func counter() func() int {
	n := 0
	return func() int {
		n++
		return n
	}
}

func apply(f func(int) int, x int) int { return f(x) }

func add(k int) int {
	return apply(func(x int) int { return x + k }, 1)
}

func each(s []int, f func(int)) {
	for _, v := range s {
		f(v)
	}
}

func total(s []int) int {
	t := 0
	each(s, func(v int) { t += v })
	return t
}

func parallel(n int) int {
	result := make(chan int)
	square := 0
	go func() {
		square = n * n
		result <- square
	}()
	return <-result
}

func cleanup(done *bool) {
	defer func() { *done = true }()
	defer println("cleanup")
	for i := 0; i < 2; i++ {
		defer func(k int) { println(k) }(i)
	}
}

type point struct{ x, y int }

func (p point) add(q point) point { return point{p.x + q.x, p.y + q.y} }
func (p *point) scale(k int)      { p.x *= k; p.y *= k }

func methods() func(point) point {
	p := point{1, 2}
	scale := p.scale
	scale(2)
	return p.add
}

func nested(s string) func() func() int {
	a := len(s)
	return func() func() int {
		b := 2
		return func() int { a++; b++; return a + b }
	}
}

func main() {
	c := counter()
	c()
	var done bool
	cleanup(&done)
	println(c(), add(2), total([]int{1, 2}), parallel(3), methods()(point{}).x)
	for range 2 {
		println(nested("x") != nil)
	}
}
