// Each call makes a slice of interfaces, and a copy of each string's header for it.
package main

import "fmt"

//go:noinline
func label(kind, name string, n int) string {
	return fmt.Sprintf("%s/%s: \"%d\"", kind, name, n) // advice: avoid-boxing
}

func main() {
	names := []string{"ash", "beech", "fir", "oak"}
	n := 0
	for i := 0; i < 5000; i++ {
		n += len(label("tree", names[i%4], 1000+i))
	}
	fmt.Println(n)
}
