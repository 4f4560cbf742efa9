// Types that instances have for themselves: those declared inside functions, and the shapes that messages show in place of type arguments.
#include "compiler/ir/canon.h"
#include "compiler/ir/format_text.h"
#include "compiler/types/typeset.h"

namespace burrow::ir {

bool isLocalType(const TypeName* obj) { return obj->pkg && obj->parent && obj->parent != obj->pkg->scope && obj->parent != universe; }

void nameLocal(const TypeName* obj, const std::string& instance) {
  auto [it, added] = canonTypes().localNames.try_emplace(obj);
  if (!added) return;
  std::string base = obj->pkg->path + "." + std::string(obj->name) + instance;
  int n = obj->localIndex ? obj->localIndex : instance.empty() ? ++canonTypes().localCounts[base] : 1;
  it->second = std::string(obj->name) + "·" + std::to_string(n);
  if (!instance.empty()) it->second += "{" + instance + "}";
}

Named* localInstance(Named* n, TypeEnv* env, const std::vector<Type*>& targs) {
  for (TypeEnv* e = env; e && targs.empty(); e = e->outer)
    if (auto it = e->locals.find(n); it != e->locals.end()) return it->second;
  Named* copy = canonTypes().arena.make<Named>();
  TypeName* obj = canonTypes().arena.make<TypeName>();
  *obj = *n->obj;
  obj->type = copy;
  copy->obj = obj;
  copy->state = Named::State::Complete;
  copy->methods = new std::vector<burrow::Func*>;
  if (targs.empty()) env->locals[n] = copy;
  std::vector<Type*> implicit;
  for (TypeEnv* e = env; e; e = e->outer) implicit.insert(implicit.begin(), e->args.begin(), e->args.end());
  canonTypes().localArgs[obj] = {implicit, targs};
  // The same instance may be built again by another package of this process: one type for one name.
  std::string key = env->instance + ":" + std::to_string(n->obj->pos.line()) + "." + std::to_string(n->obj->pos.col());
  for (Type* t : targs) key += ";" + static_cast<TypeInfo*>(t->lowered)->linkName;
  nameLocal(obj, key);
  copy->underlying = under(n);  // replaced below; set first so that nobody sees null
  if (Type* first = intern(copy); first != copy) {
    if (targs.empty()) env->locals[n] = static_cast<Named*>(first);
    return static_cast<Named*>(first);
  }
  TypeEnv own{n->tparams, canonTypes().arena.list(targs), {}, env->instance, env};
  Type* u = canon(under(n), targs.empty() ? env : &own);
  copy->underlying = u;
  static_cast<TypeInfo*>(copy->lowered)->underlying = u;
  return copy;
}

std::string shapeName(Type* t, TypeParam* p) {
  Type* u = underlying(t);
  return "go.shape." + (u->kind == TypeKind::Pointer && typeSetOf(p)->isMethodSet() ? "*uint8" : linkText(u));
}

namespace {

Type* shapeType(Type* t, TypeParam* p) {
  auto known = canonTypes().shapes.try_emplace(shapeName(t, p), nullptr).first;
  Type*& shape = known->second;
  if (shape) return shape;
  auto* named = canonTypes().arena.make<Named>();
  auto* obj = canonTypes().arena.make<TypeName>();
  obj->name = known->first;
  obj->type = named;
  named->obj = obj;
  named->state = Named::State::Complete;
  named->methods = new std::vector<burrow::Func*>;
  named->underlying = underlying(t);
  return shape = intern(named);
}

}  // namespace

TypeEnv* shapesOf(TypeEnv* env) {
  if (!env || env->shapes) return env ? env->shapes : nullptr;
  std::vector<Type*> args;
  for (size_t i = 0; i < env->args.size(); ++i) args.push_back(shapeType(env->args[i], env->params[i]));
  return env->shapes = new TypeEnv{env->params, canonTypes().arena.list(args), {}, "go.shape." + env->instance, shapesOf(env->outer)};
}

}  // namespace burrow::ir
