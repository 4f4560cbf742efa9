// Values in interfaces, methods called through them, and calls that become direct.
package main

import "fmt"

type shape interface {
	area() int
	grow(by int) shape
}

type square struct{ side int }

func (s square) area() int         { return s.side * s.side }
func (s square) grow(by int) shape { return square{s.side + by} }

type line struct{ length int }

func (l *line) area() int         { return 0 }
func (l *line) grow(by int) shape { l.length += by; return l }

func boxed(n int) any { return n }

func constant() any { return 42 }

func pointer(p *int) any { return p }

func area(s shape) int { return s.area() }

func known() int {
	var s shape = square{3}
	return s.area()
}

func describe(v any) string {
	switch v := v.(type) {
	case int:
		return fmt.Sprint(v)
	case string:
		return v
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprintf("%T", v)
}

func total(shapes ...shape) (sum int) {
	for _, s := range shapes {
		sum += s.area()
	}
	return sum
}

type failure struct{ code int }

func (f *failure) Error() string { return fmt.Sprintf("failure %d", f.code) }

func check(n int) error {
	if n < 0 {
		return &failure{n}
	}
	return nil
}

func as(v any) (int, bool) {
	n, ok := v.(int)
	return n, ok
}

func main() {
	l := &line{5}
	fmt.Println(boxed(1), constant(), area(square{2}), area(l), known(), describe("x"), describe(1.5))
	fmt.Println(total(square{1}, l, l.grow(2)), check(-1), check(1))
	n, ok := as(pointer(&l.length))
	fmt.Println(n, ok)
}
