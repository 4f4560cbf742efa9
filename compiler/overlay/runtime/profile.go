package runtime

import "unsafe"

// Profiles of the run time, sampled as with gc. (Burrow's own profiler counts allocations exactly: burrow profile.)

// MemProfileRate is the mean number of bytes between sampled allocations; 1: all of them, 0: none.
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

// A sampled call stack: one element for each frame, inlined ones too.
type profileStack [128]uintptr

func copyStack(to, from []uintptr) {
	for i := copy(to, from); i < len(to); i++ {
		to[i] = 0
	}
}

// sampledMemory calls f for each record of the allocation profile, as far as it is wanted; f stores what it needs of pcs.
func sampledMemory(inuseZero bool, f func(r *MemProfileRecord, pcs []uintptr)) {
	var stack profileStack
	for i, n := 0, memProfileCount(); i < n; i++ {
		var r MemProfileRecord
		var depth int
		r.AllocBytes, r.FreeBytes, r.AllocObjects, r.FreeObjects, depth = memProfileRecord(i, stack[:])
		if inuseZero || r.AllocObjects != r.FreeObjects {
			f(&r, stack[:depth])
		}
	}
}

//go:noescape
func memProfileCount() int

//go:noescape
func memProfileRecord(i int, pcs []uintptr) (allocBytes, freeBytes, allocObjects, freeObjects int64, n int)

// memProfileSize is the number of records that sampledMemory will give.
func memProfileSize(inuseZero bool) (n int) {
	sampledMemory(inuseZero, func(*MemProfileRecord, []uintptr) { n++ })
	return n
}

// MemProfile gives what the sampled allocations of each call stack were, and what is freed of them: with inuseZero also of
// those where nothing is in use.
func MemProfile(p []MemProfileRecord, inuseZero bool) (n int, ok bool) {
	if n = memProfileSize(inuseZero); n > len(p) {
		return n, false
	}
	n = 0
	sampledMemory(inuseZero, func(r *MemProfileRecord, pcs []uintptr) {
		copyStack(r.Stack0[:], pcs)
		p[n] = *r
		n++
	})
	return n, true
}

// contention fills p with the blocking or the mutex profile.
func contention(mutex bool, p []BlockProfileRecord) (n int, ok bool) {
	if n = contentionCount(mutex); n > len(p) {
		return n, false
	}
	var stack profileStack
	for i := range n {
		count, cycles, depth := contentionRecord(mutex, i, stack[:])
		p[i].Count, p[i].Cycles = count, cycles
		copyStack(p[i].Stack0[:], stack[:depth])
	}
	return n, true
}

//go:noescape
func contentionCount(mutex bool) int

//go:noescape
func contentionRecord(mutex bool, i int, pcs []uintptr) (count, cycles int64, n int)

// BlockProfile gives where goroutines have waited for others, and how long.
func BlockProfile(p []BlockProfileRecord) (n int, ok bool) { return contention(false, p) }

// MutexProfile gives who has unlocked what others waited for, and how long they did.
func MutexProfile(p []BlockProfileRecord) (n int, ok bool) { return contention(true, p) }

// ThreadCreateProfile has a record for each thread; where they were made is not known.
func ThreadCreateProfile(p []StackRecord) (n int, ok bool) {
	if n = threadCount(); n > len(p) {
		return n, false
	}
	clear(p[:n])
	return n, true
}

func threadCount() int

// GoroutineProfile gives the stacks of all goroutines.
func GoroutineProfile(p []StackRecord) (n int, ok bool) {
	n = NumGoroutine()
	if n > len(p) {
		return n, false
	}
	n = 0
	for i := range p {
		if _, ok := goroutineStack(i, p[i].Stack0[:]); !ok {
			break
		}
		n++
	}
	return n, true
}

// goroutineStack fills pcs with the stack of the i-th goroutine.
//
//go:noescape
func goroutineStack(i int, pcs []uintptr) (labels unsafe.Pointer, ok bool)

// SetBlockProfileRate says that one blocking event in so many nanoseconds of waiting is to be noted; 1: all, 0: none.
func SetBlockProfileRate(rate int) { setBlockRate(int64(rate)) }

func setBlockRate(nanos int64)

// SetMutexProfileFraction says that one contention in so many is to be noted, and gives the rate set before; a negative rate
// changes nothing.
func SetMutexProfileFraction(rate int) int { return int(setMutexFraction(int64(rate))) }

func setMutexFraction(fraction int64) int64

// The CPU profile: samples are read by runtime/pprof.
var cpuProfile struct {
	on     bool
	own    bool // its samples are its own
	hz     int
	header bool // not yet read
}

// SetCPUProfileRate starts sampling so often a second of CPU time, or with 0 ends it.
func SetCPUProfileRate(hz int) {
	if hz <= 0 {
		if cpuProfile.on {
			cpuProfile.on = false
			stopCPU()
		}
		return
	}
	if hz > 1000000 {
		hz = 1000000
	}
	if cpuProfile.on {
		print("runtime: cannot set rate until previous profile has finished.\n")
		return
	}
	var stack profileStack
	for cpuProfile.own { // what nobody has read of an earlier profile
		if _, _, ok := cpuSample(stack[:]); !ok {
			break
		}
	}
	// It stays empty if burrow profile takes the samples.
	cpuProfile.on = startCPU(1_000_000_000 / int64(hz))
	cpuProfile.own, cpuProfile.hz, cpuProfile.header = cpuProfile.on, hz, true
}

func timeSleep(nanos int64)
func startCPU(period int64) bool
func stopCPU()
func lostCPUSamples() int

//go:noescape
func cpuSample(pcs []uintptr) (labels unsafe.Pointer, n int, ok bool)

// What samples call the time of the collector, and that of no goroutine.
func _GC()     { _GC() }
func _System() { _System() }

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
		label, found := goroutineStack(i, pcs[:])
		if !found {
			break
		}
		if labels != nil {
			labels[i] = label
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
func pprof_memProfileInternal(p []profileMemRecord, inuseZero bool) (n int, ok bool) {
	if n = memProfileSize(inuseZero); n > len(p) {
		return n, false
	}
	n = 0
	sampledMemory(inuseZero, func(r *MemProfileRecord, pcs []uintptr) {
		if n < len(p) {
			stack := append([]uintptr(nil), pcs...)
			p[n] = profileMemRecord{r.AllocBytes, r.FreeBytes, r.AllocObjects, r.FreeObjects, stack}
			n++
		}
	})
	return n, true
}

func pprofContention(mutex bool, p []profileBlockRecord) (n int, ok bool) {
	if n = contentionCount(mutex); n > len(p) {
		return n, false
	}
	var stack profileStack
	for i := range n {
		count, cycles, depth := contentionRecord(mutex, i, stack[:])
		p[i] = profileBlockRecord{count, cycles, append([]uintptr(nil), stack[:depth]...)}
	}
	return n, true
}

//go:linkname pprof_blockProfileInternal
func pprof_blockProfileInternal(p []profileBlockRecord) (n int, ok bool) {
	return pprofContention(false, p)
}

//go:linkname pprof_mutexProfileInternal
func pprof_mutexProfileInternal(p []profileBlockRecord) (n int, ok bool) {
	return pprofContention(true, p)
}

//go:linkname pprof_threadCreateInternal
func pprof_threadCreateInternal(p []profileStackRecord) (n int, ok bool) {
	if n = threadCount(); n > len(p) {
		return n, false
	}
	clear(p[:n])
	return n, true
}

//go:linkname pprof_fpunwindExpand
func pprof_fpunwindExpand(dst, src []uintptr) int { return copy(dst, src) }

//go:linkname pprof_makeProfStack
func pprof_makeProfStack() []uintptr { return make([]uintptr, 128) }

//go:linkname pprof_cyclesPerSecond runtime/pprof.runtime_cyclesPerSecond
func pprof_cyclesPerSecond() int64 { return 1_000_000_000 }

// readProfile gives the samples since the last call, each as its length in words, a time stamp that nobody looks at, its count and
// its stack. The first record of a profile says how many there are a second.
//
//go:linkname runtime_pprof_readProfile runtime/pprof.readProfile
func runtime_pprof_readProfile() (data []uint64, tags []unsafe.Pointer, eof bool) {
	if cpuProfile.header {
		cpuProfile.header = false
		data = append(data, 3, 0, uint64(cpuProfile.hz))
		tags = append(tags, nil)
	}
	for waited := 0; cpuProfile.on && data == nil && waited < 10; waited++ {
		timeSleep(10_000_000) // the reader has nothing else to do
	}
	on := cpuProfile.on // what is sampled until here is read below
	var stack profileStack
	for cpuProfile.own {
		labels, n, ok := cpuSample(stack[:])
		if !ok {
			break
		}
		data = append(data, uint64(3+n), 0, 1)
		for _, pc := range stack[:n] {
			data = append(data, uint64(pc))
		}
		tags = append(tags, labels)
	}
	if n := lostCPUSamples(); n > 0 && cpuProfile.own {
		data = append(data, 4, 0, 0, uint64(n))
		tags = append(tags, nil)
	}
	return data, tags, !on
}

//go:linkname goroutineLeakGC runtime/pprof.runtime_goroutineLeakGC
func goroutineLeakGC() { GC() }

//go:linkname goroutineleakcount runtime/pprof.runtime_goroutineleakcount
func goroutineleakcount() int { return 0 }
