// -gcflags: which flags of the compiler are meant for which packages.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "programs/burrow/gc_flags.h"

namespace burrow {

/// The values of -gcflags in order: "flags" for the packages named on the command line, "pattern=flags" for those that the
/// pattern matches. The last value that applies to a package is the one that counts.
class PackageFlagRules {
 public:
  /// What is wrong with the value, or empty. `workDir` is what relative patterns start from.
  std::string add(std::string_view value, const std::string& workDir);
  const GcFlags& flagsFor(const std::string& path, const std::string& dir, bool std) const;
  /// Says that a package was named on the command line.
  void name(const std::string& path) { named_.insert(path); }
  bool empty() const { return rules_.empty(); }
  /// All values taken together: what counts for the whole session (errors, language version).
  const GcFlags& together() const { return together_; }

 private:
  struct Rule {
    std::string pattern;  ///< empty: the packages named on the command line
    std::string base;     ///< relative patterns: the directory that they start from
    GcFlags flags;
  };
  bool matches(const Rule& rule, const std::string& path, const std::string& dir, bool std) const;
  std::vector<Rule> rules_;
  std::set<std::string> named_;
  GcFlags plain_, together_;
};

}  // namespace burrow
