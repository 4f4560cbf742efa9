// Type descriptors and itabs, byte for byte as internal/abi lays them out, and the wrappers that their method tables need.
#include "compiler/codegen/unit_gen.h"
#include "vm/bytecode/check.h"
#include "vm/bytecode/frame.h"
#include "vm/bytecode/type_desc.h"

namespace burrow::codegen {

namespace {

AbiKind abiKind(Type* t) {
  Type* ut = ir::underlying(t);
  switch (ut->kind) {
    case TypeKind::Basic:
      switch (static_cast<Basic*>(ut)->basic) {
        case BasicKind::Bool: return AbiKind::Bool;
        case BasicKind::Int: return AbiKind::Int;
        case BasicKind::Int8: return AbiKind::Int8;
        case BasicKind::Int16: return AbiKind::Int16;
        case BasicKind::Int32: return AbiKind::Int32;
        case BasicKind::Int64: return AbiKind::Int64;
        case BasicKind::Uint: return AbiKind::Uint;
        case BasicKind::Uint8: return AbiKind::Uint8;
        case BasicKind::Uint16: return AbiKind::Uint16;
        case BasicKind::Uint32: return AbiKind::Uint32;
        case BasicKind::Uint64: return AbiKind::Uint64;
        case BasicKind::Uintptr: return AbiKind::Uintptr;
        case BasicKind::Float32: return AbiKind::Float32;
        case BasicKind::Float64: return AbiKind::Float64;
        case BasicKind::Complex64: return AbiKind::Complex64;
        case BasicKind::Complex128: return AbiKind::Complex128;
        case BasicKind::String: return AbiKind::String;
        case BasicKind::UnsafePointer: return AbiKind::UnsafePointer;
        default: return AbiKind::Invalid;
      }
    case TypeKind::Array: return AbiKind::Array;
    case TypeKind::Slice: return AbiKind::Slice;
    case TypeKind::Struct: return AbiKind::Struct;
    case TypeKind::Pointer: return AbiKind::Pointer;
    case TypeKind::Signature: return AbiKind::Func;
    case TypeKind::Interface: return AbiKind::Interface;
    case TypeKind::Map: return AbiKind::Map;
    case TypeKind::Chan: return AbiKind::Chan;
    default: return AbiKind::Invalid;
  }
}

uint32_t typeHash(std::string_view linkName) {
  uint32_t h = 2166136261u;
  for (unsigned char c : linkName) h = (h ^ c) * 16777619u;
  return h ? h : 1;
}

std::string pathOf(const Package* p) { return p ? p->path : std::string(); }

/// Whether comparing or hashing a value of the type can panic: it contains an interface.
bool hashMightPanic(Type* t) {
  Type* ut = ir::underlying(t);
  switch (ut->kind) {
    case TypeKind::Interface: return true;
    case TypeKind::Array: return hashMightPanic(ir::canon(static_cast<Array*>(ut)->elem));
    case TypeKind::Struct:
      for (Var* f : static_cast<Struct*>(ut)->fields) {
        if (hashMightPanic(ir::canon(f->type))) return true;
      }
      return false;
    default: return false;
  }
}

/// Whether overwriting an equal key can change it: floats (-0), strings and interfaces.
bool needKeyUpdate(Type* t) {
  Type* ut = ir::underlying(t);
  switch (ut->kind) {
    case TypeKind::Interface: return true;
    case TypeKind::Basic: return (static_cast<Basic*>(ut)->info & (kIsFloat | kIsComplex | kIsString)) != 0;
    case TypeKind::Array: return needKeyUpdate(ir::canon(static_cast<Array*>(ut)->elem));
    case TypeKind::Struct:
      for (Var* f : static_cast<Struct*>(ut)->fields) {
        if (needKeyUpdate(ir::canon(f->type))) return true;
      }
      return false;
    default: return false;
  }
}

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
  package = pathOf(n->obj->pkg);
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

uint32_t UnitGen::equalClosure(Type* t) {
  Bytes b;
  b.address(runtime("typeEqual"));
  b.address(type(t));
  return image.refTo(image.addData(SymbolKind::Data, "", kLocal, b.data, 8, b.relocs));
}

uint32_t UnitGen::hashClosure(Type* t) {
  Bytes b;
  b.address(runtime("typeHash"));
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
  if (mask.empty()) {
    b.u64(0);
  } else {
    b.address(gcMask(mask));
  }
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

void UnitGen::describe(Type* t) {
  TypeInfo& ti = info(t);
  Type* ut = ir::underlying(t);
  auto* named = as<Named>(t);
  std::vector<ir::MethodEntry> methods;
  bool mayHaveMethods = ut->kind != TypeKind::Interface;
  if (mayHaveMethods && !named) {
    Type* base = t->kind == TypeKind::Pointer ? ir::canon(static_cast<Pointer*>(t)->base) : t;
    mayHaveMethods = (t->kind == TypeKind::Pointer && base->kind == TypeKind::Named) || base->kind == TypeKind::Struct;
    if (base->kind == TypeKind::Named && ir::underlying(base)->kind == TypeKind::Interface) mayHaveMethods = false;
  }
  if (mayHaveMethods) methods = ir::methodTable(unit, t);
  bool isNamed = named || t->kind == TypeKind::Basic;
  bool uncommon = isNamed || !methods.empty();

  // Interfaces: the package of their unexported methods.
  Package* pkg = named ? named->obj->pkg : nullptr;

  uint8_t flags = 0;
  if (uncommon) flags |= kUncommon;
  if (isNamed) flags |= kNamed;
  if (ti.regularMemory) flags |= kRegularMemory;
  if (ti.direct) flags |= kDirectIface;
  Bytes& b = descriptor_;
  b.clear();
  b.u64(ti.size);
  b.u64(ti.ptrBytes);
  b.u32(typeHash(ti.linkName));
  b.u8(flags);
  b.u8(static_cast<uint8_t>(ti.align));
  b.u8(static_cast<uint8_t>(ti.align));
  b.u8(static_cast<uint8_t>(abiKind(t)));
  if (ti.comparable) {
    b.address(equalClosure(t));
  } else {
    b.u64(0);
  }
  if (ti.ptrBytes) {
    std::vector<bool> mask = ti.ptrs;
    mask.resize(ti.ptrBytes / 8);
    b.address(gcMask(mask));
  } else {
    b.u64(0);
  }
  auto* nameOwner = named;
  if (!named && t->kind == TypeKind::Pointer) nameOwner = as<Named>(ir::canon(static_cast<Pointer*>(t)->base));
  b.offset32(nameData(ti.text, {}, nameOwner && nameOwner->obj->exported(), false, {}));
  // PtrToThis: found through typelinks when wanted. Nobody may have needed a literal's pointer type, and reflect cannot give
  // it the methods of embedded fields.
  Type* pointer = !named && t->kind == TypeKind::Struct ? ir::pointerTo(t) : nullptr;
  if (pointer && !ir::methodTable(unit, pointer).empty()) {
    b.offset32(type(pointer));
  } else {
    b.u32(0);
  }
  BURROW_CHECK(b.data.size() == sizeof(AbiType));

  // The kind's own fixed part.
  size_t variableAt = 0;  // where the slice header of the variable part is, if there is one
  std::vector<burrow::Func*> imethods;
  switch (ut->kind) {
    case TypeKind::Array: {
      auto* a = static_cast<Array*>(ut);
      b.address(type(a->elem));
      b.address(type(ir::sliceOf(ir::canon(a->elem))));
      b.u64(static_cast<uint64_t>(a->len));
      break;
    }
    case TypeKind::Chan: {
      auto* c = static_cast<Chan*>(ut);
      b.address(type(c->elem));
      b.u64(c->dir == syntax::ChanDir::RecvOnly ? 1 : c->dir == syntax::ChanDir::SendOnly ? 2 : 3);
      break;
    }
    case TypeKind::Signature: {
      auto* s = static_cast<Signature*>(ut);
      b.u16(static_cast<uint16_t>(s->params ? s->params->vars.size() : 0));
      b.u16(static_cast<uint16_t>((s->results ? s->results->vars.size() : 0) | (s->variadic ? 0x8000 : 0)));
      b.pad(8);
      break;
    }
    case TypeKind::Interface: {
      imethods = ir::interfaceMethodsOf(t);
      if (pkg) {
        b.address(nameData(pathOf(pkg), {}, false, false, {}));
      } else {
        b.u64(0);
      }
      variableAt = b.data.size();
      b.u64(0);
      b.u64(imethods.size());
      b.u64(imethods.size());
      break;
    }
    case TypeKind::Map: {
      auto* m = static_cast<Map*>(ut);
      Type *key = ir::canon(m->key), *elem = ir::canon(m->elem);
      TypeInfo &ki = info(key), &ei = info(elem);
      b.address(type(key));
      b.address(type(elem));
      b.u64(0);  // groups are the run-time system's own
      b.address(hashClosure(key));
      bool bigKey = ki.size > 128, bigElem = ei.size > 128;
      uint64_t keySize = bigKey ? 8 : ki.size, elemSize = bigElem ? 8 : ei.size;
      uint64_t elemAlign = bigElem ? 8 : ei.align, keyAlign = bigKey ? 8 : ki.align;
      uint64_t elemOff = (keySize + elemAlign - 1) / elemAlign * elemAlign;
      uint64_t align = std::max(elemAlign, keyAlign);
      uint64_t slot = (elemOff + elemSize + align - 1) / align * align;
      b.u64(8 + 8 * slot);
      b.u64(slot);
      b.u64(elemOff);
      b.u32((needKeyUpdate(key) ? 1u : 0) | (hashMightPanic(key) ? 2u : 0) | (bigKey ? 4u : 0) | (bigElem ? 8u : 0));
      b.pad(8);
      break;
    }
    case TypeKind::Pointer: b.address(type(static_cast<Pointer*>(ut)->base)); break;
    case TypeKind::Slice: b.address(type(static_cast<Slice*>(ut)->elem)); break;
    case TypeKind::Struct: {
      auto* s = static_cast<Struct*>(ut);
      Package* owner = nullptr;
      for (Var* f : s->fields) {
        if (!f->exported()) owner = f->pkg;
      }
      if (owner) {
        b.address(nameData(pathOf(owner), {}, false, false, {}));
      } else {
        b.u64(0);
      }
      variableAt = b.data.size();
      b.u64(0);
      b.u64(s->fields.size());
      b.u64(s->fields.size());
      break;
    }
    default: break;
  }
  size_t uncommonAt = b.data.size();
  std::string ownPath;
  if (uncommon) {
    uint16_t exported = 0;
    for (auto& m : methods) exported = static_cast<uint16_t>(exported + m.exported);
    Package* owner = pkg;
    if (!owner && t->kind == TypeKind::Pointer) {
      if (auto* base = as<Named>(ir::canon(static_cast<Pointer*>(t)->base))) owner = base->obj->pkg;
    }
    if (owner && named) {
      ownPath = pathOf(owner);
      b.offset32(nameData(pathOf(owner), {}, false, false, {}));
    } else if (auto* basic = as<Basic>(t); basic && basic->basic == BasicKind::UnsafePointer) {
      b.offset32(nameData("unsafe", {}, false, false, {}));
    } else {
      b.u32(0);
    }
    b.u16(static_cast<uint16_t>(methods.size()));
    b.u16(exported);
    b.u32(0);  // Moff, below
    b.u32(0);
  }
  // The variable part.
  uint32_t self = symbol("type:" + ti.linkName);
  auto pointToVariable = [&] {
    b.relocs.push_back({static_cast<uint32_t>(variableAt), self, static_cast<int32_t>(b.data.size()), RelocKind::Abs64});
  };
  switch (ut->kind) {
    case TypeKind::Signature: {
      auto* s = static_cast<Signature*>(ut);
      if (s->params) {
        for (Var* v : s->params->vars) b.address(type(v->type));
      }
      if (s->results) {
        for (Var* v : s->results->vars) b.address(type(v->type));
      }
      break;
    }
    case TypeKind::Interface:
      if (!imethods.empty()) pointToVariable();
      for (burrow::Func* m : imethods) {
        bool exported = m->exported();
        b.offset32(nameData(m->name, {}, exported, false, exported ? std::string() : pathOf(m->pkg)));
        b.offset32(type(m->Object::type));
      }
      b.pad(8);
      break;
    case TypeKind::Struct: {
      auto* s = static_cast<Struct*>(ut);
      if (!s->fields.empty()) pointToVariable();
      for (size_t i = 0; i < s->fields.size(); ++i) {
        Var* f = s->fields[i];
        std::string_view tag = i < s->tags.size() ? s->tags[i] : std::string_view();
        b.address(nameData(f->name, tag, f->exported(), f->embedded, {}));
        b.address(type(f->type));
        b.u64(static_cast<uint64_t>(ti.offsets[i]));
      }
      break;
    }
    default: break;
  }
  if (uncommon && !methods.empty()) {
    uint32_t moff = static_cast<uint32_t>(b.data.size() - uncommonAt);
    std::memcpy(b.data.data() + uncommonAt + 8, &moff, 4);
    for (auto& m : methods) {
      // The type's own package goes without saying: reflect takes a path for a method of elsewhere.
      bool bare = m.exported || m.pkgPath == ownPath;
      b.offset32(nameData(m.name, {}, m.exported, false, bare ? std::string_view() : m.pkgPath));
      b.offset32(type(m.signature));
      b.offset32(symbol(m.ifn, m.package));
      b.offset32(symbol(m.tfn, m.tfnPackage));
    }
  }
  image.addData(SymbolKind::Type, "type:" + ti.linkName, kDupOk, b.data, 8, b.relocs);
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

}  // namespace burrow::codegen
