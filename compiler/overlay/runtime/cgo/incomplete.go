package cgo

import "internal/runtime/sys"

// Incomplete marks a type that Go code never allocates: only pointers to it, from elsewhere, are used.
type Incomplete struct {
	_ sys.NotInHeap
}
