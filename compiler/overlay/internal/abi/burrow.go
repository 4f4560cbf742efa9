package abi

// EscapeNonString makes v escape if it holds a pointer that is not a string's. Objects on goroutine
// stacks move, so this must be a real escape; that strings escape too does no harm.
func EscapeNonString[T any](v T) { Escape(v) }
