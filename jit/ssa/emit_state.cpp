// Where values are: registers, home slots, and moving between them.
#include <algorithm>

#include "jit/ssa/emit.h"
#include "jit/ssa/operands.h"
#include "vm/bytecode/check.h"
#include "vm/link/linker.h"

namespace burrow::jit {

namespace {

// r11 and xmm14, xmm15 are for moves; rsp, rbp, r14 have their meaning.
constexpr uint32_t kAllGeneral = 0xffffu & ~(1u << 4 | 1u << 5 | 1u << 11 | 1u << 14);
constexpr uint32_t kAllVector = 0x3fffu << 16;
uint32_t generalSet = kAllGeneral, vectorSet = kAllVector;

uint32_t bitOf(int r) { return 1u << r; }

}  // namespace

void limitRegisters(unsigned count) {
  generalSet = vectorSet = 0;
  for (unsigned r = 0, general = 0, vector = 0; r < 32; r++) {
    if (kAllGeneral >> r & 1 && general++ < count) generalSet |= bitOf(static_cast<int>(r));
    if (kAllVector >> r & 1 && vector++ < count) vectorSet |= bitOf(static_cast<int>(r));
  }
}

void Emitter::bind(Value* v, Reg r) {
  regs_[r] = v;
  where_[v->id] = r;
}

void Emitter::unbind(Value* v) {
  if (Reg r = where_[v->id]; r != kNone) regs_[r] = nullptr;
  where_[v->id] = kNone;
}

bool Emitter::losing(size_t slot) const {
  for (SlotRange r : losing_)
    if (slot >= r.from && slot < r.from + r.count) return true;
  return false;
}

int Emitter::homeOf(const Value* v) const {
  if (!homes_[v->id]) return -1;
  if (v->slot >= 0 && contents_[static_cast<size_t>(v->slot)] == v && !losing(static_cast<size_t>(v->slot))) return v->slot;
  for (size_t s = 0; s < contents_.size(); s++)
    if (contents_[s] == v && !losing(s)) return static_cast<int>(s);
  return -1;
}

/// Before slot is overwritten: a live value that is only there moves to a register.
void Emitter::forgetContent(unsigned slot) {
  Value* old = contents_[slot];
  if (!old) return;
  setSlot(slot, nullptr);
  if (where_[old->id] != kNone || isCheap(old) || homeOf(old) >= 0) return;
  setSlot(slot, old);  // what makes room must not be put there
  Reg r = freeReg(isVector(old), pinned_);
  if (r >= 16) a_.movsd(xmm(r), home(slot));
  else a_.mov(gp(r), home(slot));
  bind(old, r);
  setSlot(slot, nullptr);
}

/// How far away the next use is. One that comes round in the loop is nearer than one behind it.
uint32_t Emitter::nextUse(const Value* v) const {
  constexpr uint32_t kBehindLoop = 1u << 20, kNever = 1u << 24;
  const auto& uses = uses_[v->id];
  auto it = std::lower_bound(uses.begin(), uses.end(), here_);
  const Block* loop = block_->loop;
  if (!loop) return it != uses.end() ? *it : kNever;
  auto [first, last] = loopSpan_[loop->id];
  if (it != uses.end() && *it <= last) return *it;
  auto round = std::lower_bound(uses.begin(), uses.end(), first);
  if (round != it && liveIn_[loop->id][v->id]) return last + (*round - first);
  return it != uses.end() ? kBehindLoop + *it : liveOut_[block_->id][v->id] ? 2 * kBehindLoop : kNever;
}

bool Emitter::hasFreeReg(bool vector, uint32_t avoid) const {
  uint32_t set = (vector ? vectorSet : generalSet) & ~avoid;
  for (int r = 0; r < 32; r++)
    if (set & bitOf(r) && !regs_[r]) return true;
  return false;
}

Emitter::Reg Emitter::freeReg(bool vector, uint32_t avoid) {
  uint32_t set = (vector ? vectorSet : generalSet) & ~avoid;
  for (int r = 0; r < 32; r++)
    if (set & bitOf(r) && !regs_[r]) return static_cast<Reg>(r);
  return evict(vector, avoid);
}

/// Takes the register whose value is needed last.
Emitter::Reg Emitter::evict(bool vector, uint32_t avoid) {
  uint32_t set = (vector ? vectorSet : generalSet) & ~avoid;
  int best = -1;
  uint64_t farthest = 0;
  for (int r = 0; r < 32; r++) {
    if (!(set & bitOf(r))) continue;
    Value* v = regs_[r];
    uint64_t next = nextUse(v) * 2 + (isCheap(v) || homeOf(v) >= 0 ? 1 : 0);
    if (best < 0 || next > farthest) best = r, farthest = next;
  }
  BURROW_CHECK(best >= 0);
  Value* v = regs_[best];
  spill(v);
  unbind(v);
  return static_cast<Reg>(best);
}

int Emitter::spillSlotFor(Value* v) {
  if (v->slot >= 0 && !g_.memorySlot[static_cast<size_t>(v->slot)] && !contents_[static_cast<size_t>(v->slot)] &&
      mayHold(static_cast<size_t>(v->slot), block_) && !losing(static_cast<size_t>(v->slot)))
    return v->slot;
  for (unsigned s : scratch_)
    if (!contents_[s] && !losing(s)) return static_cast<int>(s);
  failed_ = "no slot to spill to";
  return -1;
}

/// Makes sure that v, which is in a register, has a home too.
void Emitter::spill(Value* v) {
  if (isCheap(v) || homeOf(v) >= 0) return;
  int s = spillSlotFor(v);
  if (s < 0) return;
  storeHome(static_cast<unsigned>(s), v);
}

/// Stores v, which is in a register or cheap, to a slot.
void Emitter::storeHome(unsigned slot, Value* v) {
  if (contents_[slot] == v) return;
  forgetContent(slot);
  Reg r = where_[v->id];
  if (r == kNone && v->op == SOp::Const && v->aux == static_cast<int32_t>(v->aux)) {
    a_.mov(home(slot), Imm(v->aux));
  } else {
    if (r == kNone) {
      // Not through a register of the pool: r11 is always free between two values.
      if (v->op == SOp::Const) {
        constantTo(x86::r11, v->aux);
      } else if (v->op == SOp::HomeAddr) {
        x86::Mem m = home(static_cast<unsigned>(v->aux));
        m.addOffset(v->aux2);
        a_.lea(x86::r11, m);
      } else {
        int from = homeOf(v);
        if (from < 0) return nowhere();
        a_.mov(x86::r11, home(static_cast<unsigned>(from)));
      }
      a_.mov(home(slot), x86::r11);
    } else if (r >= 16) {
      a_.movsd(home(slot), xmm(r));
    } else {
      a_.mov(home(slot), gp(r));
    }
  }
  setSlot(slot, v);
}

void Emitter::load(Reg r, Value* v) {
  if (v->op == SOp::Const) {
    if (r < 16) return constantTo(gp(r), v->aux);
    if (v->aux == 0) a_.xorps(xmm(r), xmm(r));
    else a_.movsd(xmm(r), x86::qword_ptr(constantLabel(static_cast<uint64_t>(v->aux))));
    return;
  }
  if (v->op == SOp::HomeAddr) {
    x86::Mem m = home(static_cast<unsigned>(v->aux));
    m.addOffset(v->aux2);
    a_.lea(gp(r), m);
    return;
  }
  int s = homeOf(v);
  if (s < 0) return nowhere();
  if (r >= 16) a_.movsd(xmm(r), home(static_cast<unsigned>(s)));
  else a_.mov(gp(r), home(static_cast<unsigned>(s)));
}

Emitter::Reg Emitter::use(Value* v) {
  Reg r = where_[v->id];
  if (r == kNone) {
    r = preferred(v);
    if (r == kNone) r = freeReg(isVector(v), pinned_);
    load(r, v);
    bind(v, r);
  }
  pinned_ |= bitOf(r);
  return r;
}

/// The register that the header of a loop wants v in, or what v becomes when the loop comes round, if it is free.
Emitter::Reg Emitter::preferred(const Value* v, uint32_t over) const {
  const Value* phi = comesRoundAs_[v->id];
  if (!phi) return kNone;
  for (const auto& [x, r] : starts_[phi->block->id].regs)
    if (x == phi) return regs_[r] || pinned_ & ~over & bitOf(r) || (r >= 16) != isVector(v) ? kNone : r;
  return kNone;
}

Emitter::Reg Emitter::define(Value* v, Reg hint, uint32_t over) {
  if (Reg r = preferred(v, over); r != kNone) hint = r;
  Reg r = hint != kNone && !regs_[hint] && (hint >= 16) == isVector(v) ? hint : freeReg(isVector(v), pinned_);
  bind(v, r);
  pinned_ |= bitOf(r);
  return r;
}

void Emitter::moveReg(Reg to, Reg from) {
  if (to == from) return;
  if (to >= 16 && from >= 16) a_.movaps(xmm(to), xmm(from));
  else if (to >= 16) a_.movq(xmm(to), gp(from));
  else if (from >= 16) a_.movq(gp(to), xmm(from));
  else a_.mov(gp(to), gp(from));
}

/// Frees r: its value goes to another register, or home.
void Emitter::takeReg(Reg r) {
  Value* v = regs_[r];
  if (!v) return;
  uint32_t set = (r >= 16 ? vectorSet : generalSet) & ~pinned_ & ~bitOf(r);
  for (int k = 0; k < 32; k++) {
    if (!(set & bitOf(k)) || regs_[k]) continue;
    moveReg(static_cast<Reg>(k), r);
    unbind(v);
    bind(v, static_cast<Reg>(k));
    return;
  }
  spill(v);
  unbind(v);
}

void Emitter::into(Reg r, Value* v) {
  if (where_[v->id] == r) {
    pinned_ |= bitOf(r);
    return;
  }
  pinned_ |= bitOf(r);
  takeReg(r);
  if (Reg from = where_[v->id]; from != kNone) moveReg(r, from);
  else load(r, v);
}

void Emitter::release(std::span<Value* const> dead) {
  for (Value* v : dead) {
    unbind(v);
    if (homes_[v->id] && v->slot >= 0 && contents_[static_cast<size_t>(v->slot)] == v) setSlot(static_cast<size_t>(v->slot), nullptr);
    for (size_t s = 0; homes_[v->id]; s++)
      if (contents_[s] == v) setSlot(s, nullptr);
  }
}

void Emitter::clearSlots() {
  for (size_t s = 0; s < contents_.size(); s++)
    if (contents_[s]) setSlot(s, nullptr);
}

/// Each value of the state in the slot that it names.
void Emitter::syncState(const FrameState& s) {
  // A slot whose old value another entry needs is read before it is written: forgetContent sees to that.
  for (auto& e : s.entries) storeHome(e.slot, e.value);
}

/// Behind a safepoint that may have moved the stack: of a pointer only the slots that its map names are right.
void Emitter::forgetCopies(const Value* v) {
  if (!(opInfo(static_cast<Op>(g_.insnAt(v->pc)->op)).effects & kSafepointEffects)) return;
  Vec<bool> named(contents_.size(), false);
  bool any = false;
  for (uint32_t frame = frameOfPc(v->pc), word = wordOfPc(v->pc);;) {
    const vm::Func& f = *g_.frames[frame].func;
    const uint64_t* map = vm::stackMapAt(f, f.code + word);
    for (unsigned s = 0; map && s < allSlots(f); s++) {
      bool header = s >= f.frameSlots && s < argBase(f);
      if (!header && map[s / 64] >> (s % 64) & 1) named[g_.slotId(frame, s)] = any = true;
    }
    if (!frame) break;
    word = g_.frames[frame].callWord, frame = g_.frames[frame].caller;
  }
  if (!any) return;
  auto mapped = [&](size_t s) { return named[s]; };
  Vec<const Value*> pointers;
  for (size_t s = 0; s < contents_.size(); s++)
    if (contents_[s] && mapped(s)) pointers.push_back(contents_[s]);
  std::sort(pointers.begin(), pointers.end());
  for (size_t s = 0; s < contents_.size(); s++)
    if (contents_[s] && !mapped(s) && std::binary_search(pointers.begin(), pointers.end(), contents_[s])) setSlot(s, nullptr);
}

void Emitter::loseAll() {
  for (Value* v : regs_)
    if (v) spill(v);
  for (Value* v : regs_)
    if (v) unbind(v);
}

Emitter::Snapshot Emitter::snapshot() const {
  Snapshot s;
  std::copy(std::begin(regs_), std::end(regs_), s.regs);
  s.contents = contents_;
  return s;
}

void Emitter::restore(const Snapshot& s) {
  std::fill(where_.begin(), where_.end(), kNone);
  for (int r = 0; r < 32; r++) {
    regs_[r] = s.regs[r];
    if (regs_[r]) where_[regs_[r]->id] = static_cast<Reg>(r);
  }
  for (size_t slot = 0; slot < contents_.size(); slot++)
    if (contents_[slot] != s.contents[slot]) setSlot(slot, s.contents[slot]);
}

// ---- Parallel moves

void Emitter::parallel(Vec<Move>& moves, Reg scratch) {
  auto same = [](const Place& x, const Place& y) { return x.kind == y.kind && x.index == y.index; };
  std::erase_if(moves, [&](const Move& m) { return same(m.from, m.to); });
  // What reads no place comes last: nothing waits for it, and it may need the scratch registers.
  Vec<Move> constants;
  std::erase_if(moves, [&](const Move& m) {
    if (m.from.kind != Place::Cheap) return false;
    constants.push_back(m);
    return true;
  });
  while (!moves.empty()) {
    bool progress = false;
    for (size_t i = 0; i < moves.size(); i++) {
      bool blocked = false;
      for (size_t k = 0; k < moves.size(); k++) blocked |= k != i && same(moves[k].from, moves[i].to);
      if (blocked) continue;
      moveOne(moves[i]);
      moves.erase(moves.begin() + static_cast<std::ptrdiff_t>(i--));
      progress = true;
    }
    if (progress) continue;
    // A cycle: one source steps aside.
    Place from = moves[0].from;
    Place aside{Place::Reg, from.kind == Place::Reg && from.index >= 16 ? 30 : scratch};
    moveOne({from, aside});
    for (Move& m : moves)
      if (same(m.from, from)) m.from = aside;
  }
  for (const Move& m : constants) {
    Value* v = m.from.value;
    if (m.to.kind == Place::Reg) {
      load(static_cast<Reg>(m.to.index), v);
    } else if (v->op == SOp::Const && v->aux == static_cast<int32_t>(v->aux)) {
      a_.mov(home(static_cast<unsigned>(m.to.index)), Imm(v->aux));
    } else {
      if (v->op == SOp::Const) {
        constantTo(x86::r11, v->aux);
      } else {
        x86::Mem at = home(static_cast<unsigned>(v->aux));
        at.addOffset(v->aux2);
        a_.lea(x86::r11, at);
      }
      a_.mov(home(static_cast<unsigned>(m.to.index)), x86::r11);
    }
  }
}

void Emitter::moveOne(const Move& m) {
  auto slot = [&](const Place& p) { return home(static_cast<unsigned>(p.index)); };
  bool fromReg = m.from.kind == Place::Reg, toReg = m.to.kind == Place::Reg;
  if (fromReg && toReg) return moveReg(static_cast<Reg>(m.to.index), static_cast<Reg>(m.from.index));
  if (fromReg) {
    if (m.from.index >= 16) a_.movsd(slot(m.to), xmm(static_cast<Reg>(m.from.index)));
    else a_.mov(slot(m.to), gp(static_cast<Reg>(m.from.index)));
  } else if (toReg) {
    if (m.to.index >= 16) a_.movsd(xmm(static_cast<Reg>(m.to.index)), slot(m.from));
    else a_.mov(gp(static_cast<Reg>(m.to.index)), slot(m.from));
  } else {
    a_.movsd(x86::xmm15, slot(m.from));
    a_.movsd(slot(m.to), x86::xmm15);
  }
}

/// A value that is wanted could not be kept, or was not: there will be no code.
void Emitter::nowhere() const {
  if (failed_.empty()) failed_ = "value is nowhere";
}

/// Where v can be read in this state.
Emitter::Place Emitter::placeOf(Value* v) const {
  if (Reg r = where_[v->id]; r != kNone) return {Place::Reg, r, v};
  if (isCheap(v)) return {Place::Cheap, static_cast<int>(v->id), v};
  int s = homeOf(v);
  if (s < 0) nowhere();
  return {Place::Slot, std::max(s, 0), v};
}

}  // namespace burrow::jit
