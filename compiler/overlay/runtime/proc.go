package runtime

import "unsafe"

// main is the first goroutine: package initialisers, then the program.
func main() {
	startSystemGoroutines()
	for {
		next := nextStart()
		if next == nil {
			break
		}
		next()
	}
	exit(0)
}

// nextStart gives the package initialisers in order, then main.main, then nil.
func nextStart() func()

func startSystemGoroutines() {
	startSystem(runTimers)
	startSystem(runFinalizers)
}

// startSystem starts a goroutine that neither NumGoroutine nor deadlock detection counts.
func startSystem(f func())

func exit(code int)

// Gosched lets other goroutines run.
func Gosched()

// NumGoroutine is the number of goroutines that exist.
func NumGoroutine() int

// NumCPU is the number of processors usable by this process.
func NumCPU() int

// GOMAXPROCS sets how many threads run Go code at once, if n is positive, and returns the setting before.
func GOMAXPROCS(n int) int

// SetDefaultGOMAXPROCS undoes what GOMAXPROCS set.
func SetDefaultGOMAXPROCS() { GOMAXPROCS(NumCPU()) }

// NumCgoCall is the number of calls into C: there are none.
func NumCgoCall() int64 { return 0 }

// Breakpoint stops the process for a debugger.
func Breakpoint()

// LockOSThread wires the goroutine to its thread.
func LockOSThread()

// UnlockOSThread undoes one LockOSThread.
func UnlockOSThread()

// SetCgoTraceback has no effect: there is no C.
func SetCgoTraceback(version int, traceback, context, symbolizer unsafe.Pointer) {
	if version != 0 {
		panic("unsupported version")
	}
}

// ---- Coroutines: iter.Pull

// A coro is a goroutine that runs only while another one waits in coroswitch.
type coro struct {
	gp uintptr // the vm's goroutine that is not running now
	f  func(*coro)
}

func newcoro(f func(*coro)) *coro {
	c := &coro{f: f}
	c.gp = startParked(func() {
		defer coroexit(c) // also after Goexit
		c.f(c)
	})
	return c
}

// Instances of iter's generic functions that are compiled elsewhere know newcoro by this name.
//
//go:linkname iter_newcoro iter.newcoro
func iter_newcoro(f func(*coro)) *coro { return newcoro(f) }

func startParked(f func()) uintptr
func coroswitch(c *coro)
func coroexit(c *coro)

// ---- Timers

// timeTimer has the head of time.Timer and time.Ticker.
type timeTimer struct {
	c    unsafe.Pointer
	init bool
	t    *timer
}

// A timer is one row of the vm's timer heap (sched/timer.cpp knows its layout). A pending one is kept by the
// heap; a channel is held weakly, because a timer whose channel nobody has cannot be noticed.
type timer struct {
	when, period int64
	index        int // in the heap plus one; 0: not pending
	f            func(arg any, seq uintptr, delta int64)
	argType      unsafe.Pointer
	argData      unsafe.Pointer  // nil for channels
	weak         *unsafe.Pointer // the channel
	serial       int64
}

//go:linkname newTimer time.newTimer
func newTimer(when, period int64, f func(any, uintptr, int64), arg any, c unsafe.Pointer) *timeTimer {
	t := &timer{f: f}
	e := efaceOf(&arg)
	t.argType = unsafe.Pointer(e.typ)
	if c != nil {
		t.weak = (*unsafe.Pointer)(weakHandle(c))
		markTimerChan(c)
	} else {
		t.argData = e.data
	}
	timerStart(t, when, period)
	return &timeTimer{init: true, t: t}
}

//go:linkname stopTimer time.stopTimer
func stopTimer(tt *timeTimer) bool { return timerStop(tt.t) }

//go:linkname resetTimer time.resetTimer
func resetTimer(tt *timeTimer, when, period int64) bool {
	pending := timerStop(tt.t)
	timerStart(tt.t, when, period)
	return pending
}

func timerStart(t *timer, when, period int64)
func timerStop(t *timer) bool
func markTimerChan(c unsafe.Pointer)

// timerNext waits until a timer is due. Until it is called again this goroutine is not preempted, so that a
// Stop never comes between a timer's firing and its send.
func timerNext() (f func(any, uintptr, int64), arg any, delta int64)

func runTimers() {
	for {
		f, arg, delta := timerNext()
		f(arg, 0, delta)
	}
}
