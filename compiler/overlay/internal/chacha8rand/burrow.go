package chacha8rand

import _ "unsafe"

// The body of block, which the Go tree declares without one: callers must believe that it keeps what it gets, as with assembly.
//
//go:linkname blocks internal/chacha8rand.block
func blocks(seed *[4]uint64, buf *[32]uint64, counter uint32) {
	block_generic(seed, buf, counter)
}
