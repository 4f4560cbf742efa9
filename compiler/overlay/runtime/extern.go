package runtime

import "unsafe"

const (
	// Compiler names the tool chain that Burrow stands in for.
	Compiler        = "gc"
	GOOS     string = "linux"
	GOARCH   string = "amd64"
)

// Version is the release of the standard library that the program was built from.
func Version() string { return version() }

func version() string

// GOROOT is the root of the Go tree, or empty.
//
// Deprecated: the tree of the machine a program was built on means nothing elsewhere.
func GOROOT() string { return goroot() }

func goroot() string

// Caller says where the skip-th caller of its own caller stands; 0 is that caller.
//
//go:noinline
func Caller(skip int) (pc uintptr, file string, line int, ok bool) {
	var pcs [1]uintptr
	if callers(skip+1, pcs[:]) < 1 {
		return
	}
	pc = pcs[0] - 1
	_, file, line, _, _, _, _ = pcInfo(pc)
	return pc, file, line, true
}

// Callers fills pc with the return addresses of the calls in progress; skip 0 is Callers itself.
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

// pcInfo describes the code at pc: the function that runs there; position, name and first line of the function whose source
// it is, which is another one if a call was inlined; and then the address that the inlined call would return to, else 0.
// hidden: it is a function made by the compiler, which Callers leaves out.
func pcInfo(pc uintptr) (fn *Func, file string, line int, name string, startLine int, caller uintptr, hidden bool)

// A Func is a function of the program: the vm's own descriptor of it, or an inlinedFunc.
type Func struct {
	entry uintptr
}

// An inlinedFunc stands for a function whose body was found in that of another one.
type inlinedFunc struct {
	Func
	fn   *Func // the other one
	name string
	file string
	line int
}

const noEntry = ^uintptr(0)

// inlined is what f stands for, or nil.
func (f *Func) inlined() *inlinedFunc {
	if f.entry != noEntry {
		return nil
	}
	return (*inlinedFunc)(unsafe.Pointer(f))
}

// FuncForPC is the function that the code address pc lies in, or nil.
//
//go:noinline
func FuncForPC(pc uintptr) *Func {
	fn, file, line, name, _, caller, _ := pcInfo(pc)
	if caller == 0 {
		return fn
	}
	in := &inlinedFunc{Func{noEntry}, fn, name, file, line}
	return &in.Func
}

// Name is the function's name, with its package's path.
//
//go:noinline
func (f *Func) Name() string {
	if f == nil {
		return ""
	}
	if in := f.inlined(); in != nil {
		return withoutTypeArgs(in.name)
	}
	return withoutTypeArgs(funcName(f))
}

// withoutTypeArgs is a name as users see it: pkg.F[...] for any instance.
func withoutTypeArgs(name string) string {
	open, shut := 0, len(name)-1
	for open < len(name) && name[open] != '[' {
		open++
	}
	for shut > open && name[shut] != ']' {
		shut--
	}
	if shut <= open {
		return name
	}
	return name[:open] + "[...]" + name[shut+1:]
}

// Entry is the function's address; that of the function around, if it was inlined.
//
//go:noinline
func (f *Func) Entry() uintptr {
	if in := f.inlined(); in != nil {
		f = in.fn
	}
	return uintptr(unsafe.Pointer(f))
}

// FileLine is the source position of the code at pc.
//
//go:noinline
func (f *Func) FileLine(pc uintptr) (file string, line int) {
	if in := f.inlined(); in != nil {
		return in.file, in.line
	}
	_, file, line, _, _, _, _ = pcInfo(pc)
	return file, line
}

func funcName(f *Func) string

// Frames turns the addresses that Callers gave into frames.
type Frames struct {
	callers    []uintptr
	inlined    uintptr // if not 0, the next address, before callers
	frames     []Frame // found, but not handed out yet
	frameStore [2]Frame
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
func CallersFrames(callers []uintptr) *Frames {
	f := &Frames{callers: callers}
	f.frames = f.frameStore[:0]
	return f
}

// Next is the next frame, and whether there are more: it is a frame ahead, for not every address has one.
func (ci *Frames) Next() (frame Frame, more bool) {
	for len(ci.frames) < 2 && (ci.inlined != 0 || len(ci.callers) > 0) {
		ci.expand()
	}
	switch len(ci.frames) {
	case 0:
		return
	case 1:
		frame = ci.frames[0]
		ci.frames = ci.frameStore[:0]
		return frame, false
	}
	frame = ci.frames[0]
	ci.frameStore[0] = ci.frames[1]
	ci.frames = ci.frameStore[:1]
	return frame, true
}

// expand takes the next address and adds its frame.
func (ci *Frames) expand() {
	pc := ci.inlined
	if pc == 0 {
		pc = ci.callers[0]
		ci.callers = ci.callers[1:]
	}
	ci.inlined = 0
	if pc != 0 {
		pc--
	}
	fn, file, line, name, startLine, caller, _ := pcInfo(pc)
	if fn == nil {
		return
	}
	frame := Frame{PC: pc, Func: fn, Function: withoutTypeArgs(name), File: file, Line: line, startLine: startLine, Entry: fn.Entry()}
	if caller != 0 {
		frame.Func = nil
		// Callers gave an address for each inlined call; addresses read from a printed trace lack them.
		if len(ci.callers) > 0 && ci.callers[0] != caller {
			if _, _, _, _, _, _, hidden := pcInfo(caller - 1); !hidden {
				ci.inlined = caller
			}
		}
	}
	ci.frames = append(ci.frames, frame)
}

// Stack writes the trace of the calling goroutine, or of all, into buf.
func Stack(buf []byte, all bool) int

//go:linkname runtime_FrameStartLine runtime/pprof.runtime_FrameStartLine
func runtime_FrameStartLine(f *Frame) int { return f.startLine }

//go:linkname runtime_FrameSymbolName runtime/pprof.runtime_FrameSymbolName
func runtime_FrameSymbolName(f *Frame) string {
	if f.Entry == 0 {
		return f.Function
	}
	_, _, _, name, _, _, _ := pcInfo(f.PC)
	return name
}

//go:linkname runtime_expandFinalInlineFrame runtime/pprof.runtime_expandFinalInlineFrame
func runtime_expandFinalInlineFrame(stk []uintptr) []uintptr {
	if len(stk) == 0 {
		return stk
	}
	_, _, _, _, _, pc, _ := pcInfo(stk[len(stk)-1] - 1)
	for pc != 0 {
		_, _, _, _, _, caller, hidden := pcInfo(pc - 1)
		if !hidden {
			stk = append(stk, pc)
		}
		pc = caller
	}
	return stk
}
