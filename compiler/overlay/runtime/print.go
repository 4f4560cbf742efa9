package runtime

// What print and println are made of: the compiler emits calls of these, the vm writes to standard error.

func printlock()
func printunlock()
func printnl()
func printsp()
func printbool(v bool)
func printint(v int64)
func printuint(v uint64)
func printhex(v uint64)
func printfloat32(v float32)
func printfloat64(v float64)
func printfloat(v float64)
func printcomplex64(v complex64)
func printcomplex128(v complex128)
func printcomplex(v complex128)

//go:noescape
func printstring(s string)

func printpointer(p uintptr)
func printuintptr(p uintptr)

//go:noescape
func printslice(s []byte)

//go:noescape
func printeface(e any)

//go:noescape
func printiface(e any)
