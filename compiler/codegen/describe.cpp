// Type descriptors, byte for byte as internal/abi lays them out: a common part, the kind's own fixed part, what a type with a name or methods
// has besides, and the parts whose length varies.
#include "compiler/codegen/unit_gen.h"
#include "vm/bytecode/check.h"
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

/// What a pointer type points to; else t.
Type* pointedTo(Type* t) { return t->kind == TypeKind::Pointer ? ir::canon(static_cast<Pointer*>(t)->base) : t; }

bool mayHaveMethods(Type* t) {
  if (ir::underlying(t)->kind == TypeKind::Interface) return false;
  if (t->kind == TypeKind::Named) return true;
  Type* base = pointedTo(t);
  if (base->kind == TypeKind::Named) return ir::underlying(base)->kind != TypeKind::Interface;
  return base->kind == TypeKind::Struct;
}

}  // namespace

/// Writes the descriptor of one type.
class Descriptor {
 public:
  Descriptor(UnitGen& unit, Bytes& bytes, Type* t) : u_(unit), b(bytes), t_(t), under_(ir::underlying(t)), info_(info(t)), named_(as<Named>(t)) {}
  void write();

 private:
  uint32_t name(std::string_view text) { return u_.nameData(text, {}, false, false, {}); }
  void packageName(const Package* p) { b.addressOr0(p ? name(p->path) : kNoRef); }
  void common();
  void fixedPart();
  void mapPart(Map* m);
  void header(size_t length);
  void uncommonPart();
  void variablePart();
  void pointToVariable();
  void methodTable();

  UnitGen& u_;
  Bytes& b;
  Type* t_;
  Type* under_;
  TypeInfo& info_;
  Named* named_;
  std::vector<ir::MethodEntry> methods_;
  bool uncommon_ = false;
  size_t variableAt_ = 0;   ///< where the slice header of the variable part is, if there is one
  size_t uncommonAt_ = 0;
  std::string ownPath_;     ///< of the package that the type belongs to, if it says so
};

void UnitGen::describe(Type* t) { Descriptor(*this, descriptor_, t).write(); }

void Descriptor::write() {
  b.clear();
  if (mayHaveMethods(t_)) methods_ = ir::methodTable(u_.unit, t_);
  uncommon_ = named_ || t_->kind == TypeKind::Basic || !methods_.empty();
  common();
  fixedPart();
  uncommonAt_ = b.data.size();
  if (uncommon_) uncommonPart();
  variablePart();
  if (!methods_.empty()) methodTable();
  u_.image.addData(SymbolKind::Type, "type:" + info_.linkName, kDupOk, b.data, 8, b.relocs);
}

void Descriptor::common() {
  uint8_t flags = 0;
  if (uncommon_) flags |= kUncommon;
  if (named_ || t_->kind == TypeKind::Basic) flags |= kNamed;
  if (info_.regularMemory) flags |= kRegularMemory;
  if (info_.direct) flags |= kDirectIface;
  b.u64(info_.size);
  b.u64(info_.ptrBytes);
  b.u32(typeHash(info_.linkName));
  b.u8(flags);
  b.u8(static_cast<uint8_t>(info_.align));
  b.u8(static_cast<uint8_t>(info_.align));
  b.u8(static_cast<uint8_t>(abiKind(t_)));
  b.addressOr0(info_.comparable ? u_.typeClosure("typeEqual", t_) : kNoRef);
  if (info_.ptrBytes) {
    std::vector<bool> mask = info_.ptrs;
    mask.resize(info_.ptrBytes / 8);
    b.address(u_.gcMask(mask));
  } else {
    b.u64(0);
  }
  auto* nameOwner = as<Named>(pointedTo(t_));
  b.offset32(u_.nameData(info_.text, {}, nameOwner && nameOwner->obj->exported(), false, {}));
  // PtrToThis: found through typelinks when wanted. Nobody may have needed a literal's pointer type, and reflect cannot give
  // it the methods of embedded fields.
  Type* pointer = t_->kind == TypeKind::Struct ? ir::pointerTo(t_) : nullptr;
  if (pointer && !ir::methodTable(u_.unit, pointer).empty()) {
    b.offset32(u_.type(pointer));
  } else {
    b.u32(0);
  }
  BURROW_CHECK(b.data.size() == sizeof(AbiType));
}

/// A slice header of `length` elements, which are in the variable part.
void Descriptor::header(size_t length) {
  variableAt_ = b.data.size();
  b.u64(0);
  b.u64(length);
  b.u64(length);
}

/// The kind's own fixed part.
void Descriptor::fixedPart() {
  switch (under_->kind) {
    case TypeKind::Array: {
      auto* a = static_cast<Array*>(under_);
      b.address(u_.type(a->elem));
      b.address(u_.type(ir::sliceOf(ir::canon(a->elem))));
      b.u64(static_cast<uint64_t>(a->len));
      break;
    }
    case TypeKind::Chan: {
      auto* c = static_cast<Chan*>(under_);
      b.address(u_.type(c->elem));
      b.u64(c->dir == syntax::ChanDir::RecvOnly ? 1 : c->dir == syntax::ChanDir::SendOnly ? 2 : 3);
      break;
    }
    case TypeKind::Signature: {
      auto* s = static_cast<Signature*>(under_);
      b.u16(static_cast<uint16_t>(s->params ? s->params->vars.size() : 0));
      b.u16(static_cast<uint16_t>((s->results ? s->results->vars.size() : 0) | (s->variadic ? 0x8000 : 0)));
      b.pad(8);
      break;
    }
    case TypeKind::Interface:
      packageName(named_ ? named_->obj->pkg : nullptr);  // of its unexported methods
      header(ir::interfaceMethodsOf(t_).size());
      break;
    case TypeKind::Map: mapPart(static_cast<Map*>(under_)); break;
    case TypeKind::Pointer: b.address(u_.type(static_cast<Pointer*>(under_)->base)); break;
    case TypeKind::Slice: b.address(u_.type(static_cast<Slice*>(under_)->elem)); break;
    case TypeKind::Struct: {
      auto* s = static_cast<Struct*>(under_);
      Package* owner = nullptr;
      for (Var* f : s->fields) {
        if (!f->exported()) owner = f->pkg;
      }
      packageName(owner);
      header(s->fields.size());
      break;
    }
    default: break;
  }
}

void Descriptor::mapPart(Map* m) {
  Type *key = ir::canon(m->key), *elem = ir::canon(m->elem);
  TypeInfo &ki = info(key), &ei = info(elem);
  b.address(u_.type(key));
  b.address(u_.type(elem));
  b.u64(0);  // groups are the run-time system's own
  b.address(u_.typeClosure("typeHash", key));
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
}

void Descriptor::uncommonPart() {
  uint16_t exported = 0;
  for (auto& m : methods_) exported = static_cast<uint16_t>(exported + m.exported);
  auto* basic = as<Basic>(t_);
  if (named_ && named_->obj->pkg) {
    ownPath_ = named_->obj->pkg->path;
    b.offset32(name(ownPath_));
  } else if (basic && basic->basic == BasicKind::UnsafePointer) {
    b.offset32(name("unsafe"));
  } else {
    b.u32(0);
  }
  b.u16(static_cast<uint16_t>(methods_.size()));
  b.u16(exported);
  b.u32(0);  // Moff: methodTable
  b.u32(0);
}

void Descriptor::pointToVariable() {
  uint32_t self = u_.symbol("type:" + info_.linkName);
  b.relocs.push_back({static_cast<uint32_t>(variableAt_), self, static_cast<int32_t>(b.data.size()), RelocKind::Abs64});
}

/// Parameters and results, methods of an interface, fields.
void Descriptor::variablePart() {
  switch (under_->kind) {
    case TypeKind::Signature:
      for (const Tuple* vars : {static_cast<Signature*>(under_)->params, static_cast<Signature*>(under_)->results}) {
        for (size_t i = 0; vars && i < vars->vars.size(); ++i) b.address(u_.type(vars->vars[i]->type));
      }
      break;
    case TypeKind::Interface: {
      const std::vector<burrow::Func*>& methods = ir::interfaceMethodsOf(t_);
      if (!methods.empty()) pointToVariable();
      for (burrow::Func* m : methods) {
        bool exported = m->exported();
        b.offset32(u_.nameData(m->name, {}, exported, false, exported ? std::string() : pathOf(m->pkg)));
        b.offset32(u_.type(m->Object::type));
      }
      b.pad(8);
      break;
    }
    case TypeKind::Struct: {
      auto* s = static_cast<Struct*>(under_);
      if (!s->fields.empty()) pointToVariable();
      for (size_t i = 0; i < s->fields.size(); ++i) {
        Var* f = s->fields[i];
        std::string_view tag = i < s->tags.size() ? s->tags[i] : std::string_view();
        b.address(u_.nameData(f->name, tag, f->exported(), f->embedded, {}));
        b.address(u_.type(f->type));
        b.u64(static_cast<uint64_t>(info_.offsets[i]));
      }
      break;
    }
    default: break;
  }
}

void Descriptor::methodTable() {
  uint32_t moff = static_cast<uint32_t>(b.data.size() - uncommonAt_);
  std::memcpy(b.data.data() + uncommonAt_ + 8, &moff, 4);
  for (auto& m : methods_) {
    // The type's own package goes without saying: reflect takes a path for a method of elsewhere.
    bool bare = m.exported || m.pkgPath == ownPath_;
    b.offset32(u_.nameData(m.name, {}, m.exported, false, bare ? std::string_view() : m.pkgPath));
    b.offset32(u_.type(m.signature));
    b.offset32(u_.symbol(m.ifn, m.package));
    b.offset32(u_.symbol(m.tfn, m.tfnPackage));
  }
}

}  // namespace burrow::codegen
