// Instruction buffer: emission, branch resolution, register numbering, stack maps.
#include "compiler/codegen/code.h"

#include <algorithm>

#include "vm/bytecode/check.h"

namespace burrow::codegen {

Access addrAccess(Op op, int operand) {
  switch (op) {
    case Op::GetSubI8: case Op::GetSubU8: case Op::GetSubI16: case Op::GetSubU16: case Op::GetSubI32: case Op::GetSubU32:
    case Op::EqVal: case Op::StoreTyped: case Op::IndexLocalLoad64: case Op::ClosureHeap: case Op::BoxHeap:
    case Op::MapGet: case Op::MapGetOk: case Op::MapSet: case Op::MapDelete: case Op::ChanSend: case Op::StrConcat:
      return Access::Read;
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

Ins& Code::emit(Op op, Reg a, Reg b, Reg c) {
  Ins& in = ins.emplace_back();
  in.op = op;
  in.a = a;
  in.b = b;
  in.c = c;
  in.pos = pos;
  return in;
}

void Code::jump(Label l) {
  if (!reachable()) return;
  emit(Op::Jump).target = l;
}

bool Code::reachable() const {
  int at = static_cast<int>(ins.size());
  if (ins.empty() || !(opInfo(ins.back().op).effects & Ends)) return true;
  for (size_t i = labels.size(); i-- > 0;) {
    if (labels[i] == at) return true;
  }
  return false;
}

namespace {

bool isBranch(const Ins& in) { return in.target >= 0; }

/// Operands of a far conditional branch: branch over a jump that is skipped, to one that goes far.
unsigned wordsOf(const Ins& in) {
  if (in.dead) return 0;
  return insnWords(in.op) + (in.far ? 2 : 0);
}

int targetRole(Op op) {
  const OpInfo& info = opInfo(op);
  for (int i = 0; i < 3; ++i) {
    if (info.role[i] == Role::Off16 || info.role[i] == Role::Off32) return i;
  }
  return -1;
}

}  // namespace

bool Code::finish(FrameInfo& frame, ImageBuilder::Function& out, std::vector<std::pair<uint32_t, Pos>>& positions) {
  Liveness live = computeLiveness(*this, frame);
  SlotSet set(frame);

  // Pointer slots that some path reads before it writes them (and pinned ones) are zeroed first.
  unsigned locals = static_cast<unsigned>(frame.localPtr.size());
  size_t skip = !ins.empty() && ins[0].op == Op::LoadCtx ? 1 : 0;
  std::vector<std::pair<unsigned, unsigned>> zero;  // start, count
  auto needsZero = [&](unsigned i) {
    if (!frame.localPtr[i]) return false;
    if (frame.pinned[i]) return true;
    return !live.liveIn.empty() && (live.liveIn[0][i / 64] >> (i % 64) & 1) != 0;
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
  for (auto [start, count] : zero) {
    Ins in;
    in.pos = entryPos;
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

  // Stack maps, by instruction index (of the unshifted list), from a backward walk over each block.
  unsigned outgoing = frame.outgoing;
  bool traps = false;
  for (const Ins& in : ins) {
    if (!in.dead && (opInfo(in.op).effects & (Traps | Calls))) traps = true;
  }
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
  std::vector<uint32_t> offset(ins.size() + 1);
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

  // Instructions that are loop back edges poll: they are safepoints too.
  auto isSafepoint = [&](size_t i) {
    const Ins& in = ins[i];
    uint16_t fx = opInfo(in.op).effects;
    if (fx & kSafepointEffects) return true;
    if (frame.hasDefer && (fx & Traps)) return true;
    return isBranch(in) && offset[labels[in.target]] <= offset[i];
  };
  unsigned mapWords = (span + 63) / 64;
  auto addMap = [&](uint32_t pc, const std::vector<uint64_t>& liveNow) {
    ImageBuilder::StackMap m;
    m.pc = pc;
    m.bits.assign(mapWords, 0);
    auto put = [&](unsigned slot) { m.bits[slot / 64] |= uint64_t{1} << (slot % 64); };
    for (unsigned i = 0; i < locals; ++i) {
      if (frame.localPtr[i] && (frame.pinned[i] || (liveNow[i / 64] >> (i % 64) & 1))) put(outgoing + i);
    }
    for (unsigned i = 0; i < frame.argSlots + frame.resultSlots; ++i) {
      if (!frame.incomingPtr[i]) continue;
      unsigned bit = locals + i;
      bool always = frame.hasDefer && i >= frame.argSlots;
      if (always || (liveNow[bit / 64] >> (bit % 64) & 1)) put(frameSlots + kFrameHeaderSlots + i);
    }
    out.maps.push_back(std::move(m));
  };
  for (size_t b = 0; b + 1 < live.blockStart.size(); ++b) {
    std::vector<uint64_t> now = live.liveOut[b];
    for (int i = live.blockStart[b + 1]; i-- > live.blockStart[b];) {
      const Ins& in = ins[i];
      if (in.dead) continue;
      bool call = in.op == Op::Call || in.op == Op::CallClosure || in.op == Op::CallIface;
      std::vector<uint64_t> after = now;
      stepBack(in, set, frame, now);
      if (!isSafepoint(i)) continue;
      if (call) {
        // The callee owns the arguments; results and the closure register are not needed by this frame.
        forEachOperand(in, [](Reg, uint32_t) {},
                       [&](Reg r, uint32_t n) {
                         for (uint32_t k = 0; k < n; ++k) {
                           int at = set.index(r + static_cast<Reg>(k));
                           if (at >= 0) after[at / 64] &= ~(uint64_t{1} << (at % 64));
                         }
                       });
        addMap(offset[i], after);
      } else {
        addMap(offset[i], now);
      }
      if (in.far) {  // the jump that goes far is the one that polls
        ImageBuilder::StackMap m = out.maps.back();
        m.pc += 2;
        out.maps.push_back(std::move(m));
      }
    }
  }
  std::sort(out.maps.begin(), out.maps.end(), [](auto& x, auto& y) { return x.pc < y.pc; });
  if (out.maps.empty() || out.maps[0].pc != 0) {
    std::vector<uint64_t> entry(set.words(), 0);
    for (unsigned i = 0; i < frame.argSlots; ++i) {
      unsigned bit = locals + i;
      entry[bit / 64] |= uint64_t{1} << (bit % 64);
    }
    ImageBuilder::StackMap m;
    m.pc = 0;
    m.bits.assign(mapWords, 0);
    for (unsigned i = 0; i < frame.argSlots; ++i) {
      unsigned slot = frameSlots + kFrameHeaderSlots + i;
      if (frame.incomingPtr[i]) m.bits[slot / 64] |= uint64_t{1} << (slot % 64);
    }
    out.maps.insert(out.maps.begin(), std::move(m));
  } else {
    // The first instruction is a safepoint of its own: on entry all arguments are live.
    for (unsigned i = 0; i < frame.argSlots; ++i) {
      unsigned slot = frameSlots + kFrameHeaderSlots + i;
      if (frame.incomingPtr[i]) out.maps[0].bits[slot / 64] |= uint64_t{1} << (slot % 64);
    }
  }

  // Encoding.
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
  Pos last;
  auto position = [&](Pos p, uint32_t at) {
    if (!p.isKnown() || p == last) return;
    positions.push_back({at, p});
    last = p;
  };
  for (size_t i = 0; i <= ins.size(); ++i) {
    if (i == skip || (i == ins.size() && i < skip)) {
      for (const Ins& in : prologue) {
        position(in.pos, static_cast<uint32_t>(out.code.size()));
        encode(in, static_cast<uint32_t>(out.code.size()));
      }
    }
    if (i == ins.size() || ins[i].dead) continue;
    BURROW_CHECK(offset[i] == out.code.size());
    position(ins[i].pos, offset[i]);
    encode(ins[i], offset[i]);
  }
  for (size_t i = 0; i < ins.size(); ++i) {
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
