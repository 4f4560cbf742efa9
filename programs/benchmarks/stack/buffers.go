// Byte buffers of a few dozen bytes that are filled, looked at and forgotten.
package main

import (
	"fmt"
	"os"
	"strconv"
)

// arg is the size: the last argument, so that it works whatever os.Args[0] is.
func arg(def int) int {
	n, err := strconv.Atoi(os.Args[len(os.Args)-1])
	if err == nil {
		return n
	}
	return def
}

//go:noinline
func record(b []byte, id int, name string) []byte {
	b = strconv.AppendInt(b, int64(id), 10)
	b = append(b, ':')
	return append(b, name...)
}

func checksum(b []byte) (h uint32) {
	for i := 0; i < len(b); i += 4 {
		h = h*31 + uint32(b[i])
	}
	return h
}

func main() {
	n := arg(20000000)
	names := []string{"alpha", "beta", "gamma", "delta"}
	var h uint32
	seen := 0
	for i := 0; i < n; i++ {
		buf := make([]byte, 0, 64)
		b := record(buf, i, names[i&3])
		h ^= checksum(b)
		key := make([]byte, 16)
		copy(key, b)
		if string(key[:5]) == "12345" || names[i&3]+"!" == "beta!" {
			seen++
		}
	}
	fmt.Println(h, seen)
}
