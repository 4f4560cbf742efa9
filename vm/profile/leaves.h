// What samples of the processor call the time that instructions take in C++: the leaf of a call stack, where gc has a function of its run time.
#pragma once

#include "vm/bytecode/opcode.h"

namespace burrow::vm {

/// A function of the runtime package (profile_leaves.go there); null: the time is the instruction's own.
const char* runtimeName(Op op);

}  // namespace burrow::vm
