package runtime

import (
	"internal/abi"
	"unsafe"
)

// MemStats is what ReadMemStats reports about the heap.
type MemStats struct {
	Alloc         uint64
	TotalAlloc    uint64
	Sys           uint64
	Lookups       uint64
	Mallocs       uint64
	Frees         uint64
	HeapAlloc     uint64
	HeapSys       uint64
	HeapIdle      uint64
	HeapInuse     uint64
	HeapReleased  uint64
	HeapObjects   uint64
	StackInuse    uint64
	StackSys      uint64
	MSpanInuse    uint64
	MSpanSys      uint64
	MCacheInuse   uint64
	MCacheSys     uint64
	BuckHashSys   uint64
	GCSys         uint64
	OtherSys      uint64
	NextGC        uint64
	LastGC        uint64
	PauseTotalNs  uint64
	PauseNs       [256]uint64
	PauseEnd      [256]uint64
	NumGC         uint32
	NumForcedGC   uint32
	GCCPUFraction float64
	EnableGC      bool
	DebugGC       bool
	BySize        [61]struct {
		Size    uint32
		Mallocs uint64
		Frees   uint64
	}
}

// ReadMemStats fills m.
//
//go:noescape
func ReadMemStats(m *MemStats)

// GC collects garbage now.
func GC()

// KeepAlive marks x as in use up to here.
//
//go:noinline
func KeepAlive(x any) {}

// ---- Finalizers and cleanups

// SetFinalizer has finalizer(obj) called some time after obj became unreachable; nil takes that back.
func SetFinalizer(obj any, finalizer any) {
	e := efaceOf(&obj)
	if e.typ == nil {
		throw("runtime.SetFinalizer: first argument is nil")
	}
	if e.typ.Kind() != abi.Pointer {
		throw("runtime.SetFinalizer: first argument is " + typeString(e.typ) + ", not pointer")
	}
	elem := (*abi.PtrType)(unsafe.Pointer(e.typ)).Elem
	if e.data == nil {
		throw("runtime.SetFinalizer: pointer not in allocated block")
	}
	base, _ := heapObject(e.data)
	if base == nil {
		return // static data lives for ever
	}
	if base != e.data && (elem.PtrBytes != 0 || elem.Size_ >= 16) {
		throw("runtime.SetFinalizer: pointer not at beginning of allocated block")
	}
	f := efaceOf(&finalizer)
	if f.typ == nil {
		finalizerSet(e.data, nil, nil)
		return
	}
	if f.typ.Kind() != abi.Func {
		throw("runtime.SetFinalizer: second argument is " + typeString(f.typ) + ", not a function")
	}
	ft := (*abi.FuncType)(unsafe.Pointer(f.typ))
	if ft.IsVariadic() {
		throw("runtime.SetFinalizer: cannot pass " + typeString(e.typ) + " to finalizer " + typeString(f.typ) + " because dotdotdot")
	}
	if ft.InCount != 1 {
		throw("runtime.SetFinalizer: cannot pass " + typeString(e.typ) + " to finalizer " + typeString(f.typ))
	}
	param := ft.InSlice()[0]
	fits := param == e.typ
	if !fits && param.Kind() == abi.Pointer {
		pt := (*abi.PtrType)(unsafe.Pointer(param))
		fits = pt.Elem == elem && (param.TFlag&abi.TFlagNamed == 0 || e.typ.TFlag&abi.TFlagNamed == 0)
	}
	if !fits && param.Kind() == abi.Interface {
		fits = typeImplements(param, e.typ)
	}
	if !fits {
		throw("runtime.SetFinalizer: cannot pass " + typeString(e.typ) + " to finalizer " + typeString(f.typ))
	}
	fn := f.data
	if param.Kind() == abi.Interface {
		tab := interfaceTab(e.typ, param)
		call := func(obj unsafe.Pointer) { callFinalizer(f.data, tab, obj, 2) }
		fn = *(*unsafe.Pointer)(unsafe.Pointer(&call))
		param = e.typ
	}
	if !finalizerSet(e.data, fn, param) {
		throw("runtime.SetFinalizer: finalizer already set")
	}
}

// A Cleanup is a handle to take a cleanup back.
type Cleanup struct {
	id  uint64
	ptr uintptr
}

// AddCleanup has cleanup(arg) called some time after ptr became unreachable.
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) Cleanup {
	ptr = abi.Escape(ptr)
	cleanup = abi.Escape(cleanup)
	if ptr == nil {
		panic("runtime.AddCleanup: ptr is nil")
	}
	kind := abi.TypeFor[S]().Kind()
	var argPtr unsafe.Pointer
	if kind == abi.Pointer || kind == abi.UnsafePointer {
		argPtr = *(*unsafe.Pointer)(unsafe.Pointer(&arg))
		if argPtr == unsafe.Pointer(ptr) {
			panic("runtime.AddCleanup: ptr is equal to arg, cleanup will never run")
		}
	}
	base, size := heapObject(unsafe.Pointer(ptr))
	if base == nil {
		return Cleanup{}
	}
	if argPtr != nil && uintptr(argPtr) >= uintptr(base) && uintptr(argPtr) < uintptr(base)+size {
		panic("runtime.AddCleanup: ptr is within arg, cleanup will never run")
	}
	id := cleanupAdd(unsafe.Pointer(ptr), func() { cleanup(arg) })
	return Cleanup{id: id, ptr: uintptr(unsafe.Pointer(ptr))}
}

// Stop takes the cleanup back, if it has not been queued yet.
func (c Cleanup) Stop() {
	if c.id != 0 {
		cleanupRemove(c.id)
	}
}

// heapObject is the heap object that p points into and its size; nil if there is none.
//
//go:noescape
func heapObject(p unsafe.Pointer) (base unsafe.Pointer, size uintptr)
func finalizerSet(obj, fn unsafe.Pointer, param *abi.Type) bool
func cleanupAdd(ptr unsafe.Pointer, fn func()) uint64
func cleanupRemove(id uint64)
func typeImplements(inter, t *abi.Type) bool
func weakHandle(p unsafe.Pointer) unsafe.Pointer

// pendingNext waits for the next finalizer or cleanup that is due. A finalizer has a parameter type.
func pendingNext() (fn, obj unsafe.Pointer, param *abi.Type)

// interfaceTab is the first word of an interface inter that holds a t.
func interfaceTab(t, inter *abi.Type) unsafe.Pointer

// callFinalizer calls the closure fn with a, or a and b, and drops its results, however many they are.
func callFinalizer(fn, a, b unsafe.Pointer, args int)

// runFinalizers is the goroutine that calls finalizers and cleanups. A finalizer's results go nowhere.
func runFinalizers() {
	for {
		fn, obj, param := pendingNext()
		if param == nil {
			(*(*func())(unsafe.Pointer(&fn)))()
		} else {
			callFinalizer(fn, obj, nil, 1)
		}
	}
}

// blockUntilEmptyFinalizerQueue waits until no finalizer or cleanup is due or running, at most timeout nanoseconds.
func blockUntilEmptyFinalizerQueue(timeout int64) bool {
	for start := nanotime(); !finalizersIdle(); Gosched() {
		if nanotime()-start > timeout {
			return false
		}
	}
	return true
}

//go:linkname unique_blockUntilEmptyCleanupQueue unique.runtime_blockUntilEmptyCleanupQueue
func unique_blockUntilEmptyCleanupQueue(timeout int64) bool {
	return blockUntilEmptyFinalizerQueue(timeout)
}

//go:linkname sync_test_blockUntilEmptyCleanupQueue sync_test.runtime_blockUntilEmptyCleanupQueue
func sync_test_blockUntilEmptyCleanupQueue(timeout int64) bool {
	return blockUntilEmptyFinalizerQueue(timeout)
}

func finalizersIdle() bool
func nanotime() int64

// A Pinner holds objects in place and alive. Objects never move, so keeping them is all there is to do.
type Pinner struct {
	*pinner
}

type pinner struct {
	refs []any
}

// pinners are those that hold something.
var pinners = map[*pinner]bool{}

// Pin keeps the object that pointer points to until Unpin.
func (p *Pinner) Pin(pointer any) {
	e := efaceOf(&pointer)
	if e.typ == nil {
		panic(errorString("runtime.Pinner: argument is nil"))
	}
	if k := e.typ.Kind(); k != abi.Pointer && k != abi.UnsafePointer {
		panic(errorString("runtime.Pinner: argument is not a pointer: " + typeString(e.typ)))
	}
	if p.pinner == nil {
		p.pinner = new(pinner)
		pinners[p.pinner] = true
	}
	p.refs = append(p.refs, pointer)
}

// Unpin lets go of all objects.
func (p *Pinner) Unpin() {
	if p.pinner != nil {
		delete(pinners, p.pinner)
		p.pinner = nil
	}
}
