// Signatures: receivers, parameters, results.
#include "compiler/types/checker.h"

namespace burrow {

void Checker::funcType(Signature* sig, Field* recvPar, List<Field*> tparams, FuncType* ftyp) {
  openScope(ftyp);
  env.scope->isFunc = true;
  sig->scope = env.scope;

  Var* recv = nullptr;
  List<TypeParam*> rparams;
  if (recvPar != nullptr) {
    // The receiver's type parameters are in scope after the method's name.
    std::tie(recv, rparams) = collectRecv(recvPar, ftyp->pos);
  }
  if (!tparams.empty()) collectTypeParams(&sig->tparams, tparams);

  std::vector<Name*> pnames, rnames;
  std::vector<Var*> params, results;
  bool variadic = false, ignored = false;
  collectParams(VarKind::Param, ftyp->params, pnames, params, variadic);
  collectParams(VarKind::Result, ftyp->results, rnames, results, ignored);

  Pos scopePos = endPos(ftyp);  // all are in scope after the signature
  if (recv != nullptr && !recv->name.empty()) declare(env.scope, recvPar->name, recv, scopePos);
  declareParams(pnames, params, scopePos);
  declareParams(rnames, results, scopePos);

  sig->recv = recv;
  sig->rparams = rparams;
  sig->params = newTuple(arena, params);
  sig->results = newTuple(arena, results);
  sig->variadic = variadic;
  closeScope();
}

namespace {

Type* unpointer(Type* t) {
  while (Pointer* p = as<Pointer>(t)) t = p->base;
  return t;
}

bool hasTypeParamList(Type* t) {
  if (Named* n = as<Named>(t)) return !typeParams(n).empty();
  if (Alias* a = as<Alias>(t)) return !a->tparams.empty();
  return false;
}

}  // namespace

Type* Checker::genericRecv(Field* rparam, bool rptr, Expr* rbase, const std::vector<Name*>& names,
                           Pos scopePos, List<TypeParam*>& rparams) {
  // The base type comes first: its name may be that of one of the parameters.
  Named* baseType = nullptr;
  std::string cause;
  Type* t = genericType(rbase, &cause);
  if (isValid(t)) {
    baseType = as<Named>(t);
    if (baseType == nullptr) {
      errorf(rbase, "cannot define new methods on generic alias type %s", t);
    }
  } else if (!cause.empty()) {
    errorf(rbase, "%s", cause);
  }

  std::vector<TypeParam*> made;
  for (Name* name : names) {
    TypeParam* p = declareTypeParam(name, scopePos);
    made.push_back(p);
    // These names define and use the parameter.
    recordUse(name, p->obj);
    recordTypeAndValue(name, Mode::Type, p, nullptr);
  }
  rparams = bindTypeParams(arena.list(made));
  if (baseType == nullptr) return burrow::typ(BasicKind::Invalid);

  List<TypeParam*> baseParams = typeParams(baseType);
  std::vector<Type*> targs(rparams.begin(), rparams.end());
  if (rparams.size() == baseParams.size()) {
    List<Type*> renamed = arena.list(targs);
    SubstMap smap(baseParams, renamed);
    for (size_t i = 0; i < rparams.size(); ++i) {
      mono.recordCanon(rparams[i], baseParams[i]);
      // The constraint may mention other parameters of the base type.
      rparams[i]->bound = subst(rparams[i]->obj->pos, baseParams[i]->bound, smap);
    }
  } else {
    errorf(rbase, "receiver declares %d type parameter%s, but receiver base type declares %d",
           rparams.size(), rparams.size() == 1 ? "" : "s", baseParams.size());
  }

  verifyVersionf(rbase, 18, "type instantiation");
  Type* recvType = instance(rparam->type->pos, baseType, arena.list(targs));
  recordInstance(rbase, arena.list(targs), recvType);
  if (rptr && isValid(recvType)) recvType = newPointer(arena, recvType);
  recordParenthesizedRecvTypes(rparam->type, recvType);
  return recvType;
}

std::pair<Var*, List<TypeParam*>> Checker::collectRecv(Field* rparam, Pos scopePos) {
  // "(" [name] ["*"] base ["[" names "]"] ")"
  Expr* rbase = nullptr;
  std::vector<Name*> names;
  bool rptr = unpackRecv(rparam->type, true, rbase, names);

  Type* recvType = nullptr;
  List<TypeParam*> rparams;
  if (names.empty()) {
    recvType = varType(rparam->type);
    // New methods cannot be defined on instances, not even through an alias.
    for (Alias* a = as<Alias>(unpointer(recvType)); a != nullptr;) {
      Type* base = unpointer(a->fromRHS);
      if (hasTypeParamList(base)) {
        errorf(rbase, "cannot define new methods on instantiated type %s", base);
        recvType = burrow::typ(BasicKind::Invalid);
        break;
      }
      a = as<Alias>(base);
    }
  } else {
    recvType = genericRecv(rparam, rptr, rbase, names, scopePos, rparams);
  }

  Var* recv;
  if (rparam->name != nullptr && !rparam->name->name.empty()) {
    // Declared by the caller, after the type parameters.
    recv = newVar(arena, VarKind::Recv, rparam->name->pos, pkg, rparam->name->name, recvType);
  } else {
    recv = newVar(arena, VarKind::Recv, rparam->pos, pkg, {}, recvType);
    recordImplicit(rparam, recv);
  }
  // Validated later: now it might expand types too early.
  later([this, rbase, recv] { validRecv(rbase, recv); });
  return {recv, rparams};
}

void Checker::recordParenthesizedRecvTypes(Expr* e, Type* t) {
  for (;;) {
    recordTypeAndValue(e, Mode::Type, t, nullptr);
    if (ParenExpr* p = as<ParenExpr>(e)) {
      e = p->x;
    } else if (Operation* op = as<Operation>(e); op && op->op == Operator::Mul && !op->y) {
      Pointer* ptr = as<Pointer>(t);
      if (ptr == nullptr) return;
      e = op->x;
      t = ptr->base;
    } else {
      return;
    }
  }
}

void Checker::collectParams(VarKind kind, List<Field*> list, std::vector<Name*>& names,
                            std::vector<Var*>& params, bool& variadic) {
  variadic = false;
  bool named = false, anonymous = false;
  Type* type = nullptr;
  Expr* prev = nullptr;
  for (size_t i = 0; i < list.size(); ++i) {
    Field* field = list[i];
    Expr* ftype = field->type;
    if (ftype != prev) {  // a, b T share their type expression
      prev = ftype;
      if (DotsType* t = as<DotsType>(ftype)) {
        ftype = t->elem;
        if (kind == VarKind::Param && i + 1 == list.size()) {
          variadic = true;
        } else {
          error(t, "invalid use of ...");
        }
      }
      type = varType(ftype);
    }
    if (field->name != nullptr) {
      names.push_back(field->name);
      params.push_back(newVar(arena, kind, field->name->pos, pkg, field->name->name, type));
      named = true;
    } else {
      Var* par = newVar(arena, kind, field->pos, pkg, {}, type);
      recordImplicit(field, par);
      names.push_back(nullptr);
      params.push_back(par);
      anonymous = true;
    }
  }
  if (named && anonymous) {
    error(list[0], "invalid syntax tree: list contains both named and anonymous parameters");
  }
  if (variadic) {
    // The last parameter's type is a slice of what was written after the dots.
    Var* last = params.back();
    last->type = newSlice(arena, last->type);
    recordTypeAndValue(list.back()->type, Mode::Type, last->type, nullptr);
  }
}

void Checker::declareParams(const std::vector<Name*>& names, const std::vector<Var*>& params,
                            Pos scopePos) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != nullptr && !names[i]->name.empty()) {
      declare(env.scope, names[i], params[i], scopePos);
    }
  }
}

void Checker::validRecv(At pos, Var* recv) {
  Type* rtyp = deref(recv->type);
  Type* atyp = unalias(rtyp);
  if (!isValid(atyp)) return;
  if (Named* T = as<Named>(atyp)) {
    if (!samePkg(T->obj->pkg, pkg)) {
      errorf(pos, "cannot define new methods on non-local type %s", rtyp);
      return;
    }
    Type* u = under(T);
    std::string_view cause;
    if (Basic* b = as<Basic>(u); b && b->basic == BasicKind::UnsafePointer) {
      cause = "unsafe.Pointer";
    } else if (u->kind == TypeKind::Pointer || u->kind == TypeKind::Interface) {
      cause = "pointer or interface type";
    }
    if (!cause.empty()) errorf(pos, "invalid receiver type %s (%s)", rtyp, cause);
  } else if (atyp->kind == TypeKind::Basic) {
    errorf(pos, "cannot define new methods on non-local type %s", rtyp);
  } else {
    errorf(pos, "invalid receiver type %s", recv->type);
  }
}

}  // namespace burrow
