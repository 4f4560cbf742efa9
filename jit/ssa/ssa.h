// One function in static single assignment form, between bytecode and machine code.
//
// Every value is one slot wide: a string is two values, a slice three. What the frame holds stays visible: a frame slot that pointers may refer
// to ("memory slot") is never a value but memory; and an instruction that may leave compiled code, collect or move the stack carries a
// FrameState: which value each live bytecode register has there. The value is then in that register's home slot, so the bytecode's own stack maps
// and the interpreter can take over. Checks are instructions of their own (NilCheck, BoundsCheck, …), so that they can be proved away.
//
// Bodies of called functions may stand in the graph (inline.cpp). Their frames lie where a call would put them, below the caller's; but they
// are made only where compiled code is left, or calls: a frame's header, its registers and those of the frames around it are stored then, all
// of which the FrameState names. So slots are numbered over all frames of the graph, and a `pc` tells the frame it belongs to.
#pragma once

#include <cstdint>
#include <string>

#include "jit/ssa/arena.h"
#include "vm/func.h"

namespace burrow::jit {

// clang-format off
// name, number of arguments (-1: as many as `args` holds), flags
#define BURROW_SSA_OPS(X)                                                                                     \
  /* --- leaves */                                                                                             \
  X(Const, 0, kPure)          /* aux: the 64 bits (floats: their bits) */                                       \
  X(Home, 0, kReads)          /* the home slot `aux`, as it is here: arguments, results of calls, memory slots */ \
  X(HomeAddr, 0, kPure)       /* address of home slot aux, plus aux2 bytes */                                   \
  X(Ctx, 0, kReads)           /* the closure being called */                                                    \
  X(Goroutine, 0, kPure)      /* its address */                                                                 \
  X(Phi, -1, kPure)                                                                                             \
  X(Copy, 1, kPure)                                                                                             \
  X(Bits, 1, kPure)           /* the same bits in the other register class */                                   \
  /* --- integers: 64 bits */                                                                                  \
  X(Add, 2, kPure) X(Sub, 2, kPure) X(Mul, 2, kPure) X(And, 2, kPure) X(Or, 2, kPure) X(Xor, 2, kPure) X(AndNot, 2, kPure) \
  X(Shl, 2, kPure) X(Sar, 2, kPure) X(Shr, 2, kPure)   /* count unsigned; 64 and more as Go has it */             \
  X(Neg, 1, kPure) X(Not, 1, kPure)                                                                              \
  X(ExtI8, 1, kPure) X(ExtI16, 1, kPure) X(ExtI32, 1, kPure) X(ExtU8, 1, kPure) X(ExtU16, 1, kPure) X(ExtU32, 1, kPure) \
  X(DivS, 2, kPure) X(DivU, 2, kPure) X(RemS, 2, kPure) X(RemU, 2, kPure)  /* divisor not zero */                  \
  X(MulHi, 2, kPure)          /* unsigned */                                                                    \
  X(MinS, 2, kPure) X(MaxS, 2, kPure) X(MinU, 2, kPure) X(MaxU, 2, kPure)                                           \
  X(Clz, 1, kPure) X(Ctz, 1, kPure) X(Popcnt, 1, kPure) X(RotL64, 2, kPure) X(RotL32, 2, kPure) X(Bswap64, 1, kPure) X(Bswap32, 1, kPure) \
  /* --- comparisons: 0 or 1 */                                                                                \
  X(Eq, 2, kPure) X(Ne, 2, kPure) X(LtS, 2, kPure) X(LeS, 2, kPure) X(LtU, 2, kPure) X(LeU, 2, kPure)                 \
  X(FEq, 2, kPure) X(FNe, 2, kPure) X(FLt, 2, kPure) X(FLe, 2, kPure)                                               \
  X(EqStr, 4, kReads)        /* two strings (pointer, length) are equal */                                     \
  X(CallC, -1, kReads)       /* a C++ function (aux) of up to six arguments that passes no safepoint; all registers are lost. aux2 1: the first is the goroutine */ \
  X(CallCWrites, -1, kWrites) /* the same, and it writes to memory */                                           \
  X(CmpStr, 4, kReads)       /* less than, equal to or greater than 0, as the strings compare */               \
  /* --- floating point: kind F64 or F32 */                                                                    \
  X(FAdd, 2, kPure) X(FSub, 2, kPure) X(FMul, 2, kPure) X(FDiv, 2, kPure) X(FNeg, 1, kPure) X(FMin, 2, kPure) X(FMax, 2, kPure) \
  X(FSqrt, 1, kPure) X(FAbs, 1, kPure) X(FFloor, 1, kPure) X(FCeil, 1, kPure) X(FTrunc, 1, kPure) X(FCopysign, 2, kPure) X(FFma, 3, kPure) \
  X(FToI64, 1, kPure) X(FToU64, 1, kPure) X(FToI32, 1, kPure) X(FToU32, 1, kPure) X(I64ToF, 1, kPure) X(U64ToF, 1, kPure) X(FToF, 1, kPure) \
  X(SlicePtr, 3, kPure)      /* a + b * aux2, or a if c is 0: where a slice of what is left (c) begins */       \
  /* --- memory: address is args[0] (+ args[1] * scale aux2, if indexed) + aux */                              \
  X(Load, -1, kReads)         /* width, sign */                                                                 \
  X(Store, -1, kWrites)       /* value is the last argument; width; pointer: through the barrier */              \
  X(LoadOrNil, 1, kReads)     /* 0 if args[0] is, else the word aux bytes behind it */                          \
  X(AtomicLoad, 1, kWrites) X(AtomicXchg, 2, kWrites) X(AtomicAdd, 2, kWrites) /* address, operand; width. The old value, the new one */ \
  X(AtomicCas, 3, kWrites)    /* address, old, new: whether it was swapped */                                     \
  X(MoveBytes, 3, kWrites)    /* to, from, bytes; may overlap */                                                \
  X(SetHome, 1, kWrites)      /* home slot aux = value: memory slots, arguments of calls, values before safepoints */ \
  /* --- checks: leave through the slow half of the instruction at pc, never to come back */                    \
  X(NilCheck, 1, kTraps) X(BoundsCheck, 2, kTraps) /* 0 <= a < b unsigned */ X(ZeroCheck, 1, kTraps) X(SignCheck, 1, kTraps) /* a >= 0 */ \
  X(RangeCheck, 2, kTraps)    /* a <= b unsigned */ X(RangeCheckS, 2, kTraps) /* a <= b signed */                \
  X(LoopEntry, 0, kTraps)     /* before a loop: the state in which the interpreter goes on there, for checks that are moved here */ \
  /* --- the rest: the instruction at pc, whole, on home slots */                                              \
  X(Slow, 0, kEffect)         /* by its slow half */                                                            \
  X(Call, -1, kEffect)        /* Call, CallClosure, CallIface: the target's Func* is args[0]; aux 1: args[1] is the context */ \
  X(Poll, 0, kEffect)                                                                                           \
  X(Returned, 0, kEffect)     /* behind an inlined call whose body was left: results are in their slots, registers are lost */ \
  /* --- ends of blocks */                                                                                     \
  X(Jump, 0, kEnds) X(Branch, 1, kEnds) /* args[0] != 0: succs[0], else succs[1] */ X(Switch, 1, kEnds) /* succs[i], else the last */ \
  X(Inline, 0, kEnds)         /* an inlined body follows: succs[0]; where it returns to once it was left: succs[1]. The state: the caller's */ \
  X(Return, -1, kEnds)        /* the first results, which are in their slots, too: they leave in registers */ \
  X(Leave, 0, kEnds) /* the interpreter goes on at pc */
// clang-format on

enum ValueFlag : uint8_t { kPure = 1, kReads = 2, kWrites = 4, kTraps = 8, kEffect = 16, kEnds = 32 };

enum class SOp : uint8_t {
#define X(name, ...) name,
  BURROW_SSA_OPS(X)
#undef X
};
inline constexpr size_t kSOpCount = static_cast<size_t>(SOp::Leave) + 1;
inline constexpr uint8_t kSOpFlags[] = {
#define X(name, arity, flags) flags,
    BURROW_SSA_OPS(X)
#undef X
};
inline uint8_t flagsOf(SOp op) { return kSOpFlags[static_cast<size_t>(op)]; }

/// Register class and meaning of a value.
enum class Kind : uint8_t { Int, F64, F32, None };
enum class Width : uint8_t { I8, U8, I16, U16, I32, U32, W64 };

struct Block;
struct Value;

/// What each live bytecode register holds where compiled code may be left.
struct FrameState {
  struct Entry {
    uint16_t slot;            ///< of the graph
    Value* value;
  };
  Vec<Entry> entries;
};

struct Value {
  SOp op;
  Kind kind = Kind::Int;
  Width width = Width::W64;
  bool pointer = false;       ///< Store: through the barrier
  bool number = false;        ///< Load: of a number for sure, never of a length
  bool belowSign = false;     ///< DivU, RemU: the dividend is below 2^63
  bool nonNil = false;        ///< an address behind a check that says so
  bool header = false;        ///< Load: of a slice's or string's length or capacity. Store: may be such a word, or a pointer without the barrier
  uint32_t id = 0;
  uint32_t pc = 0;            ///< the bytecode instruction it comes from: its word, and the frame (see sitePc)
  int64_t aux = 0, aux2 = 0;
  Block* block = nullptr;
  ShortList<Value*, 3> args;
  FrameState* state = nullptr;
  int32_t slot = -1;          ///< the slot of the bytecode register that it was first assigned to
  Value* forward = nullptr;   ///< replaced by this value
};

struct Block {
  uint32_t id = 0;
  uint32_t pc = 0;                    ///< word
  uint32_t frame = 0;                 ///< number of the inlined body that it belongs to
  Vec<Value*> phis, values;           ///< values: the last one ends the block
  Vec<Block*> preds, succs;
  Block* idom = nullptr;
  unsigned loopDepth = 0, order = 0;
  Block* loop = nullptr;              ///< header of the innermost loop around it (itself for a header)
  Block* outer = nullptr;             ///< of a header: the header of the loop around its loop
  bool header = false, reachable = true, cold = false;
};

/// The header of the loop around the loop whose header this is.
inline Block* outerLoop(const Block* header) { return header->outer; }
/// Whether a block is part of the loop with that header.
inline bool inLoop(const Block* b, const Block* header) {
  for (const Block* h = b->loop; h; h = h->outer)
    if (h == header) return true;
  return false;
}

/// A function whose body stands in the graph. Number 0 is the graph's own; others lie in the frame of their caller.
struct Frame {
  vm::Func* func = nullptr;
  uint32_t caller = 0;                 ///< its number
  uint32_t callWord = 0;               ///< the call in its code
  uint32_t firstSlot = 0;              ///< the graph's number of its slot 0
  int32_t base = 0;                    ///< where that lies, in slots from the graph's own r[0]; never above it
  Block* pad = nullptr;                ///< where it returns to once it was left
};

inline constexpr unsigned kWordBits = 20;   ///< of Value::pc; the frame's number is above
inline uint32_t sitePc(uint32_t frame, uint32_t word) { return frame << kWordBits | word; }
inline uint32_t wordOfPc(uint32_t pc) { return pc & ((1u << kWordBits) - 1); }
inline uint32_t frameOfPc(uint32_t pc) { return pc >> kWordBits; }

struct Graph {
  vm::Func* func = nullptr;
  Pool<Frame, 4> frames;               ///< frames[0] is of func
  Pool<Value> pool;
  Pool<Block> blockPool;
  Pool<FrameState> states;
  Vec<Block*> blocks;                  ///< in reverse postorder once ordered; blocks[0] is the entry
  Vec<bool> memorySlot;                ///< by slot: memory
  Vec<int32_t> slotOffset;             ///< by slot: where it lies, in slots from r[0]; negative in frames of inlined bodies
  Vec<uint32_t> slotFrame;             ///< by slot: whose it is. An argument or result is its caller's
  bool mayInline = true;
  bool rawViews = false;               ///< numbers may be stored over lengths and pointers: unsafe code says otherwise than types do
  unsigned inlinedWords = 0;
  uint32_t osrPc = ~0u;                ///< entry at this loop header instead of the function's start

  Value* make(SOp op, Kind kind = Kind::Int) {
    Value& v = pool.emplace_back();
    v.op = op;
    v.kind = kind;
    v.id = static_cast<uint32_t>(pool.size() - 1);
    return &v;
  }
  /// The graph's number of slot s of a frame; incoming arguments and results are the caller's.
  unsigned slotId(uint32_t frame, unsigned s) const {
    while (frame && s >= frames[frame].func->frameSlots) s -= frames[frame].func->frameSlots + kFrameHeaderSlots, frame = frames[frame].caller;
    return frames[frame].firstSlot + s;
  }
  const Insn* insnAt(uint32_t pc) const { return frames[frameOfPc(pc)].func->code + wordOfPc(pc); }
  /// Whether `frame` is `inner` or around it.
  bool isAround(uint32_t frame, uint32_t inner) const {
    while (inner > frame) inner = frames[inner].caller;
    return inner == frame;
  }

  Block* makeBlock(uint32_t pc) {
    Block& b = blockPool.emplace_back();
    b.id = static_cast<uint32_t>(blockPool.size() - 1);
    b.pc = pc;
    return &b;
  }
};

inline bool isConst(const Value* v) { return v->op == SOp::Const; }
/// The value that v was replaced by, or v.
inline Value* resolve(Value* v) {
  while (v->forward) v = v->forward;
  return v;
}
std::string dump(const Graph& g);
/// Empty, or the first broken invariant: definitions dominate uses, arities, phis match predecessors, ends.
std::string verify(const Graph& g);

/// Builds the graph; null with a reason if the function is not for this tier.
bool build(Graph& g, vm::Func& f, uint32_t osrPc, std::string& why);
/// Reverse postorder, dominators, loops.
void order(Graph& g);
/// Ways that say how a branch will go lead behind it at once (branches.cpp).
/// False: nothing has changed.
bool threadBranches(Graph& g);
/// What does not change in a loop leaves it; checks of loop counters are made once (loops.cpp).
void improveLoops(Graph& g);
/// Multiplications instead of divisions by constants (divide.cpp). True: there were some, and their uses are left to be resolved.
bool expandDivisions(Graph& g);
/// Constants as parts of addresses; counters that share a register with their next value (addresses.cpp).
void foldAddresses(Graph& g);
/// Chooses the register class of values that may have either by their uses, and puts Bits where a use wants the other one (kinds.cpp).
void chooseKinds(Graph& g);
/// The passes, in order (optimize.cpp); `after` sees what each has made.
void optimize(Graph& g, void (*after)(const Graph& g, const char* pass));

}  // namespace burrow::jit
