// See verify.h. Works on images before and after linking: words that relocations fill are not looked at.
#include "vm/bytecode/verify.h"

#include <fmt/core.h>

#include <algorithm>

#include "vm/bytecode/frame.h"
#include "vm/bytecode/operands.h"

namespace burrow {

namespace {

class Verifier {
 public:
  Verifier(const ImageView& image, const ImageFunc& func) : image_(image), func_(func) {}

  std::string run() {
    if (func_.flags & kNative) return func_.codeWords ? "a native has code" : "";
    if (!func_.codeWords) return "no code";
    if (uint64_t{func_.code} + func_.codeWords > image_.codeCount()) return "code out of bounds";
    if (func_.inlineCount >= func_.codeWords) return "no code before the inlined calls";
    if (!checkInlines()) return error_;
    if (func_.frameSlots < 1) return "no slot for the Func";
    code_ = image_.code() + func_.code;
    if (!decode()) return error_;
    for (uint32_t pc : starts_) {
      if (!checkOperands(pc) || !checkTargets(pc)) return error_;
    }
    if (!checkMaps()) return error_;
    if (func_.flags & kHasDefer) {
      if (!isStart(func_.deferReturn)) return "deferReturn is no instruction";
      if (static_cast<Op>(code_[func_.deferReturn].op) != Op::DeferReturn)
        return fmt::format("deferReturn points to {}", opInfo(static_cast<Op>(code_[func_.deferReturn].op)).name);
    }
    return {};
  }

 private:
  bool fail(uint32_t pc, std::string_view what) {
    std::string_view op = code_[pc].op < kOpCount ? opInfo(static_cast<Op>(code_[pc].op)).name : "?";
    error_ = fmt::format("at {} ({}): {}", pc, op, what);
    return false;
  }
  bool isStart(uint32_t pc) const { return std::binary_search(starts_.begin(), starts_.end(), pc); }

  /// Instruction boundaries; code ends where jump tables begin.
  bool decode() {
    uint32_t end = func_.bodyWords(), pc = 0;
    bool ends = false;
    while (pc < end) {
      if (code_[pc].op >= kOpCount) return fail(pc, "no such opcode");
      auto op = static_cast<Op>(code_[pc].op);
      if (op == Op::EnterUnlinked || op == Op::EnterNative || op == Op::NativeReturned || op == Op::ReturnToLoop ||
          op == Op::EnterMachine || op == Op::EnterCounted || op == Op::ReturnToMachine)
        return fail(pc, "not for compiled code");
      unsigned words = insnWords(op);
      if (pc + words > end) return fail(pc, "truncated");
      if (op == Op::JumpTable) {
        int64_t table = pc + static_cast<int64_t>(code_[pc + 1].word);
        int64_t tableWords = (code_[pc].b + 1) / 2;
        if (table <= pc || table + tableWords > func_.bodyWords()) return fail(pc, "table out of bounds");
        end = std::min(end, static_cast<uint32_t>(table));
      }
      starts_.push_back(pc);
      ends = opInfo(op).effects & Ends;
      pc += words;
    }
    return ends || fail(starts_.back(), "falls off the end");
  }

  bool checkRegister(uint32_t pc, unsigned reg, unsigned slots) {
    return reg + slots <= func_.frameSlots + incomingSlots() ||
           fail(pc, fmt::format("register {} + {} outside the frame of {} slots", reg, slots, func_.frameSlots));
  }
  /// Incoming arguments and results are addressed as registers behind the header.
  unsigned incomingSlots() const { return kFrameHeaderSlots + func_.argSlots + func_.resultSlots; }

  bool checkOperands(uint32_t pc) {
    const Insn* i = code_ + pc;
    auto op = static_cast<Op>(i->op);
    const OpInfo& info = opInfo(op);
    for (unsigned n = 0; n < 3; n++) {
      unsigned slots = operandSlots(i, n);
      if (!slots) continue;
      unsigned reg = operandOf(*i, n);
      if (op == Op::ChanRecv && reg == kNoReg) continue;
      if (info.role[n] == Role::Addr) slots = 0;  // of any size, none included
      if (!checkRegister(pc, reg, slots)) return false;
      unsigned saved = func_.frameSlots - 1u;  // Func*, caller's fp, return pc
      if (isWrite(info.role[n]) && reg < saved + 3 && reg + slots > saved)
        return fail(pc, "writes to the frame's header");
    }
    for (size_t w = 0; w < info.words.size(); w++) {
      if (info.words[w] != 'r') continue;
      for (unsigned k = 0; k < 4; k++) {
        uint16_t reg = i[1 + w].reg[k];
        if (reg != kNoReg && !checkRegister(pc, reg, 1)) return false;
      }
    }
    if (Storage s = storageOf(i); s.slots && s.reg + s.slots >= func_.frameSlots)
      return fail(pc, fmt::format("storage of {} slots at register {} is not in the frame", s.slots, s.reg));
    if (op == Op::StrConcatBuf && !checkRegister(pc, i->b, static_cast<unsigned>(std::min<uint64_t>(i[2].word, 0x8000)) * 2)) return false;
    if ((op == Op::Call || op == Op::CallClosure || op == Op::CallIface) && i->a + i->b >= func_.frameSlots)
      return fail(pc, "outgoing area outside the frame");
    return true;
  }

  bool checkTargets(uint32_t pc) {
    bool has;
    int64_t distance = branchDistance(code_[pc], has);
    if (has) {
      int64_t to = pc + distance;
      if (to < 0 || !isStart(static_cast<uint32_t>(to))) return fail(pc, fmt::format("branch to {}", to));
      if (distance < 0 && !hasMap(pc)) return fail(pc, "back edge without stack map");
    }
    auto op = static_cast<Op>(code_[pc].op);
    if (op == Op::JumpTable) {
      auto* table = reinterpret_cast<const int32_t*>(code_ + pc + static_cast<int64_t>(code_[pc + 1].word));
      for (unsigned k = 0; k < code_[pc].b; k++) {
        int64_t to = pc + int64_t{table[k]};
        if (to < 0 || !isStart(static_cast<uint32_t>(to))) return fail(pc, fmt::format("table entry to {}", to));
      }
    }
    if (opInfo(op).effects & kSafepointEffects && !hasMap(pc)) return fail(pc, "safepoint without stack map");
    return true;
  }

  bool checkInlines() {
    if (uint64_t{func_.firstInline} + func_.inlineCount > image_.inlinesCount()) {
      error_ = "inlined calls out of bounds";
      return false;
    }
    for (uint32_t k = 0; k < func_.inlineCount; k++) {
      if (image_.inlines()[func_.firstInline + k].parent <= k) continue;
      error_ = fmt::format("inlined call {} comes before the one around it", k + 1);
      return false;
    }
    return true;
  }

  bool hasMap(uint32_t pc) const {
    const ImageStackMap* first = image_.stackMaps() + func_.firstMap;
    const ImageStackMap* end = first + func_.mapCount;
    auto* at = std::lower_bound(first, end, pc, [](const ImageStackMap& m, uint32_t p) { return m.pc < p; });
    return at != end && at->pc == pc;
  }

  bool checkMaps() {
    if (uint64_t{func_.firstMap} + func_.mapCount > image_.stackMapsCount()) return fail(0, "stack maps out of bounds");
    if (func_.flags & kHasStorage && !func_.mapCount) return fail(0, "no map of the memory slots");
    unsigned span = func_.frameSlots + incomingSlots();
    uint32_t last = 0;
    for (uint32_t k = 0; k < func_.mapCount; k++) {
      const ImageStackMap& m = image_.stackMaps()[func_.firstMap + k];
      if (k && m.pc < last) return fail(m.pc, "stack maps out of order");
      last = m.pc;
      bool pairs = func_.flags & kHasStorage, memory = pairs && m.pc == kMemoryMapPc;
      if (!memory && !isStart(m.pc)) return fail(0, fmt::format("stack map at {} is no instruction", m.pc));
      if (pairs && k + 1 == func_.mapCount && !memory) return fail(0, "no map of the memory slots");
      uint64_t words = (span + 63) / 64;
      if (m.bits + words * (1 + pairs) > image_.mapBitsCount()) return fail(0, "stack map bits out of bounds");
      const uint64_t* bits = image_.mapBits() + m.bits;
      for (uint64_t w = 0; pairs && w < words; w++) {
        if (bits[words + w] & ~bits[w]) return fail(memory ? 0 : m.pc, "stack map names a slot as live that need not hold anything");
      }
      for (unsigned slot = func_.frameSlots - 1u; slot < func_.frameSlots + kFrameHeaderSlots; slot++) {
        if (bits[slot / 64] >> (slot % 64) & 1) return fail(m.pc, "stack map names the frame's header");
      }
      if (span % 64 && bits[words - 1] >> (span % 64)) return fail(m.pc, "stack map beyond the frame");
    }
    return true;
  }

  const ImageView& image_;
  const ImageFunc& func_;
  const Insn* code_ = nullptr;
  std::vector<uint32_t> starts_;
  std::string error_;
};

}  // namespace

std::string verifyFunc(const ImageView& image, const ImageFunc& func) { return Verifier(image, func).run(); }

std::string verifyImage(const ImageView& image) {
  for (uint64_t i = 0; i < image.funcsCount(); i++) {
    const ImageFunc& f = image.funcs()[i];
    std::string error = verifyFunc(image, f);
    if (!error.empty()) return fmt::format("{}: {}", image.string(image.symbols()[f.symbol].name), error);
  }
  return {};
}

}  // namespace burrow
