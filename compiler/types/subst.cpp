// Substitution of type parameters. Types that mention none of them are returned as they are, so
// that what did not change stays shared and pointer comparison tells whether anything did.
#include "compiler/types/checker.h"

namespace burrow {
namespace {

class Substituter {
 public:
  Substituter(Checker* check, Pos pos, const SubstMap& map, Named* expanding)
      : check_(check), pos_(pos), map_(map), expanding_(expanding) {}

  Type* type(Type* t) {
    // Parts of types in the middle of a declaration in error may be missing.
    if (!t) return typ(BasicKind::Invalid);
    switch (t->kind) {
      case TypeKind::Basic:
        return t;
      case TypeKind::TypeParam:
        return map_.lookup(static_cast<TypeParam*>(t));
      case TypeKind::Array: {
        auto* a = static_cast<Array*>(t);
        Type* elem = type(a->elem);
        if (elem == a->elem) return t;
        auto* r = arena_.make<Array>();
        r->len = a->len;
        r->elem = elem;
        return r;
      }
      case TypeKind::Slice: {
        auto* s = static_cast<Slice*>(t);
        Type* elem = type(s->elem);
        if (elem == s->elem) return t;
        auto* r = arena_.make<Slice>();
        r->elem = elem;
        return r;
      }
      case TypeKind::Pointer: {
        auto* p = static_cast<Pointer*>(t);
        Type* base = type(p->base);
        if (base == p->base) return t;
        auto* r = arena_.make<Pointer>();
        r->base = base;
        return r;
      }
      case TypeKind::Map: {
        auto* m = static_cast<Map*>(t);
        Type *key = type(m->key), *elem = type(m->elem);
        if (key == m->key && elem == m->elem) return t;
        auto* r = arena_.make<Map>();
        r->key = key;
        r->elem = elem;
        return r;
      }
      case TypeKind::Chan: {
        auto* c = static_cast<Chan*>(t);
        Type* elem = type(c->elem);
        if (elem == c->elem) return t;
        auto* r = arena_.make<Chan>();
        r->dir = c->dir;
        r->elem = elem;
        return r;
      }
      case TypeKind::Struct: {
        auto* s = static_cast<Struct*>(t);
        List<Var*> fields = list(s->fields, [&](Var* v) { return var(v); });
        if (fields.data() == s->fields.data()) return t;
        auto* r = arena_.make<Struct>();
        r->fields = fields;
        r->tags = s->tags;
        return r;
      }
      case TypeKind::Tuple:
        return tuple(static_cast<Tuple*>(t));
      case TypeKind::Signature:
        return signature(static_cast<Signature*>(t));
      case TypeKind::Union: {
        auto* u = static_cast<Union*>(t);
        List<Term*> terms = list(u->terms, [&](Term* x) {
          Type* xt = type(x->type);
          if (xt == x->type) return x;
          auto* r = arena_.make<Term>();
          r->tilde = x->tilde;
          r->type = xt;
          return r;
        });
        if (terms.data() == u->terms.data()) return t;
        auto* r = arena_.make<Union>();
        r->terms = terms;
        return r;
      }
      case TypeKind::Interface:
        return interfaceType(static_cast<Interface*>(t));
      case TypeKind::Named: {
        auto* n = static_cast<Named*>(t);
        // Expansion is in progress: nothing here may expand n. Its arguments are known, that
        // suffices.
        if (!n->inst) return t;
        List<Type*> targs = types(n->inst->targs);
        if (targs.data() == n->inst->targs.data()) return t;
        if (typeParams(n->inst->orig).size() != targs.size()) return typ(BasicKind::Invalid);
        return instantiate(check_, pos_, n->inst->orig, targs, expanding_);
      }
      case TypeKind::Alias: {
        auto* a = static_cast<Alias*>(t);
        Alias* orig = a->orig ? a->orig : a;
        if (orig->tparams.empty()) return t;
        if (a->targs.size() != orig->tparams.size()) return typ(BasicKind::Invalid);
        List<Type*> targs = types(a->targs);
        if (targs.data() == a->targs.data()) return t;
        return instantiate(check_, pos_, orig, targs, expanding_);
      }
    }
    BURROW_UNREACHABLE();
  }

 private:
  /// f of each element; the list itself if nothing changed.
  template <class T, class F>
  List<T> list(List<T> in, F&& f) {
    T* out = nullptr;
    for (size_t i = 0; i < in.size(); ++i) {
      T changed = f(in[i]);
      if (changed != in[i] && !out) {
        out = static_cast<T*>(arena_.allocate(sizeof(T) * in.size(), alignof(T)));
        std::copy(in.begin(), in.end(), out);
      }
      if (out) out[i] = changed;
    }
    return out ? List<T>(out, in.size()) : in;
  }

  List<Type*> types(List<Type*> in) {
    return list(in, [&](Type* t) { return type(t); });
  }

  Var* var(Var* v) {
    if (!v) return v;
    Type* t = type(v->type);
    return t == v->type ? v : cloneVar(v, t);
  }

  Tuple* tuple(Tuple* t) {
    if (!t) return t;
    List<Var*> vars = list(t->vars, [&](Var* v) { return var(v); });
    if (vars.data() == t->vars.data()) return t;
    auto* r = arena_.make<Tuple>();
    r->vars = vars;
    return r;
  }

  Type* signature(Signature* s) {
    // The receiver is left alone: expansion of the receiver's type replaces it, and substituting it
    // here would not end for interfaces, which are the receivers of their own methods.
    Tuple *params = tuple(s->params), *results = tuple(s->results);
    if (params == s->params && results == s->results) return s;
    auto* r = arena_.make<Signature>();
    r->rparams = s->rparams;
    r->tparams = s->tparams;
    r->recv = s->recv;
    r->params = params;
    r->results = results;
    r->variadic = s->variadic;
    return r;
  }

  Type* interfaceType(Interface* t) {
    List<Func*> methods = list(t->methods, [&](Func* f) {
      if (!f) return f;
      Type* ft = type(f->type);
      return ft == f->type ? f : cloneFunc(f, ft);
    });
    List<Type*> embeddeds = types(t->embeddeds);
    if (methods.data() == t->methods.data() && embeddeds.data() == t->embeddeds.data()) return t;
    auto* r = arena_.make<Interface>();
    r->embeddeds = embeddeds;
    r->embedPos = t->embedPos;
    r->implicit = t->implicit;
    r->complete = t->complete;
    r->methods = replaceRecvType(methods, t, r);
    if (check_ && check_->active()) {
      r->check = check_;
      check_->needsCleanup(r);
    }
    return r;
  }

  Checker* check_;
  Pos pos_;
  const SubstMap& map_;
  Named* expanding_;
  Arena& arena_ = typeArena();
};

}  // namespace

Arena& typeArena() {
  // Never destroyed: types refer to it until the process ends.
  static Arena* const arena = new Arena;
  return *arena;
}

Type* subst(Checker* check, Pos pos, Type* t, const SubstMap& map, Named* expanding) {
  if (map.empty() || !t) return t;
  return Substituter(check, pos, map, expanding).type(t);
}

Var* cloneVar(const Var* v, Type* type) {
  Var* r = typeArena().make<Var>(*v);
  r->type = type;
  r->origin = v->origin ? v->origin : const_cast<Var*>(v);
  r->lowered = nullptr;
  return r;
}

Func* cloneFunc(const Func* f, Type* type) {
  Func* r = typeArena().make<Func>(*f);
  r->type = type;
  r->origin = f->origin ? f->origin : const_cast<Func*>(f);
  r->lowered = nullptr;
  return r;
}

List<Func*> replaceRecvType(List<Func*> methods, Type* from, Type* to) {
  Func** out = nullptr;
  for (size_t i = 0; i < methods.size(); ++i) {
    Signature* s = methods[i]->signature();
    if (!s || !s->recv || s->recv->type != from) continue;
    if (!out) {
      // Instances may share methods that were not substituted: never modify them in place.
      List<Func*> copy = typeArena().list(std::span<Func* const>(methods.data(), methods.size()));
      out = copy.data();
    }
    auto* changed = typeArena().make<Signature>(*s);
    changed->lowered = nullptr;
    changed->recv = cloneVar(s->recv, to);
    out[i] = cloneFunc(methods[i], changed);
  }
  return out ? List<Func*>(out, methods.size()) : methods;
}

}  // namespace burrow
