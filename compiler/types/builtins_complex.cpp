// Calls of complex, real and imag, whose result types follow from their arguments'.
#include "compiler/types/checker.h"

namespace burrow {

namespace {

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

}  // namespace burrow
