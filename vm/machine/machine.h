// Compiled code as the vm sees it: what a jit registers here, and which bytecode a machine address stands for.
//
// Compiled and interpreted frames are the same (bytecode/frame.h), and at every safepoint, exit and trap all live registers of a
// compiled frame lie in their slots. So the bytecode's stack maps serve both, the interpreter can take over any frame at any
// instruction, and all that must be known of machine code is where it goes on for which instruction.
//
// The return address in a frame may be a machine address. Return addresses of compiled code are followed by two bytes
// that read as the opcode kReturnToMachine: an interpreted callee returns to either kind without a test.
#pragma once

#include <cstdint>
#include <vector>

#include "vm/func.h"

namespace burrow::vm {

/// A compiled function. Never freed: frames of it may be anywhere.
struct MachineCode {
  const char *begin = nullptr, *end = nullptr;  ///< executable addresses
  Func* func = nullptr;
  bool quick = false;            ///< made by the templates: entered at each instruction, and better code may follow
  const char* called = nullptr;  ///< by code whose arguments are in their slots only; `begin` is for code that has the first ones in registers, too
  const char* body = nullptr;    ///< entered by the interpreter: header made, stack limit checked
  const char *framed = nullptr, *framedEnd = nullptr;  ///< between them code runs in its frame, elsewhere it has none, or not all of it yet
  /// By bytecode word: where the code goes on at that instruction with all registers in their slots, in bytes from begin; 0: nowhere.
  std::vector<uint32_t> entries;
  struct Return {
    uint32_t offset, word;       ///< of the return address; bytecode word behind the call
    uint32_t inlined = 0;        ///< of the function of this body in `bodies`, and so is the word; 0: of func
    uint32_t arguments = 0;      ///< slots of the call's arguments, which its results follow, if they are expected in registers
  };
  /// A function whose body stands in this code, called by another one's: it has no frame of its own while the code is not left.
  struct Body {
    const Func* func;
    uint32_t caller, callWord;   ///< the number of the body that calls it; the call there
  };
  std::vector<Body> bodies;      ///< number 0 is func itself; empty: there are no others
  std::vector<Return> returns;   ///< sorted by offset
  struct Fault {
    uint32_t offset, exit;       ///< of an access through a pointer that may be nil; of the code for that
  };
  std::vector<Fault> faults;     ///< sorted by offset
  std::vector<Return> positions; ///< sorted by offset: from there on the code is that of this word. For samples; entries may say enough
  const MachineCode* next = nullptr;  ///< code of the same function that is entered at one of its loops, then what the templates made
};

/// The two bytes (test al, imm8) behind each machine call, read as an opcode; its handler is that of Op::ReturnToMachine.
inline constexpr unsigned kReturnToMachine = 0x2a8;
static_assert(kOpCount <= kReturnToMachine);

/// Which goroutine machine code was left in, and with what.
struct MachineExit {
  Next next;
  Goroutine* g;
};
/// Where to go on after a switch between goroutines. `g` null: leave to the scheduler with Next::Park; `at` null: leave with Next::Reload.
struct MachineSwitch {
  Goroutine* g;
  const void* at;
};
/// What the scheduler does between two goroutines, without leaving machine code: g has parked. `at`: where its code goes on behind the channel
/// operation that it is parked in, null if it is parked in a native (scheduler.cpp).
MachineSwitch switchParked(Goroutine& g, const void* at);

/// What the jit registers before the program starts; all null without one.
struct MachineHooks {
  /// Goes on in machine code, in frame g.fp whose header is complete, until it needs the interpreter: maybe in another goroutine.
  /// `results`: where those of the callee are that has returned there; null if none has.
  MachineExit (*enter)(Goroutine& g, const void* address, const Slot* results) = nullptr;
  const void* leaveNative = nullptr;  ///< returns from the frame of a native to machine code
  const void *toInterpreter = nullptr, *toNative = nullptr;  ///< Func::machine and machineArgs of functions without machine code
  /// Sets f.entry, f.machine, f.machineArgs and f.compiled if f can be compiled; if not, f is not asked for again.
  void (*compile)(Func& f) = nullptr;
  /// Code of f, a compiled function, that is entered at this loop header, if there is to be any: adds it to f.compiled.
  void (*compileLoop)(Func& f, const Insn* header) = nullptr;
  /// Makes better code of f, for which the templates have made some. True if that was not asked for already.
  bool (*improve)(Func& f) = nullptr;
  /// Makes code known that another thread has finished. By the thread that runs Go.
  bool (*installFinished)() = nullptr;
  uint32_t threshold = 0;        ///< calls after which a function is compiled
  bool ticks = false;            ///< the monitor looks for running loops
};
extern MachineHooks machineHooks;
/// Addresses of all machine code: [machineBase, machineBase + machineBytes).
extern uintptr_t machineBase, machineBytes;

inline bool isMachineAddress(const void* p) { return reinterpret_cast<uintptr_t>(p) - machineBase < machineBytes; }
/// The instruction behind the call that returns to `address`, a return address in machine code.
const Insn* instructionBehind(const void* address);
/// The slots that the arguments of the call take that returns there: its results follow.
unsigned argumentsOfCall(const void* returnAddress);
/// The instruction behind a call again, for an address that may be anything: null if it is none; and the function. Async-signal-safe, as are the next.
const Insn* instructionBehindIf(const void* address, const Func** f = nullptr);
/// Where machine code goes on that faulted at `address` because a pointer is nil; null if that access was not to fault. Async-signal-safe.
const void* faultExit(const void* address);
/// Whether faults of machine code lead to faultExit: if not, nil checks have to be made explicitly. Set before code is made.
extern bool machineFaultsCaught;
/// An access that far behind a nil pointer faults: nothing is ever mapped there.
inline constexpr uint64_t kNilPage = 4096;
/// The instruction that the machine code at an address is, or follows in the order of the code, then the calls around it whose bodies are
/// inlined there, outwards: writes at most `most` and says how many, none for a prologue or a stub.
unsigned instructionsNear(const void* address, const Insn** out, unsigned most);
/// The same where the function whose code it is, the outermost, has no frame, or not all of it yet.
unsigned instructionsWithoutFrame(const void* address, const Insn** out, unsigned most, const Func** f);
/// The function whose code an address is in, which instructionsNear knows.
const Func* machineFunction(const void* address);
/// Where machine code has called C++ that needs no frame, if `plainCallsNoted`: the goroutine's stack, the return address on top. Else null.
extern const Slot* volatile plainCall;
extern bool plainCallsNoted;     ///< before machine code is made: somebody may want samples of the processor
/// Shared entries of functions: compiled ones, and those that are not yet.
extern const Insn kMachineEntry[1], kCountedEntry[1];
/// Where f's machine code goes on at instruction pc, or null.
inline const void* machineEntry(const Func& f, const Insn* pc) {
  auto word = static_cast<uint64_t>(pc - f.code);
  for (const MachineCode* c = f.compiled; c; c = c->next)
    if (word < c->entries.size() && c->entries[word]) return c->begin + c->entries[word];
  return nullptr;
}
/// The same of code that is better than what the templates make.
inline const void* improvedEntry(const Func& f, const Insn* pc) {
  auto word = static_cast<uint64_t>(pc - f.code);
  for (const MachineCode* c = f.compiled; c && !c->quick; c = c->next)
    if (word < c->entries.size() && c->entries[word]) return c->begin + c->entries[word];
  return nullptr;
}
/// Compiled code has returned to f, which is interpreted. A function to which that happens often is compiled, as one that is called often: true if
/// there is code now. It may have the loop whose calls are all that is compiled, and each of them costs more than if nothing were.
inline bool heatedByReturn(Func& f) {
  constexpr uint32_t kReturnsPerCall = 4;
  if (++f.counter < kReturnsPerCall * machineHooks.threshold || f.entry != kCountedEntry) return false;
  machineHooks.compile(f);
  return f.compiled != nullptr;
}
/// Addresses only grow. Lookups may come at any time, from signal handlers too.
void addMachineCode(const MachineCode* code);

/// Where calls of a function go from now on that was just linked.
void setLinkedEntry(Func& f);
/// Called where a running goroutine polls, after a tick: compiles what it runs. True if that is all that was asked for.
bool machineTick(Goroutine& g);
/// Asks for machineTick at the next poll of the running goroutine. By the monitor thread.
void requestTick(Goroutine& g);
/// Asks the running goroutine for installFinished at its next poll. Any thread.
void requestInstall();
/// Whether ticks found something to compile lately: if not, they may come more seldom.
bool ticksAreUseful();

}  // namespace burrow::vm
