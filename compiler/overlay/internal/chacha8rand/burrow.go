package chacha8rand

// block fills buf with the blocks from counter on.
func block(seed *[4]uint64, blocks *[32]uint64, counter uint32) {
	block_generic(seed, blocks, counter)
}
