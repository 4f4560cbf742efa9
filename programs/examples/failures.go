// Errors that wrap, panics that are recovered, deferred clean-up, run-time errors, and an exit status.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strconv"
)

type parseError struct {
	line int
	err  error
}

func (e *parseError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.err) }
func (e *parseError) Unwrap() error { return e.err }

var errNegative = errors.New("negative")

func parse(lines ...string) (sum int, err error) {
	var all []error
	for i, l := range lines {
		n, err := strconv.Atoi(l)
		if err == nil && n < 0 {
			err = fmt.Errorf("%w: %d", errNegative, n)
		}
		if err != nil {
			all = append(all, &parseError{i + 1, err})
			continue
		}
		sum += n
	}
	return sum, errors.Join(all...)
}

// attempt turns a panic into an error.
func attempt(name string, f func()) {
	defer func() {
		switch r := recover().(type) {
		case nil:
			fmt.Println(name, "was fine")
		case runtime.Error:
			fmt.Println(name, "failed:", r)
		case error:
			fmt.Println(name, "gave an error:", r)
		default:
			fmt.Printf("%s panicked with %T %v\n", name, r, r)
		}
	}()
	f()
}

type point struct{ x, y int }

func cleanup() (status int) {
	defer func() {
		if r := recover(); r != nil {
			status = 3
			fmt.Println("recovered:", r)
		}
	}()
	defer func() {
		defer func() { panic(fmt.Sprint("third, after ", recover())) }()
		panic("second")
	}()
	for i := range 3 {
		defer fmt.Println("clean up", i)
	}
	panic("first")
}

func main() {
	fmt.Println(parse("1", "2"))
	_, err := parse("1", "x", "-5")
	var pe *parseError
	var ne *strconv.NumError
	fmt.Println(err)
	fmt.Println(errors.As(err, &pe), pe.line, errors.As(err, &ne), ne.Func, errors.Is(err, errNegative), errors.Is(err, strconv.ErrSyntax))

	_, err = os.Open("/does/not/exist")
	fmt.Println(err, errors.Is(err, fs.ErrNotExist))

	var list []int
	var table map[string]int
	var p *point
	var shape any = "round"
	zero, six := 0, 6
	attempt("index", func() { _ = list[six] })
	attempt("slice", func() { _ = "short"[2:six] })
	attempt("map", func() { table["x"] = 1 })
	attempt("nil", func() { p.y++ })
	attempt("divide", func() { fmt.Println(six / zero) })
	attempt("assert", func() { fmt.Println(shape.(fmt.Stringer)) })
	attempt("convert", func() { fmt.Println([4]int(make([]int, six-3))) })
	attempt("length", func() { _ = make([]int, zero-1) })
	attempt("compare", func() { fmt.Println(any(list) == any(list)) })
	attempt("close", func() { var c chan int; close(c) })
	attempt("custom", func() { panic(&parseError{9, errNegative}) })
	attempt("value", func() { panic(point{1, 2}) })
	attempt("nothing", func() {})

	status := cleanup()
	defer fmt.Println("never printed: os.Exit runs no deferred calls")
	os.Exit(status)
}
