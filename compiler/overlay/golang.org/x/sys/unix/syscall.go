// System calls, which the module has in assembly: they are those of package syscall.

package unix

import (
	"syscall"
	_ "unsafe"
)

//go:linkname Syscall syscall.Syscall
func Syscall(trap, a1, a2, a3 uintptr) (r1, r2 uintptr, err syscall.Errno)

//go:linkname Syscall6 syscall.Syscall6
func Syscall6(trap, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2 uintptr, err syscall.Errno)

//go:linkname RawSyscall syscall.RawSyscall
func RawSyscall(trap, a1, a2, a3 uintptr) (r1, r2 uintptr, err syscall.Errno)

//go:linkname RawSyscall6 syscall.RawSyscall6
func RawSyscall6(trap, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2 uintptr, err syscall.Errno)

//go:linkname SyscallNoError syscall.rawSyscallNoError
func SyscallNoError(trap, a1, a2, a3 uintptr) (r1, r2 uintptr)

//go:linkname RawSyscallNoError syscall.rawSyscallNoError
func RawSyscallNoError(trap, a1, a2, a3 uintptr) (r1, r2 uintptr)

//go:noescape
//go:linkname gettimeofday syscall.gettimeofday
func gettimeofday(tv *Timeval) (err syscall.Errno)
