// Variables that -ldflags=-X may and may not set, and the limit that the environment asks for.
package main

import (
	"fmt"
	"runtime/debug"
)

var (
	version = "dev"
	empty   string
	number  int
	box     any
	lazy    = fmt.Sprint("made at start")
)

func main() {
	fmt.Printf("%q %q %d %v %q\n", version, empty, number, box, lazy)
	fmt.Println(debug.SetMemoryLimit(-1), debug.SetGCPercent(100))
}
