// Package maps shows reflect the vm's maps: both types are opaque, the vm's C++ code works on them.
package maps

import (
	"internal/abi"
	"unsafe"
)

// Use64BitHash says that hashes are 64 bits wide.
const Use64BitHash = true

// A Map is the vm's map object; Go code only ever has pointers to it.
type Map struct {
	_ [1]unsafe.Pointer
}

// An Iter is an iteration in progress, burrow::MapIter. Its zero value has not been initialised.
type Iter struct {
	key, elem unsafe.Pointer
	typ       *abi.MapType
	m         *Map
	_         [8]unsafe.Pointer
}

// Init begins an iteration over m; Next goes to the first element.
func (it *Iter) Init(t *abi.MapType, m *Map) {
	iterInit(it, t, m)
	it.typ = t
	it.m = m
}

// Next goes to the next element; after the last one Key is nil.
func (it *Iter) Next() { iterNext(it) }

// Initialized reports whether Init was called.
func (it *Iter) Initialized() bool { return it.typ != nil }

// Map is the map iterated over.
func (it *Iter) Map() *Map { return it.m }

// Key points to the current key, nil at the end.
func (it *Iter) Key() unsafe.Pointer { return it.key }

// Elem points to the current element.
func (it *Iter) Elem() unsafe.Pointer { return it.elem }

//go:noescape
func iterInit(it *Iter, t *abi.MapType, m *Map)

//go:noescape
func iterNext(it *Iter)
