// fmt makes an interface of a string only to give back the same string.
package main

import "fmt"

func main() {
	names := []string{"ash", "birch", "cedar"}
	n := 0
	for i := 0; i < 9000; i++ {
		n += len(label(names[i%3]))
	}
	fmt.Println(n)
}

func label(name string) string {
	return fmt.Sprintf("%s", name) // advice: avoid-boxing
}
