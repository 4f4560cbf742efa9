// Accesses through nil pointers, which compiled code lets fault: the panic finds everything as it was before the access.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

type Inner struct {
	next *T
	name string
}

type T struct {
	a    int8
	b    uint16
	c    int32
	d    float32
	e    float64
	f    int
	in   Inner
	list []int
	big  [1000]int
	far  int
}

func try(name string, f func() string) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(name, r)
		}
	}()
	fmt.Println(name, f())
}

//go:noinline
func loads(p, q *T, x int) string {
	y, z := x*3, float64(x)/2
	s := fmt.Sprint(p.a, p.b, p.c, p.d, p.e, p.f)
	y += int(q.a) + int(q.b)
	z += float64(q.d) + q.e
	return fmt.Sprint(s, y, z, q.c)
}

//go:noinline
func stores(p, q *T, x int) string {
	p.a, p.b, p.c = int8(x), uint16(x), int32(x)
	q.f = p.f + x
	p.e = float64(x)
	q.in.name = "stored"
	return fmt.Sprint(p.a, p.b, p.c, p.e, q.f, q.in.name)
}

// What was done before the fault stays, what comes behind it is not begun.
//
//go:noinline
func inOrder(list []*T, done *int) (sum int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println("recovered at", *done, sum)
			sum = -sum
		}
	}()
	for i, p := range list {
		*done = i
		sum += p.f
		p.f = sum
		sum += int(p.c)
	}
	return sum
}

//go:noinline
func pressure(p *T, a, b, c, d, e, f, g, h, i, j, k, l, m int) (r int) {
	defer func() {
		if recover() != nil {
			r = a + 2*b + 3*c + 4*d + 5*e + 6*f + 7*g + 8*h + 9*i + 10*j + 11*k + 12*l + 13*m
		}
	}()
	a, b, c, d, e, f, g = a+b, b+c, c+d, d+e, e+f, f+g, g+h
	h, i, j, k, l, m = h*a, i*b, j*c, k*d, l*e, m*f
	return p.f + a + b + c + d + e + f + g + h + i + j + k + l + m
}

//go:noinline
func walk(p *T) (n int) {
	defer func() {
		if recover() != nil {
			n += 1000
		}
	}()
	for {
		p = p.in.next
		n++
	}
}

//go:noinline
func far(p *T, i int) string { return fmt.Sprint(p.far, p.big[i], p.list) }

//go:noinline
func field(p *T) *Inner { return &p.in }

//go:noinline
func get(p *T) int { return p.f }

func main() {
	t := &T{a: -1, b: 2, c: -3, d: 1.5, e: 2.5, f: 7, list: []int{1}}
	u := &T{c: 5, f: 1}
	t.in.next = u
	for n := 0; n < 4; n++ {
		for _, p := range []*T{t, nil} {
			for _, q := range []*T{u, nil} {
				try("loads", func() string { return loads(p, q, n) })
				try("stores", func() string { return stores(p, q, n) })
			}
			try("far", func() string { return far(p, n) })
			try("field", func() string { return field(p).name })
			fmt.Println(pressure(p, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, n))
		}
		done := 0
		fmt.Println(inOrder([]*T{t, u, nil, t}, &done), done, t.f, u.f)
		fmt.Println(walk(t))
	}

	// The program may want the signal, or none of it: faults are panics all the same.
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGSEGV)
	try("notified", func() string { return fmt.Sprint(get(nil)) })
	syscall.Kill(os.Getpid(), syscall.SIGSEGV)
	fmt.Println(<-c)
	signal.Ignore(syscall.SIGSEGV)
	syscall.Kill(os.Getpid(), syscall.SIGSEGV)
	try("ignored", func() string { return fmt.Sprint(get(nil)) })
	signal.Reset(syscall.SIGSEGV)
	try("reset", func() string { return fmt.Sprint(get(nil)) })

	// A system call that takes long: another thread goes on.
	r, w, _ := os.Pipe()
	fd := int(r.Fd()) // which makes it blocking
	done := make(chan int)
	go func() {
		var b [1]byte
		n, _ := syscall.Read(fd, b[:])
		done <- n
	}()
	for range 3 {
		time.Sleep(5 * time.Millisecond)
		try("other thread", func() string { return fmt.Sprint(get(nil)) })
	}
	w.Write([]byte{1})
	fmt.Println(<-done)
	runtime.KeepAlive(r)
}
