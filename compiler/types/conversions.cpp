// Conversions T(x).
#include "compiler/syntax/unicode.h"
#include "compiler/types/checker.h"
#include "compiler/types/const.h"

namespace burrow {
namespace {

/// Whether constant x converts to basic type u; `val` (may be null) gets the converted value.
bool constConvertible(const Operand* x, Type* u, constant::Value* val) {
  auto* b = as<Basic>(u);
  if (!b) return false;
  if (representableConst(x->val, b, val)) return true;
  if (isInteger(x->type) && isString(b)) {
    auto code = constant::uint64Val(x->val);
    uint32_t r = code && *code <= 0x10FFFF ? static_cast<uint32_t>(*code) : 0xFFFD;
    if (r >= 0xD800 && r < 0xE000) r = 0xFFFD;
    if (val) *val = constant::makeString(encodeRune(r));
    return true;
  }
  return false;
}

}  // namespace

void Checker::conversion(Operand* x, Type* T) {
  bool constArg = x->mode == Mode::Constant;
  bool ok = false;
  std::string cause;
  if (constArg && isConstType(T)) {
    ok = constConvertible(x, under(T), &x->val);
    if (!ok && isInteger(x->type) && isInteger(T)) {
      errorf(x, "constant %s overflows %s", constant::toString(x->val), T);
      x->mode = Mode::Invalid;
      return;
    }
  } else if (constArg && isTypeParam(T)) {
    ok = underIs(T, [&](Type* u) {
      if (!u) {
        cause = sprintf("%s does not contain specific types", T);
        return false;
      }
      if (isString(x->type) && isBytesOrRunes(u)) return true;
      if (constConvertible(x, u, nullptr)) return true;
      if (isInteger(x->type) && isInteger(u)) {
        cause = sprintf("constant %s overflows %s (in %s)", constant::toString(x->val), u, T);
      } else {
        cause = sprintf("cannot convert %s to type %s (in %s)", x, u, T);
      }
      return false;
    });
    x->mode = Mode::Value;  // values of type parameters are never constants
  } else if (convertibleTo(x, T, &cause)) {
    ok = true;
    x->mode = Mode::Value;
  }
  if (!ok) {
    if (!cause.empty()) {
      errorf(x, "cannot convert %s to type %s: %s", x, T, cause);
    } else {
      errorf(x, "cannot convert %s to type %s", x, T);
    }
    x->mode = Mode::Invalid;
    return;
  }

  // The conversion gives an untyped argument its type.
  if (isUntyped(x->type)) {
    Type* final = T;
    if (x->type == burrow::typ(BasicKind::UntypedNil)) {
      // nil takes the type converted to.
    } else if (isNonTypeParamInterface(T) || (constArg && !isConstType(T))) {
      final = defaultType(x->type);  // []byte("x"): the argument is a string
    } else if (x->mode == Mode::Constant && isInteger(x->type) && allString(T)) {
      final = x->type;
    }
    updateExprType(x->expr, final, true);
  }
  x->type = T;
}

bool Checker::convertibleTo(Operand* x, Type* T, std::string* cause) {
  if (assignableTo(x, T, cause)) return true;

  Type* origT = T;
  Type* V = unalias(x->type);
  T = unalias(T);
  Type *Vu = under(V), *Tu = under(T);
  auto *Vp = as<TypeParam>(V), *Tp = as<TypeParam>(T);

  if (!Vp && !Tp && identicalIgnoreTags(Vu, Tu)) return true;
  if (auto* v = as<Pointer>(V), *t = as<Pointer>(T); v && t) {
    if (identicalIgnoreTags(under(v->base), under(t->base)) && !isTypeParam(v->base) &&
        !isTypeParam(t->base)) {
      return true;
    }
  }
  if (isIntegerOrFloat(Vu) && isIntegerOrFloat(Tu)) return true;
  if (isComplex(Vu) && isComplex(Tu)) return true;
  if ((isInteger(Vu) || isBytesOrRunes(Vu)) && isString(Tu)) return true;
  if (isString(Vu) && isBytesOrRunes(Tu)) return true;
  if ((isPointer(Vu) || isUintptr(Vu)) && isUnsafePointer(Tu)) return true;
  if (isUnsafePointer(Vu) && (isPointer(Tu) || isUintptr(Tu))) return true;

  // Slices to arrays and array pointers.
  if (auto* s = as<Slice>(Vu)) {
    if (auto* a = as<Array>(Tu); a && identical(s->elem, a->elem)) {
      if (allowVersion(20)) return true;
      if (cause) *cause = "conversion of slice to array requires go1.20 or later";
      return false;
    }
    if (auto* p = as<Pointer>(Tu)) {
      if (auto* a = underAs<Array>(p->base); a && identical(s->elem, a->elem)) {
        if (allowVersion(17)) return true;
        if (cause) *cause = "conversion of slice to array pointer requires go1.17 or later";
        return false;
      }
    }
  }
  if (!Vp && !Tp) return false;

  // Each type of the one set must convert to each of the other.
  auto explain = [&](std::string text) {
    if (!cause->empty()) text += "\n\t" + *cause;
    *cause = std::move(text);
    return false;
  };
  Operand y = *x;
  if (Vp && Tp) {
    return typeSetOf(Vp)->is([&](Term* v) {
      if (!v) return false;
      y.type = v->type;
      return typeSetOf(Tp)->is([&](Term* t) {
        if (!t) return false;
        if (convertibleTo(&y, t->type, cause)) return true;
        if (!cause) return false;
        return explain(
            sprintf("cannot convert %s (in %s) to type %s (in %s)", v->type, Vp, t->type, Tp));
      });
    });
  }
  if (Vp) {
    return typeSetOf(Vp)->is([&](Term* v) {
      if (!v) return false;
      y.type = v->type;
      if (convertibleTo(&y, T, cause)) return true;
      if (!cause) return false;
      return explain(sprintf("cannot convert %s (in %s) to type %s", v->type, Vp, origT));
    });
  }
  return typeSetOf(Tp)->is([&](Term* t) {
    if (!t) return false;
    if (convertibleTo(x, t->type, cause)) return true;
    if (!cause) return false;
    return explain(sprintf("cannot convert %s to type %s (in %s)", x->type, t->type, Tp));
  });
}

}  // namespace burrow
