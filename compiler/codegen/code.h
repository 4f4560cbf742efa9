// A function's code while it is being generated: instructions with virtual registers and labels.
//
// Virtual registers: outgoing slot i is i; local slot i is kLocalBase + i; incoming slot i (arguments, then results)
// is kIncomingBase + i. Where locals start is known only when the largest outgoing area is; finish() numbers them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "compiler/source/pos.h"
#include "vm/bytecode/frame.h"
#include "vm/bytecode/image.h"

namespace burrow::codegen {

using Reg = int32_t;
using Label = int32_t;
inline constexpr Reg kNone = -1;
inline constexpr Reg kLocalBase = 1 << 20, kIncomingBase = 1 << 24;
inline constexpr bool isOutgoing(Reg r) { return r >= 0 && r < kLocalBase; }
inline constexpr bool isLocal(Reg r) { return r >= kLocalBase && r < kIncomingBase; }
inline constexpr bool isIncoming(Reg r) { return r >= kIncomingBase; }
inline constexpr bool slotsOverlap(Reg a, unsigned aSlots, Reg b, unsigned bSlots) {
  return a < b + static_cast<Reg>(bSlots) && b < a + static_cast<Reg>(aSlots);
}

struct Ins {
  Op op = Op::Mov;
  bool dead = false;             ///< removed: takes no room
  bool far = false;              ///< a conditional branch whose target is out of reach of 16 bits
  Reg a = 0, b = 0, c = 0;       ///< registers or immediates, by role; kNone: absent
  uint32_t n[3] = {0, 0, 0};     ///< Addr operands: slots concerned
  uint64_t w[3] = {0, 0, 0};
  uint32_t ref[3] = {0, 0, 0};   ///< words with a relocation: reference + 1
  int32_t addend = 0;            ///< of the relocated word 0
  Reg regs[4] = {kNone, kNone, kNone, kNone};  ///< of an "r" word
  Label target = -1;
  int table = -1;                ///< JumpTable: index into tables
  Pos pos;
  uint32_t inl = 0;              ///< as Node::inl

  Reg& operand(int i) { return i == 0 ? a : i == 1 ? b : c; }
  Reg operand(int i) const { return i == 0 ? a : i == 1 ? b : c; }
};

/// What an instruction does with the slots an Addr operand names.
enum class Access : uint8_t { None, Read, Write, Update, Pin };
Access addrAccess(Op op, int operand);

/// Calls use(reg, slots) and def(reg, slots) for the registers of an instruction. Outgoing slots that calls
/// consume or produce are included. Addr operands that pin are reported as neither.
template <class Use, class Def>
void forEachOperand(const Ins& in, Use use, Def def) {
  const OpInfo& info = opInfo(in.op);
  for (int i = 0; i < 3; ++i) {
    Reg r = in.operand(i);
    if (r == kNone) continue;
    switch (info.role[i]) {
      case Role::R: use(r, 1u); break;
      case Role::R2: use(r, 2u); break;
      case Role::R3: use(r, 3u); break;
      case Role::RN: use(r, static_cast<uint32_t>(in.w[0])); break;
      case Role::W: def(r, 1u); break;
      case Role::W2: def(r, 2u); break;
      case Role::W3: def(r, 3u); break;
      case Role::WN: def(r, static_cast<uint32_t>(in.w[0])); break;
      case Role::RW: use(r, 1u); def(r, 1u); break;
      case Role::Addr:
        switch (addrAccess(in.op, i)) {
          case Access::Read: case Access::Update: use(r, in.n[i]); break;
          case Access::Write: def(r, in.n[i]); break;
          default: break;
        }
        break;
      default: break;
    }
  }
  for (Reg r : in.regs) {
    if (r != kNone) use(r, 1u);
  }
  if (in.op == Op::Call || in.op == Op::CallClosure || in.op == Op::CallIface) {
    if (in.a) use(0, static_cast<uint32_t>(in.a));
    if (in.b) def(in.a, static_cast<uint32_t>(in.b));
  }
}

/// Storage that an instruction makes part of a value: `fills`, it writes all of it; else it was written before.
struct StorageUse {
  Reg reg;
  uint32_t slots;
  bool fills;
};
StorageUse storageUse(const Ins& in);

struct FrameInfo {
  std::vector<bool> localPtr;            ///< per local slot: holds pointers
  std::vector<bool> pinned;              ///< per local slot: its address is taken (pinned.cpp says when it is live)
  std::vector<bool> zeroed;              ///< per local slot, may be shorter: zeroed at entry and, if it holds pointers, live throughout
  struct Range { unsigned slot, count; };
  std::vector<Range> storage;            ///< pinned local slots that belong together: one variable, one literal
  std::vector<bool> incomingPtr;         ///< arguments, then results
  unsigned argSlots = 0, resultSlots = 0;
  unsigned outgoing = 0;
  bool hasDefer = false;
  bool zeroedAtEntry(unsigned i) const { return i < zeroed.size() && zeroed[i]; }

  void clear() {
    localPtr.clear();
    pinned.clear();
    zeroed.clear();
    incomingPtr.clear();
    storage.clear();
    argSlots = resultSlots = outgoing = 0;
    hasDefer = false;
  }
};

/// Where the code from word `pc` on comes from.
struct CodeOrigin {
  uint32_t pc;
  Pos pos;
  uint32_t inl;
};

class Liveness;
class PinnedSlots;

class Code {
 public:
  Code();
  ~Code();
  Code(const Code&) = delete;

  std::vector<Ins> ins;
  std::vector<int> labels;               ///< label → index of the instruction it stands before; -1: not bound
  std::vector<std::vector<Label>> tables;
  Pos pos;                               ///< of what is emitted next …
  uint32_t inl = 0;                      ///< … and the inlined call it comes with (Node::inl)
  Label deferReturn = -1;
  /// Before instruction `at`, the last pointer to pinned slots is gone. In order.
  struct StorageEnd {
    int at;
    Reg reg;
    uint32_t slots;
  };
  std::vector<StorageEnd> storageEnds;

  Ins& emit(Op op, Reg a = 0, Reg b = 0, Reg c = 0);
  Label newLabel() {
    labels.push_back(-1);
    return static_cast<Label>(labels.size() - 1);
  }
  void bind(Label l) { labels[l] = bound_ = static_cast<int>(ins.size()); }
  void jump(Label l);
  /// Whether the next instruction can be reached by falling through or from a label bound here.
  bool reachable() const;

  /// Removes unreachable code, propagates copies, deletes dead moves.
  void optimize(const FrameInfo& frame);
  /// Numbers registers, resolves branches, computes stack maps; fills code, relocs, maps, frameSlots, deferReturn.
  /// `positions` says where positions change.
  /// False if the frame does not fit 16-bit operands.
  bool finish(FrameInfo& frame, ImageBuilder::Function& out, std::vector<CodeOrigin>& positions);

 private:
  void removeUnreachable();
  void propagateCopies(const FrameInfo& frame);
  std::vector<Ins> zeroing(const FrameInfo& frame, PinnedSlots& pinned);
  void addMaps(const FrameInfo& frame, PinnedSlots& pinned, std::span<const int> safepoints, unsigned outgoing,
               const std::vector<uint32_t>& offset, ImageBuilder::Function& out);

  int bound_ = -1;                       ///< where the last label was bound
  Liveness* liveness_;
  PinnedSlots* pinned_;
  bool built_ = false;                   ///< *liveness_ knows these instructions
};

}  // namespace burrow::codegen
