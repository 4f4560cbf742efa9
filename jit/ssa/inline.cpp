// Bodies of called functions in their caller's graph: which, and how they are joined to what is around them.
//
// Every body may be left for the interpreter at any of its instructions: its frame is made then, and returns to `pad`, a block that goes on in the
// caller as behind a call. So nothing is asked of a body but that its frame fits below the caller's, into the part of the stack that is kept
// free, and that no pointer leads into it while it is not there.
#include <algorithm>

#include "jit/call_sites.h"
#include "jit/ssa/build.h"
#include "vm/bytecode/operands.h"
#include "vm/bytecode/type_desc.h"
#include "vm/link/linker.h"
#include "vm/sched/scheduler.h"

namespace burrow::jit {

namespace {

constexpr unsigned kMaxInsns = 40;            ///< of a body
constexpr unsigned kMaxInsnsWithCalls = 16;   ///< of one that calls in its turn
constexpr unsigned kMaxDepth = 4;
constexpr unsigned kMaxRecursion = 2;         ///< bodies of a function in itself
constexpr unsigned kMaxInlinedWords = 600;    ///< of all bodies in a function
constexpr unsigned kMaxSlots = vm::kStackGuardSlots / 2;

struct Shape {
  bool fits = false;
  unsigned insns = 0, calls = 0;
};

/// Whether a body may stand in another function at all, and how large it is.
Shape shapeOf(const vm::Func& f) {
  if (f.flags & (kNative | kHasDefer) || f.frameSlots + kFrameHeaderSlots > kMaxSlots) return {};
  if (f.info->bodyWords() > 4 * kMaxInsns || vm::stackMapAt(f, f.code + kMemoryMapPc)) return {};
  Shape shape;
  InsnSlots slots;
  const Insn* end = f.code + f.info->bodyWords();
  for (const Insn* pc = f.code; pc < end; pc += insnWords(static_cast<Op>(pc->op))) {
    auto op = static_cast<Op>(pc->op);
    bool branches;
    if (branchDistance(*pc, branches) <= 0 && branches) return {};   // loops poll
    if (op == Op::JumpTable || op == Op::Poll || opInfo(op).effects & Parks) return {};
    if (!slotsOfInsn(f, pc, slots) || !slots.memory.empty()) return {};
    if (op == Op::Call || op == Op::CallClosure || op == Op::CallIface) shape.calls++;
    shape.insns++;
  }
  shape.fits = shape.insns <= (shape.calls ? kMaxInsnsWithCalls : kMaxInsns);
  return shape;
}

/// What another thread may be linking meanwhile has no code yet.
bool isLinked(const vm::Func& f) { return __atomic_load_n(&f.compiled, __ATOMIC_ACQUIRE) != nullptr; }

}  // namespace

bool Builder::roomToInline(const vm::Func& callee) const {
  unsigned depth = 0, same = 0;
  for (uint32_t k = frame_; k; k = g_.frames[k].caller) depth++, same += g_.frames[k].func == &callee;
  same += g_.func == &callee;
  if (depth >= kMaxDepth || same > kMaxRecursion) return false;
  int32_t base = g_.frames[frame_].base - static_cast<int32_t>(callee.frameSlots + kFrameHeaderSlots);
  return base >= -static_cast<int32_t>(kMaxSlots) && g_.inlinedWords + callee.codeWords <= kMaxInlinedWords;
}

/// Whether the body of the callee is to stand here, instead of the call at pc_.
bool Builder::worthInlining(const vm::Func& callee) const {
  if (!g_.mayInline || (&callee != g_.func && !isLinked(callee)) || !roomToInline(callee)) return false;
  const Insn* i = at(pc_);
  if (i->a != callee.argSlots || i->b != callee.resultSlots) return false;
  for (unsigned s = 0; s < unsigned{i->a} + i->b; s++)
    if (inMemory(s)) return false;
  return shapeOf(callee).fits;
}

Builder::Builder(Builder& caller, uint32_t frame)
    : g_(caller.g_), f_(*caller.g_.frames[frame].func), slots_(allSlots(f_)), frame_(frame) {}

/// Bodies of those that this call was seen to lead to, each where `key` says so: an itab, or the lower half of a func value's Func, which tells
/// them apart, as all lie in the module region. In block_ it is none of them.
void Builder::inlineSeen(Value* key, Value* context, Vec<Arm>& arms) {
  const Insn* i = at(pc_);
  const CallSite* site = callSiteAt(i);
  if (!site) return;
  bool all = !site->full();
  for (const void* seen : site->targets()) {
    vm::Func& callee = context ? *static_cast<vm::Func*>(const_cast<void*>(seen))
                               : *static_cast<const Itab*>(seen)->fun[i[1].word];
    bool body = worthInlining(callee);
    const vm::DirectNative* direct = body || !context ? nullptr : directForm(callee);
    if (!body && !direct) {
      all = false;
      continue;
    }
    auto expected = reinterpret_cast<int64_t>(seen);
    Value* is = op2(SOp::Eq, key, constant(context ? static_cast<int32_t>(expected) : expected));
    add(SOp::Branch, Kind::None, {is});
    Block *here = block_, *same = newBlock(here), *other = newBlock(here);
    block_ = same;
    if (body) inlineCall(callee, context, arms);
    else if (!callDirect(*direct, callee, context, arms)) other = meet(block_, other, here);
    block_ = other;
  }
  if (!arms.empty() && all) block_->cold = true;
}

/// Where two ways go on as one that have changed nothing since `before`.
Block* Builder::meet(Block* one, Block* other, Block* before) {
  Block* rest = newBlock(nullptr);
  setBehind(rest, before);
  for (Block* from : {one, other}) {
    block_ = from;
    add(SOp::Jump, Kind::None, {});
    connect(from, rest);
  }
  return rest;
}

/// The body of a call of `callee`, from block_ on: arms for its ends, and for its return after it was left.
void Builder::inlineCall(vm::Func& callee, Value* context, Vec<Arm>& arms) {
  const Insn* i = at(pc_);
  auto number = static_cast<uint32_t>(g_.frames.size());
  Frame& frame = g_.frames.emplace_back();
  frame.func = &callee;
  frame.caller = frame_;
  frame.callWord = pc_;
  frame.firstSlot = static_cast<uint32_t>(g_.slotOffset.size());
  frame.base = g_.frames[frame_].base - static_cast<int32_t>(callee.frameSlots + kFrameHeaderSlots);
  for (int s = 0; s < callee.frameSlots; s++) g_.slotOffset.push_back(frame.base + s), g_.slotFrame.push_back(number), g_.memorySlot.push_back(false);
  g_.inlinedWords += callee.codeWords;
  g_.rawViews |= (callee.flags & kRawViews) != 0;

  FrameState* around = fullState(false);
  // Outgoing slots are the callee's now.
  std::erase_if(around->entries, [&](const FrameState::Entry& e) { return e.slot >= id(0) && e.slot < id(0) + i->a + i->b; });
  Vec<Value*> arguments;
  for (unsigned s = 0; s < i->a; s++) arguments.push_back(read(s));
  add(SOp::Inline, Kind::None, {})->state = around;
  Block* before = block_;
  Builder body(*this, number);
  Block* entry = body.newBlock(before);
  frame.pad = newBlock(before);
  frame.pad->cold = true;
  body.around_ = around->entries;
  body.runInlined(entry, context, arguments);
  for (Arm& arm : body.returns_) arms.push_back(std::move(arm));
  block_ = frame.pad;
  add(SOp::Returned, Kind::None, {})->aux = insnWords(static_cast<Op>(i->op));
  arms.push_back({frame.pad, callResults()});
}

void Builder::runInlined(Block* entry, Value* context, const Vec<Value*>& arguments) {
  entry_ = entry;
  context_ = context;
  pc_ = 0;
  std::string why;
  scan(0, why);
  findHidden();
  findShape();
  liveness();
  for (Block* b : blockAt_) growFor(b);
  growFor(entry);
  for (unsigned s = 0; s < arguments.size(); s++) current_[entry->id][argBase(f_) + s] = arguments[s];
  block_ = entry;
  add(SOp::Jump, Kind::None, {});
  connect(entry, blockAt(0));
  fillAll(blockAt_);
}

/// One block behind all arms, where the results are those of the arm that led there; everything else is as it was before the call.
void Builder::join(Block* before, Vec<Arm>& arms) {
  const Insn* i = at(pc_);
  if (arms.size() == 1) {
    block_ = arms[0].end;
    for (unsigned k = 0; k < i->b; k++) write(i->a + k, arms[0].results[k]);
    if (block_ != before) setBehind(block_, before);
    return;
  }
  Block* rest = newBlock(nullptr);
  setBehind(rest, before);
  for (Arm& arm : arms) {
    block_ = arm.end;
    add(SOp::Jump, Kind::None, {});
    connect(arm.end, rest);
  }
  block_ = rest;
  for (unsigned k = 0; k < i->b; k++) {
    Value* phi = g_.make(SOp::Phi);
    phi->block = rest;
    phi->slot = static_cast<int32_t>(id(i->a + k));
    for (Arm& arm : arms) phi->args.push_back(arm.results[k]);
    rest->phis.push_back(phi);
    write(i->a + k, phi);
  }
}

}  // namespace burrow::jit
