// Generic declarations: type parameters, methods, aliases, cycles and instantiation without end.
package p

type T[P any] struct {
	f    P
	next *T[P]
}

func (t T[P]) M() P              { return t.f }
func (t *T[Q]) N(q Q)            { t.f = q }
func (t T[_]) O()                { t.M().x() }
func (T) Bare()                  {}
func (T[int]) Shadow(x int)      { var _ string = x }
func (t T[A, B]) Two()           {}
func (t T[P]) M()                {}
func (t T[[]P]) Lit()            {}

type Self[P Self[P]] interface{ m(P) }
type A[P any] = []P
type A2[P any] = P
type AA = A[int]
type AU = A
type Bad[P any] P
type Rec[P any] struct{ f Rec[P] }
type Rec2[P any] struct{ f P }
type Rec3 struct{ f Rec2[Rec3] }
type Inf[P any] struct{ f *Inf[Inf[P]] }
type Emb[P any] struct{ P }
type EmbPtr[P any] struct{ *T[P] }
type Dup[P, P any] struct{}
type Blank[_, _ any] struct{}
type Arr[N int] [N]int

var _ T
var _ = T{}
var _ = T[int]{"a", nil}
var _ = T[int]{f: "a"}
var _ T[string] = T[int]{}
var _ A[int] = []string{}
var _ A = nil
var _ = A[int, string]{}
var _ = (*T[int]).N
var _ = T[int].N
var _ = T.M
var _ EmbPtr[int] = EmbPtr[string]{}
var _ interface{ M() string } = T[int]{}
var _ interface{ N(int) } = T[int]{}
var _ interface{ N(int) } = &T[int]{}

func loop[P any](n int) {
	if n > 0 {
		loop[*P](n - 1)
	}
}

func local[P any]() {
	type L struct{ f P }
	local[L]()
}

func mutual1[P any]() { mutual2[[]P]() }
func mutual2[P any]() { mutual1[P]() }

func fine[P any]() { fine[P]() }

func body[P any, PP *P](p P, pp PP) {
	type _[Q any] struct{}
	var unused P
	p.undefined()
	*pp = p
	*pp = 1
	_ = T[P]{p, nil}.M() + 1
	func(P) {}(1)
	var _ P = pp
	var _ interface{} = p
	goto L
L:
}

func main[P any]() {}
func init[P any]() {}
func _() {
	T[int].M()
	body()
	body[int]
	_ = fine
	fine()
	fine[int, int]()
	_ = fine[1]
	_ = fine["a"]
}
