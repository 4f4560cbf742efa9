// Hand-built images for tests of the vm: a small assembler over ImageBuilder.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "vm/bytecode/frame.h"
#include "vm/bytecode/image.h"
#include "vm/interp/interp.h"
#include "vm/link/linker.h"

namespace burrow::testing {

/// One function in the making. Registers of the incoming area are arg(i) and result(i).
class Code {
 public:
  Code(ImageBuilder& image, std::string name, uint16_t frame, uint16_t args = 0, uint16_t results = 0, uint16_t flags = 0)
      : image_(image) {
    f_.name = std::move(name);
    f_.frameSlots = static_cast<uint16_t>(frame + 1);
    f_.argSlots = args;
    f_.resultSlots = results;
    f_.flags = flags;
    f_.startLine = 1;
  }
  uint16_t arg(unsigned i) const { return static_cast<uint16_t>(f_.frameSlots + kFrameHeaderSlots + i); }
  uint16_t result(unsigned i) const { return arg(f_.argSlots + i); }

  uint32_t here() const { return static_cast<uint32_t>(f_.code.size()); }
  uint32_t op(Op o, unsigned a = 0, unsigned b = 0, unsigned c = 0) {
    uint32_t at = here();
    f_.code.push_back(makeInsn(o, static_cast<uint16_t>(a), static_cast<uint16_t>(b), static_cast<uint16_t>(c)));
    if (opInfo(o).effects & kSafepointEffects) map(at, {});
    return at;
  }
  uint32_t op32(Op o, unsigned a, int32_t bc) {
    f_.code.push_back(makeInsn32(o, static_cast<uint16_t>(a), bc));
    return here() - 1;
  }
  Code& word(uint64_t w) {
    Insn i;
    i.word = w;
    f_.code.push_back(i);
    return *this;
  }
  /// A word with the address of a named symbol.
  Code& sym(std::string_view name) { return symRef(image_.ref(name)); }
  Code& symRef(uint32_t ref) {
    f_.relocs.push_back({here() * 8, ref, 0, RelocKind::Abs64});
    return word(0);
  }
  uint32_t call(std::string_view fn, unsigned args, unsigned results) {
    uint32_t at = op(Op::Call, args, results);
    sym(fn);
    return at;
  }
  /// Jump or branch at `from` (whose distance is in c, or b and c) goes to `to`.
  void patch(uint32_t from, uint32_t to) {
    Insn& i = f_.code[from];
    auto distance = static_cast<int32_t>(to) - static_cast<int32_t>(from);
    if (opInfo(static_cast<Op>(i.op)).role[0] == Role::Off32 || opInfo(static_cast<Op>(i.op)).role[1] == Role::Off32)
      i = makeInsn32(static_cast<Op>(i.op), i.a, distance);
    else
      i.c = static_cast<uint16_t>(distance);
    if (distance < 0) map(from, {});
  }
  /// Live pointer slots at the instruction at `pc`.
  void map(uint32_t pc, const std::vector<unsigned>& slots) {
    std::vector<uint64_t>& bits = maps_[pc];
    bits.resize((f_.frameSlots + kFrameHeaderSlots + f_.argSlots + f_.resultSlots + 63u) / 64);
    for (unsigned s : slots) bits[s / 64] |= uint64_t{1} << (s % 64);
  }
  void line(std::string_view file, uint32_t n, uint32_t inl = 0) { f_.lines.push_back({here(), image_.string(file), n, inl}); }
  /// An inlined call, made at file:line in inlined call `parent`; its number.
  uint32_t inlined(std::string_view name, std::string_view file, uint32_t line, uint32_t parent = 0) {
    f_.inlines.push_back({{parent, image_.string(name), 1}, image_.string(file), line});
    return static_cast<uint32_t>(f_.inlines.size());
  }
  void deferReturnHere() { f_.deferReturn = here(); }
  uint32_t finish() {
    for (auto& [pc, bits] : maps_) {
      bits.resize((f_.frameSlots + kFrameHeaderSlots + f_.argSlots + f_.resultSlots + 63u) / 64);
      std::copy(bits.begin(), bits.end(), f_.maps.add(pc, static_cast<uint32_t>(bits.size())));
    }
    return image_.addFunc(f_);
  }

 private:
  ImageBuilder& image_;
  ImageBuilder::Function f_;
  std::map<uint32_t, std::vector<uint64_t>> maps_;
};

/// Adds a bodyless function: a native.
inline void addNative(ImageBuilder& image, std::string name, uint16_t args, uint16_t results) {
  ImageBuilder::Function f;
  f.name = std::move(name);
  f.flags = kNative;
  f.frameSlots = 1;
  f.argSlots = args;
  f.resultSlots = results;
  image.addFunc(f);
}

/// Loads what the builder holds.
vm::Module* load(ImageBuilder& image);
/// Runs a function without arguments on a goroutine of its own, to its end; returns how often it yielded.
int run(std::string_view name);
/// A global of 8 bytes.
uint64_t& global(std::string_view name);

}  // namespace burrow::testing
