// Where the time is in what makes no frame: a function that calls nothing, and what the vm does for an instruction.
package main

import "bytes"

type source interface{ next(x int) int }

type (
	mixer   struct{ a, b int }
	doubler struct{ a int }
	adder   struct{ a int }
	negator struct{ a int }
)

// It calls nothing, and is too long to be made part of its caller.
func (m *mixer) next(x int) int {
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	x += m.a
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	x += m.b
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	x -= m.a
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	x -= m.b
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	x += m.a * m.b
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	return x
}

func (d *doubler) next(x int) int { return 2*x + d.a }
func (a *adder) next(x int) int   { return x + a.a }
func (n *negator) next(x int) int { return n.a - x }

//go:noinline
func mix(sources []source, n int) (s int) {
	for i := range n {
		s += sources[i%len(sources)].next(i)
	}
	return s
}

//go:noinline
func look(m map[string]int, keys []string, n int) (s int) {
	for i := range n {
		s += m[keys[i%len(keys)]]
	}
	return s
}

//go:noinline
func move(to, from []byte, n int) (s int) {
	for range n {
		s += copy(to, from)
	}
	return s
}

//go:noinline
func find(in []byte, n int) (s int) {
	for range n {
		s += bytes.IndexByte(in, 1)
	}
	return s
}

func main() {
	m := &mixer{1, 2}
	sources := []source{m, &doubler{1}, m, &adder{2}, m, &negator{3}, m, m}
	keys, table := make([]string, 1000), map[string]int{}
	for i := range keys {
		keys[i] = string(rune('a'+i%26)) + "-a-key-that-takes-time-to-hash-" + string(rune(i))
		table[keys[i]] = i
	}
	to, from := make([]byte, 50_000), make([]byte, 50_000)
	s := 0
	for range 200 {
		s += mix(sources, 200_000) + look(table, keys, 60_000) + move(to, from, 1000) + find(from, 1000)
	}
	println(s)
}
