package main

import "fmt"

// Loops of every shape: what is moved before them, checked once or proved must not be seen.

type point struct{ x, y, z int }

type board struct {
	rows  [][]int
	width int
	last  *point
}

func sum2(a, b [][]float64, i, j, n int) float64 {
	s := 0.0
	for k := 0; k < n; k++ {
		s += a[i][k] * b[k][j]
	}
	return s
}

func limitBeyond(a []int, n int) (s int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println("recovered:", r, s)
		}
	}()
	for i := 0; i < n; i++ {
		s += a[i]
		a[i] = s
	}
	return s
}

func offsets(a []int, n int) (s int) {
	defer func() { fmt.Println("offsets:", s, recover()) }()
	for i := 0; i < n; i++ {
		a[i] = a[i+2] + i
		s += a[i]
	}
	return
}

func down(a []int, from int) (s int) {
	defer func() { fmt.Println("down:", s, recover()) }()
	for i := from; i >= 0; i-- {
		s = s*3 + a[i]
	}
	return
}

func reverse(a []int) {
	for i, j := 0, len(a)-1; i < j; i, j = i+1, j-1 {
		a[i], a[j] = a[j], a[i]
	}
}

// The header of the slice changes while the loop reads it.
func grows(b *board) (s int) {
	for i := 0; i < len(b.rows); i++ {
		for j := 0; j < b.width; j++ {
			s += b.rows[i][j]
			if s%7 == 3 {
				b.rows[i] = b.rows[i][:len(b.rows[i])-1]
				b.width--
			}
		}
	}
	return
}

// A pointer that is loaded at each turn, and replaced in one.
func replaced(b *board, n int) (s int) {
	for i := 0; i < n; i++ {
		b.last.x += i
		s += b.last.x
		if i == n/2 {
			b.last = &point{x: 1000}
		}
	}
	return
}

// nil, but the loop does not run; then it does.
func nilLoop(p *point, n int) (s int) {
	defer func() { fmt.Println("nil:", s, recover() != nil) }()
	for i := 0; i < n; i++ {
		s += p.y
	}
	return
}

func isNaN(x float64) bool       { return x != x }
func less(x, y float64) bool     { return (isNaN(x) && !isNaN(y)) || x < y }
func both(a, b bool, n int) bool { return a && (b || n > 3) }
func points(ps []point, n int) int {
	s := 0
	for i := 0; i < n && ps[i].x >= 0; i++ {
		s += ps[i].x + ps[i].z
		ps[i].y = s
	}
	for i := range ps {
		s ^= ps[i].y
	}
	return s
}

func sort(a []float64) {
	for i := 1; i < len(a); i++ {
		for j := i; j > 0 && less(a[j], a[j-1]); j-- {
			a[j], a[j-1] = a[j-1], a[j]
		}
	}
}

func gotos(n int) (s int) {
	i := 0
	goto test
body:
	s += i
	i++
test:
	if i < n {
		goto body
	}
	return
}

func continues(a []int) (s int) {
outer:
	for i := 0; i < len(a); i++ {
		for j := i; ; j++ {
			if j >= len(a) || a[j] < 0 {
				continue outer
			}
			if a[j] == 77 {
				break outer
			}
			s += a[j] * both2(a[j], j)
		}
	}
	return
}

func both2(x, y int) int {
	if both(x > 2, y%2 == 0, x) {
		return 2
	}
	return 1
}

func twice(xs []float64, ys []float32) (float64, float32) {
	var a float64
	var b float32
	for i := range xs {
		a += 2 * xs[i]
		b += ys[i] * 2
	}
	return a, b
}

func steps(n, by int) (out []int) {
	for i := 0; i < n; i += by {
		out = append(out, i*24, i<<4)
	}
	return
}

func narrow(a []int, n int8) (s int) {
	for i := int8(0); i < n; i++ {
		s += a[i]
	}
	for i := uint8(250); i != 3; i++ {
		s += int(i)
	}
	return
}

func window(s []byte) (h uint) {
	for len(s) > 3 {
		h = h*31 + uint(s[0])<<8 + uint(s[3])
		s = s[2:]
	}
	for i := range s {
		h += uint(s[i])
	}
	return
}

func main() {
	for round := 0; round < 40; round++ {
		a := make([]int, 20)
		for i := range a {
			a[i] = (i*37 + round) % 23
		}
		m := [][]float64{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}
		fs := []float64{3, 1, 2.5, -1, 8, 0, 4}
		sort(fs)
		ps := []point{{1, 2, 3}, {4, 5, 6}, {-1, 0, 9}, {3, 3, 3}}
		b := &board{rows: [][]int{{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}}, width: 4, last: &point{}}
		x, y := twice(fs, []float32{1, 2, 3, 4, 5, 6, 7})
		line := fmt.Sprint(sum2(m, m, round%3, 1, 3), fs, points(ps, 4), grows(b), replaced(b, 10), gotos(round), continues(a), x, y,
			steps(round, 1+round%5), narrow(a, 19), window([]byte("a window over bytes")))
		reverse(a)
		line += fmt.Sprint(a)
		if round%13 != 0 {
			if round == 39 {
				fmt.Println(line)
			}
			limitBeyondQuiet(a)
			continue
		}
		fmt.Println(line)
		fmt.Println(limitBeyond(a, 20), limitBeyond(a, 21), limitBeyond(a[:0], 0))
		offsets(a, 18)
		offsets(a, 19)
		down(a, 19)
		down(a, 20)
		nilLoop(nil, 0)
		nilLoop(nil, 1)
		nilLoop(&ps[0], 3)
	}
}

func limitBeyondQuiet(a []int) {
	for n := 0; n <= len(a); n++ {
		if s := limitBeyond(append([]int(nil), a...), n); s < 0 {
			fmt.Println(s)
		}
	}
}
