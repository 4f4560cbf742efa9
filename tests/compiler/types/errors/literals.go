// Composite literals.
package p

type T struct{ x, y int }
type U struct {
	T
	z string
}
type V struct {
	*T
	U
}
type I interface{ M(int) string }

func (T) M(i int) string { return "" }
func (*T) N()            {}
func two() (int, string) { return 0, "" }
func three() (int, string, error) { return 0, "", nil }
func none()              {}
func vari(a string, b ...int) {}
func gen[A, B any](a A, f func(A) B) B { return f(a) }
func num[N ~int | ~float64](n N) N { return n }
func id[X any](x X) X { return x }

func lits() {
	_ = T{1}
	_ = T{1, 2, 3}
	_ = T{x: 1, 2}
	_ = T{1, y: 2}
	_ = T{x: 1, x: 2}
	_ = T{q: 1}
	_ = T{X: 1}
	_ = T{"a", 2}
	_ = T{x: "a"}
	_ = U{x: 1}
	_ = []int{1, "a"}
	_ = []int{0: 1, 0: 2}
	_ = [2]int{1, 2, 3}
	_ = [2]int{5: 1}
	_ = [...]int{-1: 2}
	_ = [...]int{1.5: 2}
	_ = [...]int{"a": 2}
	_ = map[string]int{"a": 1, "a": 2}
	_ = map[string]int{1: 1}
	_ = map[string]int{"a"}
	_ = map[interface{}]int{1: 1, 1: 2, int8(1): 3, "a": 4, 1.0: 5}
	_ = map[T]int{{1, 2}: 1, {1}: 2}
	_ = []*T{{1, 2}, {x: 3}, &T{}, nil, {1}}
	_ = [][]int{{1}, {"a"}, 3}
	_ = int{1}
	_ = I{}
	_ = func() int { return "x" }
	_ = struct{ a int }{b: 1}
	var _ [3]int = [...]int{1, 2}
	_ = &[]int{1}[0]
	_ = &map[int]int{}[0]
	_ = &"x"[0]
	_ = &T{}.x
	_ = &none
	_ = T{}.x + T{}.N
}
