// Code made at start-up that all compiled functions share: the ways between the interpreter's loop and machine code, and calls of
// C++ helpers. Below every goroutine the C++ stack is the same: scheduler, loop, and `enter`; neither nests in the other.
#pragma once

#include <asmjit/x86.h>

#include <string>

#include "vm/interp/slow.h"
#include "vm/machine/machine.h"

namespace burrow::jit {

struct Stubs {
  /// MachineHooks::enter. Saves the C++ registers, sets rbp and rsp from g.fp, and jumps.
  vm::MachineExit (*enter)(vm::Goroutine& g, const void* address, const Slot* results) = nullptr;
  const char* exit = nullptr;            ///< jumped to, al: the Next. Returns from `enter`
  const char* park = nullptr;            ///< jumped to on the thread's stack, rsi: where to go on if it is a channel operation. To the next goroutine
  const char* leaveNative = nullptr;     ///< jumped to in a native's frame: to its caller, which is machine code
  const char* toInterpreter = nullptr;   ///< called, r11: an interpreted Func
  const char* toNative = nullptr;        ///< called, r11: a linked native's Func
  const char* returnToInterpreter = nullptr;  ///< jumped to in place of leave, ret when the return address is bytecode
  const char* enterSlow = nullptr;       ///< jumped to by a prologue: header made, rsp below the limit
};
extern Stubs stubs;

/// Makes them; false if code memory is not to be had.
bool makeStubs();

/// A stub that calls a slow half: `mov rsi, pc; call stub`. It comes back if that says Run, all free registers lost.
const char* slowStub(vm::SlowFn* fn);
/// The same for a channel operation: if that parks, its goroutine goes on behind the call of the stub.
const char* parkStub(vm::SlowFn* fn);
/// A helper that gives a number instead: in rax. It neither raises nor parks.
using ValueFn = uint64_t(vm::Goroutine& g, const Insn* pc, Slot* r);
const char* valueStub(ValueFn* fn);
/// Any other code that functions share, to be called or jumped to.
const char* makeStub(void (*emit)(asmjit::x86::Assembler& a), const char* name);
/// For listings: the name of one of the stubs above ("stub exit"), empty if the address is none; the function that a helper's stub calls.
std::string stubName(const void* address);
const void* stubFunction(const void* address);
/// Calls a C++ function with the arguments as they are in registers; rbx and all that C++ may clobber are lost.
const char* plainStub(const void* fn);
/// The same within a stub that machine code has called, whose return address is at rsp.
void emitPlainCall(asmjit::x86::Assembler& a, const void* fn);

}  // namespace burrow::jit
