// Function literals that are handed down a tree and capture what they count; a variadic call at each node.
package main

import (
	"fmt"
	"os"
	"strconv"
)

// arg is the size: the last argument, so that it works whatever os.Args[0] is.
func arg(def int) int {
	n, err := strconv.Atoi(os.Args[len(os.Args)-1])
	if err == nil {
		return n
	}
	return def
}

type tree struct {
	left, right *tree
	key         int
}

func build(depth, key int) *tree {
	if depth == 0 {
		return nil
	}
	return &tree{build(depth-1, 2*key), build(depth-1, 2*key+1), key}
}

func (t *tree) each(visit func(t *tree) bool) bool {
	return t == nil || t.left.each(visit) && visit(t) && t.right.each(visit)
}

//go:noinline
func largest(of ...int) int {
	m := of[0]
	for _, v := range of[1:] {
		m = max(m, v)
	}
	return m
}

func (t *tree) span(low, high int) (count, sum int) {
	t.each(func(t *tree) bool {
		if t.key >= low && t.key < high {
			count++
			sum += largest(t.key, low, count)
		}
		return true
	})
	return count, sum
}

func main() {
	n := arg(4000000)
	t := build(5, 1)
	total := 0
	for i := 0; i < n; i++ {
		count, sum := t.span(i&15, 16+i&15)
		total += count + sum
	}
	fmt.Println(total)
}
