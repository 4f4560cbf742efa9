// Blocks, edges between them, and what lies out of line.
#include <algorithm>
#include <functional>

#include "jit/notes.h"
#include "jit/ssa/emit.h"
#include "jit/ssa/operands.h"
#include "vm/bytecode/check.h"

namespace burrow::jit {

using vm::MachineCode;

void Emitter::begin(Block* b) {
  std::fill(std::begin(regs_), std::end(regs_), nullptr);
  std::fill(where_.begin(), where_.end(), kNone);
  clearSlots();
  pinned_ = 0;
  passed_.clear();
  block_ = b;
  Start& s = starts_[b->id];
  BURROW_CHECK(s.known || b->preds.empty());
  for (auto& [v, r] : s.regs) bind(v, r);
  for (auto& [slot, v] : s.contents) setSlot(slot, v);
}

/// What has to move on the edge, from the current state.
Vec<Emitter::Move> Emitter::movesOn(Block* from, Block* to) const {
  Vec<Move> moves;
  size_t edge = edgeIndex(from, to);
  auto source = [&](Value* v) {
    return v->op == SOp::Phi && v->block == to ? v->args[edge] : v;
  };
  const Start& s = starts_[to->id];
  for (auto& [v, r] : s.regs) {
    Place at = placeOf(source(v));
    if (at.kind != Place::Reg || at.index != r) moves.push_back({at, {Place::Reg, r, v}});
  }
  for (auto& [slot, v] : s.contents) {
    Value* x = source(v);
    if (contents_[slot] == x) continue;
    moves.push_back({placeOf(x), {Place::Slot, slot, v}});
  }
  return moves;
}

void Emitter::goTo(Block* from, Block* to, Block* next) {
  if (!starts_[to->id].known) defineStart(from, to);
  Vec<Move> moves = movesOn(from, to);
  parallel(moves);
  if (to == next) return;
  if (Vec<Block*> way = endOfTurn(from, to); !way.empty()) copy(way);
  else a_.jmp(labels_[to->id]);
}

/// Where b leads in the loop; null: there are several ways, or it ends otherwise.
static Block* onlyWayRound(const Block* b, const Block* header) {
  SOp end = b->values.back()->op;
  if (end == SOp::Jump) return b->succs[0];
  if (end != SOp::Branch) return nullptr;
  bool first = inLoop(b->succs[0], header), second = inLoop(b->succs[1], header);
  return first && second ? nullptr : b->succs[!first];
}

/// The blocks from `to` on that end a turn of the loop around it, if they are few and do little; none: they are not.
Vec<Block*> Emitter::endOfTurn(const Block* from, Block* to) const {
  constexpr size_t kMostValues = 12;
  const Block* header = to->loop;
  Vec<Block*> way;
  if (!header || from->loop != header || from->cold || !starts_[header->id].known) return {};
  size_t count = 0;
  for (Block* b = to; b != header;) {
    count += b->values.size();
    if (b->cold || b->loop != header || count > kMostValues) return {};
    for (const Value* v : b->values)
      if (flagsOf(v->op) != kPure && v->op != SOp::Poll && v != b->values.back()) return {};
    way.push_back(b);
    if (!(b = onlyWayRound(b, header))) return {};
  }
  return way;
}

/// The blocks of the short loop that `last` ends, if it has one way through: its code may stand there twice, with one poll for both. Not where
/// floats are computed: such a turn waits for them, not for the poll.
Vec<Block*> Emitter::secondTurn(Block* last, Block* header) const {
  constexpr size_t kMostValues = 16;
  if (inSecondTurn_ || last->loop != header || last->cold) return {};
  Vec<Block*> turn;
  size_t count = 0;
  for (Block* b = header;;) {
    count += b->values.size();
    if (b->cold || b->loop != header || count > kMostValues || (b != header && b->preds.size() != 1)) return {};
    turn.push_back(b);
    if (b == last) return turn;
    for (const Value* v : b->values)
      if (flagsOf(v->op) & kEffect || losesRegisters(v) || isVector(v)) return {};
    b = onlyWayRound(b, header);
    if (!b || b == header) return {};
  }
}

/// The code of these blocks once more, where nothing jumps to it: all that code knows is where values are at a block's start, so this is as good.
void Emitter::copy(const Vec<Block*>& way) {
  for (size_t i = 0; i < way.size() && failed_.empty(); i++) {
    begin(way[i]);
    values(way[i], i + 1 < way.size() ? way[i + 1] : nullptr);
  }
}

/// Where a conditional jump along this edge goes.
Label Emitter::edgeLabel(Block* from, Block* to) {
  if (!starts_[to->id].known) defineStart(from, to);
  if (movesOn(from, to).empty()) return labels_[to->id];
  edges_.push_back({a_.newLabel(), from, to, snapshot()});
  return edges_.back().at;
}

void Emitter::branch(Value* v, Block* next) {
  Block* b = v->block;
  Value* c = v->args[0];
  bool negate = false;
  while (fused_[c->id] && c->op == SOp::Xor) c = c->args[0], negate = !negate;
  x86::CondCode when = x86::CondCode::kNotZero;
  if (fused_[c->id]) {
    when = compare(c);
  } else {
    Reg r = use(c);
    a_.test(gp32(r), gp32(r));
  }
  if (negate) when = x86::negateCond(when);
  release(dies_[v->id]);
  Block *yes = b->succs[0], *no = b->succs[1];
  // What follows needs no jump; nor does a way back that needs no moves take two.
  bool back = yes != next && no != next && starts_[no->id].known && movesOn(b, no).empty();
  if (yes == next || back) std::swap(yes, no), when = x86::negateCond(when);
  a_.j(when, edgeLabel(b, yes));
  goTo(b, no, next);
}

/// No loop is in the loop, and it does nothing but compute.
bool Emitter::innermost(const Block* header) const {
  for (const Block* b : g_.blocks) {
    if (!inLoop(b, header) || b->cold) continue;
    if (b->header && b != header) return false;
    for (const Value* v : b->values)
      if (v->op == SOp::Call || v->op == SOp::Slow) return false;
  }
  return true;
}

void Emitter::block(Block* b, Block* next) {
  begin(b);
  // The heads of innermost loops, so that a short one takes few lines of the instruction cache.
  constexpr uint32_t kLoopAlignment = 32;
  if (b->header && innermost(b)) a_.align(asmjit::AlignMode::kCode, kLoopAlignment);
  a_.bind(labels_[b->id]);
  if (b == g_.blocks[0]) expectArguments();
  values(b, next);
}

void Emitter::values(Block* b, Block* next) {
  for (size_t i = 0; i < b->values.size(); i++) {
    Value* v = b->values[i];
    here_ = positionOf_[v->id];
    pinned_ = 0;
    if (v->op != SOp::Home && v->op != SOp::Ctx && !isCheap(v)) passed_.clear();
    for (const Passed& p : passed_) pinned_ |= 1u << p.reg;
    if (fused_[v->id]) continue;
    position(v->pc);
    noteAt(v->pc);
    switch (v->op) {
      case SOp::Jump:
        release(dies_[v->id]);
        goTo(b, b->succs[0], next);
        break;
      case SOp::Poll:
        if (b->values.back()->op == SOp::Jump && b->succs[0] != next && starts_[b->succs[0]->id].known &&
            std::all_of(b->values.begin(), b->values.end() - 1, [&](Value* x) { return x == v || isCheap(x); }))
          return pollAndJump(v, b->succs[0]);
        value(v);
        break;
      case SOp::NilCheck:
        if (impliedByAccess(b, i)) implied_ = v;
        else value(v);
        break;
      case SOp::Branch: branch(v, next); break;
      case SOp::Switch: switchOn(v, next); break;
      case SOp::Inline: enterInlined(v, next); break;
      case SOp::Return: returnResults(v); break;
      case SOp::Leave: a_.ud2(); break;
      default: value(v);
    }
    if (!failed_.empty()) return;
  }
}

/// A tree of comparisons, if that is a small one.
bool Emitter::compareRuns(Reg r, Block* from, const Vec<Run>& runs, Block* next) {
  constexpr size_t kMost = 8;
  if (runs.size() > kMost) return false;
  Vec<Label> to;
  for (const Run& run : runs) to.push_back(edgeLabel(from, run.to));
  std::function<void(size_t, size_t)> tree = [&](size_t first, size_t last) {
    if (first == last) {
      bool falls = last + 1 == runs.size() && runs[last].to == next && to[last] == labels_[next->id];
      if (!falls) a_.jmp(to[first]);
      return;
    }
    size_t middle = (first + last) / 2;   // the last one of the lower half
    a_.cmp(gp(r), static_cast<int32_t>(runs[middle].end));
    if (first == middle) {
      a_.jb(to[first]);
      return tree(middle + 1, last);
    }
    if (middle + 1 == last) {
      a_.jae(to[last]);
      return tree(first, middle);
    }
    Label upper = a_.newLabel();
    a_.jae(upper);
    tree(first, middle);
    a_.bind(upper);
    tree(middle + 1, last);
  };
  tree(0, runs.size() - 1);
  return true;
}

void Emitter::switchOn(Value* v, Block* next) {
  Block* b = v->block;
  Reg r = use(v->args[0]);
  release(dies_[v->id]);
  Vec<Run> runs;
  for (size_t i = 0; i < b->succs.size(); i++) {
    if (!runs.empty() && runs.back().to == b->succs[i]) runs.back().end = i + 1;
    else runs.push_back({i + 1, b->succs[i]});
  }
  if (compareRuns(r, b, runs, next)) return;
  // The distance read from the table must not overwrite a value that lives on.
  Reg distance = regs_[r] ? freeReg(false, pinned_) : r;
  size_t n = b->succs.size() - 1;
  a_.cmp(gp(r), static_cast<int32_t>(n));
  a_.jae(edgeLabel(b, b->succs[n]));
  Label table = a_.newLabel();
  Vec<Label> to;
  for (size_t i = 0; i < n; i++) to.push_back(edgeLabel(b, b->succs[i]));
  a_.lea(x86::r11, x86::ptr(table));
  a_.movsxd(gp(distance), x86::dword_ptr(x86::r11, gp(r), 2));
  a_.add(x86::r11, gp(distance));
  a_.jmp(x86::r11);
  tables_.push_back({table, std::move(to)});
}

/// The interpreter goes on at the instruction of a failed check.
void Emitter::leaveFor(const Exit& e) {
  restore(e.where);
  Vec<Move> moves;
  for (auto& entry : e.v->state->entries)
    if (contents_[entry.slot] != entry.value) moves.push_back({placeOf(entry.value), {Place::Slot, entry.slot, entry.value}});
  movesForPads(frameOfPc(e.v->pc), *e.v->state, moves);
  position(e.v->pc);
  a_.bind(e.at);
  bool framed = framed_;
  if (!framed) makeFrame();
  parallel(moves);
  pushFrames(frameOfPc(e.v->pc));
  framed_ = framed;
  a_.mov(x86::rax, address(g_.insnAt(e.v->pc)));
  a_.mov(BURROW_G(pc), x86::rax);
  a_.mov(BURROW_G(fp), kFp);
  a_.mov(x86::eax, static_cast<int>(vm::Next::Interpret));
  a_.jmp(address(stubs.exit));
}

void Emitter::outOfLine() {
  for (size_t i = 0; i < edges_.size() && failed_.empty(); i++) {
    EdgeCode& e = edges_[i];
    restore(e.where);
    block_ = e.from;
    position(e.from->values.back()->pc);
    a_.bind(e.at);
    Vec<Move> moves = movesOn(e.from, e.to);
    parallel(moves);
    a_.jmp(labels_[e.to->id]);
  }
  for (size_t i = 0; i < asides_.size() && failed_.empty(); i++) pollAside(asides_[i]);
  for (size_t i = 0; i < exits_.size() && failed_.empty(); i++) leaveFor(exits_[i]);
  if (!framed_) {
    a_.bind(returnSlow_);
    makeFrame();
    framed_ = false;
    a_.jmp(address(stubs.returnToInterpreter));
  }
  for (Template& t : slows_) t.finishSites();
  otherEntries();
  for (const auto& t : tables_) {
    a_.align(asmjit::AlignMode::kData, 4);
    a_.bind(t.at);
    for (const Label& l : t.to) a_.embedLabelDelta(l, t.at, 4);
  }
  if (!constants_.empty()) a_.align(asmjit::AlignMode::kData, 8);
  for (auto& [bits, label] : constants_) {
    a_.bind(label);
    a_.embed(&bits, sizeof bits);
  }
}

/// Whether anything in the function needs its frame: what may collect, park or unwind, and loops, which poll.
bool Emitter::needsFrame() const {
  int32_t lowest = 0;
  for (const Frame& f : g_.frames) lowest = std::min(lowest, f.base);
  if (g_.osrPc != ~0u || f_.frameSlots + 3u + static_cast<unsigned>(-lowest) > vm::kStackGuardSlots / 2) return true;
  for (Block* b : g_.blocks)
    for (Value* v : b->values)
      if (v->op == SOp::HomeAddr || (flagsOf(v->op) & kEffect && v->op != SOp::Returned)) return true;
  return false;
}

/// The header and rsp as callers, collector and interpreter know them; the stack limit is not checked.
void Emitter::makeFrame() {
  a_.push(kFp);
  a_.mov(kFp, x86::rsp);
  constantTo(x86::r11, static_cast<int64_t>(reinterpret_cast<uintptr_t>(&f_)));
  a_.push(x86::r11);
  if (f_.frameSlots > 1) a_.sub(kRegs, static_cast<int32_t>((f_.frameSlots - 1u) * sizeof(Slot)));
  framed_ = true;
}

void Emitter::prologue() {
  first_ = a_.newLabel(), start_ = a_.newLabel();
  a_.bind(first_);
  framed_ = needsFrame();
  if (framed_) {
    // As the template tier has it.
    a_.push(kFp);
    a_.mov(kFp, x86::rsp);
    a_.push(kCallee);
    if (f_.frameSlots > 1) a_.sub(kRegs, static_cast<int32_t>((f_.frameSlots - 1u) * sizeof(Slot)));
    a_.cmp(kRegs, BURROW_G(stackLimit));
    a_.jb(address(stubs.enterSlow));
    framedFrom_ = static_cast<uint32_t>(a_.offset());
  } else {
    returnSlow_ = a_.newLabel();
  }
  a_.bind(start_);
}

MachineCode* Emitter::run(std::string& why) {
  liveness();
  planUses();
  findScratchSlots();
  labels_.resize(g_.blockPool.size());
  for (Block* b : g_.blocks) labels_[b->id] = a_.newLabel();
  noteText(a_, "prologue");
  prologue();
  for (size_t i = 0; i < emitOrder_.size() && failed_.empty(); i++)
    block(emitOrder_[i], i + 1 < emitOrder_.size() ? emitOrder_[i + 1] : nullptr);
  noteText(a_, "out of line");
  if (failed_.empty()) outOfLine();
  if (!failed_.empty()) return why = failed_, nullptr;
  char* run = code_.finish();
  if (!run) return why = code_.error(), nullptr;
  auto* code = new MachineCode;
  code->begin = run;
  code->end = run + code_.size();
  code->func = &f_;
  code->called = run + called_;
  code->body = run + body_;
  code->framed = run + framedFrom_;
  code->framedEnd = run + called_;
  code->entries.assign(f_.codeWords, 0);
  code->entries[g_.osrPc == ~0u ? 0 : g_.osrPc] = body_;
  code->positions.assign(positions_.begin(), positions_.end());
  for (const Fault& f : faults_) code->faults.push_back({f.offset, static_cast<uint32_t>(code_.holder().labelOffset(f.exit))});
  code->returns.assign(returns_.begin(), returns_.end());
  for (uint32_t k = 0; k < slows_.size(); k++)
    for (const auto& r : slows_[k].returns()) code->returns.push_back({r.offset, r.word, k});
  for (const Frame& f : g_.frames) code->bodies.push_back({f.func, f.caller, f.callWord});
  std::sort(code->returns.begin(), code->returns.end(), [](auto& x, auto& y) { return x.offset < y.offset; });
  return code;
}

}  // namespace burrow::jit
