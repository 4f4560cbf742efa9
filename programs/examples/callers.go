// What a program sees of its own calls: the frames are those of the source, whatever the compiler inlined.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

type point struct{ x, y int }

func (p point) value() []string    { return frames() }
func (p *point) pointer() []string { return p.value() }

type valuer interface{ value() []string }

// frames are the calls in progress, this function's own left out.
func frames() (out []string) {
	var pcs [16]uintptr
	n := runtime.Callers(2, pcs[:])
	for frames := runtime.CallersFrames(pcs[:n]); ; {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") {
			out = append(out, fmt.Sprintf("%s:%d", f.Function, f.Line))
		}
		if !more {
			return
		}
	}
}

func inner() []string  { return frames() }
func middle() []string { return inner() }

//go:noinline
func outer() []string { return middle() }

func generic[T any](x T) []string    { return frames() }
func generic2[T any](x []T) []string { return generic(x[0]) }

// where says who called it, by skipping frames.
func where(skip int) string {
	pc, file, line, ok := runtime.Caller(skip)
	return fmt.Sprint(runtime.FuncForPC(pc).Name(), " ", filepath.Base(file), ":", line, " ", ok)
}

func here() string   { return where(1) }
func caller() string { return where(2) }
func both() string   { return here() + ", " + caller() }

func helper(l *log.Logger, s string) { l.Output(2, s) }

func divide(a, b int) int { return a / b }
func ratio(a int) int     { return divide(a, a-a) }

// trace is the panicking stack without what differs from system to system.
func trace() (out []string) {
	lines := strings.Split(string(debug.Stack()), "\n")
	for i := 0; i+1 < len(lines); i++ {
		if strings.HasPrefix(lines[i], "main.") {
			name, _, _ := strings.Cut(lines[i], "(")
			at, _, _ := strings.Cut(filepath.Base(lines[i+1]), " ")
			out = append(out, name+" "+at)
		}
	}
	return
}

func main() {
	fmt.Println(outer())
	fmt.Println(middle())
	fmt.Println(func() []string { return inner() }())
	p := &point{1, 2}
	fmt.Println(p.pointer())
	var v valuer = p
	fmt.Println(v.value())
	f := p.value
	fmt.Println(f())
	fmt.Println(generic2([]string{"x"}))
	fmt.Println(both())
	helper(log.New(os.Stdout, "", log.Lshortfile), "logged")
	defer func() {
		fmt.Println(recover())
		for _, frame := range trace() {
			fmt.Println(frame)
		}
	}()
	fmt.Println(ratio(6))
}
