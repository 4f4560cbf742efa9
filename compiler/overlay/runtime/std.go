package runtime

import (
	"internal/abi"
	"internal/godebugs"
	"unsafe"
)

// What packages of the standard library expect of runtime and is easier said in Go than in C++: mostly keeping
// the functions that they register, and calling them.

// typeEqual and typeHash are the code of the Equal and Hasher closures in type descriptors; the type is captured.
func typeEqual(p, q unsafe.Pointer) bool
func typeHash(p unsafe.Pointer, seed uintptr) uintptr

// zeroVal is what reflect's zero values of up to its size point to.
var zeroVal [abi.ZeroValSize]byte

// ---- sync.Pool: its clean-up is Go, so it cannot run inside a collection. It runs on the finalizer goroutine's
// behalf, queued when a collection starts.

//go:linkname sync_runtime_registerPoolCleanup sync.runtime_registerPoolCleanup
func sync_runtime_registerPoolCleanup(f func()) { setPoolCleanup(f) }

func setPoolCleanup(f func())

// ---- internal/godebug

var godebugUpdate func(string, string)

//go:linkname godebug_setUpdate internal/godebug.setUpdate
func godebug_setUpdate(update func(string, string)) {
	godebugUpdate = update
	godebugNotify(godebugEnv())
}

func godebugNotify(env string) {
	panicNil = godebugSetting(env, "panicnil") == "1" ||
		godebugSetting(env, "panicnil") == "" && godebugSetting(godebugDefault(), "panicnil") == "1"
	if godebugUpdate != nil {
		godebugUpdate(godebugDefault(), env)
	}
}

// godebugSetting is the last value of key in a list k=v,k=v.
func godebugSetting(list, key string) string {
	value := ""
	for len(list) > 0 {
		item := list
		for i := 0; i < len(list); i++ {
			if list[i] == ',' {
				item = list[:i]
				break
			}
		}
		if len(item) == len(list) {
			list = ""
		} else {
			list = list[len(item)+1:]
		}
		if len(item) > len(key) && item[:len(key)] == key && item[len(key)] == '=' {
			value = item[len(key)+1:]
		}
	}
	return value
}

func godebugDefault() string
func godebugEnv() string

//go:linkname godebug_setNewIncNonDefault internal/godebug.setNewIncNonDefault
func godebug_setNewIncNonDefault(newInc func(string) func()) {
	panicNilNote = func() {
		panicNilNote = newInc("panicnil")
		panicNilNote()
	}
}

var metricReaders = map[string]func() uint64{}

//go:linkname godebug_registerMetric internal/godebug.registerMetric
func godebug_registerMetric(name string, read func() uint64) { metricReaders[name] = read }

//go:linkname syscall_runtimeSetenv syscall.runtimeSetenv
func syscall_runtimeSetenv(key, value string) {
	if key == "GODEBUG" {
		godebugNotify(value)
	}
}

//go:linkname syscall_runtimeUnsetenv syscall.runtimeUnsetenv
func syscall_runtimeUnsetenv(key string) {
	if key == "GODEBUG" {
		godebugNotify("")
	}
}

//go:linkname syscall_runtimeClearenv syscall.runtimeClearenv
func syscall_runtimeClearenv(env map[string]int) { godebugNotify("") }

// ---- runtime/metrics: a sample is {name string; kind int; scalar uint64; pointer}.

type metricSample struct {
	name    string
	kind    int
	scalar  uint64
	pointer unsafe.Pointer
}

//go:linkname runtime_readMetrics runtime/metrics.runtime_readMetrics
func runtime_readMetrics(samples unsafe.Pointer, n, c int) {
	var stats MemStats
	read := false
	for i := range unsafe.Slice((*metricSample)(samples), n) {
		s := &unsafe.Slice((*metricSample)(samples), n)[i]
		if !read {
			ReadMemStats(&stats)
			read = true
		}
		s.kind, s.pointer = 1, nil
		switch s.name {
		case "/gc/heap/allocs:bytes":
			s.scalar = stats.TotalAlloc
		case "/gc/heap/allocs:objects":
			s.scalar = stats.Mallocs
		case "/gc/heap/frees:objects":
			s.scalar = stats.Frees
		case "/gc/heap/frees:bytes":
			s.scalar = stats.TotalAlloc - stats.HeapAlloc
		case "/gc/heap/objects:objects":
			s.scalar = stats.HeapObjects
		case "/gc/heap/live:bytes", "/memory/classes/heap/objects:bytes":
			s.scalar = stats.HeapAlloc
		case "/gc/heap/goal:bytes":
			s.scalar = stats.NextGC
		case "/gc/cycles/total:gc-cycles":
			s.scalar = uint64(stats.NumGC)
		case "/gc/cycles/forced:gc-cycles":
			s.scalar = uint64(stats.NumForcedGC)
		case "/gc/cycles/automatic:gc-cycles":
			s.scalar = uint64(stats.NumGC - stats.NumForcedGC)
		case "/memory/classes/total:bytes":
			s.scalar = stats.Sys
		case "/memory/classes/heap/unused:bytes":
			s.scalar = stats.HeapInuse - stats.HeapAlloc
		case "/memory/classes/heap/free:bytes":
			s.scalar = stats.HeapIdle
		case "/memory/classes/heap/stacks:bytes":
			s.scalar = stats.StackInuse
		case "/sched/goroutines:goroutines":
			s.scalar = uint64(NumGoroutine())
		case "/sched/gomaxprocs:threads":
			s.scalar = uint64(GOMAXPROCS(0))
		case "/cgo/go-to-c-calls:calls":
			s.scalar = 0
		default:
			s.kind = 0
			if read, ok := metricReaders[s.name]; ok {
				s.kind, s.scalar = 1, read()
			} else if isSettingMetric(s.name) {
				s.kind, s.scalar = 1, 0
			}
		}
	}
}

// isSettingMetric says whether name counts the uses of a GODEBUG setting, which may not have been asked for yet.
func isSettingMetric(name string) bool {
	const prefix, suffix = "/godebug/non-default-behavior/", ":events"
	if len(name) < len(prefix)+len(suffix) || name[:len(prefix)] != prefix || name[len(name)-len(suffix):] != suffix {
		return false
	}
	setting := godebugs.Lookup(name[len(prefix) : len(name)-len(suffix)])
	return setting != nil && !setting.Opaque
}

// ---- maps.Clone

//go:linkname maps_clone maps.clone
func maps_clone(m any) any {
	e := efaceOf(&m)
	e.data = mapclone(e.typ, e.data)
	return m
}

func mapclone(t *abi.Type, m unsafe.Pointer) unsafe.Pointer

// ---- testing/synctest: bubbles are not supported; nothing is ever in one.

//go:linkname synctestRun internal/synctest.Run
func synctestRun(f func()) { panic("synctest: bubbles are not supported") }

//go:linkname synctestWait internal/synctest.Wait
func synctestWait() { panic("goroutine is not in a bubble") }

//go:linkname synctest_acquire internal/synctest.acquire
func synctest_acquire() any { return nil }

//go:linkname synctest_release internal/synctest.release
func synctest_release(any) {}

//go:linkname synctest_inBubble internal/synctest.inBubble
func synctest_inBubble(bubble any, f func()) { f() }
