// References to type descriptors, itabs, and the small data that they are made of. describe.cpp writes the descriptors.
#include "compiler/codegen/unit_gen.h"
#include "vm/bytecode/check.h"
#include "vm/bytecode/frame.h"
#include "vm/bytecode/type_desc.h"

namespace burrow::codegen {

uint32_t typeHash(std::string_view linkName) {
  uint32_t h = 2166136261u;
  for (unsigned char c : linkName) h = (h ^ c) * 16777619u;
  return h ? h : 1;
}

namespace {

void appendVarint(std::string& s, size_t n) {
  while (n >= 0x80) {
    s.push_back(static_cast<char>(n | 0x80));
    n >>= 7;
  }
  s.push_back(static_cast<char>(n));
}

}  // namespace

/// A Named type declared at package level without type arguments is described by its own package, and so is the
/// pointer to it. Everything else is described wherever it is used; the first copy linked wins.
bool UnitGen::definedElsewhere(Type* t, std::string& package) {
  if (t->kind == TypeKind::Pointer) t = ir::canon(static_cast<Pointer*>(t)->base);
  auto* n = as<Named>(t);
  if (!n || n->inst || !n->obj->pkg) return false;
  package = n->obj->pkg->path;
  if (package == unit.package->path || package == "unsafe") return false;
  return n->obj->parent == n->obj->pkg->scope;
}

uint32_t UnitGen::type(Type* t) {
  t = ir::canon(t);
  TypeInfo& ti = info(t);
  if (ti.refUnit == number_) return ti.ref;
  std::string package, name = "type:" + ti.linkName;
  if (definedElsewhere(t, package)) {
    ti.ref = symbol(name, package);
  } else {
    pendingTypes_.push_back(t);
    ti.ref = symbol(name);
  }
  ti.refUnit = number_;
  return ti.ref;
}

/// An encoded name: flags, length, text, tag, and the package of an unexported method.
uint32_t UnitGen::nameData(std::string_view name, std::string_view tag, bool exported, bool embedded,
                           std::string_view pkgPath) {
  key_.assign(1, static_cast<char>((exported ? 1 : 0) | (tag.empty() ? 0 : 2) | (pkgPath.empty() ? 0 : 4) | (embedded ? 8 : 0)));
  appendVarint(key_, name.size());
  key_ += name;
  if (!tag.empty()) {
    appendVarint(key_, tag.size());
    key_ += tag;
  }
  size_t size = key_.size();
  key_ += '\0';
  key_ += pkgPath;
  bool added;
  uint32_t* ref = &names_.add(key_, added);
  if (!added) return *ref;
  if (pkgPath.empty()) {
    *ref = image.refTo(image.addData(SymbolKind::RoData, "", kLocal, {key_.data(), size}, 1, {}));
    return *ref;
  }
  std::string key = key_;
  Bytes b;
  b.data = key.substr(0, size);
  b.offset32(nameData(pkgPath, {}, false, false, {}));
  uint32_t made = image.refTo(image.addData(SymbolKind::Data, "", kLocal, b.data, 1, b.relocs));
  names_.set(key, made);
  return made;
}

uint32_t UnitGen::gcMask(const std::vector<bool>& bits) {
  std::string bytes((bits.size() + 63) / 64 * 8, '\0');
  for (size_t i = 0; i < bits.size(); ++i) {
    if (bits[i]) bytes[i / 8] = static_cast<char>(bytes[i / 8] | 1 << (i % 8));
  }
  return roData(bytes, 8);
}

uint32_t UnitGen::typeClosure(std::string_view function, Type* t) {
  Bytes b;
  b.address(runtime(function));
  b.address(type(t));
  return image.refTo(image.addData(SymbolKind::Data, "", kLocal, b.data, 8, b.relocs));
}

uint32_t UnitGen::blockType(const std::vector<bool>& ptrs) {
  std::string name = ".block.";
  for (bool p : ptrs) name += p ? 'p' : 's';
  if (const uint32_t* known = blocks_.find(name)) return *known;
  std::vector<bool> mask = ptrs;
  while (!mask.empty() && !mask.back()) mask.pop_back();
  Bytes b;
  b.u64(ptrs.size() * 8);
  b.u64(mask.size() * 8);
  b.u32(typeHash(name));
  b.u8(0);
  b.u8(8);
  b.u8(8);
  b.u8(static_cast<uint8_t>(AbiKind::Struct));
  b.u64(0);
  b.addressOr0(mask.empty() ? kNoRef : gcMask(mask));
  b.offset32(nameData("struct {}", {}, false, false, {}));
  b.u32(0);
  b.u64(0);
  b.u64(0);
  b.u64(0);
  b.u64(0);
  uint32_t s = image.addData(SymbolKind::Data, "go:" + name, kDupOk, b.data, 8, b.relocs);
  uint32_t ref = image.refTo(s);
  blocks_.set(name, ref);
  return ref;
}

uint32_t UnitGen::itab(Type* concrete, Type* iface) {
  concrete = ir::canon(concrete);
  iface = ir::canon(iface);
  auto [it, added] = itabs_.try_emplace({concrete, iface}, 0);
  if (added) {
    std::string name = "go:itab." + info(concrete).linkName + "," + info(iface).linkName;
    it->second = symbol(name);
    pendingItabs_.push_back({concrete, iface, std::move(name)});
  }
  return it->second;
}

void UnitGen::defineItab(Type* concrete, Type* iface, const std::string& name) {
  Bytes b;
  b.address(type(iface));
  b.address(type(concrete));
  b.u32(typeHash(info(concrete).linkName));
  b.u32(0);
  for (auto& [sym, package] : ir::itabMethods(unit, concrete, iface)) b.address(symbol(sym, package));
  image.addData(SymbolKind::Itab, name, kDupOk, b.data, 8, b.relocs);
}

}  // namespace burrow::codegen
