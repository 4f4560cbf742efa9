// Storage in the frame that is used again and again: no stale pointer may be found in it, and inlined variables come to life where
// their call is run.
package main

import "fmt"

var sink []*int
var global string

type pair struct {
	n int
	m map[string]*int
}

// Only a field's address is taken: the variable is kept as a whole.
func partOfAVariable() (t int) {
	for i := range 3 {
		ch := make(chan pair, 1)
		go func() { ch <- pair{i, map[string]*int{"k": new(int)}} }()
		v := <-ch
		for range 2 {
			p := new(int)
			*p = i
			q := &v.n
			store(&q, p)
			t += *q
		}
	}
	return
}

func store(q **int, v *int) {
	if q != nil {
		*q = v
	}
}

// A loop's slice starts anew in a buffer that still has what the turn before left in it.
// BYTECODE main.bufferOfAnAppend: AppendGrowBuf
func bufferOfAnAppend() (t int) {
	for i := range 3 {
		fs := []func() int{}
		for k := 0; k < 4; k++ {
			e := i * k
			fs = append(fs, func() int { e++; return e + k })
			sink = append(sink[:0], new(int))
		}
		for _, f := range fs {
			t += f() + f()
		}
	}
	return
}

var kept *int

func keep(x int) *int { kept = &x; return &x }

// BYTECODE main.inlinedOperand: NewHeap -Call
func inlinedOperand() bool {
	c := global == "" && *keep(3) == 3
	return c
}

func main() {
	fmt.Println(partOfAVariable())
	fmt.Println(bufferOfAnAppend())
	fmt.Println(inlinedOperand(), *kept)
}
