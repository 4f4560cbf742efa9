// What compilers say about code while they emit it, for those who look at it: which instruction of the bytecode it stands for. Nothing is
// kept unless somebody asked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "jit/assembler.h"
#include "vm/func.h"

namespace burrow::jit {

struct Notes {
  struct Place {
    uint32_t offset, word;       ///< code from here on stands for the instruction at this word
  };
  bool places = false, text = false;  ///< what is wanted
  std::vector<Place> list;       ///< of the function compiled last, by offset
  asmjit::StringLogger listing;  ///< its text
};
extern Notes notes;

/// Before the code of one instruction.
void noteInstruction(x86::Assembler& a, const vm::Func& f, uint32_t word);
inline void note(x86::Assembler& a, const vm::Func& f, uint32_t word) {
  if (notes.places || notes.text) [[unlikely]]
    noteInstruction(a, f, word);
}
/// A heading in the listing.
void noteText(x86::Assembler& a, const char* text);

}  // namespace burrow::jit
