// Constraints: satisfying them, writing them, and what operations they permit.
package p

type Int interface{ ~int | ~int64 }
type Exact interface{ int | string }
type Both interface {
	Int
	String() string
}
type Empty interface {
	int
	string
}
type Cmp interface {
	comparable
	M()
}
type MyInt int

func (MyInt) String() string { return "" }

type Ptr struct{}

func (*Ptr) String() string { return "" }
func (*Ptr) M()             {}

type G[T Int] struct{ t T }
type B[T Both] []T
type E[T Exact] map[T]T
type N[T Empty] struct{}
type C[T comparable] struct{}
type M[T Cmp] struct{}
type P[T interface{ *U }, U any] struct{}

type (
	_ = G[int]
	_ = G[MyInt]
	_ = G[string]
	_ = G[Int]
	_ = G
	_ = G[int, int]
	_ = B[MyInt]
	_ = B[int]
	_ = B[Ptr]
	_ = E[MyInt]
	_ = E[int]
	_ = N[int]
	_ = C[any]
	_ = C[[]int]
	_ = C[func()]
	_ = C[struct{ f any }]
	_ = C[struct{ f []int }]
	_ = M[Ptr]
	_ = M[*Ptr]
	_ = P[*int, int]
	_ = P[*int, string]
	_ = P[int, int]
	_ = int[string]
	_ = MyInt[int]
)

var _ Int
var _ []comparable
var _ interface{ comparable }
var _ = []interface{ ~int }{}

func _(Int)              {}
func _() (_ struct{ Int }) { return }

// Unions and terms.
type (
	U1 interface{ ~MyInt }
	U2 interface{ int | int }
	U3 interface{ ~int | int }
	U4 interface{ ~int | MyInt }
	U5 interface{ int | interface{ M() } }
	U6 interface{ int | comparable }
	U7 interface{ int | Cmp }
	U8 interface{ ~error }
	U9 interface{ int | any }
	U11 interface{ M(); M() }
	U12 interface{ M(); interface{ M(int) } }
	U13 interface{ undefined }
	U14 interface{ _() }
)

func _[T any, S ~T, U interface{ T }, V T]() {}
func _[T int, S ~string | T]()              {}

// Operations.
func ops[A any, I Int, X Exact, K comparable, S []int | string, F ~func(int) | ~func(string), L ~[]int | ~[]string, H chan int | <-chan int, D struct{ f int }](a A, i I, x X, k K, s S, f F, l L, h H, d D) {
	_ = a == a
	_ = a + a
	_ = i + i
	_ = i + 1.5
	_ = i << 1
	_ = i % 2
	_ = x + x
	_ = x * x
	_ = x < x
	_ = k == k
	_ = k < k
	_ = s[0]
	s[0] = 1
	_ = s[1:]
	_ = len(s)
	_ = cap(s)
	f(1)
	_ = l[0]
	l[0] = 1
	for range l {
	}
	for _, e := range l {
		_ = e
	}
	_ = <-h
	h <- 1
	_ = d.f
	_ = string(x)
	_ = int(x)
	_ = I("a")
	_ = A(1)
	var _ I = 1
	var _ I = 1000000000000
	var _ X = nil
	var _ A = nil
	_ = *a
	a.m()
	a()
	switch a.(type) {
	}
	switch any(a).(type) {
	case I, K, A:
	}
	const c = len(l)
	_ = [len(s)]int{}
	_ = L{1}
	_ = D{1}
	_ = make(L, 1)
	_ = new(A)
	_ = min(x, x)
	_ = max(a, a)
	clear(l)
	append(l, 1)
	_ = complex(i, i)
}
