#include "compiler/driver.h"

#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <set>

#include "compiler/codegen/codegen.h"
#include "compiler/codegen/intrinsics.h"
#include "compiler/escape/escape.h"
#include "compiler/inline/inline.h"
#include "compiler/ir/bounds.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/remark.h"
#include "compiler/packages/files.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/walk.h"
#include "compiler/types/export.h"
#include "vm/bytecode/check.h"

namespace burrow {

namespace {

struct ArenaReset {
  Arena& arena;
  explicit ArenaReset(Arena& a) : arena(a) {}
  ~ArenaReset() { arena.reset(); }
};

class Stopwatch {
 public:
  explicit Stopwatch(double& total) : total_(total), start_(std::chrono::steady_clock::now()) {}
  ~Stopwatch() { total_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  double& total_;
  std::chrono::steady_clock::time_point start_;
};

/// The linker's build id, which changes with every byte of the binary.
int hashBuildId(dl_phdr_info* info, size_t, void* out) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& h = info->dlpi_phdr[i];
    if (h.p_type != PT_NOTE) continue;
    auto* p = reinterpret_cast<const char*>(info->dlpi_addr + h.p_vaddr);
    for (const char* end = p + h.p_memsz; p + sizeof(ElfW(Nhdr)) <= end;) {
      auto* note = reinterpret_cast<const ElfW(Nhdr)*>(p);
      const char* name = p + sizeof *note;
      const char* desc = name + ((note->n_namesz + 3) & ~3u);
      if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0)
        *static_cast<uint64_t*>(out) = hashContent({desc, note->n_descsz});
      p = desc + ((note->n_descsz + 3) & ~3u);
    }
  }
  return 1;  // only the first object: the program itself
}

size_t showCrashPosition(void* files, uint64_t bits, char* out, size_t size) {
  auto& set = *static_cast<FileSet*>(files);
  Pos pos = Pos::fromBits(bits);
  if (!pos.file() || pos.file() >= set.size()) return 0;
  int n = std::snprintf(out, size, "%s:%u", set.file(pos.file()).path.c_str(), pos.line());
  return n < 0 ? 0 : std::min(static_cast<size_t>(n), size - 1);
}

uint64_t countLines(std::string_view text) {
  uint64_t lines = 0;
  for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) ++lines;
  return lines;
}

std::string fileNameFor(const std::string& path) {
  std::string out = path;
  std::replace(out.begin(), out.end(), '/', '.');
  return out + ".bpkg";
}

/// The bytes of a file; empty if there are none. They stay mapped.
std::string_view mapFile(const std::string& file) {
  int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  struct stat st;
  void* base = MAP_FAILED;
  if (fstat(fd, &st) == 0 && st.st_size >= static_cast<off_t>(sizeof(ImageHeader)))
    base = mmap(nullptr, static_cast<size_t>(st.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
  close(fd);
  if (base == MAP_FAILED) return {};
  return {static_cast<char*>(base), static_cast<size_t>(st.st_size)};
}

/// Writes an image and goes on with the file's pages, which are the system's: the memory is for the next package. If that fails,
/// if only because somebody else writes the same file, the image stays where it is.
void moveToFile(CompiledPackage& p, const std::string& file) {
  if (!writeFileAtomically(file, p.owned)) return;  // a full or read-only cache only costs time at the next run
  std::string_view bytes = mapFile(file);
  if (bytes.size() == p.owned.size() && std::memcmp(bytes.data(), p.owned.data(), sizeof(ImageHeader)) == 0) std::string().swap(p.owned), p.bytes = bytes;
  else if (!bytes.empty()) munmap(const_cast<char*>(bytes.data()), bytes.size());
}

}  // namespace

std::string userCacheDir() {
  if (const char* v = std::getenv("BURROW_CACHE"); v && *v) return v;
  if (const char* v = std::getenv("XDG_CACHE_HOME"); v && *v) return std::string(v) + "/burrow/pkg";
  const char* home = std::getenv("HOME");
  return home && *home ? std::string(home) + "/.cache/burrow/pkg" : std::string();
}

uint64_t Compiler::compilerHash() {
  static const uint64_t hash = [] {
    uint64_t h = 0;
    dl_iterate_phdr(hashBuildId, &h);
    BURROW_CHECK(h != 0);
    return h;
  }();
  return hash;
}

std::string stdDirectory() {
  const char* env = std::getenv("BURROW_STD");
  return env && *env ? env : executableDir() + "/std";
}

Compiler::Compiler(FileSet& files, Loader& loader, CompileOptions options)
    : files_(files), loader_(loader), options_(std::move(options)) {
  if (options_.stdDir.empty()) options_.stdDir = stdDirectory();
  if (options_.cacheDir.empty()) options_.cacheDir = userCacheDir();
  // A program is on the heap as a whole or not at all; std for that is compiled as programs need it.
  if (options_.escapeOff) options_.stdDir = (options_.cacheDir.empty() ? options_.stdDir : options_.cacheDir) + "/std-escape-off";
  setCrashPositions(showCrashPosition, &files_);
}

Compiler::~Compiler() { setCrashPositions(nullptr, nullptr); }

void Compiler::fail(const PackageSource& source, const Diagnostics* diagnostics, const std::string& message) {
  if (onErrors) onErrors(source, diagnostics, message);
}

std::unique_ptr<CompiledPackage> Compiler::mapImage(const std::string& file, const std::string& path) {
  std::string_view bytes = mapFile(file);
  if (bytes.empty()) return nullptr;
  if (!checkImage(bytes, compilerHash()).empty()) {
    munmap(const_cast<char*>(bytes.data()), bytes.size());
    return nullptr;
  }
  auto p = std::make_unique<CompiledPackage>();
  p->path = path;
  p->file = file;
  p->bytes = bytes;
  p->view = ImageView(bytes.data());
  return p;
}

/// Finds the images that p imports; false if one is missing or not the one p was compiled against. Images that are only
/// reached through instances and linknames are found when the program is put together: they may import p in turn.
bool Compiler::linkImports(CompiledPackage& p) {
  for (uint64_t i = 0; i < p.view.importsCount(); ++i) {
    const ImageImport& import = p.view.imports()[i];
    std::string path(p.view.string(import.path));
    if (path == "unsafe" || !import.direct) continue;
    CompiledPackage* q = compilePath(path);
    if (!q || (import.hash && q->contentHash() != import.hash && !variants_.count(path))) return false;
    p.imports.push_back(q);
  }
  return true;
}

CompiledPackage* Compiler::fromStore(const std::string& path) {
  auto p = mapImage(options_.stdDir + "/" + fileNameFor(path), path);
  if (!p) return nullptr;
  CompiledPackage* raw = p.get();
  owned_.push_back(std::move(p));
  byPath_[path] = raw;  // before its imports: images of std may refer to each other by linkname
  if (linkImports(*raw)) return raw;
  byPath_.erase(path);
  return nullptr;
}

CompiledPackage* Compiler::compilePath(std::string_view path) {
  std::string key(path);
  if (auto it = byPath_.find(key); it != byPath_.end()) return it->second;
  if (auto it = imageFiles_.find(key); it != imageFiles_.end()) return fromImage(key, it->second);
  bool std = loader_.isStd(path) || loader_.goRoot().dir.empty();
  if (std && (!packageFlags || packageFlags(key, loader_.goRoot().dir + "/src/" + key, true).plain()))
    if (CompiledPackage* p = fromStore(key)) return p;
  return compile(loader_.loadPath(path));
}

CompiledPackage* Compiler::fromImage(const std::string& path, const std::string& file) {
  auto p = mapImage(file, path);
  if (!p) {
    static const PackageSource nowhere;
    fail(nowhere, nullptr, path + "=" + file + ": not an image of this compiler");
    return nullptr;
  }
  CompiledPackage* raw = p.get();
  byPath_[path] = raw;
  owned_.push_back(std::move(p));
  return linkImports(*raw) ? raw : nullptr;
}

uint64_t Compiler::hashOf(const PackageSource& source, const std::vector<uint32_t>& files, const std::string& path,
                          const std::vector<CompiledPackage*>& imports) const {
  uint64_t h = hashContent(path, compilerHash());
  h = hashContent(source.goVersion, h);
  h = hashContent(options_.langVersion, h ^ (options_.escapeOff ? 1 : 0) ^ (options_.countLoops && !source.std ? 2 : 0));
  for (uint32_t f : files) {
    h = hashContent(files_.file(f).diskPath, h);
    h = hashContent(files_.file(f).text, h);
  }
  for (const CompiledPackage* p : imports) h = hashContent(p->path, h ^ p->contentHash());
  return h;
}

/// What an import means to tool compile, which knows no modules; `error` in gc's words if it means nothing.
std::string Compiler::importPathFor(std::string_view written, const std::string& importer, std::string& error) const {
  std::string path(written);
  if (path == "main") error = "cannot import \"main\"";
  else if (path == importer) error = "import \"" + path + "\" while compiling that package (import cycle)";
  else if (path.starts_with('/')) error = "import path cannot be absolute path";
  else if (path.starts_with("./") || path.starts_with("../") || path == "." || path == "..")
    path = cleanPath((options_.localImports.empty() ? absolutePath(".") : options_.localImports) + "/" + path);
  if (error.empty() && !isKnown(path)) error = "file not found";
  return path;
}

CompiledPackage* Compiler::compile(PackageSource* source) {
  return compileFiles(source, source->files, source->isCommand() ? "main" : source->path, Variant::Plain);
}

CompiledPackage* Compiler::compileFiles(PackageSource* source, const std::vector<uint32_t>& files, const std::string& path,
                                        Variant variant) {
  if (auto it = byPath_.find(path); it != byPath_.end() && path != "main") return it->second;
  if (!source->error.empty()) {
    fail(*source, nullptr, source->error);
    return nullptr;
  }
  if (busy_[path]) {
    std::string message = "package " + stack_.front();
    for (size_t i = 1; i < stack_.size(); ++i) message += "\n\timports " + stack_[i];
    fail(*source, nullptr, message + "\n\timports " + path + ": import cycle not allowed");
    return nullptr;
  }
  busy_[path] = true;
  stack_.push_back(source->path);
  if (variant == Variant::Test) variants_.insert(path);
  std::set<std::string> paths;
  if (variant != Variant::External)
    for (const ImportSpec& i : source->imports) paths.insert(i.resolved);
  if (variant == Variant::Test)
    for (const ImportSpec& i : source->testImports) paths.insert(i.resolved);
  if (variant == Variant::External)
    for (const ImportSpec& i : source->xtestImports) paths.insert(i.resolved);
  std::vector<CompiledPackage*> imports;
  bool ok = true;
  for (const std::string& p : paths) {
    if (p == "unsafe" || p == path) continue;
    if (options_.singlePackage && !isKnown(p)) continue;  // the checker says so in its place
    CompiledPackage* c = compilePath(p);
    if (!c) ok = false;
    else imports.push_back(c);
  }
  CompiledPackage* result = nullptr;
  if (ok) {
    uint64_t hash = hashOf(*source, files, path, imports);
    char name[32];
    std::snprintf(name, sizeof name, "%016llx.bpkg", static_cast<unsigned long long>(hash));
    bool stored = source->std && variant == Variant::Plain;
    bool cached = !stored && !options_.noCache && options_.dump.empty() && !options_.cacheDir.empty();
    // A package with flags of its own is for this session only, and so is all that is compiled beside it.
    if (packageFlags && !flagsOf(*source).plain()) special_ = true;
    if (special_) stored = cached = false;
    std::string saveTo = stored ? options_.stdDir + "/" + fileNameFor(path) : cached ? options_.cacheDir + "/" + name : "";
    if (cached)
      if (auto p = mapImage(saveTo, path); p && p->contentHash() == hash && linkImports(*p)) {
        result = p.get();
        owned_.push_back(std::move(p));
      }
    if (!result) result = build(*source, files, path, saveTo, hash);
  }
  stack_.pop_back();
  busy_[path] = false;
  if (result) result->source = source;
  if (result) byPath_[path] = result;
  return result;
}

Package* Compiler::typesOf(CompiledPackage* p) {
  if (!p->types) {
    std::string_view exports(p->view.exports(), p->view.exportsCount());
    p->types = importPackage(exports, p->path, [this](std::string_view path) -> Package* {
      if (path == "unsafe") return unsafePackage;
      CompiledPackage* q = compilePath(path);
      return q ? typesOf(q) : nullptr;
    }, arena_, files_);
  }
  return p->types;
}

PackageFlags Compiler::flagsOf(const PackageSource& source) const {
  return packageFlags ? packageFlags(source.path, source.dir, source.std) : PackageFlags{};
}

/// Between ir and code: inlining, static data, escape analysis.
void Compiler::optimize(ir::Unit& unit, const PackageSource& source) {
  ir::Remarks remarks;
  PackageFlags flags = flagsOf(source);
  bool wanted = flags.remarkLevel > 0;
  remarks.level = flags.remarkLevel;
  if (wanted) unit.remarks = &remarks;
  ir::indexFuncs(unit);
  {
    Stopwatch watch(times_.inlining);
    setCrashContext("inline", source.path.c_str());
    inlining::run(unit, {.checkPtr = flags.checkPtr, .enabled = flags.inlining, .cheapCalls = flags.cheapCalls, .isInstruction = [](std::string_view symbol) { return codegen::findIntrinsic(symbol) != nullptr; }});
  }
  ir::layOutStatics(unit);
  {
    Stopwatch watch(times_.escape);
    setCrashContext("escape", source.path.c_str());
    escape::run(unit, {.smallFrames = flags.smallFrames, .mutations = flags.mutations});
  }
  if (wanted) ir::elideBoundsChecks(unit);
  unit.remarks = nullptr;
  if (!wanted || !onRemarks) return;
  unit.remarks = &remarks;
  onRemarks(source, unit);
  unit.remarks = nullptr;
}

CompiledPackage* Compiler::build(PackageSource& source, const std::vector<uint32_t>& files, const std::string& path,
                                 const std::string& saveTo, uint64_t contentHash) {
  Diagnostics diagnostics(files_);
  ++times_.packages;
  // Trees go when the package is made, unless this one is compiled in the midst of another.
  Arena ownTrees, ownIr;
  Arena& treeArena = treeArena_.empty() ? treeArena_ : ownTrees;
  ArenaReset resetTrees(treeArena);
  std::vector<syntax::File*> trees;
  {
    Stopwatch watch(times_.parse);
    for (uint32_t f : files) {
      setCrashContext("parse", files_.file(f).path.c_str());
      syntax::ParseOptions options;
      options.std = source.std || options_.runtimeRules;
      trees.push_back(syntax::parseFile(files_, f, treeArena, diagnostics, options));
      times_.lines += countLines(files_.file(f).text);
    }
  }
  if (options_.dump == "ast" && !source.std)
    for (syntax::File* f : trees) std::fputs(syntax::dump(f).c_str(), stdout);
  if (diagnostics.hasSyntaxErrors() || std::any_of(trees.begin(), trees.end(), [](syntax::File* f) { return f->broken; })) {
    fail(source, &diagnostics, "");
    return nullptr;
  }
  if (source.overlay)
    for (size_t i = 0; i < trees.size(); ++i)
      applyOverlay(*source.overlay, trees[i], treeArena, files_.file(files[i]).diskPath.starts_with(source.overlay->dir + "/") && !source.overlay->dir.empty());
  CheckResult checked;
  {
    Stopwatch watch(times_.check);
    setCrashContext("check", path.c_str());
    CheckConfig config;
    config.goVersion = options_.langVersion.empty() ? source.goVersion : options_.langVersion;
    config.std = source.std;
    config.allowBodyless = source.hasAsm || source.std || options_.bodyless;
    config.ignoreUnusedImports = source.overlay != nullptr;
    config.import = [&](std::string_view written, Pos, std::string& error) -> Package* {
      if (written == "unsafe") return unsafePackage;
      std::string resolved = options_.singlePackage ? importPathFor(written, path, error) : loader_.resolveImport(source, written, error);
      if (!error.empty()) return nullptr;
      CompiledPackage* p = compilePath(resolved);
      if (!p) {
        error = "could not import " + resolved;
        return nullptr;
      }
      return typesOf(p);
    };
    checked = checkPackage(path, trees, arena_, config, diagnostics);
  }
  if (diagnostics.hasErrors()) {
    fail(source, &diagnostics, "");
    return nullptr;
  }
  Arena& irArena = irArena_.empty() ? irArena_ : ownIr;
  ArenaReset resetIr(irArena);
  ir::Unit* unit;
  {
    Stopwatch watch(times_.ir);
    setCrashContext("ir", path.c_str());
    ir::BuildOptions options;
    options.std = source.std;
    options.embedRoot = source.dir;
    unit = ir::buildUnit(checked, files_, irArena, options, diagnostics);
  }
  auto forget = [](ir::Unit* u) {
    setCrashContext(nullptr, nullptr);  // it names a function of the unit
    ir::deleteUnit(u);
  };
  std::unique_ptr<ir::Unit, decltype(forget)> ownUnit(unit);
  if (diagnostics.hasErrors()) {
    fail(source, &diagnostics, "");
    return nullptr;
  }
  optimize(*unit, source);
  if (options_.dump == "ir" && !source.std)
    for (ir::Func* f : unit->funcs)
      if (options_.dumpFunc.empty() || f->symbol == options_.dumpFunc) std::fputs(ir::dump(*f).c_str(), stdout);
  auto compiled = std::make_unique<CompiledPackage>();
  CompiledPackage* p = compiled.get();
  p->path = path;
  {
    Stopwatch watch(times_.codegen);
    setCrashContext("codegen", path.c_str());
    CodegenOptions options;
    options.escapeOff = options_.escapeOff;
    options.std = source.std;
    options.countLoops = options_.countLoops && !source.std;
    options.exports = exportPackage(checked, files_);
    options.compilerHash = compilerHash();
    options.contentHash = contentHash;
    options.isStd = [this](std::string_view path) { return loader_.isStd(path); };
    options.isStdFile = [root = loader_.goRoot().dir + "/src/"](std::string_view file) { return file.starts_with(root); };
    options.importHash = [this](const std::string& path) {
      auto it = byPath_.find(path);
      return it == byPath_.end() ? 0 : it->second->contentHash();
    };
    p->owned = generate(*unit, options, diagnostics);
  }
  setCrashContext(nullptr, nullptr);
  if (diagnostics.hasErrors()) {
    fail(source, &diagnostics, "");
    return nullptr;
  }
  p->bytes = p->owned;
  if (!saveTo.empty()) moveToFile(*p, saveTo);
  p->view = ImageView(p->bytes.data());
  p->types = checked.package;
  forgetTrees(checked);
  owned_.push_back(std::move(compiled));
  byPath_[path] = p;  // std packages may refer back through linknames
  for (uint64_t i = 0; i < p->view.importsCount(); ++i) {
    std::string importPath(p->view.string(p->view.imports()[i].path));
    if (importPath == "unsafe" || !p->view.imports()[i].direct) continue;
    if (CompiledPackage* q = compilePath(importPath)) p->imports.push_back(q);
  }
  return p;
}

std::vector<CompiledPackage*> Compiler::linkOrder(CompiledPackage* main) {
  std::vector<CompiledPackage*> order;
  std::set<CompiledPackage*> seen;
  std::function<void(CompiledPackage*)> visit = [&](CompiledPackage* p) {
    if (!p || !seen.insert(p).second) return;
    for (CompiledPackage* q : p->imports) visit(q);
    order.push_back(p);
  };
  CompiledPackage* runtime = compilePath("runtime");
  if (!runtime) return {};
  visit(runtime);
  visit(main);
  for (size_t i = 0; i < order.size(); ++i)  // grows while it is walked
    for (uint64_t k = 0; k < order[i]->view.importsCount(); ++k)
      if (const ImageImport& import = order[i]->view.imports()[k]; !import.direct)
        if (std::string path(order[i]->view.string(import.path)); loader_.isStd(path) || byPath_.count(path)) visit(compilePath(path));
  return order;
}

int Compiler::buildStd(const std::function<void(const std::string&, bool)>& progress) {
  int failed = 0;
  for (const std::string& path : loader_.stdPackages()) {
    if (path == "unsafe" || path == "builtin") continue;
    bool ok = compilePath(path) != nullptr;
    failed += !ok;
    progress(path, ok);
  }
  return failed;
}

}  // namespace burrow
