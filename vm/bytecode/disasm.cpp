// See disasm.h.
#include "vm/bytecode/disasm.h"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <unordered_map>

#include "vm/bytecode/frame.h"
#include "vm/bytecode/operands.h"

namespace burrow {

namespace {

constexpr std::string_view kAllocKindNames[] = {"new",   "variable", "slice",  "append",   "closure", "box", "map",
                                                "map growth", "chan", "string", "variadic", "go",      "defer", "loop"};

/// Lines of a source file; empty if it cannot be read.
const std::vector<std::string>& sourceLines(const std::string& path) {
  static std::unordered_map<std::string, std::vector<std::string>> files;
  auto [it, isNew] = files.try_emplace(path);
  if (isNew) {
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) it->second.push_back(std::move(line));
  }
  return it->second;
}

class Listing {
 public:
  Listing(const ImageView& image, const ImageFunc& func)
      : image_(image), func_(func), code_(image.code() + func.code), symbol_(image.symbols()[func.symbol]) {}

  std::string all(bool source) {
    out_ = fmt::format("{}: {} slots, {} arguments, {} results{}\n", image_.string(symbol_.name), func_.frameSlots,
                       func_.argSlots, func_.resultSlots, flags());
    if (func_.flags & kNative) return out_ + "  (native)\n";
    LineEntry last{0, 0, 0};
    for (uint32_t pc = 0; pc < codeEnd();) {
      LineEntry e = LineTable::find(image_, func_, pc);
      if (e.file != last.file || e.line != last.line || e.inl != last.inl) position(e, source);
      last = e;
      out_ += fmt::format("{}{:6}  {}\n", mark(pc), pc, insn(pc, true));
      if (code_[pc].op >= kOpCount) break;
      pc += insnWords(static_cast<Op>(code_[pc].op));
    }
    return out_;
  }

  std::string insn(uint32_t pc, bool notes) {
    const Insn* i = code_ + pc;
    if (i->op >= kOpCount) return fmt::format("?{:#x}", i->word);
    auto op = static_cast<Op>(i->op);
    const OpInfo& info = opInfo(op);
    std::string args;
    auto add = [&](std::string s) { args += (args.empty() ? "" : ", ") + std::move(s); };
    for (unsigned n = 0; n < 3; n++) {
      uint16_t v = operandOf(*i, n);
      switch (info.role[n]) {
        case Role::_: break;
        case Role::I16: add(std::to_string(static_cast<int16_t>(v))); break;
        case Role::U16: add(std::to_string(v)); break;
        case Role::Off16: add("→" + std::to_string(pc + static_cast<int16_t>(v))); break;
        case Role::Off32: add("→" + std::to_string(pc + i->imm32())); break;
        case Role::I32: add(std::to_string(i->imm32())); break;
        case Role::Addr: add("&" + reg(v)); break;
        case Role::R2: case Role::W2: add(reg(v) + ":2"); break;
        case Role::R3: case Role::W3: add(reg(v) + ":3"); break;
        case Role::RN: case Role::WN: add(fmt::format("{}:{}", reg(v), static_cast<uint32_t>(i[1].word))); break;
        default: add(reg(v)); break;
      }
    }
    std::string note;
    for (unsigned w = 0; w < info.words.size(); w++) {
      const Insn& word = i[1 + w];
      switch (info.words[w]) {
        case 's': case 'f': case 't':
          args += "  " + reference((pc + 1 + w) * 8, word.word);
          break;
        case 'l': args += fmt::format("  {}", literal(op, w, word.word)); break;
        case 'i':
          if (notes) note = siteNote(static_cast<uint32_t>(word.word));
          break;
        case 'r': {
          std::string regs;
          for (unsigned k = 0; k < (op == Op::SliceSlice || op == Op::SliceStr || op == Op::SliceArr ? 3u : 1u); k++)
            regs += (k ? ":" : "") + (word.reg[k] == kNoReg ? std::string() : reg(word.reg[k]));
          args += "  [" + regs + "]";
          break;
        }
        default: break;
      }
    }
    if (op == Op::JumpTable) args += tableText(pc);
    if (notes && info.effects & (kSafepointEffects | Branch)) note += liveNote(pc);
    return fmt::format("{:<16}{}{}{}", info.name, args, note.empty() ? "" : std::string(args.size() < 34 ? 34 - args.size() : 1, ' ') + ";", note);
  }

 private:
  std::string flags() const {
    std::string s;
    if (func_.flags & kHasDefer) s += fmt::format(", defer return at {}", func_.deferReturn);
    if (func_.flags & kWrapper) s += ", wrapper";
    if (func_.flags & kClosure) s += ", closure";
    return s;
  }

  /// Where instructions end and jump tables begin.
  uint32_t codeEnd() const {
    uint32_t end = func_.bodyWords();
    for (uint32_t pc = 0; pc < end;) {
      if (code_[pc].op >= kOpCount) break;
      auto op = static_cast<Op>(code_[pc].op);
      if (op == Op::JumpTable) end = std::min(end, pc + static_cast<uint32_t>(code_[pc + 1].word));
      pc += insnWords(op);
    }
    return end;
  }

  void position(const LineEntry& e, bool source) {
    std::string file(image_.string(e.file));
    out_ += lineText(e) + inlinedAt(e.inl);
    if (source) {
      const auto& lines = sourceLines(file);
      if (e.line >= 1 && e.line <= lines.size()) {
        const std::string& text = lines[e.line - 1];
        size_t first = text.find_first_not_of(" \t");
        if (first != text.npos) out_ += "\t" + text.substr(first);
      }
    }
    out_ += '\n';
  }

  std::string lineText(const LineEntry& e) const {
    std::string_view file = image_.string(e.file);
    return fmt::format("{}:{}", file.substr(file.rfind('/') + 1), e.line);
  }

  /// " (main.get at m.go:12, main.all at m.go:20)": the inlined calls around, innermost first.
  std::string inlinedAt(uint32_t inl) const {
    std::string s;
    while (inl && inl <= func_.inlineCount) {
      LineEntry call = LineTable::find(image_, func_, func_.inlineMark(inl));
      s += fmt::format("{}{} at {}", s.empty() ? " (" : ", ", image_.string(image_.inlines()[func_.firstInline + inl - 1].name),
                       lineText(call));
      inl = call.inl;
    }
    return s.empty() ? s : s + ")";
  }

  std::string reg(uint16_t r) const {
    unsigned incoming = func_.frameSlots + kFrameHeaderSlots;
    if (r == kNoReg) return "_";
    if (r < incoming) return "r" + std::to_string(r);
    unsigned n = r - incoming;
    return n < func_.argSlots ? "arg" + std::to_string(n) : "ret" + std::to_string(n - func_.argSlots);
  }

  std::string reference(uint32_t offset, uint64_t value) const {
    for (uint32_t k = 0; k < symbol_.relocCount; k++) {
      const ImageReloc& r = image_.relocs()[symbol_.firstReloc + k];
      if (r.offset != offset) continue;
      const ImageRef& ref = image_.refs()[r.ref];
      std::string name(image_.string(ref.name));
      if (name.empty() && ref.symbol >= 0) name = local(image_.symbols()[ref.symbol]);
      return r.addend ? fmt::format("{}+{}", name, r.addend) : name;
    }
    return value ? fmt::format("{:#x}", value) : "0";
  }

  /// Static data without a name: text in quotes if it looks like text.
  std::string local(const ImageSymbol& s) const {
    if (s.kind == SymbolKind::RoData) {
      std::string_view text(reinterpret_cast<const char*>(image_.rodata()) + s.offset, std::min<size_t>(s.size, 32));
      bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
      if (printable && !text.empty()) return fmt::format("\"{}{}\"", text, s.size > 32 ? "…" : "");
    }
    constexpr const char* kKinds[] = {"func", "rodata", "data", "bss", "type", "itab"};
    return fmt::format("<{} {:#x}, {} bytes>", kKinds[static_cast<int>(s.kind)], s.offset, s.size);
  }

  static std::string literal(Op op, unsigned word, uint64_t v) {
    if (op == Op::LoadN || op == Op::StoreN)
      return fmt::format("{} slots, {} bytes", static_cast<uint32_t>(v), v >> 32);
    if (op == Op::Select) return fmt::format("sends {:#x}{}", v & ~(uint64_t{1} << 63), v >> 63 ? " default" : "");
    if (op == Op::FrameCopy && word == 0) return fmt::format("to +{} from +{}", static_cast<uint32_t>(v), v >> 32);
    auto s = static_cast<int64_t>(v);
    return s > -1000000 && s < 1000000 ? std::to_string(s) : fmt::format("{:#x}", v);
  }

  std::string tableText(uint32_t pc) const {
    auto* table = reinterpret_cast<const int32_t*>(code_ + pc + static_cast<int64_t>(code_[pc + 1].word));
    std::string s = "  [";
    for (unsigned k = 0; k < code_[pc].b; k++) s += (k ? " " : "") + std::to_string(pc + table[k]);
    return s + "]";
  }

  char mark(uint32_t pc) const {
    if (code_[pc].op >= kOpCount) return ' ';
    auto op = static_cast<Op>(code_[pc].op);
    if (opInfo(op).words.find('i') == std::string_view::npos) return ' ';
    return opInfo(op).effects & Allocs ? '*' : '+';
  }

  std::string siteNote(uint32_t index) const {
    if (index >= image_.sitesCount()) return {};
    const ImageSite& s = image_.sites()[index];
    if (static_cast<AllocKind>(s.kind) == AllocKind::Loop) return fmt::format(" loop of line {}", s.line) + inlinedAt(s.inl);
    std::string note = fmt::format(" {} {}", s.onHeap ? "heap" : "stack", allocKindName(static_cast<AllocKind>(s.kind)));
    if (s.typeName) note += fmt::format(" {}", image_.string(s.typeName));
    if (s.size) note += fmt::format(", {} bytes", s.size);
    if (s.reason) note += fmt::format(": {}", image_.string(s.reason));
    return note + inlinedAt(s.inl);
  }

  std::string liveNote(uint32_t pc) const {
    const ImageStackMap* first = image_.stackMaps() + func_.firstMap;
    const ImageStackMap* end = first + func_.mapCount;
    auto* at = std::lower_bound(first, end, pc, [](const ImageStackMap& m, uint32_t p) { return m.pc < p; });
    if (at == end || at->pc != pc) return {};
    std::string s;
    const uint64_t* bits = image_.mapBits() + at->bits;
    unsigned span = unsigned{func_.frameSlots} + kFrameHeaderSlots + func_.argSlots + func_.resultSlots;
    // Of storage that pointers lead to: in parentheses what is live only if one of them is.
    const uint64_t* live = func_.flags & kHasStorage ? bits + (span + 63) / 64 : bits;
    for (unsigned k = 0; k < span; k++) {
      if (!(bits[k / 64] >> (k % 64) & 1)) continue;
      std::string r = reg(static_cast<uint16_t>(k));
      s += live[k / 64] >> (k % 64) & 1 ? " " + r : " (" + r + ")";
    }
    return s.empty() ? s : " live" + s;
  }

  const ImageView& image_;
  const ImageFunc& func_;
  const Insn* code_;
  const ImageSymbol& symbol_;
  std::string out_;
};

}  // namespace

std::string_view allocKindName(AllocKind kind) {
  auto k = static_cast<size_t>(kind);
  return k < std::size(kAllocKindNames) ? kAllocKindNames[k] : "?";
}

std::string disassemble(const ImageView& image, uint32_t func, bool source) {
  return Listing(image, image.funcs()[func]).all(source);
}

std::string disassembleInsn(const ImageView& image, const ImageFunc& func, uint32_t pc) {
  return Listing(image, func).insn(pc, false);
}

}  // namespace burrow
