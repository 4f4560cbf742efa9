// x.f: qualified identifiers, fields, methods and method expressions.
#include <algorithm>

#include "compiler/types/checker.h"

namespace burrow {
namespace {

/// The first exported name of the package that differs in case only.
Object* lookupIgnoringCase(Scope* scope, std::string_view name) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (std::string_view other : scope->names()) {
    if (!isExportedName(other) || other.size() != name.size()) continue;
    if (std::equal(other.begin(), other.end(), name.begin(),
                   [&](char a, char b) { return lower(a) == lower(b); })) {
      return scope->lookup(other);
    }
  }
  return nullptr;
}

/// Whether the types of the package's exported objects mention the type `wanted`.
class TypeSearch {
 public:
  explicit TypeSearch(const TypeName* wanted) : wanted_(wanted) {}

  bool inExported(Scope* scope) {
    for (std::string_view name : scope->names()) {
      if (!isExportedName(name)) continue;
      Object* o = scope->lookup(name);
      if (o && o->type && mentions(o->type)) return true;
    }
    return false;
  }

 private:
  bool mentions(Type* t) {
    if (!t || !seen_.insert(t).second) return false;
    switch (t->kind) {
      case TypeKind::Array:
        return mentions(static_cast<Array*>(t)->elem);
      case TypeKind::Slice:
        return mentions(static_cast<Slice*>(t)->elem);
      case TypeKind::Pointer:
        return mentions(static_cast<Pointer*>(t)->base);
      case TypeKind::Chan:
        return mentions(static_cast<Chan*>(t)->elem);
      case TypeKind::Map:
        return mentions(static_cast<Map*>(t)->key) || mentions(static_cast<Map*>(t)->elem);
      case TypeKind::Struct:
        for (Var* f : static_cast<Struct*>(t)->fields) {
          if (mentions(f->type)) return true;
        }
        return false;
      case TypeKind::Tuple:
        for (Var* v : static_cast<Tuple*>(t)->vars) {
          if (mentions(v->type)) return true;
        }
        return false;
      case TypeKind::Signature:
        return mentions(static_cast<Signature*>(t)->params) ||
               mentions(static_cast<Signature*>(t)->results);
      case TypeKind::Interface:
        for (Func* m : static_cast<Interface*>(t)->methods) {
          if (mentions(m->type)) return true;
        }
        return false;
      case TypeKind::Named: {
        auto* n = static_cast<Named*>(t);
        if (n->obj == wanted_) return true;
        if (n->obj->pkg != wanted_->pkg || n->inst) return false;
        for (int i = 0; i < numMethods(n); ++i) {
          if (mentions(method(n, i)->type)) return true;
        }
        return mentions(under(n));
      }
      default:
        return false;
    }
  }

  const TypeName* wanted_;
  std::unordered_set<Type*> seen_;
};

/// Whether gc's export data would have the object. What nothing exported mentions is not in there:
/// it is "undefined" rather than "not exported". Functions get there through bodies that can be
/// inlined; a guess that is mostly right is that Sqrt is a thin cover of sqrt.
bool isKnownAbroad(Object* o) {
  if (o->exported()) return true;
  Scope* scope = o->pkg->scope;
  if (auto* t = as<TypeName>(o)) return TypeSearch(t).inExported(scope);
  if (as<Const>(o)) return false;
  std::string cover(o->name);
  if (cover[0] >= 'a' && cover[0] <= 'z') cover[0] = static_cast<char>(cover[0] - 'a' + 'A');
  return as<Func>(scope->lookup(cover)) != nullptr;
}

}  // namespace

bool Checker::qualifiedIdent(Operand* x, SelectorExpr* e, PkgName* pname) {
  recordUse(as<Name>(e->x), pname);
  pname->used = true;
  Package* imported = pname->imported;
  std::string_view sel = e->sel->name;
  Object* o = imported->scope->lookupInterned(sel);
  if (!o || !isKnownAbroad(o)) {
    if (!imported->fake && isValidName(sel)) {
      if (Object* alt = lookupIgnoringCase(imported->scope, sel)) {
        errorf(e->sel, "undefined: %s (but have %s)", e, alt->name);
      } else {
        errorf(e->sel, "undefined: %s", e);
      }
    }
    return false;
  }
  if (!o->exported()) {
    errorf(e->sel, "name %s not exported by package %s", sel, imported->name);
    // Go on: that it is not exported is all that is wrong.
  }
  recordUse(e->sel, o);
  // Imported objects are complete.
  x->type = o->type;
  switch (o->kind) {
    case ObjectKind::Const:
      x->mode = Mode::Constant;
      x->val = as<Const>(o)->value;
      if (!x->val) x->val = constant::makeUnknown();
      break;
    case ObjectKind::TypeName:
      x->mode = Mode::Type;
      break;
    case ObjectKind::Var:
      x->mode = Mode::Variable;
      break;
    case ObjectKind::Func:
      x->mode = Mode::Value;
      break;
    case ObjectKind::Builtin:
      x->mode = Mode::Builtin;
      x->id = as<Builtin>(o)->id;
      if (!x->type) x->type = burrow::typ(BasicKind::Invalid);
      break;
    default:
      BURROW_CHECK(false);
  }
  x->expr = e;
  return true;
}

void Checker::selector(Operand* x, SelectorExpr* e, bool wantType) {
  auto failed = [&] {
    x->mode = Mode::Invalid;
    x->type = burrow::typ(BasicKind::Invalid);
    x->expr = e;
  };
  std::string_view sel = e->sel->name;

  // Package names occur here only: operands never stand for packages.
  if (auto* name = as<Name>(e->x)) {
    if (auto* pname = as<PkgName>(lookup(name->name))) {
      if (!qualifiedIdent(x, e, pname)) failed();
      return;
    }
  }

  exprOrType(x, e->x, false);
  if (x->mode == Mode::Builtin) {
    errorf(e->pos, "invalid use of %s in selector expression", x);
    return failed();
  }
  if (x->mode == Mode::Invalid) return failed();
  // What follows gives values, and x's type may not be complete where a type is wanted.
  if (wantType) {
    errorf(e->sel, "%s is not a type", e);
    return failed();
  }

  bool addressable = x->mode == Mode::Variable;
  Selection s = lookupFieldOrMethod(x->type, addressable, pkg, sel);
  if (!s.object) {
    selectorError(x, e, s);
    return failed();
  }
  auto* m = as<Func>(s.object);
  if (m) objDecl(m);  // its signature may not be known yet

  if (x->mode == Mode::Type) {
    if (!m) {
      errorf(e->sel, "%s.%s undefined (type %s has no method %s)", x->expr, sel, x->type, sel);
      return failed();
    }
    recordSelection(e, SelectionKind::MethodExpr, x->type, m, s.path, s.indirect);
    auto* sig = m->signature();
    if (!sig || !sig->recv) {
      error(e, "illegal cycle in method declaration");
      return failed();
    }
    x->mode = Mode::Value;
    x->type = methodExprType(sig, x->type);
    addDeclDep(m);
  } else if (auto* f = as<Var>(s.object)) {
    recordSelection(e, SelectionKind::FieldVal, x->type, f, s.path, s.indirect);
    x->mode = addressable || s.indirect ? Mode::Variable : Mode::Value;
    x->type = f->type;
  } else {
    recordSelection(e, SelectionKind::MethodVal, x->type, m, s.path, s.indirect);
    x->mode = Mode::Value;
    auto* sig = copySignature(m->signature());
    sig->recv = nullptr;
    x->type = sig;
    addDeclDep(m);
  }
  x->expr = e;
}

Signature* Checker::methodExprType(Signature* sig, Type* recv) {
  // The receiver becomes the first parameter; it is named if the others are.
  std::vector<Var*> params;
  if (sig->params) params.assign(sig->params->vars.begin(), sig->params->vars.end());
  std::string_view name;
  if (!params.empty() && !params[0]->name.empty()) {
    name = sig->recv->name.empty() ? std::string_view("_") : sig->recv->name;
  }
  params.insert(params.begin(),
                newVar(arena, VarKind::Param, sig->recv->pos, sig->recv->pkg, name, recv));
  auto* f = make<Signature>();
  f->tparams = sig->tparams;
  f->params = newTuple(arena, params);
  f->results = sig->results;
  f->variadic = sig->variadic;
  return f;
}

void Checker::selectorError(Operand* x, SelectorExpr* e, const Selection& s) {
  std::string_view sel = e->sel->name;
  if (!isValid(under(x->type))) return;
  if (!s.path.empty()) {
    errorf(e->sel, "ambiguous selector %s.%s", x->expr, sel);
    return;
  }
  if (s.indirect) {
    if (x->mode == Mode::Type) {
      errorf(e->sel, "invalid method expression %s.%s (needs pointer receiver (*%s).%s)", x->type,
             sel, x->type, sel);
    } else {
      errorf(e->sel, "cannot call pointer method %s on %s", sel, x->type);
    }
    return;
  }
  std::string why;
  if (isInterfacePtr(x->type)) {
    why = interfacePtrError(x->type);
  } else {
    Selection alt = lookupFieldOrMethod(x->type, x->mode == Mode::Variable, pkg, sel, true);
    why = lookupError(x->type, sel, alt.object, false);
  }
  errorf(e->sel, "%s.%s undefined (%s)", x->expr, sel, why);
}

}  // namespace burrow
