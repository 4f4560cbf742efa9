// From bytecode to SSA: the control flow graph, and the value of each bytecode register at each point. Internal to jit/ssa.
//
// Values are numbered while the blocks are filled (Braun, Buchwald et al., Simple and Efficient Construction of Static Single Assignment Form, 2013):
// a register read in a block that does not write it is looked up in the predecessors; a block whose predecessors are not all filled gets a phi.
#pragma once

#include <functional>

#include "jit/ssa/bits.h"
#include "jit/ssa/operands.h"
#include "jit/ssa/shape.h"
#include "jit/ssa/ssa.h"
#include "vm/bytecode/type_desc.h"

namespace burrow::vm {
struct DirectNative;
}

namespace burrow::jit {

class Builder {
 public:
  Builder(Graph& g, vm::Func& f) : g_(g), f_(f), slots_(allSlots(f)) {}
  /// False with a reason in `why`.
  bool run(uint32_t osrPc, std::string& why);

 private:
  // ---- inlined bodies (inline.cpp)
  /// One way on behind a call, and what it returns there. The block has no end yet.
  struct Arm {
    Block* end;
    Vec<Value*> results;
  };
  /// Of a body whose call the caller is translating; its frame is made.
  Builder(Builder& caller, uint32_t frame);
  bool worthInlining(const vm::Func& callee) const;
  bool roomToInline(const vm::Func& callee) const;
  void inlineSeen(Value* key, Value* context, Vec<Arm>& arms);
  void inlineCall(vm::Func& callee, Value* context, Vec<Arm>& arms);
  void runInlined(Block* entry, Value* context, const Vec<Value*>& arguments);
  Block* meet(Block* one, Block* other, Block* before);
  void join(Block* before, Vec<Arm>& arms);
  unsigned id(unsigned slot) const { return frame_ ? g_.slotId(frame_, slot) : slot; }
  bool inMemory(unsigned slot) const { return g_.memorySlot[id(slot)]; }
  void growFor(const Block* b);
  void setBehind(const Block* b, Block* before) {
    if (behind_.size() <= b->id) behind_.resize(b->id + 1, nullptr);
    behind_[b->id] = before;
  }
  FrameState* stateOf(Bits& want);

  const Insn* at(uint32_t pc) const { return f_.code + pc; }

  // ---- shape (build.cpp)
  bool scan(uint32_t entry, std::string& why);
  bool findMemorySlots(std::string& why);
  void makeBlocks();
  void findHidden();
  void liveness();
  void stepBack(uint32_t pc, Bits& live, Bits* killed = nullptr) const;
  void addSuccessors(uint32_t last);
  void findShape();
  void fillAll(const Vec<Block*>& blocks);
  void fill(Block* b);
  void fillFrom(uint32_t start);
  void connect(Block* from, Block* to) { from->succs.push_back(to), to->preds.push_back(from); }
  void edge(Block* from, uint32_t pc);
  void forward(Block* from, uint32_t pc);
  void enterLoop(Block* from, uint32_t pc);
  void fillPreheader(Block* pre, uint32_t pc);
  Block* blockOf(uint32_t pc) const;
  Block* blockAt(uint32_t pc) const { return blockAt_[flow_.indexOf(pc)]; }
  const Bits& liveInAt(uint32_t pc) const { return liveIn_[flow_.indexOf(pc)]; }
  const InsnSlots& slotsAt(uint32_t pc) const { return insns_[static_cast<size_t>(insnAt_[pc])]; }
  Block*& preheader(uint32_t pc) { return preheaders_[inFirstLoop_][flow_.indexOf(pc)]; }
  Block* newBlock(Block* pred);
  void seal(Block* b);

  // ---- variables
  void write(unsigned slot, Value* v);
  Value* read(unsigned slot);
  Value* readIn(Block* b, unsigned slot);
  Value* readBefore(Block* b, unsigned slot);
  Value* fillPhi(Value* phi, unsigned slot);

  // ---- values (emit into block_)
  Value* add(SOp op, Kind kind, std::initializer_list<Value*> args);
  Value* addTo(Block* b, Value* v);
  Value* constant(int64_t v);
  Value* op2(SOp op, Value* x, Value* y, Kind kind = Kind::Int) { return add(op, kind, {x, y}); }
  Value* op1(SOp op, Value* x, Kind kind = Kind::Int) { return add(op, kind, {x}); }
  Value* load(Value* base, int64_t offset, Width w, Value* index = nullptr, int64_t scale = 0);
  Value* store(Value* base, int64_t offset, Value* v, Width w, bool pointer, Value* index = nullptr, int64_t scale = 0);
  Value* check(SOp op, std::initializer_list<Value*> args);
  void branchTo(Value* condition, Block* yes, Block* no);
  void addDeferReturn(Bits& want) const;
  FrameState* trapState();
  FrameState* fullState(bool withReads);

  // ---- translation (translate.cpp, translate_memory.cpp)
  bool translate();                 ///< the instruction at pc_; true: it ended the block
  bool translateArith(Op op);
  bool translateFloat(Op op);
  bool translateMemory(Op op);
  bool translateCopies(Op op);
  bool translateIndex(Op op);
  bool translateStorage(Op op);
  void slow();
  void noteSiteOfCall(uint32_t site);
  void countStorage(const Insn* i);
  void noteLength(const Insn* i, Value* length);
  void noteAskedLength(const Insn* i, Value* length);
  void orSlow(Value* fast, std::initializer_list<unsigned> slots, const std::function<Vec<Value*>()>& values, std::initializer_list<Value*> last = {});
  void either(Value* condition, std::initializer_list<unsigned> slots, const std::function<Vec<Value*>()>& yes,
              const std::function<Vec<Value*>()>& no, bool noIsCold);
  bool translateMap(Op op);
  Value* mapEntry(const AbiMapType* t, Value* map, unsigned slot, bool reach);
  bool translateAllocation(Op op);
  bool box();
  bool allocate(std::initializer_list<unsigned> slots, const AbiType* t, uint64_t n, unsigned filled,
                const std::function<Vec<Value*>(Value* object)>& values, std::initializer_list<Value*> last = {});
  const vm::DirectNative* directForm(const vm::Func& callee) const;
  bool callDirect(const vm::DirectNative& d, const vm::Func& callee, Value* context, Vec<Arm>& arms);
  bool translateDefer(Op op);
  bool translateText(Op op);
  bool equalInterfaces(Op op);
  bool translateAssert(Op op);
  bool append(Op op);
  void call();
  Vec<Value*> callResults();
  bool branch(Op op);

  Graph& g_;
  vm::Func& f_;
  unsigned slots_;
  uint32_t frame_ = 0;
  Block* entry_ = nullptr;              ///< of an inlined body
  Value* context_ = nullptr;            ///< the closure whose body is inlined
  Vec<FrameState::Entry> around_;            ///< what the frames around this one hold meanwhile
  Vec<Arm> returns_;                         ///< of an inlined body
  Vec<Block*> behind_;                  ///< by id of a block behind inlined bodies: the one before them, whose variables it has
  Flow flow_;
  Vec<Block*> blockAt_;                 ///< by node of the flow
  Shape shape_;
  Vec<Block*> firstLoop_;               ///< by node; entered at a loop: its blocks, which are left for those of blockAt_
  bool inFirstLoop_ = false;            ///< blocks of firstLoop_ are being filled
  Vec<Block*> preheaders_[2];           ///< by node: outside of the first loop, in it
  uint32_t node_ = 0;                   ///< start of the block being filled
  const Shape::Turn* copying_ = nullptr;             ///< the tests of a loop are copied before it
  unsigned copies_ = 0;                 ///< copies within copies
  Vec<int32_t> insnAt_;                 ///< by word: the number of the instruction there, or -1
  Pool<InsnSlots> insns_;
  Bits hidden_;                         ///< slots that are never values: headers of frames, memory
  Vec<Vec<Value*>> current_;            ///< by block id and slot
  Vec<Vec<std::pair<unsigned, Value*>>> incomplete_;
  Vec<bool> sealed_;
  Vec<Bits> liveIn_;                    ///< by node of the flow
  Vec<bool> backTarget_;                ///< by word
  Block* block_ = nullptr;
  uint32_t pc_ = 0;
  const InsnSlots* now_ = nullptr;
  Bits liveOut_;                        ///< behind the instruction at pc_
};

}  // namespace burrow::jit
