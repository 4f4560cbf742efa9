// Operands: how messages describe them, and what they can be assigned to.
#include "compiler/types/operand.h"

#include "compiler/types/checker.h"

namespace burrow {

void Operand::setConst(LitKind kind, std::string_view literal) {
  static constexpr BasicKind kKinds[] = {BasicKind::UntypedInt, BasicKind::UntypedFloat,
                                         BasicKind::UntypedComplex, BasicKind::UntypedRune,
                                         BasicKind::UntypedString};
  val = constant::makeFromLiteral(literal, kind);
  if (!val || val->kind() == ConstKind::Unknown) {
    mode = Mode::Invalid;
    type = typ(BasicKind::Invalid);
    return;
  }
  mode = Mode::Constant;
  type = typ(kKinds[static_cast<size_t>(kind)]);
}

std::string_view compositeKind(Type* t) {
  switch (under(t)->kind) {
    case TypeKind::Array:
      return "array";
    case TypeKind::Slice:
      return "slice";
    case TypeKind::Struct:
      return "struct";
    case TypeKind::Pointer:
      return "pointer";
    case TypeKind::Signature:
      return "func";
    case TypeKind::Interface:
      return "interface";
    case TypeKind::Map:
      return "map";
    case TypeKind::Chan:
      return "chan";
    case TypeKind::Tuple:
      return "tuple";
    case TypeKind::Union:
      return "union";
    default:
      return "";
  }
}

namespace {

std::string_view modeText(Mode mode) {
  switch (mode) {
    case Mode::Invalid:
      return "invalid operand";
    case Mode::NoValue:
      return "no value";
    case Mode::Builtin:
      return "built-in";
    case Mode::Type:
      return "type";
    case Mode::Constant:
      return "constant";
    case Mode::Variable:
      return "variable";
    case Mode::MapIndex:
      return "map index expression";
    case Mode::Value:
      return "value";
    case Mode::NilValue:
      return "nil";
    case Mode::CommaOk:
      return "comma, ok expression";
    case Mode::CommaErr:
      return "comma, error expression";
  }
  return "";
}

/// " of struct type T constrained by C": what follows the mode of a typed operand.
std::string typeClause(Type* t, Checker* check) {
  if (!isValid(t)) return " with invalid type";
  std::string s = " of ";
  if (isGeneric(t)) s += "generic ";
  auto* tpar = as<TypeParam>(unalias(t));
  if (!tpar && (t->kind == TypeKind::Alias || t->kind == TypeKind::Named)) {
    std::string_view what = compositeKind(t);
    if (what.empty()) {
      if (auto* b = underAs<Basic>(t)) what = b->name;
    }
    s += what;
    s += ' ';
  }
  s += messagef(check, "type %s", t);
  if (tpar) {
    s += messagef(check, " constrained by %s", tpar->bound);
    if (hasEmptyTypeset(tpar)) s += " with empty type set";
  }
  return s;
}

}  // namespace

std::string operandString(const Operand* x, Checker* check) {
  if (x->mode == Mode::NilValue) {
    if (!x->type || x->type == typ(BasicKind::Invalid)) return "nil (with invalid type)";
    if (x->type == typ(BasicKind::UntypedNil)) return "nil";
    return messagef(check, "nil (of type %s)", x->type);
  }
  std::string expr;
  if (x->expr) {
    expr = toString(x->expr);
  } else if (x->mode == Mode::Builtin) {
    expr = builtinInfo(x->id).name;
  } else if (x->mode == Mode::Type) {
    expr = messagef(check, "%s", x->type);
  } else if (x->mode == Mode::Constant) {
    expr = constant::toString(x->val);
  }

  std::string s;
  if (!expr.empty()) s = expr + " (";
  bool typed = false;
  switch (x->mode) {
    case Mode::Invalid:
    case Mode::NoValue:
    case Mode::Builtin:
    case Mode::Type:
      break;
    default:
      if (!x->type) break;
      if (isUntyped(x->type)) {
        s += as<Basic>(x->type)->name;
        s += ' ';
      } else {
        typed = true;
      }
  }
  s += modeText(x->mode);
  if (x->mode == Mode::Constant) {
    if (std::string value = constant::toString(x->val); value != expr) s += " " + value;
  }
  if (typed) s += typeClause(x->type, check);
  if (!expr.empty()) s += ')';
  return s;
}

bool Checker::assignableTo(Operand* x, Type* T, std::string* cause) {
  if (x->mode == Mode::Invalid || !isValid(T)) return true;  // reported elsewhere
  Type* origT = T;
  Type* V = unalias(x->type);
  T = unalias(T);
  if (identical(V, T)) return true;

  Type *Vu = under(V), *Tu = under(T);
  auto *Vp = as<TypeParam>(V), *Tp = as<TypeParam>(T);

  if (isUntyped(Vu)) {
    constant::Value val;
    RepError why;
    if (Tp) {
      // x must be representable in each type of the set.
      return typeSetOf(Tp)->is([&](Term* term) {
        return term && implicitTypeAndValue(x, term->type, val, why) != nullptr;
      });
    }
    return implicitTypeAndValue(x, T, val, why) != nullptr;
  }

  // The type set of V's interface is computed before that of T: in cyclic declarations it matters.
  if (auto* Vi = as<Interface>(Vu)) typeSetOf(Vi);
  // (The comparison is made in any case where both are interfaces: it computes V's type set first,
  // which matters to what is reported about interfaces that embed themselves.)
  if (!Vp && !Tp) {
    bool interfaces = Vu->kind == TypeKind::Interface && Tu->kind == TypeKind::Interface;
    if ((interfaces || !hasName(V) || !hasName(T)) && identical(Vu, Tu) &&
        (!hasName(V) || !hasName(T))) {
      return true;
    }
  }

  // T is an interface and V implements it. A pointer to an interface takes this way too, for the
  // sake of the explanation.
  if ((Tu->kind == TypeKind::Interface && !Tp) || isInterfacePtr(Tu)) {
    if (implements(V, T, false, cause)) return true;
    if (!Vp) return false;
    if (cause) cause->clear();  // each type of V's set may still be assignable
  }
  if (Vu->kind == TypeKind::Interface && !Vp && implements(T, V, false, nullptr)) {
    if (cause) *cause = "need type assertion";
    return false;
  }

  if (auto* Vc = as<Chan>(Vu); Vc && Vc->dir == ChanDir::Both) {
    if (auto* Tc = as<Chan>(Tu); Tc && identical(Vc->elem, Tc->elem))
      return !hasName(V) || !hasName(T);
  }
  if (!Vp && !Tp) return false;

  auto explain = [&](std::string text) {
    if (!cause) return;
    if (!cause->empty()) text += "\n\t" + *cause;
    *cause = std::move(text);
  };
  if (Tp && !hasName(V)) {
    return typeSetOf(Tp)->is([&](Term* term) {
      if (!term) return false;
      if (assignableTo(x, term->type, cause)) return true;
      if (cause) explain(sprintf("cannot assign %s to %s (in %s)", x->type, term->type, Tp));
      return false;
    });
  }
  if (Vp && !hasName(T)) {
    Operand y = *x;
    return typeSetOf(Vp)->is([&](Term* term) {
      if (!term) return false;
      y.type = term->type;
      if (assignableTo(&y, T, cause)) return true;
      if (cause) explain(sprintf("cannot assign %s (in %s) to %s", term->type, Vp, origT));
      return false;
    });
  }
  return false;
}

}  // namespace burrow
