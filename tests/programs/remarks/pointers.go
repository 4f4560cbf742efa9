// Pointers that leave a function and pointers that stay.
package main

type node struct {
	value int
	next  *node
}

var kept *node

func newNode(v int) *node { return &node{value: v} }

func keep(n *node) { kept = n }

func first(n *node) *node { return n }

func value(n *node) int { return n.value }

func link(a, b *node) { a.next = b }

func address() *int {
	x := 1
	return &x
}

func local() int {
	n := node{value: 2}
	p := &n
	q := new(node)
	q.value = p.value
	return value(first(q))
}

//go:noinline
func fill(p **node) { *p = &node{} }

func sum(list *node) (total int) {
	for n := list; n != nil; n = n.next {
		total += n.value
	}
	return
}

func main() {
	n := newNode(1)
	link(n, newNode(2))
	keep(n)
	fill(&n)
	println(local(), *address(), sum(n))
}
