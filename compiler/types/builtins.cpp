// Calls of built-in functions, package unsafe's included.
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

/// Whether every type of t's set is a byte slice or a string; `hasString`: there is a string.
bool isBytesOrString(Type* t, bool& hasString) {
  hasString = false;
  return underIs(t, [&](Type* u) {
    if (!u) return false;
    if (auto* s = as<Slice>(u)) return identical(s->elem, universeByte);
    if (!isString(u)) return false;
    hasString = true;
    return true;
  });
}

/// The offset of a field reached through embedded structs (not pointers); -1 if too large.
int64_t offsetOf(Type* t, const std::vector<int>& path) {
  int64_t offset = 0;
  for (int i : path) {
    auto* s = underAs<Struct>(t);
    int64_t d = fieldOffsets(s)[i];
    if (d < 0 || __builtin_add_overflow(offset, d, &offset)) return -1;
    t = s->fields[i]->type;
  }
  return offset;
}

Type* floatToComplex(Type* t) {
  auto* b = underAs<Basic>(t);
  switch (b ? b->basic : BasicKind::Invalid) {
    case BasicKind::Float32:
      return typ(BasicKind::Complex64);
    case BasicKind::Float64:
      return typ(BasicKind::Complex128);
    case BasicKind::UntypedFloat:
      return typ(BasicKind::UntypedComplex);
    default:
      return nullptr;
  }
}
Type* complexToFloat(Type* t) {
  auto* b = underAs<Basic>(t);
  switch (b ? b->basic : BasicKind::Invalid) {
    case BasicKind::Complex64:
      return typ(BasicKind::Float32);
    case BasicKind::Complex128:
      return typ(BasicKind::Float64);
    case BasicKind::UntypedComplex:
      return typ(BasicKind::UntypedFloat);
    default:
      return nullptr;
  }
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

Type* Checker::sliceElem(Operand* x, std::string& cause) {
  Type* elem = nullptr;
  bool ok = underIs(x->type, [&](Type* u) {
    auto* s = u ? as<Slice>(u) : nullptr;
    if (!s) {
      cause = x->isNil() ? "argument must be a slice; have untyped nil"
                         : sprintf("argument must be a slice; have %s", x);
      return false;
    }
    if (!elem) {
      elem = s->elem;
    } else if (!identical(elem, s->elem)) {
      cause = sprintf("mismatched slice element types %s and %s in %s", elem, s->elem, x);
      return false;
    }
    return true;
  });
  return ok ? elem : nullptr;
}

Type* Checker::applyTypeFunc(Type* (*f)(Type*), Operand* x, BuiltinId id) {
  auto* tp = as<TypeParam>(unalias(x->type));
  if (!tp) return f(x->type);
  std::vector<Term*> terms;
  bool ok = typeSetOf(tp)->is([&](Term* t) {
    Type* r = t ? f(t->type) : nullptr;
    if (!r) return false;
    terms.push_back(make<Term>(Term{t->tilde, r}));
    return true;
  });
  if (!ok) return nullptr;
  // The result would need a type parameter that nobody declared; Go does not have that (yet).
  softErrorf(x, "%s not supported as argument to built-in %s for go1.18 (see go.dev/issue/50937)",
             x, builtinInfo(id).name);
  auto* u = make<Union>();
  u->terms = list(terms);
  auto* bound = make<Interface>();
  bound->embeddeds = list(std::vector<Type*>{u});
  bound->embedPos = list(std::vector<Pos>{Pos()});
  bound->implicit = bound->complete = true;
  TypeParam* result =
      newTypeParam(newObject<TypeName>(arena, Pos(), pkg, tp->obj->name, nullptr), bound);
  result->index = tp->index;
  return result;
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

    case BuiltinId::Clear: {
      verifyVersionf(call->fun, 21, "clear");
      bool ok = underIs(x->type, [&](Type* u) {
        if (u && (u->kind == TypeKind::Map || u->kind == TypeKind::Slice)) return true;
        errorf(
            x,
            "invalid argument: cannot clear %s: argument must be (or constrained by) map or slice",
            x);
        return false;
      });
      if (!ok) return false;
      x->mode = Mode::NoValue;
      recordBuiltinType(call->fun, makeSig(nullptr, {x->type}));
      return true;
    }
    case BuiltinId::Close: {
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
    case BuiltinId::Panic:
      call->isPanic = true;
      assignment(x, emptyInterface(), "argument to panic");
      if (x->mode == Mode::Invalid) return false;
      x->mode = Mode::NoValue;
      recordBuiltinType(call->fun, makeSig(nullptr, {emptyInterface()}));
      return true;
    case BuiltinId::Print:
    case BuiltinId::Println: {
      std::vector<Type*> params;
      for (Operand* a : args) {
        assignment(
            a, nullptr,
            id == BuiltinId::Print ? "argument to built-in print" : "argument to built-in println");
        if (a->mode == Mode::Invalid) return false;
        params.push_back(a->type);
      }
      x->mode = Mode::NoValue;
      recordBuiltinType(call->fun, makeSig(nullptr, params));
      return true;
    }
    case BuiltinId::Recover:
      x->mode = Mode::Value;
      x->type = emptyInterface();
      recordBuiltinType(call->fun, makeSig(x->type, {}));
      return true;
  }
  return false;
}

bool Checker::builtinAppend(Operand* x, CallExpr* call, const std::vector<Operand*>& args) {
  std::string cause;
  Type* elem = sliceElem(x, cause);
  if (!elem) {
    errorf(x, "invalid append: %s", cause);
    return false;
  }
  // append([]byte, string...), also where the second is a type parameter for either.
  Signature* sig = nullptr;
  if (args.size() == 2 && call->hasDots &&
      assignableTo(x, newSlice(arena, universeByte), nullptr)) {
    bool hasString;
    if (isBytesOrString(args[1]->type, hasString) && hasString) {
      sig = makeSig(x->type, {x->type, args[1]->type});
      sig->variadic = true;
      if (isUntyped(args[1]->type)) updateExprType(args[1]->expr, defaultType(args[1]->type), true);
    }
  }
  if (!sig) {
    sig = makeSig(x->type, {x->type, newSlice(arena, elem)});
    sig->variadic = true;
    arguments(call, sig, {}, {}, args, {});
    // Errors in arguments do not change the result.
  }
  recordBuiltinType(call->fun, sig);
  x->mode = Mode::Value;
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

bool Checker::builtinComplex(Operand* x, CallExpr* call, Operand* y) {
  bool ux = isUntyped(x->type), uy = isUntyped(y->type);
  if (ux && !uy) {
    convertUntyped(x, y->type);
  } else if (uy && !ux) {
    convertUntyped(y, x->type);
  } else if (ux && uy) {
    if (x->mode == Mode::Constant && y->mode == Mode::Constant) {
      for (Operand* o : {x, y}) {
        if (isNumeric(o->type) && constant::sign(constant::imag(o->val)) == 0) {
          o->type = burrow::typ(BasicKind::UntypedFloat);
        }
      }
    } else {
      // One of them is a shift of an untyped constant: an error, since floats cannot be shifted.
      convertUntyped(x, burrow::typ(BasicKind::Float64));
      convertUntyped(y, burrow::typ(BasicKind::Float64));
    }
  }
  if (x->mode == Mode::Invalid || y->mode == Mode::Invalid) return false;
  if (!identical(x->type, y->type)) {
    errorf(x, "invalid operation: %v (mismatched types %s and %s)", call, x->type, y->type);
    return false;
  }
  Type* result = applyTypeFunc(floatToComplex, x, BuiltinId::Complex);
  if (!result) {
    errorf(x, "invalid argument: arguments have type %s, expected floating-point", x->type);
    return false;
  }
  if (x->mode == Mode::Constant && y->mode == Mode::Constant) {
    x->val = constant::binaryOp(constant::toFloat(x->val), Operator::Add,
                                constant::makeImag(constant::toFloat(y->val)));
  } else {
    x->mode = Mode::Value;
    recordBuiltinType(call->fun, makeSig(result, {x->type, x->type}));
  }
  x->type = result;
  return true;
}

bool Checker::builtinRealImag(Operand* x, CallExpr* call, BuiltinId id) {
  if (isUntyped(x->type)) {
    if (x->mode == Mode::Constant) {
      if (isNumeric(x->type)) x->type = burrow::typ(BasicKind::UntypedComplex);
    } else {
      convertUntyped(x, burrow::typ(BasicKind::Complex128));  // a shift: an error
      if (x->mode == Mode::Invalid) return false;
    }
  }
  Type* result = applyTypeFunc(complexToFloat, x, id);
  if (!result) {
    errorf(x, "invalid argument: argument has type %s, expected complex type", x->type);
    return false;
  }
  if (x->mode == Mode::Constant) {
    x->val = id == BuiltinId::Real ? constant::real(x->val) : constant::imag(x->val);
  } else {
    x->mode = Mode::Value;
    recordBuiltinType(call->fun, makeSig(result, {x->type}));
  }
  x->type = result;
  return true;
}

bool Checker::builtinCopy(Operand* x, CallExpr* call, Operand* y) {
  bool hasString;
  bool special = assignableTo(x, newSlice(arena, universeByte), nullptr) &&
                 isBytesOrString(y->type, hasString);
  if (!special) {
    std::string cause;
    Type* dst = sliceElem(x, cause);
    if (!dst) {
      errorf(x, "invalid copy: %s", cause);
      return false;
    }
    Type* src = sliceElem(y, cause);
    if (!src) {
      if (!allString(y->type)) {
        errorf(y, "invalid copy: %s", cause);
        return false;
      }
      src = universeByte;
    }
    if (!identical(dst, src)) {
      errorf(x, "invalid copy: arguments %s and %s have different element types %s and %s", x, y,
             dst, src);
      return false;
    }
  }
  recordBuiltinType(call->fun, makeSig(burrow::typ(BasicKind::Int), {x->type, y->type}));
  if (isUntyped(y->type)) updateExprType(y->expr, defaultType(y->type), true);
  x->mode = Mode::Value;
  x->type = burrow::typ(BasicKind::Int);
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

// ---- Package unsafe
// --------------------------------------------------------------------------------

bool Checker::builtinOffsetof(Operand* x, CallExpr* call) {
  Expr* arg0 = call->args[0];
  auto* selx = as<SelectorExpr>(unparen(arg0));
  if (!selx) {
    errorf(arg0, "invalid argument: %s is not a selector expression", arg0);
    use(arg0);
    return false;
  }
  expr(nullptr, x, selx->x);
  if (x->mode == Mode::Invalid) return false;
  Type* base = derefStructPtr(x->type);
  std::string_view sel = selx->sel->name;
  Selection s = lookupFieldOrMethod(base, false, pkg, sel);
  if (!s.object) {
    errorf(x, "invalid argument: %s has no single field %s", base, sel);
    return false;
  }
  if (as<Func>(s.object)) {
    errorf(arg0, "invalid argument: %s is a method value", arg0);
    return false;
  }
  if (s.indirect) {
    errorf(x, "invalid argument: field %s is embedded via a pointer in %s", sel, base);
    return false;
  }
  recordSelection(selx, SelectionKind::FieldVal, base, s.object, s.path, false);
  Operand field;
  field.mode = x->mode == Mode::Variable ? Mode::Variable : Mode::Value;
  field.expr = selx;
  field.type = s.object->type;
  record(&field);
  if (hasVarSize(base)) {
    x->mode = Mode::Value;
    recordBuiltinType(call->fun, makeSig(burrow::typ(BasicKind::Uintptr), {s.object->type}));
  } else {
    int64_t offset = offsetOf(base, s.path);
    if (offset < 0) {
      errorf(x, "%s is too large", x);
      return false;
    }
    x->mode = Mode::Constant;
    x->val = constant::makeInt64(offset);
  }
  x->type = burrow::typ(BasicKind::Uintptr);
  return true;
}

bool Checker::builtinUnsafe(Operand* x, CallExpr* call, BuiltinId id,
                            const std::vector<Operand*>& args) {
  Type* uintptr = burrow::typ(BasicKind::Uintptr);
  auto value = [&](Type* t, std::vector<Type*> params) {
    x->mode = Mode::Value;
    x->type = t;
    recordBuiltinType(call->fun, makeSig(t, params));
    return true;
  };
  switch (id) {
    case BuiltinId::Add: {
      verifyVersionf(call->fun, 17, "unsafe.Add");
      Type* pointer = burrow::typ(BasicKind::UnsafePointer);
      assignment(x, pointer, "argument to unsafe.Add");
      if (x->mode == Mode::Invalid || !isValidIndex(args[1], "length", true)) return false;
      return value(pointer, {pointer, args[1]->type});
    }
    case BuiltinId::Alignof:
    case BuiltinId::Sizeof: {
      bool isSize = id == BuiltinId::Sizeof;
      assignment(x, nullptr, isSize ? "argument to unsafe.Sizeof" : "argument to unsafe.Alignof");
      if (x->mode == Mode::Invalid) return false;
      if (hasVarSize(x->type)) return value(uintptr, {x->type});
      int64_t n = isSize ? sizeOf(x->type) : alignOf(x->type);
      if (n < 0) {
        errorf(x, "%s is too large", x);
        return false;
      }
      x->mode = Mode::Constant;
      x->val = constant::makeInt64(n);
      x->type = uintptr;
      return true;
    }
    case BuiltinId::Offsetof:
      return builtinOffsetof(x, call);
    case BuiltinId::Slice: {
      verifyVersionf(call->fun, 17, "unsafe.Slice");
      auto* p = as<Pointer>(commonUnder(this, x->type));
      if (!p) {
        errorf(x, "invalid argument: %s is not a pointer", x);
        return false;
      }
      if (!isValidIndex(args[1], "length", false)) return false;
      return value(newSlice(arena, p->base), {p, args[1]->type});
    }
    case BuiltinId::SliceData: {
      verifyVersionf(call->fun, 20, "unsafe.SliceData");
      auto* s = as<Slice>(commonUnder(this, x->type));
      if (!s) {
        errorf(x, "invalid argument: %s is not a slice", x);
        return false;
      }
      return value(newPointer(arena, s->elem), {s});
    }
    case BuiltinId::String: {
      verifyVersionf(call->fun, 20, "unsafe.String");
      Type* bytePtr = newPointer(arena, universeByte);
      assignment(x, bytePtr, "argument to unsafe.String");
      if (x->mode == Mode::Invalid || !isValidIndex(args[1], "length", false)) return false;
      return value(burrow::typ(BasicKind::String), {bytePtr, args[1]->type});
    }
    case BuiltinId::StringData: {
      verifyVersionf(call->fun, 20, "unsafe.StringData");
      assignment(x, burrow::typ(BasicKind::String), "argument to unsafe.StringData");
      if (x->mode == Mode::Invalid) return false;
      return value(newPointer(arena, universeByte), {burrow::typ(BasicKind::String)});
    }
    default:
      return false;
  }
}

}  // namespace burrow
