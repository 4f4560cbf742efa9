// References, strings, static data, sites, and the order in which a package's parts are made.
#include "compiler/codegen/unit_gen.h"

#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"
#include "vm/bytecode/frame.h"

namespace burrow {

std::string generate(ir::Unit& unit, const CodegenOptions& options, Diagnostics& diagnostics) {
  codegen::UnitGen gen(unit, options, diagnostics);
  return gen.run();
}

namespace codegen {

UnitGen::UnitGen(ir::Unit& u, const CodegenOptions& o, Diagnostics& d)
    : unit(u), options(o), diagnostics(d), image(u.package->path, u.package->name), strings_(*u.arena), stringHeaders_(*u.arena),
      roData_(*u.arena), closures_(*u.arena), names_(*u.arena), blocks_(*u.arena), funcSymbols_(*u.arena) {
  static uint32_t units = 0;
  number_ = ++units;
  for (auto& [path, unused] : unit.imports) {
    if (path == "unsafe" || imports_.count(path)) continue;
    imports_[path] = image.import(path, true, hashOf(path));
  }
}

uint64_t UnitGen::hashOf(const std::string& path) const { return options.importHash ? options.importHash(path) : 0; }

uint32_t UnitGen::symbol(std::string_view name, std::string_view package) {
  if (package.empty() || package == unit.package->path) return image.ref(name, -1);
  if (package != lastPackage_ || lastImport_ < 0) {
    lastPackage_ = package;
    auto [it, added] = imports_.try_emplace(lastPackage_, -1);
    if (added) it->second = image.import(package, false, hashOf(lastPackage_));  // reached through instances, inlining, linknames
    lastImport_ = it->second;
  }
  return image.ref(name, lastImport_);
}

uint32_t UnitGen::runtime(std::string_view name) {
  key_.assign("runtime.").append(name);
  return symbol(key_, "runtime");
}

uint32_t UnitGen::stringData(std::string_view text) {
  bool added;
  uint32_t& ref = strings_.add(text, added);
  if (added) ref = image.refTo(image.addData(SymbolKind::RoData, "", kLocal, text, 1, {}));
  return ref;
}

uint32_t UnitGen::roData(const std::string& bytes, uint16_t align) {
  key_ = bytes;
  key_.append(reinterpret_cast<const char*>(&align), sizeof align);
  bool added;
  uint32_t& ref = roData_.add(key_, added);
  if (added) ref = image.refTo(image.addData(SymbolKind::RoData, "", kLocal, bytes, align, {}));
  return ref;
}

uint32_t UnitGen::roValue(const Bytes& value, uint16_t align) {
  if (value.relocs.empty()) return roData(value.data, align);
  return image.refTo(image.addData(SymbolKind::Data, "", kLocal, value.data, align, value.relocs));
}

uint32_t UnitGen::funcValue(std::string_view name, std::string_view package) {
  std::string key = std::string(name) + "·f";
  if (const uint32_t* known = closures_.find(key)) return *known;
  Bytes b;
  b.address(symbol(name, package));
  // A literal of an instance is this package's own, whoever else has one of that name.
  auto f = unit.bySymbol.find(name);
  bool literal = f != unit.bySymbol.end() && f->second->outer;
  uint32_t s = image.addData(SymbolKind::Data, literal ? "" : key, literal ? kLocal : kDupOk, b.data, 8, b.relocs);
  uint32_t ref = image.refTo(s);
  closures_.set(key, ref);
  return ref;
}

uint32_t UnitGen::zeroBase() {
  return image.refTo(image.addData(SymbolKind::Data, "go:zerobase", kDupOk, {}, 8, {}));
}

uint32_t UnitGen::stringHeader(std::string_view text, const Bytes& header) {
  bool added;
  uint32_t& ref = stringHeaders_.add(text, added);
  if (added) ref = image.refTo(image.addData(SymbolKind::Data, "", kLocal, header.data, 8, header.relocs));
  return ref;
}

Type* UnitGen::unsafePointerType() { return ir::canon(typ(BasicKind::UnsafePointer)); }

uint32_t UnitGen::fileString(Pos pos, uint32_t* line) {
  // Tracebacks show where the file lies, not how it was named; names from //line directives stay as they are.
  const SourceFile& f = unit.files->file(pos.file());
  std::string_view plain = options.std || f.diskPath.empty() ? f.path : f.diskPath;
  if (f.directives.empty() && !plain.empty()) {
    if (line) *line = pos.line();
    if (fileStrings_.size() <= pos.file()) fileStrings_.resize(pos.file() + 1, 0);
    uint32_t& known = fileStrings_[pos.file()];
    if (!known) known = image.string(plain);
    return known;
  }
  Position p = unit.files->position(pos);
  if (line) *line = p.line;
  std::string_view name = p.file == f.path ? plain : p.file.empty() ? std::string_view("??") : p.file;
  return image.string(name);
}

void UnitGen::startFunc(const uint32_t* at) {
  inlinedNow_ = at;
  inlines_.clear();
  inlineNumbers_.clear();
}

uint32_t UnitGen::inlined(uint32_t inl) {
  if (!inl) return 0;
  if (auto it = inlineNumbers_.find(inl); it != inlineNumbers_.end()) return it->second;
  const ir::InlineFrame& f = unit.inlineTree[inl];
  ImageBuilder::Inline i{};
  i.call.parent = inlined(f.parent);
  i.call.name = image.string(f.symbol);
  if (f.start.isKnown()) i.call.startLine = unit.files->position(f.start).line;
  if (f.call.isKnown()) i.file = fileString(f.call, &i.line);
  inlines_.push_back(i);
  return inlineNumbers_[inl] = static_cast<uint32_t>(inlines_.size());
}

/// Why a construct is on the heap of which escape analysis has nothing to say: it always is.
static std::string_view reasonOfKind(AllocKind kind) {
  switch (kind) {
    case AllocKind::Chan: return "channels are on the heap";
    case AllocKind::MapGrow: return "maps grow on the heap";
    case AllocKind::Go: return "goroutines outlive their statement";
    case AllocKind::Defer: return "may run more than once";
    default: return {};
  }
}

uint32_t UnitGen::site(Pos pos, AllocKind kind, bool onHeap, Type* type, std::string_view typeName,
                       std::string_view reason, uint64_t size) {
  ImageSite s{};
  if (type && (kind == AllocKind::New || kind == AllocKind::Variable || kind == AllocKind::Box)) size = info(type).size;
  s.size = static_cast<uint32_t>(std::min<uint64_t>(size, ~0u));
  s.func = funcCount;
  if (pos.isKnown()) s.file = fileString(pos, &s.line);
  s.col = pos.col();
  s.inl = inlined(*inlinedNow_);
  s.typeName = type ? image.string(info(type).text) : image.string(typeName);
  s.reason = image.string(reason.empty() && onHeap ? reasonOfKind(kind) : reason);
  s.kind = static_cast<uint8_t>(kind);
  s.onHeap = onHeap;
  return image.addSite(s);
}

namespace {

std::vector<bool> dataPointers(const ir::StaticData& d) {
  std::vector<bool> ptrs;
  if (!d.type) return ptrs;
  TypeInfo& ti = info(d.type);
  if (!ti.hasPointers()) return ptrs;
  ptrs.assign((d.size + 7) / 8, false);
  uint64_t count = d.count ? d.count : 1;
  for (uint64_t e = 0; e < count; ++e) {
    for (size_t w = 0; w < ti.ptrs.size(); ++w) {
      size_t at = e * ti.size / 8 + w;
      if (ti.ptrs[w] && at < ptrs.size()) ptrs[at] = true;
    }
  }
  return ptrs;
}

}  // namespace

uint32_t UnitGen::staticRef(ir::StaticData* d) {
  if (!d->symbol.empty()) {
    staticData(d);
    return symbol(d->symbol);
  }
  if (d->size == 0) return zeroBase();
  if (d->handle >= 0) return image.refTo(static_cast<uint32_t>(d->handle));
  if (inProgress_.count(d)) {  // a cycle: named, so that it can be referred to before it exists
    std::string& name = forwardNames_[d];
    if (name.empty()) name = unit.package->path + "..cycle" + std::to_string(forwardNames_.size());
    return symbol(name);
  }
  staticData(d);
  return image.refTo(static_cast<uint32_t>(d->handle));
}

uint32_t UnitGen::staticData(ir::StaticData* d) {
  if (d->handle >= 0) return static_cast<uint32_t>(d->handle);
  if (!inProgress_.insert(d).second) return 0;
  std::vector<ImageBuilder::Reloc> relocs;
  for (const ir::DataReloc& r : d->relocs) {
    uint32_t ref;
    if (r.descriptor) {
      ref = r.iface ? itab(r.descriptor, r.iface) : this->type(r.descriptor);
    } else if (r.funcValue) {
      ref = funcValue(r.symbol, r.package);
    } else if (!r.symbol.empty()) {
      ref = symbol(r.symbol, r.package);
    } else {
      ref = staticRef(r.local);
    }
    relocs.push_back({static_cast<uint32_t>(r.offset), ref, static_cast<int32_t>(r.addend), RelocKind::Abs64});
  }
  inProgress_.erase(d);
  std::string name = d->symbol;
  uint8_t flags = d->dupOk ? kDupOk : 0;
  if (name.empty()) {
    flags |= kLocal;
    auto it = forwardNames_.find(d);
    if (it != forwardNames_.end()) name = it->second;
  }
  uint16_t align = static_cast<uint16_t>(d->align ? d->align : 1);
  uint32_t s;
  if (d->bytes.empty() && relocs.empty() && !d->readOnly) {
    s = image.addBss(name, d->size, align, dataPointers(*d));
  } else {
    std::string bytes = d->bytes;
    bytes.resize(d->size);
    SymbolKind kind = d->readOnly && relocs.empty() ? SymbolKind::RoData : SymbolKind::Data;
    s = image.addData(kind, name, flags, bytes, align, relocs,
                      kind == SymbolKind::Data && !d->readOnly ? dataPointers(*d) : std::vector<bool>{});
  }
  d->handle = s;
  return s;
}

void UnitGen::generateFunc(ir::Func* f) {
  if (!generated_.insert(f).second) return;
  if (f->dupOk && funcSymbols_.find(f->symbol)) return;
  uint32_t symbol;
  if (f->native) {
    symbol = addNative(*f);
  } else {
    setCrashFunction(f->symbol, f->pos.bits());
    FuncGen gen(*this, *f);
    symbol = gen.run();
  }
  bool added;
  if (uint32_t& known = funcSymbols_.add(f->symbol, added); added) known = symbol;
  ++funcCount;
  for (ir::Func* c : f->closures) generateFunc(c);
}

void UnitGen::generateFuncs() {
  // Descriptors and itabs add wrappers to unit.funcs, functions add descriptors: until nothing is new. Instances and wrappers whose calls
  // were all inlined are left out.
  size_t nextFunc = 0;
  std::vector<ir::Func*> unused;
  for (;;) {
    bool progress = false;
    while (nextFunc < unit.funcs.size()) {
      ir::Func* f = unit.funcs[nextFunc++];
      if (f->dupOk && !image.referred(f->symbol)) {
        unused.push_back(f);
        continue;
      }
      generateFunc(f);
      progress = true;
    }
    std::erase_if(unused, [&](ir::Func* f) {
      if (!image.referred(f->symbol)) return false;
      generateFunc(f);
      return progress = true;
    });
    while (!pendingItabs_.empty()) {
      PendingItab p = pendingItabs_.back();
      pendingItabs_.pop_back();
      defineItab(p.concrete, p.iface, p.name);
      progress = true;
    }
    while (!pendingTypes_.empty()) {
      Type* t = pendingTypes_.back();
      pendingTypes_.pop_back();
      describe(t);
      progress = true;
    }
    for (size_t i = 0; i < unit.data.size(); ++i) {
      if (unit.data[i]->handle < 0) {
        staticData(unit.data[i]);
        progress = true;
      }
    }
    if (!progress) return;
  }
}

/// A function without a body: the linker binds it to a C++ function of its name.
uint32_t UnitGen::addNative(const ir::Func& f) {
  ImageBuilder::Function out;
  out.name = f.symbol;
  unsigned args = 0, results = 0;
  std::vector<bool> ptrs;
  auto add = [&](ir::Name* n, unsigned& total) {
    TypeInfo& ti = info(n->type);
    for (unsigned i = 0; i < ti.slots; ++i) ptrs.push_back(ti.boxed || (i < ti.ptrs.size() && ti.ptrs[i]));
    total += ti.slots;
  };
  for (auto* p : f.params) add(p, args);
  for (auto* r : f.results) add(r, results);
  out.argSlots = static_cast<uint16_t>(args);
  out.resultSlots = static_cast<uint16_t>(results);
  out.frameSlots = 1;
  out.flags = kNative;
  out.symbolFlags = f.dupOk ? kDupOk : 0;
  // The map at entry covers the arguments for as long as the native runs.
  unsigned first = out.frameSlots + kFrameHeaderSlots;
  uint64_t* map = out.maps.add(0, (first + args + results + 63) / 64);
  for (unsigned i = 0; i < args; ++i) {
    if (ptrs[i]) map[(first + i) / 64] |= uint64_t{1} << ((first + i) % 64);
  }
  if (f.pos.isKnown()) {
    LineEntry e{};
    e.file = fileString(f.pos, &e.line);
    out.lines.push_back(e);
    out.startLine = e.line;
  }
  if (f.fullType) out.signature = type(f.fullType);
  return image.addFunc(out);
}

std::string UnitGen::run() {
  if (unit.init) generateFunc(unit.init);
  for (Type* t : unit.types) type(t);
  generateFuncs();
  auto added = [&](ir::Func* f) {
    const uint32_t* symbol = funcSymbols_.find(f->symbol);
    BURROW_CHECK(symbol != nullptr);
    return *symbol;
  };
  if (unit.init) image.setInit(added(unit.init));
  if (unit.main) image.setMain(added(unit.main));
  image.setExports(options.exports);
  return image.finish(options.compilerHash, options.contentHash);
}

}  // namespace codegen
}  // namespace burrow
