// Built-in functions, package unsafe included.
package p

import "unsafe"

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

func builtins(m map[string]int, s []int, ch chan int, ro <-chan int, a *[3]int, t T) {
	append()
	_ = append(s, "x")
	_ = append(s, s)
	_ = append(s, s...)
	_ = append(m, 1)
	_ = append([]byte{}, "x"...)
	_ = append([]byte{}, "x")
	_ = append([]string{}, "x"...)
	_ = append(nil, 1)
	_ = append(s)
	append(s, 1)
	cap(m)
	_ = len(t)
	_ = len(a)
	_ = len()
	_ = len(s, s)
	clear(t)
	clear(m, s)
	close(ro)
	close(s)
	close()
	_ = complex(1, "x")
	_ = complex(1.0, float32(2))
	_ = complex(float64(1), float32(2))
	_ = real(1)
	_ = real("x")
	_ = imag(t)
	copy(s)
	copy(s, "x")
	copy(s, []string{})
	copy([]byte{}, "x")
	copy(t, s)
	delete(m)
	delete(m, 1)
	delete(s, 1)
	delete(m, "a", "b")
	_ = make(int)
	_ = make([]int)
	_ = make([]int, -1)
	_ = make([]int, 1.5)
	_ = make([]int, 10, 5)
	_ = make([]int, "x")
	_ = make(map[string]int, 1, 2)
	_ = make(chan int, 1, 2)
	_ = make(T)
	_ = make(1)
	_ = make()
	_ = max()
	_ = max(1, "x")
	_ = max(1, 2.5, 'a')
	_ = min(t)
	_ = max(s...)
	var i8 int8 = max(1, 300)
	var f32 float32 = min(i8, 1.5)
	_ = new()
	_ = new(1)
	_ = new(T, T)
	_ = new(nil)
	_ = new(T{})
	_ = new(none())
	panic()
	panic(1, 2)
	_ = panic(1)
	print(none())
	println(nil)
	_ = recover(1)
	_ = unsafe.Sizeof()
	_ = unsafe.Offsetof(t)
	_ = unsafe.Offsetof(t.x)
	_ = unsafe.Offsetof(t.M)
	_ = unsafe.Add(nil, 1)
	_ = unsafe.Slice(t, 1)
	_ = unsafe.Slice(a, -1)
	_ = unsafe.String("x", 1)
	_ = unsafe.StringData(1)
	_ = unsafe.SliceData(t)
	_ = unsafe.Foo
	_ = len
	len = 5
	f := len
	_ = f32
}

