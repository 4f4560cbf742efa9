// References, strings, static data, sites, and the order in which a package's parts are made.
#include "compiler/codegen/unit_gen.h"

#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow {

std::string generate(ir::Unit& unit, const CodegenOptions& options, Diagnostics& diagnostics) {
  codegen::UnitGen gen(unit, options, diagnostics);
  return gen.run();
}

namespace codegen {

UnitGen::UnitGen(ir::Unit& u, const CodegenOptions& o, Diagnostics& d)
    : unit(u), options(o), diagnostics(d), image(u.package->path, u.package->name) {
  hashes_.insert(options.importHashes.begin(), options.importHashes.end());
  for (auto& [path, unused] : unit.imports) {
    if (path == "unsafe" || imports_.count(path)) continue;
    imports_[path] = image.import(path, true, hashOf(path));
  }
}

uint64_t UnitGen::hashOf(const std::string& path) const {
  auto it = hashes_.find(path);
  return it == hashes_.end() ? 0 : it->second;
}

uint32_t UnitGen::symbol(std::string_view name, std::string_view package) {
  if (package.empty() || package == unit.package->path) return image.ref(name, -1);
  auto [it, added] = imports_.try_emplace(std::string(package), -1);
  if (added) it->second = image.import(package, false, hashOf(it->first));  // reached through instances, inlining, linknames
  return image.ref(name, it->second);
}

uint32_t UnitGen::runtime(std::string_view name) { return symbol("runtime." + std::string(name), "runtime"); }

uint32_t UnitGen::stringData(std::string_view text) {
  auto [it, added] = strings_.try_emplace(std::string(text), 0);
  if (added) it->second = image.refTo(image.addData(SymbolKind::RoData, "", kLocal, text, 1, {}));
  return it->second;
}

uint32_t UnitGen::roData(const std::string& bytes, uint16_t align) {
  auto [it, added] = roData_.try_emplace(bytes + '\0' + std::to_string(align), 0);
  if (added) it->second = image.refTo(image.addData(SymbolKind::RoData, "", kLocal, bytes, align, {}));
  return it->second;
}

uint32_t UnitGen::funcValue(std::string_view name, std::string_view package) {
  std::string key = std::string(name) + "·f";
  auto it = closures_.find(key);
  if (it != closures_.end()) return it->second;
  Bytes b;
  b.address(symbol(name, package));
  uint32_t s = image.addData(SymbolKind::Data, key, kDupOk, b.data, 8, b.relocs);
  return closures_[key] = image.refTo(s);
}

uint32_t UnitGen::zeroBase() {
  return image.refTo(image.addData(SymbolKind::Data, "go:zerobase", kDupOk, {}, 8, {}));
}

uint32_t UnitGen::stringHeader(std::string_view text, const Bytes& header) {
  auto [it, added] = stringHeaders_.try_emplace(std::string(text), 0);
  if (added) it->second = image.refTo(image.addData(SymbolKind::Data, "", kLocal, header.data, 8, header.relocs));
  return it->second;
}

Type* UnitGen::unsafePointerType() { return ir::canon(typ(BasicKind::UnsafePointer)); }

uint32_t UnitGen::fileString(Pos pos, uint32_t* line) {
  Position p = unit.files->position(pos);
  if (line) *line = p.line;
  // Tracebacks show where the file lies, not how it was named; names from //line directives stay as they are.
  const SourceFile& f = unit.files->file(pos.file());
  std::string key(p.file);
  if (p.file == f.path) {
    if (!options.std && !f.diskPath.empty()) key = f.diskPath;
  } else if (key.empty()) {
    key = "??";
  }
  auto [it, added] = files_.try_emplace(key, 0);
  if (added) it->second = image.string(key);
  return it->second;
}

uint32_t UnitGen::site(Pos pos, AllocKind kind, bool onHeap, Type* type, std::string_view typeName,
                       std::string_view reason) {
  ImageSite s{};
  s.func = funcCount;
  if (pos.isKnown()) s.file = fileString(pos, &s.line);
  s.col = pos.col();
  s.typeName = type ? image.string(info(type).text) : image.string(typeName);
  s.reason = image.string(reason);
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
  if (f->dupOk && funcSymbols_.count(f->symbol)) return;
  uint32_t symbol;
  if (f->native) {
    symbol = addNative(*f);
  } else {
    setCrashFunction(f->symbol, f->pos.bits());
    FuncGen gen(*this, *f);
    symbol = gen.run();
  }
  funcSymbols_.emplace(f->symbol, symbol);
  ++funcCount;
  for (ir::Func* c : f->closures) generateFunc(c);
}

void UnitGen::generateFuncs() {
  // Descriptors and itabs add wrappers to unit.funcs, functions add descriptors: until nothing is new.
  size_t nextFunc = 0;
  for (;;) {
    bool progress = false;
    while (nextFunc < unit.funcs.size()) {
      generateFunc(unit.funcs[nextFunc++]);
      progress = true;
    }
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

std::string UnitGen::run() {
  if (unit.init) generateFunc(unit.init);
  for (Type* t : unit.types) type(t);
  generateFuncs();
  auto added = [&](ir::Func* f) {
    auto it = funcSymbols_.find(f->symbol);
    BURROW_CHECK(it != funcSymbols_.end());
    return it->second;
  };
  if (unit.init) image.setInit(added(unit.init));
  if (unit.main) image.setMain(added(unit.main));
  image.setExports(options.exports);
  return image.finish(options.compilerHash, options.contentHash);
}

}  // namespace codegen
}  // namespace burrow
