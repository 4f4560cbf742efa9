// ir to image: lowering, register assignment, bytecode, stack maps, type descriptors, static data.
#pragma once

#include <string>

#include "compiler/ir/ir.h"
#include "vm/bytecode/image.h"

namespace burrow {

struct CodegenOptions {
  bool escapeOff = false;   ///< everything on the heap
  bool std = false;
  std::string exports;      ///< export data, stored with the image
  uint64_t compilerHash = 0, contentHash = 0;
  std::vector<std::pair<std::string, uint64_t>> importHashes;  ///< path, contentHash of every image this one was compiled against
};

/// The finished image of a package. Errors of the user that only show here (a frame too large, …) go to `diagnostics`.
std::string generate(ir::Unit& unit, const CodegenOptions& options, Diagnostics& diagnostics);

}  // namespace burrow
