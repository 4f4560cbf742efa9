// Templates of calls and returns. A machine call pushes its return address exactly where the frame's header has it.
#include "jit/call_sites.h"
#include "jit/template.h"

namespace burrow::jit {

void Template::afterCall() {
  returns_.push_back({static_cast<uint32_t>(a_.offset()), wordOf(pc_) + insnWords(op())});
  static_assert((vm::kReturnToMachine & 0xff) == 0xa8);
  const uint8_t marker[2] = {0xa8, vm::kReturnToMachine >> 8};  // test al, imm8
  a_.embed(marker, sizeof marker);
}

bool Template::calls() {
  const Insn& i = *pc_;
  auto call = [&] {
    a_.call(x86::qword_ptr(kCallee, offsetof(vm::Func, machine)));
    afterCall();
    return true;
  };
  /// Calls that may lead anywhere note where they lead, for the optimizing tier.
  auto note = [&] {
    if (!templateCalls || !own_) return;
    CallSite* site = noteCallSite(pc_);
    Label known = a_.newLabel();
    a_.mov(x86::rax, Imm(reinterpret_cast<uint64_t>(site)));
    a_.cmp(kCallee, x86::qword_ptr(x86::rax));
    a_.je(known);
    a_.call(Imm(reinterpret_cast<uint64_t>(callSiteStub())));
    a_.bind(known);
  };
  switch (op()) {
    case Op::Call:
      a_.mov(kCallee, Imm(word(1)));
      return call();
    case Op::CallClosure:
      load(x86::rax, i.c);
      checkNil(x86::rax, vm::slowNilCall);
      a_.mov(BURROW_G(ctx), x86::rax);
      a_.mov(kCallee, x86::qword_ptr(x86::rax, offsetof(vm::Closure, fn)));
      note();
      return call();
    case Op::CallIface:
      load(x86::rax, i.c);
      checkNil(x86::rax, vm::slowNilCall);
      a_.mov(kCallee, x86::rax);
      note();
      a_.mov(kCallee, x86::qword_ptr(kCallee, static_cast<int32_t>(offsetof(Itab, fun) + word(1) * 8)));
      return call();
    case Op::Return: {
      // Bit 31 of the return address: of either kind?
      a_.test(x86::byte_ptr(kFp, 8 + 3), 0x80);
      auto toInterpreter = Imm(reinterpret_cast<uint64_t>(stubs.returnToInterpreter));
      bytecodeHasBit31() ? a_.jnz(toInterpreter) : a_.jz(toInterpreter);
      for (unsigned k = 0; k < std::size(kResultRegs) && k < func_.resultSlots; k++)
        a_.mov(kResultRegs[k], x86::qword_ptr(kFp, static_cast<int32_t>((kFrameHeaderSlots + func_.argSlots + k) * sizeof(Slot))));
      a_.leave();
      a_.ret();
      return true;
    }
    default: return false;
  }
}

}  // namespace burrow::jit
