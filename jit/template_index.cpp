// Templates of indexing and slicing: one unsigned comparison is the bounds check.
#include "jit/helpers.h"
#include "jit/template.h"
#include "vm/heap/heap.h"
#include "vm/profile/sites.h"

namespace burrow::jit {

namespace {

bool isScale(uint64_t n) { return n == 1 || n == 2 || n == 4 || n == 8; }
unsigned log2(uint64_t n) { return static_cast<unsigned>(__builtin_ctzll(n)); }

}  // namespace

bool Template::indexing() {
  const Insn& i = *pc_;
  // rcx: the index, checked; rdx: the base.
  auto element = [&](unsigned slice, unsigned index, vm::SlowFn* fn) {
    load(x86::rcx, index);
    a_.cmp(x86::rcx, slot(slice + 1));
    a_.jae(trap(fn));
    load(x86::rdx, slice);
  };
  auto read = [&] { element(i.b, i.c, vm::slowIndexBC); };
  auto write = [&] { element(i.a, i.b, vm::slowIndexAB); };
  auto at = [](unsigned size) {
    x86::Mem m = x86::ptr(x86::rdx, x86::rcx, log2(size));
    m.setSize(size);
    return m;
  };
  // Elements of several words: rcx becomes the offset.
  auto field = [](unsigned k) { return x86::qword_ptr(x86::rdx, x86::rcx, 3, static_cast<int32_t>(k * 8)); };
  auto words = [&](unsigned n) { n == 2 ? a_.add(x86::rcx, x86::rcx) : a_.lea(x86::rcx, x86::ptr(x86::rcx, x86::rcx, 1)); };
  auto checkImm = [&](unsigned index, vm::SlowFn* fn) {
    load(x86::rcx, index);
    if (word(1) <= INT32_MAX) {
      a_.cmp(x86::rcx, static_cast<int32_t>(word(1)));
    } else {
      constant(x86::rax, word(1));
      a_.cmp(x86::rcx, x86::rax);
    }
    a_.jae(trap(fn));
  };
  // rax = rdx + rcx * size
  auto scaled = [&](uint64_t size) {
    if (isScale(size)) {
      a_.lea(x86::rax, x86::ptr(x86::rdx, x86::rcx, log2(size)));
      return;
    }
    if (size <= INT32_MAX) {
      a_.imul(x86::rax, x86::rcx, static_cast<int32_t>(size));
    } else {
      constant(x86::rax, size);
      a_.imul(x86::rax, x86::rcx);
    }
    a_.add(x86::rax, x86::rdx);
  };
  switch (op()) {
    case Op::IndexAddr: read(); scaled(word(1)); break;
    case Op::IndexLoadI8: read(); a_.movsx(x86::rax, at(1)); break;
    case Op::IndexLoadU8: read(); a_.movzx(x86::eax, at(1)); break;
    case Op::IndexLoadI16: read(); a_.movsx(x86::rax, at(2)); break;
    case Op::IndexLoadU16: read(); a_.movzx(x86::eax, at(2)); break;
    case Op::IndexLoadI32: read(); a_.movsxd(x86::rax, at(4)); break;
    case Op::IndexLoadU32: read(); a_.mov(x86::eax, at(4)); break;
    case Op::IndexLoad64: read(); a_.mov(x86::rax, at(8)); break;
    case Op::IndexStr: read(); a_.movzx(x86::eax, at(1)); break;
    case Op::IndexLoad2:
      read();
      words(2);
      a_.mov(x86::rax, field(0));
      a_.mov(x86::rcx, field(1));
      store(i.a + 1u, x86::rcx);
      break;
    case Op::IndexLoad3:
      read();
      words(3);
      a_.mov(x86::rax, field(0));
      a_.mov(x86::rsi, field(1));
      a_.mov(x86::rdi, field(2));
      store(i.a + 1u, x86::rsi);
      store(i.a + 2u, x86::rdi);
      break;
    case Op::IndexStore8: write(); load(x86::rax, i.c); a_.mov(at(1), x86::al); return true;
    case Op::IndexStore16: write(); load(x86::rax, i.c); a_.mov(at(2), x86::ax); return true;
    case Op::IndexStore32: write(); load(x86::rax, i.c); a_.mov(at(4), x86::eax); return true;
    case Op::IndexStore64: write(); load(x86::rax, i.c); a_.mov(at(8), x86::rax); return true;
    case Op::IndexStorePtr: write(); load(x86::rax, i.c); storePointer(at(8), x86::rax); return true;
    case Op::IndexStoreStr:
    case Op::IndexStoreIface:
      write();
      words(2);
      load(x86::rax, i.c);
      load(x86::rsi, i.c + 1u);
      storePointer(field(0), x86::rax);
      if (op() == Op::IndexStoreStr)
        a_.mov(field(1), x86::rsi);
      else
        storePointer(field(1), x86::rsi);
      return true;
    case Op::IndexArr:
      load(x86::rdx, i.b);
      checkNil(x86::rdx, vm::slowNilB);
      checkImm(i.c, vm::slowIndexImmBC);
      scaled(word(2));
      break;
    case Op::IndexLocal:
      checkImm(i.c, vm::slowIndexImmBC);
      a_.lea(x86::rdx, slot(i.b));
      scaled(word(2));
      break;
    case Op::IndexLocalLoad64:
      checkImm(i.c, vm::slowIndexImmBC);
      a_.mov(x86::rax, x86::qword_ptr(kRegs, x86::rcx, 3, static_cast<int32_t>(i.b * sizeof(Slot))));
      break;
    case Op::IndexLocalStore64:
      checkImm(i.b, vm::slowIndexImmAB);
      load(x86::rax, i.c);
      a_.mov(x86::qword_ptr(kRegs, x86::rcx, 3, static_cast<int32_t>(i.a * sizeof(Slot))), x86::rax);
      return true;
    case Op::CheckIndex:
      load(x86::rax, i.a);
      a_.cmp(x86::rax, slot(i.b));
      a_.jae(trap(vm::slowCheckIndex));
      return true;
    default: return false;
  }
  store(i.a, x86::rax);
  return true;
}

bool Template::slices() {
  const Insn& i = *pc_;
  // rax: low bound, rcx: high bound; absent ones are 0 and the length.
  auto bounds = [&](const Insn& w) {
    if (w.reg[0] == kNoReg)
      a_.xor_(x86::eax, x86::eax);
    else
      load(x86::rax, w.reg[0]);
    load(x86::rcx, w.reg[1] == kNoReg ? i.b + 1u : w.reg[1]);
  };
  // rsi = base + rax * size, or base if the new length or capacity is 0 (flags): a pointer past the end would keep the next object alive.
  switch (op()) {
    case Op::SliceSlice: {
      if (pc_[1].reg[2] != kNoReg) {
        slow(vm::slowSliceSlice);
        return true;
      }
      Label out = slowSite(vm::slowSliceSlice);
      bounds(pc_[1]);
      load(x86::rdx, i.b + 2u);
      load(x86::rsi, i.b);
      a_.cmp(x86::rcx, x86::rdx);
      a_.ja(out);
      a_.sub(x86::rcx, x86::rax);
      a_.jb(out);
      if (pc_[1].reg[0] != kNoReg) {
        a_.xor_(x86::edi, x86::edi);
        a_.sub(x86::rdx, x86::rax);
        if (uint64_t size = word(2); size == 1) {
          a_.cmovne(x86::rdi, x86::rax);
        } else if (size <= INT32_MAX) {
          a_.imul(x86::rax, x86::rax, static_cast<int32_t>(size));
          a_.test(x86::rdx, x86::rdx);
          a_.cmovne(x86::rdi, x86::rax);
        } else {
          constant(x86::r8, size);
          a_.imul(x86::rax, x86::r8);
          a_.test(x86::rdx, x86::rdx);
          a_.cmovne(x86::rdi, x86::rax);
        }
        a_.add(x86::rsi, x86::rdi);
      }
      store(i.a, x86::rsi);
      store(i.a + 1u, x86::rcx);
      store(i.a + 2u, x86::rdx);
      return true;
    }
    case Op::SliceStr: {
      Label out = trap(vm::slowSliceStr);
      bounds(pc_[1]);
      load(x86::rsi, i.b);
      a_.cmp(x86::rcx, slot(i.b + 1u));
      a_.ja(out);
      a_.xor_(x86::edi, x86::edi);
      a_.sub(x86::rcx, x86::rax);
      a_.jb(out);
      a_.cmovne(x86::rdi, x86::rax);
      a_.add(x86::rsi, x86::rdi);
      store(i.a, x86::rsi);
      store(i.a + 1u, x86::rcx);
      return true;
    }
    case Op::SliceToArr:
      constant(x86::rax, word(1));
      a_.cmp(slot(i.b + 1u), x86::rax);
      a_.jl(trap(vm::slowSliceToArr));
      load(x86::rax, i.b);
      store(i.a, x86::rax);
      return true;
    case Op::DecodeRune:
      load(x86::rcx, i.c);
      load(x86::rdx, i.b);
      a_.movzx(x86::eax, x86::byte_ptr(x86::rdx, x86::rcx));
      a_.test(x86::al, x86::al);
      a_.js(slowSite(helpDecodeRune));
      a_.inc(x86::rcx);
      store(i.a, x86::rax);
      store(i.c, x86::rcx);
      return true;
    case Op::AppendGrow:
    case Op::AppendGrowBuf: {
      bool buf = op() == Op::AppendGrowBuf;
      load(x86::rcx, i.b + 1u);
      if (buf) {
        constant(x86::rdx, word(3));
        a_.add(x86::rcx, x86::rdx);
      } else {
        a_.add(x86::rcx, slot(i.c));
      }
      if (vm::siteCounts) {
        Label known = a_.newLabel();
        constant(x86::rdi, reinterpret_cast<uint64_t>(&vm::siteCounts[vm::siteAt(pc_)].maxLength));
        a_.cmp(x86::qword_ptr(x86::rdi), x86::rcx);
        a_.jae(known);
        a_.mov(x86::qword_ptr(x86::rdi), x86::rcx);
        a_.bind(known);
      }
      load(x86::rdx, i.b + 2u);
      a_.cmp(x86::rcx, x86::rdx);
      a_.ja(slowSite(!buf ? vm::slowAppendGrow : vm::siteCounts ? vm::slowCounted : vm::slowAppendGrowBuf));
      load(x86::rax, i.b);
      store(i.a, x86::rax);
      store(i.a + 1u, x86::rcx);
      store(i.a + 2u, x86::rdx);
      return true;
    }
    case Op::StrToBytesTmp:
      load(x86::rax, i.b);
      load(x86::rcx, i.b + 1u);
      constant(x86::rdx, reinterpret_cast<uint64_t>(&vm::zeroSizedObject));
      a_.test(x86::rax, x86::rax);
      a_.cmovz(x86::rax, x86::rdx);
      store(i.a, x86::rax);
      store(i.a + 1u, x86::rcx);
      store(i.a + 2u, x86::rcx);
      return true;
    case Op::CopyStr: slow(helpCopyStr); return true;
    default: return false;
  }
}

}  // namespace burrow::jit
