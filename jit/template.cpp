// The frame of a template compilation: decoding, prologue, what lies out of line, and the registry's tables.
#include "jit/template.h"

#include <algorithm>

#include "jit/helpers.h"
#include "jit/notes.h"

namespace burrow::jit {

using vm::MachineCode;

uint32_t templateCalls = 0;

/// Instructions of the function, and labels for those that are branched to. Code ends where jump tables begin.
void Template::decode() {
  const Insn* end = func_.code + func_.info->bodyWords();
  labels_.resize(func_.codeWords);
  auto want = [&](const Insn* to) {
    Label& label = labels_[wordOf(to)];
    if (!label.isValid()) label = a_.newLabel();
  };
  for (const Insn* pc = func_.code; pc < end; pc += insnWords(static_cast<Op>(pc->op))) {
    insns_.push_back(pc);
    bool has;
    int64_t distance = branchDistance(*pc, has);
    if (has) want(pc + distance);
    if (static_cast<Op>(pc->op) != Op::JumpTable) continue;
    const Insn* table = pc + static_cast<int64_t>(pc[1].word);
    end = std::min(end, table);
    for (unsigned i = 0; i < pc->b; i++) want(pc + reinterpret_cast<const int32_t*>(table)[i]);
  }
}

void Template::prologue() {
  a_.push(kFp);
  a_.mov(kFp, x86::rsp);
  a_.push(kCallee);
  if (func_.frameSlots > 1) a_.sub(kRegs, static_cast<int32_t>((func_.frameSlots - 1u) * sizeof(Slot)));
  a_.cmp(kRegs, BURROW_G(stackLimit));
  a_.jb(Imm(reinterpret_cast<uint64_t>(stubs.enterSlow)));
  if (!templateCalls) return;
  // The counter goes from templateCalls down, and round once.
  a_.sub(x86::dword_ptr(kCallee, offsetof(vm::Func, counter)), 1);
  manyCalls_ = a_.newLabel();
  body_ = a_.newLabel();
  a_.jb(manyCalls_);
  a_.bind(body_);
}

bool Template::emit() {
  return moves() || integers() || integers2() || bits() || floats() || comparisons() || branches() || memory() || indexing() || slices() ||
         storage() || calls() || atomics() || slowHalves();
}

void Template::emitAt(const Insn* pc) {
  pc_ = pc;
  size_t sites = sites_.size();
  if (!emit()) leave();
  for (; sites < sites_.size(); sites++) {
    if (sites_[sites].behind) a_.bind(sites_[sites].back);
  }
}

MachineCode* Template::compile() {
  decode();
  noteText(a_, "prologue");
  entries_.resize(func_.codeWords);
  prologue();
  auto body = static_cast<uint32_t>(a_.offset());
  for (const Insn* pc : insns_) {
    pc_ = pc;
    if (Label& label = labels_[wordOf(pc)]; label.isValid()) a_.bind(label);
    entries_[wordOf(pc)] = static_cast<uint32_t>(a_.offset());
    note(a_, func_, wordOf(pc));
    emitAt(pc);
  }
  noteText(a_, "out of line");
  outOfLine();
  char* run = own_->finish();
  if (!run) return nullptr;
  auto* code = new MachineCode;
  code->begin = run;
  code->end = run + own_->size();
  code->func = &func_;
  code->quick = true;
  code->called = run;
  code->body = code->framed = run + body;
  code->framedEnd = code->end;
  code->entries = std::move(entries_);
  code->returns = std::move(returns_);
  return code;
}

void Template::finishSites() {
  for (const Site& s : sites_) {
    note(a_, func_, wordOf(s.pc));
    a_.bind(s.at);
    callStub(slowStub(s.fn), s.pc);
    if (s.comesBack) a_.jmp(s.back);
  }
}

void Template::outOfLine() {
  finishSites();
  if (manyCalls_.isValid()) {
    a_.bind(manyCalls_);
    callStub(valueStub(valueManyCalls), func_.code);
    a_.jmp(body_);
  }
  for (const Table& t : tables_) {
    auto* distances = reinterpret_cast<const int32_t*>(t.pc + static_cast<int64_t>(t.pc[1].word));
    // Entries that go back go by way of a poll.
    std::vector<Label> to;
    pc_ = t.pc;
    for (unsigned i = 0; i < t.pc->b; i++) {
      to.push_back(labelAt(distances[i]));
      if (distances[i] >= 0) continue;
      to.back() = a_.newLabel();
      a_.bind(to.back());
      Label target = labelAt(distances[i]);
      a_.cmp(kRegs, BURROW_G(stackLimit));
      a_.jae(target);
      callStub(slowStub(helpPoll), t.pc);
      a_.jmp(target);
    }
    a_.align(asmjit::AlignMode::kData, 4);
    a_.bind(t.at);
    for (Label l : to) a_.embedLabelDelta(l, t.at, 4);
  }
}

void Template::callStub(const char* stub, const Insn* pc) {
  a_.mov(x86::rsi, Imm(reinterpret_cast<uint64_t>(pc)));
  a_.call(Imm(reinterpret_cast<uint64_t>(stub)));
}

Label Template::site(vm::SlowFn* fn, bool comesBack) {
  Site s{a_.newLabel(), {}, pc_, fn, comesBack, comesBack};
  if (comesBack) s.back = a_.newLabel();
  sites_.push_back(s);
  return s.at;
}

void Template::slow(vm::SlowFn* fn) { callStub(slowStub(fn), pc_); }
void Template::value(ValueFn* fn) { callStub(valueStub(fn), pc_); }

void Template::leave() {
  a_.mov(x86::rax, Imm(reinterpret_cast<uint64_t>(pc_)));
  a_.mov(BURROW_G(pc), x86::rax);
  a_.mov(BURROW_G(fp), kFp);
  a_.mov(x86::eax, static_cast<int>(vm::Next::Interpret));
  a_.jmp(Imm(reinterpret_cast<uint64_t>(stubs.exit)));
}

void Template::constant(x86::Gp to, uint64_t value) {
  if (value == 0)
    a_.xor_(to.r32(), to.r32());
  else if (value <= UINT32_MAX)
    a_.mov(to.r32(), Imm(value));
  else
    a_.mov(to, Imm(value));
}

void Template::storeConstant(unsigned s, uint64_t value) {
  if (auto v = static_cast<int64_t>(value); v == static_cast<int32_t>(v)) {
    a_.mov(slot(s), Imm(v));
    return;
  }
  constant(x86::rax, value);
  store(s, x86::rax);
}

void Template::zeroSlots(unsigned s, uint64_t n) {
  if (n > 24) {
    a_.lea(x86::rdi, slot(s));
    a_.mov(x86::ecx, Imm(n));
    a_.xor_(x86::eax, x86::eax);
    a_.rep().stosq();
    return;
  }
  if (n > 1) a_.xorps(x86::xmm0, x86::xmm0);
  for (; n > 1; n -= 2, s += 2) a_.movups(slotOf(16, s), x86::xmm0);
  if (n) a_.mov(slot(s), Imm(0));
}

void Template::extend(Width w) {
  switch (w) {
    case Width::I8: a_.movsx(x86::rax, x86::al); break;
    case Width::I16: a_.movsx(x86::rax, x86::ax); break;
    case Width::I32: a_.movsxd(x86::rax, x86::eax); break;
    case Width::U8: a_.movzx(x86::eax, x86::al); break;
    case Width::U16: a_.movzx(x86::eax, x86::ax); break;
    case Width::U32: a_.mov(x86::eax, x86::eax); break;
    case Width::I64: break;
  }
}

void Template::checkNil(x86::Gp p, vm::SlowFn* fn) {
  a_.cmp(p, 4096);
  a_.jb(trap(fn));
}

}  // namespace burrow::jit
