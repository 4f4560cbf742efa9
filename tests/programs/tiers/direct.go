// What compiled code does without its slow halves: interfaces compared, values copied, strings and slices made, deferred calls,
// and natives called as plain functions. Everything is done often enough to be compiled, with operands that have to take the long way.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
)

const rounds = 200

func try(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name, r)
		}
	}()
	f()
	fmt.Println(name, "done")
}

// ---- Interfaces

type point struct{ x, y int32 }
type Pair struct{ X, Y int32 }
type named struct {
	s string
	f float64
}
type blank struct {
	a int
	_ int
	b int
}
type only struct{ p *int }
type stringer interface{ String() string }
type ptrStringer struct{ n int }

func (p *ptrStringer) String() string { return "p" }

type valStringer float64

func (v valStringer) String() string { return "v" }

//go:noinline
func equalAny(x, y any) bool { return x == y }

//go:noinline
func equalStringer(x, y stringer) bool {
	if x != y {
		return false
	}
	return true
}

func interfaces() {
	n, m := 1, 1
	ch := make(chan int)
	p := &ptrStringer{}
	values := []any{nil, 1, 1, 2, int8(1), "a", "ab"[:1], "b", 1.5, math.NaN(), math.Copysign(0, -1), 0.0, point{1, 2}, point{1, 2}, point{2, 1},
		named{"x", 1}, named{"x", 1}, named{"x", math.NaN()}, blank{a: 1, b: 2}, blank{a: 1, b: 3}, &n, &m, &n, ch, ch, only{&n}, only{&n}, only{&m},
		[2]string{"a", "b"}, [2]string{"a", "b"}, [1]any{1}, [1]any{2}, complex(1, math.NaN()), struct{}{}, struct{}{}, error(os.ErrExist), p}
	sum := 0
	for range rounds / 100 {
		for i, x := range values {
			for k, y := range values {
				if equalAny(x, y) {
					sum += i*len(values) + k
				}
			}
		}
	}
	fmt.Println("equal", sum)
	list := []stringer{nil, p, &ptrStringer{}, valStringer(1), valStringer(1), valStringer(math.NaN()), (*ptrStringer)(nil)}
	sum = 0
	for range rounds / 10 {
		for i, x := range list {
			for k, y := range list {
				if equalStringer(x, y) {
					sum += i*len(list) + k
				}
			}
		}
	}
	fmt.Println("equal", sum)
	f := func() {}
	for name, bad := range []any{f, []int{1}, map[int]int{}, [1]any{f}, struct{ a any }{f}} {
		try(fmt.Sprint("uncomparable ", name), func() { equalAny(bad, bad) })
	}
	fmt.Println(equalAny(f, 1), equalAny(f, nil))
}

// ---- Slices of three indices

//go:noinline
func slice3(s []int, lo, hi, max int) []int { return s[lo:hi:max] }

//go:noinline
func sliceArray(a *[8]string, lo, hi, max int) []string { return a[lo:hi:max] }

func slicing() {
	s, a := make([]int, 8, 12), &[8]string{"a", "b", "c"}
	sum := 0
	for i := range rounds {
		t := slice3(s, i%4, 4+i%4, 8+i%5)
		u := sliceArray(a, i%3, 3, 3+i%6)
		sum += len(t) + 3*cap(t) + 5*len(u) + 7*cap(u)
	}
	fmt.Println("sliced", sum, len(slice3(s, 12, 12, 12)))
	for _, b := range [][3]int{{0, 4, 13}, {0, 9, 8}, {5, 4, 8}, {-1, 4, 8}, {0, -1, 8}, {0, 4, -1}, {8, 8, 8}} {
		try(fmt.Sprint("slice ", b), func() { slice3(s, b[0], b[1], b[2]) })
		try(fmt.Sprint("array ", b), func() { sliceArray(a, b[0], b[1], b[2]) })
	}
	try("nil array", func() { sliceArray(nil, 0, 0, 0) })
}

// ---- Copies

type odd3 struct{ a, b, c byte }
type odd7 struct {
	a int32
	b int16
	c byte
}
type odd13 struct {
	a int32
	b [9]byte
}
type mixed struct {
	s string
	p *int
	l []byte
	b bool
	n int16
}
type large struct {
	head [20]int
	tail any
}

//go:noinline
func put3(p *odd3, v odd3) { *p = v }

//go:noinline
func get7(p *odd7) odd7 { return *p }

//go:noinline
func put7(p *odd7, v odd7) { *p = v }

//go:noinline
func put13(p *odd13, v odd13) { *p = v }

//go:noinline
func get13(p *odd13) odd13 { return *p }

//go:noinline
func putMixed(p *mixed, v mixed) { *p = v }

//go:noinline
func copyMixed(p, q *mixed) { *p = *q }

//go:noinline
func copyLarge(p, q *large) { *p = *q }

//go:noinline
func clearLarge(p *large) { *p = large{} }

//go:noinline
func clearMixed(p *mixed) { *p = mixed{} }

func copies() {
	threes := make([]odd3, 3)
	sevens := make([]odd7, 3)
	thirteens := make([]odd13, 3)
	mixes := make([]mixed, 3)
	larges := make([]large, 3)
	sum := 0
	for i := range rounds {
		b := byte(i)
		put3(&threes[1], odd3{b, b + 1, b + 2})
		put7(&sevens[1], odd7{int32(-i), int16(-i), b})
		v := get7(&sevens[1])
		put13(&thirteens[1], odd13{int32(i), [9]byte{b, 1, 2, 3, 4, 5, 6, 7, b}})
		w := get13(&thirteens[1])
		n := i
		putMixed(&mixes[1], mixed{fmt.Sprint("s", i), &n, []byte{b}, i%2 == 0, int16(-i)})
		copyMixed(&mixes[1], &mixes[1])
		copyMixed(&mixes[2], &mixes[1])
		larges[1].head[19], larges[1].tail = i, mixes[2].s
		copyLarge(&larges[2], &larges[1])
		sum += int(v.a) + int(v.b) + int(v.c) + int(w.a) + int(w.b[8]) + *mixes[2].p + len(mixes[2].s) + int(mixes[2].n) + larges[2].head[19] + len(larges[2].tail.(string))
		clearMixed(&mixes[2])
		clearLarge(&larges[2])
		if i%50 == 0 {
			runtime.GC()
		}
		if mixes[2].p != nil || larges[2].tail != nil || threes[0] != (odd3{}) || threes[2] != (odd3{}) || sevens[2] != (odd7{}) || thirteens[2] != (odd13{}) {
			fmt.Println("neighbour was changed", i)
		}
	}
	fmt.Println("copied", sum, threes[1], mixes[1].s)
	try("put3", func() { put3(nil, odd3{}) })
	try("get13", func() { get13(nil) })
	try("copy to nil", func() { copyLarge(nil, &larges[0]) })
	try("copy of nil", func() { copyMixed(&mixes[0], nil) })
	try("clear nil", func() { clearLarge(nil) })
}

// ---- Strings and slices

//go:noinline
func two(a, b string) string { return a + b }

//go:noinline
func three(a, b, c string) string { return a + b + c }

//go:noinline
func text(b []byte) string { return string(b) }

//go:noinline
func letter(r rune) string { return string(r) }

//go:noinline
func same(a, b string) bool { return a == b }

//go:noinline
func append2(b []byte, s string) []byte { return append(b, s...) }

//go:noinline
func made(n, m int) []string { return make([]string, n, m) }

//go:noinline
func madeBytes(n int) []byte { return make([]byte, n) }

//go:noinline
func briefly(n int) int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return len(list) + cap(list)
}

func strings3() {
	all := "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZäöü"
	h := uint64(1)
	note := func(s string) {
		for i := range len(s) {
			h = h*31 + uint64(s[i])
		}
		h = h*31 + uint64(len(s))
	}
	buffer := make([]byte, 0, 256)
	for i := range rounds {
		a, b, c := all[:i%60], all[i%7:i%7+i%5], all[:i%3]
		note(two(a, b))
		note(two("", b))
		note(three(a, b, c))
		note(three(c, b, "x"))
		note(text([]byte(all)[:i%66]))
		note(letter(rune(i * 7)))
		buffer = append2(append2(buffer[:0], a), b)
		note(string(buffer))
		note(text(buffer))
		copy(buffer[min(1, len(buffer)):], buffer)
		note(text(buffer))
		other := strings.Clone(a)
		changed := []byte(other)
		if len(changed) > 0 {
			changed[i%len(changed)]++
		}
		if !same(a, other) || same(a, string(changed)) != (len(a) == 0) || same(a, all) {
			fmt.Println("strings compare wrongly", i)
		}
		list, raw := made(i%40, i%40+i%3), madeBytes(i%3000)
		h = h*31 + uint64(len(list)+cap(list)*3+len(raw)+cap(raw)) + uint64(briefly(i%9))
		for _, s := range list {
			note(s)
		}
		for k := range raw {
			if raw[k] != 0 {
				fmt.Println("memory is not clear")
			}
			raw[k] = 0xff
		}
	}
	note(letter(-1))
	note(letter(0x110000))
	note(letter(0xd800))
	long := strings.Repeat("long ", 10000)
	note(two(long, long))
	note(three(long, "", long))
	note(text([]byte(long)))
	fmt.Println("text", h)
	minus := -1
	try("make", func() { made(minus, 1) })
	try("make", func() { made(2, 1) })
	try("make", func() { made(0, math.MaxInt) })
	try("make", func() { madeBytes(minus) })
	try("make", func() { briefly(minus) })
	fmt.Println(len(made(100000, 100001)), len(madeBytes(1<<20)))
}

// ---- Natives

//go:noinline
func search(b []byte, s string, c byte) int {
	return bytes.IndexByte(b, c)*3 + strings.IndexByte(s, c)*5 + bytes.Count(b, []byte{c})*7 + strings.Count(s, string(c))*11 +
		strings.Index(s, "fgh")*13 + bytes.Index(b, []byte("xyz"))*17 + strings.Compare(s, "m")*19 + bytes.Compare(b, []byte(s))*23
}

func natives() {
	sum := 0
	for i := range rounds {
		s := "abcdefghijklmnopqrstuvwxyz"[:i%27]
		sum += search([]byte("zyxyz"), s, byte('a'+i%26))
	}
	fmt.Println("searched", sum)
	m, k := map[any]int{}, map[string]int{}
	for i := range rounds {
		m[i%10] += i
		m[fmt.Sprint(i%10)] += i
		m[float64(i%10)] += i
		v := reflect.ValueOf(m).MapIndex(reflect.ValueOf(i % 10))
		sum += int(v.Int()) + reflect.ValueOf(m).Len()
		k[fmt.Sprint(i%100)]++
		for it := reflect.ValueOf(k).MapRange(); it.Next(); {
			sum += int(it.Value().Int())
		}
		e := reflect.New(reflect.TypeOf(Pair{})).Elem()
		e.Field(0).SetInt(int64(i))
		e.Set(reflect.ValueOf(Pair{int32(i), 2}))
		sum += int(e.Interface().(Pair).X)
		e.SetZero()
	}
	fmt.Println("reflected", sum, len(slices.Sorted(maps.Keys(k))))
	var shared sync.Map
	pool := sync.Pool{New: func() any { return new([4]int) }}
	for i := range rounds {
		shared.Store(i%20, i)
		shared.Store(fmt.Sprint(i%20), i)
		if v, ok := shared.Load(i % 30); ok {
			sum += v.(int)
		}
		p := pool.Get().(*[4]int)
		p[i%4]++
		pool.Put(p)
	}
	fmt.Println("shared", sum)
	for range 3 {
		try("shared", func() { shared.Load([]int{}) })
	}
}

// ---- Deferred calls

var depth int

//go:noinline
func once(mu *sync.Mutex, n int) (sum int) {
	mu.Lock()
	defer mu.Unlock()
	return n * 2
}

//go:noinline
func changes(n int) (r int, err error) {
	defer func() {
		if v := recover(); v != nil {
			r, err = -r, fmt.Errorf("caught %v", v)
		} else {
			r++
		}
	}()
	r = n
	if n%100 == 99 {
		panic(n)
	}
	list := []int{1, 2, 3}
	return list[n%50%4] + n, nil
}

//go:noinline
func several(n int) (trace []int) {
	defer func() { trace = append(trace, 1) }()
	if n%2 == 0 {
		defer func() { trace = append(trace, 2) }()
	}
	for i := range n % 3 {
		defer func() { trace = append(trace, 10+i) }()
	}
	return append(trace, 0)
}

//go:noinline
func maybe(n int) (r int) {
	if n%3 == 0 {
		defer func() { r += 5 }()
	}
	return n
}

//go:noinline
func grow(n int) int {
	var room [64]int
	if n == 0 {
		return room[depth%64]
	}
	return grow(n-1) + room[n%64]
}

//go:noinline
func deferred(n int) (r int) {
	defer func() { r += grow(n) + 1 }()
	return n
}

//go:noinline
func nested(n int) (s string) {
	defer func() {
		defer func() { s += fmt.Sprint("<", recover(), ">") }()
		s += fmt.Sprint(recover())
		if n%10 == 0 {
			panic(errors.New("inner"))
		}
	}()
	if n%5 == 0 {
		panic("outer")
	}
	return "fine"
}

//go:noinline
func nilDefer(n int) {
	var f func()
	if n >= 0 {
		f = func() { depth++ }
	}
	defer f()
}

//go:noinline
func where() (line string) {
	defer func() {
		pcs := make([]uintptr, 8)
		frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
		for range 2 {
			f, _ := frames.Next()
			line += fmt.Sprint(f.Function, ":", f.Line, " ")
		}
	}()
	return
}

func defers() {
	var mu sync.Mutex
	h := 0
	for i := range rounds {
		h += once(&mu, i) + maybe(i) + deferred(i%40)
		r, err := changes(i)
		h = h*7 + r
		if err != nil {
			h += len(err.Error())
		}
		for _, t := range several(i) {
			h = h*3 + t
		}
		h = h*5 + len(nested(i))
		nilDefer(i)
		if recover() != nil {
			fmt.Println("recovered nothing")
		}
	}
	fmt.Println("deferred", h, depth, nested(0), nested(5), nested(1))
	deferred(200)
	try("nil deferred", func() { nilDefer(-1) })
	for range 3 {
		done := make(chan int)
		go func() {
			defer close(done)
			defer func() { depth++ }()
			runtime.Goexit()
		}()
		<-done
	}
	for i := range rounds {
		if s := where(); i == rounds-1 {
			fmt.Println(depth, s)
		}
	}
}

// ---- Iteration

//go:noinline
func walk(m map[int]string) (n, deleted int) {
	for k, v := range m {
		n += k + len(v)
		if k%3 == 0 {
			delete(m, k)
			deleted++
		}
	}
	for range m {
		n++
	}
	return
}

func iteration() {
	sum := 0
	for i := range rounds / 10 {
		m := map[int]string{}
		for k := range i % 40 {
			m[k] = fmt.Sprint(k)
		}
		n, deleted := walk(m)
		sum += n*3 + deleted*5 + len(m)
	}
	fmt.Println("walked", sum)
}

func main() {
	interfaces()
	slicing()
	copies()
	strings3()
	natives()
	defers()
	iteration()
}
