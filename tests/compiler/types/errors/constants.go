// Constants: representability, overflow, operators on untyped operands, what is not constant.
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

func consts() {
	var _ int8 = c8 + 1
	var _ int = big
	var _ float32 = huge
	var _ uint = -1
	var _ byte = 256
	var _ = big
	var _ int = 1.5
	var _ int = cplx
	var _ int = "x"
	var _ string = 1
	var _ string = 'x'
	var _ bool = 1 == "x"
	_ = 1 / 0
	_ = 1.0 / 0
	_ = 1 % 0
	_ = 1.5 % 2
	_ = -uint8(1)
	_ = ^uint8(1) + 255
	_ = uint8(255) + 1
	_ = int8(-128) / -1
	_ = c8 * 2
	_ = c8 << 1
	_ = 1 << -1
	_ = 1 << 1.5
	_ = 1 << 5000
	_ = 1.5 << 1
	_ = "a" << 1
	_ = str[10]
	_ = str[2:1]
	_ = str[-1]
	_ = str[1.5]
	_ = "a" + 1
	_ = "a" - "b"
	_ = !1
	_ = -"a"
	_ = ^1.5
	_ = +true
	_ = true && 1
	_ = 1 && 2
	_ = nil == nil
	_ = nil + 1
	var _ float32 = 1e40
	var _ complex64 = 1e40i
	_ = float32(1e40)
	_ = int(1e40)
	_ = int(1.5)
	_ = uint(-1)
	_ = string(1.5)
	_ = []byte(1)
	_ = [3]int("abc")
	_ = E("x")
	_ = E(1.0)
	_ = E(1<<63)
	_ = rune("a")
	_ = int8(c8 + c8)
	_ = len(5)
	_ = cap("abc")
	_ = len(map[int]int{}) + cap(map[int]int{})
	const x = len([]int{1})
	const y = len([3]int{})
	const z = len([3]int{two2()})
	const w = unsafe.Sizeof(two)
	const v int = "x"
	const u = two()
	const t T = T{}
}
func two2() int { return 0 }

