// The template tier: machine code for each instruction by itself. Registers of the bytecode live in their home slots all the time, so
// every instruction is a place to come in from the interpreter, and to leave to it.
//
// The families of instructions are in template_*.cpp: each has a function that emits the current instruction if it is one of its own.
// What none of them knows leaves to the interpreter.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "jit/assembler.h"
#include "jit/stubs.h"
#include "vm/bytecode/operands.h"
#include "vm/machine/machine.h"

namespace burrow::jit {

/// Calls of code made by templates are counted, and there is to be better code after some; 0: they are not.
extern uint32_t templateCalls;

class Template {
 public:
  explicit Template(vm::Func& f) : func_(f), own_(std::make_unique<CodeBuffer>()), a_(own_->assembler()) {}
  /// Emits single instructions into another compilation's code: emitAt, and finishSites at the end.
  Template(vm::Func& f, x86::Assembler& a) : func_(f), a_(a) {}
  void emitAt(const Insn* pc);
  void finishSites();
  const std::vector<vm::MachineCode::Return>& returns() const { return returns_; }
  /// The code, in place but not registered yet; null: see error().
  vm::MachineCode* compile();
  const std::string& error() const { return own_->error(); }

 private:
  friend struct TemplateTest;
  // template.cpp
  void decode();
  void prologue();
  bool emit();
  void outOfLine();
  // One a family. True: emitted.
  bool moves();       // template_move.cpp
  bool integers();    // template_int.cpp
  bool integers2();
  bool bits();        // template_bits.cpp
  bool atomics();
  bool floats();      // template_float.cpp
  bool comparisons(); // template_branch.cpp
  bool branches();
  bool memory();      // template_memory.cpp
  bool indexing();    // template_index.cpp
  bool slices();
  bool storage();     // template_storage.cpp
  bool calls();       // template_call.cpp
  bool slowHalves();  // template_slow.cpp

  // ---- operands
  static x86::Mem slot(unsigned s, int32_t bytes = 0) { return x86::qword_ptr(kRegs, static_cast<int32_t>(s * sizeof(Slot)) + bytes); }
  static x86::Mem slotOf(unsigned size, unsigned s, int32_t bytes = 0) {
    x86::Mem m = slot(s, bytes);
    m.setSize(size);
    return m;
  }
  Op op() const { return static_cast<Op>(pc_->op); }
  uint64_t word(unsigned n) const { return pc_[n].word; }
  void load(x86::Gp to, unsigned s) { a_.mov(to, slot(s)); }
  void store(unsigned s, x86::Gp from) { a_.mov(slot(s), from); }
  void constant(x86::Gp to, uint64_t value);
  void storeConstant(unsigned s, uint64_t value);
  /// A pointer to memory that may be heap or data: the one place for a write barrier.
  void storePointer(const x86::Mem& to, x86::Gp from) { a_.mov(to, from); }
  /// Zeroes n slots from s on; xmm0, or rax, rcx, rdi are lost.
  void zeroSlots(unsigned s, uint64_t n);
  /// Extends a narrow integer in eax to rax.
  enum class Width : uint8_t { I8, I16, I32, I64, U8, U16, U32 };
  void extend(Width w);

  // ---- helpers, all free registers are lost
  /// The whole instruction by its slow half.
  void slow(vm::SlowFn* fn);
  /// A label out of line from where the slow half is called: it always raises.
  Label trap(vm::SlowFn* fn) { return site(fn, false); }
  /// The same for one that may come back: behind this instruction then.
  Label slowSite(vm::SlowFn* fn) { return site(fn, true); }
  /// A number in rax.
  void value(ValueFn* fn);
  /// The interpreter goes on at this instruction.
  void leave();

  // ---- control
  Label& labelAt(int64_t distance);
  /// A taken branch by `distance`, polling if it is a back edge.
  void jump(int64_t distance);
  /// Taken if the flags say so.
  void branch(x86::CondCode cond, int64_t distance);
  /// Behind a machine call: what an interpreted callee's return reads, and the registry's entry.
  void afterCall();
  void checkNil(x86::Gp p, vm::SlowFn* fn);

  struct Site {
    Label at, back;
    const Insn* pc;
    vm::SlowFn* fn;
    bool comesBack, behind;        ///< to `back`; which is behind the instruction
  };
  Label site(vm::SlowFn* fn, bool comesBack);
  void callStub(const char* stub, const Insn* pc);
  /// Where instruction `words` behind the current one begins.
  unsigned wordOf(const Insn* pc) const { return static_cast<unsigned>(pc - func_.code); }

  vm::Func& func_;
  std::unique_ptr<CodeBuffer> own_;
  x86::Assembler& a_;
  const Insn* pc_ = nullptr;
  std::vector<const Insn*> insns_;
  std::vector<Label> labels_;      ///< by word; only those of branch targets are valid
  std::vector<uint32_t> entries_;  ///< by word: offset of the instruction
  std::vector<vm::MachineCode::Return> returns_;
  Label manyCalls_, body_;         ///< of the prologue, if calls are counted
  std::deque<Site> sites_;
  struct Table { Label at; const Insn* pc; };
  std::deque<Table> tables_;
};

}  // namespace burrow::jit
