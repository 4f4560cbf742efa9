// Expressions. rawExpr dispatches on the kind of expression; each rule leaves its result in an
// Operand and reports errors itself, then the operand is invalid. Types of untyped expressions are
// recorded as such and settled later, from the top down (updateExprType in const.cpp), when a use
// decides.
#include "compiler/types/checker.h"
#include "compiler/types/const.h"

namespace burrow {
namespace {

constexpr unsigned bit(Mode m) {
  return 1u << static_cast<unsigned>(m);
}
constexpr unsigned kNoValues = bit(Mode::NoValue) | bit(Mode::Builtin) | bit(Mode::Type);

}  // namespace

// ---- Dispatch
// --------------------------------------------------------------------------------------

ExprKind Checker::rawExpr(const Target* T, Operand* x, Expr* e, Type* hint, bool allowGeneric) {
  ExprKind kind = exprInternal(T, x, e, hint);
  if (!allowGeneric) nonGeneric(T, x);
  pendingType(x);
  record(x);
  return kind;
}

void Checker::nonGeneric(const Target* T, Operand* x) {
  if (x->mode == Mode::Invalid || x->mode == Mode::NoValue || !x->type) return;
  const char* what = nullptr;
  switch (x->type->kind) {
    case TypeKind::Alias:
    case TypeKind::Named:
      if (isGeneric(x->type)) what = "type";
      break;
    case TypeKind::Signature:
      if (!static_cast<Signature*>(x->type)->tparams.empty()) {
        if (T) {
          funcInst(T, x->pos(), x, nullptr, true);
          return;
        }
        what = "function";
      }
      break;
    default:
      break;
  }
  if (!what) return;
  errorf(x->expr, "cannot use generic %s %s without instantiation", what, x->expr);
  x->mode = Mode::Invalid;
  x->type = burrow::typ(BasicKind::Invalid);
}

void Checker::pendingType(Operand* x) {
  // A value of a type that is still being declared means that the type depends on its own size.
  if (x->mode == Mode::Invalid || x->mode == Mode::NoValue) return;
  if (!finiteSize(x->type)) {
    x->mode = Mode::Invalid;
    x->type = burrow::typ(BasicKind::Invalid);
  }
}

ExprKind Checker::exprInternal(const Target* T, Operand* x, Expr* e, Type* hint) {
  x->mode = Mode::Invalid;
  x->type = burrow::typ(BasicKind::Invalid);
  auto failed = [&] {
    x->mode = Mode::Invalid;
    x->expr = e;
    return ExprKind::Statement;  // no error about an unused value on top
  };

  switch (e->kind) {
    case Kind::BadExpr:
      return failed();
    case Kind::Name:
      ident(x, static_cast<Name*>(e), false);
      break;
    case Kind::DotsType:
      error(e, "invalid syntax tree: invalid use of ...");
      return failed();
    case Kind::BasicLit: {
      auto* lit = static_cast<BasicLit*>(e);
      if (lit->bad) return failed();
      basicLit(x, lit);
      if (x->mode == Mode::Invalid) return failed();
      break;
    }
    case Kind::FuncLit:
      funcLit(x, static_cast<FuncLit*>(e));
      if (x->mode == Mode::Invalid) return failed();
      break;
    case Kind::CompositeLit:
      compositeLit(x, static_cast<CompositeLit*>(e), hint);
      if (x->mode == Mode::Invalid) return failed();
      break;
    case Kind::ParenExpr: {
      // Inference from a target stops at parentheses.
      ExprKind kind = rawExpr(nullptr, x, static_cast<ParenExpr*>(e)->x, nullptr, false);
      x->expr = e;
      return kind;
    }
    case Kind::SelectorExpr:
      selector(x, static_cast<SelectorExpr*>(e), false);
      break;
    case Kind::IndexExpr: {
      auto* index = static_cast<IndexExpr*>(e);
      if (indexExpr(x, index)) funcInst(T, e->pos, x, index, true);
      if (x->mode == Mode::Invalid) return failed();
      break;
    }
    case Kind::SliceExpr:
      sliceExpr(x, static_cast<SliceExpr*>(e));
      if (x->mode == Mode::Invalid) return failed();
      break;
    case Kind::AssertExpr:
      if (!assertExpr(x, static_cast<AssertExpr*>(e))) return failed();
      break;
    case Kind::TypeSwitchGuard:
      error(e, "invalid syntax tree: use of .(type) outside type switch");
      use(static_cast<TypeSwitchGuard*>(e)->x);
      return failed();
    case Kind::CallExpr:
      return callExpr(x, static_cast<CallExpr*>(e));
    case Kind::ListExpr:
      error(e, "invalid syntax tree: unexpected list of expressions");
      return failed();
    case Kind::Operation: {
      auto* o = static_cast<Operation*>(e);
      if (o->y) {
        binary(x, e, o->x, o->y, o->op);
        if (x->mode == Mode::Invalid) return failed();
        break;
      }
      if (o->op == Operator::Mul) {
        if (!indirection(x, o)) return failed();
        break;
      }
      unary(x, o);
      if (x->mode == Mode::Invalid) return failed();
      if (o->op == Operator::Recv) {
        x->expr = e;
        return ExprKind::Statement;  // <-c may stand alone
      }
      break;
    }
    case Kind::KeyValueExpr:
      error(e, "invalid syntax tree: no key:value expected");
      return failed();
    case Kind::ArrayType:
    case Kind::SliceType:
    case Kind::StructType:
    case Kind::FuncType:
    case Kind::InterfaceType:
    case Kind::MapType:
    case Kind::ChanType:
      x->mode = Mode::Type;
      x->type = typ(e);
      break;
    default:
      BURROW_CHECK(false);
  }
  x->expr = e;
  return ExprKind::Expression;
}

bool Checker::assertExpr(Operand* x, AssertExpr* e) {
  expr(nullptr, x, e->x);
  if (x->mode == Mode::Invalid) return false;
  if (!e->target) {
    error(e, "invalid syntax tree: invalid use of AssertExpr");
    return false;
  }
  if (isTypeParam(x->type)) {
    errorf(x, "invalid operation: cannot use type assertion on type parameter value %s", x);
    return false;
  }
  if (under(x->type)->kind != TypeKind::Interface) {
    errorf(x, "invalid operation: %s is not an interface", x);
    return false;
  }
  Type* t = varType(e->target);
  if (!isValid(t)) return false;
  typeAssertion(e, x, t, false);
  x->mode = Mode::CommaOk;
  x->type = t;
  return true;
}

bool Checker::indirection(Operand* x, Operation* e) {
  exprOrType(x, e->x, false);
  if (x->mode == Mode::Invalid) return false;
  if (x->mode == Mode::Type) {
    validVarType(e->x, x->type);
    x->type = newPointer(arena, x->type);
    return true;
  }
  Type* base = nullptr;
  bool ok = underIs(x->type, [&](Type* u) {
    auto* p = u ? as<Pointer>(u) : nullptr;
    if (!p) {
      errorf(x, "invalid operation: cannot indirect %s", x);
      return false;
    }
    if (base && !identical(p->base, base)) {
      errorf(x, "invalid operation: pointers of %s must have identical base types", x);
      return false;
    }
    base = p->base;
    return true;
  });
  if (!ok) return false;
  x->mode = Mode::Variable;
  x->type = base;
  return true;
}

void Checker::typeAssertion(Expr* e, Operand* x, Type* T, bool typeSwitch) {
  std::string cause;
  if (assertableTo(x->type, T, &cause)) return;
  if (typeSwitch) {
    errorf(e, "impossible type switch case: %s\n\t%s cannot have dynamic type %s %s", e, x, T,
           cause);
  } else {
    errorf(e, "impossible type assertion: %s\n\t%s does not implement %s %s", e, T, x->type, cause);
  }
}

// ---- Ways in
// ---------------------------------------------------------------------------------------

void Checker::expr(const Target* T, Operand* x, Expr* e) {
  rawExpr(T, x, e, nullptr, false);
  exclude(x, kNoValues);
  singleValue(x);
}

std::vector<Operand*> Checker::multiExpr(Expr* e, bool allowCommaOk, bool& commaOk) {
  commaOk = false;
  Operand* x = newOperand();
  rawExpr(nullptr, x, e, nullptr, false);
  exclude(x, kNoValues);
  return spread(x, e, allowCommaOk, commaOk);
}

std::vector<Operand*> Checker::spread(Operand* x, Expr* e, bool allowCommaOk, bool& commaOk) {
  auto value = [&](Type* t) {
    Operand* v = newOperand();
    v->mode = Mode::Value;
    v->expr = e;
    v->type = t;
    return v;
  };
  if (auto* t = as<Tuple>(x->type); t && x->mode != Mode::Invalid) {
    std::vector<Operand*> list;
    for (Var* v : t->vars) list.push_back(value(v->type));
    return list;
  }
  bool two = x->mode == Mode::MapIndex || x->mode == Mode::CommaOk || x->mode == Mode::CommaErr;
  if (!allowCommaOk || !two) return {x};
  commaOk = true;
  return {x,
          value(x->mode == Mode::CommaErr ? universeError : burrow::typ(BasicKind::UntypedBool))};
}

void Checker::exprWithHint(Operand* x, Expr* e, Type* hint) {
  rawExpr(nullptr, x, e, hint, false);
  exclude(x, kNoValues);
  singleValue(x);
}

void Checker::exprOrType(Operand* x, Expr* e, bool allowGeneric) {
  rawExpr(nullptr, x, e, nullptr, allowGeneric);
  exclude(x, bit(Mode::NoValue));
  singleValue(x);
}

void Checker::exclude(Operand* x, unsigned modeset) {
  if (!(modeset & bit(x->mode))) return;
  switch (x->mode) {
    case Mode::NoValue:
      errorf(x, modeset & bit(Mode::Type) ? "%s used as value" : "%s used as value or type", x);
      break;
    case Mode::Builtin:
      errorf(x, "%s must be called", x);
      break;
    case Mode::Type:
      errorf(x, "%s is not an expression", x);
      break;
    default:
      BURROW_CHECK(false);
  }
  x->mode = Mode::Invalid;
}

void Checker::singleValue(Operand* x) {
  if (x->mode == Mode::Value && as<Tuple>(x->type)) {
    errorf(x, "multiple-value %s in single-value context", x);
    x->mode = Mode::Invalid;
  }
}

}  // namespace burrow
