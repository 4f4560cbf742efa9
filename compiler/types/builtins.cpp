// Calls of built-in functions. Those with more to say have files of their own: builtins_slice, builtins_complex, builtins_unsafe.
#include "compiler/types/checker.h"

namespace burrow {
namespace {

/// The array if t is a pointer to one; else t.
Type* arrayPtrDeref(Type* t) {
  if (auto* p = as<Pointer>(unalias(t))) {
    if (auto* a = underAs<Array>(p->base)) return a;
  }
  return t;
}

}  // namespace

Signature* Checker::makeSig(Type* result, const std::vector<Type*>& params) {
  std::vector<Var*> vars;
  for (Type* t : params)
    vars.push_back(newVar(arena, VarKind::Param, Pos(), nullptr, {}, defaultType(t)));
  auto* sig = make<Signature>();
  sig->params = newTuple(arena, vars);
  if (result)
    sig->results = newTuple(arena, {newVar(arena, VarKind::Result, Pos(), nullptr, {}, result)});
  return sig;
}

bool Checker::builtin(Operand* x, CallExpr* call, BuiltinId id) {
  const BuiltinInfo& info = builtinInfo(id);
  if (call->hasDots && id != BuiltinId::Append) {
    errorf(call, "invalid operation: invalid use of ... with built-in %s", info.name);
    use(call->args);
    return false;
  }

  // len and cap of arrays are constant unless something is called on the way.
  bool outer = env.hasCallOrRecv;
  bool isLen = id == BuiltinId::Len || id == BuiltinId::Cap;
  if (isLen) env.hasCallOrRecv = false;
  bool ok = builtinArgs(x, call, id, info);
  if (isLen) env.hasCallOrRecv = outer;
  return ok;
}

bool Checker::builtinArgs(Operand* x, CallExpr* call, BuiltinId id, const BuiltinInfo& info) {
  std::vector<Operand*> args;
  size_t nargs = call->args.size();
  if (id != BuiltinId::Make && id != BuiltinId::New && id != BuiltinId::Offsetof) {
    args = exprList(call->args);
    nargs = args.size();
    for (Operand* a : args) {
      if (a->mode == Mode::Invalid) return false;
    }
    if (nargs > 0) *x = *args[0];
  }
  const char* wrong = nargs < static_cast<size_t>(info.nargs)                     ? "not enough"
                      : !info.variadic && nargs > static_cast<size_t>(info.nargs) ? "too many"
                                                                                  : nullptr;
  if (wrong) {
    errorf(call, "invalid operation: %s arguments for %v (expected %d, found %d)", wrong, call,
           info.nargs, nargs);
    return false;
  }

  switch (id) {
    case BuiltinId::Append:
      return builtinAppend(x, call, args);
    case BuiltinId::Cap:
    case BuiltinId::Len:
      return builtinLen(x, call, id);
    case BuiltinId::Complex:
      return builtinComplex(x, call, args[1]);
    case BuiltinId::Copy:
      return builtinCopy(x, call, args[1]);
    case BuiltinId::Delete:
      return builtinDelete(x, call, args[1]);
    case BuiltinId::Imag:
    case BuiltinId::Real:
      return builtinRealImag(x, call, id);
    case BuiltinId::Make:
      return builtinMake(x, call);
    case BuiltinId::Max:
    case BuiltinId::Min:
      return builtinMinMax(x, call, id, args);
    case BuiltinId::New:
      return builtinNew(x, call);
    case BuiltinId::Add:
    case BuiltinId::Alignof:
    case BuiltinId::Offsetof:
    case BuiltinId::Sizeof:
    case BuiltinId::Slice:
    case BuiltinId::SliceData:
    case BuiltinId::String:
    case BuiltinId::StringData:
      return builtinUnsafe(x, call, id, args);

    case BuiltinId::Clear:
      return builtinClear(x, call);
    case BuiltinId::Close:
      return builtinClose(x, call);
    case BuiltinId::Panic:
      call->isPanic = true;
      assignment(x, emptyInterface(), "argument to panic");
      if (x->mode == Mode::Invalid) return false;
      x->mode = Mode::NoValue;
      recordBuiltinType(call->fun, makeSig(nullptr, {emptyInterface()}));
      return true;
    case BuiltinId::Print:
    case BuiltinId::Println:
      return builtinPrint(x, call, id, args);
    case BuiltinId::Recover:
      x->mode = Mode::Value;
      x->type = emptyInterface();
      recordBuiltinType(call->fun, makeSig(x->type, {}));
      return true;
  }
  return false;
}

bool Checker::builtinClear(Operand* x, CallExpr* call) {
  verifyVersionf(call->fun, 21, "clear");
  bool ok = underIs(x->type, [&](Type* u) {
    if (u && (u->kind == TypeKind::Map || u->kind == TypeKind::Slice)) return true;
    errorf(x,
           "invalid argument: cannot clear %s: argument must be (or constrained by) map or slice",
           x);
    return false;
  });
  if (!ok) return false;
  x->mode = Mode::NoValue;
  recordBuiltinType(call->fun, makeSig(nullptr, {x->type}));
  return true;
}

bool Checker::builtinClose(Operand* x, CallExpr* call) {
  bool ok = underIs(x->type, [&](Type* u) {
    auto* ch = u ? as<Chan>(u) : nullptr;
    if (!ch) {
      errorf(x, "invalid operation: cannot close non-channel %s", x);
      return false;
    }
    if (ch->dir == ChanDir::RecvOnly) {
      errorf(x, "invalid operation: cannot close receive-only channel %s", x);
      return false;
    }
    return true;
  });
  if (!ok) return false;
  x->mode = Mode::NoValue;
  recordBuiltinType(call->fun, makeSig(nullptr, {x->type}));
  return true;
}

bool Checker::builtinPrint(Operand* x, CallExpr* call, BuiltinId id,
                           const std::vector<Operand*>& args) {
  bool newline = id == BuiltinId::Println;
  std::vector<Type*> params;
  for (Operand* a : args) {
    assignment(a, nullptr,
               newline ? "argument to built-in println" : "argument to built-in print");
    if (a->mode == Mode::Invalid) return false;
    params.push_back(a->type);
  }
  x->mode = Mode::NoValue;
  recordBuiltinType(call->fun, makeSig(nullptr, params));
  return true;
}

bool Checker::builtinLen(Operand* x, CallExpr* call, BuiltinId id) {
  bool isLen = id == BuiltinId::Len;
  Mode mode = Mode::Invalid;
  constant::Value val = nullptr;
  Type* t = arrayPtrDeref(under(x->type));
  switch (t->kind) {
    case TypeKind::Basic:
      if (!isLen || !isString(t)) break;
      mode = Mode::Value;
      if (x->mode == Mode::Constant) {
        mode = Mode::Constant;
        val = constant::makeInt64(static_cast<int64_t>(constant::stringVal(x->val).size()));
      }
      break;
    case TypeKind::Array: {
      int64_t n = static_cast<Array*>(t)->len;
      mode = Mode::Value;
      if (!env.hasCallOrRecv) {
        mode = Mode::Constant;
        val = n >= 0 ? constant::makeInt64(n) : constant::makeUnknown();
      }
      break;
    }
    case TypeKind::Slice:
    case TypeKind::Chan:
      mode = Mode::Value;
      break;
    case TypeKind::Map:
      if (isLen) mode = Mode::Value;
      break;
    case TypeKind::Interface: {
      if (!isTypeParam(x->type)) break;
      bool ok = underIs(x->type, [&](Type* u) {
        if (!u) return false;
        Type* t = arrayPtrDeref(u);
        switch (t->kind) {
          case TypeKind::Basic:
            return isLen && isString(t);
          case TypeKind::Array:
          case TypeKind::Slice:
          case TypeKind::Chan:
            return true;
          case TypeKind::Map:
            return isLen;
          default:
            return false;
        }
      });
      if (ok) mode = Mode::Value;
      break;
    }
    default:
      break;
  }
  if (mode == Mode::Invalid) {
    if (isValid(under(x->type)))
      errorf(x, "invalid argument: %s for built-in %s", x, builtinInfo(id).name);
    return false;
  }
  if (mode != Mode::Constant)
    recordBuiltinType(call->fun, makeSig(burrow::typ(BasicKind::Int), {x->type}));
  x->mode = mode;
  x->type = burrow::typ(BasicKind::Int);
  x->val = val;
  return true;
}

bool Checker::builtinDelete(Operand* x, CallExpr* call, Operand* keyArg) {
  Type* mapType = x->type;
  Type* key = nullptr;
  bool ok = underIs(mapType, [&](Type* u) {
    auto* m = u ? as<Map>(u) : nullptr;
    if (!m) {
      errorf(x, "invalid argument: %s is not a map", x);
      return false;
    }
    if (key && !identical(m->key, key)) {
      errorf(x, "invalid argument: maps of %s must have identical key types", x);
      return false;
    }
    key = m->key;
    return true;
  });
  if (!ok) return false;
  *x = *keyArg;
  assignment(x, key, "argument to delete");
  if (x->mode == Mode::Invalid) return false;
  x->mode = Mode::NoValue;
  recordBuiltinType(call->fun, makeSig(nullptr, {mapType, key}));
  return true;
}

bool Checker::builtinMake(Operand* x, CallExpr* call) {
  Expr* arg0 = call->args[0];
  Type* T = varType(arg0);
  if (!isValid(T)) return false;
  std::string cause;
  Type* u = commonUnder(
      this, T,
      [](Type*, Type* u, std::string* cause) {
        if (!u) {
          *cause = "no specific type";
          return false;
        }
        if (u->kind == TypeKind::Slice || u->kind == TypeKind::Map || u->kind == TypeKind::Chan)
          return true;
        *cause = "type must be slice, map, or channel";
        return false;
      },
      &cause);
  if (!u) {
    errorf(arg0, "invalid argument: cannot make %s: %s", arg0, cause);
    return false;
  }
  size_t least = u->kind == TypeKind::Slice ? 2 : 1, nargs = call->args.size();
  if (nargs < least || least + 1 < nargs) {
    errorf(call, "invalid operation: %v expects %d or %d arguments; found %d", call, least,
           least + 1, nargs);
    return false;
  }
  std::vector<Type*> types{T};
  std::vector<int64_t> sizes;
  for (size_t i = 1; i < nargs; ++i) {
    int64_t size;
    types.push_back(index(call->args[i], -1, size));
    if (size >= 0) sizes.push_back(size);
  }
  if (sizes.size() == 2 && sizes[0] > sizes[1]) {
    error(call->args[1], "invalid argument: length and capacity swapped");
  }
  x->mode = Mode::Value;
  x->type = T;
  recordBuiltinType(call->fun, makeSig(x->type, types));
  return true;
}

bool Checker::builtinMinMax(Operand* x, CallExpr* call, BuiltinId id,
                            const std::vector<Operand*>& args) {
  const BuiltinInfo& info = builtinInfo(id);
  verifyVersionf(call->fun, 21, "built-in %s", info.name);
  Operator op = id == BuiltinId::Max ? Operator::Gtr : Operator::Lss;
  for (size_t i = 0; i < args.size(); ++i) {
    Operand* a = args[i];
    if (a->mode == Mode::Invalid) return false;
    if (!allOrdered(a->type)) {
      errorf(a, "invalid argument: %s cannot be ordered", a);
      return false;
    }
    if (i == 0) continue;
    matchTypes(x, a);
    if (x->mode == Mode::Invalid) return false;
    if (!identical(x->type, a->type)) {
      errorf(a, "invalid argument: mismatched types %s (previous argument) and %s (type of %s)",
             x->type, a->type, a->expr);
      return false;
    }
    if (x->mode == Mode::Constant && a->mode == Mode::Constant) {
      if (constant::compare(a->val, op, x->val)) *x = *a;
    } else {
      x->mode = Mode::Value;
    }
  }
  if (x->mode != Mode::Constant) {
    x->mode = Mode::Value;
    assignment(x, emptyInterface(),
               id == BuiltinId::Max ? "argument to built-in max" : "argument to built-in min");
    if (x->mode == Mode::Invalid) return false;
  }
  for (Operand* a : args) updateExprType(a->expr, x->type, true);
  if (x->mode != Mode::Constant) {
    recordBuiltinType(call->fun, makeSig(x->type, std::vector<Type*>(args.size(), x->type)));
  }
  return true;
}

bool Checker::builtinNew(Operand* x, CallExpr* call) {
  Expr* arg = call->args[0];
  exprOrType(x, arg, false);
  exclude(x,
          1u << static_cast<unsigned>(Mode::NoValue) | 1u << static_cast<unsigned>(Mode::Builtin));
  if (x->mode == Mode::Invalid) return false;
  if (x->mode == Mode::Type) {
    validVarType(arg, x->type);
  } else {
    if (isUntyped(x->type)) {
      assignment(x, nullptr, "argument to new");
      if (x->mode == Mode::Invalid) return false;
    }
    verifyVersionf(call->fun, 26, "new(%s)", arg);
  }
  Type* T = x->type;
  x->mode = Mode::Value;
  x->type = newPointer(arena, T);
  recordBuiltinType(call->fun, makeSig(x->type, {T}));
  return true;
}

}  // namespace burrow
