// Calls: argument counts and types, method expressions, inference, go and defer.
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

func calls(i I, v V, u U) {
	two(1)
	none(1, 2)
	vari()
	vari("a", "b")
	vari("a", []int{}...)
	vari("a", 1, []int{}...)
	vari("a", two()...)
	vari(two())
	vari(three())
	_ = none()
	_ = two()
	a, b, c := two()
	none()()
	5()
	"x"()
	u()
	i.M()
	i.M("x")
	i.X()
	v.x = 1
	v.M(1)
	u.N()
	U{}.N()
	U{}.T.N()
	T{}.N()
	T.N(T{})
	(*T).N(&T{})
	T.M(1, 2)
	T.M(T{}, 2)
	T.z
	I.M(i)
	I.M(T{}, 1)
	gen(1, func(s string) int { return 0 })
	gen[int](1, func(s string) int { return 0 })
	gen[int, string, bool](1, nil)
	gen(1, nil)
	num("x")
	num[string]("x")
	num[int](1.5)
	num(1.5)
	id(nil)
	id(two())
	id()
	_ = id
	_ = id[int]
	var f func(int) int = id
	var g func(int) string = id
	var h func(int) int = num
	gen(1, id)
	gen(1, num)
	gen("x", num)
	var n int
	defer none
	go 1
	defer recover()
	defer panic(1)
	go len("x")
	defer int(3)
	defer append([]int{}, 1)
	<-n
	n <- 1
	n++
	n.x = 1
	n[0] = 1
	n.(int)
	*n = 1
	&n
	-n
	n == n
	n
	f
	g, h = nil, nil
}

