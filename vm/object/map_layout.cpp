#include "vm/object/map_layout.h"

#include <memory>
#include <unordered_map>

#include "vm/heap/heap.h"

namespace burrow::vm {

bool isBlankField(const AbiStructField& f);  // hash.cpp

static bool mayPanic(const AbiType* t) {
  switch (t->kind) {
    case AbiKind::Interface:
      return true;
    case AbiKind::Array:
      return mayPanic(static_cast<const AbiArrayType*>(t)->elem);
    case AbiKind::Struct: {
      auto* s = static_cast<const AbiStructType*>(t);
      for (int64_t i = 0; i < s->fields.len; ++i) {
        if (mayPanic(s->fields.data[i].type)) return true;
      }
      return false;
    }
    default:
      return false;
  }
}

static bool needsKeyUpdate(const AbiType* t) {
  switch (t->kind) {
    case AbiKind::Float32:
    case AbiKind::Float64:
    case AbiKind::Complex64:
    case AbiKind::Complex128:
    case AbiKind::Interface:
    case AbiKind::String:
      return true;
    case AbiKind::Array:
      return needsKeyUpdate(static_cast<const AbiArrayType*>(t)->elem);
    case AbiKind::Struct: {
      auto* s = static_cast<const AbiStructType*>(t);
      for (int64_t i = 0; i < s->fields.len; ++i) {
        if (needsKeyUpdate(s->fields.data[i].type)) return true;
      }
      return false;
    }
    default:
      return false;
  }
}

/// Whether equality is that of the memory, by the kind alone or by the compiler's flag.
static bool isRegular(const AbiType* t) {
  if (t->tflag & kRegularMemory) return true;
  switch (t->kind) {
    case AbiKind::Bool:
    case AbiKind::Int:
    case AbiKind::Int8:
    case AbiKind::Int16:
    case AbiKind::Int32:
    case AbiKind::Int64:
    case AbiKind::Uint:
    case AbiKind::Uint8:
    case AbiKind::Uint16:
    case AbiKind::Uint32:
    case AbiKind::Uint64:
    case AbiKind::Uintptr:
    case AbiKind::Chan:
    case AbiKind::Pointer:
    case AbiKind::UnsafePointer:
      return true;
    default:
      return false;
  }
}

KeyKind mapKeyKind(const AbiType* t) {
  if (t->kind == AbiKind::String) return KeyKind::String;
  if (!isRegular(t)) return KeyKind::General;
  if (t->size == 4) return KeyKind::Word32;
  return t->size == 8 ? KeyKind::Word64 : KeyKind::Memory;
}

static std::unique_ptr<MapLayout> makeLayout(const AbiMapType* t) {
  auto l = std::make_unique<MapLayout>();
  auto align = [](uint64_t n, uint64_t a) { return a ? (n + a - 1) / a * a : n; };
  l->mapType = t;
  l->key = t->key;
  l->elem = t->elem;
  l->keyBytes = t->key->size;
  l->elemOffset = align(t->key->size, t->elem->align);
  l->slotBytes = align(l->elemOffset + t->elem->size,
                       t->key->align > t->elem->align ? t->key->align : t->elem->align);
  if (!l->slotBytes) l->slotBytes = 1;  // every entry has an address
  l->keyKind = mapKeyKind(t->key);
  l->mayPanic = mayPanic(t->key);
  l->updateKey = needsKeyUpdate(t->key);
  addPointerMask(l->mask, t->key, 0);
  addPointerMask(l->mask, t->elem, l->elemOffset);
  l->hasPointers = t->key->ptrBytes || t->elem->ptrBytes;
  AbiType& slot = l->slot;
  slot = AbiType{};
  slot.size = l->slotBytes;
  slot.ptrBytes = t->elem->ptrBytes ? l->elemOffset + t->elem->ptrBytes : t->key->ptrBytes;
  slot.kind = AbiKind::Struct;
  slot.align = slot.fieldAlign = l->hasPointers ? 8 : 1;
  slot.gcData = l->mask.data();
  return l;
}

namespace {
struct Layouts {
  std::unordered_map<const AbiMapType*, std::unique_ptr<MapLayout>> all;
  std::vector<const AbiMapType*> onHeap;  ///< made by reflect; kept forever, as their layouts are
  struct {
    const AbiMapType* type = nullptr;
    const MapLayout* layout = nullptr;
  } recent[256];
};
}  // namespace

static Layouts& layouts() {
  static Layouts* l = [] {
    auto* made = new Layouts;
    addRootProvider([](RootVisitor visit, void* ctx) {
      for (const AbiMapType* t : layouts().onHeap) visit(ctx, const_cast<AbiMapType*>(t));
    });
    return made;
  }();
  return *l;
}

const MapLayout& mapLayout(const AbiMapType* t) {
  Layouts& ls = layouts();
  auto& recent = ls.recent[(reinterpret_cast<uintptr_t>(t) >> 4) % 256];
  if (recent.type == t) return *recent.layout;
  auto& slot = ls.all[t];
  if (!slot) {
    slot = makeLayout(t);
    if (findObject(t).start) ls.onHeap.push_back(t);
  }
  recent = {t, slot.get()};
  return *slot;
}

}  // namespace burrow::vm
