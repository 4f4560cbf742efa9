// What all emitters of machine code share: asmjit, its errors, the registers that are fixed, and where fields lie.
//
//   rbp   fp: the frame's header
//   rsp   r: the frame's registers; r[slot] is [rsp + 8*slot]. Helpers run on the thread's own stack (Goroutine::systemSp)
//   r14   the Goroutine
//   r11   at a call: the callee's Func
//   rbx   scratch that a stub keeps rsp in while a helper runs
// Everything else is free between two instructions of bytecode.
//
// Calls. Arguments and results have their slots, as in the interpreter. Besides, whoever calls Func::machineArgs has the first argument slots in
// kArgumentRegs and a closure in kContextReg; and whoever returns to machine code leaves the first result slots in kResultRegs. So a
// callee, and a caller behind the call, find a value both in a register and at home: nothing is loaded, and nothing has to be stored when
// the register is wanted otherwise. They are general registers for floats too, since who calls a func value knows slots, not types.
#pragma once

#include <asmjit/x86.h>

#include <cstddef>
#include <string>

#include "jit/code_memory.h"
#include "vm/sched/goroutine.h"

namespace burrow::jit {

namespace x86 = asmjit::x86;
using asmjit::Imm;
using asmjit::Label;

inline constexpr x86::Gp kFp = x86::rbp, kRegs = x86::rsp, kGoroutine = x86::r14, kCallee = x86::r11;

inline constexpr x86::Gp kArgumentRegs[] = {x86::rbx, x86::rdi, x86::rsi, x86::r8, x86::r9, x86::r10};
inline constexpr x86::Gp kResultRegs[] = {x86::rax, x86::rcx};
inline constexpr x86::Gp kContextReg = x86::rdx;

/// A field of the goroutine.
inline x86::Mem goroutine(size_t offset) { return x86::qword_ptr(kGoroutine, static_cast<int32_t>(offset)); }
#define BURROW_G(field) ::burrow::jit::goroutine(offsetof(::burrow::vm::Goroutine, field))

/// Keeps the first error: whoever emitted throws the code away.
class Errors : public asmjit::ErrorHandler {
 public:
  void handleError(asmjit::Error, const char* message, asmjit::BaseEmitter*) override {
    if (text.empty()) text = message;
  }
  std::string text;
};

/// A buffer with an assembler on it, which ends up in code memory.
class CodeBuffer {
 public:
  enum class Kind : uint8_t { Function, Stub };
  /// Functions appear in listings (jit/notes.h).
  explicit CodeBuffer(Kind kind = Kind::Function);
  /// Moves what was emitted to code memory; null with `error` set if something is wrong or memory is full.
  char* finish();
  x86::Assembler& assembler() { return a_; }
  asmjit::CodeHolder& holder() { return holder_; }
  const std::string& error() const { return errors_.text; }
  size_t size() const { return size_; }

 private:
  asmjit::CodeHolder holder_;
  Errors errors_;
  x86::Assembler a_;
  size_t size_ = 0;
};

}  // namespace burrow::jit
