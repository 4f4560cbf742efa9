// Defined types and aliases, and their lazy parts: what is imported is loaded, and what is
// instantiated is expanded, when it is first asked for.
#include "compiler/types/checker.h"

namespace burrow {

// ---- Aliases
// -------------------------------------------------------------------------------------

Type* unalias(Type* t) {
  if (t == nullptr || t->kind != TypeKind::Alias) return t;
  Alias* first = static_cast<Alias*>(t);
  if (first->actual != nullptr) return first->actual;
  Type* to = t;
  while (Alias* a = as<Alias>(to)) to = a->fromRHS;
  // While the alias is being declared this is null, which memoizes nothing.
  first->actual = to;
  return to;
}

Named* asNamed(Type* t) {
  Named* n = as<Named>(unalias(t));
  return n;
}

Alias* Checker::newAlias(TypeName* obj, Type* rhs) {
  Alias* a = arena.make<Alias>();
  a->obj = obj;
  a->orig = a;
  a->fromRHS = rhs;
  if (obj->type == nullptr) obj->type = a;
  if (active()) needsCleanup(a);
  return a;
}

Alias* Checker::newAliasInstance(Pos pos, Alias* orig, List<Type*> targs, Named* expanding) {
  BURROW_DCHECK(!targs.empty());
  TypeName* obj = newObject<TypeName>(arena, pos, orig->obj->pkg, orig->obj->name, nullptr);
  Type* rhs = subst(pos, orig->fromRHS, SubstMap(orig->tparams, targs), expanding);
  Alias* a = newAlias(obj, rhs);
  a->orig = orig;
  a->tparams = orig->tparams;
  a->targs = targs;
  return a;
}

// ---- Defined types
// -------------------------------------------------------------------------------

Named* Checker::newNamed(TypeName* obj, Type* fromRHS) {
  Named* n = arena.make<Named>();
  n->check = active() ? this : nullptr;
  n->obj = obj;
  n->fromRHS = fromRHS;
  n->methods = new std::vector<Func*>;
  if (obj->type == nullptr) obj->type = n;
  if (active()) needsCleanup(n);
  return n;
}

Named* Checker::newNamedInstance(Pos pos, Named* orig, List<Type*> targs, Named* expanding) {
  BURROW_DCHECK(!targs.empty());
  Named* n = arena.make<Named>();
  n->check = active() ? this : nullptr;
  // An object of its own, for the place of instantiation; messages use the origin's name.
  n->obj = newObject<TypeName>(arena, pos, orig->obj->pkg, orig->obj->name, n);
  n->inst = arena.make<Instance>();
  n->inst->orig = orig;
  n->inst->targs = targs;
  if (active()) needsCleanup(n);
  return n;
}

Named* unpackNamed(Named* n) {
  using State = Named::State;
  if (n->state != State::Unresolved) return n;
  if (n->inst != nullptr) {
    Named* orig = unpackNamed(n->inst->orig);
    n->state = State::Loading;
    n->fromRHS = expandRhs(n);
    n->tparams = orig->tparams;
    n->state = State::Resolved;
    return n;
  }
  if (n->loader != nullptr) {
    auto load = n->loader;
    n->loader = nullptr;
    n->state = State::Loading;
    load(n);
    if (n->methods == nullptr) n->methods = new std::vector<Func*>;
    if (n->state == State::Loading) n->state = State::Resolved;
    return n;
  }
  n->state = State::Resolved;
  return n;
}

namespace {

/// Finds the underlying type at the end of the chain of definitions and remembers it in all of
/// them.
void resolveUnderlying(Named* n) {
  std::vector<Named*> path;
  Type* u = nullptr;
  Type* rhs = n;
  while (u == nullptr) {
    if (rhs == nullptr) {
      u = typ(BasicKind::Invalid);
    } else if (rhs->kind == TypeKind::Alias) {
      rhs = unalias(rhs);
    } else if (Named* t = as<Named>(rhs)) {
      if (t->underlying != nullptr) {
        u = t->underlying;
        break;
      }
      // A cycle of definitions; it is reported elsewhere.
      if (path.size() > 1000) {
        u = typ(BasicKind::Invalid);
        break;
      }
      path.push_back(t);
      unpackNamed(t);
      rhs = t->fromRHS;
    } else {
      u = rhs;
    }
  }
  for (Named* t : path) {
    if (t->underlying == nullptr) t->underlying = u;
    if (t->state == Named::State::Resolved) t->state = Named::State::Complete;
  }
}

}  // namespace

Type* under(Type* t) {
  if (t == nullptr) return nullptr;
  switch (t->kind) {
    case TypeKind::Named: {
      Named* n = static_cast<Named*>(t);
      if (n->underlying != nullptr) return n->underlying;
      unpackNamed(n);
      if (n->underlying == nullptr) resolveUnderlying(n);
      return n->underlying;
    }
    case TypeKind::Alias:
      return under(unalias(t));
    case TypeKind::TypeParam:
      return constraintInterface(static_cast<TypeParam*>(t));
    default:
      return t;
  }
}

Named* originOf(Named* n) {
  return n->inst ? n->inst->orig : n;
}
List<Type*> typeArgs(Named* n) {
  return n->inst ? n->inst->targs : List<Type*>();
}
List<TypeParam*> typeParams(Named* n) {
  return unpackNamed(n)->tparams;
}

int numMethods(Named* n) {
  return static_cast<int>(unpackNamed(originOf(n))->methods->size());
}

Func* method(Named* n, int i) {
  unpackNamed(n);
  if (n->inst == nullptr) return (*n->methods)[i];
  std::vector<Func*>& all = *n->inst->orig->methods;
  if (n->methods == nullptr) n->methods = new std::vector<Func*>;
  if (n->methods->size() < all.size()) n->methods->resize(all.size());
  if ((*n->methods)[i] == nullptr) {
    // Expansion may ask for the same method again; the first answer counts.
    Func* f = expandMethod(n, i);
    if ((*n->methods)[i] == nullptr) {
      (*n->methods)[i] = f;
      ++n->inst->expandedMethods;
    }
  }
  return (*n->methods)[i];
}

int namedMethodIndex(Named* n, const Package* pkg, std::string_view name, bool foldCase) {
  unpackNamed(n);
  if (name == "_") return -1;
  if (!foldCase && !isExportedName(name) && !samePkg(n->obj->pkg, pkg)) return -1;
  std::vector<Func*>& all = *unpackNamed(originOf(n))->methods;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i]->name == name || (foldCase && equalFold(all[i]->name, name))) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

Func* namedLookupMethod(Named* n, const Package* pkg, std::string_view name, bool foldCase,
                        int* index) {
  int i = namedMethodIndex(n, pkg, name, foldCase);
  if (index) *index = i;
  return i < 0 ? nullptr : method(n, i);
}

}  // namespace burrow
