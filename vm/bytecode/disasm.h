// A readable listing of an image's code: symbols by name, source lines between, allocations marked.
//
//   main.f: 9 slots, 1 argument, 1 result
//   main.go:12	p := &T{n}
//   *    4  NewHeap        r3  type:main.T          ; heap New: T escapes to heap
//        7  Call           1, 1  main.use           ; live r3
//   point.go:7 (main.T.Len at main.go:13)	return t.n
//
// The last line is of a function whose body stands in place of a call.
//
// Registers: rN, argN and retN for the incoming area. `*` marks an allocation on the heap, `+` one on the stack.
#pragma once

#include <string>

#include "vm/bytecode/image.h"

namespace burrow {

/// Listing of function number `func`. `source`: with the text of source lines, where their files can be read.
std::string disassemble(const ImageView& image, uint32_t func, bool source = true);
/// One instruction, without position: "AddI64 r1, r2, r3". `code`: the function's code, `pc` a word offset.
std::string disassembleInsn(const ImageView& image, const ImageFunc& func, uint32_t pc);
/// Name of an AllocKind.
std::string_view allocKindName(AllocKind kind);

}  // namespace burrow
