// Numbers that are stored over lengths and pointers, by pointers that unsafe code made: loops see the new ones.
package main

import (
	"fmt"
	"reflect"
	"unsafe"
)

type list struct {
	name  string
	items []int
}

// The length of l.items is read at each turn; what shrinks it is a store of a number.
//
//go:noinline
func untilShort(l *list, words []uintptr, at int) int {
	n := 0
	for i := 0; i < len(l.items); i++ {
		n += l.items[i]
		if i == 3 {
			words[at] = 5
		}
	}
	return n
}

//go:noinline
func throughWord(l *list, word *uintptr) (n int) {
	for i := range 100 {
		if i >= len(l.items) {
			return n
		}
		n += l.items[i]
		*word = uintptr(8 - i/2)
	}
	return -1
}

//go:noinline
func throughArray(l *list, header *[3]int) (n int) {
	for i := 0; i < 50; i++ {
		l.items[i%len(l.items)]++
		header[1] = 4 + i%3
		n += len(l.items)
	}
	return n
}

//go:noinline
func outOfRange(l *list, header *[3]int) (n int, err any) {
	defer func() { err = recover() }()
	for i := 0; i < 8; i++ {
		n += l.items[i]
		header[1] = 6
	}
	return
}

func inHere(l *list) (n int) {
	h := (*reflect.SliceHeader)(unsafe.Pointer(&l.items))
	for i := 0; i < len(l.items); i++ {
		n += l.items[i]
		h.Len = 7 - i
	}
	return n
}

// The elements move: the word that is stored is their address.
//
//go:noinline
func moved(l *list, word *uintptr, to uintptr) (n int) {
	for i := 0; i < 8; i++ {
		n += l.items[i]
		*word = to
	}
	return n
}

//go:noinline
func lengthTwice(l *list, word *uintptr) int {
	before := len(l.items)
	*word = uintptr(before - 1)
	return before*100 + len(l.items)
}

//go:noinline
func text(l *list, sizes []int) (n int) {
	for i := 0; i < len(l.name); i++ {
		n += int(l.name[i])
		sizes[1] = 4
	}
	return n
}

var second = make([]int, 8)

func fresh() *list {
	l := &list{name: "a long name", items: make([]int, 12)}
	for i := range l.items {
		l.items[i] = i + 1
	}
	return l
}

func main() {
	for i := range second {
		second[i] = 1000
	}
	for range 40 {
		var out []any
		l := fresh()
		words := unsafe.Slice((*uintptr)(unsafe.Pointer(l)), 5)
		out = append(out, untilShort(l, words, 3))
		l = fresh()
		out = append(out, throughWord(l, (*uintptr)(unsafe.Add(unsafe.Pointer(&l.items), 8))))
		l = fresh()
		out = append(out, throughArray(l, (*[3]int)(unsafe.Pointer(&l.items))), l.items)
		l = fresh()
		n, err := outOfRange(l, (*[3]int)(unsafe.Pointer(&l.items)))
		out = append(out, n, err, inHere(fresh()))
		l = fresh()
		out = append(out, moved(l, (*uintptr)(unsafe.Pointer(&l.items)), uintptr(unsafe.Pointer(&second[0]))))
		l = fresh()
		out = append(out, lengthTwice(l, &unsafe.Slice((*uintptr)(unsafe.Pointer(l)), 5)[3]))
		l = fresh()
		out = append(out, text(l, unsafe.Slice((*int)(unsafe.Pointer(&l.name)), 2)))
		fmt.Println(out...)
	}
}
