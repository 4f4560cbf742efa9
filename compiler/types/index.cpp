// Index and slice expressions.
#include "compiler/types/checker.h"
#include "compiler/types/const.h"

namespace burrow {
namespace {

/// What indexing a value of some type gives.
struct Indexed {
  Type* elem = nullptr;  ///< null: not indexable
  Type* key = nullptr;   ///< of maps
  int64_t length = -1;   ///< of arrays
  Mode mode = Mode::Invalid;
};

Indexed indexedType(Type* u, Mode mode) {
  switch (u->kind) {
    case TypeKind::Basic:
      if (isString(u)) return {universeByte, nullptr, -1, Mode::Value};
      break;
    case TypeKind::Array: {
      auto* a = static_cast<Array*>(u);
      return {a->elem, nullptr, a->len, mode == Mode::Variable ? Mode::Variable : Mode::Value};
    }
    case TypeKind::Pointer:
      if (auto* a = underAs<Array>(static_cast<Pointer*>(u)->base)) {
        return {a->elem, nullptr, a->len, Mode::Variable};
      }
      break;
    case TypeKind::Slice:
      return {static_cast<Slice*>(u)->elem, nullptr, -1, Mode::Variable};
    case TypeKind::Map: {
      auto* m = static_cast<Map*>(u);
      return {m->elem, m->key, -1, Mode::MapIndex};
    }
    default:
      break;
  }
  return {};
}

/// The common answer for all types of a type parameter's set; elem null if there is none.
Indexed indexedTypeSet(Type* t, Mode mode) {
  Indexed all;
  all.mode = Mode::Variable;
  bool ok = underIs(t, [&](Type* u) {
    Indexed one = u ? indexedType(u, mode) : Indexed{};
    if (!one.elem) return false;
    if (one.mode == Mode::Value) all.mode = Mode::Value;
    if (!all.elem) {
      all.length = one.length;
      all.key = one.key;
      all.elem = one.elem;
      return true;
    }
    // Maps do not mix with anything else.
    if ((all.key == nullptr) != (one.key == nullptr) || (all.key && !identical(all.key, one.key)))
      return false;
    if (!identical(all.elem, one.elem)) return false;
    if (one.length >= 0 && one.length < all.length) all.length = one.length;
    return true;
  });
  return ok ? all : Indexed{};
}

}  // namespace

bool Checker::indexExpr(Operand* x, IndexExpr* e) {
  exprOrType(x, e->x, true);
  switch (x->mode) {
    case Mode::Invalid:
      use(e->index);
      return false;
    case Mode::Type:
      x->mode = Mode::Invalid;
      x->type = varType(e);
      if (isValid(x->type)) x->mode = Mode::Type;
      return false;
    case Mode::Value:
      if (auto* sig = underAs<Signature>(x->type); sig && !sig->tparams.empty()) return true;
      break;
    default:
      break;
  }
  nonGeneric(nullptr, x);
  if (x->mode == Mode::Invalid) return false;

  Type* u = under(x->type);
  int64_t length = -1;
  if (x->mode == Mode::Constant && isString(u)) length = constant::stringVal(x->val).size();
  Indexed result =
      isTypeParam(x->type) ? indexedTypeSet(x->type, x->mode) : indexedType(u, x->mode);
  if (!result.elem) {
    errorf(e->pos, "cannot index %s", x);
    use(e->index);
    x->mode = Mode::Invalid;
    return false;
  }
  if (result.key) {
    Expr* index = singleIndex(e);
    if (!index) {
      x->mode = Mode::Invalid;
      return false;
    }
    Operand key;
    expr(nullptr, &key, index);
    assignment(&key, result.key, "map index");
    // The element type is known even if the key is wrong.
    x->mode = Mode::MapIndex;
    x->type = result.elem;
    x->expr = e;
    return false;
  }
  if (result.length >= 0) length = result.length;
  x->mode = result.mode;
  x->type = result.elem;
  Expr* index = singleIndex(e);
  if (!index) {
    x->mode = Mode::Invalid;
    return false;
  }
  int64_t ignored;
  this->index(index, length, ignored);
  return false;
}

void Checker::sliceExpr(Operand* x, SliceExpr* e) {
  auto invalid = [&] { x->mode = Mode::Invalid; };
  expr(nullptr, x, e->x);
  if (x->mode == Mode::Invalid) {
    for (Expr* i : e->index) use(i);
    return;
  }

  // The common underlying type, strings taken as byte slices.
  Type *first = nullptr, *common = nullptr;
  bool hasString = false;
  bool ok = forAllTypes(x->type, [&](Type* t, Type* u) {
    if (!u) {
      errorf(x, "cannot slice %s: no specific type in %s", x, x->type);
      return false;
    }
    if (isString(u)) {
      u = newSlice(arena, universeByte);
      hasString = true;
    }
    if (!common) {
      first = t;
      common = u;
      return true;
    }
    if (identical(common, u)) return true;
    errorf(x, "cannot slice %s: %s and %s have different underlying types", x, first, t);
    return false;
  });
  if (!ok) common = nullptr;
  if (hasString) common = isTypeParam(x->type) ? burrow::typ(BasicKind::String) : under(x->type);
  if (!common) return invalid();

  bool valid = false;
  int64_t length = -1;
  switch (common->kind) {
    case TypeKind::Basic:
      if (!isString(common)) break;
      if (e->full) {
        Expr* at = e->index[2] ? e->index[2] : e;
        error(at, "invalid operation: 3-index slice of string");
        return invalid();
      }
      valid = true;
      if (x->mode == Mode::Constant) length = constant::stringVal(x->val).size();
      if (isUntyped(x->type)) x->type = burrow::typ(BasicKind::String);
      break;
    case TypeKind::Array: {
      auto* a = static_cast<Array*>(common);
      valid = true;
      length = a->len;
      if (x->mode != Mode::Variable) {
        errorf(x, "cannot slice unaddressable value %s", x);
        return invalid();
      }
      x->type = newSlice(arena, a->elem);
      break;
    }
    case TypeKind::Pointer:
      if (auto* a = underAs<Array>(static_cast<Pointer*>(common)->base)) {
        valid = true;
        length = a->len;
        x->type = newSlice(arena, a->elem);
      }
      break;
    case TypeKind::Slice:
      valid = true;
      break;
    default:
      break;
  }
  if (!valid) {
    errorf(x, "cannot slice %s", x);
    return invalid();
  }
  x->mode = Mode::Value;
  if (e->full && (!e->index[1] || !e->index[2])) {
    error(e, "invalid syntax tree: 2nd and 3rd index required in 3-index slice");
    return invalid();
  }

  // -1: not known. The capacity of what has a known length is that length.
  int64_t ind[3];
  for (int i = 0; i < 3; ++i) {
    ind[i] = -1;
    if (e->index[i]) {
      int64_t v;
      index(e->index[i], length >= 0 ? length + 1 : -1, v);
      ind[i] = v;
    } else if (i == 0) {
      ind[i] = 0;
    } else if (length >= 0) {
      ind[i] = length;
    }
  }
  for (int i = 0; i < 2; ++i) {
    if (ind[i] <= 0) continue;
    for (int j = i + 1; j < 3; ++j) {
      if (ind[j] >= 0 && ind[j] < ind[i]) {
        At at = e->index[j] ? At(e->index[j]) : At(e);
        errorf(at, "invalid slice indices: %d < %d", ind[j], ind[i]);
        return;
      }
    }
  }
}

Expr* Checker::singleIndex(IndexExpr* e) {
  Expr* index = e->index;
  if (!index) {
    errorf(e, "invalid syntax tree: missing index for %s", e->x);
    return nullptr;
  }
  if (auto* l = as<ListExpr>(index)) {
    if (l->elems.size() <= 1) {
      errorf(e,
             "invalid syntax tree: invalid use of ListExpr for index expression %v with %d indices",
             e, l->elems.size());
      return nullptr;
    }
    error(l->elems[1], "invalid operation: more than one index");
    index = l->elems[0];
  }
  return index;
}

Type* Checker::index(Expr* index, int64_t max, int64_t& val) {
  val = -1;
  Operand x;
  expr(nullptr, &x, index);
  if (!isValidIndex(&x, "index", false)) return burrow::typ(BasicKind::Invalid);
  if (x.mode != Mode::Constant) return x.type;
  if (x.val->kind() == ConstKind::Unknown) return burrow::typ(BasicKind::Invalid);
  auto v = constant::int64Val(x.val);
  BURROW_CHECK(v.has_value());
  if (max >= 0 && *v >= max) {
    errorf(x, "invalid argument: index %s out of bounds [0:%d]", constant::toString(x.val), max);
    return burrow::typ(BasicKind::Invalid);
  }
  val = *v;
  return x.type;
}

bool Checker::isValidIndex(Operand* x, std::string_view what, bool allowNegative) {
  if (x->mode == Mode::Invalid) return false;
  convertUntyped(x, burrow::typ(BasicKind::Int));
  if (x->mode == Mode::Invalid) return false;
  if (!allInteger(x->type)) {
    errorf(x, "invalid argument: %s %s must be integer", what, x);
    return false;
  }
  if (x->mode != Mode::Constant) return true;
  if (!allowNegative && constant::sign(x->val) < 0) {
    errorf(x, "invalid argument: %s %s must not be negative", what, x);
    return false;
  }
  if (!representableConst(x->val, burrow::typ(BasicKind::Int), &x->val)) {
    errorf(x, "invalid argument: %s %s overflows int", what, x);
    return false;
  }
  return true;
}

}  // namespace burrow
