// Values in interfaces that do not outlive the call which looks at them.
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

type number interface{ value() int }

type small struct{ a, b int }
type scaled struct {
	small
	by int
}

func (s small) value() int  { return s.a + s.b }
func (s scaled) value() int { return s.small.value() * s.by }

//go:noinline
func kind(v any) int {
	switch v := v.(type) {
	case int:
		return v
	case small:
		return v.a
	case scaled:
		return v.by
	case []int:
		return len(v)
	case string:
		return len(v)
	}
	return 0
}

func main() {
	n := arg(100000000)
	total := 0
	for i := 0; i < n; i++ {
		total += kind(i+1000) + kind(small{i, 1}) + kind(scaled{small{1, 2}, i & 3})
		total += kind([]int{i, i}) + kind("text"[:i&3])
	}
	fmt.Println(total)
}
