// Package loading, after cmd/go's load and go/build.
#include "compiler/packages/loader.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "compiler/packages/files.h"
#include "compiler/source/diagnostics.h"
#include "compiler/syntax/parser.h"
#include "compiler/types/constant.h"

namespace burrow {

namespace {

bool isTestFile(std::string_view name) { return name.ends_with("_test.go"); }
bool isIgnoredName(std::string_view name) { return name.starts_with('_') || name.starts_with('.'); }

/// Decodes the string literal of an import.
std::string unquote(std::string_view text) {
  constant::Value v = constant::makeFromLiteral(text, syntax::LitKind::String);
  return v ? std::string(constant::stringVal(v)) : std::string();
}

/// Whether a file has an import of "C". Comments apart, such an import stands alone at the beginning of a line.
bool importsC(std::string_view text) {
  for (size_t at = 0; (at = text.find("\"C\"", at)) != std::string_view::npos; ++at) {
    size_t line = text.rfind('\n', at);
    line = line == std::string_view::npos ? 0 : line + 1;
    std::string_view before = text.substr(line, at - line);
    while (!before.empty() && (before.back() == ' ' || before.back() == '\t')) before.remove_suffix(1);
    if (before == "import") return true;
  }
  return false;
}

/// Whether functions of a package are written in assembly. An empty .s file, as packages with linknames have, is none.
bool definesAssembly(const std::string& dir, const std::vector<std::string>& names, const BuildContext& context) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    std::string text, error;
    return name.ends_with(".s") && context.matchName(name) && readFile(dir + "/" + name, text) && context.matchText(text, error) &&
           text.find("TEXT") != std::string::npos;
  });
}

/// A first element without a dot can only be std.
bool looksStd(std::string_view path) {
  std::string_view first = path.substr(0, path.find('/'));
  return first.find('.') == std::string_view::npos;
}

}  // namespace

Loader::Loader(FileSet& files, LoaderConfig config) : files_(files), config_(std::move(config)) {
  if (config_.workDir.empty()) config_.workDir = absolutePath(".");
}

std::string Loader::init() {
  root_ = findGoRoot();
  if (std::string e = overlay_.load(overlayDir()); !e.empty()) return e;
  std::string error;
  modules_.load(config_.workDir, error);
  if (size_t at = error.find(config_.workDir + "/"); at != std::string::npos && config_.workDir != "/") error.erase(at, config_.workDir.size() + 1);
  return error;
}

bool Loader::isStd(std::string_view path) const {
  if (path == "unsafe") return true;
  if (std::any_of(path.begin(), path.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; })) return false;
  if (path.empty() || path.front() == '/' || path.back() == '/' || path.starts_with("./") || path.starts_with("../")) return false;
  if (!looksStd(path)) return path.starts_with("vendor/golang.org/");
  if (const OverlayEntry* o = overlay_.find(path); o && o->replace) return true;
  return !root_.dir.empty() && isDirectory(root_.dir + "/src/" + std::string(path));
}

std::string Loader::displayName(const std::string& path) const {
  std::string relative = std::filesystem::path(path).lexically_relative(config_.workDir).string();
  if (relative.empty() || relative.size() >= path.size()) return path;
  return relative.find('/') == std::string::npos ? "./" + relative : relative;
}

PackageSource* Loader::create(std::string path, std::string dir) {
  auto p = std::make_unique<PackageSource>();
  p->path = std::move(path);
  p->dir = std::move(dir);
  PackageSource* raw = p.get();
  packages_[raw->path] = std::move(p);
  return raw;
}

/// The language version of a package of the Go tree: this release's, but for what it has vendored from older modules.
std::string Loader::languageOfStd(std::string_view path) {
  size_t at = path.find("vendor/");
  if (at != 0 && path.substr(0, at) != "cmd/") return kGoVersion;
  auto [list, isNew] = vendored_.try_emplace(std::string(path.substr(0, at)));
  if (isNew) list->second = readVendored(root_.dir + "/src/" + list->first + "vendor");
  auto version = list->second.find(path.substr(at + 7));
  return version == list->second.end() ? kGoVersion : "go" + version->second.goVersion;
}

PackageSource* Loader::loadPath(std::string_view path, bool tests) {
  if (auto it = packages_.find(path); it != packages_.end()) return it->second.get();
  std::string key(path);
  if (isStd(path)) {
    PackageSource* p = create(key, root_.dir + "/src/" + key);
    p->std = true;
    p->goVersion = languageOfStd(path);
    p->overlay = overlay_.find(path);
    if (root_.dir.empty()) p->error = root_.error;
    else selectFiles(*p, tests);
    return p;
  }
  if (looksStd(path) && modules_.mains().end() == std::find_if(modules_.mains().begin(), modules_.mains().end(), [&](const GoModule& m) {
        return path == m.path || path.starts_with(m.path + "/");
      })) {
    PackageSource* p = create(key, "");
    p->error = root_.dir.empty() ? root_.error : "package " + key + " is not in std (" + root_.dir + "/src/" + key + ")";
    return p;
  }
  const GoModule* module = nullptr;
  std::string error;
  std::string dir = modules_.findPackage(path, &module, error);
  PackageSource* p = create(key, dir);
  p->module = module;
  p->overlay = overlay_.find(path);
  p->error = error;
  p->goVersion = "go" + (module ? module->goVersion : std::string("1.16"));
  if (error.empty()) selectFiles(*p, tests);
  return p;
}

/// The import path of a directory of std, by whatever links it and the Go tree are reached; empty if it is none.
std::string Loader::stdPathOf(const std::string& dir) const {
  if (root_.dir.empty()) return {};
  std::string src = root_.dir + "/src/";
  if (dir.starts_with(src)) return dir.substr(src.size());
  std::error_code failed;
  std::string real = std::filesystem::canonical(dir, failed).string();
  if (!failed) src = std::filesystem::canonical(src, failed).string() + "/";
  return !failed && real.starts_with(src) ? real.substr(src.size()) : std::string();
}

PackageSource* Loader::loadDir(const std::string& name, bool tests) {
  std::string dir = absolutePath(name.starts_with('/') ? name : config_.workDir + "/" + name);
  if (std::string path = stdPathOf(dir); !path.empty()) return loadPath(path, tests);
  const GoModule* module = modules_.mainFor(dir);
  std::string path = module ? module->path + dir.substr(module->dir.size()) : "_" + dir;
  if (auto it = packages_.find(path); it != packages_.end()) return it->second.get();
  PackageSource* p = create(path, dir);
  p->module = module;
  p->goVersion = module ? "go" + module->goVersion : std::string(kGoVersion);
  if (!isDirectory(dir)) p->error = "stat " + dir + ": directory not found";
  else selectFiles(*p, tests);
  return p;
}

PackageSource* Loader::loadFiles(const std::vector<std::string>& names) {
  auto owned = std::make_unique<PackageSource>();
  PackageSource* p = owned.get();
  unnamed_.push_back(std::move(owned));
  p->path = "command-line-arguments";
  p->dir = absolutePath(names.empty() ? "." : dirName(absolutePath(names[0])));
  p->module = modules_.mainFor(p->dir);
  p->goVersion = p->module ? "go" + p->module->goVersion : std::string(kGoVersion);
  for (const std::string& name : names) {
    std::string path = absolutePath(name), text, error;
    if (!readFile(path, text)) {
      bool named = !config_.namesAsGiven && errno == EISDIR;
      p->error = named ? name + " is a directory, should be a Go file" : (config_.namesAsGiven ? "open " : "stat ") + name + ": " + errorText(errno);
      return p;
    }
    if (dirName(path) != p->dir && !config_.namesAsGiven) {
      auto shown = [&](const std::string& dir) { return cleanPath(dirName(dir)); };
      p->error = "named files must all be in one directory; have " + shown(names[0]) + " and " + shown(name);
      return p;
    }
    // Files given by name are taken whatever their constraints say, which must be well-formed nevertheless.
    BuildContext context;
    context.matchText(text, error);
    if (!error.empty() && !config_.namesAsGiven) {
      p->error = name + ": " + error;
      return p;
    }
    addFile(*p, path, config_.namesAsGiven ? name : displayName(path), std::move(text), config_.tests);
  }
  resolveAll(*p);
  return p;
}

PackageSource* Loader::loadText(const std::string& name, std::string text, std::map<std::string, std::string, std::less<>> importMap) {
  auto owned = std::make_unique<PackageSource>();
  PackageSource* p = owned.get();
  unnamed_.push_back(std::move(owned));
  p->path = "command-line-arguments";
  p->dir = config_.workDir;
  p->module = modules_.mainFor(p->dir);
  p->goVersion = p->module && importMap.empty() ? "go" + p->module->goVersion : std::string(kGoVersion);
  p->importMap = std::move(importMap);
  addFile(*p, name, name, std::move(text), false);
  resolveAll(*p);
  return p;
}

void Loader::selectFiles(PackageSource& p, bool tests) {
  BuildContext context;
  context.tags = config_.tags;
  std::vector<std::string> names;
  const OverlayEntry* o = p.overlay;
  if (!(o && o->replace)) names = listDir(p.dir);
  p.hasAsm = p.std || std::any_of(names.begin(), names.end(), [](const std::string& n) { return n.ends_with(".s"); });
  if (p.std) context.tags.insert("math_big_pure_go");
  if (!(o && o->amd64) && (p.std || definesAssembly(p.dir, names, context))) context.goarch = kNoAsmArch;
  bool sawGo = false;
  std::string excluded, cgoFile;
  for (const std::string& name : names) {
    if (!name.ends_with(".go") || isIgnoredName(name)) continue;
    if (isTestFile(name) && !tests) continue;
    if (o && o->drop.count(name)) continue;
    sawGo = true;
    bool taken = o && o->take.count(name);
    if (!taken && !context.matchName(name)) {
      excluded = name;
      continue;
    }
    std::string path = p.dir + "/" + name, text, error;
    if (!readFile(path, text)) {
      p.error = "open " + path + ": " + errorText(errno);
      return;
    }
    if (!taken && !context.matchText(text, error)) {
      if (!error.empty()) p.error = path + ": " + error;
      excluded = name;
      continue;
    }
    if (importsC(text)) {  // as go build without cgo: such files are left out
      cgoFile = displayName(path);
      continue;
    }
    addFile(p, path, p.std ? path : displayName(path), std::move(text), tests);
  }
  if (o)
    for (const std::string& name : o->files) {
      std::string text;
      if (readFile(o->dir + "/" + name, text)) addFile(p, o->dir + "/" + name, p.dir + "/" + name, std::move(text), false);
    }
  if (p.files.empty() && p.error.empty() && p.testFiles.empty() && p.xtestFiles.empty())
    p.error = !cgoFile.empty() ? "cgo is not supported: " + cgoFile + " imports \"C\""
              : sawGo && !excluded.empty() ? "build constraints exclude all Go files in " + p.dir : "no Go files in " + p.dir;
  resolveAll(p);
}

/// go's words for a file that does not even begin as Go does; empty if it does (its other errors are the compiler's).
std::string Loader::headerError(uint32_t file, const Diagnostics& diagnostics) const {
  std::string_view display = files_.file(file).path;
  if (display.starts_with("./")) display.remove_prefix(2);
  bool binary = files_.file(file).text.substr(0, 4096).find('\0') != std::string::npos;
  for (const Diagnostic& d : diagnostics.list()) {
    if (d.text == "invalid NUL character" || (binary && d.text.starts_with("syntax error: package statement"))) return "burrow: reading " + std::string(display) + ": unexpected NUL in input";
    if (d.text != "syntax error: package statement must be first") continue;
    Position at = files_.position(d.pos);
    std::string_view rest = files_.lineText(file, d.pos.line());
    rest.remove_prefix(std::min<size_t>(d.pos.col() - 1, rest.size()));
    size_t n = 0;
    while (n < rest.size() && (std::isalnum(static_cast<unsigned char>(rest[n])) || rest[n] == '_' || (rest[n] & 0x80))) ++n;
    std::string found = rest.empty() ? "'EOF'" : n ? std::string(rest.substr(0, n)) : "'" + std::string(rest.substr(0, 1)) + "'";
    return std::string(display) + ":" + std::to_string(at.line) + ":" + std::to_string(at.col) + ": expected 'package', found " + found;
  }
  return {};
}

void Loader::addFile(PackageSource& p, const std::string& path, const std::string& display, std::string text, bool tests) {
  if (text.starts_with("#!")) text[0] = text[1] = '/';  // a script's interpreter line reads as a comment
  uint32_t file = files_.add(display, path, std::move(text));
  Arena arena;
  Diagnostics ignored(files_);  // reported when the package is compiled
  syntax::ParseOptions options;
  options.importsOnly = true;
  syntax::File* f = syntax::parseFile(files_, file, arena, ignored, options);
  files_.file(file).directives.clear();
  if (p.error.empty() && !config_.namesAsGiven) p.error = headerError(file, ignored);
  std::string name = f->pkgName ? std::string(f->pkgName->name) : "";
  bool test = isTestFile(path) && tests, external = test && name.ends_with("_test");
  if (!isTestFile(path) && name == "documentation") return;
  auto& list = external ? p.xtestImports : test ? p.testImports : p.imports;
  for (syntax::Decl* d : f->decls)
    if (auto* import = syntax::as<syntax::ImportDecl>(d); import && import->path && !import->path->bad) {
      std::string written = unquote(import->path->text);
      if (written == "C" && p.error.empty()) p.error = "cgo is not supported: " + display + " imports \"C\"";
      if (!written.empty()) list.push_back({.path = written, .resolved = "", .pos = import->localName ? import->localName->pos : import->path->pos, .error = ""});
    }
  (external ? p.xtestFiles : test ? p.testFiles : p.files).push_back(file);
  if (external || name.empty()) return;
  if (p.name.empty()) {
    p.name = name;
  } else if (p.name != name && p.error.empty()) {
    p.error = "found packages " + p.name + " (" + baseName(files_.file(p.files[0]).path) + ") and " + name + " (" + baseName(path) + ") in " + p.dir;
  }
}

void Loader::resolveAll(PackageSource& p) {
  for (auto* list : {&p.imports, &p.testImports, &p.xtestImports})
    for (ImportSpec& i : *list) {
      i.resolved = resolveImport(p, i.path, i.error);
      i.stackInError = i.error.starts_with("use of ");
    }
}

std::string Loader::resolveImport(const PackageSource& from, std::string_view written, std::string& error) {
  std::string path(written);
  if (path == "unsafe" || path == "C") return path;
  if (auto it = from.importMap.find(written); it != from.importMap.end()) return it->second;
  // The Go tree holds two modules, std and cmd, each with a vendor directory of its own.
  if (from.std && !looksStd(path)) path = (from.path.starts_with("cmd/") ? "cmd/vendor/" : "vendor/") + path;
  if (path.starts_with("./") || path.starts_with("../")) {
    error = "\"" + path + "\" is relative, but relative import paths are not supported in module mode";
    return path;
  }
  // internal/ is visible below its parent only; vendor/ never by name.
  size_t at = path.rfind("/internal/");
  size_t end = path.ends_with("/internal") ? path.size() - 9 : at;
  if (path.starts_with("internal/") && at == std::string::npos) end = 0;
  if (end != std::string::npos && !from.std && from.importMap.empty()) {
    std::string parent = path.substr(0, end);
    bool inside = !isStd(path) && (from.path == parent || from.path.starts_with(parent + "/") ||
                                   (from.module && (from.module->path == parent || from.module->path.starts_with(parent + "/"))));
    if (!inside) error = "use of internal package " + path + " not allowed";
  }
  return path;
}

std::vector<std::string> Loader::stdPackages() const {
  std::vector<std::string> out;
  std::function<void(const std::string&)> walk = [&](const std::string& rel) {
    std::string dir = root_.dir + "/src" + (rel.empty() ? "" : "/" + rel);
    bool any = false;
    for (const std::string& name : listDir(dir)) {
      std::string path = dir + "/" + name;
      if (isDirectory(path)) {
        if (isIgnoredName(name) || name == "testdata" || (rel.empty() && name == "cmd")) continue;
        walk(rel.empty() ? name : rel + "/" + name);
      } else if (!any && name.ends_with(".go") && !isTestFile(name) && !isIgnoredName(name)) {
        // Selected as `go list std` does on linux/amd64 without cgo.
        BuildContext context;
        std::string text, error;
        any = context.matchName(name) && readFile(path, text) && context.matchText(text, error) && !importsC(text);
      }
    }
    if (any && !rel.empty()) out.push_back(rel);
  };
  walk("");
  for (const std::string& path : overlay_.replaced())
    if (std::find(out.begin(), out.end(), path) == out.end()) out.push_back(path);
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<PackageSource*> Loader::expand(const std::vector<std::string>& patterns, bool tests, std::string& error) {
  std::vector<PackageSource*> out;
  auto isLocal = [](std::string_view p) { return p == "." || p == ".." || p.starts_with("./") || p.starts_with("../") || p.starts_with('/'); };
  for (const std::string& pattern : patterns) {
    if (pattern == "std") {
      for (const std::string& path : stdPackages()) out.push_back(loadPath(path, tests));
    } else if (size_t dots = pattern.find("..."); dots != std::string::npos) {
      std::string base = cleanPath(pattern.substr(0, dots));
      std::function<void(const std::string&, bool)> walk = [&](const std::string& dir, bool top) {
        std::vector<std::string> names = listDir(dir);
        if (!top && fileExists(dir + "/go.mod")) return;
        if (std::any_of(names.begin(), names.end(), [](const std::string& n) { return n.ends_with(".go"); })) {
          PackageSource* p = loadDir(dir, tests);
          if (!p->error.starts_with("build constraints") && !p->error.starts_with("no Go files")) out.push_back(p);
        }
        for (const std::string& n : names)
          if (isDirectory(dir + "/" + n) && !isIgnoredName(n) && n != "testdata" && n != "vendor") walk(dir + "/" + n, false);
      };
      std::string dir = isLocal(pattern) ? absolutePath(base.starts_with('/') ? base : config_.workDir + "/" + base)
                        : isDirectory(root_.dir + "/src/" + base) ? root_.dir + "/src/" + base : std::string();
      for (const GoModule& m : modules_.mains())
        if (dir.empty() && (base == m.path || base.starts_with(m.path + "/"))) dir = m.dir + base.substr(m.path.size());
      size_t before = out.size();
      if (isLocal(pattern) && !isDirectory(dir)) error = "pattern " + pattern + ": lstat " + pattern.substr(0, dots) + ": no such file or directory";
      else if (!dir.empty() && isDirectory(dir)) walk(dir, true);
      if (error.empty() && out.size() == before) std::fprintf(stderr, "burrow: warning: \"%s\" matched no packages\n", pattern.c_str());
    } else if (isLocal(pattern)) {
      out.push_back(loadDir(pattern, tests));
    } else {
      out.push_back(loadPath(pattern, tests));
    }
  }
  return out;
}

}  // namespace burrow
