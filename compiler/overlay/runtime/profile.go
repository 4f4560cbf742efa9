package runtime

import "unsafe"

// Profiles of the run time. Burrow's own profiler counts allocations exactly (burrow profile); what these give is
// what a gc program with all profiles off would see, goroutines apart.

// MemProfileRate would be the bytes between samples.
var MemProfileRate int = 512 * 1024

// A StackRecord is a stack trace.
type StackRecord struct {
	Stack0 [32]uintptr // ends at the first 0
}

// Stack is the part of Stack0 that is used.
func (r *StackRecord) Stack() []uintptr { return untilZero(r.Stack0[:]) }

func untilZero(pcs []uintptr) []uintptr {
	for i, pc := range pcs {
		if pc == 0 {
			return pcs[:i]
		}
	}
	return pcs
}

// A MemProfileRecord is what one stack trace allocated.
type MemProfileRecord struct {
	AllocBytes, FreeBytes     int64
	AllocObjects, FreeObjects int64
	Stack0                    [32]uintptr
}

// InUseBytes is how many bytes are in use.
func (r *MemProfileRecord) InUseBytes() int64 { return r.AllocBytes - r.FreeBytes }

// InUseObjects is how many objects are in use.
func (r *MemProfileRecord) InUseObjects() int64 { return r.AllocObjects - r.FreeObjects }

// Stack is the part of Stack0 that is used.
func (r *MemProfileRecord) Stack() []uintptr { return untilZero(r.Stack0[:]) }

// A BlockProfileRecord is where goroutines blocked.
type BlockProfileRecord struct {
	Count  int64
	Cycles int64
	StackRecord
}

// MemProfile gives the allocation profile: it has no records.
func MemProfile(p []MemProfileRecord, inuseZero bool) (n int, ok bool) { return 0, true }

// BlockProfile gives the blocking profile: it has no records.
func BlockProfile(p []BlockProfileRecord) (n int, ok bool) { return 0, true }

// MutexProfile gives the contention profile: it has no records.
func MutexProfile(p []BlockProfileRecord) (n int, ok bool) { return 0, true }

// ThreadCreateProfile gives the thread profile: it has no records.
func ThreadCreateProfile(p []StackRecord) (n int, ok bool) { return 0, true }

// GoroutineProfile gives the stacks of all goroutines.
func GoroutineProfile(p []StackRecord) (n int, ok bool) {
	n = NumGoroutine()
	if n > len(p) {
		return n, false
	}
	n = 0
	for i := range p {
		if !goroutineStack(i, p[i].Stack0[:]) {
			break
		}
		n++
	}
	return n, true
}

// goroutineStack fills pcs with the stack of the i-th goroutine.
//
//go:noescape
func goroutineStack(i int, pcs []uintptr) bool

// SetBlockProfileRate has no effect.
func SetBlockProfileRate(rate int) {}

// SetMutexProfileFraction gives the rate set before.
func SetMutexProfileFraction(rate int) int {
	old := mutexRate
	if rate >= 0 {
		mutexRate = rate
	}
	return old
}

var mutexRate int

// SetCPUProfileRate has no effect.
func SetCPUProfileRate(hz int) {}

// CPUProfile panics, as it has since Go 1.9.
func CPUProfile() []byte { panic("CPUProfile no longer available") }

type tracingError string

func (e tracingError) Error() string { return string(e) }

// StartTrace fails: there is no execution tracer.
func StartTrace() error { return tracingError("tracing is not supported") }

// StopTrace does nothing.
func StopTrace() {}

// ReadTrace has nothing to read.
func ReadTrace() (buf []byte) { return nil }

// ---- runtime/pprof

type profileStackRecord struct {
	Stack []uintptr
}
type profileMemRecord struct {
	AllocBytes, FreeBytes     int64
	AllocObjects, FreeObjects int64
	Stack                     []uintptr
}
type profileBlockRecord struct {
	Count  int64
	Cycles int64
	Stack  []uintptr
}

//go:linkname pprof_goroutineProfileWithLabels
func pprof_goroutineProfileWithLabels(p []profileStackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	n = NumGoroutine()
	if n > len(p) {
		return n, false
	}
	n = 0
	for i := range p {
		var pcs [128]uintptr
		if !goroutineStack(i, pcs[:]) {
			break
		}
		p[i].Stack = append([]uintptr(nil), untilZero(pcs[:])...)
		n++
	}
	return n, true
}

//go:linkname pprof_goroutineLeakProfileWithLabels
func pprof_goroutineLeakProfileWithLabels(p []profileStackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	return 0, true
}

//go:linkname pprof_memProfileInternal
func pprof_memProfileInternal(p []profileMemRecord, inuseZero bool) (n int, ok bool) { return 0, true }

//go:linkname pprof_blockProfileInternal
func pprof_blockProfileInternal(p []profileBlockRecord) (n int, ok bool) { return 0, true }

//go:linkname pprof_mutexProfileInternal
func pprof_mutexProfileInternal(p []profileBlockRecord) (n int, ok bool) { return 0, true }

//go:linkname pprof_threadCreateInternal
func pprof_threadCreateInternal(p []profileStackRecord) (n int, ok bool) { return 0, true }

//go:linkname pprof_fpunwindExpand
func pprof_fpunwindExpand(dst, src []uintptr) int { return copy(dst, src) }

//go:linkname pprof_makeProfStack
func pprof_makeProfStack() []uintptr { return make([]uintptr, 128) }

//go:linkname pprof_cyclesPerSecond runtime/pprof.runtime_cyclesPerSecond
func pprof_cyclesPerSecond() int64 { return 1_000_000_000 }

//go:linkname runtime_pprof_readProfile runtime/pprof.readProfile
func runtime_pprof_readProfile() (data []uint64, tags []unsafe.Pointer, eof bool) {
	return nil, nil, true
}

//go:linkname goroutineLeakGC runtime/pprof.runtime_goroutineLeakGC
func goroutineLeakGC() { GC() }

//go:linkname goroutineleakcount runtime/pprof.runtime_goroutineleakcount
func goroutineleakcount() int { return 0 }
