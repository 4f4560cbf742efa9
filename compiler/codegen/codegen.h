// ir to image: lowering, register assignment, bytecode, stack maps, type descriptors, static data.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "compiler/ir/ir.h"
#include "vm/bytecode/image.h"

namespace burrow {

struct CodegenOptions {
  bool escapeOff = false;   ///< everything on the heap
  bool std = false;
  bool countLoops = false;  ///< CountLoop before loops that contain allocations, except the standard library's
  std::string exports;      ///< export data, stored with the image
  uint64_t compilerHash = 0, contentHash = 0;
  std::function<bool(std::string_view path)> isStd;             ///< whether a package is of the standard library; null: none is
  std::function<bool(std::string_view file)> isStdFile;         ///< whether a source file is the standard library's; null: none is
  std::function<uint64_t(const std::string& path)> importHash;  ///< contentHash of an image this one was compiled against; 0: unknown
};

/// The finished image of a package. Errors of the user that only show here (a frame too large, …) go to `diagnostics`.
std::string generate(ir::Unit& unit, const CodegenOptions& options, Diagnostics& diagnostics);

}  // namespace burrow
