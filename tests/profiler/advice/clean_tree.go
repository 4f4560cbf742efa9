// A tree's nodes live as long as the tree: they belong on the heap.
package main

import "fmt"

type node struct {
	left, right *node
	key         int
}

func insert(n *node, key int) *node {
	if n == nil {
		return &node{key: key}
	}
	if key < n.key {
		n.left = insert(n.left, key)
	} else {
		n.right = insert(n.right, key)
	}
	return n
}

func depth(n *node) int {
	if n == nil {
		return 0
	}
	return 1 + max(depth(n.left), depth(n.right))
}

func main() {
	var root *node
	x := uint32(1)
	for i := 0; i < 20000; i++ {
		x = x*1664525 + 1013904223
		root = insert(root, int(x>>8))
	}
	fmt.Println(depth(root) > 10)
}
