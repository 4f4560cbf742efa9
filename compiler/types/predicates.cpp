// Questions about types: kinds, identity, comparability, default types.
#include "compiler/types/predicates.h"

#include "compiler/types/checker.h"

namespace burrow {

bool isValid(Type* t) {
  return unalias(t) != typ(BasicKind::Invalid);
}

// isX does not look into type parameters; allX is true for one if isX is for each type of its set.

bool isBasic(Type* t, unsigned info) {
  if (t->kind == TypeKind::Basic) return static_cast<Basic*>(t)->info & info;
  auto* u = underAs<Basic>(t);
  return u && (u->info & info);
}
bool allBasic(Type* t, unsigned info) {
  if (auto* p = as<TypeParam>(unalias(t))) {
    return typeSetOf(p)->is([&](Term* term) { return term && isBasic(term->type, info); });
  }
  return isBasic(t, info);
}

bool isBoolean(Type* t) {
  return isBasic(t, kIsBoolean);
}
bool isInteger(Type* t) {
  return isBasic(t, kIsInteger);
}
bool isUnsigned(Type* t) {
  return isBasic(t, kIsUnsigned);
}
bool isFloat(Type* t) {
  return isBasic(t, kIsFloat);
}
bool isComplex(Type* t) {
  return isBasic(t, kIsComplex);
}
bool isNumeric(Type* t) {
  return isBasic(t, kIsNumeric);
}
bool isString(Type* t) {
  return isBasic(t, kIsString);
}
bool isConstType(Type* t) {
  return isBasic(t, kIsConstType);
}
bool isIntegerOrFloat(Type* t) {
  return isBasic(t, kIsInteger | kIsFloat);
}
bool allBoolean(Type* t) {
  return allBasic(t, kIsBoolean);
}
bool allInteger(Type* t) {
  return allBasic(t, kIsInteger);
}
bool allUnsigned(Type* t) {
  return allBasic(t, kIsUnsigned);
}
bool allNumeric(Type* t) {
  return allBasic(t, kIsNumeric);
}
bool allString(Type* t) {
  return allBasic(t, kIsString);
}
bool allOrdered(Type* t) {
  return allBasic(t, kIsOrdered);
}
bool allNumericOrString(Type* t) {
  return allBasic(t, kIsNumeric | kIsString);
}

// Untyped types have no other names: these need neither unalias nor under.
bool isUntyped(Type* t) {
  auto* b = as<Basic>(t);
  return b && (b->info & kIsUntyped);
}
bool isTyped(Type* t) {
  return !isUntyped(t);
}
bool isUntypedNumeric(Type* t) {
  auto* b = as<Basic>(t);
  return b && (b->info & kIsUntyped) && (b->info & kIsNumeric);
}

bool hasName(Type* t) {
  switch (unalias(t)->kind) {
    case TypeKind::Basic:
    case TypeKind::Named:
    case TypeKind::TypeParam:
      return true;
    default:
      return false;
  }
}
bool isTypeLit(Type* t) {
  TypeKind k = unalias(t)->kind;
  return k != TypeKind::Named && k != TypeKind::TypeParam;
}
bool isTypeParam(Type* t) {
  Type* u = unalias(t);
  return u && u->kind == TypeKind::TypeParam;  // null in cycles that are being reported
}
bool isInterface(Type* t) {
  return !isTypeParam(t) && under(t)->kind == TypeKind::Interface;
}
bool isNonTypeParamInterface(Type* t) {
  return isInterface(t);
}

bool hasEmptyTypeset(Type* t) {
  // Nothing is computed here: this is asked while messages are built.
  auto* p = as<TypeParam>(unalias(t));
  if (!p || !p->bound) return false;
  Type* b = unalias(p->bound);
  if (auto* n = as<Named>(b)) b = n->underlying;
  auto* iface = as<Interface>(b);
  return iface && iface->tset && iface->tset->isEmpty();
}

bool isGeneric(Type* t) {
  if (auto* a = as<Alias>(t); a && !a->tparams.empty() && a->targs.empty()) return true;
  Named* n = asNamed(t);
  return n && n->obj && !n->inst && !typeParams(n).empty();
}

namespace {
bool isBasicKind(Type* t, BasicKind kind) {
  auto* b = underAs<Basic>(t);
  return b && b->basic == kind;
}
}  // namespace

bool isUintptr(Type* t) {
  return isBasicKind(t, BasicKind::Uintptr);
}
bool isUnsafePointer(Type* t) {
  return isBasicKind(t, BasicKind::UnsafePointer);
}
bool isPointer(Type* t) {
  return under(t)->kind == TypeKind::Pointer;
}
bool isBytesOrRunes(Type* t) {
  auto* s = underAs<Slice>(t);
  return s && (isBasicKind(s->elem, kByte) || isBasicKind(s->elem, kRune));
}

bool hasNil(Type* t) {
  Type* u = under(t);
  switch (u->kind) {
    case TypeKind::Basic:
      return static_cast<Basic*>(u)->basic == BasicKind::UnsafePointer;
    case TypeKind::Slice:
    case TypeKind::Pointer:
    case TypeKind::Signature:
    case TypeKind::Map:
    case TypeKind::Chan:
      return true;
    case TypeKind::Interface:
      return !isTypeParam(t) || underIs(t, [](Type* v) { return v && hasNil(v); });
    default:
      return false;
  }
}

Type* defaultType(Type* t) {
  auto* b = as<Basic>(t);
  if (!b) return t;
  switch (b->basic) {
    case BasicKind::UntypedBool:
      return typ(BasicKind::Bool);
    case BasicKind::UntypedInt:
      return typ(BasicKind::Int);
    case BasicKind::UntypedRune:
      return universeRune;
    case BasicKind::UntypedFloat:
      return typ(BasicKind::Float64);
    case BasicKind::UntypedComplex:
      return typ(BasicKind::Complex128);
    case BasicKind::UntypedString:
      return typ(BasicKind::String);
    default:
      return t;
  }
}

Type* maxType(Type* x, Type* y) {
  if (x == y) return x;
  if (!isUntypedNumeric(x) || !isUntypedNumeric(y)) return nullptr;
  return as<Basic>(x)->basic > as<Basic>(y)->basic ? x : y;
}

// ---- Comparability
// ---------------------------------------------------------------------------------

namespace {

bool comparableImpl(Checker* check, Type* T, bool dynamic, std::string* cause,
                    std::unordered_set<Type*>& seen) {
  Type* u = under(T);
  switch (u->kind) {
    case TypeKind::Basic:
      return static_cast<Basic*>(u)->basic != BasicKind::UntypedNil;
    case TypeKind::Pointer:
    case TypeKind::Chan:
      return true;
    case TypeKind::Struct:
      if (!seen.insert(T).second) return true;
      for (Var* f : static_cast<Struct*>(u)->fields) {
        if (comparableImpl(check, f->type, dynamic, nullptr, seen)) continue;
        if (cause) *cause = messagef(check, "struct containing %s cannot be compared", f->type);
        return false;
      }
      return true;
    case TypeKind::Array:
      if (!seen.insert(T).second) return true;
      if (comparableImpl(check, static_cast<Array*>(u)->elem, dynamic, nullptr, seen)) return true;
      if (cause) *cause = messagef(check, "%s cannot be compared", T);
      return false;
    case TypeKind::Interface: {
      if (dynamic && !isTypeParam(T)) return true;
      if (!seen.insert(T).second) return true;
      TypeSet* set = typeSetOf(static_cast<Interface*>(u));
      bool ok = termsAll(set->terms) ? set->comparable : set->is([&](Term* t) {
        return t && comparableImpl(check, t->type, false, nullptr, seen);
      });
      if (ok) return true;
      if (cause) *cause = set->isEmpty() ? "empty type set" : "incomparable types in type set";
      return false;
    }
    default:
      return false;
  }
}

}  // namespace

bool isComparable(Checker* check, Type* T, bool dynamic, std::string* cause) {
  std::unordered_set<Type*> seen;
  return comparableImpl(check, T, dynamic, cause, seen);
}
bool comparableType(Type* t) {
  return isComparable(nullptr, t, true);
}

// ---- Identity
// --------------------------------------------------------------------------------------

bool identicalOrigin(Named* x, Named* y) {
  return originOf(x)->obj == originOf(y)->obj;
}

namespace {

/// Pairs of interfaces that are being compared further out: interfaces can refer to themselves
/// through anonymous interfaces in their methods.
struct InterfacePair {
  Interface *x, *y;
  const InterfacePair* previous;
};

/// The interface whose type set a union is.
Interface* wrapUnion(Union* u) {
  auto* i = typeArena().make<Interface>();
  Type* embedded[] = {u};
  Pos pos[] = {Pos()};
  i->embeddeds = typeArena().list(std::span<Type* const>(embedded));
  i->embedPos = typeArena().list(std::span<const Pos>(pos));
  i->implicit = i->complete = true;
  return i;
}

class Comparer {
 public:
  explicit Comparer(bool ignoreTags) : ignoreTags_(ignoreTags) {}

  bool same(Type* x, Type* y, const InterfacePair* p) const {
    if (x == y) return true;
    if (!x || !y) return false;
    x = unalias(x);
    y = unalias(y);
    if (x == y) return true;
    if (x->kind != y->kind) return false;
    switch (x->kind) {
      case TypeKind::Basic:
        return static_cast<Basic*>(x)->basic == static_cast<Basic*>(y)->basic;
      case TypeKind::Array: {
        auto *a = static_cast<Array*>(x), *b = static_cast<Array*>(y);
        // Unknown lengths come from errors: they match everything.
        return (a->len < 0 || b->len < 0 || a->len == b->len) && same(a->elem, b->elem, p);
      }
      case TypeKind::Slice:
        return same(static_cast<Slice*>(x)->elem, static_cast<Slice*>(y)->elem, p);
      case TypeKind::Struct:
        return structs(static_cast<Struct*>(x), static_cast<Struct*>(y), p);
      case TypeKind::Pointer:
        return same(static_cast<Pointer*>(x)->base, static_cast<Pointer*>(y)->base, p);
      case TypeKind::Tuple:
        return tuples(static_cast<Tuple*>(x), static_cast<Tuple*>(y), p);
      case TypeKind::Signature:
        return signatures(static_cast<Signature*>(x), static_cast<Signature*>(y), p);
      case TypeKind::Union:
        return termsEqual(typeSetOf(wrapUnion(static_cast<Union*>(x)))->terms,
                          typeSetOf(wrapUnion(static_cast<Union*>(y)))->terms);
      case TypeKind::Interface:
        return interfaces(static_cast<Interface*>(x), static_cast<Interface*>(y), p);
      case TypeKind::Map: {
        auto *a = static_cast<Map*>(x), *b = static_cast<Map*>(y);
        return same(a->key, b->key, p) && same(a->elem, b->elem, p);
      }
      case TypeKind::Chan: {
        auto *a = static_cast<Chan*>(x), *b = static_cast<Chan*>(y);
        return a->dir == b->dir && same(a->elem, b->elem, p);
      }
      case TypeKind::Named: {
        auto *a = static_cast<Named*>(x), *b = static_cast<Named*>(y);
        if (!a->inst && !b->inst) return a->obj == b->obj;
        List<Type*> aargs = typeArgs(a), bargs = typeArgs(b);
        if (aargs.size() != bargs.size()) return false;
        for (size_t i = 0; i < aargs.size(); ++i) {
          if (!identical(aargs[i], bargs[i])) return false;
        }
        return identicalOrigin(a, b);
      }
      case TypeKind::TypeParam:
      case TypeKind::Alias:
        return false;
    }
    return false;
  }

 private:
  bool structs(Struct* x, Struct* y, const InterfacePair* p) const {
    if (x->fields.size() != y->fields.size()) return false;
    auto tag = [](Struct* s, size_t i) {
      return s->tags.empty() ? std::string_view() : s->tags[i];
    };
    for (size_t i = 0; i < x->fields.size(); ++i) {
      Var *f = x->fields[i], *g = y->fields[i];
      if (f->embedded != g->embedded || (!ignoreTags_ && tag(x, i) != tag(y, i)) ||
          !f->sameId(g->pkg, g->name) || !same(f->type, g->type, p)) {
        return false;
      }
    }
    return true;
  }

  bool tuples(Tuple* x, Tuple* y, const InterfacePair* p) const {
    size_t n = tupleLen(x);
    if (n != tupleLen(y)) return false;
    for (size_t i = 0; i < n; ++i) {
      if (!same(x->vars[i]->type, y->vars[i]->type, p)) return false;
    }
    return true;
  }

  bool signatures(Signature* x, Signature* y, const InterfacePair* p) const {
    if (x->tparams.size() != y->tparams.size() || x->variadic != y->variadic) return false;
    Tuple *yparams = y->params, *yresults = y->results;
    if (!x->tparams.empty()) {
      // Names of type parameters do not matter: compare with x's in place of y's.
      std::vector<Type*> args(x->tparams.begin(), x->tparams.end());
      SubstMap map(y->tparams, args);
      for (size_t i = 0; i < x->tparams.size(); ++i) {
        if (!same(x->tparams[i]->bound, subst(nullptr, Pos(), y->tparams[i]->bound, map), p))
          return false;
      }
      if (yparams) yparams = as<Tuple>(subst(nullptr, Pos(), yparams, map));
      if (yresults) yresults = as<Tuple>(subst(nullptr, Pos(), yresults, map));
    }
    return tuples(x->params, yparams, p) && tuples(x->results, yresults, p);
  }

  bool interfaces(Interface* x, Interface* y, const InterfacePair* p) const {
    TypeSet *xset = typeSetOf(x), *yset = typeSetOf(y);
    if (xset->comparable != yset->comparable || xset->methods.size() != yset->methods.size())
      return false;
    if (!termsEqual(xset->terms, yset->terms)) return false;
    for (const InterfacePair* q = p; q; q = q->previous) {
      if ((q->x == x && q->y == y) || (q->x == y && q->y == x)) return true;
    }
    InterfacePair here{x, y, p};
    for (size_t i = 0; i < xset->methods.size(); ++i) {
      Func *f = xset->methods[i], *g = yset->methods[i];
      if (f == g) continue;
      if (f->name != g->name || (!f->exported() && !samePkg(f->pkg, g->pkg))) return false;
      if (!same(f->type, g->type, &here)) return false;
    }
    return true;
  }

  bool ignoreTags_;
};

}  // namespace

bool identical(Type* x, Type* y) {
  return x == y || Comparer(false).same(x, y, nullptr);
}
bool identicalIgnoreTags(Type* x, Type* y) {
  return x == y || Comparer(true).same(x, y, nullptr);
}

}  // namespace burrow
