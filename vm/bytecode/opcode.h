// Instructions and what is known about each opcode; everything here is derived from opcodes.def.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace burrow {

enum class Op : uint16_t {
#define BURROW_OP(name, ...) name,
#include "vm/bytecode/opcodes.def"
};

/// Meaning of an operand: see the head of opcodes.def.
enum class Role : uint8_t { _, R, W, R2, W2, R3, W3, RW, RN, WN, Addr, I16, U16, Off16, Off32, I32 };

enum Effect : uint16_t { Traps = 1, Allocs = 2, Parks = 4, Calls = 8, Branch = 16, Ends = 32 };
inline constexpr uint16_t kSafepointEffects = Allocs | Parks | Calls;

struct OpInfo {
  std::string_view name;
  Role role[3];
  std::string_view words;  ///< one letter a word: s l f t i r
  uint16_t effects;
};

inline constexpr auto kOpInfo = [] {
  using enum Role;
#define BURROW_OP(name, a, b, c, words, fx) \
  OpInfo{#name, {a, b, c}, std::string_view(words) == "-" ? std::string_view() : std::string_view(words), fx},
  return std::to_array<OpInfo>({
#include "vm/bytecode/opcodes.def"
  });
}();
inline constexpr size_t kOpCount = kOpInfo.size();
constexpr const OpInfo& opInfo(Op op) { return kOpInfo[static_cast<size_t>(op)]; }

/// One word of code: an instruction, or the data that follows one.
union Insn {
  struct {
    uint16_t op, a, b, c;
  };
  uint64_t word;
  uint16_t reg[4];  ///< an "r" word

  int32_t imm32() const { return static_cast<int32_t>(b | uint32_t{c} << 16); }
  int16_t simmB() const { return static_cast<int16_t>(b); }
  int16_t simmC() const { return static_cast<int16_t>(c); }
};
static_assert(sizeof(Insn) == 8);

constexpr Insn makeInsn(Op op, uint16_t a = 0, uint16_t b = 0, uint16_t c = 0) {
  return Insn{{static_cast<uint16_t>(op), a, b, c}};
}
constexpr Insn makeInsn32(Op op, uint16_t a, int32_t bc) {
  return Insn{{static_cast<uint16_t>(op), a, static_cast<uint16_t>(bc), static_cast<uint16_t>(bc >> 16)}};
}
/// Words that an instruction takes, itself included.
constexpr unsigned insnWords(Op op) { return 1 + static_cast<unsigned>(opInfo(op).words.size()); }

inline constexpr uint16_t kNoReg = 0xffff;
/// Frame storage of a map iterator: 12 slots; every slot may be treated as a pointer (non-pointers hold
/// small numbers). The same layout is internal/runtime/maps.Iter in the overlay.
inline constexpr unsigned kMapIterSlots = 12;
/// Frame storage of a map header made by MakeMapStack; every slot may be treated as a pointer.
inline constexpr unsigned kMapSlots = 6;
/// Entries of a small map, which a header made by MakeMapStack may have in the frame.
inline constexpr unsigned kMapSmallEntries = 8;
/// Frame buffers of small results that do not escape: 32 bytes, or 32 runes, as gc has them.
inline constexpr unsigned kBufSlots = 4, kRuneBufSlots = 16;
/// In an instruction's site word: the buffer is not used, but what takes its place has its capacity (--escape=off).
inline constexpr uint64_t kBufOnHeap = uint64_t{1} << 33;
/// Frame storage of a defer record made by DeferStack.
inline constexpr unsigned kDeferSlots = 6;

}  // namespace burrow
