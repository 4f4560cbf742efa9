// Type parameters: constraints, inference, generic containers with methods, and functions over them.
package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

type Number interface {
	~int | ~int64 | ~float64
}

func Sum[T Number](values ...T) (total T) {
	for _, v := range values {
		total += v
	}
	return total
}

func Map[A, B any](list []A, f func(A) B) []B {
	out := make([]B, 0, len(list))
	for _, a := range list {
		out = append(out, f(a))
	}
	return out
}

func Reduce[A, B any](list []A, start B, f func(B, A) B) B {
	for _, a := range list {
		start = f(start, a)
	}
	return start
}

// Tree is a binary search tree; the zero value is empty.
type Tree[K cmp.Ordered, V any] struct {
	root *node[K, V]
	size int
}

type node[K cmp.Ordered, V any] struct {
	key         K
	value       V
	left, right *node[K, V]
}

func (t *Tree[K, V]) find(key K) **node[K, V] {
	at := &t.root
	for *at != nil {
		switch c := cmp.Compare(key, (*at).key); {
		case c < 0:
			at = &(*at).left
		case c > 0:
			at = &(*at).right
		default:
			return at
		}
	}
	return at
}

func (t *Tree[K, V]) Put(key K, value V) {
	at := t.find(key)
	if *at == nil {
		*at = &node[K, V]{key: key}
		t.size++
	}
	(*at).value = value
}

func (t *Tree[K, V]) Get(key K) (value V, ok bool) {
	if n := *t.find(key); n != nil {
		return n.value, true
	}
	return value, false
}

// All goes over the entries in order of their keys.
func (t *Tree[K, V]) All() func(yield func(K, V) bool) {
	return func(yield func(K, V) bool) {
		var walk func(n *node[K, V]) bool
		walk = func(n *node[K, V]) bool {
			return n == nil || walk(n.left) && yield(n.key, n.value) && walk(n.right)
		}
		walk(t.root)
	}
}

type Stack[T any] []T

var errEmpty = errors.New("empty stack")

func (s *Stack[T]) Push(v T) { *s = append(*s, v) }

func (s *Stack[T]) Pop() (T, error) {
	if len(*s) == 0 {
		var zero T
		return zero, errEmpty
	}
	last := len(*s) - 1
	v := (*s)[last]
	*s = (*s)[:last]
	return v, nil
}

type Celsius float64

type Shape interface {
	Area() float64
	comparable
}

type Square struct{ side float64 }
type Rect struct{ w, h float64 }

func (s Square) Area() float64 { return s.side * s.side }
func (r Rect) Area() float64   { return r.w * r.h }

func Largest[S Shape](shapes ...S) (best S, repeated bool) {
	for _, s := range shapes {
		switch {
		case s == best:
			repeated = true
		case s.Area() > best.Area():
			best, repeated = s, false
		}
	}
	return best, repeated
}

// Set is an alias with a type parameter.
type Set[T comparable] = map[T]struct{}

func Union[T comparable](sets ...Set[T]) Set[T] {
	out := Set[T]{}
	for _, s := range sets {
		for v := range s {
			out[v] = struct{}{}
		}
	}
	return out
}

func main() {
	fmt.Println(Sum(1, 2, 3), Sum(1.5, 2.25), Sum[Celsius](20.5, 1))
	words := strings.Fields("the quick brown fox jumps over the lazy dog")
	fmt.Println(Map(words, func(w string) int { return len(w) }))
	fmt.Println(Reduce(words, "", func(acc, w string) string { return acc + w[:1] }))

	var counts Tree[string, int]
	for _, w := range words {
		n, _ := counts.Get(w)
		counts.Put(w, n+1)
	}
	for w, n := range counts.All() {
		if w > "over" {
			break
		}
		fmt.Printf("%s=%d ", w, n)
	}
	fmt.Println("of", counts.size)

	var s Stack[rune]
	for _, r := range "stack" {
		s.Push(r)
	}
	for {
		r, err := s.Pop()
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Printf("%c", r)
	}

	fmt.Println(Largest(Square{2}, Square{3}, Square{3}))
	fmt.Println(Largest(Rect{2, 3}, Rect{1, 9}))
	u := Union(Set[int]{1: {}, 2: {}}, Set[int]{2: {}, 3: {}})
	keys := make([]int, 0, len(u))
	for k := range u {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	fmt.Println(keys, fmt.Sprintf("%T %T", &counts, s))
}
