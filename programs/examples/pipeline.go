// Goroutines, channels, select, sync and context: a pool of workers, a pipeline that is cancelled, and a ticker.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

type result struct {
	n, steps int
}

func collatz(n int) (steps int) {
	for ; n != 1; steps++ {
		if n%2 == 0 {
			n /= 2
		} else {
			n = 3*n + 1
		}
	}
	return steps
}

func better(a, b result) result {
	if b.steps > a.steps || b.steps == a.steps && b.n < a.n {
		return b
	}
	return a
}

// longest spreads the work over goroutines and keeps the best result.
func longest(limit, workers int) result {
	jobs := make(chan int)
	results := make(chan result, workers)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			best := result{}
			for n := range jobs {
				best = better(best, result{n, collatz(n)})
			}
			results <- best
		})
	}
	go func() {
		for n := 1; n <= limit; n++ {
			jobs <- n
		}
		close(jobs)
		group.Wait()
		close(results)
	}()
	best := result{}
	for r := range results {
		best = better(best, r)
	}
	return best
}

func generate(ctx context.Context) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for n := 2; ; n++ {
			select {
			case out <- n:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func sieve(ctx context.Context, in <-chan int, prime int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for n := range in {
			if n%prime == 0 {
				continue
			}
			select {
			case out <- n:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func primes(count int) (list []int) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	numbers := generate(ctx)
	for range count {
		prime := <-numbers
		list = append(list, prime)
		numbers = sieve(ctx, numbers, prime)
	}
	return list
}

type account struct {
	mu      sync.RWMutex
	balance int
}

func (a *account) add(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.balance += n
}

func main() {
	fmt.Println("longest under 3000:", longest(3000, 8))
	fmt.Println("primes:", primes(20))

	var a account
	var operations atomic.Int64
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			for range 20 {
				a.add(i%2*2 - 1)
				operations.Add(1)
			}
		})
	}
	group.Wait()
	fmt.Println("balance", a.balance, "after", operations.Load(), "operations")

	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	ticks := 0
	ticker := time.NewTicker(4 * time.Millisecond)
	defer ticker.Stop()
	for done := false; !done; {
		select {
		case <-ticker.C:
			ticks++
		case <-ctx.Done():
			done = true
		}
	}
	fmt.Println("ticked:", ticks > 0, ctx.Err(), errors.Is(ctx.Err(), context.DeadlineExceeded))

	var once sync.Once
	ready := sync.NewCond(&sync.Mutex{})
	started := 0
	for range 5 {
		go func() {
			once.Do(func() { fmt.Println("first one in") })
			ready.L.Lock()
			started++
			ready.L.Unlock()
			ready.Broadcast()
		}()
	}
	ready.L.Lock()
	for started < 5 {
		ready.Wait()
	}
	ready.L.Unlock()
	fmt.Println("started", started)

	select {
	case v, ok := <-func() chan int { c := make(chan int); close(c); return c }():
		fmt.Println("closed channel:", v, ok)
	case <-time.After(time.Second):
		fmt.Println("timed out")
	}
}
