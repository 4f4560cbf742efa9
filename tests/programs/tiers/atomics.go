// Atomic operations in compiled code: results, widths, what is not changed, nil pointers, and that loads are never taken for older ones.
package main

import (
	"fmt"
	"sync/atomic"
	"unsafe"
)

type counters struct {
	a    atomic.Int32
	b    atomic.Uint64
	flag atomic.Bool
	p    atomic.Pointer[node]
	n    uint32
	wide int64
}

type node struct {
	value int
	next  *node
}

//go:noinline
func count(c *counters, rounds int) (sum int64) {
	for i := 0; i < rounds; i++ {
		sum += int64(c.a.Add(int32(i))) + int64(c.b.Add(^uint64(0)))
		c.a.Add(-1)
		if c.a.CompareAndSwap(int32(i), -5) {
			sum += 1000
		}
		if i%7 == 3 {
			c.flag.Store(!c.flag.Load())
		}
		old := atomic.SwapUint32(&c.n, uint32(i)<<28|7)
		sum += int64(old) + int64(atomic.LoadInt64(&c.wide))
		atomic.StoreInt64(&c.wide, int64(old)-sum)
	}
	return sum
}

// Many values live around the operations, some in the registers that they need.
//
//go:noinline
func crowded(p *uint64, a, b, c, d, e, f, g, h uint64) (uint64, bool) {
	x, y, z, w := a*3+b, b*5^c, c+d*7, d^e
	ok := atomic.CompareAndSwapUint64(p, a, x+y)
	again := atomic.CompareAndSwapUint64(p, x+y, p2(x))
	old := atomic.SwapUint64(p, y)
	n := atomic.AddUint64(p, z)
	return a + b*2 + c*3 + d*4 + e*5 + f*6 + g*7 + h*8 + x + y + z*9 + w + old + n, ok && again
}

func p2(x uint64) uint64 { return x + x }

//go:noinline
func same(p *int64, x int64) (bool, int64, int64) {
	swapped := atomic.CompareAndSwapInt64(p, x, x)
	return swapped, atomic.AddInt64(p, x), x
}

//go:noinline
func push(head *atomic.Pointer[node], n *node) int {
	for tries := 1; ; tries++ {
		n.next = head.Load()
		if head.CompareAndSwap(n.next, n) {
			return tries
		}
	}
}

//go:noinline
func changed(p *int32, f func()) (int32, int32, int32) {
	a := atomic.LoadInt32(p)
	*p = a + 1
	b := atomic.LoadInt32(p)
	f()
	return a, b, *p
}

//go:noinline
func wait(flag *uint32, turns *int) {
	for atomic.LoadUint32(flag) == 0 {
		*turns++
	}
}

type half struct {
	pad [3]int32
	n   int32
}

func try(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

func main() {
	c := &counters{}
	for i := 0; i < 40; i++ {
		fmt.Println(count(c, i), c.a.Load(), c.b.Load(), c.flag.Load(), c.n, c.wide)
	}
	var u uint64
	for i := uint64(0); i < 40; i++ {
		u = i / 2
		n, ok := crowded(&u, i/2, 2, i, 4, 5, 6, 7, 8)
		fmt.Println(n, ok, u)
	}
	var s int64 = 9
	for i := int64(0); i < 12; i++ {
		fmt.Println(same(&s, i*3))
	}
	var head atomic.Pointer[node]
	tries := 0
	for i := 0; i < 50; i++ {
		tries += push(&head, &node{value: i})
	}
	sum := 0
	for n := head.Load(); n != nil; n = n.next {
		sum = sum*3 + n.value
	}
	fmt.Println(tries, sum)
	h := half{}
	for i := int32(0); i < 20; i++ {
		fmt.Println(changed(&h.n, func() { h.n *= -2 }))
	}
	var flag uint32
	turns := 0
	go func() { atomic.StoreUint32(&flag, 1) }()
	wait(&flag, &turns)
	fmt.Println(turns >= 0, h.pad)
	for i := 0; i < 5; i++ {
		try("load", func() { fmt.Println(atomic.LoadUint32((*uint32)(nil))) })
		try("store", func() { atomic.StoreInt64((*int64)(nil), 1) })
		try("add", func() { fmt.Println(atomic.AddInt32((*int32)(nil), 1)) })
		try("swap", func() { fmt.Println(atomic.SwapPointer((*unsafe.Pointer)(nil), nil)) })
		try("cas", func() { var c *counters; fmt.Println(c.p.CompareAndSwap(nil, nil)) })
	}
}
