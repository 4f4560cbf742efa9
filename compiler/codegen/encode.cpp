// The end of a function's code: registers are numbered, what must be zero is zeroed, branches are resolved, words are written.
#include <algorithm>

#include "compiler/codegen/liveness.h"
#include "compiler/codegen/pinned.h"
#include "vm/bytecode/check.h"
#include "vm/bytecode/frame.h"

namespace burrow::codegen {

namespace {

bool isBranch(const Ins& in) { return in.target >= 0; }

/// Operands of a far conditional branch: branch over a jump that is skipped, to one that goes far.
unsigned wordsOf(const Ins& in) { return in.dead ? 0 : insnWords(in.op) + (in.far ? 2 : 0); }

bool isShortBranch(Op op) {
  const OpInfo& info = opInfo(op);
  for (Role role : info.role) {
    if (role == Role::Off16) return true;
    if (role == Role::Off32) return false;
  }
  return false;
}

/// Writes a function's words.
class Encoder {
 public:
  Encoder(Code& code, const FrameInfo& frame, std::vector<Ins> prologue, ImageBuilder::Function& out)
      : code_(code), frame_(frame), prologue_(std::move(prologue)), out_(out) {}

  /// False if the frame does not fit 16-bit operands. `traps`: something may raise a panic.
  bool numberRegisters(bool traps);
  void layOut();
  void write(std::vector<CodeOrigin>& positions);
  unsigned outgoing() const { return outgoing_; }
  const std::vector<uint32_t>& offsets() const { return offset_; }

 private:
  uint16_t number(Reg r) const;
  int32_t distance(Label to, uint32_t from) const { return static_cast<int32_t>(offset_[code_.labels[to]]) - static_cast<int32_t>(from); }
  bool placeInstructions();
  bool growBranches();
  void encode(const Ins& in, uint32_t at);
  void operands(const Ins& in, uint32_t at, uint16_t (&v)[3]) const;
  void words(const Ins& in, uint32_t at);
  void writeTables();

  Code& code_;
  const FrameInfo& frame_;
  std::vector<Ins> prologue_;
  ImageBuilder::Function& out_;
  unsigned outgoing_ = 0, frameSlots_ = 0;
  size_t skip_ = 0;                       ///< the prologue stands before this instruction
  std::vector<uint32_t>& offset_ = offsetScratch();
  std::vector<uint32_t> tableAt_;
  uint32_t words_ = 0;

  static std::vector<uint32_t>& offsetScratch() {
    static thread_local std::vector<uint32_t> offset;
    return offset;
  }
};

bool Encoder::numberRegisters(bool traps) {
  outgoing_ = frame_.outgoing;
  if (traps) outgoing_ = std::max(outgoing_, 4u);  // room for the arguments of the functions that raise panics
  frameSlots_ = outgoing_ + static_cast<unsigned>(frame_.localPtr.size()) + 1;
  return frameSlots_ + kFrameHeaderSlots + frame_.argSlots + frame_.resultSlots <= 0xfff0;
}

uint16_t Encoder::number(Reg r) const {
  if (r == kNone) return kNoReg;
  if (isLocal(r)) return static_cast<uint16_t>(outgoing_ + (r - kLocalBase));
  if (isIncoming(r)) return static_cast<uint16_t>(frameSlots_ + kFrameHeaderSlots + (r - kIncomingBase));
  BURROW_CHECK(r <= static_cast<Reg>(outgoing_));
  return static_cast<uint16_t>(r);
}

/// Offsets of instructions and tables, growing branches until nothing changes.
void Encoder::layOut() {
  skip_ = !code_.ins.empty() && code_.ins[0].op == Op::LoadCtx ? 1 : 0;
  offset_.resize(code_.ins.size() + 1);
  while (placeInstructions() && growBranches()) {
  }
  words_ = offset_[code_.ins.size()];
  for (const auto& table : code_.tables) {
    tableAt_.push_back(words_);
    words_ += static_cast<uint32_t>((table.size() + 1) / 2);
  }
}

/// Whether a target may be out of reach.
bool Encoder::placeInstructions() {
  uint32_t prologueWords = 0, at = 0;
  for (const Ins& in : prologue_) prologueWords += insnWords(in.op);
  const std::vector<Ins>& ins = code_.ins;
  for (size_t i = 0; i < ins.size(); ++i) {
    if (i == skip_) at += prologueWords;
    offset_[i] = at;
    at += wordsOf(ins[i]);
  }
  if (ins.size() <= skip_) at += prologueWords;
  offset_[ins.size()] = at;
  return at > 32000;
}

bool Encoder::growBranches() {
  bool changed = false;
  for (size_t i = 0; i < code_.ins.size(); ++i) {
    Ins& in = code_.ins[i];
    if (in.dead || !isBranch(in) || in.far || !isShortBranch(in.op)) continue;
    int32_t d = distance(in.target, offset_[i]);
    if (d >= -32000 && d <= 32000) continue;
    in.far = changed = true;
  }
  return changed;
}

void Encoder::operands(const Ins& in, uint32_t at, uint16_t (&v)[3]) const {
  const OpInfo& info = opInfo(in.op);
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
        int32_t d = in.far ? 2 : distance(in.target, at);
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
}

/// The words behind an instruction.
void Encoder::words(const Ins& in, uint32_t at) {
  const OpInfo& info = opInfo(in.op);
  for (size_t k = 0; k < info.words.size(); ++k) {
    Insn word;
    word.word = in.w[k];
    if (info.words[k] == 'r') {
      for (int j = 0; j < 4; ++j) word.reg[j] = number(in.regs[j]);
    }
    if (in.table >= 0 && k == 0) word.word = tableAt_[in.table] - at;
    if (in.ref[k]) {
      out_.relocs.push_back({static_cast<uint32_t>(out_.code.size() * 8), in.ref[k] - 1, k == 0 ? in.addend : 0, RelocKind::Abs64});
    }
    out_.code.push_back(word);
  }
}

void Encoder::encode(const Ins& in, uint32_t at) {
  uint16_t v[3];
  operands(in, at, v);
  out_.code.push_back(makeInsn(in.op, v[0], v[1], v[2]));
  words(in, at);
  if (in.far) {
    out_.code.push_back(makeInsn32(Op::Jump, 0, 2));
    out_.code.push_back(makeInsn32(Op::Jump, 0, distance(in.target, at + 2)));
  }
}

void Encoder::write(std::vector<CodeOrigin>& positions) {
  out_.code.reserve(words_);
  CodeOrigin last{};
  auto add = [&](const Ins& in, uint32_t at) {
    if (in.pos.isKnown() && (in.pos != last.pos || in.inl != last.inl)) positions.push_back(last = {at, in.pos, in.inl});
    encode(in, at);
  };
  const std::vector<Ins>& ins = code_.ins;
  for (size_t i = 0; i <= ins.size(); ++i) {
    if (i == skip_ || (i == ins.size() && i < skip_)) {
      for (const Ins& in : prologue_) add(in, static_cast<uint32_t>(out_.code.size()));
    }
    if (i == ins.size() || ins[i].dead) continue;
    BURROW_CHECK(offset_[i] == out_.code.size());
    add(ins[i], offset_[i]);
  }
  if (!code_.tables.empty()) writeTables();
  out_.frameSlots = static_cast<uint16_t>(frameSlots_);
  out_.argSlots = static_cast<uint16_t>(frame_.argSlots);
  out_.resultSlots = static_cast<uint16_t>(frame_.resultSlots);
  if (code_.deferReturn >= 0) out_.deferReturn = offset_[code_.labels[code_.deferReturn]];
}

void Encoder::writeTables() {
  for (size_t i = 0; i < code_.ins.size(); ++i) {
    const Ins& in = code_.ins[i];
    if (in.dead || in.table < 0) continue;
    const auto& entries = code_.tables[in.table];
    BURROW_CHECK(out_.code.size() == tableAt_[in.table]);
    for (size_t k = 0; k < entries.size(); k += 2) {
      auto entry = [&](size_t n) -> uint64_t { return n < entries.size() ? static_cast<uint32_t>(distance(entries[n], offset_[i])) : 0; };
      Insn word;
      word.word = entry(k) | entry(k + 1) << 32;
      out_.code.push_back(word);
    }
  }
}

}  // namespace

/// Instructions that zero, on entry, the slots that some path reads, or some map names, before they are written.
std::vector<Ins> Code::zeroing(const FrameInfo& frame, PinnedSlots& pinned) {
  unsigned locals = static_cast<unsigned>(frame.localPtr.size());
  auto needsZero = [&](unsigned i) {
    if (frame.zeroedAtEntry(i)) return true;
    if (!frame.localPtr[i]) return false;
    if (frame.pinned[i]) return pinned.always(i);
    return liveness_->blocks() && (liveness_->liveIn(0)[i / 64] >> (i % 64) & 1) != 0;
  };
  std::vector<Ins> out;
  auto add = [&](Reg first, unsigned count) {
    Ins& in = out.emplace_back();
    in.pos = ins.empty() ? pos : ins[0].pos;
    in.inl = ins.empty() ? 0 : ins[0].inl;
    in.op = count == 1 ? Op::LoadImm : Op::ZeroN;
    in.a = first;
    if (count > 1) in.w[0] = count;
  };
  for (unsigned i = 0; i < locals; ++i) {
    if (!needsZero(i)) continue;
    unsigned end = i + 1, last = i + 1;  // short scalar gaps between pointers are cheaper cleared than skipped
    while (end < locals && end - last < 3) {
      ++end;
      if (needsZero(end - 1)) last = end;
      else if (!(frame.pinned[end - 1] && !frame.localPtr[end - 1])) break;
    }
    add(kLocalBase + static_cast<Reg>(i), last - i);
    i = last - 1;
  }
  if (frame.hasDefer && frame.resultSlots) add(kIncomingBase + static_cast<Reg>(frame.argSlots), frame.resultSlots);
  return out;
}

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
  PinnedSlots& pinned = *pinned_;
  pinned.solve(*this, frame, *liveness_, safepoints);
  Encoder encoder(*this, frame, zeroing(frame, pinned), out);
  if (!encoder.numberRegisters(traps)) return false;
  encoder.layOut();
  addMaps(frame, pinned, safepoints, encoder.outgoing(), encoder.offsets(), out);
  encoder.write(positions);
  return true;
}

}  // namespace burrow::codegen
