// From SSA to machine code in one walk over the blocks: register allocation and encoding go hand in hand. Internal to jit/ssa.
//
// Values live in registers between the instructions that lose them (calls, slow halves on the hot path); there they are in home slots of the
// frame: at a FrameState each value in the slot that the state names, others in slots that no state uses. At a block with several
// predecessors the first one decides where values are (Start), the others move theirs there. At the header of a loop without calls the
// values that the loop uses are brought to registers beforehand; in one with calls they are in the slots that its states name. The order of eviction is the distance to the next use, as in second-chance
// binpacking (Traub, Holloway and Smith, Quality and Speed in Linear-scan Register Allocation, 1998).
//
// A function that neither calls nor polls makes no frame: its registers lie where they would in one, below rsp, in the part of the stack that is
// kept free below the limit (signals have a stack of their own). What leaves it makes the frame first.
//
// What leaves compiled code for good (a failed check) stores what its state needs, out of line, and lets the interpreter go on at the instruction,
// which then fails by itself. Polls, and slow halves off the hot path, keep the registers: they are saved on the thread's stack meanwhile.
#pragma once

#include <deque>
#include <span>

#include "jit/assembler.h"
#include "jit/ssa/bits.h"
#include "jit/ssa/operands.h"
#include "jit/ssa/ssa.h"
#include "jit/stubs.h"
#include "jit/template.h"
#include "vm/machine/machine.h"

namespace burrow::jit {

class Emitter {
 public:
  explicit Emitter(Graph& g);
  /// The code, in place but not registered yet; null with a reason.
  vm::MachineCode* run(std::string& why);

 private:
  using Reg = int8_t;                         ///< 0…15 general, 16…31 vector; -1: none
  static constexpr Reg kNone = -1;
  static constexpr unsigned kRegs32 = 32;

  /// A list for each value, all in one array.
  template <class T>
  struct Lists {
    Vec<std::pair<uint32_t, uint32_t>> where;   ///< by value: first, count
    Vec<T> all;
    std::span<const T> operator[](uint32_t id) const { return {all.data() + where[id].first, where[id].second}; }
  };

  /// Where live values are at the start of a block.
  struct Start {
    bool known = false;
    Vec<std::pair<Value*, Reg>> regs;
    Vec<std::pair<uint16_t, Value*>> contents;   ///< home slots that hold a live value
  };
  /// A copy of where everything is, for code out of line.
  struct Snapshot {
    Value* regs[kRegs32];
    Vec<Value*> contents;
  };
  struct Exit {           ///< a failed check
    Label at;
    const Value* v;
    Snapshot where;
  };
  struct Fault {          ///< a nil check that the access at this offset makes by faulting
    uint32_t offset;
    Label exit;
  };
  struct Aside {          ///< a poll's slow half
    Label at, back;
    const Value* v;
    Snapshot where;
    Block* to = nullptr;  ///< where it goes on; null: at `back`
  };
  struct EdgeCode {       ///< moves on an edge, out of line
    Label at;
    Block *from, *to;
    Snapshot where;
  };

  /// A place that a value can be in or is wanted in.
  struct Place {
    enum Kind : uint8_t { Reg, Slot, Cheap } kind;
    int index;
    Value* value = nullptr;
  };
  struct Move {
    Place from, to;
  };

  // ---- preparation (emit_plan.cpp)
  void liveness();
  void planUses();
  void countUses();
  void listUses();
  void listDeaths();
  void argsDie(const Value* v, Bits& live);
  void findScratchSlots();
  bool fusesWithBranch(const Value* v) const;
  bool liveOut(const Block* b, const Value* v) const { return liveOut_[b->id][v->id]; }

  // ---- state (emit_state.cpp)
  static bool isVector(const Value* v) { return v->kind == Kind::F64 || v->kind == Kind::F32; }
  static bool isCheap(const Value* v) { return v->op == SOp::Const || v->op == SOp::HomeAddr; }
  Reg regOf(const Value* v) const { return where_[v->id]; }
  void bind(Value* v, Reg r);
  void unbind(Value* v);
  bool losing(size_t slot) const;
  int homeOf(const Value* v) const;            ///< a slot that holds v; -1: none
  void setSlot(size_t slot, Value* v) {
    if (Value* old = contents_[slot]) homes_[old->id]--;
    if (v) homes_[v->id]++;
    contents_[slot] = v;
  }
  void clearSlots();
  void forgetContent(unsigned slot);
  bool hasFreeReg(bool vector, uint32_t avoid) const;
  Reg freeReg(bool vector, uint32_t avoid);
  Reg evict(bool vector, uint32_t avoid);
  void spill(Value* v);
  int spillSlotFor(Value* v);
  uint32_t nextUse(const Value* v) const;
  Reg use(Value* v);                           ///< v in a register that stays until the instruction is done
  /// A register for v; `over`: registers of operands that the instruction may overwrite, if nobody wants what is there any more.
  Reg define(Value* v, Reg hint = kNone, uint32_t over = 0);
  Reg preferred(const Value* v, uint32_t over = 0) const;
  void into(Reg r, Value* v);                  ///< v's bits in exactly r, whatever was there is moved away; v keeps its place
  void takeReg(Reg r);                         ///< frees r
  void load(Reg r, Value* v);                  ///< code that brings v to r from where it is
  void storeHome(unsigned slot, Value* v);
  void release(std::span<Value* const> dead);
  void lose(const Vec<SlotRange>& slots);
  void loseAll();                              ///< every register is lost: live values have homes first
  void syncState(const FrameState& s);
  void forgetCopies(const Value* v);
  void parallel(Vec<Move>& moves, Reg scratch = 11);   ///< all at once; `scratch` breaks cycles
  void moveOne(const Move& m);
  void nowhere() const;
  Place placeOf(Value* v) const;
  Snapshot snapshot() const;
  void restore(const Snapshot& s);

  // ---- starts of blocks (emit_starts.cpp)
  static size_t edgeIndex(const Block* from, const Block* to);
  static bool losesRegisters(const Value* v);
  void defineStart(Block* from, Block* to);
  void placePhis(Block* from, Block* to, bool* taken);
  void homesForLoop(Block* header);
  struct LoopUses {
    Vec<unsigned> count;   ///< by value: uses in the loop, more for inner loops
    Vec<bool> early;       ///< by value: used in the loop where no turn has lost its registers yet
    bool calls = false;    ///< there is a call or a slow half in it
    unsigned general = 0, vector = 0;   ///< different values that are used
  };
  LoopUses usesIn(const Block* header) const;
  void preload(Block* header, const LoopUses& uses, const bool* taken);

  // ---- blocks (emit_blocks.cpp)
  bool innermost(const Block* header) const;
  void block(Block* b, Block* next);
  void values(Block* b, Block* next);
  Vec<Block*> endOfTurn(const Block* from, Block* to) const;
  Vec<Block*> secondTurn(Block* last, Block* header) const;
  void copy(const Vec<Block*>& way);
  void begin(Block* b);
  Vec<Move> movesOn(Block* from, Block* to) const;
  void goTo(Block* from, Block* to, Block* next);
  Label edgeLabel(Block* from, Block* to);
  void branch(Value* v, Block* next);
  void switchOn(Value* v, Block* next);
  struct Run {             ///< numbers below `end` that lead to the same block, as far as the run before it has not taken them
    size_t end;
    Block* to;
  };
  bool compareRuns(Reg r, Block* from, const Vec<Run>& runs, Block* next);
  void outOfLine();
  bool needsFrame() const;
  void prologue();
  void makeFrame();
  void leaveFor(const Exit& e);

  // ---- calls (emit_calls.cpp)
  void call(Value* v);
  void slow(Value* v);
  void callC(Value* v);
  Vec<Move> passArguments(const Value* v);
  void expectArguments();
  void expectResults(const Value* v);
  bool takePassed(unsigned slot, Value* v);
  void loadPassed();
  void returnResults(Value* v);
  void leaveFunction();
  void otherEntries();

  // ---- polls (emit_polls.cpp)
  void poll(Value* v);
  void pollAndJump(Value* v, Block* to);
  void notePoll(Value* v);
  void pollAside(const Aside& aside);

  // ---- inlined bodies (emit_inline.cpp)
  void enterInlined(Value* v, Block* next);
  void storeForPads(uint32_t frame);
  void movesForPads(uint32_t frame, const FrameState& state, Vec<Move>& moves) const;
  void pushFrames(uint32_t frame);
  void popFrames(uint32_t frame);
  void returned(Value* v);
  Vec<SlotRange> idsOf(uint32_t frame, const InsnSlots::List& slots) const;
  bool mayHold(size_t slot, const Block* b) const { return g_.isAround(g_.slotFrame[slot], b->frame); }

  // ---- values (emit_int.cpp, emit_float.cpp, emit_memory.cpp)
  void value(Value* v);
  void integer(Value* v);
  void division(Value* v);
  void shift(Value* v);
  void floating(Value* v);
  void conversion(Value* v);
  void memory(Value* v);
  void check(Value* v);
  bool impliedByAccess(const Block* b, size_t i) const;
  void expectFault(const Value* check, const Snapshot& where);
  void compareStrings(Value* v);
  void moveBytes(Value* v);
  void atomic(Value* v);
  x86::CondCode compare(Value* v);             ///< sets flags; the condition under which v is 1
  x86::Mem address(Value* v, unsigned size);
  Label exitLabel(const Value* v) { return exitLabel(v, snapshot()); }
  Label exitLabel(const Value* v, Snapshot where);
  Label constantLabel(uint64_t bits);

  // ---- machine
  static x86::Gp gp(Reg r) { return x86::gpq(static_cast<uint32_t>(r)); }
  static x86::Gp gp32(Reg r) { return x86::gpd(static_cast<uint32_t>(r)); }
  static x86::Xmm xmm(Reg r) { return x86::xmm(static_cast<uint32_t>(r - 16)); }
  x86::Mem home(unsigned slot) const { return x86::qword_ptr(kRegs, g_.slotOffset[slot] * 8 - (framed_ ? 0 : belowEntry())); }
  /// From the return address down to where the frame's registers begin.
  int32_t belowEntry() const { return static_cast<int32_t>(8u * (f_.frameSlots + 1u)); }
  void moveReg(Reg to, Reg from);
  void constantTo(x86::Gp r, int64_t c);
  Imm address(const void* p) const { return Imm(reinterpret_cast<uint64_t>(p)); }

  Graph& g_;
  vm::Func& f_;
  CodeBuffer code_;
  x86::Assembler& a_;
  std::deque<Template> slows_;                 ///< emit instructions that go by their slow half, one for each frame
  mutable std::string failed_;                 ///< why there will be no code; noticed after the instruction at hand
  bool framed_ = true;                         ///< rsp is at the frame's registers; else still where the call left it
  Label first_, start_, returnSlow_;           ///< the first instruction; behind the prologue; without a frame: to an interpreted caller
  uint32_t body_ = 0, called_ = 0, framedFrom_ = 0;   ///< offsets: see vm::MachineCode

  /// What a caller, or a callee that has returned, has left in registers besides the slots: until something else is done than naming it.
  struct Passed {
    unsigned slot;
    Reg reg;
  };
  static constexpr unsigned kContext = ~0u;      ///< as a slot: the closure that is called
  Vec<Passed> passed_, arguments_;               ///< arguments_: those that the code takes from registers

  Vec<Value*> values_;                                   ///< by id
  Vec<Bits> liveIn_, liveOut_;                   ///< by block and value
  Lists<uint32_t> uses_;                                 ///< by value: positions in the order of emission
  Vec<uint32_t> useCount_;
  Vec<const Value*> comesRoundAs_;               ///< by value: the phi of a loop header that it is, or becomes on a back edge
  Vec<bool> fused_;                              ///< comparisons that their branch emits
  Vec<unsigned> scratch_;
  Vec<Block*> emitOrder_;
  Vec<uint32_t> positionOf_;                     ///< by value
  Vec<std::pair<uint32_t, uint32_t>> loopSpan_;  ///< by block, of a loop's header: the positions of its blocks, but for cold ones
  Lists<Value*> dies_;                                   ///< by value: what dies with it
  Vec<Start> starts_;
  Vec<Label> labels_;

  Value* regs_[kRegs32] = {};
  Vec<Reg> where_;                               ///< by value
  Vec<Value*> contents_;                                 ///< by slot; written by setSlot only
  Vec<uint16_t> homes_;                                  ///< by value: slots that hold it
  uint32_t pinned_ = 0, here_ = 0;
  Vec<SlotRange> losing_;                        ///< slots that are about to be overwritten: nothing is kept there
  Block* block_ = nullptr;
  bool inSecondTurn_ = false;

  std::deque<Exit> exits_;
  Vec<Fault> faults_;
  Value* implied_ = nullptr;                             ///< a nil check that is to be made by the access that comes next
  std::deque<Aside> asides_;
  std::deque<EdgeCode> edges_;
  struct Table {
    Label at;
    Vec<Label> to;
  };
  Vec<Table> tables_;
  Vec<std::pair<uint64_t, Label>> constants_;
  Vec<vm::MachineCode::Return> returns_, positions_;
  /// What is emitted from here on belongs to the instruction at this word.
  void position(uint32_t pc) {
    uint32_t word = wordOfPc(pc), frame = frameOfPc(pc);
    if (positions_.empty() || positions_.back().word != word || positions_.back().inlined != frame)
      positions_.push_back({static_cast<uint32_t>(a_.offset()), word, frame});
  }
  /// In a listing: an inlined instruction under the name of its function.
  void noteAt(uint32_t pc);
};

}  // namespace burrow::jit
