#include "jit/memory_stubs.h"

#include <cstring>

#include "jit/assembler.h"
#include "jit/stubs.h"

namespace burrow::jit {

namespace {

x86::Mem first(const x86::Gp& p) { return x86::ptr(p); }
/// The last `bytes` of what is there.
x86::Mem last(const x86::Gp& p, int bytes) { return x86::ptr(p, x86::rdx, 0, -bytes); }
/// One of one to three bytes: with the first and the last it makes up all.
x86::Mem middle(const x86::Gp& p) { return x86::ptr(p, x86::r8); }

void emitMove(x86::Assembler& a) {
  Label below4 = a.newLabel(), from8 = a.newLabel(), from16 = a.newLabel(), above32 = a.newLabel(), none = a.newLabel();
  a.cmp(x86::rdx, 8);
  a.jae(from8);
  a.cmp(x86::edx, 4);
  a.jb(below4);
  a.mov(x86::eax, first(x86::rsi));
  a.mov(x86::ecx, last(x86::rsi, 4));
  a.mov(first(x86::rdi), x86::eax);
  a.mov(last(x86::rdi, 4), x86::ecx);
  a.ret();
  a.bind(from8);
  a.cmp(x86::rdx, 16);
  a.jae(from16);
  a.mov(x86::rax, first(x86::rsi));
  a.mov(x86::rcx, last(x86::rsi, 8));
  a.mov(first(x86::rdi), x86::rax);
  a.mov(last(x86::rdi, 8), x86::rcx);
  a.ret();
  a.bind(from16);
  a.cmp(x86::rdx, 32);
  a.ja(above32);
  a.movups(x86::xmm0, first(x86::rsi));
  a.movups(x86::xmm1, last(x86::rsi, 16));
  a.movups(first(x86::rdi), x86::xmm0);
  a.movups(last(x86::rdi, 16), x86::xmm1);
  a.ret();
  a.bind(below4);
  a.mov(x86::r8d, x86::edx);
  a.shr(x86::r8d, 1);
  a.test(x86::edx, x86::edx);
  a.jz(none);
  a.movzx(x86::eax, x86::byte_ptr(x86::rsi));
  a.movzx(x86::ecx, x86::byte_ptr(x86::rsi, x86::rdx, 0, -1));
  a.movzx(x86::r9d, x86::byte_ptr(x86::rsi, x86::r8));
  a.mov(first(x86::rdi), x86::al);
  a.mov(middle(x86::rdi), x86::r9b);
  a.mov(last(x86::rdi, 1), x86::cl);
  a.bind(none);
  a.ret();
  a.bind(above32);
  emitPlainCall(a, reinterpret_cast<const void*>(static_cast<void* (*)(void*, const void*, size_t)>(std::memmove)));
  a.ret();
}

void emitEqual(x86::Assembler& a) {
  Label below4 = a.newLabel(), from8 = a.newLabel(), from16 = a.newLabel(), above32 = a.newLabel(), same = a.newLabel(), test = a.newLabel();
  a.cmp(x86::rdi, x86::rsi);
  a.je(same);
  a.cmp(x86::rdx, 8);
  a.jae(from8);
  a.cmp(x86::edx, 4);
  a.jb(below4);
  a.mov(x86::eax, first(x86::rdi));
  a.mov(x86::ecx, last(x86::rdi, 4));
  a.xor_(x86::eax, first(x86::rsi));
  a.xor_(x86::ecx, last(x86::rsi, 4));
  a.or_(x86::eax, x86::ecx);
  a.bind(test);   // the flags of zero: equal
  a.mov(x86::eax, 0);
  a.sete(x86::al);
  a.ret();
  a.bind(from8);
  a.cmp(x86::rdx, 16);
  a.ja(from16);
  a.mov(x86::rax, first(x86::rdi));
  a.mov(x86::rcx, last(x86::rdi, 8));
  a.xor_(x86::rax, first(x86::rsi));
  a.xor_(x86::rcx, last(x86::rsi, 8));
  a.or_(x86::rax, x86::rcx);
  a.jmp(test);
  a.bind(from16);
  a.cmp(x86::rdx, 32);
  a.ja(above32);
  a.movdqu(x86::xmm0, first(x86::rdi));
  a.movdqu(x86::xmm1, first(x86::rsi));
  a.movdqu(x86::xmm2, last(x86::rdi, 16));
  a.movdqu(x86::xmm3, last(x86::rsi, 16));
  a.pcmpeqb(x86::xmm0, x86::xmm1);
  a.pcmpeqb(x86::xmm2, x86::xmm3);
  a.pand(x86::xmm0, x86::xmm2);
  a.pmovmskb(x86::eax, x86::xmm0);
  a.cmp(x86::eax, 0xffff);
  a.jmp(test);
  a.bind(below4);
  a.mov(x86::r8d, x86::edx);
  a.shr(x86::r8d, 1);
  a.test(x86::edx, x86::edx);
  a.jz(same);
  a.movzx(x86::eax, x86::byte_ptr(x86::rdi));
  a.movzx(x86::ecx, x86::byte_ptr(x86::rdi, x86::rdx, 0, -1));
  a.movzx(x86::r9d, x86::byte_ptr(x86::rdi, x86::r8));
  a.xor_(x86::al, first(x86::rsi));
  a.xor_(x86::cl, last(x86::rsi, 1));
  a.xor_(x86::r9b, middle(x86::rsi));
  a.or_(x86::eax, x86::ecx);
  a.or_(x86::eax, x86::r9d);
  a.jmp(test);
  a.bind(same);
  a.mov(x86::eax, 1);
  a.ret();
  a.bind(above32);
  emitPlainCall(a, reinterpret_cast<const void*>(static_cast<int (*)(const void*, const void*, size_t)>(std::memcmp)));
  a.test(x86::eax, x86::eax);
  a.jmp(test);
}

}  // namespace

const char* moveBytesStub() {
  static const char* const stub = makeStub(emitMove, "move bytes");
  return stub;
}

const char* equalBytesStub() {
  static const char* const stub = makeStub(emitEqual, "equal bytes");
  return stub;
}

}  // namespace burrow::jit
