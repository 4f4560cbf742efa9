// Unification: makes two types equal by finding types for the type parameters that they mention.
//
// Matching is inexact at the top of an assignment: a defined type matches a type literal through
// its underlying type, channel directions do not count, and an interface matches what has its
// methods. It is exact for the elements of such types. Whether a result is really assignable or
// satisfies its constraints is checked afterwards; unification only has to find the candidate.
//
// Parameters that were unified with each other share a handle, so that a type found for one of them
// is found for all. Type parameters that the unifier was not made for ("unbound") are types like
// others, but stand for their core type where they have one.
#include <algorithm>

#include "compiler/types/checker.h"

namespace burrow {
namespace {

constexpr int kDepthLimit = 50;  // ends what a malformed program could make endless

/// The interface behind t, unless t is a type parameter.
Interface* asInterface(Type* t) {
  return unalias(t)->kind == TypeKind::TypeParam ? nullptr : as<Interface>(under(t));
}

std::string_view tagAt(const Struct* s, size_t i) {
  return i < s->tags.size() ? s->tags[i] : std::string_view();
}

}  // namespace

Unifier::Unifier(List<TypeParam*> tparams, List<Type*> targs, bool interfaceInference)
    : tparams_(tparams),
      handle_(tparams.size()),
      types_(tparams.size()),
      interfaceInference_(interfaceInference) {
  for (size_t i = 0; i < tparams.size(); ++i) handle_[i] = static_cast<int>(i);
  for (size_t i = 0; i < targs.size(); ++i) types_[i] = targs[i];
}

int Unifier::indexOf(Type* t) const {
  t = unalias(t);
  if (!t || t->kind != TypeKind::TypeParam) return -1;
  for (size_t i = 0; i < tparams_.size(); ++i) {
    if (tparams_[i] == t) return static_cast<int>(i);
  }
  return -1;
}

Type* Unifier::at(TypeParam* p) const {
  return types_[handle_[indexOf(p)]];
}
void Unifier::set(TypeParam* p, Type* t) {
  types_[handle_[indexOf(p)]] = t;
}

int Unifier::unknowns() const {
  return static_cast<int>(
      std::count_if(handle_.begin(), handle_.end(), [&](int h) { return !types_[h]; }));
}

std::vector<Type*> Unifier::inferred() const {
  std::vector<Type*> list;
  for (int h : handle_) list.push_back(types_[h]);
  return list;
}

bool Unifier::join(int x, int y) {
  int hx = handle_[x], hy = handle_[y];
  if (hx == hy) return true;
  if (types_[hx] && types_[hy]) return false;
  int from = types_[hx] ? hy : hx, to = types_[hx] ? hx : hy;
  std::replace(handle_.begin(), handle_.end(), from, to);
  return true;
}

bool Unifier::nify(Type* x, Type* y, unsigned mode, const InterfacePair* pair) {
  if (x == y) return true;
  if (!x || !y) return false;
  if (unalias(x) == unalias(y)) return true;
  if (depth_ >= kDepthLimit) return false;
  struct Depth {
    int& d;
    explicit Depth(int& depth) : d(++depth) {}
    ~Depth() { --d; }
  } depth(depth_);

  // A defined type goes to y, a bound type parameter to x.
  if (asNamed(x) || indexOf(y) >= 0) std::swap(x, y);

  Named* ny = asNamed(y);
  if (!(mode & kExact) && ny && isTypeLit(x) &&
      !(interfaceInference_ && isNonTypeParamInterface(x))) {
    y = under(ny);
    if (x == y || unalias(x) == unalias(y)) return true;
  }

  int px = indexOf(x), py = indexOf(y);
  if (px >= 0 && py >= 0) {
    if (join(px, py)) return true;
    return nify(types_[handle_[px]], types_[handle_[py]], mode, pair);
  }
  if (px >= 0) {
    if (Type* known = types_[handle_[px]]) return nifyBound(px, known, y, mode, pair);
    types_[handle_[px]] = y;
    return true;
  }

  if (interfaceInference_ && !(mode & kExact)) {
    if (int r = nifyInterfaces(x, y, pair); r >= 0) return r;
  }
  // Unbound type parameters are matched by their core type, in x.
  if (isTypeParam(y)) std::swap(x, y);
  return nifyStructure(x, y, mode, pair);
}

/// Matches y against the type x that is known for parameter px, and keeps the better of the two.
bool Unifier::nifyBound(int px, Type* x, Type* y, unsigned mode, const InterfacePair* pair) {
  if (!nify(x, y, mode, pair)) return false;
  Interface *xi = asInterface(x), *yi = asInterface(y);
  bool xn = asNamed(x), yn = asNamed(y);
  if (xi && yi) {
    if (xn && yn) return identical(x, y);
    // They unified, so the methods they share match: it is enough to count.
    if (typeSetOf(xi)->methods.size() != typeSetOf(yi)->methods.size()) return false;
  } else if (xi || yi) {
    return false;  // either could be meant: the order of arguments must not decide
  }
  if (mode & kExact) return true;
  // Prefer the defined type, else the directed channel: both keep values of the other assignable.
  if (xn) return true;
  if (yn) {
    types_[handle_[px]] = y;
  } else if (auto* c = as<Chan>(under(y)); c && c->dir != ChanDir::Both) {
    types_[handle_[px]] = y;
  }
  return true;
}

int Unifier::nifyInterfaces(Type* x, Type* y, const InterfacePair* pair) {
  Interface *xi = asInterface(x), *yi = asInterface(y);
  if (xi && yi) {
    TypeSet *xs = typeSetOf(xi), *ys = typeSetOf(yi);
    if (xs->comparable != ys->comparable || !termsEqual(xs->terms, ys->terms)) return false;
    // Interfaces may recur through their methods without a name in between.
    InterfacePair q{xi, yi, pair};
    for (const InterfacePair* p = pair; p; p = p->prev) {
      if (p->same(q)) return true;
    }
    const List<Func*>*less = &xs->methods, *more = &ys->methods;
    if (less->size() > more->size()) std::swap(less, more);
    for (Func* m : *less) {
      auto it = std::find_if(more->begin(), more->end(),
                             [&](Func* o) { return o->sameId(m->pkg, m->name); });
      if (it == more->end() || !nify(m->type, (*it)->type, kExact, &q)) return false;
    }
    return true;
  }
  if (yi) {
    xi = yi;
    y = x;
  }
  if (!xi) return -1;
  for (Func* m : typeSetOf(xi)->methods) {
    Func* found = as<Func>(lookupFieldOrMethod(y, false, m->pkg, m->name).object);
    if (!found || !nify(m->type, found->type, kExact, pair)) return false;
  }
  return true;
}

bool Unifier::nifyStructure(Type* xorig, Type* yorig, unsigned mode, const InterfacePair* pair) {
  // Elements of types in an assignment must match exactly.
  unsigned emode = mode & kAssign ? mode | kExact : mode;
  Type *x = unalias(xorig), *y = unalias(yorig);
  if (x->kind == TypeKind::TypeParam) {
    // A valid argument for x has x's core type as underlying type: match that.
    if (Type* core = commonUnder(nullptr, x)) return nify(core, yorig, kAssign, pair);
    return false;
  }
  if (x->kind == TypeKind::Interface) {
    auto *xi = static_cast<Interface*>(x), *yi = as<Interface>(y);
    if (!yi) return false;
    TypeSet *xs = typeSetOf(xi), *ys = typeSetOf(yi);
    if (xs->comparable != ys->comparable || !termsEqual(xs->terms, ys->terms) ||
        xs->methods.size() != ys->methods.size()) {
      return false;
    }
    InterfacePair q{xi, yi, pair};
    for (const InterfacePair* p = pair; p; p = p->prev) {
      if (p->same(q)) return true;
    }
    for (size_t i = 0; i < xs->methods.size(); ++i) {
      Func *f = xs->methods[i], *g = ys->methods[i];
      if (compareObjects(f, g) != 0 || !nify(f->type, g->type, kExact, &q)) return false;
    }
    return true;
  }
  if (x->kind != y->kind) return false;
  switch (x->kind) {
    case TypeKind::Basic:
      return static_cast<Basic*>(x)->basic == static_cast<Basic*>(y)->basic;
    case TypeKind::Array: {
      auto *a = static_cast<Array*>(x), *b = static_cast<Array*>(y);
      // Unknown lengths were reported.
      if (a->len >= 0 && b->len >= 0 && a->len != b->len) return false;
      return nify(a->elem, b->elem, emode, pair);
    }
    case TypeKind::Slice:
      return nify(static_cast<Slice*>(x)->elem, static_cast<Slice*>(y)->elem, emode, pair);
    case TypeKind::Pointer:
      return nify(static_cast<Pointer*>(x)->base, static_cast<Pointer*>(y)->base, emode, pair);
    case TypeKind::Map: {
      auto *a = static_cast<Map*>(x), *b = static_cast<Map*>(y);
      return nify(a->key, b->key, emode, pair) && nify(a->elem, b->elem, emode, pair);
    }
    case TypeKind::Chan: {
      auto *a = static_cast<Chan*>(x), *b = static_cast<Chan*>(y);
      return (!(mode & kExact) || a->dir == b->dir) && nify(a->elem, b->elem, emode, pair);
    }
    case TypeKind::Struct: {
      auto *a = static_cast<Struct*>(x), *b = static_cast<Struct*>(y);
      if (a->fields.size() != b->fields.size()) return false;
      for (size_t i = 0; i < a->fields.size(); ++i) {
        Var *f = a->fields[i], *g = b->fields[i];
        if (f->embedded != g->embedded || tagAt(a, i) != tagAt(b, i) ||
            !f->sameId(g->pkg, g->name) || !nify(f->type, g->type, emode, pair)) {
          return false;
        }
      }
      return true;
    }
    case TypeKind::Tuple: {
      auto *a = static_cast<Tuple*>(x), *b = static_cast<Tuple*>(y);
      if (a->vars.size() != b->vars.size()) return false;
      for (size_t i = 0; i < a->vars.size(); ++i) {
        if (!nify(a->vars[i]->type, b->vars[i]->type, mode, pair)) return false;
      }
      return true;
    }
    case TypeKind::Signature: {
      auto *a = static_cast<Signature*>(x), *b = static_cast<Signature*>(y);
      auto tuples = [&](Tuple* s, Tuple* t) {
        if (tupleLen(s) == 0 || tupleLen(t) == 0) return tupleLen(s) == tupleLen(t);
        return nify(s, t, emode, pair);
      };
      return a->variadic == b->variadic && tuples(a->params, b->params) &&
             tuples(a->results, b->results);
    }
    case TypeKind::Named: {
      auto *a = static_cast<Named*>(x), *b = static_cast<Named*>(y);
      // Arguments first, so that they are inferred even if the origins differ: better messages.
      List<Type*> as = typeArgs(a), bs = typeArgs(b);
      if (as.size() != bs.size()) return false;
      for (size_t i = 0; i < as.size(); ++i) {
        if (!nify(as[i], bs[i], mode, pair)) return false;
      }
      return identicalOrigin(a, b);
    }
    default:
      return false;
  }
}

}  // namespace burrow
