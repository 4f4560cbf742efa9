// Conversions, type assertions and interface satisfaction.
package p

import "unsafe"

type (
	E int
	S struct {
		a, b int
		*T
		U
	}
	T  struct{ x, y int }
	U  struct{ x int }
	I  interface{ M(int) string }
	J  interface{ I; N() }
	PT *T
	F  func(int) (string, error)
	G[P any, Q comparable] struct { p P; q Q }
)

func (T) M(i int) string   { return "" }
func (*T) N()              {}
func (U) m(i int) string   { return "" }
func (g *G[P, Q]) Get() P  { return g.p }
func two() (int, string)   { return 0, "" }
func none()                {}
func vari(a string, b ...int) {}
func gen[A, B any](a A, f func(A) B) B { return f(a) }
func num[N ~int | ~float64](n N) N { return n }

const (
	big   = 1 << 100
	huge  = 1e1000
	c8 int8 = 127
	str   = "hello"
	r     = 'x'
	cplx  = 1 + 2i
)

func convs(s S, pt PT, i I, j J, e E, f F, ch chan int, sl []int, arr [4]int, m map[string]int) {
	_ = T(s)
	_ = I(T{})
	_ = J(T{})
	_ = J(&T{})
	_ = I(U{})
	_ = i.(U)
	_ = i.(*T)
	_ = i.(int)
	_ = s.(I)
	_ = (*T)(pt)
	_ = (*U)(pt)
	_ = F(func(int) string { return "" })
	_ = (chan<- int)(ch)
	_ = (<-chan string)(ch)
	_ = [4]int(sl)
	_ = [4]string(sl)
	_ = *[4]int(sl)
	_ = (*[4]int)(sl)
	_ = string(sl)
	_ = []rune(e)
	_ = unsafe.Pointer(e)
	_ = unsafe.Pointer(uintptr(0))
	_ = uintptr(pt)
	_ = int(pt)
	_ = int()
	_ = int(1, 2)
	_ = int(sl...)
	_ = interface{ ~int }(1)
	_ = bool(1)
	_ = func()(nil)
	_ = &e + 1
}
