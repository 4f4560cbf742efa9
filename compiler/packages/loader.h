// Import paths to source files: std (with the overlay), modules, directories, single files.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/packages/build_context.h"
#include "compiler/packages/goroot.h"
#include "compiler/packages/modfile.h"
#include "compiler/packages/overlay.h"
#include "compiler/source/diagnostics.h"
#include "compiler/source/file_set.h"
#include "compiler/source/pos.h"

namespace burrow {

/// One import declaration.
struct ImportSpec {
  std::string path;      ///< as written
  std::string resolved;  ///< import path of the package it means ("vendor/golang.org/x/…" within std)
  Pos pos;
  std::string error;          ///< why it may not be imported here
  bool stackInError = false;  ///< go shows how the importing package was reached
};

struct EmbedSpec {
  Pos pos;
  std::string pattern;
};

/// The sources of one package, selected but not parsed further than their imports.
struct PackageSource {
  std::string path;               ///< import path; "command-line-arguments" for files given by name
  std::string dir;
  std::string name;
  bool std = false;
  bool hasAsm = false;            ///< has .s files: functions without body are legal
  std::string goVersion;          ///< language version, "go1.26"
  const GoModule* module = nullptr;
  const OverlayEntry* overlay = nullptr;
  std::vector<uint32_t> files, testFiles, xtestFiles;  ///< indices into the FileSet
  std::vector<ImportSpec> imports, testImports, xtestImports;
  std::string error;              ///< gc's words; the package cannot be compiled
  bool importsParsed = false;
  std::map<std::string, std::string, std::less<>> importMap;  ///< generated packages: path as written → package it means

  bool isCommand() const { return name == "main"; }
};

struct LoaderConfig {
  std::string workDir;            ///< current directory
  std::set<std::string, std::less<>> tags;
  bool namesAsGiven = false;      ///< show files under the names they were given by (tool compile)
  bool tests = false;             ///< read _test.go files of the packages named on the command line
};

/// Finds packages. Owns their PackageSource values for its lifetime.
class Loader {
 public:
  Loader(FileSet& files, LoaderConfig config);

  /// Reads go.mod and so on; empty, or what is wrong.
  std::string init();
  const GoRoot& goRoot() const { return root_; }
  const ModuleGraph& modules() const { return modules_; }

  /// A package for files given by name.
  PackageSource* loadFiles(const std::vector<std::string>& names);
  /// A package for text that is not in a file (standard input, the main package of a test). Paths in `importMap` mean
  /// what it says; with a map, std's internal packages may be imported too.
  PackageSource* loadText(const std::string& name, std::string text, std::map<std::string, std::string, std::less<>> importMap = {});
  /// A directory ("." , "./x", absolute).
  PackageSource* loadDir(const std::string& dir, bool tests);
  /// A package by import path. Never null; check `error`.
  PackageSource* loadPath(std::string_view path, bool tests = false);
  /// What `written` means when imported by `from`; sets error in gc's words if it may not or cannot be imported.
  std::string resolveImport(const PackageSource& from, std::string_view written, std::string& error);
  bool isStd(std::string_view path) const;

  /// Everything wrong with the packages and what they import, in go's words and order; empty: they can be compiled.
  std::vector<std::string> check(const std::vector<PackageSource*>& roots);

  /// Packages for command-line arguments: paths, directories, "./...", "std".
  std::vector<PackageSource*> expand(const std::vector<std::string>& patterns, bool tests, std::string& error);
  /// Import paths of every package of std for linux without cgo.
  std::vector<std::string> stdPackages() const;
  /// As go shows a file: relative to the working directory if that is shorter ("./x.go").
  std::string displayName(const std::string& path) const;

 private:
  std::string stdPathOf(const std::string& dir) const;
  std::string languageOfStd(std::string_view path);
  PackageSource* create(std::string path, std::string dir);
  void selectFiles(PackageSource& p, bool tests);
  void addFile(PackageSource& p, const std::string& path, const std::string& display, std::string text, bool tests);
  void parseImports(PackageSource& p, uint32_t file, std::vector<ImportSpec>& out, bool forTests);
  std::string headerError(uint32_t file, const Diagnostics& diagnostics) const;
  void resolveAll(PackageSource& p);

  FileSet& files_;
  LoaderConfig config_;
  GoRoot root_;
  ModuleGraph modules_;
  Overlay overlay_;
  std::map<std::string, Vendored, std::less<>> vendored_;  ///< of the Go tree: by what stands before vendor/, once asked for
  std::map<std::string, std::unique_ptr<PackageSource>, std::less<>> packages_;
  std::vector<std::unique_ptr<PackageSource>> unnamed_;
};

}  // namespace burrow
