// Calls and returns: what passes in registers (jit/assembler.h), and the entries for callers that have it in slots only. Calls of C++, too.
#include <algorithm>

#include "jit/ssa/emit.h"
#include "jit/ssa/operands.h"
#include "vm/bytecode/check.h"

namespace burrow::jit {

namespace {

/// Where code of f begins that is there already and stays: what the templates made may be followed by better code.
const char* compiledCode(const vm::Func* f) {
  // The thread that runs Go may be installing code meanwhile.
  const vm::MachineCode* code = __atomic_load_n(&f->compiled, __ATOMIC_ACQUIRE);
  return code && !code->quick && __atomic_load_n(&f->machineArgs, __ATOMIC_RELAXED) == code->begin ? code->begin : nullptr;
}

int8_t regOf(const x86::Gp& r) { return static_cast<int8_t>(r.id()); }

}  // namespace

/// Arguments, the closure and the target to their registers. Nothing of the caller's is needed in one any more: values that live on have homes.
Vec<Emitter::Move> Emitter::passArguments(const Value* v) {
  const Insn* i = g_.insnAt(v->pc);
  uint32_t frame = frameOfPc(v->pc);
  Vec<Move> moves;
  // The slots have been written, whatever is told of them by now.
  auto place = [&](Value* x, unsigned slot) -> Place {
    if (Reg r = x ? where_[x->id] : kNone; r != kNone) return {Place::Reg, r, x};
    if (x && isCheap(x)) return {Place::Cheap, static_cast<int>(x->id), x};
    return {Place::Slot, static_cast<int>(slot), x};
  };
  for (unsigned k = 0; k < std::size(kArgumentRegs) && k < i->a; k++) {
    unsigned slot = g_.slotId(frame, k);
    Value* x = nullptr;
    for (auto& e : v->state->entries)
      if (e.slot == slot) x = e.value;
    moves.push_back({place(x, slot), {Place::Reg, jit::regOf(kArgumentRegs[k]), x}});
  }
  if (v->args.size() > 1) moves.push_back({placeOf(v->args[1]), {Place::Reg, jit::regOf(kContextReg), v->args[1]}});
  if (Value* target = v->args[0]; target->op != SOp::Const) moves.push_back({placeOf(target), {Place::Reg, jit::regOf(kCallee), target}});
  return moves;
}

void Emitter::call(Value* v) {
  const Insn* i = g_.insnAt(v->pc);
  uint32_t frame = frameOfPc(v->pc);
  syncState(*v->state);
  storeForPads(frame);
  Value* target = v->args[0];
  for (Value* x : v->args)
    if (x->op != SOp::Const) use(x);
  // What lives on has another home than the slots of the call, which are the callee's. What does not is still where it is.
  auto dead = dies_[v->id];
  unsigned first = g_.slotId(frame, 0), slots = unsigned{i->a} + i->b;
  losing_ = {{first, slots}};
  for (unsigned s = first; s < first + slots; s++) {
    if (g_.memorySlot[s] || std::find(dead.begin(), dead.end(), contents_[s]) != dead.end()) continue;
    for (Value* x : dead)
      if (contents_[s] && !hasFreeReg(isVector(contents_[s]), pinned_) && where_[x->id] != kNone && !(pinned_ >> where_[x->id] & 1)) unbind(x);
    forgetContent(s);
  }
  Vec<Move> moves = passArguments(v);
  release(dead);
  loseAll();
  losing_.clear();
  parallel(moves, 30);
  if (v->args.size() > 1) a_.mov(BURROW_G(ctx), kContextReg);
  auto* callee = target->op == SOp::Const ? reinterpret_cast<const vm::Func*>(target->aux) : nullptr;
  if (callee) constantTo(kCallee, target->aux);
  pushFrames(frame);
  const char* direct = callee ? compiledCode(callee) : nullptr;
  if (direct) a_.call(address(direct));
  else if (callee == &f_ && g_.osrPc == ~0u) a_.call(first_);
  else a_.call(x86::qword_ptr(kCallee, offsetof(vm::Func, machineArgs)));
  returns_.push_back({static_cast<uint32_t>(a_.offset()), wordOfPc(v->pc) + static_cast<uint32_t>(v->aux), frame, i->a});
  const uint8_t marker[2] = {0xa8, vm::kReturnToMachine >> 8};  // what an interpreted callee's return reads
  a_.embed(marker, sizeof marker);
  popFrames(frame);
  forgetCopies(v);
  expectResults(v);
}

void Emitter::slow(Value* v) {
  const Insn* i = g_.insnAt(v->pc);
  uint32_t frame = frameOfPc(v->pc);
  syncState(*v->state);
  storeForPads(frame);
  release(dies_[v->id]);
  InsnSlots slots;
  slotsOfInsn(*g_.frames[frame].func, i, slots);
  lose(idsOf(frame, slots.writes));
  pushFrames(frame);
  slows_[frame].emitAt(i);
  popFrames(frame);
  forgetCopies(v);
}

void Emitter::callC(Value* v) {
  constexpr Reg kArgs[] = {7, 6, 2, 1, 8, 9};
  size_t first = v->aux2 ? 1 : 0;
  for (size_t i = 0; i < v->args.size(); i++) into(kArgs[first + i], v->args[i]);
  release(dies_[v->id]);
  loseAll();
  if (first) a_.mov(x86::rdi, kGoroutine);
  a_.call(address(plainStub(reinterpret_cast<const void*>(v->aux))));
  if (v->kind != Kind::None && useCount_[v->id]) bind(v, 0);
}

/// At the function's start.
void Emitter::expectArguments() {
  if (g_.osrPc != ~0u) return;
  for (unsigned k = 0; k < std::size(kArgumentRegs) && k < f_.argSlots; k++) passed_.push_back({argBase(f_) + k, jit::regOf(kArgumentRegs[k])});
  passed_.push_back({kContext, jit::regOf(kContextReg)});
}

/// Behind a call.
void Emitter::expectResults(const Value* v) {
  const Insn* i = g_.insnAt(v->pc);
  for (unsigned k = 0; k < std::size(kResultRegs) && k < i->b; k++)
    passed_.push_back({g_.slotId(frameOfPc(v->pc), i->a + k), jit::regOf(kResultRegs[k])});
}

/// v, which is what this slot holds, has the register that it was passed in, if it was. Floats are loaded from the slot.
bool Emitter::takePassed(unsigned slot, Value* v) {
  auto at = std::find_if(passed_.begin(), passed_.end(), [&](const Passed& p) { return p.slot == slot; });
  if (at == passed_.end() || isVector(v)) return false;
  bind(v, at->reg);
  bool argument = slot == kContext || (slot >= argBase(f_) && slot < resultBase(f_));
  if (argument) arguments_.push_back(*at);
  passed_.erase(at);
  return true;
}

/// Arguments from their slots to the registers in which the code expects them.
void Emitter::loadPassed() {
  for (const Passed& p : arguments_) a_.mov(gp(p.reg), p.slot == kContext ? BURROW_G(ctx) : home(p.slot));
}

/// The results are in their slots.
void Emitter::returnResults(Value* v) {
  Vec<Move> moves;
  for (size_t k = 0; k < v->args.size(); k++) moves.push_back({placeOf(v->args[k]), {Place::Reg, jit::regOf(kResultRegs[k]), v->args[k]}});
  parallel(moves);
  release(dies_[v->id]);
  leaveFunction();
}

/// Bit 31 of the return address: of either kind?
void Emitter::leaveFunction() {
  a_.test(framed_ ? x86::byte_ptr(kFp, 8 + 3) : x86::byte_ptr(kRegs, 3), 0x80);
  auto jump = [&](auto to) { bytecodeHasBit31() ? a_.jnz(to) : a_.jz(to); };
  if (!framed_) {
    jump(returnSlow_);
    a_.ret();
    return;
  }
  jump(address(stubs.returnToInterpreter));
  a_.leave();
  a_.ret();
}

/// For those who have arguments in slots only: the interpreter, with a complete frame, which is dropped again if it is not wanted; and calls.
void Emitter::otherEntries() {
  position(0);
  body_ = static_cast<uint32_t>(a_.offset());
  if (!framed_) framedFrom_ = body_, a_.leave();
  loadPassed();
  a_.jmp(start_);
  called_ = static_cast<uint32_t>(a_.offset());
  bool framed = framed_;
  framed_ = false;
  loadPassed();
  framed_ = framed;
  a_.jmp(first_);
}

}  // namespace burrow::jit
