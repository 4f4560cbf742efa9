// How long a program takes to reach its speed: small equal pieces of work for a second, each timed. It prints when 90 % of the peak was
// reached (three pieces in a row), counted from the start of main, how long the first piece took, and how long one takes in the end, all in
// microseconds. Not part of bench.py's table: its output is times.
package main

import (
	"fmt"
	"sort"
	"strings"
	"time"
)

type point struct{ x, y int }

func (p *point) move(d int) { p.x += d; p.y ^= p.x }

type shape interface{ area() int }

func (p point) area() int { return p.x*p.y + 1 }

func sieve(n int) int {
	composite := make([]bool, n)
	primes := 0
	for i := 2; i < n; i++ {
		if composite[i] {
			continue
		}
		primes++
		for j := i * i; j < n; j += i {
			composite[j] = true
		}
	}
	return primes
}

func words(m map[string]int, text string) int {
	for _, w := range strings.Fields(text) {
		m[w]++
	}
	return len(m)
}

func piece(m map[string]int, ps []point) int {
	sum := sieve(2000) + words(m, "the quick brown fox jumps over the lazy dog and the cat")
	for i := range ps {
		ps[i].move(i)
		var s shape = ps[i]
		sum += s.area()
	}
	sort.Slice(ps, func(i, j int) bool { return ps[i].y < ps[j].y })
	return sum
}

func main() {
	start := time.Now()
	var ends []time.Duration
	m, ps, sum := map[string]int{}, make([]point, 100), 0
	for time.Since(start) < time.Second {
		sum += piece(m, ps)
		ends = append(ends, time.Since(start))
	}
	took := func(i int) time.Duration {
		if i == 0 {
			return ends[0]
		}
		return ends[i] - ends[i-1]
	}
	var last []time.Duration
	for i := len(ends) / 2; i < len(ends); i++ {
		last = append(last, took(i))
	}
	sort.Slice(last, func(i, j int) bool { return last[i] < last[j] })
	peak := last[len(last)/2]
	fast := 0
	for i := range ends {
		if took(i)*9 > peak*10 {
			fast = 0
			continue
		}
		if fast++; fast == 3 {
			fmt.Println("90% after", ends[i].Microseconds(), "first", took(0).Microseconds(), "peak", peak.Microseconds(), sum != 0)
			return
		}
	}
}
