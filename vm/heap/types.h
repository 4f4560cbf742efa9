// Pointer masks for types that the vm puts together itself.
#pragma once

#include <vector>

#include "vm/bytecode/type_desc.h"

namespace burrow::vm {

/// Sets the bits of the pointer words of a t at byte `offset`; the mask grows by whole 8 bytes as needed.
void addPointerMask(std::vector<uint8_t>& mask, const AbiType* t, uint64_t offset);

}  // namespace burrow::vm
