// Method tables of (interface, type) pairs: those of loaded images as they are linked, others made on first use.
#include <cstring>
#include <unordered_map>

#include "vm/link/internal.h"

namespace burrow::vm {

namespace {

struct Key {
  const AbiInterfaceType* inter;
  const AbiType* type;
  bool operator==(const Key&) const = default;
};
struct KeyHash {
  size_t operator()(const Key& k) const {
    auto a = reinterpret_cast<uintptr_t>(k.inter), b = reinterpret_cast<uintptr_t>(k.type);
    return (a ^ (b << 7 | b >> 57)) * 0x9e3779b97f4a7c15;
  }
};
/// Value null: the type does not implement the interface.
std::unordered_map<Key, Itab*, KeyHash>& table() {
  static auto* t = new std::unordered_map<Key, Itab*, KeyHash>;
  return *t;
}

bool isExported(const uint8_t* name) { return name[0] & 1; }

/// Package of an unexported name: its own note, or the owner's path.
std::string_view packageOf(const uint8_t* name, std::string_view owner) {
  if (!(name[0] & 4)) return owner;
  std::string_view text = nameText(name);
  auto* p = reinterpret_cast<const uint8_t*>(text.data()) + text.size();
  if (name[0] & 2) {
    uint64_t n = 0;
    for (unsigned shift = 0;; shift += 7) {
      n |= uint64_t{*p & 0x7fu} << shift;
      if (!(*p++ & 0x80)) break;
    }
    p += n;
  }
  int32_t offset;
  std::memcpy(&offset, p, 4);
  return nameText(static_cast<const uint8_t*>(offsetAddress(offset)));
}

/// Fills `fun` (may be null) and returns null, or returns the name of the first method that is missing.
const uint8_t* matchMethods(const AbiInterfaceType* inter, const AbiType* type, Func** fun) {
  const AbiUncommonType* u = uncommonType(type);
  auto* methods = u ? reinterpret_cast<const AbiMethod*>(reinterpret_cast<const char*>(u) + u->moff) : nullptr;
  unsigned count = u ? u->mcount : 0, j = 0;
  for (int64_t i = 0; i < inter->methods.len; i++) {
    const AbiImethod& want = inter->methods.data[i];
    auto* wantName = static_cast<const uint8_t*>(offsetAddress(want.name));
    std::string_view text = nameText(wantName);
    auto* wantType = offsetAddress(want.type);
    bool found = false;
    for (; j < count && !found; j++) {
      const AbiMethod& m = methods[j];
      auto* name = static_cast<const uint8_t*>(offsetAddress(m.name));
      if (nameText(name) != text || offsetAddress(m.mtyp) != wantType) continue;
      if (!isExported(name)) {
        auto* own = static_cast<const uint8_t*>(offsetAddress(u->pkgPath));
        if (packageOf(name, nameText(own)) != packageOf(wantName, nameText(inter->pkgPath))) continue;
      }
      if (fun) fun[i] = static_cast<Func*>(offsetAddress(m.ifn));
      found = true;
    }
    if (!found) return wantName;
  }
  return nullptr;
}

}  // namespace

Itab* link::addStaticItab(Itab* tab) {
  Itab*& slot = table()[{tab->inter, tab->type}];
  if (!slot) slot = tab;
  return slot;
}

Itab* getItab(AbiInterfaceType* inter, AbiType* type, const uint8_t** missing) {
  auto it = table().find({inter, type});
  if (it != table().end() && it->second) return it->second;
  if (it == table().end()) {
    auto n = static_cast<size_t>(inter->methods.len);
    std::vector<Func*> fun(n ? n : 1);
    Itab* tab = nullptr;
    if (!matchMethods(inter, type, fun.data())) {
      tab = static_cast<Itab*>(link::regionAllocate(offsetof(Itab, fun) + fun.size() * sizeof(Func*)));
      tab->inter = inter;
      tab->type = type;
      tab->hash = type->hash;
      std::memcpy(tab->fun, fun.data(), fun.size() * sizeof(Func*));
    }
    table().emplace(Key{inter, type}, tab);
    if (tab) return tab;
  }
  if (missing) *missing = matchMethods(inter, type, nullptr);
  return nullptr;
}

}  // namespace burrow::vm
