// Loops that share their first instruction: the way round of the outer one enters the inner one from behind, and its test leads back before that.
package main

import "fmt"

//go:noinline
func retry(x, fuel int) (h int) {
	for i := range 7 {
		_ = i
	Again:
		{
			f := func(y int) int { return y*x + i }
			_ = f
		}
		if fuel > 0 && h%5 != 3 {
			fuel--
			h = h*3 + i
			goto Again
		}
	}
	return h*100 + fuel
}

//go:noinline
func nested(list []int, fuel int) (h int) {
	for n := 0; n < len(list); n++ {
	Inner:
		for i := 0; i < 3; i++ {
		Again:
			if fuel > 0 && list[n] > i {
				fuel--
				list[n]--
				h += i + 1
				if h%7 == 0 {
					continue Inner
				}
				goto Again
			}
		}
	}
	return h*1000 + fuel
}

func main() {
	for k := range 12 {
		fmt.Println(retry(k, 40), retry(k, 0), nested([]int{k, 5, 2 * k, 1}, 30-k))
	}
}
