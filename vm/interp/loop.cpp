// The interpreter loop: fast paths only. Everything that needs more than a few instructions is in slow_*.cpp.
//
// pc, r (registers of the frame) and fp live in machine registers; they are written to g (SAVE) before anything
// that can look at the goroutine, and read back (RELOAD) after anything that said Next::Reload.
#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>

#include "vm/bytecode/check.h"
#include "vm/heap/heap.h"
#include "vm/interp/interp.h"
#include "vm/interp/slow.h"
#include "vm/link/linker.h"
#include "vm/object/object.h"
#include "vm/panic/panic.h"
#include "vm/profile/sites.h"
#include "vm/sched/fault.h"

namespace burrow::vm {

const Insn kNativeCode[3] = {makeInsn(Op::EnterNative), makeInsn(Op::NativeReturned), makeInsn(Op::Return)};
const Insn kBottomCode[2] = {makeInsn(Op::ReturnToLoop), makeInsn(Op::ReturnToLoop)};

#define UNLIKELY(x) __builtin_expect(!!(x), 0)

namespace {

using I8 = int8_t;
using I16 = int16_t;
using I32 = int32_t;
using I64 = int64_t;
using U8 = uint8_t;
using U16 = uint16_t;
using U32 = uint32_t;
using U64 = uint64_t;

/// Extends a narrow integer to a slot.
template <class T>
inline Slot ext(T v) {
  if constexpr (std::is_signed_v<T>) return static_cast<Slot>(static_cast<int64_t>(v));
  return static_cast<Slot>(v);
}

inline double f64(Slot s) { return std::bit_cast<double>(s); }
inline float f32(Slot s) { return std::bit_cast<float>(static_cast<uint32_t>(s)); }
inline Slot slot(double d) { return std::bit_cast<uint64_t>(d); }
inline Slot slot(float f) { return std::bit_cast<uint32_t>(f); }

template <class F>
inline F goMin(F x, F y) {
  if (x != x) return x;
  if (y != y) return y;
  if (x == 0 && y == 0) return std::signbit(x) ? x : y;
  return x < y ? x : y;
}
template <class F>
inline F goMax(F x, F y) {
  if (x != x) return x;
  if (y != y) return y;
  if (x == 0 && y == 0) return std::signbit(x) ? y : x;
  return x > y ? x : y;
}

// Conversions out of range give what gc's amd64 code gives: the machine's "indefinite" values.
inline int64_t toI64(double d) { return _mm_cvttsd_si64(_mm_set_sd(d)); }
inline int64_t toI64(float f) { return _mm_cvttss_si64(_mm_set_ss(f)); }
inline int32_t toI32(double d) { return _mm_cvttsd_si32(_mm_set_sd(d)); }
inline int32_t toI32(float f) { return _mm_cvttss_si32(_mm_set_ss(f)); }
template <class F>
inline uint64_t toU64(F f) {
  constexpr F k2to63 = 9223372036854775808.0;
  if (f < k2to63) return static_cast<uint64_t>(toI64(f));
  return static_cast<uint64_t>(toI64(f - k2to63)) | uint64_t{1} << 63;
}

template <class T>
inline T load(const void* p) {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
template <class T>
inline void store(void* p, Slot v) {
  T t = static_cast<T>(v);
  std::memcpy(p, &t, sizeof t);
}

// Storage in frames, and values wider than three words, are mostly a few slots: for up to eight or sixteen of them some pairs, which overlap
// where the number asks for it, take less time than the call of a function that can do any number.
inline __m128i pair(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
inline void setPair(void* p, __m128i v) { _mm_storeu_si128(static_cast<__m128i*>(p), v); }

/// Zeroes the storage of what lies in the frame.
inline void clearSlots(Slot* d, uint64_t n) {
  if (n < 2) {
    if (n) *d = 0;
  } else if (n > 16) {
    std::memset(d, 0, n * sizeof(Slot));
  } else {
    __m128i zero = _mm_setzero_si128();
    setPair(d, zero), setPair(d + n - 2, zero);
    if (n > 4) setPair(d + 2, zero), setPair(d + n - 4, zero);
    if (n > 8) setPair(d + 4, zero), setPair(d + 6, zero), setPair(d + n - 8, zero), setPair(d + n - 6, zero);
  }
}

/// Copies at least two slots; they may overlap.
inline void copySlots(void* to, const void* from, uint64_t n) {
  auto* d = static_cast<Slot*>(to);
  auto* s = static_cast<const Slot*>(from);
  if (n > 8) {
    std::memmove(d, s, n * sizeof(Slot));
    return;
  }
  __m128i first = pair(s), last = pair(s + n - 2);
  if (n > 4) {
    __m128i second = pair(s + 2), third = pair(s + n - 4);
    setPair(d + 2, second), setPair(d + n - 4, third);
  }
  setPair(d, first), setPair(d + n - 2, last);
}

inline bool isNil(Slot p) { return __builtin_expect(p < 4096, 0); }
inline char* at(Slot p) { return reinterpret_cast<char*>(p); }
inline Slot word(const void* p) { return reinterpret_cast<Slot>(p); }

}  // namespace

#define OP(name) L_##name:
#define DISPATCH() goto* labels[pc->op]
#define NEXT(words) do { pc += (words); DISPATCH(); } while (0)
#define SAVE() (g.pc = pc, g.fp = fp)
#define A r[pc->a]
#define B r[pc->b]
#define C r[pc->c]
#define WORD(n) (pc[n].word)
#define PTR(T, n) (reinterpret_cast<T*>(pc[n].word))
/// Calls a slow half and goes on as it says; `words`: length of the instruction.
#define SLOW(fn, words)                         \
  do {                                          \
    SAVE();                                     \
    Next n = fn(g, pc, r);                      \
    if (UNLIKELY(n != Next::Run)) {             \
      next = n;                                 \
      goto handle;                              \
    }                                           \
    NEXT(words);                                \
  } while (0)
/// Leaves for a slow half that always raises.
#define TRAP(fn)        \
  do {                  \
    SAVE();             \
    next = fn(g, pc, r); \
    goto handle;        \
  } while (0)
/// A taken branch. Back edges poll; forward ones only seem to, in the slow half.
#define TAKE(off)                        \
  do {                                   \
    int64_t distance = (off);            \
    if (UNLIKELY(r < g.stackLimit)) {    \
      target = pc + distance;            \
      goto poll;                         \
    }                                    \
    pc += distance;                      \
    DISPATCH();                          \
  } while (0)
#define BRANCH(cond, off) do { if (cond) TAKE(off); NEXT(1); } while (0)
#define CHECK_NIL(p, fn) do { if (isNil(p)) TRAP(fn); } while (0)
/// Enters fn; `retWords`: length of the call instruction.
#define ENTER(fn, retWords)                              \
  do {                                                   \
    Func* callee = (fn);                                 \
    Slot* frame = r - kFrameHeaderSlots;                 \
    frame[1] = word(pc + (retWords));                    \
    frame[0] = word(fp);                                 \
    frame[-1] = word(callee);                            \
    fp = frame;                                          \
    r = frame - callee->frameSlots;                      \
    pc = callee->entry;                                  \
    if (UNLIKELY(r < g.stackLimit)) goto enterSlow;      \
    DISPATCH();                                          \
  } while (0)

// In a section of its own, so that a CPU sample can tell that it interrupted the loop (profile/cpu.cpp).
// Return addresses of machine code are read as instructions, wherever they lie (machine.h).
[[gnu::section("burrow_loop"), gnu::no_sanitize("alignment")]] Next interpret(Goroutine& g) {
  // Padded up to the one that machine code reads as.
  static const void* labels[kReturnToMachine + 1] = {
#define BURROW_OP(name, ...) &&L_##name,
#include "vm/bytecode/opcodes.def"
  };
  labels[kReturnToMachine] = &&L_ReturnToMachine;
  static const void* real[kReturnToMachine + 1];
  static bool saving = false;  // labels lead to `saved`
  static const void* plain[kOpCount];
  static bool counting = false;  // labels of what makes something in the frame lead to `counted`
  const Insn* pc;
  const Insn* target;
  Slot *r, *fp;
  Next next;
  const void* entry;

  if (g.resumeOp) {
    next = resumeOperation(g);
    if (next == Next::Park || next == Next::Exit) return next;
  }

  if (UNLIKELY(siteCounts && !counting)) {
    counting = true;
    std::copy(labels, labels + kOpCount, plain);
    for (size_t op = 0; op < kOpCount; op++) {
      if (countsAlways(static_cast<Op>(op))) labels[op] = &&counted;
      if (countsLength(static_cast<Op>(op))) labels[op] = &&countedLength;
      if (countsBuffer(static_cast<Op>(op))) labels[op] = &&countedSlow;
    }
  }
  if (UNLIKELY(anyPanicOnFault != saving || (saving && !panicsOnFault(g)))) {
    bool wanted = anyPanicOnFault && panicsOnFault(g);
    if (wanted && !saving) {
      std::copy(std::begin(labels), std::end(labels), std::begin(real));
      std::fill(std::begin(labels), std::end(labels), &&saved);
    } else if (!wanted && saving) {
      std::copy(std::begin(real), std::end(real), std::begin(labels));
    }
    saving = wanted;
  }

  if (UNLIKELY(g.pending != Next::Run)) {
    next = g.pending;
    g.pending = Next::Run;
    goto handle;
  }
reload:
  pc = g.pc;
  fp = g.fp;
  if (UNLIKELY(frameFunc(fp)->compiled && !saving)) {
    if ((entry = machineEntry(*frameFunc(fp), pc))) goto machine;
  }
interpreted:
  r = fp - frameFunc(fp)->frameSlots;
  DISPATCH();

machine: {
  MachineExit left = machineHooks.enter(g, entry);
  next = left.next;
  if (left.g != &g) {
    left.g->pending = next;
    return Next::Switched;
  }
}
handle:
  if (next == Next::Reload) goto reload;
  if (next == Next::Return) {
    fp = g.fp;
    pc = returnAddress(fp);
    r = fp + kFrameHeaderSlots;  // what a native has called leaves its results there
    fp = callerFp(fp);
    if (UNLIKELY(frameFunc(fp)->compiled)) {
      SAVE();
      goto reload;
    }
    DISPATCH();
  }
  if (next == Next::Enter || next == Next::Interpret) {
    pc = g.pc;
    fp = g.fp;
    if (next == Next::Interpret) goto interpreted;
    r = fp - frameFunc(fp)->frameSlots;
    if (UNLIKELY(r < g.stackLimit)) goto enterSlow;
    DISPATCH();
  }
  return next;

saved:
  SAVE();
  goto* real[pc->op];

counted:
  siteCounts[siteAt(pc)].onStack++;
  goto* plain[pc->op];

countedLength:
  noteMaxLength(siteCounts[siteAt(pc)], (&B)[1] + C);
  goto* plain[pc->op];

countedSlow:
  SLOW(slowCounted, insnWords(static_cast<Op>(pc->op)));

enterSlow:
  SAVE();
  next = slowEnter(g);
  goto handle;

poll:
  if (target > pc) {
    pc = target;
    DISPATCH();
  }
  SAVE();
  next = slowPoll(g);
  if (next != Next::Run) goto handle;
  if (Func* f = frameFunc(fp); f->compiled) {
    if (!machineEntry(*f, target)) machineHooks.compileLoop(*f, target);
    g.pc = target;
    goto reload;
  }
  pc = target;
  DISPATCH();

  // ---- Moves and constants
  OP(Mov) A = B; NEXT(1);
  OP(Mov2) { Slot x = B, y = (&B)[1]; Slot* d = &A; d[0] = x, d[1] = y; NEXT(1); }
  OP(Mov3) { const Slot* s = &B; Slot x = s[0], y = s[1], z = s[2]; Slot* d = &A; d[0] = x, d[1] = y, d[2] = z; NEXT(1); }
  OP(MovN) copySlots(&A, &B, static_cast<uint32_t>(WORD(1))); NEXT(2);
  OP(LoadImm) A = ext(pc->imm32()); NEXT(1);
  OP(LoadConst) A = WORD(1); NEXT(2);
  OP(LoadSym) A = WORD(1); NEXT(2);
  OP(LoadStr) { Slot* d = &A; d[0] = WORD(1), d[1] = WORD(2); NEXT(3); }
  OP(ZeroN) clearSlots(&A, static_cast<uint32_t>(WORD(1))); NEXT(2);
  OP(LoadCtx) A = word(g.ctx); NEXT(1);
  OP(LocalAddr) A = word(&B) + pc->c; NEXT(1);

  // ---- Parts of values in the frame
#define GETSUB(T) OP(GetSub##T) A = ext(load<T>(at(word(&B)) + pc->c)); NEXT(1);
  GETSUB(I8) GETSUB(U8) GETSUB(I16) GETSUB(U16) GETSUB(I32) GETSUB(U32)
#undef GETSUB
  OP(SetSub8) store<U8>(at(word(&A)) + pc->c, B); NEXT(1);
  OP(SetSub16) store<U16>(at(word(&A)) + pc->c, B); NEXT(1);
  OP(SetSub32) store<U32>(at(word(&A)) + pc->c, B); NEXT(1);
  OP(FrameCopy) {
    std::memmove(at(word(&A)) + static_cast<uint32_t>(WORD(1)), at(word(&B)) + (WORD(1) >> 32), WORD(2));
    NEXT(3);
  }

  // ---- Integers
#define ARITH(T)                                                               \
  OP(Add##T) A = ext(static_cast<T>(B + C)); NEXT(1);                          \
  OP(Sub##T) A = ext(static_cast<T>(B - C)); NEXT(1);                          \
  OP(Mul##T) A = ext(static_cast<T>(B * C)); NEXT(1);                          \
  OP(Shl##T) A = C < sizeof(T) * 8 ? ext(static_cast<T>(B << C)) : 0; NEXT(1);
  ARITH(I8) ARITH(I16) ARITH(I32) ARITH(U8) ARITH(U16) ARITH(U32) ARITH(I64)
#undef ARITH
#define DIVIDE(T)                                                              \
  OP(Div##T) {                                                                 \
    T x = static_cast<T>(B), y = static_cast<T>(C);                            \
    if (UNLIKELY(y == 0)) TRAP(slowDivide);                                    \
    A = y == -1 ? ext(static_cast<T>(0 - static_cast<uint64_t>(x))) : ext(static_cast<T>(x / y)); \
    NEXT(1);                                                                   \
  }
  DIVIDE(I8) DIVIDE(I16) DIVIDE(I32) DIVIDE(I64)
#undef DIVIDE
  OP(DivU64) { Slot x = B, y = C; if (UNLIKELY(y == 0)) TRAP(slowDivide); A = x / y; NEXT(1); }
  OP(RemU64) { Slot x = B, y = C; if (UNLIKELY(y == 0)) TRAP(slowDivide); A = x % y; NEXT(1); }
  OP(RemI64) {
    auto x = static_cast<I64>(B), y = static_cast<I64>(C);
    if (UNLIKELY(y == 0)) TRAP(slowDivide);
    A = y == -1 ? 0 : static_cast<Slot>(x % y);
    NEXT(1);
  }
  OP(ShrI64) { Slot n = C; A = static_cast<Slot>(static_cast<I64>(B) >> (n < 64 ? n : 63)); NEXT(1); }
  OP(ShrU64) { Slot n = C; A = n < 64 ? B >> n : 0; NEXT(1); }
  OP(CheckShift) if (UNLIKELY(static_cast<I64>(A) < 0)) TRAP(slowShift); NEXT(1);
  OP(And) A = B & C; NEXT(1);
  OP(Or) A = B | C; NEXT(1);
  OP(Xor) A = B ^ C; NEXT(1);
  OP(AndNot) A = B & ~C; NEXT(1);
#define ADDIMM(T) OP(AddImm##T) A = ext(static_cast<T>(B + static_cast<Slot>(int64_t{pc->simmC()}))); NEXT(1);
  ADDIMM(I8) ADDIMM(I16) ADDIMM(I32) ADDIMM(I64) ADDIMM(U8) ADDIMM(U16) ADDIMM(U32)
#undef ADDIMM
  OP(MulImmI64) A = B * static_cast<Slot>(int64_t{pc->simmC()}); NEXT(1);
  OP(AndImm) A = B & pc->c; NEXT(1);
  OP(ShlImmI64) A = B << (pc->c & 63); NEXT(1);
  OP(ShrImmI64) A = static_cast<Slot>(static_cast<I64>(B) >> (pc->c & 63)); NEXT(1);
  OP(ShrImmU64) A = B >> (pc->c & 63); NEXT(1);
  OP(NegI64) A = 0 - B; NEXT(1);
  OP(Not) A = ~B; NEXT(1);
  OP(NotBool) A = B ^ 1; NEXT(1);
#define EXTEND(T) OP(Ext##T) A = ext(static_cast<T>(B)); NEXT(1);
  EXTEND(I8) EXTEND(I16) EXTEND(I32) EXTEND(U8) EXTEND(U16) EXTEND(U32)
#undef EXTEND
  OP(MinI64) A = static_cast<I64>(B) < static_cast<I64>(C) ? B : C; NEXT(1);
  OP(MaxI64) A = static_cast<I64>(B) > static_cast<I64>(C) ? B : C; NEXT(1);
  OP(MinU64) A = B < C ? B : C; NEXT(1);
  OP(MaxU64) A = B > C ? B : C; NEXT(1);

  // ---- Floating point
#define FLOATS(F, get)                                                         \
  OP(Add##F) A = slot(get(B) + get(C)); NEXT(1);                               \
  OP(Sub##F) A = slot(get(B) - get(C)); NEXT(1);                               \
  OP(Mul##F) A = slot(get(B) * get(C)); NEXT(1);                               \
  OP(Div##F) A = slot(get(B) / get(C)); NEXT(1);                               \
  OP(Neg##F) A = slot(-get(B)); NEXT(1);                                       \
  OP(Min##F) A = slot(goMin(get(B), get(C))); NEXT(1);                         \
  OP(Max##F) A = slot(goMax(get(B), get(C))); NEXT(1);                         \
  OP(Eq##F) A = get(B) == get(C); NEXT(1);                                     \
  OP(Ne##F) A = get(B) != get(C); NEXT(1);                                     \
  OP(Lt##F) A = get(B) < get(C); NEXT(1);                                      \
  OP(Le##F) A = get(B) <= get(C); NEXT(1);                                     \
  OP(BrEq##F) BRANCH(get(A) == get(B), pc->simmC());                           \
  OP(BrNe##F) BRANCH(get(A) != get(B), pc->simmC());                           \
  OP(BrLt##F) BRANCH(get(A) < get(B), pc->simmC());                            \
  OP(BrNotLt##F) BRANCH(!(get(A) < get(B)), pc->simmC());                      \
  OP(BrLe##F) BRANCH(get(A) <= get(B), pc->simmC());                           \
  OP(BrNotLe##F) BRANCH(!(get(A) <= get(B)), pc->simmC());                     \
  OP(F##ToI64) A = static_cast<Slot>(toI64(get(B))); NEXT(1);                  \
  OP(F##ToU64) A = toU64(get(B)); NEXT(1);                                     \
  OP(F##ToI32) A = ext(toI32(get(B))); NEXT(1);                                \
  OP(F##ToU32) A = ext(static_cast<U32>(toI64(get(B)))); NEXT(1);              \
  OP(I64To##F) A = slot(static_cast<decltype(get(B))>(static_cast<I64>(B))); NEXT(1); \
  OP(U64To##F) A = slot(static_cast<decltype(get(B))>(B)); NEXT(1);
  FLOATS(F64, f64)
  FLOATS(F32, f32)
#undef FLOATS
  OP(F64ToF32) A = slot(static_cast<float>(f64(B))); NEXT(1);
  OP(F32ToF64) A = slot(static_cast<double>(f32(B))); NEXT(1);
  OP(C64ToC128) {
    Slot c = B;
    Slot* d = &A;
    d[0] = slot(static_cast<double>(f32(c))), d[1] = slot(static_cast<double>(f32(c >> 32)));
    NEXT(1);
  }
  OP(C128ToC64) {
    const Slot* s = &B;
    A = slot(static_cast<float>(f64(s[0]))) | slot(static_cast<float>(f64(s[1]))) << 32;
    NEXT(1);
  }
  OP(MulC128) {
    const Slot *x = &B, *y = &C;
    double a = f64(x[0]), b = f64(x[1]), c = f64(y[0]), d = f64(y[1]);
    Slot* to = &A;
    to[0] = slot(a * c - b * d), to[1] = slot(a * d + b * c);
    NEXT(1);
  }
  OP(DivC128) SLOW(slowDivC128, 1);
  OP(SqrtF64) A = slot(std::sqrt(f64(B))); NEXT(1);
  OP(SqrtF32) A = slot(std::sqrt(f32(B))); NEXT(1);
  OP(AbsF64) A = B & ~(uint64_t{1} << 63); NEXT(1);
  OP(FloorF64) A = slot(std::floor(f64(B))); NEXT(1);
  OP(CeilF64) A = slot(std::ceil(f64(B))); NEXT(1);
  OP(TruncF64) A = slot(std::trunc(f64(B))); NEXT(1);
  OP(CopysignF64) A = (B & ~(uint64_t{1} << 63)) | (C & (uint64_t{1} << 63)); NEXT(1);
  OP(FmaF64) A = slot(std::fma(f64(B), f64(C), f64(r[pc[1].reg[0]]))); NEXT(2);

  // ---- Comparison and branches
  OP(Eq) A = B == C; NEXT(1);
  OP(Ne) A = B != C; NEXT(1);
  OP(LtI64) A = static_cast<I64>(B) < static_cast<I64>(C); NEXT(1);
  OP(LeI64) A = static_cast<I64>(B) <= static_cast<I64>(C); NEXT(1);
  OP(LtU64) A = B < C; NEXT(1);
  OP(LeU64) A = B <= C; NEXT(1);
  OP(EqImm) A = static_cast<I64>(B) == pc->simmC(); NEXT(1);
  OP(EqStr) A = equalStrings(&B, &C); NEXT(1);
  OP(LtStr) A = compareStrings(&B, &C) < 0; NEXT(1);
  OP(LeStr) A = compareStrings(&B, &C) <= 0; NEXT(1);
  OP(EqIface) SLOW(slowEqIface, 1);
  OP(EqEface) SLOW(slowEqEface, 1);
  OP(EqVal) SLOW(slowEqVal, 2);
  OP(EqMem) SLOW(slowEqMem, 2);
  OP(Jump) TAKE(pc->imm32());
  OP(BrTrue) BRANCH(A != 0, pc->imm32());
  OP(BrFalse) BRANCH(A == 0, pc->imm32());
  OP(BrEq) BRANCH(A == B, pc->simmC());
  OP(BrNe) BRANCH(A != B, pc->simmC());
  OP(BrLtI64) BRANCH(static_cast<I64>(A) < static_cast<I64>(B), pc->simmC());
  OP(BrLeI64) BRANCH(static_cast<I64>(A) <= static_cast<I64>(B), pc->simmC());
  OP(BrLtU64) BRANCH(A < B, pc->simmC());
  OP(BrLeU64) BRANCH(A <= B, pc->simmC());
  OP(BrEqImm) BRANCH(static_cast<I64>(A) == pc->simmB(), pc->simmC());
  OP(BrNeImm) BRANCH(static_cast<I64>(A) != pc->simmB(), pc->simmC());
  OP(BrLtImm) BRANCH(static_cast<I64>(A) < pc->simmB(), pc->simmC());
  OP(BrLeImm) BRANCH(static_cast<I64>(A) <= pc->simmB(), pc->simmC());
  OP(BrGtImm) BRANCH(static_cast<I64>(A) > pc->simmB(), pc->simmC());
  OP(BrGeImm) BRANCH(static_cast<I64>(A) >= pc->simmB(), pc->simmC());
  OP(BrEqStr) BRANCH(equalStrings(&A, &B), pc->simmC());
  OP(BrNeStr) BRANCH(!equalStrings(&A, &B), pc->simmC());
  OP(JumpTable) {
    Slot i = A;
    if (i >= pc->b) NEXT(2);
    auto* table = reinterpret_cast<const int32_t*>(pc + static_cast<int64_t>(WORD(1)));
    TAKE(table[i]);
  }

  // ---- Memory
#define LOAD(name, T) OP(Load##name) { Slot p = B; CHECK_NIL(p, slowNilB); A = ext(load<T>(at(p) + pc->c)); NEXT(1); }
  LOAD(I8, I8) LOAD(U8, U8) LOAD(I16, I16) LOAD(U16, U16) LOAD(I32, I32) LOAD(U32, U32) LOAD(64, U64)
#undef LOAD
  OP(Load2) {
    Slot p = B;
    CHECK_NIL(p, slowNilB);
    const char* s = at(p) + pc->c;  // [4]int32 is aligned to 4 only
    Slot x = load<Slot>(s), y = load<Slot>(s + 8);
    Slot* d = &A;
    d[0] = x, d[1] = y;
    NEXT(1);
  }
  OP(Load3) {
    Slot p = B;
    CHECK_NIL(p, slowNilB);
    const char* s = at(p) + pc->c;
    Slot x = load<Slot>(s), y = load<Slot>(s + 8), z = load<Slot>(s + 16);
    Slot* d = &A;
    d[0] = x, d[1] = y, d[2] = z;
    NEXT(1);
  }
  OP(LoadN) {
    Slot p = B;
    CHECK_NIL(p, slowNilB);
    auto slots = static_cast<uint32_t>(WORD(1));
    uint64_t bytes = WORD(1) >> 32;
    Slot* d = &A;
    if (slots > 1 && bytes == slots * sizeof(Slot)) {
      copySlots(d, at(p) + pc->c, slots);
      NEXT(2);
    }
    std::memmove(d, at(p) + pc->c, bytes);
    if (uint64_t rest = slots * sizeof(Slot) - bytes) std::memset(reinterpret_cast<char*>(d) + bytes, 0, rest);
    NEXT(2);
  }
#define STORE(name, T) OP(Store##name) { Slot p = A; CHECK_NIL(p, slowNilA); store<T>(at(p) + pc->c, B); NEXT(1); }
  STORE(8, U8) STORE(16, U16) STORE(32, U32) STORE(64, U64)
#undef STORE
  OP(StorePtr) { Slot p = A; CHECK_NIL(p, slowNilA); storePtr(at(p) + pc->c, at(B)); NEXT(1); }
  OP(StoreStr) {
    Slot p = A;
    CHECK_NIL(p, slowNilA);
    const Slot* s = &B;
    auto* d = reinterpret_cast<Slot*>(at(p) + pc->c);
    Slot n = s[1];
    storePtr(d, at(s[0]));
    d[1] = n;
    NEXT(1);
  }
  OP(StoreIface) {
    Slot p = A;
    CHECK_NIL(p, slowNilA);
    const Slot* s = &B;
    auto* d = reinterpret_cast<Slot*>(at(p) + pc->c);
    Slot n = s[1];
    storePtr(d, at(s[0]));
    storePtr(d + 1, at(n));
    NEXT(1);
  }
  OP(StoreSlice) {
    Slot p = A;
    CHECK_NIL(p, slowNilA);
    const Slot* s = &B;
    auto* d = reinterpret_cast<Slot*>(at(p) + pc->c);
    Slot n = s[1], m = s[2];
    storePtr(d, at(s[0]));
    d[1] = n, d[2] = m;
    NEXT(1);
  }
  OP(StoreN) {
    Slot p = A;
    CHECK_NIL(p, slowNilA);
    uint64_t bytes = WORD(1) >> 32;
    if (bytes > sizeof(Slot) && bytes % sizeof(Slot) == 0) copySlots(at(p) + pc->c, &B, bytes / sizeof(Slot));
    else std::memmove(at(p) + pc->c, &B, bytes);
    NEXT(2);
  }
  OP(StoreTyped) {
    Slot p = A;
    CHECK_NIL(p, slowNilA);
    copyTyped(at(p) + pc->c, &B, PTR(const AbiType, 1));
    NEXT(3);
  }
  OP(CopyTyped) {
    Slot p = A, q = B;
    CHECK_NIL(q, slowNilB);
    CHECK_NIL(p, slowNilA);
    copyTyped(at(p), at(q), PTR(const AbiType, 1));
    NEXT(2);
  }
  OP(ZeroTyped) {
    Slot p = A;
    CHECK_NIL(p, slowNilA);
    zeroTyped(at(p), PTR(const AbiType, 1));
    NEXT(2);
  }
  OP(NilCheck) { Slot p = A; CHECK_NIL(p, slowNilA); NEXT(1); }
  OP(AddPtr) { Slot p = B; CHECK_NIL(p, slowNilB); A = p + WORD(1); NEXT(2); }

  // ---- Slices, arrays, strings
  OP(IndexAddr) {
    const Slot* s = &B;
    Slot i = C;
    if (UNLIKELY(i >= s[1])) TRAP(slowIndexBC);
    A = s[0] + i * WORD(1);
    NEXT(2);
  }
#define INDEX_LOAD(name, T)                                 \
  OP(IndexLoad##name) {                                     \
    const Slot* s = &B;                                     \
    Slot i = C;                                             \
    if (UNLIKELY(i >= s[1])) TRAP(slowIndexBC);             \
    A = ext(reinterpret_cast<const T*>(s[0])[i]);           \
    NEXT(1);                                                \
  }
  INDEX_LOAD(I8, I8) INDEX_LOAD(U8, U8) INDEX_LOAD(I16, I16) INDEX_LOAD(U16, U16) INDEX_LOAD(I32, I32)
  INDEX_LOAD(U32, U32) INDEX_LOAD(64, U64)
#undef INDEX_LOAD
  OP(IndexLoad2) {
    const Slot* s = &B;
    Slot i = C;
    if (UNLIKELY(i >= s[1])) TRAP(slowIndexBC);
    auto* e = reinterpret_cast<const Slot*>(s[0]) + i * 2;
    Slot x = e[0], y = e[1];
    Slot* d = &A;
    d[0] = x, d[1] = y;
    NEXT(1);
  }
  OP(IndexLoad3) {
    const Slot* s = &B;
    Slot i = C;
    if (UNLIKELY(i >= s[1])) TRAP(slowIndexBC);
    auto* e = reinterpret_cast<const Slot*>(s[0]) + i * 3;
    Slot x = e[0], y = e[1], z = e[2];
    Slot* d = &A;
    d[0] = x, d[1] = y, d[2] = z;
    NEXT(1);
  }
#define INDEX_STORE(name, T)                                \
  OP(IndexStore##name) {                                    \
    const Slot* s = &A;                                     \
    Slot i = B;                                             \
    if (UNLIKELY(i >= s[1])) TRAP(slowIndexAB);             \
    reinterpret_cast<T*>(s[0])[i] = static_cast<T>(C);      \
    NEXT(1);                                                \
  }
  INDEX_STORE(8, U8) INDEX_STORE(16, U16) INDEX_STORE(32, U32) INDEX_STORE(64, U64)
#undef INDEX_STORE
  OP(IndexStorePtr) {
    const Slot* s = &A;
    Slot i = B;
    if (UNLIKELY(i >= s[1])) TRAP(slowIndexAB);
    storePtr(at(s[0]) + i * 8, at(C));
    NEXT(1);
  }
  OP(IndexStoreStr) {
    const Slot *s = &A, *v = &C;
    Slot i = B;
    if (UNLIKELY(i >= s[1])) TRAP(slowIndexAB);
    auto* d = reinterpret_cast<Slot*>(s[0]) + i * 2;
    Slot n = v[1];
    storePtr(d, at(v[0]));
    d[1] = n;
    NEXT(1);
  }
  OP(IndexStoreIface) {
    const Slot *s = &A, *v = &C;
    Slot i = B;
    if (UNLIKELY(i >= s[1])) TRAP(slowIndexAB);
    auto* d = reinterpret_cast<Slot*>(s[0]) + i * 2;
    Slot n = v[1];
    storePtr(d, at(v[0]));
    storePtr(d + 1, at(n));
    NEXT(1);
  }
  OP(IndexStr) {
    const Slot* s = &B;
    Slot i = C;
    if (UNLIKELY(i >= s[1])) TRAP(slowIndexBC);
    A = reinterpret_cast<const uint8_t*>(s[0])[i];
    NEXT(1);
  }
  OP(IndexArr) {
    Slot p = B, i = C;
    CHECK_NIL(p, slowNilB);
    if (UNLIKELY(i >= WORD(1))) TRAP(slowIndexImmBC);
    A = p + i * WORD(2);
    NEXT(3);
  }
  OP(IndexLocal) {
    Slot i = C;
    if (UNLIKELY(i >= WORD(1))) TRAP(slowIndexImmBC);
    A = word(&B) + i * WORD(2);
    NEXT(3);
  }
  OP(IndexLocalLoad64) {
    Slot i = C;
    if (UNLIKELY(i >= WORD(1))) TRAP(slowIndexImmBC);
    A = (&B)[i];
    NEXT(2);
  }
  OP(IndexLocalStore64) {
    Slot i = B;
    if (UNLIKELY(i >= WORD(1))) TRAP(slowIndexImmAB);
    (&A)[i] = C;
    NEXT(2);
  }
  OP(CheckIndex) if (UNLIKELY(A >= B)) TRAP(slowCheckIndex); NEXT(1);
  OP(SliceSlice) {
    // s[lo:hi] in range; everything else in the slow half.
    Insn w = pc[1];
    const Slot* s = &B;
    Slot lo = w.reg[0] == kNoReg ? 0 : r[w.reg[0]], hi = w.reg[1] == kNoReg ? s[1] : r[w.reg[1]], cap = s[2];
    if (UNLIKELY(w.reg[2] != kNoReg || hi > cap || lo > hi)) SLOW(slowSliceSlice, 3);
    Slot base = s[0];
    Slot* d = &A;
    // A pointer past the end would keep the next object alive.
    d[0] = lo == cap ? base : base + lo * WORD(2);
    d[1] = hi - lo;
    d[2] = cap - lo;
    NEXT(3);
  }
  OP(SliceStr) {
    Insn w = pc[1];
    const Slot* s = &B;
    Slot len = s[1], lo = w.reg[0] == kNoReg ? 0 : r[w.reg[0]], hi = w.reg[1] == kNoReg ? len : r[w.reg[1]];
    if (UNLIKELY(hi > len || lo > hi)) TRAP(slowSliceStr);
    Slot base = s[0];
    Slot* d = &A;
    d[0] = lo == hi ? base : base + lo;
    d[1] = hi - lo;
    NEXT(2);
  }
  OP(SliceArr) SLOW(slowSliceArr, 4);
  OP(SliceToArr) {
    const Slot* s = &B;
    if (UNLIKELY(static_cast<I64>(s[1]) < static_cast<I64>(WORD(1)))) TRAP(slowSliceToArr);
    A = s[0];
    NEXT(2);
  }
  OP(DecodeRune) {
    const Slot* s = &B;
    Slot i = C;
    auto* text = reinterpret_cast<const char*>(s[0]);
    if (auto c = static_cast<uint8_t>(text[i]); c < 0x80) {
      A = c;
      C = i + 1;
    } else {
      auto next = static_cast<int64_t>(i);
      A = ext(decodeRune({text, static_cast<int64_t>(s[1])}, next));
      C = static_cast<Slot>(next);
    }
    NEXT(1);
  }
  OP(AppendGrow) {
    const Slot* s = &B;
    Slot len = s[1] + C, cap = s[2];
    if (UNLIKELY(len > cap)) SLOW(slowAppendGrow, 3);
    Slot base = s[0];
    Slot* d = &A;
    d[0] = base, d[1] = len, d[2] = cap;
    NEXT(3);
  }
  OP(AppendGrowBuf) {
    const Slot* s = &B;
    Slot len = s[1] + WORD(3), cap = s[2];
    if (UNLIKELY(len > cap)) SLOW(slowAppendGrowBuf, 4);
    Slot base = s[0];
    Slot* d = &A;
    d[0] = base, d[1] = len, d[2] = cap;
    NEXT(4);
  }
  OP(SliceToHeap) {
    const Slot* s = &B;
    Slot base = s[0];
    if (UNLIKELY((base >= word(r) && base < word(fp)) || WORD(2) >> 32)) SLOW(slowSliceToHeap, 4);
    Slot len = s[1], cap = s[2];
    Slot* d = &A;
    d[0] = base, d[1] = len, d[2] = cap;
    NEXT(4);
  }
  OP(AppendMake) SLOW(slowAppendMake, 3);
  OP(AppendSlice) SLOW(slowAppendSlice, 3);
  OP(AppendStr) SLOW(slowAppendStr, 2);
  OP(CopySlice) SLOW(slowCopySlice, 2);
  OP(CopyStr) {
    const Slot *d = &B, *s = &C;
    Slot n = d[1] < s[1] ? d[1] : s[1];
    if (n) std::memmove(at(d[0]), at(s[0]), n);
    A = n;
    NEXT(1);
  }
  OP(ClearSlice) SLOW(slowClearSlice, 2);
  OP(StrConcat) SLOW(slowStrConcat, 2);
  OP(BytesToStr) SLOW(slowBytesToStr, 2);
  OP(BytesToStrTmp) { const Slot* s = &B; Slot x = s[0], y = s[1]; Slot* d = &A; d[0] = x, d[1] = y; NEXT(1); }
  OP(StrToBytes) SLOW(slowStrToBytes, 2);
  OP(RunesToStr) SLOW(slowRunesToStr, 2);
  OP(StrToRunes) SLOW(slowStrToRunes, 2);
  OP(StrToBytesTmp) {
    const Slot* s = &B;
    Slot x = s[0], n = s[1];
    Slot* d = &A;
    d[0] = x ? x : word(&zeroSizedObject), d[1] = n, d[2] = n;  // []byte("") is not nil
    NEXT(1);
  }
  OP(RuneToStr) SLOW(slowRuneToStr, 2);
  OP(StrConcatBuf) SLOW(slowStrConcatBuf, 3);
  OP(BytesToStrBuf) SLOW(slowBytesToStrBuf, 2);
  OP(StrToBytesBuf) SLOW(slowStrToBytesBuf, 2);
  OP(RunesToStrBuf) SLOW(slowRunesToStrBuf, 2);
  OP(StrToRunesBuf) SLOW(slowStrToRunesBuf, 2);
  OP(RuneToStrBuf) SLOW(slowRuneToStrBuf, 2);

  // ---- Allocation
  OP(NewHeap) {
    SAVE();
    A = word(allocate(g, PTR(const AbiType, 1)));
    NEXT(3);
  }
  OP(NewStack) {
    Slot* d = &B;
    clearSlots(d, pc->c);
    A = word(d);
    NEXT(3);
  }
  OP(MakeSliceHeap) SLOW(slowMakeSliceHeap, 3);
  OP(MakeSliceStack) {
    Slot* storage = &B;
    Slot len = C, cap = WORD(3);
    if (UNLIKELY(len > cap)) TRAP(slowMakeSliceBounds);
    clearSlots(storage, WORD(2) >> 32);
    Slot* d = &A;
    d[0] = word(storage), d[1] = len, d[2] = cap;
    NEXT(4);
  }
  OP(SliceLitStack) {
    Slot* storage = &B;
    clearSlots(storage, pc->c);
    Slot len = WORD(3);
    Slot* d = &A;
    d[0] = word(storage), d[1] = len, d[2] = len;
    NEXT(4);
  }
  OP(MakeSliceBuf) SLOW(slowMakeSliceBuf, 3);
  OP(ClosureHeap) {
    SAVE();
    auto* object = static_cast<Slot*>(allocate(g, PTR(const AbiType, 2)));
    object[0] = WORD(1);
    std::memcpy(object + 1, &B, pc->c * sizeof(Slot));
    A = word(object);
    NEXT(4);
  }
  OP(ClosureStack) { Slot* d = &B; d[0] = WORD(1); A = word(d); NEXT(4); }
  OP(BoxHeap) {
    SAVE();
    A = word(boxValue(g, PTR(const AbiType, 1), &B));
    NEXT(3);
  }
  OP(BoxStack) {
    Slot* d = &B;
    const Slot* s = &C;
    uint64_t n = WORD(2) >> 32;
    if (d == s) {  // mostly the value has been put together in place
    } else if (n > 1) {
      copySlots(d, s, n);
    } else {
      d[0] = s[0];
    }
    A = word(d);
    NEXT(3);
  }
  OP(MakeMapHeap) {
    SAVE();
    A = word(makeMap(g, PTR(const AbiMapType, 1), static_cast<int64_t>(B)));
    NEXT(3);
  }
  OP(MakeMapStack) {
    SAVE();
    A = word(makeMapIn(g, &B, WORD(3), PTR(const AbiMapType, 1), static_cast<int64_t>(C)));
    NEXT(4);
  }
  OP(MakeChan) SLOW(slowMakeChan, 3);

  // ---- Maps and channels
  OP(MapGet) SLOW(slowMapGet, 2);
  OP(MapGetOk) SLOW(slowMapGetOk, 2);
  OP(MapSet) SLOW(slowMapSet, 3);
  OP(MapDelete) SLOW(slowMapDelete, 2);
  OP(MapClear) SLOW(slowMapClear, 2);
  OP(MapLen) { Slot m = B; A = m ? static_cast<Slot>(mapLen(reinterpret_cast<Map*>(m))) : 0; NEXT(1); }
  OP(MapIterInit) SLOW(slowMapIterInit, 2);
  OP(MapIterNext) SLOW(slowMapIterNext, 1);
  OP(ChanSend) SLOW(slowChanSend, 1);
  OP(ChanRecv) SLOW(slowChanRecv, 2);
  OP(ChanClose) SLOW(slowChanClose, 1);
  OP(ChanLen) { Slot c = B; A = c ? static_cast<Slot>(chanLen(reinterpret_cast<Chan*>(c))) : 0; NEXT(1); }
  OP(ChanCap) { Slot c = B; A = c ? static_cast<Slot>(chanCap(reinterpret_cast<Chan*>(c))) : 0; NEXT(1); }
  OP(Select) SLOW(slowSelect, 2);

  // ---- Interfaces
  OP(IfaceType) { Slot tab = B; A = tab ? word(reinterpret_cast<Itab*>(tab)->type) : 0; NEXT(1); }
  OP(AssertIface) SLOW(slowAssertIface, 2);
  OP(AssertIfaceOk) SLOW(slowAssertIfaceOk, 2);
  OP(ConvIface) SLOW(slowConvIface, 2);
  OP(AssertFail) TRAP(slowAssertFail);

  // ---- Calls
  OP(Call) ENTER(PTR(Func, 1), 2);
  OP(CallClosure) {
    Slot closure = C;
    CHECK_NIL(closure, slowNilCall);
    g.ctx = reinterpret_cast<Closure*>(closure);
    ENTER(g.ctx->fn, 1);
  }
  OP(CallIface) {
    Slot tab = C;
    CHECK_NIL(tab, slowNilCall);
    ENTER(reinterpret_cast<Itab*>(tab)->fun[WORD(1)], 2);
  }
  OP(Return) {
    pc = reinterpret_cast<const Insn*>(fp[1]);
    r = fp + kFrameHeaderSlots;
    fp = reinterpret_cast<Slot*>(fp[0]);
    DISPATCH();
  }
  OP(Go) SLOW(slowGo, 2);
  OP(Defer) SLOW(slowDefer, 2);
  OP(DeferStack) SLOW(slowDeferStack, 2);
  OP(DeferReturn) {
    SAVE();
    next = deferReturn(g);
    if (next != Next::Run) goto handle;
    NEXT(1);
  }
  OP(DeferToken) SLOW(slowDeferToken, 1);
  OP(DeferAt) SLOW(slowDeferAt, 2);
  OP(Poll) {
    if (UNLIKELY(r < g.stackLimit)) {
      SAVE();
      next = slowPoll(g);
      if (next != Next::Run) goto handle;
    }
    NEXT(1);
  }
  OP(Unreachable) TRAP(slowUnreachable);

  // ---- Intrinsics
  OP(Clz64) { Slot x = B; A = x ? static_cast<Slot>(__builtin_clzll(x)) : 64; NEXT(1); }
  OP(Ctz64) { Slot x = B; A = x ? static_cast<Slot>(__builtin_ctzll(x)) : 64; NEXT(1); }
  OP(Popcnt64) A = static_cast<Slot>(__builtin_popcountll(B)); NEXT(1);
  OP(RotL64) A = std::rotl(B, static_cast<int>(C & 63)); NEXT(1);
  OP(RotL32) A = std::rotl(static_cast<U32>(B), static_cast<int>(C & 31)); NEXT(1);
  OP(Bswap64) A = __builtin_bswap64(B); NEXT(1);
  OP(Bswap32) A = __builtin_bswap32(static_cast<U32>(B)); NEXT(1);
  OP(MulWide) {
    unsigned __int128 p = static_cast<unsigned __int128>(B) * C;
    Slot* d = &A;
    d[0] = static_cast<Slot>(p >> 64), d[1] = static_cast<Slot>(p);
    NEXT(1);
  }
  OP(AddCarry) {
    unsigned __int128 s = static_cast<unsigned __int128>(B) + C + r[pc[1].reg[0]];
    Slot* d = &A;
    d[0] = static_cast<Slot>(s), d[1] = static_cast<Slot>(s >> 64);
    NEXT(2);
  }
  OP(SubBorrow) {
    unsigned __int128 s = static_cast<unsigned __int128>(B) - C - r[pc[1].reg[0]];
    Slot* d = &A;
    d[0] = static_cast<Slot>(s), d[1] = static_cast<Slot>(s >> 64) & 1;
    NEXT(2);
  }
#define ATOMIC_LOAD(n, T) \
  OP(AtomicLoad##n) { Slot p = B; CHECK_NIL(p, slowNilB); A = __atomic_load_n(reinterpret_cast<T*>(p), __ATOMIC_SEQ_CST); NEXT(1); }
  ATOMIC_LOAD(8, U8) ATOMIC_LOAD(32, U32) ATOMIC_LOAD(64, U64)
#define ATOMIC_STORE(n, T)                                                                        \
  OP(AtomicStore##n) {                                                                            \
    Slot p = A;                                                                                   \
    CHECK_NIL(p, slowNilA);                                                                       \
    __atomic_store_n(reinterpret_cast<T*>(p), static_cast<T>(B), __ATOMIC_SEQ_CST);               \
    NEXT(1);                                                                                      \
  }
  ATOMIC_STORE(8, U8) ATOMIC_STORE(32, U32) ATOMIC_STORE(64, U64) ATOMIC_STORE(Ptr, U64)
#define ATOMIC_RMW(name, T, builtin)                                                              \
  OP(Atomic##name) {                                                                              \
    Slot p = B;                                                                                   \
    CHECK_NIL(p, slowNilB);                                                                       \
    A = builtin(reinterpret_cast<T*>(p), static_cast<T>(C), __ATOMIC_SEQ_CST);                    \
    NEXT(1);                                                                                      \
  }
  ATOMIC_RMW(Xchg32, U32, __atomic_exchange_n) ATOMIC_RMW(Xchg64, U64, __atomic_exchange_n)
  ATOMIC_RMW(XchgPtr, U64, __atomic_exchange_n)
  ATOMIC_RMW(Add32, U32, __atomic_add_fetch) ATOMIC_RMW(Add64, U64, __atomic_add_fetch)
  ATOMIC_RMW(And32, U32, __atomic_fetch_and) ATOMIC_RMW(And64, U64, __atomic_fetch_and)
  ATOMIC_RMW(Or32, U32, __atomic_fetch_or) ATOMIC_RMW(Or64, U64, __atomic_fetch_or)
#define ATOMIC_CAS(n, T)                                                                          \
  OP(AtomicCas##n) {                                                                              \
    Slot p = B;                                                                                   \
    CHECK_NIL(p, slowNilB);                                                                       \
    T old = static_cast<T>(C), desired = static_cast<T>(r[pc[1].reg[0]]);                         \
    A = __atomic_compare_exchange_n(reinterpret_cast<T*>(p), &old, desired, false, __ATOMIC_SEQ_CST, \
                                    __ATOMIC_SEQ_CST);                                            \
    NEXT(2);                                                                                      \
  }
  ATOMIC_CAS(32, U32) ATOMIC_CAS(64, U64) ATOMIC_CAS(Ptr, U64)

  // ---- Entries
  OP(EnterUnlinked) {
    SAVE();
    Func* f = frameFunc(fp);
    if (static_cast<Op>(f->entry->op) == Op::EnterUnlinked) linkFunc(*f);  // if not, the goroutine was started before somebody else called it
    pc = f->entry;
    DISPATCH();
  }
  OP(EnterNative) {
    SAVE();
    Func* f = frameFunc(fp);
    Slot* args = fp + kFrameHeaderSlots;
    for (unsigned i = 0; i < f->resultSlots; i++) args[f->argSlots + i] = 0;
    next = f->native(g, args);
    if (next == Next::Run) {
      fp = g.fp;
      goto L_Return;
    }
    // Not called again: whoever wakes it has stored the results.
    if (next == Next::Park && g.pc == pc) g.pc = &kNativeCode[2];
    goto handle;
  }
  OP(NativeReturned) {
    Func* f = frameFunc(fp);
    if (!f->after) goto L_Return;
    Slot* area = r;
    r = fp - f->frameSlots;
    SAVE();
    next = f->after(g, fp + kFrameHeaderSlots, area);
    if (next == Next::Run) {
      fp = g.fp;
      goto L_Return;
    }
    if (next == Next::Park && g.pc == pc) g.pc = &kNativeCode[2];
    goto handle;
  }
  OP(ReturnToLoop) {
    SAVE();
    return Next::Exit;
  }
  // A goroutine whose faults are to be panics stays in the interpreter: there each instruction is known.
  OP(EnterMachine) {
    if (UNLIKELY(saving)) {
      pc = frameFunc(fp)->code;
      DISPATCH();
    }
    SAVE();
    entry = frameFunc(fp)->compiled->body;
    goto machine;
  }
  OP(EnterCounted) {
    Func* f = frameFunc(fp);
    if (f->entry != kCountedEntry) {
      pc = f->entry;  // a goroutine that was started before the function was compiled
    } else if (++f->counter >= machineHooks.threshold && !saving) {
      machineHooks.compile(*f);
      pc = f->entry != kCountedEntry ? f->entry : f->code;
    } else {
      pc = f->code;
    }
    DISPATCH();
  }
  OP(ReturnToMachine) {
    if (UNLIKELY(saving)) {
      pc = instructionBehind(pc);
      DISPATCH();
    }
    SAVE();
    entry = pc;
    goto machine;
  }
}

}  // namespace burrow::vm
