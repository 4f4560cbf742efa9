// Shared by the linker's files only.
#pragma once

#include "vm/link/linker.h"

namespace burrow::vm::link {

/// Where a symbol is defined.
struct Location {
  Module* module = nullptr;
  uint32_t symbol = 0;
  explicit operator bool() const { return module != nullptr; }
};

Func* funcAt(Module& m, uint32_t index);
char* symbolAddress(Module& m, uint32_t symbol);
/// Memory in the module region that lives for ever; zeroed.
void* regionAllocate(size_t bytes);
/// Registers an image's itab; gives the one that stands for its (interface, type) pair.
Itab* addStaticItab(Itab* tab);
Module* moduleOf(const void* p);
/// End of what the module region has in use: all of it from the base on is mapped, but for the first page.
const char* regionEnd();
extern const Insn kUnlinkedCode[1];

}  // namespace burrow::vm::link
