// Type inference: from arguments, constraints, untyped constants and assignments; and where it fails.
package p

type Number interface{ ~int | ~float64 }
type Stringer interface{ String() string }
type Named string

func (Named) String() string { return "" }

func one[T any](T)                                 {}
func two[A, B any](A, B)                           {}
func same[T any](T, T)                             {}
func res[T any]() (t T)                            { return }
func three[A, B, C any]()                          {}
func slice[S ~[]E, E any](S) (e E)                 { return }
func mapOf[M ~map[K]V, K comparable, V any](M)     {}
func conv[T Number, U Number](T) (u U)             { return }
func variadic[T any](T, ...T)                      {}
func fn[T any](func(T) T)                          {}
func ptr[T any, P interface{ *T; Set(string) }](T) {}
func ch[T any](<-chan T)                           {}
func str[T Stringer](T)                            {}
func exact[T interface{ []int }]() (t T)           { return }

type Set struct{}

func (*Set) Set(string) {}

type Get struct{}

func (*Get) Get(string) {}

func _(x int, s []string, m map[string]int, m2 map[any]func(), c chan int, cs chan<- int, f func(int) string) {
	one(x)
	one(nil)
	one()
	one(x, x)
	two[int](x, "s")
	two[string](x, "s")
	same(1, 2.5)
	same(1, "a")
	same(x, 2.5)
	same(x, s)
	same(1i, 'c')
	same(Named("a"), "b")
	res()
	var _ int = res()
	three[int, string]()
	_ = slice(s)
	_ = slice(x)
	_ = slice([3]int{})
	_ = slice[[]int](s)
	mapOf(m)
	mapOf(m2)
	mapOf(s)
	_ = conv(x)
	_ = conv[int, string](x)
	_ = conv[string, int](x)
	variadic(1, 2, 3.5)
	variadic(x, 2, 3.5)
	variadic(x, "a")
	variadic[string](x)
	fn(f)
	fn(one)
	fn(func(string) string { return "" })
	ptr(Set{})
	ptr(Get{})
	ptr(x)
	ch(c)
	ch(cs)
	str(Named("a"))
	str(x)
	str(&x)
	_ = exact()
	_ = append(exact(), "a")
}

// Functions as values.
var (
	_ func(int)         = one
	_ func(int) string  = one
	_ func(int, string) = two
	_ func(int, string) = same
	_                   = one
	_                   = two[int]
	_                   = two[int, string]
	_                   = two[int, string, bool]
	g                   = slice[[]int]
	_ string            = g
)

func apply[A, B any](A, func(A) B) (b B) { return }
func id[T any](t T) T                   { return t }

func _() func(int) {
	_ = apply(1, id)
	_ = apply("a", id[int])
	_ = apply(1, one)
	return two
}
