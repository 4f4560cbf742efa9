// Loops with calls, in which values from before lie in the frame; some are pointers into a stack that moves meanwhile. And switches of few runs.
package main

import "fmt"

//go:noinline
func deep(n int) int {
	var pad [64]int
	pad[n%64] = n
	if n == 0 {
		return pad[0]
	}
	return deep(n-1) + pad[n%64]
}

// The argument ends where the loop's copy of it begins; what it points to is on the stack of the caller.
//
//go:noinline
func sum(data []int, depth int) (total int) {
	for i, x := range data {
		total += x * (i + 1)
		if x%5 == 0 {
			total += deep(depth)
		}
	}
	return total
}

//go:noinline
func onStack(depth int) int {
	var data [40]int
	for i := range data {
		data[i] = i * i
	}
	p := &data
	total := sum(data[:], depth)
	p[3] += total
	return sum(p[:20], depth/2) + data[3]
}

//go:noinline
func nested(rows [][]int, scale int, f func(int) int) (a, b, c int) {
	limit, bias, mask := scale*3, scale^5, scale|1
	for i, row := range rows {
		for _, x := range row {
			if x > limit {
				a += f(x)
				continue
			}
			b += x*bias + i
		}
		c += f(mask) + len(row)
	}
	return a + limit, b + bias, c + mask
}

// Values swap places at each turn, behind a call.
//
//go:noinline
func rotate(n int, f func(int) int) (int, int, int) {
	x, y, z := 1, 2, 3
	for i := 0; i < n; i++ {
		x, y, z = y, z, x+f(i)
	}
	return x, y, z
}

//go:noinline
func polls(data []byte, table *[256]int) (n int) {
	for k := 0; k < 3; k++ {
		for _, c := range data {
			n += table[c]
			table[c]++
		}
	}
	return n
}

//go:noinline
func kind(op uint8) string {
	switch op {
	case 0, 1:
		return "alt"
	case 2:
		return "capture"
	case 3:
		return "empty"
	case 4:
		return "match"
	case 5:
		return "fail"
	case 6:
		return "nop"
	case 7, 8, 9, 10:
		return "rune"
	}
	return "none"
}

//go:noinline
func classes(text string) (n [5]int) {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h':
			n[0]++
		case 'i', 'j', 'k', 'l':
			n[1] += i
		case 'm', 'n':
			n[2]++
		case 'p', 'q', 'r', 's', 't':
			n[3]++
		default:
			n[4]++
		}
	}
	return n
}

//go:noinline
func signed(x int) int {
	switch x {
	case -3, -2, -1:
		return 1
	case 0:
		return 2
	case 1, 2, 3, 4, 5:
		return 3
	case 6:
		return 4
	}
	return 5
}

//go:noinline
func opposites(a, b int, u, v uint) (n int) {
	if !(a < b) {
		n |= 1
	}
	if x := !(a == b); x {
		n |= 2
	}
	if x := !(u <= v); x != (a > 3) {
		n |= 4
	}
	y := !(u < v)
	if y || !(b <= a) {
		n |= 8
	}
	return n
}

type pair struct {
	a, b int32
}
type wide struct {
	x, y, z int
	p       pair
	c       byte
}

//go:noinline
func elements(ps []pair, ws []wide, words []uint16, i, j int) (n int) {
	n += int(ps[i].b) + ws[j].y + int(ws[i].p.b)*3 + int(words[j])
	ps[j].a = int32(n)
	ws[i].z = n + i
	ws[j].c = byte(n)
	words[i] = uint16(n)
	return n + int(ps[i].a) + ws[j].z + int(ws[i].c)
}

func main() {
	for i := 0; i < 30; i++ {
		fmt.Println(onStack(i*7), nestedOf(i))
		fmt.Println(rotate(i, func(x int) int { return deep(x) % 1000 }))
	}
	var table [256]int
	text := []byte("the quick brown fox jumps over the lazy dog")
	for i := 0; i < 20; i++ {
		fmt.Println(polls(text, &table))
	}
	for i := 0; i < 40; i++ {
		fmt.Print(kind(uint8(i%13)), " ", kind(uint8(255-i)), " ")
	}
	fmt.Println()
	for i := 0; i < 20; i++ {
		fmt.Println(classes("abcdefghijklmnopqrstuvwxyz \x00\xff"[i:]))
	}
	for i := -20; i < 20; i++ {
		fmt.Print(signed(i), " ", opposites(i, 3, uint(i), 2), " ", opposites(3, i, 5, uint(i)), " ")
	}
	fmt.Println(signed(-1<<63), signed(1<<63-1))
	ps, ws, words := make([]pair, 9), make([]wide, 9), make([]uint16, 9)
	for i := 0; i < 60; i++ {
		fmt.Print(elements(ps, ws, words, i%9, i*5%9), " ")
	}
	fmt.Println(ps, ws, words)
}

func nestedOf(i int) [3]int {
	rows := [][]int{{1, 2, 3}, {10, 20, 30, 40}, {}, {i, i * 2, i * 3}}
	a, b, c := nested(rows, i, func(x int) int { return x + deep(x%9) })
	return [3]int{a, b, c}
}
