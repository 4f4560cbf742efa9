// Pointers that are shared: values would be copies.
package main

import "fmt"

type account struct{ balance int }

//go:noinline
func open(n int) *account { return &account{n} }

func deposit(a *account, n int) { a.balance += n }

func main() {
	sum := 0
	for i := 0; i < 10000; i++ {
		a := open(i)
		b := a
		deposit(b, 1)
		sum += a.balance
	}
	fmt.Println(sum)
}
