// The flows that force values to the heap, for a profile's sites: what escape analysis said when the program was compiled.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/ir/ir.h"
#include "compiler/packages/loader.h"
#include "profiler/profile.h"

namespace burrow {

/// Filled while packages are compiled with explanations (-m=2), read when the profile is there.
class ProfileFlows {
 public:
  void read(const FileSet& files, const PackageSource& source, const ir::Unit& unit);
  /// Sets Site::flow of sites on the heap.
  void fill(profiler::Profile& profile) const;

 private:
  /// File, line and column of the construct, and the line of the call that it was inlined at, or its own.
  using Key = std::tuple<std::string, uint32_t, uint32_t, uint32_t>;
  struct Flow {
    std::string what;   ///< "x", "... argument", "func literal"
    std::string text;
  };
  static const std::string* choose(const std::vector<Flow>& flows, const std::string& kind);
  std::map<Key, std::vector<Flow>> flows_;
};

}  // namespace burrow
