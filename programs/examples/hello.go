// The smallest program, and what a program knows about itself.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

func main() {
	name := "world"
	if len(os.Args) > 1 {
		name = strings.Join(os.Args[1:], " ")
	}
	fmt.Printf("Hello, %s! %s/%s\n", name, runtime.GOOS, runtime.GOARCH)
}
