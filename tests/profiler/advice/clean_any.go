// Containers and parameters of any that need to be: values of several types, an assertion that asks, a list that leaves.
package main

import "fmt"

//go:noinline
func describe(x any) int {
	if n, ok := x.(int); ok {
		return n
	}
	return len(x.(string))
}

func list(n int) []any {
	out := make([]any, 0, n)
	for i := range n {
		out = append(out, 1000+i)
	}
	return out
}

func main() {
	mixed := make(map[int]any, 3000)
	n := 0
	for i := range 3000 {
		if i%2 == 0 {
			mixed[i] = 1000 + i
		} else {
			mixed[i] = fmt.Sprint("x", i, "y", i)
		}
		n += describe(1000 + i)
		n += describe(fmt.Sprint(i, i))
	}
	for _, v := range mixed {
		n += describe(v)
	}
	println(n, len(list(3000)))
}
