// Type expressions, and identifiers wherever they stand.
#include "compiler/types/checker.h"

namespace burrow {

void Checker::ident(Operand* x, Name* e, bool wantType) {
  x->mode = Mode::Invalid;
  x->expr = e;
  Scope* scope = nullptr;
  Object* obj = lookupScope(e->name, &scope);
  if (obj == nullptr) {
    if (e->name == "_") {
      error(e, "cannot use _ as value or type");
    } else if (isValidName(e->name)) {
      errorf(e, "undefined: %s", e->name);
    }
    return;
  }
  if (obj == universeComparableName || obj == universeAnyName) {
    if (!verifyVersionf(e, 18, "predeclared %s", e->name)) return;
  }
  recordUse(e, obj);

  // Where a type is wanted, stop before the type of something else is computed.
  bool gotType = obj->kind == ObjectKind::TypeName;
  if (!gotType && wantType) {
    errorf(e, "%s (%s) is not a type", obj->name, objectKindName(obj));
    if (Var* v = as<Var>(obj); v && v->pkg == pkg) v->used = true;
    return;
  }

  // A type name of this package is always visited where a type is wanted: that finds cycles.
  if (obj->type == nullptr || (gotType && wantType && obj->pkg == pkg)) objDecl(obj);
  Type* type = obj->type;
  BURROW_CHECK(type != nullptr);

  if (!dotImportMap.empty()) {
    auto it = dotImportMap.find(DotKey{scope, obj->name});
    if (it != dotImportMap.end()) it->second->used = true;
  }

  switch (obj->kind) {
    case ObjectKind::PkgName:
      errorf(e, "use of package %s not in selector", obj->name);
      return;
    case ObjectKind::Const:
      addDeclDep(obj);
      if (!isValid(type)) return;
      if (obj == universeIota) {
        if (env.iota == nullptr) {
          error(e, "cannot use iota outside constant declaration");
          return;
        }
        x->val = env.iota;
      } else {
        x->val = static_cast<Const*>(obj)->value;
      }
      x->mode = Mode::Constant;
      break;
    case ObjectKind::TypeName:
      x->mode = Mode::Type;
      break;
    case ObjectKind::Var:
      if (obj->pkg == pkg) obj->used = true;
      addDeclDep(obj);
      if (!isValid(type)) return;
      x->mode = Mode::Variable;
      break;
    case ObjectKind::Func:
      addDeclDep(obj);
      x->mode = Mode::Value;
      break;
    case ObjectKind::Builtin:
      x->id = static_cast<Builtin*>(obj)->id;
      x->mode = Mode::Builtin;
      break;
    case ObjectKind::Nil:
      x->mode = Mode::NilValue;
      break;
    default:
      BURROW_UNREACHABLE();
  }
  x->type = type;
}

Type* Checker::typ(Expr* e) {
  return declaredType(e, nullptr);
}

Type* Checker::varType(Expr* e) {
  Type* t = declaredType(e, nullptr);
  validVarType(e, t);
  return t;
}

void Checker::validVarType(Expr* e, Type* t) {
  // Only names and interface literals can be constraint interfaces; the rest needs no look later.
  Type* actual = unalias(t);
  if (actual == nullptr) actual = t;
  switch (actual->kind) {
    case TypeKind::TypeParam:
    case TypeKind::Basic:
    case TypeKind::Array:
    case TypeKind::Slice:
    case TypeKind::Struct:
    case TypeKind::Pointer:
    case TypeKind::Signature:
    case TypeKind::Map:
    case TypeKind::Chan:
      return;
    case TypeKind::Named:
      // A complete type that is no interface, or one of another package without type terms.
      if (Type* u = static_cast<Named*>(actual)->underlying) {
        Interface* i = as<Interface>(u);
        if (i == nullptr || (i->tset != nullptr && i->tset->isMethodSet())) return;
      }
      break;
    default:
      break;
  }
  later([this, e, t] {
    Interface* i = underAs<Interface>(t);
    if (i == nullptr || isTypeParam(t)) return;
    Pos pos = startPos(e);
    TypeSet* tset = computeInterfaceTypeSet(this, pos, i);
    if (tset->isMethodSet()) return;
    if (tset->comparable) {
      softErrorf(
          pos, "cannot use type %s outside a type constraint: interface is (or embeds) comparable",
          t);
    } else {
      softErrorf(
          pos, "cannot use type %s outside a type constraint: interface contains type constraints",
          t);
    }
  });
}

Type* Checker::declaredType(Expr* e, TypeName* def) {
  Type* t = typInternal(e, def);
  if (isGeneric(t)) {
    errorf(e, "cannot use generic type %s without instantiation", t);
    t = burrow::typ(BasicKind::Invalid);
  }
  recordTypeAndValue(e, Mode::Type, t, nullptr);
  return t;
}

Type* Checker::genericType(Expr* e, std::string* cause) {
  Type* t = typInternal(e, nullptr);
  if (isValid(t) && !isGeneric(t)) {
    if (cause != nullptr) *cause = sprintf("%s is not a generic type", t);
    t = burrow::typ(BasicKind::Invalid);
  }
  recordTypeAndValue(e, Mode::Type, t, nullptr);
  return t;
}

Type* Checker::typInternal(Expr* e0, TypeName* def) {
  Type* const invalid = burrow::typ(BasicKind::Invalid);
  switch (e0->kind) {
    case Kind::BadExpr:
      return invalid;  // reported before

    case Kind::Name:
    case Kind::SelectorExpr: {
      Operand x;
      if (Name* name = as<Name>(e0)) {
        ident(&x, name, true);
      } else {
        selector(&x, static_cast<SelectorExpr*>(e0), true);
      }
      if (x.mode == Mode::Type) return x.type;
      if (x.mode == Mode::NoValue) {
        errorf(x, "%s used as type", x);
      } else if (x.valid()) {
        errorf(x, "%s is not a type", x);
      }
      return invalid;
    }

    case Kind::IndexExpr: {
      IndexExpr* e = static_cast<IndexExpr*>(e0);
      verifyVersionf(e, 18, "type instantiation");
      return instantiatedType(e->x, unpackList(e->index));
    }

    case Kind::ParenExpr:
      // Generic types cannot be parenthesized.
      return declaredType(static_cast<ParenExpr*>(e0)->x, def);

    case Kind::ArrayType: {
      ArrayType* e = static_cast<ArrayType*>(e0);
      Array* t = make<Array>();
      if (e->len != nullptr) {
        t->len = arrayLength(e->len);
      } else {
        error(e, "invalid use of [...] array (outside a composite literal)");
        t->len = -1;
      }
      t->elem = invalid;
      t->elem = varType(e->elem);
      if (t->len >= 1 << 12 || t->elem->kind == TypeKind::Array) hasLargeArray = true;
      return t->len >= 0 ? static_cast<Type*>(t) : invalid;
    }

    case Kind::SliceType: {
      Slice* t = make<Slice>();
      t->elem = invalid;  // never null, not even in the middle of a cycle
      t->elem = varType(static_cast<SliceType*>(e0)->elem);
      return t;
    }

    case Kind::DotsType:
      error(e0, "invalid use of ...");
      return invalid;

    case Kind::StructType: {
      Struct* t = make<Struct>();
      structType(t, static_cast<StructType*>(e0));
      return t;
    }

    case Kind::Operation: {
      Operation* e = static_cast<Operation*>(e0);
      if (e->op == Operator::Mul && e->y == nullptr) {
        Pointer* t = make<Pointer>();
        t->base = invalid;
        t->base = varType(e->x);
        // A pointer to an invalid type is of no use but to cause follow-up errors.
        return isValid(t->base) ? static_cast<Type*>(t) : invalid;
      }
      errorf(e0, "%s is not a type", e0);
      use(e0);
      return invalid;
    }

    case Kind::FuncType: {
      Signature* t = make<Signature>();
      funcType(t, nullptr, {}, static_cast<FuncType*>(e0));
      return t;
    }

    case Kind::InterfaceType: {
      InterfaceType* e = static_cast<InterfaceType*>(e0);
      Interface* t = newInterface();
      interfaceExprs.push_back(e);
      interfaceType(t, e, def);
      return t;
    }

    case Kind::MapType: {
      MapType* e = static_cast<MapType*>(e0);
      Map* t = make<Map>();
      t->key = t->elem = invalid;
      t->key = varType(e->key);
      t->elem = varType(e->elem);
      if (t->key->kind == TypeKind::Basic) return t;  // all are comparable
      // Key types must be comparable; that needs complete types.
      later([this, e, t] {
        if (comparableType(t->key)) return;
        errorf(e->key, "invalid map key type %s%s", t->key,
               isTypeParam(t->key) ? " (missing comparable constraint)" : "");
      });
      return t;
    }

    case Kind::ChanType: {
      ChanType* e = static_cast<ChanType*>(e0);
      Chan* t = make<Chan>();
      t->dir = e->dir;
      t->elem = invalid;
      t->elem = varType(e->elem);
      return t;
    }

    default:
      errorf(e0, "%s is not a type", e0);
      use(e0);
      return invalid;
  }
}

Type* Checker::instantiatedType(Expr* x, List<Expr*> xlist) {
  Type* const invalid = burrow::typ(BasicKind::Invalid);
  std::string cause;
  Type* gtyp = genericType(x, &cause);
  if (!cause.empty()) errorf(x, "invalid operation: %s%s (%s)", x, xlist, cause);
  if (!isValid(gtyp)) return gtyp;

  std::optional<std::vector<Type*>> args = typeList(xlist);
  if (!args) return invalid;
  List<Type*> targs = arena.list(*args);
  Type* inst = instance(x->pos, gtyp, targs);
  if (inst->kind != TypeKind::Named && inst->kind != TypeKind::Alias) return invalid;

  // The generic type's parameters may not be set up yet.
  later([this, x, xlist, targs, inst] {
    // This instance stands in the source, so that its errors are reported now.
    recordInstance(x, targs, inst);
    std::string_view name;
    List<TypeParam*> tparams;
    if (Named* n = as<Named>(inst)) {
      name = originOf(n)->obj->name;
      tparams = typeParams(n);
    } else {
      Alias* a = static_cast<Alias*>(inst);
      name = a->orig->obj->name;
      tparams = a->tparams;
    }
    if (!validateTArgLen(x->pos, name, tparams.size(), targs.size())) return;
    std::string why;
    int i = verify(x->pos, tparams, targs, why);
    if (i >= 0) {
      Pos pos = x->pos;
      if (static_cast<size_t>(i) < xlist.size()) pos = startPos(xlist[i]);
      softErrorf(pos, "%s", why);
    } else {
      mono.recordInstance(pkg, x->pos, tparams, targs, xlist);
    }
  });
  return inst;
}

int64_t Checker::arrayLength(Expr* e) {
  // A lone name may also be a type parameter that lacks its constraint: type T[P] …
  if (Name* name = as<Name>(e)) {
    Object* obj = lookup(name->name);
    if (obj == nullptr) {
      errorf(name, "undefined array length %s or missing type constraint", name->name);
      return -1;
    }
    if (obj->kind != ObjectKind::Const) {
      errorf(name, "invalid array length %s", name->name);
      return -1;
    }
  }
  Operand x;
  expr(nullptr, &x, e);
  if (x.mode != Mode::Constant) {
    if (x.valid()) errorf(x, "array length %s must be constant", x);
    return -1;
  }
  if (isUntyped(x.type) || isInteger(x.type)) {
    constant::Value v = constant::toInt(x.val);
    if (v->kind() == ConstKind::Int) {
      std::optional<int64_t> n = constant::int64Val(v);
      if (n && *n >= 0) return *n;
    }
  }
  if (isInteger(x.type)) {
    errorf(x, "invalid array length %s", x);
  } else {
    errorf(x, "array length %s must be integer", x);
  }
  return -1;
}

std::optional<std::vector<Type*>> Checker::typeList(List<Expr*> list) {
  std::vector<Type*> types;
  bool ok = true;
  for (Expr* x : list) {
    Type* t = varType(x);
    ok = ok && isValid(t);
    types.push_back(t);
  }
  if (!ok) return std::nullopt;
  return types;
}

}  // namespace burrow
