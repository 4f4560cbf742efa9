// Declarations: constants, variables, types, functions, and cycles among them.
#include "compiler/types/checker.h"

namespace burrow {

void Checker::declare(Scope* scope, Name* id, Object* obj, Pos pos) {
  if (obj->name != "_") {  // the blank identifier declares nothing
    if (Object* alt = scope->insert(obj)) {
      Error err(this);
      err.addf(obj, "%s redeclared in this block", obj->name);
      err.addAltDecl(alt);
      err.report();
      return;
    }
    obj->scopePos = pos;
  }
  if (id != nullptr) recordDef(id, obj);
}

void Checker::objDecl(Object* obj) {
  // Without a type and off the path: not checked yet. On the path: being checked, so that this is a
  // cycle, which may be legal. With a type and off the path: done.
  if (obj->pathIndex >= 0) {
    switch (obj->kind) {
      case ObjectKind::Const:
      case ObjectKind::Var:
        // If the type is known already the initialization cycle is found by initOrder.
        if (!validCycle(obj) || obj->type == nullptr) obj->type = burrow::typ(BasicKind::Invalid);
        break;
      case ObjectKind::TypeName:
        if (!validCycle(obj)) obj->type = burrow::typ(BasicKind::Invalid);
        break;
      case ObjectKind::Func:
        validCycle(obj);  // functions keep their signature in any case
        break;
      default:
        BURROW_UNREACHABLE();
    }
    BURROW_DCHECK(obj->type != nullptr);
    return;
  }
  if (obj->type != nullptr) return;

  DeclInfo* d = obj->decl;
  BURROW_CHECK(d != nullptr);
  push(obj);
  obj->color = Color::Grey;
  Environment saved = env;
  env = Environment{};
  env.scope = d->file;
  env.version = d->version;
  switch (obj->kind) {
    case ObjectKind::Const:
      env.decl = d;  // initializers note what they depend on
      constDecl(static_cast<Const*>(obj), d->vtyp, d->init, d->inherited);
      break;
    case ObjectKind::Var:
      env.decl = d;
      varDecl(static_cast<Var*>(obj), d->lhs ? *d->lhs : std::vector<Var*>(), d->vtyp, d->init);
      break;
    case ObjectKind::TypeName:
      typeDecl(static_cast<TypeName*>(obj), d->tdecl);
      collectMethods(static_cast<TypeName*>(obj));
      break;
    case ObjectKind::Func:
      funcDecl(static_cast<Func*>(obj), d);  // functions may be recursive
      break;
    default:
      BURROW_UNREACHABLE();
  }
  env = saved;
  obj->color = Color::Black;
  pop();
}

namespace {

/// Index of the object that comes first in the source.
size_t firstInSrc(const std::vector<Object*>& path) {
  size_t first = 0;
  for (size_t i = 1; i < path.size(); ++i) {
    if (path[i]->pos < path[first]->pos) first = i;
  }
  return first;
}

}  // namespace

bool Checker::validCycle(Object* obj) {
  std::vector<Object*> cycle(objPath.begin() + obj->pathIndex, objPath.end());
  size_t values = 0, definitions = 0;
  for (Object* o : cycle) {
    switch (o->kind) {
      case ObjectKind::Const:
      case ObjectKind::Var:
        ++values;
        break;
      case ObjectKind::TypeName:
        // Cycles through type parameter lists are legal.
        if (env.inTParamList && o->type != nullptr && isGeneric(o->type)) return true;
        if (!isAliasName(static_cast<TypeName*>(o))) ++definitions;
        break;
      default:
        break;
    }
  }
  // Cycles of constants and variables alone are reported by initOrder.
  if (values == cycle.size()) return true;
  // Cycles of types (and functions) need a definition, or they would expand for ever.
  if (values == 0 && definitions > 0) return true;
  cycleError(cycle, firstInSrc(cycle));
  return false;
}

void Checker::cycleError(const std::vector<Object*>& cycle, size_t start) {
  auto name = [this](Object* o) {
    std::string q = o->pkg ? qualifier(o->pkg) : std::string();
    if (!q.empty()) q += '.';
    return q.append(o->name);
  };
  Object* obj = cycle[start];
  TypeName* tname = as<TypeName>(obj);
  // An alias counts as declared now, against follow-up errors.
  if (tname != nullptr) {
    if (Alias* a = as<Alias>(tname->type)) a->fromRHS = burrow::typ(BasicKind::Invalid);
  }
  if (cycle.size() == 1) {
    if (tname != nullptr) {
      errorf(obj, "invalid recursive type: %s refers to itself", name(obj));
    } else {
      errorf(obj, "invalid cycle in declaration: %s refers to itself", name(obj));
    }
    return;
  }
  Error err(this);
  if (tname != nullptr) {
    err.addf(obj, "invalid recursive type %s", name(obj));
  } else {
    err.addf(obj, "invalid cycle in declaration of %s", name(obj));
  }
  for (size_t i = 0; i < cycle.size(); ++i) {
    Object* next = cycle[(start + i + 1) % cycle.size()];
    err.addf(obj, "%s refers to %s", name(obj), name(next));
    obj = next;
  }
  err.report();
}

// ---- Constants and variables
// ---------------------------------------------------------------------

void Checker::constDecl(Const* obj, Expr* type, Expr* init, bool inherited) {
  constant::Value savedIota = env.iota;
  Pos savedErrpos = env.errpos;
  env.iota = obj->value;
  env.errpos = Pos();
  obj->value = constant::makeUnknown();

  bool ok = true;
  if (type != nullptr) {
    Type* t = typ(type);
    if (!isConstType(t)) {
      if (isValid(under(t))) errorf(type, "invalid constant type %s", t);
      obj->type = burrow::typ(BasicKind::Invalid);
      ok = false;
    } else {
      obj->type = t;
    }
  }
  if (ok) {
    Operand x;
    if (init != nullptr) {
      // Positions in an inherited initializer are those of another declaration: the name is the
      // better place for errors.
      if (inherited) env.errpos = obj->pos;
      expr(nullptr, &x, init);
    }
    initConst(obj, &x);
  }
  env.iota = savedIota;
  env.errpos = savedErrpos;
}

void Checker::varDecl(Var* obj, const std::vector<Var*>& lhs, Expr* type, Expr* init) {
  if (type != nullptr) obj->type = varType(type);
  if (init == nullptr) {
    if (type == nullptr) obj->type = burrow::typ(BasicKind::Invalid);  // reported by arity
    return;
  }
  if (lhs.size() <= 1) {
    Operand x;
    std::optional<Target> target = newTarget(obj->type, [obj] { return std::string(obj->name); });
    expr(target ? &*target : nullptr, &x, init);
    initVar(obj, &x, "variable declaration");
    return;
  }
  // One call for several variables: all get the declared type, if there is one.
  if (type != nullptr) {
    for (Var* v : lhs) v->type = obj->type;
  }
  initVars(lhs, List<Expr*>(&init, 1), nullptr);
}

bool Checker::isImportedConstraint(Type* t) {
  Named* named = asNamed(t);
  if (named == nullptr || named->obj->pkg == pkg || named->obj->pkg == nullptr) return false;
  Interface* u = underAs<Interface>(named);
  return u != nullptr && !typeSetOf(u)->isMethodSet();
}

// ---- Types
// ---------------------------------------------------------------------------------------

void Checker::typeDecl(TypeName* obj, TypeDecl* tdecl) {
  struct State {
    bool versionError = false;
    Type* rhs = nullptr;
  };
  State* state = make<State>();
  later([this, obj, tdecl, state] {
    if (Named* t = asNamed(obj->type)) validType(t);
    if (!state->versionError && state->rhs != nullptr && isImportedConstraint(state->rhs)) {
      verifyVersionf(tdecl->type, 18, "using type constraint %s", state->rhs);
    }
  });
  Field* tparam0 = tdecl->tparams.empty() ? nullptr : tdecl->tparams[0];

  if (tdecl->alias) {
    // The higher requirement is reported first: one change of the version then is enough.
    if (tparam0 != nullptr && !verifyVersionf(tparam0, 23, "generic type alias")) {
      state->versionError = true;
    }
    if (!state->versionError && !verifyVersionf(tdecl, 9, "type alias")) state->versionError = true;
    Alias* alias = newAlias(obj, nullptr);
    if (tparam0 != nullptr) {
      openScope(tdecl);
      collectTypeParams(&alias->tparams, tdecl->tparams);
    }
    Type* rhs = state->rhs = declaredType(tdecl->type, obj);
    alias->fromRHS = rhs;
    if (TypeParam* p = as<TypeParam>(rhs)) {
      for (TypeParam* own : alias->tparams) {
        if (own != p) continue;
        error(tdecl->type, "cannot use type parameter declared in alias declaration as RHS");
        alias->fromRHS = burrow::typ(BasicKind::Invalid);
      }
    }
    if (tparam0 != nullptr) closeScope();
    return;
  }

  if (tparam0 != nullptr && !verifyVersionf(tparam0, 18, "type parameter")) {
    state->versionError = true;
  }
  Named* named = newNamed(obj, nullptr);
  result.types.push_back(obj);
  if (tparam0 != nullptr) {
    openScope(tdecl);
    collectTypeParams(&named->tparams, tdecl->tparams);
  }
  Type* rhs = state->rhs = declaredType(tdecl->type, obj);
  named->fromRHS = rhs;
  if (isTypeParam(rhs)) {
    error(tdecl->type, "cannot use a type parameter as RHS in type declaration");
    named->fromRHS = burrow::typ(BasicKind::Invalid);
  }
  if (tparam0 != nullptr) closeScope();
}

List<TypeParam*> Checker::collectTypeParams(List<TypeParam*>* dst, List<Field*> list) {
  // All are declared up front, as constraints may refer to any of them.
  std::vector<TypeParam*> made(list.size());
  for (size_t i = 0; i < list.size(); ++i) {
    made[i] = declareTypeParam(list[i]->name, list[0]->pos);
  }
  List<TypeParam*> tparams = bindTypeParams(arena.list(made));
  *dst = tparams;  // constraints may refer to the type being declared

  BURROW_DCHECK(!env.inTParamList);
  env.inTParamList = true;
  Type* constraint = nullptr;
  for (size_t i = 0; i < list.size(); ++i) {
    // A shared constraint is checked once; this also keeps the grouping when types are printed.
    if (i == 0 || list[i]->type != list[i - 1]->type) {
      constraint = bound(list[i]->type);
      if (isTypeParam(constraint)) {
        error(list[i]->type, "cannot use a type parameter as constraint");
        constraint = burrow::typ(BasicKind::Invalid);
      }
    }
    tparams[i]->bound = constraint;
  }
  env.inTParamList = false;
  return tparams;
}

Type* Checker::bound(Expr* x) {
  // ~T and A|B are legal here only: they are put into an implicit interface.
  Operation* op = as<Operation>(x);
  if (op != nullptr && (op->op == Operator::Tilde || op->op == Operator::Or)) {
    Field* field = make<Field>();
    field->pos = x->pos;
    field->type = x;
    InterfaceType* e = make<InterfaceType>();
    e->pos = x->pos;
    e->methods = arena.list(std::vector<Field*>{field});
    Type* t = typ(e);
    if (Interface* iface = as<Interface>(t)) iface->implicit = true;
    return t;
  }
  return typ(x);
}

TypeParam* Checker::declareTypeParam(Name* name, Pos scopePos) {
  // The constraint is invalid until it is known, so that there is one.
  TypeName* tname = newObject<TypeName>(arena, name->pos, pkg, name->name, nullptr);
  TypeParam* tpar = newTypeParam(tname, burrow::typ(BasicKind::Invalid));
  declare(env.scope, name, tname, scopePos);
  return tpar;
}

void Checker::collectMethods(TypeName* obj) {
  auto it = methods.find(obj);
  if (it == methods.end()) return;
  std::vector<Func*> found = std::move(it->second);
  methods.erase(it);

  ObjSet mset;
  Named* base = asNamed(obj->type);
  if (base != nullptr) {
    // The underlying type may not be set up yet.
    later([this, base] { checkFieldUniqueness(base); });
  }
  for (Func* m : found) {
    if (Object* alt = mset.insert(m)) {
      if (alt->pos.isKnown()) {
        errorf(m->pos, "method %s.%s already declared at %s", obj->name, m->name, alt->pos);
      } else {
        errorf(m->pos, "method %s.%s already declared", obj->name, m->name);
      }
      continue;
    }
    if (base != nullptr) unpackNamed(base)->methods->push_back(m);
  }
}

void Checker::checkFieldUniqueness(Named* base) {
  Struct* t = underAs<Struct>(base);
  if (t == nullptr || base->methods->empty()) return;
  ObjSet mset;
  for (Func* m : *base->methods) mset.insert(m);
  for (Var* field : t->fields) {
    if (field->name == "_") continue;
    if (Object* alt = mset.insert(field)) {
      // The method is where the error is shown.
      Error err(this);
      err.addf(alt, "field and method with the same name %s", field->name);
      err.addAltDecl(field);
      err.report();
    }
  }
}

// ---- Functions
// -----------------------------------------------------------------------------------

void Checker::funcDecl(Func* obj, DeclInfo* decl) {
  Signature* sig = make<Signature>();
  obj->type = sig;  // guards against cycles
  FuncDecl* fdecl = decl->fdecl;
  funcType(sig, fdecl->recv, fdecl->tparams, fdecl->signature);
  sig->scope->pos = fdecl->pos;
  sig->scope->end = endPos(fdecl);
  if (!fdecl->tparams.empty() && fdecl->body == nullptr) {
    softErrorf(fdecl, "generic function is missing function body");
  }
  if (!conf.ignoreFuncBodies && fdecl->body != nullptr) {
    later([this, decl, obj, sig, fdecl] { funcBody(decl, obj->name, sig, fdecl->body, nullptr); });
  }
}

// ---- Declarations in functions
// -------------------------------------------------------------------

void Checker::localConst(ConstDecl* s, ConstDecl*& last, int64_t index) {
  size_t top = delayed.size();
  constant::Value iota = constant::makeInt64(index);
  bool inherited = true;
  if (s->type != nullptr || s->values != nullptr) {
    last = s;
    inherited = false;
  } else if (last == nullptr) {
    last = make<ConstDecl>();
    inherited = false;
  }
  List<Expr*> values = unpackList(last->values);
  std::vector<Const*> lhs(s->names.size());
  for (size_t i = 0; i < s->names.size(); ++i) {
    Name* name = s->names[i];
    lhs[i] = newObject<Const>(arena, name->pos, pkg, name->name, nullptr);
    lhs[i]->value = iota;
    constDecl(lhs[i], last->type, i < values.size() ? values[i] : nullptr, inherited);
  }
  arity(s->pos, s->names, values, true, inherited);
  processDelayed(top);  // function literals must not see the new names
  Pos scopePos = endPos(s);
  for (size_t i = 0; i < s->names.size(); ++i) declare(env.scope, s->names[i], lhs[i], scopePos);
}

void Checker::localVar(VarDecl* s) {
  if (!s->embeds.empty() && env.decl != nullptr) {
    embedDecls.push_back({s, env.decl->syntaxFile, true});
  }
  size_t top = delayed.size();
  std::vector<Var*> lhs0(s->names.size());
  for (size_t i = 0; i < s->names.size(); ++i) {
    Name* name = s->names[i];
    lhs0[i] = newVar(arena, VarKind::Local, name->pos, pkg, name->name, nullptr);
    lhs0[i]->varDecl = s;
  }
  List<Expr*> values = unpackList(s->values);
  static const std::vector<Var*> kNone;
  for (size_t i = 0; i < lhs0.size(); ++i) {
    bool multi = values.size() == 1 && lhs0.size() != 1;
    Expr* init = multi ? values[0] : i < values.size() ? values[i] : nullptr;
    varDecl(lhs0[i], multi ? lhs0 : kNone, s->type, init);
    if (values.size() == 1) break;  // all variables have their types now
  }
  // If there is one value but several variables and it failed early, types may be missing.
  if (s->type == nullptr || !values.empty()) arity(s->pos, s->names, values, false, false);
  processDelayed(top);
  Pos scopePos = endPos(s);
  for (size_t i = 0; i < lhs0.size(); ++i) declare(env.scope, s->names[i], lhs0[i], scopePos);
}

void Checker::declStmt(List<Decl*> list) {
  int first = -1;             // of the current constant group
  ConstDecl* last = nullptr;  // with values
  for (size_t index = 0; index < list.size(); ++index) {
    Decl* decl = list[index];
    if (decl->kind != Kind::ConstDecl) first = -1;
    switch (decl->kind) {
      case Kind::ConstDecl:
        if (first < 0 || decl->group == nullptr || list[index - 1]->group != decl->group) {
          first = static_cast<int>(index);
          last = nullptr;
        }
        localConst(static_cast<ConstDecl*>(decl), last, static_cast<int64_t>(index) - first);
        break;
      case Kind::VarDecl:
        localVar(static_cast<VarDecl*>(decl));
        break;
      case Kind::TypeDecl: {
        TypeDecl* s = static_cast<TypeDecl*>(decl);
        TypeName* obj = newObject<TypeName>(arena, s->name->pos, pkg, s->name->name, nullptr);
        // The scope of a type begins at its name.
        declare(env.scope, s->name, obj, s->name->pos);
        push(obj);
        typeDecl(obj, s);
        pop();
        break;
      }
      default:
        errorf(decl, "invalid syntax tree: unknown declaration");
    }
  }
}

}  // namespace burrow
