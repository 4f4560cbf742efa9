// Calls of append and copy.
#include "compiler/types/checker.h"

namespace burrow {

namespace {

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

}  // namespace

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

}  // namespace burrow
