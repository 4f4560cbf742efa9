// Literals: basic, function and composite ones.
#include "compiler/types/checker.h"
#include "compiler/types/const.h"

namespace burrow {

void Checker::langCompat(BasicLit* lit) {
  std::string_view s = lit->text;
  if (s.size() <= 2 || allowVersion(13)) return;
  if (s.find('_') != s.npos) {
    versionErrorf(lit, 13, "underscore in numeric literal");
    return;
  }
  if (s[0] != '0') return;
  switch (s[1] | 0x20) {
    case 'b':
      versionErrorf(lit, 13, "binary literal");
      break;
    case 'o':
      versionErrorf(lit, 13, "0o/0O-style octal literal");
      break;
    case 'x':
      if (lit->lit != LitKind::Int) versionErrorf(lit, 13, "hexadecimal floating-point literal");
      break;
    default:
      break;
  }
}

void Checker::basicLit(Operand* x, BasicLit* e) {
  if (e->lit == LitKind::Int || e->lit == LitKind::Float || e->lit == LitKind::Imag) {
    langCompat(e);
    // Longer than the precision of constants can make use of.
    constexpr size_t kLimit = 10000;
    if (e->text.size() > kLimit) {
      errorf(e, "excessively long constant: %s... (%d chars)", e->text.substr(0, 10),
             e->text.size());
      x->mode = Mode::Invalid;
      return;
    }
  }
  x->setConst(e->lit, e->text);
  if (x->mode == Mode::Invalid) {
    errorf(e, "malformed constant: %s", e->text);
    return;
  }
  x->expr = e;
  overflow(x, opPos(x->expr));
}

void Checker::funcLit(Operand* x, FuncLit* e) {
  auto* sig = as<Signature>(typ(e->signature));
  if (!sig) {
    errorf(e, "invalid syntax tree: invalid function literal %v", e);
    x->mode = Mode::Invalid;
    return;
  }
  sig->scope->pos = e->pos;
  sig->scope->end = endPos(e);
  if (!conf.ignoreFuncBodies && e->body) {
    // The body may refer to a type whose declaration contains this literal: check it afterwards,
    // but before more names are declared around it.
    later([this, decl = env.decl, iota = env.iota, sig, e] {
      funcBody(decl, "<function literal>", sig, e->body, iota);
    });
  }
  x->mode = Mode::Value;
  x->type = sig;
}

namespace {

/// Equal for constants of equal value, whatever their kind: 1, 1.0 and 1+0i are one key.
std::string keyOf(constant::Value v) {
  if (v->kind() == ConstKind::Complex) {
    constant::Value f = constant::toFloat(v);
    if (f->kind() != ConstKind::Float) {
      double parts[] = {constant::float64Val(constant::real(v)),
                        constant::float64Val(constant::imag(v))};
      return "c" + std::string(reinterpret_cast<const char*>(parts), sizeof parts);
    }
    v = f;
  }
  if (v->kind() == ConstKind::Float) {
    constant::Value i = constant::toInt(v);
    if (i->kind() != ConstKind::Int) {
      double d = constant::float64Val(v);
      return "f" + std::string(reinterpret_cast<const char*>(&d), sizeof d);
    }
    v = i;
  }
  return constant::encode(v);
}

}  // namespace

void Checker::compositeLit(Operand* x, CompositeLit* e, Type* hint) {
  Type *type, *base;
  bool isElem = false;
  if (e->typeExpr) {
    if (auto* a = as<ArrayType>(e->typeExpr); a && !a->len) {
      // [...]T: the length is set once the elements are known.
      auto* array = make<Array>();
      array->len = -1;
      array->elem = varType(a->elem);
      type = base = array;
    } else {
      type = base = typ(e->typeExpr);
    }
  } else if (hint) {
    type = base = hint;
    // The element type *T stands for &T{}.
    if (Type* u = commonUnder(this, base)) {
      bool isPtr;
      Type* b = deref(u, &isPtr);
      if (isPtr) base = b;
    }
    isElem = true;
  } else {
    error(e, "missing type in composite literal");
    type = base = burrow::typ(BasicKind::Invalid);
  }

  Type* u = commonUnder(this, base);
  switch (u ? u->kind : TypeKind::Tuple) {
    case TypeKind::Struct:
      structLit(x, e, base, static_cast<Struct*>(u));
      break;
    case TypeKind::Array: {
      auto* a = static_cast<Array*>(u);
      int64_t n = indexedElts(e->elems, a->elem, a->len);
      // Also for a length that is in error: the number of elements is a good guess.
      if (a->len < 0) {
        a->len = n;
        if (e->typeExpr) recordTypeAndValue(e->typeExpr, Mode::Type, a, nullptr);
      }
      break;
    }
    case TypeKind::Slice:
      indexedElts(e->elems, static_cast<Slice*>(u)->elem, -1);
      break;
    case TypeKind::Map:
      mapLit(x, e, static_cast<Map*>(u));
      break;
    default:
      for (Expr* elem : e->elems) {
        // Keys may be field names of an unknown struct: they cannot be looked at.
        if (auto* kv = as<KeyValueExpr>(elem)) elem = kv->val;
        use(elem);
      }
      if (!u || isValid(u)) {
        errorf(e, "invalid composite literal%s type %s%s", isElem ? " element" : "", type,
               u ? "" : " (no common underlying type)");
        x->mode = Mode::Invalid;
        return;
      }
  }
  x->mode = Mode::Value;
  x->type = type;
}

void Checker::structLit(Operand* x, CompositeLit* e, Type* base, Struct* s) {
  if (e->elems.empty()) return;
  List<Var*> fields = s->fields;
  if (e->elems[0]->kind == Kind::KeyValueExpr) {
    std::vector<bool> visited(fields.size());
    for (Expr* elem : e->elems) {
      auto* kv = as<KeyValueExpr>(elem);
      if (!kv) {
        error(elem, "mixture of field:value and value elements in struct literal");
        continue;
      }
      auto* key = as<Name>(kv->key);
      // The value is checked whatever is wrong with the key.
      int i = key ? fieldIndex(fields, pkg, key->name, false) : -1;
      expr(nullptr, x, kv->val);
      if (!key) {
        errorf(kv, "invalid field name %s in struct literal", kv->key);
        continue;
      }
      if (i < 0) {
        int j = fieldIndex(fields, pkg, key->name, true);
        error(kv->key, lookupError(base, key->name, j >= 0 ? fields[j] : nullptr, true));
        continue;
      }
      recordUse(key, fields[i]);
      assignment(x, fields[i]->type, "struct literal");
      if (visited[i]) {
        errorf(kv, "duplicate field name %s in struct literal", key->name);
        continue;
      }
      visited[i] = true;
    }
    return;
  }
  for (size_t i = 0; i < e->elems.size(); ++i) {
    if (e->elems[i]->kind == Kind::KeyValueExpr) {
      error(e->elems[i], "mixture of field:value and value elements in struct literal");
      continue;
    }
    expr(nullptr, x, e->elems[i]);
    if (i >= fields.size()) {
      errorf(x, "too many values in struct literal of type %s", base);
      break;
    }
    Var* f = fields[i];
    if (!f->exported() && f->pkg != pkg) {
      errorf(x, "implicit assignment to unexported field %s in struct literal of type %s", f->name,
             base);
      continue;
    }
    assignment(x, f->type, "struct literal");
  }
  if (e->elems.size() < fields.size()) {
    errorf(e->rbrace, "too few values in struct literal of type %s", base);
  }
}

void Checker::mapLit(Operand* x, CompositeLit* e, Map* m) {
  // Keys of an interface type are equal only if their types are, too.
  bool keyIsInterface = isNonTypeParamInterface(m->key);
  std::unordered_map<std::string, std::vector<Type*>> visited;
  for (Expr* elem : e->elems) {
    auto* kv = as<KeyValueExpr>(elem);
    if (!kv) {
      error(elem, "missing key in map literal");
      continue;
    }
    exprWithHint(x, kv->key, m->key);
    assignment(x, m->key, "map literal");
    if (x->mode == Mode::Invalid) continue;
    if (x->mode == Mode::Constant) {
      auto [it, isNew] = visited.try_emplace(keyOf(x->val));
      bool duplicate = !isNew;
      if (keyIsInterface) {
        duplicate = false;
        for (Type* t : it->second) duplicate |= identical(t, x->type);
        it->second.push_back(x->type);
      }
      if (duplicate) {
        errorf(x, "duplicate key %s in map literal", constant::toString(x->val));
        continue;
      }
    }
    exprWithHint(x, kv->val, m->elem);
    assignment(x, m->elem, "map literal");
  }
}

int64_t Checker::indexedElts(List<Expr*> elts, Type* t, int64_t length) {
  std::unordered_set<int64_t> visited;
  bool anyKey = false;
  for (Expr* e : elts) anyKey |= e->kind == Kind::KeyValueExpr;
  int64_t index = 0, max = 0;
  for (Expr* e : elts) {
    bool valid = false;
    Expr* value = e;
    if (auto* kv = as<KeyValueExpr>(e)) {
      int64_t i;
      if (isValid(this->index(kv->key, length, i))) {
        if (i >= 0) {
          index = i;
          valid = true;
        } else {
          errorf(e, "index %s must be integer constant", kv->key);
        }
      }
      value = kv->val;
    } else if (length >= 0 && index >= length) {
      errorf(e, "index %d is out of bounds (>= %d)", index, length);
    } else {
      valid = true;
    }
    // Without keys there are no duplicates.
    if (valid && anyKey && !visited.insert(index).second) {
      errorf(e, "duplicate index %d in array or slice literal", index);
    }
    ++index;
    max = std::max(max, index);
    Operand x;
    exprWithHint(&x, value, t);
    assignment(&x, t, "array or slice literal");
  }
  return max;
}

}  // namespace burrow
