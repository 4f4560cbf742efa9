// Instances of generic types and functions, and whether type arguments satisfy their constraints.
#include "compiler/types/checker.h"

namespace burrow {
namespace {

/// Whether an element or term of t is `what`, even if it is not in t's type set.
bool mentions(Type* t, Type* what) {
  if (auto* i = as<Interface>(t)) {
    for (Type* e : i->embeddeds) {
      if (mentions(e, what)) return true;
    }
    return false;
  }
  if (auto* u = as<Union>(t)) {
    for (Term* x : u->terms) {
      if (mentions(x->type, what)) return true;
    }
    return false;
  }
  return identical(t, what);
}

}  // namespace

Type* instantiate(Checker* check, Pos pos, Type* orig, List<Type*> targs, Named* expanding) {
  if (check && !check->active()) check = nullptr;
  InstanceContext& context = globalInstances();
  uint64_t hash = InstanceContext::hash(orig, targs);
  if (Type* t = context.lookup(orig, targs, hash)) return t;
  // The caller's list may live on its stack.
  targs = typeArena().list(std::span<Type* const>(targs.data(), targs.size()));
  Checker* c = check ? check : Checker::none();
  Type* result = nullptr;
  switch (orig->kind) {
    case TypeKind::Named:
      result = c->newNamedInstance(pos, static_cast<Named*>(orig), targs, expanding);
      break;
    case TypeKind::Alias: {
      auto* a = static_cast<Alias*>(orig);
      if (!validateTypeArgCount(check, pos, a->obj->name, a->tparams.size(), targs.size())) {
        return typ(BasicKind::Invalid);
      }
      if (a->tparams.empty()) return a;
      result = c->newAliasInstance(pos, a, targs, expanding);
      break;
    }
    case TypeKind::Signature: {
      auto* s = static_cast<Signature*>(orig);
      if (s->tparams.size() != targs.size() &&
          !validateTypeArgCount(check, pos, messagef(check, "%s", orig), s->tparams.size(),
                                targs.size())) {
        return typ(BasicKind::Invalid);
      }
      if (s->tparams.empty()) return s;
      auto* inst = static_cast<Signature*>(subst(check, pos, s, SubstMap(s->tparams, targs)));
      // A signature that does not use its parameters is not copied by subst. The instance is not
      // generic any more.
      if (inst == s) inst = typeArena().make<Signature>(*s);
      inst->lowered = nullptr;
      inst->tparams = {};
      result = inst;
      break;
    }
    default:
      BURROW_UNREACHABLE();
  }
  return context.update(orig, targs, hash, result);
}

bool validateTypeArgCount(Checker* check, Pos pos, std::string_view name, size_t want, size_t got) {
  if (got == want) return true;
  if (check && check->active()) {
    check->errorf(pos, "%s type arguments for type %s: have %d, want %d",
                  got < want ? "not enough" : "too many", name, got, want);
  }
  return false;
}

int verifyInstance(Checker* check, Pos pos, List<TypeParam*> tparams, List<Type*> targs,
                   std::string* cause) {
  SubstMap map(tparams, targs);
  for (size_t i = 0; i < tparams.size(); ++i) {
    constraintInterface(tparams[i]);  // makes sure that the bound is an interface
    Type* bound = subst(check, pos, tparams[i]->bound, map);
    if (!implementsType(check, targs[i], bound, true, cause)) return static_cast<int>(i);
  }
  return -1;
}

bool implementsType(Checker* check, Type* v, Type* t, bool constraint, std::string* cause) {
  Type *vu = under(v), *tu = under(t);
  if (!isValid(vu) || !isValid(tu)) return true;
  if (auto* p = as<Pointer>(vu); p && !isValid(under(p->base))) return true;

  const char* verb = constraint ? "satisfy" : "implement";
  auto fail = [&](const char* format, const auto&... args) {
    if (cause) *cause = messagef(check, format, args...);
    return false;
  };
  auto* ti = as<Interface>(tu);
  if (!ti) {
    if (!cause) return false;
    std::string detail = isInterfacePtr(tu)
                             ? messagef(check, "type %s is pointer to interface, not interface", t)
                             : messagef(check, "%s is not an interface", t);
    return fail("%s does not %s %s (%s)", v, verb, t, detail);
  }
  TypeSet* tset = typeSetOf(ti);
  if (tset->isAll()) return true;
  auto* vi = as<Interface>(vu);
  // The empty set is a subset of any set, and nothing else is a subset of it.
  if (vi && typeSetOf(vi)->isEmpty()) return true;
  if (tset->isEmpty()) return fail("cannot %s %s (empty type set)", verb, t);

  Checker* c = check ? check : Checker::none();
  if (!tset->methods.empty()) {
    std::string why;
    if (!c->hasAllMethods(v, t, true, identical, cause ? &why : nullptr)) {
      return fail("%s does not %s %s %s", v, verb, t, why);
    }
  }

  // Comparability comes last: every other reason is more specific.
  auto comparability = [&] {
    if (!tset->isComparable() || isComparable(check, v, false)) return true;
    // Since Go 1.20 ordinary interfaces satisfy (but do not implement) comparable.
    if (constraint && isComparable(check, v, true)) {
      if (!check || check->allowVersion(20)) return true;
      return fail("%s to %s comparable requires go1.20 or later", v, verb);
    }
    return fail("%s does not %s comparable", v, verb);
  };
  if (!tset->hasTerms()) return comparability();
  if (vi) {
    if (!typeSetOf(vi)->subsetOf(*tset)) return fail("%s does not %s %s", v, verb, t);
    return comparability();
  }

  Type* almost = nullptr;  // T would include v if it had ~ before this type
  for (Term* x : tset->terms) {
    if (termIncludes(x, v)) return comparability();
    if (!almost && !x->tilde && identical(x->type, under(x->type)) && identical(x->type, vu)) {
      almost = x->type;
    }
  }
  if (!cause) return false;
  std::string detail;
  if (almost) {
    detail = messagef(check, "possibly missing ~ for %s in %s", almost, t);
  } else if (mentions(ti, v)) {
    detail = messagef(check, "%s mentions %s, but %s is not in the type set of %s", t, v, v, t);
  } else {
    detail = messagef(check, "%s missing in %s", v, termsString(tset->terms));
  }
  return fail("%s does not %s %s (%s)", v, verb, t, detail);
}

// ---- Expansion of Named instances
// ----------------------------------------------------------------

Type* expandRhs(Named* n) {
  Named* orig = n->inst->orig;
  List<TypeParam*> tparams = typeParams(orig);
  List<Type*> targs = n->inst->targs;
  if (tparams.size() != targs.size()) return typ(BasicKind::Invalid);
  Type* rhs = subst(n->check, n->obj->pos, orig->fromRHS, SubstMap(tparams, targs), n);
  // Methods of an interface have the named type as receiver.
  if (auto* i = as<Interface>(rhs)) {
    List<Func*> methods = replaceRecvType(i->methods, orig, n);
    if (methods.data() != i->methods.data()) {
      if (i == orig->fromRHS) {
        auto* copy = typeArena().make<Interface>();
        copy->check = n->check;
        if (n->check) n->check->needsCleanup(copy);
        copy->complete = true;
        copy->embeddeds = i->embeddeds;
        copy->embedPos = i->embedPos;
        i = copy;
      }
      i->methods = methods;
      i->tset = nullptr;  // it has new methods
      return i;
    }
  }
  return rhs;
}

Func* expandMethod(Named* n, int i) {
  Func* generic = method(n->inst->orig, i);
  if (n->check) n->check->objDecl(generic);  // its signature may not be known yet
  Signature* from = generic->signature();
  if (!from || !from->recv) return generic;
  // In func (r T[_]) m() { r.m() }, r's method is the generic one itself.
  if (deref(from->recv->type) == n) return generic;
  Signature* sig = from;
  if (from->rparams.size() == n->inst->targs.size()) {
    sig = static_cast<Signature*>(
        subst(n->check, generic->pos, from, SubstMap(from->rparams, n->inst->targs), n));
  }
  if (sig == from) sig = typeArena().make<Signature>(*from);
  sig->lowered = nullptr;
  Type* recv = n;
  if (generic->hasPtrRecv || as<Pointer>(unalias(from->recv->type))) {
    auto* p = typeArena().make<Pointer>();
    p->base = n;
    recv = p;
  }
  sig->recv = cloneVar(from->recv, recv);
  return cloneFunc(generic, sig);
}

// ---- For the stages after checking
// ---------------------------------------------------------------

Type* instantiateType(Type* orig, List<Type*> targs) {
  return instantiate(nullptr, Pos(), orig, targs);
}

}  // namespace burrow
