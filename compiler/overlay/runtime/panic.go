package runtime

import (
	"internal/abi"
	"unsafe"
)

// A _panic is a panic (or Goexit) in progress. It lives in the frame of gopanic or Goexit; the vm knows its
// layout as PanicRecord.
type _panic struct {
	arg        any
	link       *_panic
	deferFP    uintptr // frame whose deferred call runs now; the vm adjusts it when the stack moves
	recovered  bool
	goexit     bool
	repanicked bool
	started    bool
	_          uint32
}

// panicStart makes p the goroutine's newest panic.
//
//go:noescape
func panicStart(p *_panic)

// panicNext takes the next deferred call off the goroutine's list and notes its frame in p; nil at the end.
//
//go:noescape
func panicNext(p *_panic) func()

// panicReturned comes after a deferred call. If that recovered p, execution goes on in the frame that deferred
// it and panicReturned does not return.
//
//go:noescape
func panicReturned(p *_panic)

// panicEnd is called when nobody recovered: it prints the goroutines and ends the program.
//
//go:noescape
func panicEnd(p *_panic)

func gorecover() any
func goexit1()

// gopanic is the builtin panic.
func gopanic(e any) {
	if e == nil {
		if panicNilAllowed() {
			panicNilUsed()
		} else {
			e = new(PanicNilError)
		}
	}
	var p _panic
	p.arg = e
	panicStart(&p)
	for {
		fn := panicNext(&p)
		if fn == nil {
			break
		}
		fn()
		panicReturned(&p)
	}
	preprintpanics(&p)
	panicDying()
	printpanics(&p)
	panicEnd(&p)
}

// Goexit ends the calling goroutine after running its deferred calls.
//
//go:noinline
func Goexit() {
	var p _panic
	p.goexit = true
	panicStart(&p)
	for {
		fn := panicNext(&p)
		if fn == nil {
			break
		}
		fn()
		panicReturned(&p)
	}
	goexit1()
}

// goexit stands below the first function of every goroutine. Nothing ever runs it: returning from there ends the goroutine.
func goexit() { goexit1() }

// panicDying says that this goroutine is about to end the program: no other one runs from here on.
func panicDying()

// preprintpanics turns values that know their text into it, while Go code may still run.
func preprintpanics(p *_panic) {
	defer func() {
		const text = "panic while printing panic value"
		switch r := recover().(type) {
		case nil:
		case string:
			throw(text + ": " + r)
		default:
			throw(text + ": type " + typeString(efaceOf(&r).typ))
		}
	}()
	for ; p != nil; p = p.link {
		if p.link != nil && *efaceOf(&p.link.arg) == *efaceOf(&p.arg) {
			p.link.repanicked = true // the same value again: printed once
			continue
		}
		switch v := p.arg.(type) {
		case error:
			p.arg = v.Error()
		case stringer:
			p.arg = v.String()
		}
	}
}

// printpanics prints the chain of panics, oldest first.
func printpanics(p *_panic) {
	if p.link != nil {
		printpanics(p.link)
		if p.link.repanicked {
			return
		}
		if !p.link.goexit {
			print("\t")
		}
	}
	if p.goexit {
		return
	}
	print("panic: ")
	printpanicval(p.arg)
	if p.recovered && p.repanicked {
		print(" [recovered, repanicked]")
	} else if p.recovered {
		print(" [recovered]")
	}
	print("\n")
}

// throw ends the program: the run time is broken. fatal: the program is.
func throw(text string)
func fatal(text string)

// ---- Panics of the vm's opcodes and natives: pushed by name (vm/panic/panic.h).

func panicIndex(x int, y int) {
	panic(boundsError{x: int64(x), signed: true, y: y, code: abi.BoundsIndex})
}
func panicBounds(x int64, signed bool, y int, code uint8) {
	panic(boundsError{x: x, signed: signed, y: y, code: abi.BoundsErrorCode(code)})
}

var (
	shiftError    = error(errorString("negative shift amount"))
	divideError   = error(errorString("integer divide by zero"))
	overflowError = error(errorString("integer overflow"))
	memoryError   = error(errorString("invalid memory address or nil pointer dereference"))
)

func panicshift()    { panic(shiftError) }
func panicdivide()   { panic(divideError) }
func panicoverflow() { panic(overflowError) }
func panicmem()      { panic(memoryError) }

// callNil is what runs for a deferred function that is nil.
func callNil() {
	var fn func()
	fn()
}

func panicmemAddr(addr uintptr) {
	if addr < 4096 {
		panic(memoryError)
	}
	panic(errorAddressString{msg: "invalid memory address or nil pointer dereference", addr: addr})
}

func panicText(text string, plain bool) {
	if plain {
		panic(plainError(text))
	}
	panic(errorString(text))
}

func panicUncomparable(t *abi.Type, hashing bool) {
	if hashing {
		panic(errorString("hash of unhashable type " + typeString(t)))
	}
	panic(errorString("comparing uncomparable type " + typeString(t)))
}

func panicAssert(concrete, asserted, iface *abi.Type, missing *byte) {
	e := &TypeAssertionError{_interface: iface, concrete: concrete, asserted: asserted}
	if missing != nil {
		e.missingMethod = abi.Name{Bytes: missing}.Name()
	}
	panic(e)
}

func panicnildottype(want *abi.Type) { panic(&TypeAssertionError{nil, nil, want, ""}) }

func panicunsafeslicelen()     { panic(errorString("unsafe.Slice: len out of range")) }
func panicunsafeslicenilptr()  { panic(errorString("unsafe.Slice: ptr is nil and len is not zero")) }
func panicunsafestringlen()    { panic(errorString("unsafe.String: len out of range")) }
func panicunsafestringnilptr() { panic(errorString("unsafe.String: ptr is nil and len is not zero")) }

// panicrangestate panics for a loop body that a range function called when it must not.
func panicrangestate(state int) {
	switch abi.RF_State(state) {
	case abi.RF_DONE:
		panic(errorString("range function continued iteration after function for loop body returned false"))
	case abi.RF_PANIC:
		panic(errorString("range function continued iteration after loop body panic"))
	case abi.RF_EXHAUSTED:
		panic(errorString("range function continued iteration after whole loop exit"))
	case abi.RF_MISSING_PANIC:
		panic(errorString("range function recovered a loop body panic and did not resume panicking"))
	}
	throw("unexpected state passed to panicrangestate")
}

// panicwrap is called by the pointer wrapper of a value method when the pointer is nil.
//
//go:noinline
func panicwrap() {
	name := callerName(1) // pkg.(*T).M
	open, shut := -1, -1
	for i := 0; i < len(name); i++ {
		if name[i] == '(' && open < 0 {
			open = i
		}
		if name[i] == ')' && shut < 0 {
			shut = i
		}
	}
	if open < 1 || shut < open+2 || shut+2 > len(name) {
		throw("panicwrap: unexpected name " + name)
	}
	pkg, typ, method := name[:open-1], name[open+2:shut], name[shut+2:]
	panic(plainError("value method " + pkg + "." + typ + "." + method + " called using nil *" + typ + " pointer"))
}

// callerName is the name of the function skip calls above its caller, wrappers counted.
func callerName(skip int) string

var panicNil, panicNilNote = false, func() {}

func panicNilAllowed() bool { return panicNil }
func panicNilUsed()         { panicNilNote() }
