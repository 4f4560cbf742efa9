// go.mod, go.work and vendor/modules.txt: what imports of a module's packages resolve to.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace burrow {

struct ModuleVersion {
  std::string path, version;
};
struct Replacement {
  std::string oldPath, oldVersion;   ///< oldVersion empty: all
  std::string newPath, newVersion;   ///< newVersion empty: newPath is a directory
};
struct ModFile {
  std::string module, goVersion;     ///< goVersion "1.26", empty: 1.16
  std::vector<ModuleVersion> require;
  std::vector<Replacement> replace;
  std::vector<std::string> use;      ///< go.work
  std::vector<std::pair<std::string, std::string>> godebug;
};

/// Parses go.mod or go.work text; `error` gets "line: message" in go's words.
ModFile parseModFile(std::string_view text, std::string& error);

/// A module whose packages can be imported: path prefix and directory.
struct GoModule {
  std::string path, dir, version, goVersion;
  bool main = false;
};

/// What vendor/modules.txt says: package path → its module.
using Vendored = std::map<std::string, GoModule, std::less<>>;
/// Reads it from a vendor directory; empty if there is none.
Vendored readVendored(const std::string& vendorDir);

/// The modules visible from a directory: main module(s), requirements (module cache), replacements, vendor.
class ModuleGraph {
 public:
  /// Finds go.work or go.mod upwards from dir. False (error set) if one is malformed; no go.mod at all is no error.
  bool load(const std::string& dir, std::string& error);
  bool hasMain() const { return !mains_.empty(); }
  const GoModule* mainFor(std::string_view dir) const;   ///< main module that contains a directory
  const std::vector<GoModule>& mains() const { return mains_; }
  /// Directory of the package, and its module; empty if no module provides it (error set, in go's words).
  std::string findPackage(std::string_view importPath, const GoModule** module, std::string& error) const;
  const ModFile& mainFile() const { return mainFile_; }

 private:
  std::vector<GoModule> mains_, deps_;
  std::vector<std::string> missing_;                    ///< required modules that are not in the module cache
  Vendored vendored_;
  std::string vendorDir_, root_;
  bool workspace_ = false;
  ModFile mainFile_;
};

}  // namespace burrow
