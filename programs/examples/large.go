// Values of more than 64 KiB: they do not fit in frames, and must still behave as values everywhere.
package main

import (
	"fmt"
	"reflect"
)

type Big [10000]int
type S struct {
	name string
	b    Big
	p    *int
}

func mk(k int) (x Big) {
	for i := range x {
		x[i] = k + i
	}
	return
}
func two(k int) (Big, S) { return mk(k), S{name: "n", b: mk(k + 1), p: &k} }
func sum(x Big) (t int) {
	for _, v := range x {
		t += v
	}
	return
}
func change(x Big) Big { x[0] = -1; return x }

type I interface{ M() int }

func (b Big) M() int { return b[1] }

func main() {
	a := mk(1)
	b := a
	b[5] = 99
	fmt.Println(a == b, a[5], b[5], sum(a), sum(b))
	c := change(a)
	fmt.Println(a[0], c[0])
	x, s := two(7)
	fmt.Println(x[0], s.b[0], s.name, *s.p)
	m := map[string]Big{"a": a}
	m["b"] = b
	fmt.Println(m["a"][5], m["b"][5], m["zz"][5])
	var i any = a
	a[5] = 1234
	fmt.Println(i.(Big)[5], a[5], i == any(b))
	y := i.(Big)
	y[5] = 4
	fmt.Println(i.(Big)[5], y[5])
	var it I = b
	fmt.Println(it.M())
	f := b.M
	b[1] = 77
	fmt.Println(f(), b.M())
	a, b = b, a
	fmt.Println(a[5], b[5])
	arr := [2]S{{name: "q"}, s}
	arr[0], arr[1] = arr[1], arr[0]
	fmt.Println(arr[0].name, arr[1].name, arr[0].b[3])
	p := &arr[0].b
	p[3] = 5
	fmt.Println(arr[0].b[3], len(p))
	sl := []Big{a, b, {1, 2, 3}}
	sl = append(sl, a)
	fmt.Println(sl[2][2], sl[3][5], len(sl))
	for i, v := range sl {
		fmt.Println(i, v[0])
	}
	v := reflect.ValueOf(change).Call([]reflect.Value{reflect.ValueOf(a)})
	fmt.Println(v[0].Index(0), v[0].Index(5))
	g := reflect.MakeFunc(reflect.TypeOf(change), func(in []reflect.Value) []reflect.Value { return in })
	h := g.Interface().(func(Big) Big)
	z := h(a)
	fmt.Println(z == a, z[5])
	defer func(q Big) { fmt.Println("deferred", q[5], recover()) }(a)
	done := make(chan int)
	go func(q Big) { done <- q[5] }(b)
	fmt.Println(<-done)
	cmp := func(u, w Big) bool { return u == w }
	fmt.Println(cmp(a, a), cmp(a, b))
	var zero Big
	zero = Big{}
	fmt.Println(zero == Big{}, zero == mk(0))
	var np *Big
	_ = *np
}
