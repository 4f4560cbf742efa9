// Names of functions and variables for the linker, as gc spells them; references to functions and their instances.
#include "compiler/ir/builder.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

std::string_view UnitBuilder::intern(const std::string& s) { return *interned_.insert(s).first; }

std::string UnitBuilder::pkgPathOf(const Package* p) const { return p->path; }

std::string UnitBuilder::linkSymbol(const Object* o, const std::string& plain) {
  if (o->pkg != checked_.package) return plain;
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

/// The function type with the receiver in front, under an environment.
Type* fullTypeOf(Signature* sig, Type* recv, TypeEnv* env) {
  std::vector<Type*> params, results;
  if (recv) params.push_back(recv);
  if (sig->params)
    for (Var* v : sig->params->vars) params.push_back(canon(v->type, env));
  if (sig->results)
    for (Var* v : sig->results->vars) results.push_back(canon(v->type, env));
  return funcType(params, results, sig->variadic);
}

}  // namespace

FuncRef UnitBuilder::funcRef(burrow::Func* f, List<Type*> targs) {
  std::string plain = f->pkg->path + "." + std::string(f->name);
  if (targs.empty()) {
    std::string symbol = linkSymbol(f, plain);
    std::string_view package = f->pkg == checked_.package ? std::string_view() : std::string_view(f->pkg->path);
    return {intern(symbol), package, fullTypeOf(f->signature(), nullptr, nullptr), f};
  }
  std::string symbol = plain + argsText(targs);
  if (define(symbol)) pending_.push_back({f, targs, symbol});
  TypeEnv env{f->signature()->tparams, targs, {}, symbol, nullptr};
  return {intern(symbol), {}, fullTypeOf(f->signature(), nullptr, &env), f};
}

FuncRef UnitBuilder::methodRef(burrow::Func* m, Type* recv) {
  auto* ptr = burrow::as<Pointer>(recv);
  auto* named = burrow::as<Named>(ptr ? canon(ptr->base) : recv);
  BURROW_CHECK(named != nullptr);
  std::string symbol = methodSymbol(recv, m);
  burrow::Func* origin = m->origin ? m->origin : m;
  if (!named->inst) {
    std::string linked = m->pkg == checked_.package ? linkSymbolOfMethod(symbol) : symbol;
    return {intern(linked), m->pkg == checked_.package ? std::string_view() : std::string_view(m->pkg->path), fullTypeOf(origin->signature(), recv, nullptr), origin};
  }
  if (define(symbol)) pending_.push_back({origin, named->inst->targs, symbol});
  TypeEnv env{origin->signature()->rparams, named->inst->targs, {}, symbol, nullptr};
  return {intern(symbol), {}, fullTypeOf(origin->signature(), recv, &env), origin};
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
  if (symbol != plain && v->name != "_") n->package = intern(symbol.substr(0, symbol.rfind('.')));
  else if (v->pkg != checked_.package) n->package = v->pkg->path;
  it->second = n;
  return n;
}

}  // namespace burrow::ir
