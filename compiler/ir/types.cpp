// Canonical types: hash-consed by their unique name.
//
// canon() rebuilds a type bottom-up out of canonical parts, replacing type parameters on the way, and keeps the first
// type of each name. Most composite types are found by their parts, so that their names are written only once. A Named
// type is identified by name alone, so recursion ends there; its underlying type and layout are computed when first
// asked for.
#include <algorithm>
#include <memory>

#include "compiler/ir/canon.h"
#include "compiler/types/typeset.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

static std::unique_ptr<CanonTypes>& currentTypes() {
  static auto* all = new auto(std::make_unique<CanonTypes>());  // never destroyed: other static objects may refer to types
  return *all;
}

CanonTypes& canonTypes() { return *currentTypes(); }

void forgetTypes() {
  burrow::forgetTypes();
  currentTypes() = std::make_unique<CanonTypes>();
}

Type* intern(Type* t) {
  auto [it, added] = canonTypes().byName.try_emplace(linkNameOf(t), nullptr);
  if (added) {
    it->second = std::make_unique<TypeInfo>();
    it->second->type = t;
    it->second->linkName = it->first;
  }
  t->lowered = it->second.get();
  return it->second->type;
}

namespace {

Var* makeVar(Type* type, const Var* like) {
  Var* v = canonTypes().arena.make<Var>();
  if (like) {
    v->name = like->name;
    v->pkg = like->pkg;
    v->embedded = like->embedded;
    v->pos = like->pos;
    v->varKind = like->varKind;
  }
  v->type = type;
  return v;
}

template <class T>
T* copyOf() {
  return canonTypes().arena.make<T>();
}

/// The canonical tuple of canonical types; its variables are named as in `like`, if this is the first one.
Tuple* tupleFor(std::span<Type* const> types, const Tuple* like) {
  PartsHash hash(TypeKind::Tuple, types.size());
  for (Type* t : types) hash.add(t);
  Type* found = canonTypes().composites.find(hash, [&](Type* t) {
    auto* tuple = as<Tuple>(t);
    return tuple && std::equal(types.begin(), types.end(), tuple->vars.begin(), tuple->vars.end(), [](Type* x, Var* v) { return x == v->type; });
  });
  if (found) return static_cast<Tuple*>(found);
  std::vector<Var*> vars;
  for (size_t i = 0; i < types.size(); ++i) vars.push_back(makeVar(types[i], like ? like->vars[i] : nullptr));
  auto* out = copyOf<Tuple>();
  out->vars = canonTypes().arena.list(vars);
  out = static_cast<Tuple*>(intern(out));
  canonTypes().composites.insert(hash, out);
  return out;
}

/// The types of a tuple, canonical, after `first` if there is one.
class CanonList {
 public:
  CanonList(const Tuple* t, TypeEnv* env, Type* first = nullptr) {
    size_t extra = first ? 1 : 0;
    size_ = (t ? t->vars.size() : 0) + extra;
    if (size_ > kFew) many_.resize(size_);
    types_ = size_ > kFew ? many_.data() : few_;
    if (first) types_[0] = first;
    for (size_t i = extra; i < size_; ++i) types_[i] = canon(t->vars[i - extra]->type, env);
  }
  CanonList(const CanonList&) = delete;
  std::span<Type* const> types() const { return {types_, size_}; }

 private:
  static constexpr size_t kFew = 12;
  Type* few_[kFew];
  std::vector<Type*> many_;
  Type** types_;
  size_t size_;
};

Signature* signatureFor(Tuple* params, Tuple* results, bool variadic) {
  PartsHash hash(TypeKind::Signature, variadic);
  hash.add(params).add(results);
  Type* found = canonTypes().composites.find(hash, [&](Type* t) {
    auto* s = as<Signature>(t);
    return s && s->params == params && s->results == results && s->variadic == variadic;
  });
  if (found) return static_cast<Signature*>(found);
  auto* out = copyOf<Signature>();
  out->params = params;
  out->results = results;
  out->variadic = variadic;
  out = static_cast<Signature*>(intern(out));
  canonTypes().composites.insert(hash, out);
  return out;
}

Signature* canonSignature(Signature* s, TypeEnv* env, Type* recv = nullptr) {
  Tuple* params = tupleFor(CanonList(s->params, env, recv).types(), recv ? nullptr : s->params);
  return signatureFor(params, tupleFor(CanonList(s->results, env).types(), s->results), s->variadic);
}

Type* chanOf(syntax::ChanDir dir, Type* elem) {
  PartsHash hash(TypeKind::Chan, static_cast<uint64_t>(dir));
  hash.add(elem);
  Type* found = canonTypes().composites.find(hash, [&](Type* t) {
    auto* c = as<Chan>(t);
    return c && c->dir == dir && c->elem == elem;
  });
  if (found) return found;
  auto* c = copyOf<Chan>();
  c->dir = dir;
  c->elem = elem;
  Type* out = intern(c);
  canonTypes().composites.insert(hash, out);
  return out;
}

Interface* canonInterface(Interface* it, TypeEnv* env) {
  std::vector<Func*> methods;
  for (Func* m : interfaceMethods(it)) {
    Func* f = canonTypes().arena.make<Func>();
    f->name = m->name;
    f->pkg = m->pkg;
    f->pos = m->pos;
    f->type = canonSignature(m->signature(), env);
    methods.push_back(f);
  }
  Interface* out = canonTypes().arena.make<Interface>();
  out->methods = canonTypes().arena.list(methods);
  out->complete = true;
  return out;
}

Type* canonNamed(Named* n, TypeEnv* env) {
  if (n->inst) {
    std::vector<Type*> targs;
    for (Type* a : n->inst->targs) targs.push_back(canon(a, env));
    if (n->inst->orig && isLocalType(n->inst->orig->obj)) {
      if (env && !env->params.empty()) return localInstance(n->inst->orig, env, targs);
      nameLocal(n->inst->orig->obj, "");
    }
    Type* t = instantiateType(n->inst->orig, canonTypes().arena.list(targs));
    if (t->lowered) return static_cast<TypeInfo*>(t->lowered)->type;
    return intern(t);
  }
  if (isLocalType(n->obj)) {
    if (env && !env->params.empty()) return localInstance(n, env);
    nameLocal(n->obj, "");
  }
  return intern(n);
}

Type* canonTypeParam(TypeParam* p, TypeEnv* env) {
  for (TypeEnv* e = env; e; e = e->outer)
    for (size_t i = 0; i < e->params.size(); ++i)
      if (e->params[i] == p) return e->args[i];
  BURROW_UNREACHABLE();
}

Type* rebuild(Type* t, TypeEnv* env) {
  switch (t->kind) {
    case TypeKind::Basic: return intern(typ(static_cast<Basic*>(t)->basic));
    case TypeKind::Named: return canonNamed(static_cast<Named*>(t), env);
    case TypeKind::TypeParam: return canonTypeParam(static_cast<TypeParam*>(t), env);
    case TypeKind::Pointer: return pointerTo(canon(static_cast<Pointer*>(t)->base, env));
    case TypeKind::Slice: return sliceOf(canon(static_cast<Slice*>(t)->elem, env));
    case TypeKind::Array:
      sawLargeType |= static_cast<Array*>(t)->len > 1000;  // sizes are not known yet
      return arrayOf(canon(static_cast<Array*>(t)->elem, env), static_cast<Array*>(t)->len);
    case TypeKind::Map: {
      Type* key = canon(static_cast<Map*>(t)->key, env);
      return mapOf(key, canon(static_cast<Map*>(t)->elem, env));
    }
    case TypeKind::Chan: return chanOf(static_cast<Chan*>(t)->dir, canon(static_cast<Chan*>(t)->elem, env));
    case TypeKind::Signature: return canonSignature(static_cast<Signature*>(t), env);
    case TypeKind::Interface: return intern(canonInterface(static_cast<Interface*>(t), env));
    case TypeKind::Tuple: return tupleFor(CanonList(static_cast<Tuple*>(t), env).types(), static_cast<Tuple*>(t));
    case TypeKind::Struct: {
      auto* from = static_cast<Struct*>(t);
      auto* s = copyOf<Struct>();
      std::vector<Var*> fields;
      for (Var* f : from->fields) fields.push_back(makeVar(canon(f->type, env), f));
      s->fields = canonTypes().arena.list(fields);
      s->tags = from->tags;
      return intern(s);
    }
    default: BURROW_UNREACHABLE();
  }
}

bool dependsOn(TypeEnv* env) { return env && (!env->params.empty() || !env->locals.empty() || env->outer); }

}  // namespace

Type* findCanon(Type* t, TypeEnv* env) {
  t = unalias(t);
  if (t->lowered && !(dependsOn(env) && !as<Basic>(t) && static_cast<TypeInfo*>(t->lowered)->type != t))
    return static_cast<TypeInfo*>(t->lowered)->type;
  if (!dependsOn(env)) {
    Type* out = rebuild(t, nullptr);
    t->lowered = out->lowered;
    return out;
  }
  // The result depends on the environment: the source type must not remember it.
  void* saved = t->lowered;
  Type* out = rebuild(t, env);
  if (t != out && t->kind != TypeKind::Basic) t->lowered = saved;
  return out;
}

TypeInfo& layOut(Type* t) {
  if (!t->lowered) t = canon(t);
  TypeInfo& i = *static_cast<TypeInfo*>(t->lowered);
  if (!i.laidOut) {
    i.laidOut = true;
    layout(i);
  }
  return i;
}

Type* findUnderlying(Type* t) {
  t = canon(t);
  auto* i = static_cast<TypeInfo*>(t->lowered);
  if (!i->underlying) {
    auto* n = as<Named>(t);
    i->underlying = n ? canon(under(n)) : t;
  }
  return i->underlying;
}

Type* pointerTo(Type* elem) {
  elem = canon(elem);
  auto* i = static_cast<TypeInfo*>(elem->lowered);
  if (!i->pointer) {
    auto* p = copyOf<Pointer>();
    p->base = elem;
    i->pointer = intern(p);
  }
  return i->pointer;
}

Type* sliceOf(Type* elem) {
  elem = canon(elem);
  auto* i = static_cast<TypeInfo*>(elem->lowered);
  if (!i->slice) {
    auto* s = copyOf<Slice>();
    s->elem = elem;
    i->slice = intern(s);
  }
  return i->slice;
}

Type* arrayOf(Type* elem, int64_t len) {
  elem = canon(elem);
  PartsHash hash(TypeKind::Array, static_cast<uint64_t>(len));
  hash.add(elem);
  Type* found = canonTypes().composites.find(hash, [&](Type* t) {
    auto* a = as<Array>(t);
    return a && a->elem == elem && a->len == len;
  });
  if (found) return found;
  auto* a = copyOf<Array>();
  a->elem = elem;
  a->len = len;
  Type* out = intern(a);
  canonTypes().composites.insert(hash, out);
  return out;
}

Type* mapOf(Type* key, Type* elem) {
  key = canon(key), elem = canon(elem);
  PartsHash hash(TypeKind::Map, 0);
  hash.add(key).add(elem);
  Type* found = canonTypes().composites.find(hash, [&](Type* t) {
    auto* m = as<Map>(t);
    return m && m->key == key && m->elem == elem;
  });
  if (found) return found;
  auto* m = copyOf<Map>();
  m->key = key;
  m->elem = elem;
  Type* out = intern(m);
  canonTypes().composites.insert(hash, out);
  return out;
}

Type* tupleOf(const std::vector<Type*>& types) { return tupleFor(types, nullptr); }

Type* funcType(const std::vector<Type*>& params, const std::vector<Type*>& results, bool variadic) {
  return signatureFor(tupleFor(params, nullptr), tupleFor(results, nullptr), variadic);
}

Type* funcTypeOf(Signature* sig, Type* recv, TypeEnv* env) { return canonSignature(sig, env, recv); }

Type* emptyInterface() {
  Type*& t = canonTypes().emptyInterface;
  if (t) return t;
  auto* i = copyOf<Interface>();
  i->complete = true;
  return t = intern(i);
}

const std::vector<Func*>& interfaceMethodsOf(Type* iface) {
  Type* u = underlying(iface);
  auto* i = static_cast<TypeInfo*>(u->lowered);
  if (!i->methods) i->methods = new std::vector<Func*>(interfaceMethods(as<Interface>(u)));
  return *i->methods;
}

bool isEmptyInterface(Type* t) {
  return as<Interface>(underlying(t)) && interfaceMethodsOf(t).empty();
}

}  // namespace burrow::ir
