// Encoding of memory accesses, checks, and bytes that are moved or compared.
#include <cstring>
#include <utility>

#include "jit/helpers.h"
#include "jit/memory_stubs.h"
#include "jit/ssa/emit.h"
#include "jit/ssa/known_memory.h"
#include "jit/ssa/operands.h"

namespace burrow::jit {

void Emitter::value(Value* v) {
  switch (v->op) {
    case SOp::Const: case SOp::HomeAddr: case SOp::LoopEntry: release(dies_[v->id]); return;  // made where they are used
    case SOp::Home: {
      auto slot = static_cast<unsigned>(v->aux);
      if (!g_.memorySlot[slot]) {
        if (contents_[slot] && contents_[slot] != v) forgetContent(slot);
        setSlot(slot, v);
        takePassed(slot, v);
        release(dies_[v->id]);
        return;
      }
      Reg to = define(v);
      if (to >= 16) a_.movsd(xmm(to), home(slot));
      else a_.mov(gp(to), home(slot));
      release(dies_[v->id]);
      return;
    }
    case SOp::Ctx: {
      if (!takePassed(kContext, v)) a_.mov(gp(define(v)), BURROW_G(ctx));
      release(dies_[v->id]);
      return;
    }
    case SOp::Goroutine: {
      Reg to = define(v);
      a_.mov(gp(to), kGoroutine);
      release(dies_[v->id]);
      return;
    }
    case SOp::SetHome: {
      auto slot = static_cast<unsigned>(v->aux);
      Value* x = v->args[0];
      if (!g_.memorySlot[slot]) {
        if (isCheap(x) == false && where_[x->id] == kNone && homeOf(x) < 0) failed_ = "value is nowhere";
        storeHome(slot, x);
        if (isCheap(x)) setSlot(slot, nullptr);
      } else if (x->op == SOp::Const && x->aux == static_cast<int32_t>(x->aux)) {
        a_.mov(home(slot), Imm(x->aux));
      } else {
        Reg r = use(x);
        if (r >= 16) a_.movsd(home(slot), xmm(r));
        else a_.mov(home(slot), gp(r));
      }
      release(dies_[v->id]);
      return;
    }
    case SOp::Load: case SOp::Store: return memory(v);
    case SOp::NilCheck: case SOp::BoundsCheck: case SOp::ZeroCheck: case SOp::SignCheck: case SOp::RangeCheck: case SOp::RangeCheckS: return check(v);
    case SOp::Slow: return slow(v);
    case SOp::Call: return call(v);
    case SOp::Returned: return returned(v);
    case SOp::Poll: return poll(v);
    case SOp::EqStr: case SOp::CmpStr: return compareStrings(v);
    case SOp::CallC: case SOp::CallCWrites: return callC(v);
    case SOp::MoveBytes: return moveBytes(v);
    case SOp::AtomicLoad: case SOp::AtomicXchg: case SOp::AtomicAdd: case SOp::AtomicCas: return atomic(v);
    case SOp::LoadOrNil: {
      Reg a = use(v->args[0]);
      release(dies_[v->id]);
      Reg to = define(v, a);
      moveReg(to, a);
      Label nil = a_.newLabel();
      a_.test(gp(to), gp(to));
      a_.jz(nil);
      a_.mov(gp(to), x86::qword_ptr(gp(to), static_cast<int32_t>(v->aux)));
      a_.bind(nil);
      return;
    }
    case SOp::Eq: case SOp::Ne: case SOp::LtS: case SOp::LeS: case SOp::LtU: case SOp::LeU: case SOp::FLt: case SOp::FLe: {
      x86::CondCode c = compare(v);
      release(dies_[v->id]);
      Reg to = define(v);
      a_.set(c, gp(to).r8());
      a_.movzx(gp32(to), gp(to).r8());
      return;
    }
    case SOp::FEq: case SOp::FNe: {
      Reg a = use(v->args[0]), b = use(v->args[1]);
      static_cast<Kind>(v->aux) == Kind::F64 ? a_.ucomisd(xmm(a), xmm(b)) : a_.ucomiss(xmm(a), xmm(b));
      release(dies_[v->id]);
      Reg to = define(v);
      bool equal = v->op == SOp::FEq;
      a_.set(equal ? x86::CondCode::kNP : x86::CondCode::kP, x86::r11b);
      a_.set(equal ? x86::CondCode::kE : x86::CondCode::kNE, gp(to).r8());
      equal ? a_.and_(gp(to).r8(), x86::r11b) : a_.or_(gp(to).r8(), x86::r11b);
      a_.movzx(gp32(to), gp(to).r8());
      return;
    }
    default:
      if (v->kind != Kind::Int || v->op == SOp::Bits || (v->op >= SOp::FToI64 && v->op <= SOp::FToF)) return floating(v);
      return integer(v);
  }
}

/// The operand of a load or store; may need r11.
x86::Mem Emitter::address(Value* v, unsigned size) {
  bool isStore = v->op == SOp::Store;
  size_t n = v->args.size() - (isStore ? 1 : 0);
  Value* base = v->args[0];
  auto disp = static_cast<int32_t>(v->aux);
  x86::Mem m;
  if (n == 1) {
    if (base->op == SOp::HomeAddr && where_[base->id] == kNone) {
      m = home(static_cast<unsigned>(base->aux));
      m.addOffset(base->aux2 + disp);
    } else {
      m = x86::ptr(gp(use(base)), disp);
    }
  } else {
    Value* index = v->args[1];
    Reg b = use(base);
    if (index->op == SOp::Const && index->aux * v->aux2 + disp == static_cast<int32_t>(index->aux * v->aux2 + disp)) {
      m = x86::ptr(gp(b), static_cast<int32_t>(index->aux * v->aux2 + disp));
    } else {
      Reg i = use(index);
      switch (v->aux2) {
        case 1: m = x86::ptr(gp(b), gp(i), 0, disp); break;
        case 2: m = x86::ptr(gp(b), gp(i), 1, disp); break;
        case 4: m = x86::ptr(gp(b), gp(i), 2, disp); break;
        case 8: m = x86::ptr(gp(b), gp(i), 3, disp); break;
        case 16:
          a_.lea(x86::r11, x86::ptr(gp(i), gp(i)));
          m = x86::ptr(gp(b), x86::r11, 3, disp);
          break;
        case 24:
          a_.lea(x86::r11, x86::ptr(gp(i), gp(i), 1));
          m = x86::ptr(gp(b), x86::r11, 3, disp);
          break;
        default:
          a_.imul(x86::r11, gp(i), Imm(v->aux2));
          m = x86::ptr(gp(b), x86::r11, 0, disp);
      }
    }
  }
  m.setSize(size);
  return m;
}

/// Whether the nil check at i of the block is followed by an access that faults if it fails. What comes between them makes no code.
bool Emitter::impliedByAccess(const Block* b, size_t i) const {
  if (!vm::machineFaultsCaught) return false;
  const Value* p = b->values[i]->args[0];
  while (++i < b->values.size() && isCheap(b->values[i])) {}
  const Value* access = b->values[i];
  bool loads = access->op == SOp::Load && access->args.size() == 1, stores = access->op == SOp::Store && access->args.size() == 2;
  return (loads || stores) && access->args[0] == p && !isCheap(p) && access->aux >= 0 && access->aux + 8 <= static_cast<int64_t>(vm::kNilPage);
}

/// The instruction that is emitted next makes a nil check; `where` is right when it faults.
void Emitter::expectFault(const Value* check, const Snapshot& where) {
  faults_.push_back({static_cast<uint32_t>(a_.offset()), exitLabel(check, where)});
}

void Emitter::memory(Value* v) {
  unsigned size = bytesOf(v->width);
  Value* check = std::exchange(implied_, nullptr);
  if (v->op == SOp::Load) {
    x86::Mem m = address(v, size);
    Snapshot where;
    if (check) {
      // A load that faults leaves its register alone, so that may hold what only the check's state needs. Nothing else may be lost for it.
      where = snapshot();
      release(dies_[check->id]);
      release(dies_[v->id]);
      if (!hasFreeReg(isVector(v), v->kind == Kind::Int ? 0 : pinned_)) {
        a_.cmp(m.baseReg().as<x86::Gp>(), static_cast<int>(vm::kNilPage));
        a_.jb(exitLabel(check, where));
        check = nullptr;
      }
    } else {
      release(dies_[v->id]);
    }
    // An address register may be the result's: it is read first.
    uint32_t keep = pinned_;
    if (v->kind == Kind::Int) pinned_ = 0;
    Reg to = define(v);
    pinned_ |= keep;
    if (check) expectFault(check, where);
    if (to >= 16) {
      v->kind == Kind::F64 ? a_.movsd(xmm(to), m) : a_.movss(xmm(to), m);
      return;
    }
    switch (v->width) {
      case Width::I8: case Width::I16: a_.movsx(gp(to), m); break;
      case Width::U8: case Width::U16: a_.movzx(gp32(to), m); break;
      case Width::I32: a_.movsxd(gp(to), m); break;
      case Width::U32: a_.mov(gp32(to), m); break;
      case Width::W64: a_.mov(gp(to), m); break;
    }
    return;
  }
  Value* x = v->args.back();
  bool immediate = x->op == SOp::Const && x->kind == Kind::Int && x->aux == static_cast<int32_t>(x->aux);
  Reg r = immediate ? kNone : use(x);
  x86::Mem m = address(v, size);
  if (check) expectFault(check, snapshot());
  if (immediate) {
    int64_t c = size == 1 ? static_cast<int8_t>(x->aux) : size == 2 ? static_cast<int16_t>(x->aux) : x->aux;
    a_.mov(m, Imm(c));
  } else if (r >= 16) {
    size == 8 ? a_.movsd(m, xmm(r)) : a_.movss(m, xmm(r));
  } else {
    switch (size) {
      case 1: a_.mov(m, gp(r).r8()); break;
      case 2: a_.mov(m, gp(r).r16()); break;
      case 4: a_.mov(m, gp32(r)); break;
      default: a_.mov(m, gp(r)); break;
    }
  }
  if (check) release(dies_[check->id]);
  release(dies_[v->id]);
}

Label Emitter::exitLabel(const Value* v, Snapshot where) {
  exits_.push_back({a_.newLabel(), v, std::move(where)});
  return exits_.back().at;
}

void Emitter::check(Value* v) {
  Value *x = v->args[0], *y = v->args.size() > 1 ? v->args[1] : nullptr;
  auto isImm = [](const Value* c) { return c->op == SOp::Const && c->aux == static_cast<int32_t>(c->aux); };
  auto compare2 = [&] {
    if (isImm(y)) {
      Reg a = use(x);
      y->aux == 0 ? a_.test(gp(a), gp(a)) : a_.cmp(gp(a), Imm(y->aux));
      return false;
    }
    if (isImm(x)) {
      Reg b = use(y);
      x->aux == 0 ? a_.test(gp(b), gp(b)) : a_.cmp(gp(b), Imm(x->aux));
      return true;  // operands swapped
    }
    Reg a = use(x), b = use(y);
    a_.cmp(gp(a), gp(b));
    return false;
  };
  switch (v->op) {
    case SOp::NilCheck: {
      Reg a = use(x);
      a_.cmp(gp(a), static_cast<int>(vm::kNilPage));
      a_.jb(exitLabel(v));
      break;
    }
    case SOp::BoundsCheck: compare2() ? a_.jbe(exitLabel(v)) : a_.jae(exitLabel(v)); break;
    case SOp::RangeCheck: compare2() ? a_.jb(exitLabel(v)) : a_.ja(exitLabel(v)); break;
    case SOp::RangeCheckS: compare2() ? a_.jl(exitLabel(v)) : a_.jg(exitLabel(v)); break;
    case SOp::ZeroCheck: {
      Reg a = use(x);
      a_.test(gp(a), gp(a));
      a_.jz(exitLabel(v));
      break;
    }
    default: {
      Reg a = use(x);
      a_.test(gp(a), gp(a));
      a_.js(exitLabel(v));
    }
  }
  release(dies_[v->id]);
}

/// A C++ function on the thread's stack that passes no safepoint: nothing of the frame need be home.
/// Equality: lengths first; then code that all share. All registers are lost.
void Emitter::compareStrings(Value* v) {
  static const char* const equal = equalBytesStub();
  static const char* const order = plainStub(reinterpret_cast<const void*>(+[](const void* a, const void* b, size_t n, size_t m) -> int64_t {
    size_t least = n < m ? n : m;
    int c = least ? std::memcmp(a, b, least) : 0;   // an empty string may have no address
    return c ? c : n < m ? -1 : n > m;
  }));
  constexpr Reg kRdi = 7, kRsi = 6, kRdx = 2, kRcx = 1;
  into(kRdi, v->args[0]);
  into(kRsi, v->args[2]);
  into(kRdx, v->args[1]);
  into(kRcx, v->args[3]);
  release(dies_[v->id]);
  loseAll();
  Label done = a_.newLabel();
  if (v->op == SOp::EqStr) {
    a_.mov(x86::eax, 0);
    a_.cmp(x86::rdx, x86::rcx);
    a_.jne(done);
  }
  a_.call(address(v->op == SOp::EqStr ? equal : order));
  a_.bind(done);
  bind(v, 0);
}

/// Few bytes through registers, read before they are written; more by code that all share, all registers are lost.
void Emitter::moveBytes(Value* v) {
  static const char* const stub = moveBytesStub();
  Value *to = v->args[0], *from = v->args[1], *n = v->args[2];
  int64_t bytes = n->op == SOp::Const ? n->aux : -1;
  if (bytes >= 0 && bytes <= 32 && bytes != 3) {
    if (bytes == 0) return release(dies_[v->id]);
    x86::Gp d = gp(use(to)), s = gp(use(from));
    auto rest = [&](int64_t part) { return static_cast<int32_t>(bytes - part); };
    if (bytes == 1) a_.movzx(x86::r11d, x86::byte_ptr(s)), a_.mov(x86::byte_ptr(d), x86::r11b);
    else if (bytes == 2) a_.movzx(x86::r11d, x86::word_ptr(s)), a_.mov(x86::word_ptr(d), x86::r11w);
    else if (bytes < 8) a_.movd(x86::xmm14, x86::dword_ptr(s)), a_.movd(x86::xmm15, x86::dword_ptr(s, rest(4))), a_.movd(x86::dword_ptr(d), x86::xmm14), a_.movd(x86::dword_ptr(d, rest(4)), x86::xmm15);
    else if (bytes < 16) a_.movq(x86::xmm14, x86::qword_ptr(s)), a_.movq(x86::xmm15, x86::qword_ptr(s, rest(8))), a_.movq(x86::qword_ptr(d), x86::xmm14), a_.movq(x86::qword_ptr(d, rest(8)), x86::xmm15);
    else a_.movups(x86::xmm14, x86::xmmword_ptr(s)), a_.movups(x86::xmm15, x86::xmmword_ptr(s, rest(16))), a_.movups(x86::xmmword_ptr(d), x86::xmm14), a_.movups(x86::xmmword_ptr(d, rest(16)), x86::xmm15);
    return release(dies_[v->id]);
  }
  constexpr Reg kRdi = 7, kRsi = 6, kRdx = 2;
  into(kRdi, to);
  into(kRsi, from);
  into(kRdx, n);
  release(dies_[v->id]);
  loseAll();
  a_.call(address(stub));
}

/// Results of narrow operations are zero-extended. One that nobody wants is not kept.
void Emitter::atomic(Value* v) {
  constexpr Reg kRax = 0;
  unsigned size = bytesOf(v->width);
  bool wanted = useCount_[v->id] != 0;
  auto part = [&](x86::Gp r) { return size == 1 ? x86::Gp(r.r8()) : size == 4 ? x86::Gp(r.r32()) : r; };
  auto at = [&](Reg p) { return x86::ptr(gp(p), 0, size); };
  Reg old = kNone;
  if (v->op == SOp::AtomicCas) into(old = kRax, v->args[1]);
  Reg p = use(v->args[0]);
  Reg x = v->op == SOp::AtomicLoad ? kNone : use(v->args.back());
  release(dies_[v->id]);
  if (old != kNone && regs_[kRax]) takeReg(kRax);   // what is there lives on, but is overwritten
  Reg to = kNone;
  switch (v->op) {
    case SOp::AtomicLoad:
      to = define(v);
      size == 1 ? a_.movzx(gp32(to), at(p)) : a_.mov(part(gp(to)), at(p));
      break;
    case SOp::AtomicXchg:
      to = define(v, x);
      moveReg(to, x);
      a_.xchg(at(p), part(gp(to)));
      break;
    case SOp::AtomicAdd:
      if (!wanted) return static_cast<void>(a_.lock().add(at(p), part(gp(x))));
      a_.mov(x86::r11, gp(x));
      a_.lock().xadd(at(p), part(x86::r11));
      to = define(v);
      a_.lea(part(gp(to)), x86::ptr(x86::r11, gp(x)));
      break;
    default:
      a_.lock().cmpxchg(at(p), part(gp(x)));
      if (!wanted) return;
      to = define(v);
      a_.set(x86::CondCode::kZero, gp(to).r8());
      a_.movzx(gp32(to), gp(to).r8());
  }
  if (!wanted) unbind(v);
}

/// Every register and these slots are about to be overwritten: what lives on has another home then.
void Emitter::lose(const Vec<SlotRange>& slots) {
  losing_ = slots;
  for (SlotRange r : slots)
    for (unsigned s = r.from; s < r.from + r.count; s++)
      if (!g_.memorySlot[s]) forgetContent(s);
  loseAll();
  losing_.clear();
}

}  // namespace burrow::jit
