#include "jit/stubs.h"

#include <unordered_map>

#include "jit/assembler.h"
#include "jit/observe.h"
#include "vm/interp/interp.h"

namespace burrow::jit {

Stubs stubs;

namespace {

using vm::Next;

constexpr x86::Gp kSaved[] = {x86::rbp, x86::rbx, x86::r12, x86::r13, x86::r14, x86::r15};

Imm address(const void* p) { return Imm(reinterpret_cast<uint64_t>(p)); }
template <class F>
Imm function(F* f) { return Imm(reinterpret_cast<uint64_t>(f)); }

/// One native, its frame being the current one. Its results were not stored if it is to be woken.
Next callNative(vm::Goroutine& g) {
  vm::Func* f = vm::frameFunc(g.fp);
  Slot* args = vm::incomingArgs(g);
  for (unsigned i = 0; i < f->resultSlots; i++) args[f->argSlots + i] = 0;
  Next next = f->native(g, args);
  // Not called again: whoever wakes it has stored the results.
  if (next == Next::Park && g.pc == vm::kNativeCode) g.pc = &vm::kNativeCode[2];
  return next;
}

/// rbp and rsp of the goroutine's frame.
void loadFrame(x86::Assembler& a) {
  a.mov(kFp, BURROW_G(fp));
  a.mov(x86::rax, x86::qword_ptr(kFp, -8));
  a.movzx(x86::eax, x86::word_ptr(x86::rax, offsetof(vm::Func, frameSlots)));
  a.neg(x86::rax);
  a.lea(kRegs, x86::ptr(kFp, x86::rax, 3));
}

/// The first results from where they lie, which `from` points to. What is read beyond them are the caller's registers.
void loadResults(x86::Assembler& a, x86::Gp from) {
  for (size_t k = 0; k < std::size(kResultRegs); k++) a.mov(kResultRegs[k], x86::qword_ptr(from, static_cast<int32_t>(k * sizeof(Slot))));
}

/// Returns to machine code from the frame of a native, whose header rsp is at.
void returnFromNative(x86::Assembler& a) {
  a.mov(x86::rdx, x86::qword_ptr(x86::rsp, -8));
  a.movzx(x86::edx, x86::word_ptr(x86::rdx, offsetof(vm::Func, argSlots)));
  a.lea(x86::rdx, x86::ptr(x86::rsp, x86::rdx, 3, kFrameHeaderSlots * sizeof(Slot)));
  loadResults(a, x86::rdx);
  a.pop(kFp);
  a.ret();
}

void emitEnter(x86::Assembler& a) {
  Label go = a.newLabel();
  for (x86::Gp r : kSaved) a.push(r);
  a.sub(x86::rsp, 8);
  a.mov(kGoroutine, x86::rdi);
  a.mov(BURROW_G(systemSp), x86::rsp);
  loadFrame(a);
  a.test(x86::rdx, x86::rdx);
  a.jz(go);
  loadResults(a, x86::rdx);
  a.bind(go);
  a.jmp(x86::rsi);
}

void emitExit(x86::Assembler& a) {
  a.mov(x86::rdx, kGoroutine);
  a.mov(x86::rsp, BURROW_G(systemSp));
  a.add(x86::rsp, 8);
  for (size_t i = std::size(kSaved); i--;) a.pop(kSaved[i]);
  a.ret();
}

/// The goroutine has parked. Mostly another one is ready that goes on in machine code, too.
void emitPark(x86::Assembler& a) {
  Label outside = a.newLabel(), reload = a.newLabel();
  a.mov(x86::rdi, kGoroutine);
  a.call(function(vm::switchParked));
  a.test(x86::rax, x86::rax);
  a.jz(outside);
  a.mov(kGoroutine, x86::rax);
  a.test(x86::rdx, x86::rdx);
  a.jz(reload);
  loadFrame(a);
  a.jmp(x86::rdx);
  a.bind(outside);
  a.mov(x86::eax, static_cast<int>(Next::Park));
  a.jmp(address(stubs.exit));
  a.bind(reload);
  a.mov(x86::eax, static_cast<int>(Next::Reload));
  a.jmp(address(stubs.exit));
}

/// al: a Next that is not Run; rsi: where a goroutine that parks goes on in machine code, or 0.
void emitParkOrExit(x86::Assembler& a) {
  a.cmp(x86::al, static_cast<int>(Next::Park));
  a.je(address(stubs.park));
  a.jmp(address(stubs.exit));
}

void emitLeaveNative(x86::Assembler& a) {
  a.mov(x86::rsp, kFp);
  returnFromNative(a);
}

/// The rest of a frame's header, the return address being there.
void emitHeader(x86::Assembler& a) {
  a.push(kFp);
  a.mov(kFp, x86::rsp);
  a.push(kCallee);
  a.mov(BURROW_G(fp), kFp);
}

void emitToInterpreter(x86::Assembler& a) {
  emitHeader(a);
  a.mov(x86::rax, x86::qword_ptr(kCallee, offsetof(vm::Func, entry)));
  a.mov(BURROW_G(pc), x86::rax);
  a.mov(x86::eax, static_cast<int>(Next::Enter));
  a.jmp(address(stubs.exit));
}

void emitToNative(x86::Assembler& a) {
  Label leave = a.newLabel();
  emitHeader(a);
  a.mov(x86::rax, address(vm::kNativeCode));
  a.mov(BURROW_G(pc), x86::rax);
  a.mov(x86::rsp, BURROW_G(systemSp));
  a.mov(x86::rdi, kGoroutine);
  a.call(function(callNative));
  a.test(x86::al, x86::al);
  a.jnz(leave);
  a.mov(x86::rsp, BURROW_G(fp));  // the stack may have moved
  returnFromNative(a);
  a.bind(leave);
  a.xor_(x86::esi, x86::esi);
  emitParkOrExit(a);
}

void emitReturnToInterpreter(x86::Assembler& a) {
  a.mov(BURROW_G(fp), kFp);
  a.mov(x86::eax, static_cast<int>(Next::Return));
  a.jmp(address(stubs.exit));
}

void emitEnterSlow(x86::Assembler& a) {
  a.mov(x86::rax, x86::qword_ptr(kFp, -8));
  a.mov(x86::rax, x86::qword_ptr(x86::rax, offsetof(vm::Func, entry)));
  a.mov(BURROW_G(pc), x86::rax);
  a.mov(BURROW_G(fp), kFp);
  a.mov(x86::rsp, BURROW_G(systemSp));
  a.mov(x86::rdi, kGoroutine);
  a.call(function(vm::slowEnter));
  a.jmp(address(stubs.exit));
}

/// pc, fp saved; fn(g, rsi, r) on the thread's own stack.
void emitHelperCall(x86::Assembler& a, Imm fn) {
  a.lea(x86::rdx, x86::ptr(x86::rsp, 8));
  a.mov(BURROW_G(pc), x86::rsi);
  a.mov(BURROW_G(fp), kFp);
  a.mov(x86::rbx, x86::rsp);
  a.mov(x86::rsp, BURROW_G(systemSp));
  a.mov(x86::rdi, kGoroutine);
  a.call(fn);
}

/// A helper's call that returns to machine code if fn says Run; else what leave emits.
template <class Leave>
void emitSlowCall(x86::Assembler& a, Imm fn, Leave leave) {
  Label notRun = a.newLabel();
  emitHelperCall(a, fn);
  a.test(x86::al, x86::al);
  a.jnz(notRun);
  a.mov(x86::rsp, x86::rbx);
  a.ret();
  a.bind(notRun);
  leave();
}

template <class Emit>
const char* make(Emit emit, const char* name = "helper") {
  CodeBuffer code(CodeBuffer::Kind::Stub);
  emit(code.assembler());
  const char* at = code.finish();
  if (at && observing()) observeCode(at, at + code.size(), std::string("burrow stub ") + name, {});
  return at;
}

std::unordered_map<const void*, const char*> helperStubs;

/// The stub that calls fn, made when it is first asked for.
template <class Emit>
const char* helperStub(const void* fn, Emit emit) {
  const char*& stub = helperStubs[fn];
  if (!stub) stub = make(emit);
  return stub;
}

}  // namespace

bool makeStubs() {
  auto enter = reinterpret_cast<const void*>(make(emitEnter, "enter"));
  if (!enter) return false;
  stubs.enter = reinterpret_cast<decltype(stubs.enter)>(reinterpret_cast<uintptr_t>(enter));
  return (stubs.exit = make(emitExit, "exit")) && (stubs.park = make(emitPark, "park")) &&
         (stubs.leaveNative = make(emitLeaveNative, "leaveNative")) &&
         (stubs.toInterpreter = make(emitToInterpreter, "toInterpreter")) && (stubs.toNative = make(emitToNative, "toNative")) &&
         (stubs.returnToInterpreter = make(emitReturnToInterpreter, "returnToInterpreter")) &&
         (stubs.enterSlow = make(emitEnterSlow, "enterSlow"));
}

const char* slowStub(vm::SlowFn* fn) {
  return helperStub(reinterpret_cast<const void*>(fn), [fn](x86::Assembler& a) {
    emitSlowCall(a, function(fn), [&] { a.jmp(address(stubs.exit)); });
  });
}

const char* parkStub(vm::SlowFn* fn) {
  return helperStub(reinterpret_cast<const void*>(fn), [fn](x86::Assembler& a) {
    emitSlowCall(a, function(fn), [&] {
      a.mov(x86::rsi, x86::qword_ptr(x86::rbx));
      emitParkOrExit(a);
    });
  });
}

const char* valueStub(ValueFn* fn) {
  return helperStub(reinterpret_cast<const void*>(fn), [fn](x86::Assembler& a) {
    emitHelperCall(a, function(fn));
    a.mov(x86::rsp, x86::rbx);
    a.ret();
  });
}

void emitPlainCall(x86::Assembler& a, const void* fn) {
  auto note = [&](const auto& sp) {
    if (!vm::plainCallsNoted) return;
    a.mov(x86::r11, reinterpret_cast<uint64_t>(&vm::plainCall));
    a.mov(x86::qword_ptr(x86::r11), sp);
  };
  a.mov(x86::rbx, x86::rsp);
  a.mov(x86::rsp, BURROW_G(systemSp));
  note(x86::rbx);
  a.call(address(fn));
  note(Imm(0));
  a.mov(x86::rsp, x86::rbx);
}

const char* plainStub(const void* fn) {
  return helperStub(fn, [fn](x86::Assembler& a) {
    emitPlainCall(a, fn);
    a.ret();
  });
}

const char* makeStub(void (*emit)(x86::Assembler& a), const char* name) { return make(emit, name); }

std::string stubName(const void* address) {
  const std::pair<const char*, const char*> all[] = {{stubs.exit, "exit"},
                                                     {stubs.park, "park"},
                                                     {stubs.leaveNative, "leaveNative"},
                                                     {stubs.toInterpreter, "toInterpreter"},
                                                     {stubs.toNative, "toNative"},
                                                     {stubs.returnToInterpreter, "returnToInterpreter"},
                                                     {stubs.enterSlow, "enterSlow"}};
  for (auto& [at, name] : all)
    if (at == address) return std::string("stub ") + name;
  return {};
}

const void* stubFunction(const void* address) {
  for (auto& [fn, stub] : helperStubs)
    if (stub == address) return fn;
  return nullptr;
}

}  // namespace burrow::jit
