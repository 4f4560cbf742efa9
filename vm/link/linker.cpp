// The module region, loading, and lazy resolution of references.
//
// A symbol is linked when something linked refers to it: a function's own references wait until it is first called, data
// is relocated together with all data reachable from it (the program can follow any pointer in it). DupOk symbols are kept
// by name in `globals`: whichever definition was linked first stands for all.
#include "vm/link/linker.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <unordered_map>

#include "vm/bytecode/check.h"
#include "vm/bytecode/verify.h"
#include "vm/interp/interp.h"
#include "vm/heap/heap.h"
#include "vm/link/internal.h"
#include "vm/profile/sites.h"
#include "vm/sched/goroutine.h"

namespace burrow::vm {

namespace link {

const Insn kUnlinkedCode[1] = {makeInsn(Op::EnterUnlinked)};

namespace {

constexpr size_t kRegionBytes = size_t{1} << 31;
constexpr size_t kPage = 4096;

char* regionBase = nullptr;
size_t regionUsed = kPage;  // offset 0 means "none" in NameOff and TypeOff
char* pool = nullptr;       // small permanent allocations
size_t poolLeft = 0;

std::vector<Module*> modules;
std::vector<Module*> byAddress;
std::unordered_map<std::string_view, Module*> byPath;
std::unordered_map<std::string_view, Location> globals;
std::unordered_map<std::string_view, Func*> missing;
std::vector<Location> pending;  // data symbols whose relocations wait
bool draining = false;
bool rawViews = false;

struct HashName {
  size_t operator()(std::string_view s) const { return symbolHash(s); }
};
std::unordered_map<std::string_view, NativeFn, HashName>& nativeTable() {
  static auto* table = new std::unordered_map<std::string_view, NativeFn, HashName>;
  return *table;
}
std::unordered_map<std::string_view, NativeAfterFn, HashName>& afterTable() {
  static auto* table = new std::unordered_map<std::string_view, NativeAfterFn, HashName>;
  return *table;
}

size_t pageUp(size_t n) { return (n + kPage - 1) & ~(kPage - 1); }

void ensureRegion() {
  if (regionBase) return;
  // Bit 31 of all bytecode addresses is that of the vm's own instructions, the opposite of machine code's (jit/code_memory.h).
  // Low, so that addresses in listings are short; anywhere else will do.
  uintptr_t bit31 = reinterpret_cast<uintptr_t>(kNativeCode) & kRegionBytes;
  auto map = [](uintptr_t hint, size_t bytes) {
    return mmap(reinterpret_cast<void*>(hint), bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  };
  uintptr_t wanted = 2 * kRegionBytes + bit31;
  void* p = map(wanted, kRegionBytes);
  if (p != MAP_FAILED && reinterpret_cast<uintptr_t>(p) != wanted) {
    munmap(p, kRegionBytes);
    p = map(0, 3 * kRegionBytes);
    auto at = reinterpret_cast<uintptr_t>(p);
    wanted = (at + kRegionBytes - 1) & ~(kRegionBytes - 1);
    if ((wanted & kRegionBytes) != bit31) wanted += kRegionBytes;
    if (p != MAP_FAILED && wanted + kRegionBytes <= at + 3 * kRegionBytes) {
      if (wanted != at) munmap(p, wanted - at);
      if (size_t rest = at + 3 * kRegionBytes - wanted - kRegionBytes) munmap(reinterpret_cast<void*>(wanted + kRegionBytes), rest);
      p = reinterpret_cast<void*>(wanted);
    }
  }
  BURROW_CHECK(p != MAP_FAILED);
  regionBase = static_cast<char*>(p);
}

/// `bytes` of the region, read-write: a private mapping of fd, or zeroed memory if fd < 0.
char* mapRegion(size_t bytes, int fd) {
  ensureRegion();
  size_t size = pageUp(bytes);
  if (size > kRegionBytes - regionUsed) return nullptr;
  int flags = MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE | (fd < 0 ? MAP_ANONYMOUS : 0);
  void* p = mmap(regionBase + regionUsed, size, PROT_READ | PROT_WRITE, flags, fd, 0);
  if (p == MAP_FAILED) return nullptr;
  regionUsed += size;
  return static_cast<char*>(p);
}

int64_t probe(const Module& m, std::string_view name, uint32_t hash) {
  uint64_t buckets = m.image.hashCount();
  const ImageHashEntry* table = m.image.hash();
  for (uint64_t at = hash & (buckets - 1); table[at].hash; at = (at + 1) & (buckets - 1)) {
    if (table[at].hash != hash) continue;
    if (m.image.string(m.image.symbols()[table[at].symbol].name) == name) return table[at].symbol;
  }
  return -1;
}

const ImageFunc* imageFunc(Location at) {
  const ImageSymbol& s = at.module->image.symbols()[at.symbol];
  return s.kind == SymbolKind::Func ? &at.module->image.funcs()[s.offset] : nullptr;
}

/// A bodyless function that no native implements may be defined, with a body, by another package.
Location preferBody(Location at, std::string_view name) {
  const ImageFunc* f = imageFunc(at);
  if (!f || !(f->flags & kNative) || findNative(name)) return at;
  uint32_t hash = symbolHash(name);
  for (Module* m : modules) {
    int64_t symbol = probe(*m, name, hash);
    if (symbol < 0) continue;
    Location other{m, static_cast<uint32_t>(symbol)};
    const ImageFunc* body = imageFunc(other);
    if (body && !(body->flags & kNative)) return other;
  }
  return at;
}

Location findGlobal(std::string_view name) {
  if (auto it = globals.find(name); it != globals.end()) return it->second;
  uint32_t hash = symbolHash(name);
  for (Module* m : modules) {
    int64_t symbol = probe(*m, name, hash);
    if (symbol < 0) continue;
    Location at = preferBody({m, static_cast<uint32_t>(symbol)}, name);
    globals.emplace(at.module->image.string(at.module->image.symbols()[at.symbol].name), at);
    return at;
  }
  return {};
}

Location locate(Module& m, const ImageRef& ref) {
  std::string_view name = m.image.string(ref.name);
  Location at;
  if (ref.symbol >= 0) {
    at = {&m, static_cast<uint32_t>(ref.symbol)};
    if (name.empty()) return at;
  } else if (ref.package >= 0) {
    Module* from = m.imports[static_cast<size_t>(ref.package)];
    int64_t symbol = from ? probe(*from, name, symbolHash(name)) : -1;
    if (symbol < 0) return findGlobal(name);
    at = {from, static_cast<uint32_t>(symbol)};
  } else {
    return findGlobal(name);
  }
  if (at.module->image.symbols()[at.symbol].flags & kDupOk) {
    // The key must be the definition's own string: a reference's would do as well, images are never unmapped.
    return globals.try_emplace(name, at).first->second;
  }
  return preferBody(at, name);
}

/// Stands for a function that is defined nowhere; only calling it is an error.
Func* missingFunc(std::string_view name) {
  auto [it, isNew] = missing.try_emplace(name, nullptr);
  if (isNew) {
    auto* f = new (regionAllocate(sizeof(Func))) Func;
    f->entry = kUnlinkedCode;
    f->machine = f->machineArgs = machineHooks.toInterpreter;
    f->name = name;
    f->frameSlots = 1;
    f->flags = kNative;
    it->second = f;
  }
  return it->second;
}

Next callUndefined(Goroutine& g, Slot*) {
  static std::string text;
  text = "undefined: " + std::string(frameFunc(g.fp)->name);
  fatalError(&g, text.c_str());
}

void want(Location at) {
  uint8_t& linked = at.module->linked[at.symbol];
  if (linked) return;
  linked = 1;
  const ImageSymbol& s = at.module->image.symbols()[at.symbol];
  if (s.kind != SymbolKind::Func && s.relocCount) pending.push_back(at);
}

void* linkItab(Location at);

/// Address of what a reference means; its data may still wait in `pending`.
void* resolveAddress(Module& m, uint32_t ref) {
  void*& slot = m.resolved[ref];
  if (slot) return slot;
  const ImageRef& r = m.image.refs()[ref];
  Location at = locate(m, r);
  if (!at) return slot = missingFunc(m.image.string(r.name));
  if (at.module->image.symbols()[at.symbol].kind == SymbolKind::Itab) return slot = linkItab(at);
  want(at);
  return slot = symbolAddress(*at.module, at.symbol);
}

void relocate(Module& m, char* where, const ImageReloc& r) {
  char* to = static_cast<char*>(resolveAddress(m, r.ref)) + r.addend;
  if (r.kind == RelocKind::Abs64) {
    std::memcpy(where + r.offset, &to, 8);
  } else {
    auto off = static_cast<int32_t>(to - regionBase);
    std::memcpy(where + r.offset, &off, 4);
  }
}

/// A (interface, type) pair has one itab, whether it was first linked or first made: pointers are compared.
void* linkItab(Location at) {
  Module& m = *at.module;
  char* where = symbolAddress(m, at.symbol);
  if (!m.linked[at.symbol]) {
    m.linked[at.symbol] = 1;
    const ImageSymbol& s = m.image.symbols()[at.symbol];
    for (uint32_t i = 0; i < s.relocCount; i++) relocate(m, where, m.image.relocs()[s.firstReloc + i]);
  }
  return addStaticItab(reinterpret_cast<Itab*>(where));
}

void drain() {
  if (draining) return;
  draining = true;
  while (!pending.empty()) {
    Location at = pending.back();
    pending.pop_back();
    Module& m = *at.module;
    const ImageSymbol& s = m.image.symbols()[at.symbol];
    char* where = symbolAddress(m, at.symbol);
    for (uint32_t i = 0; i < s.relocCount; i++) relocate(m, where, m.image.relocs()[s.firstReloc + i]);
  }
  draining = false;
}

std::string addModule(char* base, Module** out) {
  auto m = std::make_unique<Module>();
  m->image = ImageView(base);
  const ImageView& image = m->image;
  rawViews |= image.header().rawViews != 0;
  m->path = image.string(image.header().path);
  if (byPath.count(m->path)) return "package " + std::string(m->path) + " is loaded twice";
  for (uint64_t i = 0; i < image.importsCount(); i++) {
    const ImageImport& import = image.imports()[i];
    std::string_view path = image.string(import.path);
    Module* from = findModule(path);
    if (!from && import.direct)
      return std::string(m->path) + " imports " + std::string(path) + ", which is not loaded";
    m->imports.push_back(from);
  }
  if (uint64_t bss = image.header().bssBytes) {
    m->bss = mapRegion(bss, -1);
    if (!m->bss) return "out of address space for " + std::string(m->path);
  }
  if (image.funcsCount()) {
    m->funcs = reinterpret_cast<Func*>(mapRegion(image.funcsCount() * sizeof(Func), -1));
    if (!m->funcs) return "out of address space for " + std::string(m->path);
  }
  m->linked.resize(image.symbolsCount());
  m->resolved.resize(image.refsCount());
  m->index = static_cast<uint32_t>(modules.size());
  addModuleSites(*m);
  Module* result = m.release();
  modules.push_back(result);
  byPath.emplace(result->path, result);
  byAddress.push_back(result);  // addresses only grow
  if (out) *out = result;
  return {};
}

}  // namespace

void* regionAllocate(size_t bytes) {
  bytes = (bytes + 15) & ~size_t{15};
  if (bytes > poolLeft) {
    size_t chunk = std::max<size_t>(bytes, 64 << 10);
    pool = mapRegion(chunk, -1);
    BURROW_CHECK(pool != nullptr);
    poolLeft = chunk;
  }
  void* p = pool;
  pool += bytes;
  poolLeft -= bytes;
  return p;
}

Func* funcAt(Module& m, uint32_t index) {
  Func& f = m.funcs[index];
  if (f.entry) return &f;
  const ImageFunc& info = m.image.funcs()[index];
  f.entry = kUnlinkedCode;
  f.machine = f.machineArgs = machineHooks.toInterpreter;
  f.code = m.image.code() + info.code;
  f.module = &m;
  f.info = &info;
  f.name = m.image.string(m.image.symbols()[info.symbol].name);
  f.frameSlots = info.frameSlots;
  f.argSlots = info.argSlots;
  f.resultSlots = info.resultSlots;
  f.flags = info.flags;
  f.codeWords = info.codeWords;
  if (f.flags & kNative) {
    f.frameSlots = 1;
    f.codeWords = 0;
  }
  BURROW_CHECK(f.frameSlots >= 1);
  return &f;
}

char* symbolAddress(Module& m, uint32_t symbol) {
  const ImageSymbol& s = m.image.symbols()[symbol];
  // All variables without size share an address, with what new gives for them.
  if (s.size == 0 && (s.kind == SymbolKind::Bss || s.kind == SymbolKind::Data)) return reinterpret_cast<char*>(&zeroSizedObject);
  switch (s.kind) {
    case SymbolKind::Func:
      return reinterpret_cast<char*>(funcAt(m, s.offset));
    case SymbolKind::RoData:
      return reinterpret_cast<char*>(const_cast<uint8_t*>(m.image.rodata())) + s.offset;
    case SymbolKind::Bss:
      return m.bss + s.offset;
    case SymbolKind::Data:
    case SymbolKind::Type:
    case SymbolKind::Itab:
      return reinterpret_cast<char*>(const_cast<uint8_t*>(m.image.data())) + s.offset;
  }
  BURROW_UNREACHABLE();
}

const char* regionEnd() { return regionBase + regionUsed; }

Module* moduleOf(const void* p) {
  auto it = std::upper_bound(byAddress.begin(), byAddress.end(), p,
                             [](const void* a, Module* m) { return a < m->image.base(); });
  return it == byAddress.begin() ? nullptr : it[-1];
}

}  // namespace link

using namespace link;

char* moduleBase() {
  ensureRegion();
  return regionBase;
}

std::string loadImageFile(const std::string& path, Module** out) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return "cannot open " + path;
  struct stat st;
  char* base = nullptr;
  if (fstat(fd, &st) == 0 && st.st_size >= static_cast<off_t>(sizeof(ImageHeader)))
    base = mapRegion(static_cast<size_t>(st.st_size), fd);
  close(fd);
  if (!base) return "cannot map " + path;
  const auto& h = *reinterpret_cast<const ImageHeader*>(base);
  if (h.magic != kImageMagic || h.version != kImageVersion ||
      h.totalBytes != static_cast<uint64_t>(st.st_size))
    return path + " is not an image of this version";
  return addModule(base, out);
}

std::string loadImageBytes(std::string_view bytes, Module** out) {
  char* base = mapRegion(bytes.size(), -1);
  if (!base) return "out of address space";
  std::memcpy(base, bytes.data(), bytes.size());
  return addModule(base, out);
}

Module* findModule(std::string_view path) {
  auto it = byPath.find(path);
  return it == byPath.end() ? nullptr : it->second;
}

const std::vector<Module*>& allModules() { return modules; }
bool hasRawViews() { return rawViews; }

void* lookupSymbol(std::string_view name, std::string_view package) {
  Location at;
  if (package.empty()) {
    at = findGlobal(name);
  } else if (Module* m = findModule(package)) {
    int64_t symbol = probe(*m, name, symbolHash(name));
    if (symbol >= 0) at = preferBody({m, static_cast<uint32_t>(symbol)}, name);
    if (at && m->image.symbols()[at.symbol].flags & kDupOk) at = globals.try_emplace(name, at).first->second;
  }
  if (!at) return nullptr;
  if (at.module->image.symbols()[at.symbol].kind == SymbolKind::Itab) {
    void* tab = linkItab(at);
    drain();
    return tab;
  }
  want(at);
  drain();
  return symbolAddress(*at.module, at.symbol);
}

bool setStringVariable(std::string_view name, std::string_view value) {
  Location at = findGlobal(name);
  if (!at) return true;
  const ImageSymbol& symbol = at.module->image.symbols()[at.symbol];
  bool zeroed = symbol.kind == SymbolKind::Bss;
  if ((symbol.kind != SymbolKind::Data && !zeroed) || symbol.size != 16) return false;
  const uint64_t* pointers = zeroed ? at.module->image.bssPtrs() : at.module->image.dataPtrs();
  auto isPointer = [&](uint64_t word) { return (pointers[word / 64] >> word % 64 & 1) != 0; };
  if (!isPointer(symbol.offset / 8) || isPointer(symbol.offset / 8 + 1)) return false;
  auto* words = static_cast<uint64_t*>(lookupSymbol(name));
  void* bytes = regionAllocate(value.size() + 1);
  std::memcpy(bytes, value.data(), value.size());
  words[0] = reinterpret_cast<uint64_t>(bytes);
  words[1] = value.size();
  return true;
}

Func* lookupFunc(std::string_view name) {
  Location at = findGlobal(name);
  if (!at || !imageFunc(at)) return nullptr;
  return reinterpret_cast<Func*>(symbolAddress(*at.module, at.symbol));
}

void* resolveRef(Module& m, uint32_t ref) {
  void* p = resolveAddress(m, ref);
  drain();
  return p;
}

void linkFunc(Func& f) {
  if (f.flags & kNative) {
    f.native = findNative(f.name);
    if (!f.native) f.native = callUndefined;
    if (auto it = afterTable().find(f.name); it != afterTable().end()) f.after = it->second;
    setLinkedEntry(f);
    return;
  }
  Module& m = *f.module;
  const ImageSymbol& s = m.image.symbols()[f.info->symbol];
  char* code = reinterpret_cast<char*>(const_cast<Insn*>(f.code));
  for (uint32_t i = 0; i < s.relocCount; i++) relocate(m, code, m.image.relocs()[s.firstReloc + i]);
  drain();
  if (vmConfig.verify) {
    std::string error = verifyFunc(m.image, *f.info);
    if (!error.empty()) {
      std::fprintf(stderr, "burrow: bad code in %.*s: %s\n", static_cast<int>(f.name.size()), f.name.data(),
                   error.c_str());
      std::abort();
    }
  }
  if (siteCounts) numberSites(f);
  setLinkedEntry(f);
}

void registerNatives(const NativeEntry* table, size_t count) {
  for (size_t i = 0; i < count; i++) nativeTable()[table[i].symbol] = table[i].fn;
}

void registerNativeAfter(const NativeAfterEntry* table, size_t count) {
  for (size_t i = 0; i < count; i++) afterTable()[table[i].symbol] = table[i].fn;
}

NativeFn findNative(std::string_view symbol) {
  auto it = nativeTable().find(symbol);
  return it == nativeTable().end() ? nullptr : it->second;
}

void forEachDataPointer(void (*visit)(void* ctx, void* ref), void* ctx) {
  auto scan = [&](const uint64_t* bits, uint64_t count, const void* base) {
    auto* words = static_cast<void* const*>(base);
    for (uint64_t i = 0; i < count; i++) {
      for (uint64_t b = bits[i]; b; b &= b - 1) {
        if (void* p = words[i * 64 + static_cast<unsigned>(__builtin_ctzll(b))]) visit(ctx, p);
      }
    }
  };
  for (Module* m : modules) {
    scan(m->image.dataPtrs(), m->image.dataPtrsCount(), m->image.data());
    scan(m->image.bssPtrs(), m->image.bssPtrsCount(), m->bss);
  }
}

}  // namespace burrow::vm
