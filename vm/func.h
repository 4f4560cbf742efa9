// A function of the running program. Its address is the code word of func values, itabs and method
// tables, and what runtime.FuncForPC(Value.Pointer()) is asked about: it never moves and is never freed.
#pragma once

#include <cstdint>
#include <string_view>

#include "vm/bytecode/frame.h"
#include "vm/bytecode/image.h"

namespace burrow::vm {

struct Goroutine;
struct Module;  // vm/link/linker.h: a loaded image

/// What the interpreter does after a slow path or native.
enum class Next : uint8_t {
  Run,      ///< go on with g.pc (natives: results are in place, return to the caller)
  Reload,   ///< pc, frame or stack were changed (call pushed, panic started): reload all from g
  Park,     ///< g is blocked or was preempted; its state is in g; go back to the scheduler
  Exit,     ///< the goroutine is done
  // Machine code only:
  Enter,    ///< an interpreted function was called: its header is complete, the stack limit not yet checked
  Return,   ///< frame g.fp is to return to its caller, which is interpreted
  Interpret, ///< like Reload, but not back into machine code at once
  Switched, ///< of interpret only: another goroutine has become the running one, its `pending` says what is next
};

/// A C++ function standing for a Go function without a body. `args` is the incoming area: argSlots slots of
/// arguments, then resultSlots slots of results, on g's stack. Natives never call Go. One that may collect or
/// park must re-derive `args` from g afterwards (incomingArgs(g)). A native that parks either has its results stored by
/// whoever wakes it, and is not called again.
using NativeFn = Next (*)(Goroutine& g, Slot* args);

struct Func {
  const Insn* entry;        ///< where a call goes: EnterUnlinked or EnterNative until linked, then code
  const void* machine = nullptr;  ///< where machine code calls it: its prologue, or a stub (machine/machine.h); null without a jit
  const void* machineArgs = nullptr;  ///< the same for callers that have the first arguments in registers, too (jit/assembler.h)
  const Insn* code = nullptr;
  NativeFn native = nullptr;
  Next (*after)(Goroutine& g, Slot* args, Slot* area) = nullptr;  ///< NativeAfterFn: interp/interp.h
  Module* module = nullptr;
  const ImageFunc* info = nullptr;
  std::string_view name;
  uint16_t frameSlots = 0, argSlots = 0, resultSlots = 0, flags = 0;
  uint32_t codeWords = 0;
  uint32_t counter = 0;     ///< calls (tiering); of code made by the templates, those left until there is to be better code
  const struct MachineCode* compiled = nullptr;  ///< machine/machine.h
};

/// A func value points to one of these; captured variables follow.
struct Closure {
  Func* fn;
  Slot captured[1];
};

}  // namespace burrow::vm
