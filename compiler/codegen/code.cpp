// Instruction buffer: emission, branch resolution, register numbering, stack maps.
#include "compiler/codegen/code.h"

#include <algorithm>

#include "compiler/codegen/liveness.h"
#include "compiler/codegen/pinned.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

Access addrAccess(Op op, int operand) {
  switch (op) {
    case Op::GetSubI8: case Op::GetSubU8: case Op::GetSubI16: case Op::GetSubU16: case Op::GetSubI32: case Op::GetSubU32:
    case Op::EqVal: case Op::StoreTyped: case Op::IndexLocalLoad64: case Op::ClosureHeap: case Op::BoxHeap:
    case Op::MapGet: case Op::MapGetOk: case Op::MapSet: case Op::MapDelete: case Op::ChanSend: case Op::StrConcat:
      return Access::Read;
    case Op::StrConcatBuf: return operand == 1 ? Access::Read : Access::Pin;
    case Op::SetSub8: case Op::SetSub16: case Op::SetSub32: case Op::IndexLocalStore64: case Op::MapIterNext:
    case Op::Select:
      return Access::Update;
    case Op::FrameCopy: return operand == 0 ? Access::Update : Access::Read;
    case Op::ChanRecv:
      // The buffer is filled while the goroutine is parked: maps must cover it, so it counts as read.
      return operand == 0 ? Access::Update : Access::Write;
    case Op::MapIterInit: return Access::Write;
    case Op::BoxStack: return operand == 1 ? Access::Pin : Access::Read;
    case Op::IndexLocal: case Op::LocalAddr:
      return Access::Update;  // if the address outlives the next instructions, whoever emits this pins the slots
    default: return Access::Pin;
  }
}

namespace {

/// What functions lend each other while they are generated: memory that has grown to the size they need.
struct Scratch {
  std::vector<Ins> ins;
  Liveness liveness;
  PinnedSlots pinned;
};
Scratch& scratch() {
  static thread_local Scratch s;
  return s;
}

}  // namespace

Code::Code() : liveness_(&scratch().liveness) { ins.swap(scratch().ins); }

Code::~Code() {
  ins.clear();
  if (ins.capacity() > scratch().ins.capacity()) ins.swap(scratch().ins);
}

Ins& Code::emit(Op op, Reg a, Reg b, Reg c) {
  Ins& in = ins.emplace_back();
  in.op = op;
  in.a = a;
  in.b = b;
  in.c = c;
  in.pos = pos;
  in.inl = inl;
  return in;
}

StorageUse storageUse(const Ins& in) {
  switch (in.op) {
    case Op::NewStack: case Op::SliceLitStack: return {in.b, in.n[1], static_cast<uint32_t>(in.c) >= in.n[1]};
    case Op::MakeSliceStack: case Op::MakeMapStack: return {in.b, in.n[1], true};
    case Op::BoxStack: return {in.b, in.n[1], in.b != in.c};
    case Op::ClosureStack: return {in.b, in.n[1], false};
    case Op::MakeSliceBuf: return {in.c, in.n[2], true};
    default: return {kNone, 0, false};
  }
}

void Code::jump(Label l) {
  if (!reachable()) return;
  emit(Op::Jump).target = l;
}

bool Code::reachable() const {
  return ins.empty() || !(opInfo(ins.back().op).effects & Ends) || bound_ == static_cast<int>(ins.size());
}

namespace {

bool isBranch(const Ins& in) { return in.target >= 0; }

/// Operands of a far conditional branch: branch over a jump that is skipped, to one that goes far.
unsigned wordsOf(const Ins& in) {
  return in.dead ? 0 : insnWords(in.op) + (in.far ? 2 : 0);
}

int targetRole(Op op) {
  const OpInfo& info = opInfo(op);
  for (int i = 0; i < 3; ++i) {
    if (info.role[i] == Role::Off16 || info.role[i] == Role::Off32) return i;
  }
  return -1;
}

}  // namespace

bool Code::finish(FrameInfo& frame, ImageBuilder::Function& out, std::vector<CodeOrigin>& positions) {
  if (!built_) liveness_->build(*this, frame);
  liveness_->solve();

  // Instructions that are loop back edges poll: they are safepoints too.
  static thread_local std::vector<int> safepoints;
  safepoints.clear();
  bool traps = false;
  for (size_t i = 0; i < ins.size(); ++i) {
    const Ins& in = ins[i];
    if (in.dead) continue;
    uint16_t fx = opInfo(in.op).effects;
    traps |= (fx & (Traps | Calls)) != 0;
    bool safepoint = fx & kSafepointEffects || (frame.hasDefer && (fx & Traps)) || (isBranch(in) && labels[in.target] <= static_cast<int>(i));
    if (safepoint) safepoints.push_back(static_cast<int>(i));
  }
  PinnedSlots& pinned = scratch().pinned;
  pinned.solve(*this, frame, *liveness_, safepoints);

  // Pointer slots that some path reads before it writes them are zeroed first.
  unsigned locals = static_cast<unsigned>(frame.localPtr.size());
  size_t skip = !ins.empty() && ins[0].op == Op::LoadCtx ? 1 : 0;
  std::vector<std::pair<unsigned, unsigned>> zero;  // start, count
  auto needsZero = [&](unsigned i) {
    if (frame.zeroedAtEntry(i)) return true;
    if (!frame.localPtr[i]) return false;
    if (frame.pinned[i]) return pinned.always(i);
    return liveness_->blocks() && (liveness_->liveIn(0)[i / 64] >> (i % 64) & 1) != 0;
  };
  for (unsigned i = 0; i < locals; ++i) {
    if (!needsZero(i)) continue;
    unsigned end = i + 1, last = i + 1;  // short scalar gaps between pointers are cheaper cleared than skipped
    while (end < locals && end - last < 3) {
      ++end;
      if (needsZero(end - 1)) last = end;
      else if (!(frame.pinned[end - 1] && !frame.localPtr[end - 1])) break;
    }
    zero.push_back({i, last - i});
    i = last - 1;
  }
  if (frame.hasDefer && frame.resultSlots) {
    zero.push_back({~0u, frame.resultSlots});
  }
  std::vector<Ins> prologue;
  Pos entryPos = ins.empty() ? pos : ins[0].pos;
  uint32_t entryInl = ins.empty() ? 0 : ins[0].inl;
  for (auto [start, count] : zero) {
    Ins in;
    in.pos = entryPos;
    in.inl = entryInl;
    in.a = start == ~0u ? kIncomingBase + static_cast<Reg>(frame.argSlots) : kLocalBase + static_cast<Reg>(start);
    if (count == 1) {
      in.op = Op::LoadImm;
      in.b = 0;
    } else {
      in.op = Op::ZeroN;
      in.w[0] = count;
    }
    prologue.push_back(in);
  }

  unsigned outgoing = frame.outgoing;
  if (traps) outgoing = std::max(outgoing, 4u);  // room for the arguments of the functions that raise panics
  unsigned frameSlots = outgoing + locals + 1;
  unsigned span = frameSlots + kFrameHeaderSlots + frame.argSlots + frame.resultSlots;
  if (span > 0xfff0) return false;
  auto number = [&](Reg r) -> uint16_t {
    if (r == kNone) return kNoReg;
    if (isLocal(r)) return static_cast<uint16_t>(outgoing + (r - kLocalBase));
    if (isIncoming(r)) return static_cast<uint16_t>(frameSlots + kFrameHeaderSlots + (r - kIncomingBase));
    BURROW_CHECK(r <= static_cast<Reg>(outgoing));
    return static_cast<uint16_t>(r);
  };

  // Layout: offsets of instructions, growing branches until nothing changes.
  static thread_local std::vector<uint32_t> offset;
  offset.resize(ins.size() + 1);
  uint32_t prologueWords = 0;
  for (const Ins& in : prologue) prologueWords += insnWords(in.op);
  for (bool changed = true; changed;) {
    changed = false;
    uint32_t at = 0;
    for (size_t i = 0; i < ins.size(); ++i) {
      if (i == skip) at += prologueWords;
      offset[i] = at;
      at += wordsOf(ins[i]);
    }
    if (ins.size() <= skip) at += prologueWords;
    offset[ins.size()] = at;
    if (at <= 32000) break;  // no target is out of reach
    for (size_t i = 0; i < ins.size(); ++i) {
      Ins& in = ins[i];
      if (in.dead || !isBranch(in) || in.far) continue;
      int role = targetRole(in.op);
      if (opInfo(in.op).role[role] != Role::Off16) continue;
      int64_t d = int64_t{offset[labels[in.target]]} - offset[i];
      if (d < -32000 || d > 32000) {
        in.far = true;
        changed = true;
      }
    }
  }
  uint32_t words = offset[ins.size()];
  std::vector<uint32_t> tableAt(tables.size());
  for (size_t i = 0; i < tables.size(); ++i) {
    tableAt[i] = words;
    words += static_cast<uint32_t>((tables[i].size() + 1) / 2);
  }

  addMaps(frame, pinned, safepoints, outgoing, offset, out);

  // Encoding.
  out.code.reserve(words);
  auto encode = [&](const Ins& in, uint32_t at) {
    const OpInfo& info = opInfo(in.op);
    uint16_t v[3];
    for (int i = 0; i < 3; ++i) {
      Reg r = in.operand(i);
      switch (info.role[i]) {
        case Role::I16: case Role::U16: case Role::_: v[i] = static_cast<uint16_t>(r); break;
        case Role::I32:
          v[i] = static_cast<uint16_t>(r);
          if (i < 2) v[i + 1] = static_cast<uint16_t>(static_cast<uint32_t>(r) >> 16);
          i = 3;
          break;
        case Role::Off16: case Role::Off32: {
          int32_t d = in.far ? 2 : static_cast<int32_t>(offset[labels[in.target]]) - static_cast<int32_t>(at);
          v[i] = static_cast<uint16_t>(d);
          if (info.role[i] == Role::Off32) {
            if (i < 2) v[i + 1] = static_cast<uint16_t>(static_cast<uint32_t>(d) >> 16);
            if (i == 0) v[2] = 0;
            i = 3;
          }
          break;
        }
        default: v[i] = number(r); break;
      }
    }
    // Jump and BrTrue have their distance in b and c.
    if (info.role[0] == Role::_) v[0] = 0;
    out.code.push_back(makeInsn(in.op, v[0], v[1], v[2]));
    for (size_t k = 0; k < info.words.size(); ++k) {
      Insn word;
      word.word = in.w[k];
      if (info.words[k] == 'r') {
        for (int j = 0; j < 4; ++j) word.reg[j] = number(in.regs[j]);
      }
      if (in.table >= 0 && k == 0) word.word = tableAt[in.table] - at;
      if (in.ref[k]) {
        out.relocs.push_back({static_cast<uint32_t>(out.code.size() * 8), in.ref[k] - 1,
                              k == 0 ? in.addend : 0, RelocKind::Abs64});
      }
      out.code.push_back(word);
    }
    if (in.far) {
      int32_t d = static_cast<int32_t>(offset[labels[in.target]]) - static_cast<int32_t>(at + 2);
      out.code.push_back(makeInsn32(Op::Jump, 0, 2));
      out.code.push_back(makeInsn32(Op::Jump, 0, d));
    }
  };
  CodeOrigin last{};
  auto position = [&](const Ins& in, uint32_t at) {
    if (!in.pos.isKnown() || (in.pos == last.pos && in.inl == last.inl)) return;
    last = {at, in.pos, in.inl};
    positions.push_back(last);
  };
  for (size_t i = 0; i <= ins.size(); ++i) {
    if (i == skip || (i == ins.size() && i < skip)) {
      for (const Ins& in : prologue) {
        position(in, static_cast<uint32_t>(out.code.size()));
        encode(in, static_cast<uint32_t>(out.code.size()));
      }
    }
    if (i == ins.size() || ins[i].dead) continue;
    BURROW_CHECK(offset[i] == out.code.size());
    position(ins[i], offset[i]);
    encode(ins[i], offset[i]);
  }
  for (size_t i = 0; i < ins.size() && !tables.empty(); ++i) {
    if (ins[i].dead || ins[i].table < 0) continue;
    const auto& entries = tables[ins[i].table];
    BURROW_CHECK(out.code.size() == tableAt[ins[i].table]);
    for (size_t k = 0; k < entries.size(); k += 2) {
      auto distance = [&](size_t j) -> uint32_t {
        if (j >= entries.size()) return 0;
        return static_cast<uint32_t>(static_cast<int32_t>(offset[labels[entries[j]]]) - static_cast<int32_t>(offset[i]));
      };
      Insn word;
      word.word = uint64_t{distance(k)} | uint64_t{distance(k + 1)} << 32;
      out.code.push_back(word);
    }
  }
  out.frameSlots = static_cast<uint16_t>(frameSlots);
  out.argSlots = static_cast<uint16_t>(frame.argSlots);
  out.resultSlots = static_cast<uint16_t>(frame.resultSlots);
  if (deferReturn >= 0) out.deferReturn = offset[labels[deferReturn]];
  return true;
}

}  // namespace burrow::codegen
