// What compiled code does by itself that the run time did for it: allocation, boxing, maps, switches between goroutines. Every mode prints the
// same.
package main

import (
	"errors"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"sync"
)

type node struct {
	left, right *node
	value       int
}

//go:noinline
func tree(depth, value int) *node {
	if depth == 0 {
		return &node{value: value}
	}
	return &node{tree(depth-1, 2*value), tree(depth-1, 2*value+1), value}
}

func (n *node) sum() int {
	if n == nil {
		return 0
	}
	return n.value + n.left.sum() + n.right.sum()
}

var sink any

//go:noinline
func keep(x any) any {
	sink = x
	return x
}

type pair struct {
	n int32
	f float32
}
type wrapped struct{ s string }

// Each kind of data word: shared cells, the value itself, a copy.
//
//go:noinline
func boxes(i int, i16 int16, u8 uint8, i32 int32, f float64, s string, b []byte, p *int, w wrapped) (all []any) {
	all = append(all, keep(i), keep(i16), keep(u8), keep(i32), keep(f), keep(s), keep(b), keep(p == nil), keep(w), keep(pair{i32, float32(f)}))
	all = append(all, keep(uint64(i)), keep([2]int16{i16, 3}), keep([3]string{s, "x", s}), keep(struct{}{}), keep(complex(f, 1)))
	return
}

//go:noinline
func counter(start int, name string) (func(int) int, func() string) {
	return func(by int) int { start += by; return start }, func() string { return fmt.Sprint(name, start) }
}

//go:noinline
func rows(n int) (all [][]int, text [][]string) {
	for i := 0; i < n; i++ {
		row, words := make([]int, 3), make([]string, 2, 4)
		row[1] = i
		words[0] = "w"
		all, text = append(all, row), append(text, append(words, "end"))
	}
	return
}

//go:noinline
func count(words []string) (byWord map[string]int, byLength map[int]string, byRune map[rune]float64) {
	byWord, byLength, byRune = map[string]int{}, map[int]string{}, map[rune]float64{}
	for _, w := range words {
		byWord[w]++
		byLength[len(w)] += w + ";"
		for _, r := range w {
			byRune[r] += 0.5
		}
	}
	return
}

//go:noinline
func tried(f func()) (message string) {
	defer func() {
		if e, ok := recover().(error); ok {
			message = e.Error()
		}
	}()
	f()
	return "none"
}

//go:noinline
func odd(m map[string]int, zeros []int, key string) string {
	a := tried(func() { m[key] += zeros[5] })
	b := tried(func() { m[key] /= zeros[0] })
	c := tried(func() { m[key] <<= zeros[1] })
	_, made := m[key]
	var none map[string]int
	d := tried(func() { none[key] -= 1 })
	e := tried(func() { fmt.Print(none[key], len(none), " ") })
	x, ok := none[key]
	return fmt.Sprint(a, "|", b, "|", c, "|", made, "|", d, "|", e, x, ok, len(m))
}

//go:noinline
func looks(m map[uint64]pair, wide map[string][200]int, n uint64) (sum int32, found int) {
	for i := uint64(0); i < n; i++ {
		p, ok := m[i*7]
		sum += p.n + m[i].n
		if ok {
			found++
		}
		sum += int32(wide["b"][i%200]) + int32(wide["none"][i%200])
	}
	return
}

//go:noinline
func deep(n int) int {
	var room [40]int
	room[n%40] = n
	if n == 0 {
		return 0
	}
	return deep(n-1) + room[n%40]
}

// The stack moves while the goroutine is parked in the middle of this function, and shrinks.
//
//go:noinline
func relay(in <-chan int, out chan<- []int, rounds int) {
	local := [4]int{1, 2, 3, 4}
	total := 0
	for i := 0; i < rounds; i++ {
		v := <-in
		local[i%4] += v
		total += deep(v % 50)
		out <- []int{v, local[i%4], total}
		if i%64 == 0 {
			runtime.GC()
		}
	}
	close(out)
}

//go:noinline
func pingPong(rounds int) (sum int) {
	in, out := make(chan int), make(chan []int)
	go relay(in, out, rounds)
	for i := 0; i < rounds; i++ {
		in <- i
		x := <-out
		sum += x[0] + x[1]*3 + x[2]
	}
	_, open := <-out
	return sum + len(fmt.Sprint(open))
}

// Blocked when it is closed: the panic comes in the middle of compiled code.
//
//go:noinline
func sendsTo(c chan int, n int) (err error) {
	defer func() {
		if e, ok := recover().(error); ok {
			err = errors.Join(e, fmt.Errorf("after %d", n))
		}
	}()
	for i := 0; ; i++ {
		n = i
		c <- i
	}
}

//go:noinline
func closedUnder() string {
	c, result := make(chan int), make(chan error)
	go func() { result <- sendsTo(c, 0) }()
	sum := <-c + <-c + <-c
	runtime.Gosched()
	close(c)
	return fmt.Sprint(sum, (<-result).Error())
}

//go:noinline
func fan(n int) (sum, closed int) {
	a, b, quit := make(chan int), make(chan string, 2), make(chan bool)
	go func() {
		for i := 0; i < n; i++ {
			select {
			case a <- i:
			case b <- strings.Repeat("x", i%5):
			}
		}
		close(quit)
	}()
	for {
		select {
		case v := <-a:
			sum += v - v + 1
		case s := <-b:
			sum += len(s) - len(s) + 1
		case _, ok := <-quit:
			if !ok {
				closed++
			}
			for {
				select {
				case <-b:
					sum++
				default:
					return
				}
			}
		}
	}
}

func numbers(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < n && yield(i*i); i++ {
		}
	}
}

//go:noinline
func pulled(n int) (sum int) {
	next, stop := iter.Pull(numbers(n))
	defer stop()
	for v, ok := next(); ok; v, ok = next() {
		sum += v
	}
	return
}

//go:noinline
func locked(n int) int {
	var mu sync.Mutex
	var group sync.WaitGroup
	total := 0
	for i := 0; i < 8; i++ {
		group.Go(func() {
			for k := 0; k < n; k++ {
				mu.Lock()
				total++
				if k%16 == 0 {
					runtime.Gosched()
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return total
}

func main() {
	fmt.Println(tree(9, 1).sum())
	one := 1
	for _, i := range []int{0, 7, 255, 256, -1, 1 << 40} {
		s, b := strings.Repeat("s", i&3), []byte(nil)
		if i > 7 {
			b = []byte{}
		}
		fmt.Println(boxes(i, int16(i), uint8(i), int32(i), float64(i)/2, s, b, &one, wrapped{s})...)
	}
	add, text := counter(5, "c")
	fmt.Println(add(3), add(4), text())
	all, words := rows(50)
	fmt.Println(all[7], all[49], words[3], cap(words[3]), len(all))
	byWord, byLength, byRune := count(strings.Fields("a bb a ccc bb a d eeee ccc ä € seventeen-letters seventeen-letters a-word-that-is-longer-than-sixteen i j k l m"))
	fmt.Println(byWord, byLength, byRune)
	fmt.Println(odd(map[string]int{"there": 1}, []int{0, -1}, "key"))
	m := map[uint64]pair{}
	for i := uint64(0); i < 2000; i += 3 {
		m[i] = pair{int32(i), 1}
	}
	fmt.Println(looks(m, map[string][200]int{"b": {5: 5}}, 500))
	fmt.Println(pingPong(300))
	fmt.Println(closedUnder())
	fmt.Println(fan(300))
	fmt.Println(pulled(100))
	fmt.Println(locked(200))
}
