// Writes all profiles of runtime/pprof to the directory that it is given, of work whose shares are known.
package main

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

type big [1 << 10]byte

var (
	keep    []*big
	garbage *big
	mu      sync.Mutex
	total   int
)

// It is inlined, and most of the work.
func square(x int) int { return x*x%1009 + x/3%17 + x/5%13 }

//go:noinline
func busy(n int) (t int) {
	for i := 0; i < n; i++ {
		t += square(i)
	}
	return t
}

//go:noinline
func kept() { keep = append(keep, new(big)) }

//go:noinline
func dropped() { garbage = new(big) }

func hold() {
	mu.Lock()
	time.Sleep(5 * time.Millisecond)
	mu.Unlock()
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	runtime.SetBlockProfileRate(1)
	runtime.SetMutexProfileFraction(1)
	dir := os.Args[1]
	cpu, err := os.Create(filepath.Join(dir, "cpu"))
	check(err)
	check(pprof.StartCPUProfile(cpu))
	for start := time.Now(); time.Since(start) < 700*time.Millisecond; {
		total += busy(100_000)
	}
	pprof.StopCPUProfile()
	check(cpu.Close())

	for i := 0; i < 4000; i++ {
		kept()
		dropped()
	}
	ch := make(chan int)
	go func() {
		time.Sleep(20 * time.Millisecond)
		ch <- 1
	}()
	<-ch
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Go(hold)
	}
	wg.Wait()
	runtime.GC()
	for _, name := range []string{"heap", "allocs", "block", "mutex", "goroutine", "threadcreate"} {
		f, err := os.Create(filepath.Join(dir, name))
		check(err)
		check(pprof.Lookup(name).WriteTo(f, 0))
		check(f.Close())
	}
}
