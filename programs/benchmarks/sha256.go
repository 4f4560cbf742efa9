package main

import (
	"crypto/sha256"
	"encoding/hex"
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

func main() {
	n := arg(4000)
	block := make([]byte, 16384)
	for i := range block {
		block[i] = byte(i * 7)
	}
	h := sha256.New()
	for i := range n {
		block[i%len(block)]++
		h.Write(block)
	}
	sum := h.Sum(nil)
	for range n {
		next := sha256.Sum256(sum)
		copy(sum, next[:])
	}
	fmt.Println(hex.EncodeToString(sum))
}
