// Slices and maps have their room from the beginning.
package main

import "fmt"

type table struct {
	list []int
	seen map[int]bool
}

func build(n int) table {
	t := table{make([]int, 0, n), make(map[int]bool, n)}
	out := make([]int, 0, n)
	for i := 0; i < n; i++ {
		out = append(out, i)
		t.seen[i] = true
	}
	t.list = out
	return t
}

func main() {
	tables := make([]table, 0, 100)
	for k := 0; k < 100; k++ {
		tables = append(tables, build(500+k))
	}
	total := 0
	for _, t := range tables {
		total += len(t.list) + len(t.seen)
	}
	fmt.Println(total)
}
