// What the commands share: flags, a loader and compiler, error output as go prints it, running a program.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "compiler/driver.h"
#include "compiler/ir/ir.h"
#include "programs/burrow/link_flags.h"
#include "programs/burrow/package_flags.h"
#include "vm/vm.h"

namespace burrow {

/// Flags of every command that compiles.
struct CompileFlags {
  CompileOptions options;
  std::vector<std::string> tags, gcflags, ldflags;
  std::string mod;
  PackageFlagRules packageFlags;
  LinkFlags link;
  bool json = false;              ///< remarks as JSON
  /// Gets the explanations of escape analysis (-m=2) of the program's packages, and with `explainStd` of the standard library's, too.
  std::function<void(const FileSet& files, const PackageSource& source, const ir::Unit& unit)> explain;
  bool explainStd = false;
  void add(CLI::App& app);
  /// Puts what -gcflags and --mod say into `options`; what is wrong with them, or empty.
  std::string finish();
};

/// Flags of every command that runs code (design: the same for all).
struct VmFlags {
  vm::VmConfig config;
  std::string jit = "on", escape = "on";
  uint32_t jitThreshold = 100, jitImproveAfter = 2000, jitLimit = ~0u, jitRegisters = 0;
  std::string jitTier = "optimizing";
  bool jitStats = false, jitPerf = false, jitGdb = false, jitSync = false;
  std::vector<std::string> jitDump;
  std::string maxHeap, maxStack;
  std::string runStats;           ///< file that gets statistics of the run as JSON: what burrow bench reads
  void add(CLI::App& app);
  /// Completes `config` from flags and environment (GOGC, GOMAXPROCS); what is wrong, or empty.
  std::string finish();
  /// Makes the vm of this process run so. Before images are loaded.
  void apply() const;
};

/// What the flags of gc mean for the compilation of one package.
PackageFlags packageFlagsOf(const GcFlags& gc);

/// Writes statistics of the run to a file when the program ends. Called when the program is about to be loaded.
void writeRunStatsAtExit(const std::string& file);

/// The arguments of tool compile.
struct ToolCompile {
  std::string path, importcfg, output;
  bool std = false, allowBodyless = true, noColumns = false;
  PackageFlags package;
};

class Session {
 public:
  explicit Session(const CompileFlags& flags, bool tests = false, bool namesAsGiven = false);
  /// False after printing what is wrong (malformed go.mod, …).
  bool init();
  FileSet& files() { return files_; }
  Loader& loader() { return loader_; }
  Compiler& compiler() { return compiler_; }
  /// Says that a package was named on the command line: -gcflags without a pattern is meant for it.
  void name(const std::vector<PackageSource*>& sources);
  void name(const std::string& path) { packageFlags_.name(path); }
  /// Finds missing packages, import cycles and the like before anything is compiled; false after printing them.
  bool checkLoaded(const std::vector<PackageSource*>& sources);
  /// A command needs a function main; false after saying that it has none.
  bool checkMain(const CompiledPackage& main);
  /// Errors as `go build` shows them: "# package" and the lines.
  void printErrors(const PackageSource& source, const Diagnostics* diagnostics, const std::string& message);

  /// Compiles files as one package, like go tool compile: errors without a heading, names as given.
  int compileFiles(const std::vector<std::string>& names, const ToolCompile& tool);

  /// Makes main and what it needs known to the vm; false after saying why not.
  bool load(CompiledPackage* main);
  /// Loads main and what it needs, and runs it. Exit status of the program, or 1 if loading failed. `loaded` is called before
  /// the first initialiser runs.
  int run(CompiledPackage* main, const std::vector<std::string>& args, const VmFlags& flags, void (*loaded)() = nullptr);

 private:
  void printRemarks(const PackageSource& source, const ir::Remarks& remarks);

  const CompileFlags& flags_;
  PackageFlagRules packageFlags_;
  const ToolCompile* tool_ = nullptr;
  FileSet files_;
  Loader loader_;
  Compiler compiler_;
};

/// Go's flag style: -name and --name mean the same. Rewrites up to the first argument that is no flag, as the flags of
/// `app` tell.
std::vector<std::string> goStyle(const CLI::App& app, const std::vector<std::string>& args);
/// Parses args (without the command's name) into app; everything from the first positional on is in app.remaining().
/// Returns -1 to go on, or an exit status.
int parseFlags(CLI::App& app, const std::vector<std::string>& args);
/// The arguments from the first positional on.
std::vector<std::string> positionals(const CLI::App& app);
/// The flags of burrow run that were given to `app`, one word each, for the program's further processes: not those that say what
/// the compiler prints or where statistics go.
std::vector<std::string> givenFlags(const CLI::App& app);
/// Completes both; false after printing what is wrong.
bool finishFlags(CompileFlags& flags, VmFlags& vmFlags);

/// Called when a program has been compiled and is about to be loaded: with its name on the command line and its arguments.
using BeforeRun = std::function<void(const std::vector<std::string>& programArgs)>;
/// What burrow run does with its flags and arguments once they are parsed into `app`: for every command that runs a program.
int runArguments(const CLI::App& app, CompileFlags& flags, VmFlags& vmFlags, const BeforeRun& before = {});
int cmdRun(const std::vector<std::string>& args);
int cmdBench(const std::vector<std::string>& args);
int cmdProfile(const std::vector<std::string>& args);
int cmdBuild(const std::vector<std::string>& args);
int cmdTest(const std::vector<std::string>& args);
int cmdTool(const std::vector<std::string>& args);
int toolCounts(const std::vector<std::string>& args);
int cmdDisasm(const std::vector<std::string>& args);
int cmdExplain(const std::vector<std::string>& args);

}  // namespace burrow
