// Objects, scopes and the small constructors that the checker's files share.
#include <algorithm>

#include "compiler/syntax/unicode.h"
#include "compiler/types/checker.h"

namespace burrow {

bool isExportedName(std::string_view name) {
  return !name.empty() && syntax::isExported(name);
}

bool equalFold(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

bool Object::exported() const {
  return isExportedName(name);
}

bool samePkg(const Package* a, const Package* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a == b || a->path == b->path;
}

bool Object::sameId(const Package* from, std::string_view other, bool foldCase) const {
  // Without regard to case, packages do not matter either.
  if (foldCase && equalFold(name, other)) return true;
  if (name != other) return false;
  return exported() || samePkg(pkg, from);
}

// ---- Scopes
// --------------------------------------------------------------------------------------

void NameMap::insert(std::string_view name, Object* o) {
  constexpr size_t kLinear = 8;
  entries_.emplace_back(name, o);
  if (entries_.size() <= kLinear) return;
  auto place = [this](size_t at) {
    size_t i = hash(entries_[at].first);
    while (table_[i & (table_.size() - 1)] != 0) ++i;
    table_[i & (table_.size() - 1)] = static_cast<uint32_t>(at + 1);
  };
  if (entries_.size() * 2 <= table_.size()) {
    place(entries_.size() - 1);
    return;
  }
  size_t size = 32;
  while (size < entries_.size() * 4) size *= 2;
  table_.assign(size, 0);
  for (size_t i = 0; i < entries_.size(); ++i) place(i);
}

Object* Scope::resolve(std::string_view name) {
  Object* o = resolver(name);
  // The resolver may have inserted it itself, on the way to something that refers to it.
  if (o != nullptr && elems.find(name) == nullptr) {
    elems.insert(name, o);
    if (o->parent == nullptr) o->parent = this;
  }
  return o;
}

Object* Scope::lookup(std::string_view name) {
  return lookupInterned(intern(name));
}

Object* Scope::insert(Object* o) {
  if (Object* alt = lookupInterned(o->name)) return alt;
  elems.insert(o->name, o);
  if (o->parent == nullptr) o->parent = this;
  return nullptr;
}

std::vector<std::string_view> Scope::names() {
  if (loadAll) loadAll();
  std::vector<std::string_view> list;
  list.reserve(elems.size());
  for (auto& [name, o] : elems) list.push_back(name);
  std::sort(list.begin(), list.end());
  return list;
}

Scope* newScope(Scope* parent, Pos pos, Pos end) {
  Scope* s = new Scope;  // lives as long as the package
  s->parent = parent;
  s->pos = pos;
  s->end = end;
  if (parent != nullptr && parent != universe) parent->children.push_back(s);
  return s;
}

Object* ObjSet::insert(Object* o) {
  auto [from, to] = elems_.equal_range(o->name);
  for (; from != to; ++from) {
    Object* other = from->second;
    if (o->exported() || samePkg(o->pkg, other->pkg)) return other;
  }
  elems_.emplace(o->name, o);
  return nullptr;
}

// ---- Constructors
// --------------------------------------------------------------------------------

Var* newVar(Arena& arena, VarKind kind, Pos pos, Package* pkg, std::string_view name, Type* type) {
  Var* v = newObject<Var>(arena, pos, pkg, name, type);
  v->varKind = kind;
  return v;
}

Var* newField(Arena& arena, Pos pos, Package* pkg, std::string_view name, Type* type,
              bool embedded) {
  Var* v = newVar(arena, VarKind::Field, pos, pkg, name, type);
  v->embedded = embedded;
  return v;
}

Tuple* newTuple(Arena& arena, const std::vector<Var*>& vars) {
  if (vars.empty()) return nullptr;
  Tuple* t = arena.make<Tuple>();
  t->vars = arena.list(vars);
  return t;
}

Slice* newSlice(Arena& arena, Type* elem) {
  Slice* s = arena.make<Slice>();
  s->elem = elem;
  return s;
}

Pointer* newPointer(Arena& arena, Type* base) {
  Pointer* p = arena.make<Pointer>();
  p->base = base;
  return p;
}

bool isAliasName(const TypeName* obj) {
  Type* t = obj->type;
  if (t == nullptr) return false;
  if (auto* b = as<Basic>(t)) {
    if (obj->pkg == unsafePackage) return false;
    // Names of basic types outside the universe are aliases, as are byte and rune.
    return obj->pkg != nullptr || b->name != obj->name || t == universeByte || t == universeRune;
  }
  if (auto* n = as<Named>(t)) return obj != n->obj;
  if (auto* p = as<TypeParam>(t)) return obj != p->obj;
  return true;
}

bool isValidName(std::string_view s) {
  if (s.empty()) return false;
  for (size_t i = 0; i < s.size(); ++i) {
    unsigned char c = static_cast<unsigned char>(s[i]);
    bool letter = ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c >= 0x80;
    if (!letter && !(i > 0 && c >= '0' && c <= '9')) return false;
  }
  return true;
}

}  // namespace burrow
