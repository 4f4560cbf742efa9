// Names of functions and variables for the linker, as gc spells them; references to functions and their instances.
#include "compiler/ir/builder.h"
#include "compiler/syntax/parser.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

std::string_view UnitBuilder::intern(const std::string& s) { return *interned_.insert(s).first; }

std::string UnitBuilder::linkSymbol(const Object* o, const std::string& plain) {
  if (o->pkg != checked_.package) return o->linkName.empty() ? plain : std::string(o->linkName);
  auto it = pulls_.find(std::string(o->name));
  return it != pulls_.end() && o->parent == o->pkg->scope ? it->second : plain;
}

/// "pkg.T.M" or "pkg.(*T).M"; `recv` is canonical.
std::string methodSymbol(Type* recv, const burrow::Func* m) {
  auto* ptr = burrow::as<Pointer>(recv);
  Type* base = ptr ? canon(ptr->base) : recv;
  const std::string& name = info(base).linkName;
  std::string method(m->name);
  auto* named = burrow::as<Named>(base);
  TypeName* obj = named ? (named->inst ? named->inst->orig->obj : named->obj) : nullptr;
  // An unexported method promoted from another package must not meet one of the same name.
  if (!m->exported() && m->pkg && (!obj || obj->pkg != m->pkg)) method = m->pkg->path + "." + method;
  if (!obj || !obj->pkg) return (ptr ? "(*" + name + ")" : "(" + name + ")") + "." + method;
  if (!ptr) return name + "." + method;
  size_t dot = obj->pkg->path.size();
  return name.substr(0, dot + 1) + "(*" + name.substr(dot + 1) + ")." + method;
}

namespace {

std::string argsText(List<Type*> targs) {
  std::string out = "[";
  for (size_t i = 0; i < targs.size(); ++i) {
    if (i) out += ',';
    out += info(targs[i]).linkName;
  }
  return out + "]";
}

/// What is said of a function over and over again: its plain symbol, and its type with the receiver in front. Kept at the
/// object, for all units.
struct Known {
  std::string_view symbol;
  Type *recv = nullptr, *fullType = nullptr;
};

Arena& knownArena() {
  static Arena* arena = new Arena;  // symbols are referred to as long as objects are
  return *arena;
}

Known& know(burrow::Func* f, Type* recv, std::string_view symbol, Type* fullType) {
  Known* k = knownArena().make<Known>();
  k->symbol = knownArena().string(symbol);
  k->recv = recv;
  k->fullType = fullType;
  f->lowered = k;
  return *k;
}

}  // namespace

FuncRef UnitBuilder::funcRef(burrow::Func* f, List<Type*> targs) {
  if (targs.empty()) {
    auto* k = static_cast<Known*>(f->lowered);
    if (!k) k = &know(f, nullptr, f->pkg->path + "." + std::string(f->name), funcTypeOf(f->signature(), nullptr));
    if (f->pkg != checked_.package) return {f->linkName.empty() ? k->symbol : f->linkName, f->pkg->path, k->fullType, f};
    if (pulls_.empty()) return {k->symbol, {}, k->fullType, f};
    return {intern(linkSymbol(f, std::string(k->symbol))), {}, k->fullType, f};
  }
  std::string symbol = f->pkg->path + "." + std::string(f->name) + argsText(targs);
  if (define(symbol)) pending_.push_back({f, targs, symbol});
  TypeEnv env{f->signature()->tparams, targs, {}, symbol, nullptr};
  return {intern(symbol), {}, funcTypeOf(f->signature(), nullptr, &env), f};
}

FuncRef UnitBuilder::methodRef(burrow::Func* m, Type* recv) {
  auto* ptr = burrow::as<Pointer>(recv);
  auto* named = burrow::as<Named>(ptr ? canon(ptr->base) : recv);
  BURROW_CHECK(named != nullptr);
  burrow::Func* origin = m->origin ? m->origin : m;
  auto* k = static_cast<Known*>(m->lowered);
  if (!k || k->recv != recv) {
    std::string symbol = methodSymbol(recv, m);
    TypeEnv env{origin->signature()->rparams, named->inst ? named->inst->targs : List<Type*>(), {}, symbol, nullptr};
    k = &know(m, recv, symbol, funcTypeOf(origin->signature(), recv, named->inst ? &env : nullptr));
  }
  if (named->inst) {
    if (std::string symbol(k->symbol); define(symbol)) pending_.push_back({origin, named->inst->targs, symbol});
    return {k->symbol, {}, k->fullType, origin};
  }
  if (m->pkg != checked_.package) return {origin->linkName.empty() ? k->symbol : origin->linkName, m->pkg->path, k->fullType, origin};
  if (pulls_.empty()) return {k->symbol, {}, k->fullType, origin};
  return {intern(linkSymbolOfMethod(std::string(k->symbol))), {}, k->fullType, origin};
}

std::string UnitBuilder::linkSymbolOfMethod(const std::string& symbol) {
  // //go:linkname may name a method as "(*T).M" or "T.M".
  auto it = pulls_.find(symbol.substr(checked_.package->path.size() + 1));
  return it == pulls_.end() ? symbol : it->second;
}

Name* UnitBuilder::global(Var* v) {
  auto [it, added] = globals_.try_emplace(v, nullptr);
  if (!added) return it->second;
  Name* n = arena_.make<Name>();
  n->name = v->name;
  n->cls = Class::Global;
  n->type = canon(v->type);
  n->pos = v->pos;
  std::string plain = v->pkg->path + "." + std::string(v->name);
  std::string symbol = v->name == "_" ? plain + std::to_string(globals_.size()) : linkSymbol(v, plain);
  n->symbol = intern(symbol);
  if (symbol != plain && v->pkg == checked_.package && v->name != "_") v->linkName = syntax::intern(symbol);
  if (symbol != plain && v->name != "_") n->package = intern(symbol.substr(0, symbol.rfind('.')));
  else if (v->pkg != checked_.package) n->package = v->pkg->path;
  it->second = n;
  return n;
}

}  // namespace burrow::ir
