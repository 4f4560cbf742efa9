package runtime

import "unsafe"

const (
	// Compiler names the tool chain that Burrow stands in for.
	Compiler        = "gc"
	GOOS     string = "linux"
	GOARCH   string = "amd64"
)

// Version is the release of the standard library that the program was built from.
func Version() string

// GOROOT is the root of the Go tree, or empty.
//
// Deprecated: the tree of the machine a program was built on means nothing elsewhere.
func GOROOT() string

// Caller says where the skip-th caller of its own caller stands; 0 is that caller.
//
//go:noinline
func Caller(skip int) (pc uintptr, file string, line int, ok bool) {
	var pcs [1]uintptr
	if callers(skip+1, pcs[:]) < 1 {
		return
	}
	_, file, line, _ = pcInfo(pcs[0] - 1)
	return pcs[0], file, line, true
}

// Callers fills pc with the return addresses of the calls in progress; skip 0 is Callers itself.
//
//go:noinline
func Callers(skip int, pc []uintptr) int {
	if len(pc) == 0 {
		return 0
	}
	return callers(skip, pc)
}

// callers is Callers with skip 0 meaning its own caller.
//
//go:noescape
func callers(skip int, pc []uintptr) int

// pcInfo describes the code at pc.
func pcInfo(pc uintptr) (fn *Func, file string, line int, name string)

// A Func is a function of the program: the vm's own descriptor of it.
type Func struct {
	opaque struct{}
}

// FuncForPC is the function that the code address pc lies in, or nil.
func FuncForPC(pc uintptr) *Func {
	fn, _, _, _ := pcInfo(pc)
	return fn
}

// Name is the function's name, with its package's path.
func (f *Func) Name() string {
	if f == nil {
		return ""
	}
	return funcName(f)
}

// Entry is the function's address.
func (f *Func) Entry() uintptr { return uintptr(unsafe.Pointer(f)) }

// FileLine is the source position of the code at pc.
func (f *Func) FileLine(pc uintptr) (file string, line int) {
	_, file, line, _ = pcInfo(pc)
	return file, line
}

func funcName(f *Func) string
func funcStartLine(f *Func) int

// Frames turns the addresses that Callers gave into frames.
type Frames struct {
	callers []uintptr
}

// A Frame is one call in progress.
type Frame struct {
	PC        uintptr // 0 if unknown
	Func      *Func   // may be nil
	Function  string  // Func's name
	File      string
	Line      int
	startLine int
	Entry     uintptr // 0 if unknown
	funcInfo  unsafe.Pointer
}

// CallersFrames prepares to read the frames behind callers.
func CallersFrames(callers []uintptr) *Frames { return &Frames{callers: callers} }

// Next is the next frame, and whether there are more.
func (ci *Frames) Next() (frame Frame, more bool) {
	for len(ci.callers) > 0 {
		pc := ci.callers[0]
		ci.callers = ci.callers[1:]
		at := pc
		if at != 0 {
			at--
		}
		fn, file, line, name := pcInfo(at)
		if fn == nil {
			continue
		}
		frame = Frame{PC: at, Func: fn, Function: name, File: file, Line: line, startLine: funcStartLine(fn), Entry: fn.Entry()}
		return frame, len(ci.callers) > 0
	}
	return frame, false
}

// Stack writes the trace of the calling goroutine, or of all, into buf.
//
//go:noescape
func Stack(buf []byte, all bool) int

//go:linkname runtime_FrameStartLine runtime/pprof.runtime_FrameStartLine
func runtime_FrameStartLine(f *Frame) int { return f.startLine }

//go:linkname runtime_FrameSymbolName runtime/pprof.runtime_FrameSymbolName
func runtime_FrameSymbolName(f *Frame) string { return f.Function }

//go:linkname runtime_expandFinalInlineFrame runtime/pprof.runtime_expandFinalInlineFrame
func runtime_expandFinalInlineFrame(stk []uintptr) []uintptr { return stk }
