// The way from a linked function to its machine code.
#pragma once

#include <string>

#include "vm/func.h"

namespace burrow::jit {

struct CompileStats {
  uint64_t functions = 0, failed = 0, nanoseconds = 0, codeBytes = 0, bytecodeWords = 0;
};
extern CompileStats compileStats;
/// Functions go to the optimizing tier first, and to the templates if that has a reason not to take them.
extern bool optimizing;

/// Compiles f, a linked function, and makes it what calls of f run from now on. False if it cannot be compiled: f is interpreted
/// then, and *why says why.
bool compile(vm::Func& f, std::string* why);

/// Compiles f once more, to be entered at a loop header that its code has no entry for.
void compileLoop(vm::Func& f, const Insn* header);

}  // namespace burrow::jit
