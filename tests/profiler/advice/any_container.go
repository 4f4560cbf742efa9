// A list of any, in which every element is an int.
package main

func main() {
	stack := make([]any, 0, 5000)
	sum := 0
	for i := 0; i < 5000; i++ {
		stack = append(stack, i*1000) // advice: avoid-boxing
	}
	for _, v := range stack {
		sum += v.(int)
	}
	sum += stack[7].(int)
	println(sum, len(stack))
}
