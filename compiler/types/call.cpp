// Calls, conversions written as calls, and instantiation of generic functions.
#include "compiler/types/checker.h"

namespace burrow {
namespace {

constexpr unsigned kNoValues = 1u << static_cast<unsigned>(Mode::NoValue) |
                               1u << static_cast<unsigned>(Mode::Builtin) |
                               1u << static_cast<unsigned>(Mode::Type);

std::vector<Type*> typesOf(const std::vector<Operand*>& args) {
  std::vector<Type*> list;
  for (Operand* a : args) list.push_back(a->type);
  return list;
}
std::vector<Type*> typesOf(const Tuple* t) {
  std::vector<Type*> list;
  for (size_t i = 0; i < tupleLen(t); ++i) list.push_back(t->vars[i]->type);
  return list;
}

}  // namespace

Signature* Checker::copySignature(const Signature* s) {
  auto* copy = make<Signature>(*s);
  copy->lowered = nullptr;
  return copy;
}

std::vector<Type*> Checker::funcInst(const Target* T, Pos pos, Operand* x, IndexExpr* inst,
                                     bool infer) {
  Pos errPos = inst ? inst->pos : pos;
  if (inst) x->expr = inst;
  bool versionError = !verifyVersionf(errPos, 18, "function instantiation");

  std::vector<Type*> targs;
  List<Expr*> xlist;
  if (inst) {
    xlist = unpackList(inst->index);
    auto types = typeList(xlist);
    if (!types) {
      x->mode = Mode::Invalid;
      return {};
    }
    targs = std::move(*types);
  }

  auto* sig = as<Signature>(x->type);
  size_t got = targs.size(), want = sig->tparams.size();
  if (got > want) {
    errorf(xlist[got - 1], "got %d type arguments but want %d", got, want);
    x->mode = Mode::Invalid;
    return {};
  }
  if (got < want) {
    if (!infer) return targs;
    // `var f T = x` infers as the call g(f) of a func g[x's parameters](x's type) would.
    std::vector<Operand*> args;
    Type* params = nullptr;
    if (T && !sig->tparams.empty()) {
      if (!versionError && !allowVersion(21)) {
        versionErrorf(errPos, 21,
                      inst ? "partially instantiated function in assignment"
                           : "implicitly instantiated function in assignment");
      }
      auto* plain = make<Signature>();
      plain->params = sig->params;
      plain->results = sig->results;
      plain->variadic = sig->variadic;
      params = newTuple(arena, {newVar(arena, VarKind::Param, x->pos(), pkg, {}, plain)});
      auto* name = make<Name>();
      name->pos = x->pos();
      name->name = arena.string(T->desc);
      Operand* arg = newOperand();
      arg->mode = Mode::Value;
      arg->expr = name;
      arg->type = T->sig;
      args.push_back(arg);
    }
    // Renamed, for recursive instantiations.
    auto [tparams, params2] = renameTParams(pos, sig->tparams, params);
    Error err(this);
    targs =
        this->infer(pos, tparams, list(targs), as<Tuple>(params2), args, params != nullptr, err);
    if (targs.empty()) {
      if (!err.empty()) err.report();
      x->mode = Mode::Invalid;
      return {};
    }
  }
  x->type = instantiateSignature(x->pos(), x->expr, sig, list(targs), xlist);
  x->mode = Mode::Value;
  return {};
}

Signature* Checker::instantiateSignature(Pos pos, Expr* expr, Signature* t, List<Type*> targs,
                                         List<Expr*> xlist) {
  auto* inst = as<Signature>(instance(pos, t, targs));
  BURROW_CHECK(inst != nullptr);
  recordInstance(expr, targs, inst);
  // Constraints may not be complete yet.
  later([this, pos, t, targs, xlist] {
    std::string cause;
    int i = verify(pos, t->tparams, targs, cause);
    if (i >= 0) {
      Pos at = static_cast<size_t>(i) < xlist.size() ? startPos(xlist[i]) : pos;
      softErrorf(at, "%s", cause);
    } else {
      mono.recordInstance(pkg, pos, t->tparams, targs, xlist);
    }
  });
  return inst;
}

ExprKind Checker::callExpr(Operand* x, CallExpr* call) {
  IndexExpr* inst = nullptr;
  if (auto* index = as<IndexExpr>(call->fun)) {
    // Type arguments are put together with the value arguments below.
    if (indexExpr(x, index)) inst = index;
    x->expr = index;
    record(x);
  } else {
    exprOrType(x, call->fun, true);
  }

  switch (x->mode) {
    case Mode::Invalid:
      use(call->args);
      x->expr = call;
      return ExprKind::Statement;
    case Mode::Type:
      return conversionCall(x, call);
    case Mode::Builtin: {
      BuiltinId id = x->id;
      if (!builtin(x, call, id)) x->mode = Mode::Invalid;
      x->expr = call;
      if (x->mode != Mode::Invalid && x->mode != Mode::Constant) env.hasCallOrRecv = true;
      return builtinInfo(id).kind;
    }
    default:
      break;
  }

  auto failed = [&] {
    x->mode = Mode::Invalid;
    x->expr = call;
    return ExprKind::Statement;
  };
  Type* u = x->type->kind == TypeKind::Signature ? x->type : nullptr;
  if (!u) {
    std::string cause;
    u = commonUnder(
        this, x->type,
        [&](Type* t, Type* u, std::string* cause) {
          if (!u || u->kind == TypeKind::Signature) return true;
          *cause = sprintf("%s is not a function", t);
          return false;
        },
        &cause);
    if (!u) {
      errorf(x, "invalid operation: cannot call %s: %s", x, cause);
      return failed();
    }
  }
  auto* sig = static_cast<Signature*>(u);
  bool wasGeneric = !sig->tparams.empty();

  List<Expr*> xlist;
  std::vector<Type*> targs;
  if (inst) {
    xlist = unpackList(inst->index);
    auto types = typeList(xlist);
    if (!types) {
      use(call->args);
      return failed();
    }
    targs = std::move(*types);
    size_t got = targs.size(), want = sig->tparams.size();
    if (got > want) {
      errorf(xlist[want], "got %d type arguments but want %d", got, want);
      use(call->args);
      return failed();
    }
    // Instantiated before its arguments are checked, so that its type is known whatever they are.
    if (got == want && want > 0) {
      verifyVersionf(inst, 18, "function instantiation");
      sig = instantiateSignature(inst->pos, inst, sig, list(targs), xlist);
      targs.clear();
      xlist = {};
    }
  }

  std::vector<std::vector<Type*>> atargs;
  std::vector<Operand*> args = genericExprList(call->args, atargs);
  sig = arguments(call, sig, list(targs), xlist, args, atargs);
  if (wasGeneric && sig->tparams.empty()) recordTypeAndValue(call->fun, Mode::Value, sig, nullptr);

  switch (tupleLen(sig->results)) {
    case 0:
      x->mode = Mode::NoValue;
      break;
    case 1:
      x->mode = Mode::Value;
      x->type = sig->results->vars[0]->type;
      break;
    default:
      x->mode = Mode::Value;
      x->type = sig->results;
  }
  x->expr = call;
  env.hasCallOrRecv = true;
  // Where inference failed the result may still mention type parameters: no operand can.
  if (x->mode == Mode::Value && !sig->tparams.empty() && isParameterized(sig->tparams, x->type)) {
    x->mode = Mode::Invalid;
  }
  return ExprKind::Statement;
}

ExprKind Checker::conversionCall(Operand* x, CallExpr* call) {
  nonGeneric(nullptr, x);
  if (x->mode == Mode::Invalid) return ExprKind::Conversion;
  Type* T = x->type;
  x->mode = Mode::Invalid;
  size_t n = call->args.size();
  if (n == 0) {
    errorf(call, "missing argument in conversion to %s", T);
  } else if (n > 1) {
    use(call->args);
    errorf(call->args[n - 1], "too many arguments in conversion to %s", T);
  } else {
    expr(nullptr, x, call->args[0]);
    if (x->mode != Mode::Invalid) {
      auto* iface = underAs<Interface>(T);
      if (iface && !isTypeParam(T) && !typeSetOf(iface)->isMethodSet()) {
        errorf(call,
               "cannot use interface %s in conversion (contains specific type constraints or is "
               "comparable)",
               T);
      } else if (call->hasDots) {
        errorf(call->args[0], "invalid use of ... in conversion to %s", T);
      } else {
        conversion(x, T);
      }
    }
  }
  x->expr = call;
  return ExprKind::Conversion;
}

std::vector<Operand*> Checker::exprList(List<Expr*> elist) {
  if (elist.size() == 1) {
    bool commaOk;
    return multiExpr(elist[0], false, commaOk);
  }
  std::vector<Operand*> xlist;
  xlist.reserve(elist.size());
  for (Expr* e : elist) {
    Operand* x = newOperand();
    expr(nullptr, x, e);
    xlist.push_back(x);
  }
  return xlist;
}

std::vector<Operand*> Checker::genericExprList(List<Expr*> elist,
                                               std::vector<std::vector<Type*>>& targsList) {
  // Since Go 1.21 generic functions may be arguments; what is missing is inferred with the call's
  // own.
  bool infer = elist.empty() || !allowVersion(21);
  std::vector<Operand*> result;
  result.reserve(elist.size());
  for (size_t i = 0; i < elist.size(); ++i) {
    Expr* e = elist[i];
    Operand* x = newOperand();
    auto* inst = as<IndexExpr>(e);
    if (inst && indexExpr(x, inst)) {
      std::vector<Type*> targs = funcInst(nullptr, x->pos(), x, inst, infer);
      if (!targs.empty()) {
        targsList.resize(elist.size());
        targsList[i] = std::move(targs);
        x->expr = inst;
      } else {
        record(x);
      }
      result.push_back(x);
      continue;
    }
    if (inst) {
      // indexExpr has evaluated it already; finish as rawExpr would.
      x->expr = e;
      pendingType(x);
      record(x);
      exclude(x, kNoValues);
    } else {
      rawExpr(nullptr, x, e, nullptr, true);
      exclude(x, kNoValues);
    }
    if (elist.size() > 1) {
      singleValue(x);
      result.push_back(x);
    } else {
      bool commaOk;
      result = spread(x, e, false, commaOk);
    }
  }
  return result;
}

Signature* Checker::arguments(CallExpr* call, Signature* sig, List<Type*> targList,
                              List<Expr*> xlist, const std::vector<Operand*>& args,
                              const std::vector<std::vector<Type*>>& atargs) {
  size_t nargs = args.size(), npars = tupleLen(sig->params);
  bool ddd = call->hasDots;

  // One parameter for each argument: the last one of a variadic function is repeated.
  Tuple* sigParams = sig->params;
  bool adjusted = false;
  if (sig->variadic) {
    if (ddd) {
      if (call->args.size() == 1 && nargs > 1) {
        errorf(call, "cannot use ... with %d-valued %s", nargs, call->args[0]);
        return sig;
      }
    } else if (nargs >= npars - 1) {
      std::vector<Var*> vars(sig->params->vars.begin(), sig->params->vars.end() - 1);
      Var* last = sig->params->vars[npars - 1];
      Type* elem = as<Slice>(last->type)->elem;
      while (vars.size() < nargs) {
        vars.push_back(newVar(arena, VarKind::Param, last->pos, last->pkg, last->name, elem));
      }
      sigParams = newTuple(arena, vars);
      adjusted = true;
      npars = nargs;
    } else {
      --npars;  // for the message
    }
  } else if (ddd) {
    errorf(call, "cannot use ... in call to non-variadic %s", call->fun);
    return sig;
  }

  if (nargs != npars) {
    At at(call);
    const char* qualifier = "not enough";
    if (nargs > npars) {
      at = At(args[npars]->expr);
      qualifier = "too many";
    } else if (nargs > 0) {
      at = At(args[nargs - 1]->expr);
    }
    Error err(this);
    err.addf(at, "%s arguments in call to %s", qualifier, call->fun);
    err.addf(Pos(), "have %s", typesSummary(typesOf(args), false, ddd));
    err.addf(Pos(), "want %s", typesSummary(typesOf(sig->params), sig->variadic, false));
    err.report();
    return sig;
  }

  // The type parameters of the callee, then those of generic functions among the arguments.
  std::vector<TypeParam*> tparams;
  std::vector<Type*> targs(targList.begin(), targList.end());
  size_t n = sig->tparams.size();
  if (n > 0) {
    if (!allowVersion(18)) {
      if (call->fun->kind == Kind::IndexExpr) {
        versionErrorf(call->fun, 18, "function instantiation");
      } else {
        versionErrorf(call, 18, "implicit function instantiation");
      }
    }
    auto [renamed, params] = renameTParams(call->pos, sig->tparams, sigParams);
    tparams.assign(renamed.begin(), renamed.end());
    sigParams = as<Tuple>(params);
    targs.resize(tparams.size());
  }
  std::vector<size_t> genericArgs;
  for (size_t i = 0; i < args.size(); ++i) {
    Operand* arg = args[i];
    auto* asig = arg->mode != Mode::Invalid ? as<Signature>(arg->type) : nullptr;
    if (!asig || asig->tparams.empty()) continue;
    // A copy with parameters of its own: the argument's type is its object's, and f(g, g) has it
    // twice.
    asig = copySignature(asig);
    auto [atparams, renamed] = renameTParams(call->pos, asig->tparams, asig);
    asig = renamed == asig ? asig : as<Signature>(renamed);
    asig->tparams = atparams;
    arg->type = asig;
    tparams.insert(tparams.end(), atparams.begin(), atparams.end());
    if (i < atargs.size()) targs.insert(targs.end(), atargs[i].begin(), atargs[i].end());
    targs.resize(tparams.size());
    genericArgs.push_back(i);
  }
  if (!genericArgs.empty()) {
    verifyVersionf(args[genericArgs[0]], 21, "implicitly instantiated function as argument");
  }

  Signature* rsig = sig;
  if (!tparams.empty()) {
    Error err(this);
    targs = infer(call->pos, list(tparams), list(targs), sigParams, args, false, err);
    if (targs.empty()) {
      if (!err.empty()) errorf(err.pos(), "in call to %s, %s", call->fun, err.msg());
      return rsig;
    }
    List<Type*> all = list(targs);
    if (n > 0) {
      rsig = instantiateSignature(call->pos, call->fun, sig, all.first(n), xlist);
      if (adjusted) {
        List<TypeParam*> params = list(tparams);
        if (sigParams)
          sigParams =
              as<Tuple>(subst(call->pos, sigParams, SubstMap(params.first(n), all.first(n))));
      } else {
        sigParams = rsig->params;
      }
    }
    size_t j = n;
    for (size_t i : genericArgs) {
      Operand* arg = args[i];
      auto* asig = as<Signature>(arg->type);
      size_t count = asig->tparams.size();
      arg->type = instantiateSignature(call->pos, arg->expr, asig, all.subspan(j, count), {});
      record(arg);
      j += count;
    }
  }

  if (!args.empty()) {
    for (size_t i = 0; i < args.size(); ++i) {
      assignment(args[i], sigParams->vars[i]->type, "argument to ", call->fun);
    }
  }
  return rsig;
}

// ---- Evaluation for its own sake
// -------------------------------------------------------------------

bool Checker::useN(List<Expr*> args, bool lhs) {
  bool ok = true;
  for (Expr* e : args) ok &= use1(e, lhs);
  return ok;
}

bool Checker::use1(Expr* e, bool lhs) {
  if (!e) return true;
  Operand x;
  x.mode = Mode::Value;
  Expr* n = unparen(e);
  if (auto* name = as<Name>(n)) {
    if (name->name == "_") return true;
    // Assigning to a variable does not use it.
    Var* v = nullptr;
    bool wasUsed = false;
    if (lhs) {
      v = as<Var>(lookup(name->name));
      if (v && v->pkg != pkg) v = nullptr;
      if (v) wasUsed = v->used;
    }
    exprOrType(&x, name, true);
    if (v) v->used = wasUsed;
  } else if (auto* l = as<ListExpr>(n)) {
    return useN(l->elems, lhs);
  } else {
    rawExpr(nullptr, &x, e, nullptr, true);
  }
  return x.mode != Mode::Invalid;
}

}  // namespace burrow
