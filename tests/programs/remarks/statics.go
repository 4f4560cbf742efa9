// Package variables: values that lie in static data, whole or in part, are no allocations. What init code has to compute is.
package main

import (
	"errors"
	"fmt"
)

type check struct {
	name string
	test func(int) bool
	next *check
}

func above(n int) func(int) bool { return func(v int) bool { return v > n } }

func count() int { calls++; return calls }

var calls int

var whole = []check{
	{"even", func(v int) bool { return v%2 == 0 }, &check{name: "odd"}},
	{"none", nil, nil},
}

var inPart = []check{
	{"above one", above(1), &check{"above two", above(2), nil}},
	{"zero", func(v int) bool { return v == 0 }, nil},
}

var (
	plain   = errors.New("plain")
	joined  = errors.New("joined " + "text")
	boxed   any = [2]any{1, count()}
	pointer = &struct {
		err  error
		n    int
		list []any
	}{plain, count(), []any{"a", count(), 'c', 2.5}}
	cell   = new(int)
	made   = make([]int, 3)
	table  = map[string]int{"one": 1}
	before = origin
	after  = setOrigin()
	late   = origin
	array  = [...]struct{ a, b int }{{1, 2}, 2: {count(), 4}}
)

var origin = point{1, 2}

type point struct{ x, y int }

func (p point) String() string { return fmt.Sprint(p.x, ";", p.y) }

var shown fmt.Stringer = point{3, 4}
var shownLater fmt.Stringer = point{3, count()}

func setOrigin() int {
	origin.x = 10
	return origin.x
}

func values() (int, point) { return calls, origin }

func main() {
	for _, c := range append(whole, inPart...) {
		fmt.Println(c.name, c.test != nil && c.test(2), c.next != nil && c.next.test != nil && c.next.test(3))
	}
	fmt.Println(plain, joined, boxed, pointer.err, pointer.n, pointer.list, *cell, len(made), table)
	fmt.Println(before, after, late, array, origin, shown, shownLater)
	fmt.Println(values())
}
