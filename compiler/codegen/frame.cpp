// The frame of a function: slots, variables, prologue and epilogue.
#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

namespace {

constexpr unsigned kSmallVar = 64;

}  // namespace

FuncGen::Spare& FuncGen::spare() {
  static thread_local Spare spare;
  return spare;
}

FuncGen::FuncGen(UnitGen& unit, ir::Func& func) : u(unit), f(func), vars_(*unit.unit.arena) {
  std::swap(freeSlots_, spare().slots);
  std::swap(freeStorage_, spare().storage);
  std::swap(temps_, spare().temps);
  std::swap(frame, spare().frame);
}

FuncGen::~FuncGen() {
  freeSlots_.clear();
  freeStorage_.clear();
  temps_.clear();
  frame.clear();
  std::swap(freeSlots_, spare().slots);
  std::swap(freeStorage_, spare().storage);
  std::swap(temps_, spare().temps);
  std::swap(frame, spare().frame);
}

Kinds FuncGen::kindsOf(Type* t) {
  TypeInfo& ti = info(t);
  if (ti.boxed) return {true};
  if (ti.unmanaged) return {false};
  Kinds kinds(ti.slots);
  if (ti.slots <= 64) {
    kinds.setFirstWord(ti.firstPtrs);
  } else {
    for (size_t i = 0; i < ti.ptrs.size() && i < kinds.size(); ++i) kinds[i] = ti.ptrs[i];
  }
  return kinds;
}

Reg FuncGen::allocSlots(const Kinds& kinds) {
  if (kinds.empty()) return kLocalBase;
  if (Reg r = freeSlots_.take(kinds); r != kNone) return r;
  Reg r = kLocalBase + static_cast<Reg>(frame.localPtr.size());
  frame.localPtr.insert(frame.localPtr.end(), kinds.begin(), kinds.end());
  frame.pinned.resize(frame.localPtr.size(), false);
  return r;
}

Reg FuncGen::temp(const Kinds& kinds) {
  if (kinds.empty()) return kLocalBase;
  Reg r = allocSlots(kinds);
  temps_.push_back({r, kinds});
  return r;
}

void FuncGen::pin(Reg r, unsigned slots) {
  if (slots == 0) return;
  BURROW_CHECK(isLocal(r));
  for (unsigned i = 0; i < slots; ++i) frame.pinned[r - kLocalBase + i] = true;
}

bool FuncGen::livesOnHeap(const Name* n) {
  if (n->onHeap || (u.options.escapeOff && isAddressed(n))) return true;
  TypeInfo& ti = info(n->type);
  if (ti.boxed || ti.slots <= kSmallVar) return ti.boxed;
  // Asked more than once while the frame fills up: the first answer stands.
  return crowdedOut_.try_emplace(n, frame.localPtr.size() + ti.slots > kFullFrame).first->second;
}

VarLoc& FuncGen::locOf(Name* n) {
  auto it = vars_.find(n);
  if (it != vars_.end()) {
    BURROW_CHECK(!it->second.released);
    return it->second;
  }
  // Variables without a declaration of their own (a clause's, compiler-made ones) come to life here.
  VarLoc& v = vars_[n];
  if (livesOnHeap(n)) {
    v.kind = VarLoc::Box;
    v.reg = allocSlots({true});
  } else if (isAddressed(n)) {
    v.addressed = true;
    Kinds kinds = kindsOf(n->type);
    v.reg = kinds.empty() ? kLocalBase : pinnedSlots(kinds, false);
    expose(v.reg, static_cast<unsigned>(kinds.size()));
  } else {
    v.reg = allocSlots(kindsOf(n->type));
  }
  return v;
}

VarLoc& FuncGen::declare(Name* n) {
  auto it = vars_.find(n);
  if (it != vars_.end() && !it->second.released) return it->second;
  if (it != vars_.end()) vars_.erase(it);
  VarLoc& v = locOf(n);
  declared_.push_back(n);
  return v;
}

void FuncGen::newBox(Name* n, VarLoc& v) {
  emitTS(Op::NewHeap, v.reg, 0, 0, n->type, boxSite(n));
}

uint32_t FuncGen::boxSite(const Name* n) {
  const char* reason = u.options.escapeOff ? "escape analysis is off" : !n->onHeap ? "too large for the frame" : n->reason ? n->reason->c_str() : "";
  return u.site(n->pos, AllocKind::Variable, true, n->type, {}, reason);
}

void FuncGen::declareZero(Name* n) {
  VarLoc& v = declare(n);
  if (v.kind == VarLoc::Box) {
    newBox(n, v);
  } else {
    zero(v.reg, slotsOfType(n->type));
  }
}

void FuncGen::releaseVars(size_t mark) {
  while (declared_.size() > mark) {
    Name* n = declared_.back();
    declared_.pop_back();
    VarLoc& v = vars_[n];
    if (v.released) continue;
    // What an inlined function's literal captures is used wherever that is inlined.
    if (n->inl && n->captured) continue;
    v.released = true;
    Kinds kinds = v.kind == VarLoc::Box ? Kinds{true} : kindsOf(n->type);
    if (kinds.empty()) continue;
    bool pinned = false;
    for (size_t i = 0; i < kinds.size(); ++i) pinned |= frame.pinned[v.reg - kLocalBase + static_cast<Reg>(i)];
    if (!pinned) freeSlots_.put(kinds, v.reg);
  }
}

void FuncGen::setUpFrame() {
  auto incoming = [&](Type* t) {
    Reg r = kIncomingBase + static_cast<Reg>(frame.incomingPtr.size());
    Kinds kinds = kindsOf(t);
    frame.incomingPtr.insert(frame.incomingPtr.end(), kinds.begin(), kinds.end());
    return r;
  };
  std::vector<Reg> args;
  for (Name* p : f.params) args.push_back(incoming(p->type));
  frame.argSlots = static_cast<unsigned>(frame.incomingPtr.size());
  for (Name* r : f.results) resultRegs_.push_back(incoming(r->type));
  frame.resultSlots = static_cast<unsigned>(frame.incomingPtr.size()) - frame.argSlots;
  frame.hasDefer = f.hasDefer;
  if (!f.captures.empty()) loadCaptures();
  // Incoming slots belong to the caller's frame layout: a variable whose address is taken is moved away from them.
  for (size_t i = 0; i < f.params.size(); ++i) {
    Name* p = f.params[i];
    VarLoc v;
    if (livesOnHeap(p)) {
      v.kind = VarLoc::Box;
      v.reg = allocSlots({true});
      newBox(p, v);
      vars_[p] = v;
      storeMemory(v.reg, 0, args[i], p->type);
    } else if (isAddressed(p)) {
      move(locOf(p).reg, args[i], slotsOfType(p->type));
    } else {
      v.reg = args[i];
      vars_[p] = v;
    }
  }
  for (size_t i = 0; i < f.results.size(); ++i) {
    Name* r = f.results[i];
    VarLoc v;
    unsigned slots = slotsOfType(r->type);
    if (livesOnHeap(r)) {
      v.kind = VarLoc::Box;
      v.reg = allocSlots({true});
      if (f.hasDefer) pin(v.reg, 1);
      newBox(r, v);
    } else if (isAddressed(r)) {
      v = locOf(r);
      zero(v.reg, slots);
    } else {
      v.reg = resultRegs_[i];
      bool named = !r->name.empty() && !r->name.starts_with('~');
      if (named && !f.hasDefer) zero(v.reg, slots);  // hasDefer: the prologue does it
    }
    vars_[r] = v;
  }
}

void FuncGen::loadCaptures() {
  ctx_ = allocSlots({true});
  emit(Op::LoadCtx, ctx_);
  uint32_t offset = 8;
  for (Name* c : f.captures) {
    VarLoc v;
    v.offset = offset;
    unsigned slots = slotsOfType(c->type);
    if (!c->byValue) {
      v.kind = VarLoc::Box;
      v.reg = allocSlots({true});
      emit(Op::Load64, v.reg, ctx_, static_cast<Reg>(offset));
      offset += 8;
    } else {
      if (slots <= 4) {
        v.reg = allocSlots(kindsOf(c->type));
        switch (slots) {
          case 0: break;
          case 1: emit(Op::Load64, v.reg, ctx_, static_cast<Reg>(offset)); break;
          case 2: emit(Op::Load2, v.reg, ctx_, static_cast<Reg>(offset)); break;
          case 3: emit(Op::Load3, v.reg, ctx_, static_cast<Reg>(offset)); break;
          default:
            emitW(Op::LoadN, v.reg, ctx_, static_cast<Reg>(offset), uint64_t{slots} | uint64_t{slots} * 8 << 32);
        }
      } else {
        v.kind = VarLoc::Context;
      }
      offset += slots * 8;
    }
    vars_[c] = v;
  }
}

/// Copies results that live elsewhere into their slots and returns.
/// Whether deferred calls run at each return and so show its line, by gc's rule for defers that it needs no list for.
bool FuncGen::defersInPlace() const {
  constexpr uint32_t kMaxDefers = 8, kMaxCopies = 15;
  return !f.loopDefer && f.defers <= kMaxDefers && f.defers * f.returns <= kMaxCopies &&
         std::none_of(f.results.begin(), f.results.end(), [&](const Name* r) { return r->onHeap; });
}

void FuncGen::finishReturn() {
  if (f.hasDefer && !defersInPlace()) {
    code.jump(epilogue_);
    return;
  }
  if (f.hasDefer) emit(Op::DeferReturn);
  for (size_t i = 0; i < f.results.size(); ++i) loadResult(i);
  emit(Op::Return);
}

/// Result variable i into the slots where the caller looks for it.
void FuncGen::loadResult(size_t i) {
  VarLoc& v = vars_[f.results[i]];
  Type* t = f.results[i]->type;
  if (v.kind == VarLoc::Box) {
    loadMemory(resultRegs_[i], v.reg, 0, t);
  } else if (v.reg != resultRegs_[i]) {
    Place p;
    p.kind = Place::Slots;
    p.reg = v.reg;
    p.addressed = v.addressed;
    load(p, t, resultRegs_[i]);
  }
}

uint32_t FuncGen::run() {
  ImageBuilder::Function& out = spare().out;
  out.clear();
  out.name = f.symbol;
  u.startFunc(&code.inl);
  code.pos = f.pos;
  if (f.hasDefer) epilogue_ = code.newLabel();
  findShared();
  setUpFrame();
  block(f.body);
  code.pos = f.endPos.isKnown() ? f.endPos : f.pos;
  if (code.reachable()) {
    finishReturn();
  }
  if (f.hasDefer) {
    code.bind(epilogue_);
    code.deferReturn = epilogue_;
    emit(Op::DeferReturn);
    for (size_t i = 0; i < f.results.size(); ++i) loadResult(i);
    emit(Op::Return);
  }
  // Labels at the very end are never reached, but every branch needs an instruction to aim at.
  if (code.ins.empty() || !(opInfo(code.ins.back().op).effects & Ends) || code.reachable()) emit(Op::Unreachable);

  code.optimize(frame);
  std::vector<CodeOrigin>& positions = spare().positions;
  positions.clear();
  if (!code.finish(frame, out, positions)) {
    u.diagnostics.error(f.pos, "stack frame too large (>1GB): " + std::to_string(frame.localPtr.size() * 8) + " bytes");
    emit(Op::Unreachable);
    out.code = {makeInsn(Op::Unreachable)};
  }
  CodeOrigin last{};
  for (const CodeOrigin& at : positions) {
    Pos pos = at.pos;
    // A //line directive may stand in the middle of a line.
    bool sameLine = pos.line() == last.pos.line() && pos.file() == last.pos.file() && at.inl == last.inl;
    last = at;
    if (sameLine && u.unit.files->file(pos.file()).directives.empty()) continue;
    LineEntry e{};
    e.pc = at.pc;
    e.file = u.fileString(pos, &e.line);
    e.inl = u.inlined(at.inl);
    out.lines.push_back(e);  // LineTable drops what says nothing new
  }
  out.inlines = u.takeInlines();
  if (f.pos.isKnown()) out.startLine = u.unit.files->position(f.pos).line;
  // A literal goes with its function as it was compiled here: other packages may have inlined other calls.
  out.symbolFlags = f.dupOk && !f.outer ? kDupOk : 0;
  out.flags = static_cast<uint16_t>((out.flags & kHasStorage) | (rawViews_ ? kRawViews : 0) | (f.hasDefer ? kHasDefer : 0) | (f.wrapper ? kWrapper : 0) |
                                    (f.captures.empty() ? 0 : kClosure) | (f.nosplit ? kNosplit : 0));
  if (f.fullType) out.signature = u.type(f.fullType);
  return u.image.addFunc(out);
}

}  // namespace burrow::codegen
