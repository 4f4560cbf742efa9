// What calls pass in registers and slots: arguments and results of every class, more of both than there are registers, through each kind
// of callee (compiled, interpreted, native, made by reflect), behind returns and recovered panics, collections and moves of the stack.
package main

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strings"
)

type point struct{ x, y, z int }
type pair struct {
	a int
	b float64
}
type adder interface {
	add(a, b int) int
	both(s string) (string, int)
}
type base int

//go:noinline
func (n base) add(a, b int) int { return int(n) + a - b }

//go:noinline
func (n base) both(s string) (string, int) { return s + "!", len(s) + int(n) }

//go:noinline
func (p *point) add(a, b int) int { return p.x*a + p.y*b + p.z }

//go:noinline
func (p *point) both(s string) (string, int) { return strings.Repeat(s, p.x), p.z }

//go:noinline
func eight(a, b, c, d, e, f, g, h int) int {
	return a - 2*b + 3*c - 4*d + 5*e - 6*f + 7*g - 8*h
}

//go:noinline
func mixed(a int8, x float64, s string, y float32, b bool, xs []int, e error) (int, float64, string) {
	n := int(a) + len(s) + len(xs)*cap(xs)
	if b {
		n = -n
	}
	if e != nil {
		s += e.Error()
	}
	return n, x * float64(y), s
}

//go:noinline
func bitsOf(x float64) uint64 { return math.Float64bits(x) }

//go:noinline
func fromBits(b uint64) float64 { return math.Float64frombits(b) }

//go:noinline
func byValue(p point, q pair, k int) (point, pair) {
	p.x, p.y, p.z = p.z+k, p.x, p.y
	q.b += float64(q.a)
	return p, q
}

//go:noinline
func addressed(a, b, c int) (r int) {
	p := &b
	inner := func() { *p += a }
	inner()
	defer func() { r += b * c }()
	return a
}

//go:noinline
func recovered(a, b int) (q int, s string, err error) {
	defer func() {
		if x := recover(); x != nil {
			q, err = a+1000, fmt.Errorf("recovered %v", x)
		}
	}()
	s = "set"
	return a / b, "done", nil
}

// The arguments have to be there again after the stack was moved.
//
//go:noinline
func deep(n, a, b, c, d, e, f int) int {
	var room [32]int
	room[n&31] = a
	if n == 0 {
		return a + b + c + d + e + f
	}
	return deep(n-1, b, c, d, e, f, a) + room[n&31] - a
}

//go:noinline
func pointerInto(p *point, n int) (*point, *int) {
	if n == 0 {
		return p, &p.y
	}
	return pointerInto(p, n-1)
}

//go:noinline
func swap(a, b, c, d, e, f int) (int, int) {
	if a <= 0 {
		return b*10 + c, d*100 + e*10 + f
	}
	return swap(a-1, c, d, e, f, b)
}

//go:noinline
func apply(f func(int, int, int) (int, string), a, b, c int) string {
	n, s := f(c, b, a)
	return fmt.Sprint(n, s)
}

//go:noinline
func collects(a, b int) (int, *int) {
	runtime.GC()
	return b, &[]int{a}[0]
}

//go:noinline
func lineOf() int {
	_, _, line, ok := runtime.Caller(0)
	if !ok {
		return -1
	}
	return line
}

func round(i int) string {
	var out strings.Builder
	say := func(xs ...any) { fmt.Fprintln(&out, xs...) }
	say(eight(i, 2, 3, 4, 5, 6, 7, 8), eight(8, 7, 6, 5, 4, 3, 2, i))
	say(mixed(-3, 1.5, "abc", 2.25, i&1 == 0, make([]int, 2, 5), nil))
	say(mixed(100, math.Inf(1), "", -1, true, nil, errors.New("e")))
	say(bitsOf(float64(i)), fromBits(bitsOf(math.Pi)), math.IsNaN(fromBits(0x7ff8000000000001)))
	say(byValue(point{i, 2, 3}, pair{4, 0.5}, 6))
	say(addressed(i, 2, 3))
	say(recovered(i, 0))
	say(recovered(i, 3))
	say(deep(40+i*100, 1, 2, 3, 4, 5, 6))
	p := point{i, i + 1, i + 2}
	q, y := pointerInto(&p, 60*i)
	*y += 100
	say(*q, p, q == &p)
	say(swap(i, 1, 2, 3, 4, 5))
	for _, a := range []adder{base(i), &point{2, 3, 4}} {
		say(a.add(5, 7))
		say(a.both("xy"))
		m := a.add
		say(m(1, i))
	}
	k := i * 3
	say(apply(func(a, b, c int) (int, string) { return a*100 + b*10 + c + k, "closure" }, 1, 2, 3))
	made := reflect.MakeFunc(reflect.TypeOf(swap), func(in []reflect.Value) []reflect.Value {
		return []reflect.Value{in[5], reflect.ValueOf(int(in[0].Int()) * 7)}
	}).Interface().(func(a, b, c, d, e, f int) (int, int))
	say(made(i, 1, 2, 3, 4, 5))
	method := reflect.ValueOf(&p).MethodByName("Sum")
	say(method.Interface().(func(int, string) (string, int))(i, "by reflect"))
	n, at := collects(i, i+1)
	say(n, *at)
	say(strings.Cut("key=value", "="))
	say(math.Modf(float64(i) + 0.5))
	say(math.Frexp(float64(i) * 3))
	say(lineOf() > 0)
	return out.String()
}

func (p *point) Sum(k int, s string) (string, int) { return s, p.x + p.y + k }

func main() {
	for i := range 12 {
		if text := round(i); i < 3 || i == 11 {
			fmt.Print(text)
		}
	}
}
