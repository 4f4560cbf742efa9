// The phases in order, for a package and everything it imports; and the store of compiled packages.
//
// std is compiled once, into a directory beside the binary; packages of the user go to a cache by content. Both hold the
// same images. An image is used only if it is whole (checksum), made by this very compiler (build id), and compiled
// against the images it will be linked with (hashes of its imports); otherwise it is made anew.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "compiler/packages/loader.h"
#include "compiler/source/diagnostics.h"
#include "compiler/types/checker_api.h"
#include "vm/bytecode/image.h"

namespace burrow {

namespace ir {
struct Unit;
}

/// How one package is to be optimized and reported on (-m, -l).
struct PackageFlags {
  int remarkLevel = 0;            ///< -m: such a package is compiled even if a compiled one is at hand
  bool inlining = true;           ///< -l
  bool cheapCalls = false;        ///< -l=4
  bool smallFrames = false, mutations = false, checkPtr = false;  ///< -smallframes, -d=escapemutationscalls, -d=checkptr
  bool plain() const { return remarkLevel == 0 && inlining && !cheapCalls && !smallFrames && !checkPtr; }
};

struct CompileOptions {
  bool escapeOff = false;         ///< code puts everything on the heap; std too
  bool countLoops = false;        ///< for runs that count sites: so do loops around them, except in the standard library
  bool noCache = false;           ///< neither read nor write the user's cache
  bool allErrors = false;         ///< -e
  int errorLimit = 10;
  std::string langVersion;        ///< -lang: overrides the package's version ("go1.17")
  std::string pkgPath;            ///< -p of tool compile
  bool singlePackage = false;     ///< tool compile: what cannot be imported is an error at its import declaration
  bool runtimeRules = false;      ///< -+: the runtime's rules (go:nowritebarrier, types not in the heap)
  bool bodyless = false;          ///< -complete=0: functions without a body are declared elsewhere
  std::string localImports;       ///< -D: where relative imports are looked for
  bool time = false;              ///< print what each phase took
  std::string dump;               ///< "ast", "ir": print that stage of the named package
  std::string dumpFunc;
  std::string stdDir, cacheDir;   ///< empty: the usual places
};

/// Where the compiled standard library is: $BURROW_STD, else beside the binary.
std::string stdDirectory();

/// A package with its image, in memory or mapped from a file.
struct CompiledPackage {
  std::string path;
  std::string file;               ///< of the image; empty: `owned` only
  std::string owned;
  ImageView view;
  std::string_view bytes;
  Package* types = nullptr;       ///< loaded when an importer asks
  std::vector<CompiledPackage*> imports;  ///< everything the image refers to
  PackageSource* source = nullptr;
  uint64_t contentHash() const { return view.header().contentHash; }
};

struct PhaseTimes {
  double parse = 0, check = 0, ir = 0, inlining = 0, escape = 0, codegen = 0;
  uint64_t lines = 0, packages = 0;
};

/// Where packages of the user are kept; empty: nowhere.
std::string userCacheDir();

class Compiler {
 public:
  Compiler(FileSet& files, Loader& loader, CompileOptions options);
  ~Compiler();

  /// The compiled package, after its imports; null if there were errors (see `onErrors`).
  CompiledPackage* compile(PackageSource* source);
  /// What a set of files is: the package, the package with its own _test files (it takes the plain one's place for all
  /// importers in this session: tests only add declarations), or the external test package.
  enum class Variant : uint8_t { Plain, Test, External };
  CompiledPackage* compileFiles(PackageSource* source, const std::vector<uint32_t>& files, const std::string& path, Variant variant);
  CompiledPackage* compilePath(std::string_view path);
  /// The image of `path` is in a file (importcfg), which is looked at when somebody imports the package.
  void useImage(const std::string& path, const std::string& file) { imageFiles_[path] = file; }
  /// Everything that has to be loaded to run `main`, imports first; the runtime always.
  std::vector<CompiledPackage*> linkOrder(CompiledPackage* main);
  /// Compiles all of std into the store; number of packages that failed.
  int buildStd(const std::function<void(const std::string& path, bool ok)>& progress);

  /// Receives the diagnostics of a package that failed (or the loader's message, with no diagnostics).
  std::function<void(const PackageSource&, const Diagnostics*, const std::string& message)> onErrors;
  /// The flags of a package, if they can be other than plain for any; and who takes the remarks once it is compiled.
  std::function<PackageFlags(const std::string& path, const std::string& dir, bool std)> packageFlags;
  std::function<void(const PackageSource&, const ir::Unit&)> onRemarks;
  const PhaseTimes& times() const { return times_; }
  static uint64_t compilerHash();

 private:
  CompiledPackage* find(const std::string& path);
  CompiledPackage* fromStore(const std::string& path);
  CompiledPackage* fromImage(const std::string& path, const std::string& file);
  bool isKnown(const std::string& path) const { return byPath_.count(path) || imageFiles_.count(path) || loader_.isStd(path); }
  std::unique_ptr<CompiledPackage> mapImage(const std::string& file, const std::string& path);
  CompiledPackage* build(PackageSource& source, const std::vector<uint32_t>& files, const std::string& path,
                         const std::string& saveTo, uint64_t contentHash);
  void optimize(ir::Unit& unit, const PackageSource& source);
  std::string importPathFor(std::string_view written, const std::string& importer, std::string& error) const;
  Package* typesOf(CompiledPackage* p);
  bool linkImports(CompiledPackage& p);
  uint64_t hashOf(const PackageSource& source, const std::vector<uint32_t>& files, const std::string& path,
                  const std::vector<CompiledPackage*>& imports) const;
  PackageFlags flagsOf(const PackageSource& source) const;
  void fail(const PackageSource& source, const Diagnostics* diagnostics, const std::string& message);

  FileSet& files_;
  Loader& loader_;
  CompileOptions options_;
  Arena arena_;
  Arena treeArena_, irArena_;              ///< of the package being compiled; reset after each
  std::map<std::string, CompiledPackage*> byPath_;
  std::map<std::string, std::string> imageFiles_;
  std::map<std::string, bool> busy_;       ///< import cycles
  std::set<std::string> variants_;         ///< packages compiled with their tests
  bool special_ = false;                   ///< some package has flags of its own: nothing is kept
  std::vector<std::string> stack_;         ///< packages being compiled, outermost first
  std::vector<std::unique_ptr<CompiledPackage>> owned_;
  PhaseTimes times_;
};

}  // namespace burrow
