// Slices, maps, channels, strings: what is allocated for them and where.
package main

import "strings"

var sink []int

func constantSize() int {
	s := make([]int, 10)
	return len(s)
}

func variableSize(n int) int {
	s := make([]int, n)
	return len(s)
}

func tooLarge() int {
	s := make([]int, 1<<16)
	var a [1 << 18]byte
	return len(s) + len(a)
}

func returned(n int) []int { return make([]int, 0, n) }

func appended(s []int, v int) []int { return append(s, v) }

func grown() {
	for i := 0; i < 3; i++ {
		sink = append(sink, i)
	}
}

func literal() int {
	s := []int{1, 2, 3}
	return s[0]
}

func table(words []string) map[string]int {
	m := make(map[string]int, len(words))
	for i, w := range words {
		m[w] = i
	}
	return m
}

func lookup(key []byte) int {
	m := map[string]int{"a": 1}
	return m[string(key)]
}

func send(c chan<- *int, v int) { c <- &v }

func join(a, b string) string { return a + "-" + b }

func compare(a []byte, b string) bool { return string(a) == b }

func bytes(s string) int {
	n := 0
	for _, b := range []byte(s) {
		n += int(b)
	}
	return n
}

func build(parts []string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p)
	}
	return b.String()
}

type buffer struct{ data [64]byte }

func (b *buffer) slice() []byte { return b.data[:] }

func (b *buffer) swap() { b.data[0], b.data[1] = b.data[1], b.data[0] }

func main() {
	c := make(chan *int, 1)
	send(c, 1)
	grown()
	b := new(buffer)
	b.swap()
	println(constantSize(), variableSize(3), tooLarge(), len(returned(4)), len(appended(sink, 1)), literal())
	println(len(table([]string{"x"})), lookup([]byte("a")), *<-c, join("a", "b"), compare(b.slice(), "c"), bytes("abc"), build(nil))
}
