// Composite literals.
#include "compiler/ir/func_builder.h"
#include "compiler/syntax/walk.h"
#include "vm/bytecode/check.h"

namespace burrow::ir {

/// An element of a literal: a literal without a type takes the element type; for *T it is &T{…}.
Node* FuncBuilder::literalElem(syntax::Expr* e, Type* t) {
  if (auto* lit = syntax::as<syntax::CompositeLit>(e); lit && !lit->typeExpr) {
    if (auto* p = underlyingAs<Pointer>(t)) return unary(Op::PtrLit, e->pos, t, compositeLit(lit, canon(p->base)));
    return compositeLit(lit, t);
  }
  return exprTo(e, t);
}

Node* FuncBuilder::compositeLit(syntax::CompositeLit* e, Type* t) {
  Type* u = underlying(t);
  Type* shown = e->type ? unalias(e->type) : nullptr;  // of &T{…} without the &T: the pointer type
  if (shown && shown->kind == TypeKind::Pointer && u->kind != TypeKind::Pointer) shown = static_cast<Pointer*>(shown)->base;
  if (shown) shown = written(shown);
  std::vector<Node*> list;
  switch (u->kind) {
    case TypeKind::Pointer: return unary(Op::PtrLit, e->pos, t, compositeLit(e, canon(static_cast<Pointer*>(u)->base)));
    case TypeKind::Struct: {
      auto* s = static_cast<Struct*>(u);
      Node* n = node(Op::StructLit, e->pos, t);
      n->written = shown;
      for (size_t i = 0; i < e->elems.size(); ++i) {
        syntax::Expr* value = e->elems[i];
        Pos pos = value->pos;
        size_t field = i;
        if (auto* kv = syntax::as<syntax::KeyValueExpr>(value)) {
          auto* name = static_cast<syntax::Name*>(kv->key);
          const Package* from = name->object ? name->object->pkg : nullptr;
          for (field = 0; field < s->fields.size(); ++field)
            if (from ? s->fields[field]->sameId(from, name->name) : s->fields[field]->name == name->name) break;
          BURROW_CHECK(field < s->fields.size());
          value = kv->val;
          pos = kv->key->pos;
        }
        Node* key = unary(Op::StructKey, pos, nullptr, literalElem(value, canon(s->fields[field]->type)));
        key->index = static_cast<int64_t>(field);
        list.push_back(key);
      }
      n->list = unit_.arena().list(list);
      return n;
    }
    case TypeKind::Array: case TypeKind::Slice: {
      bool array = u->kind == TypeKind::Array;
      Type* elem = canon(array ? static_cast<Array*>(u)->elem : static_cast<burrow::Slice*>(u)->elem);
      Node* n = node(array ? Op::ArrayLit : Op::SliceLit, e->pos, t);
      n->written = shown;
      int64_t at = 0, length = 0;
      for (syntax::Expr* value : e->elems) {
        auto* kv = syntax::as<syntax::KeyValueExpr>(value);
        if (kv) {
          at = constant::int64Val(constant::toInt(kv->key->value)).value_or(0);
          value = kv->val;
        }
        Node* v = literalElem(value, elem);
        if (e->keyed > 0) {
          v = unary(Op::Key, kv ? kv->key->pos : value->pos, nullptr, v);
          v->index = at;
          v->uncounted = !kv;
        }
        list.push_back(v);
        length = std::max(length, ++at);
      }
      n->list = unit_.arena().list(list);
      n->index = array ? static_cast<Array*>(u)->len : length;
      sawLargeType |= length > (64 << 10);
      return n;
    }
    case TypeKind::Map: {
      auto* m = static_cast<Map*>(u);
      Node* n = node(Op::MapLit, e->pos, t);
      n->written = shown;
      for (syntax::Expr* value : e->elems) {
        auto* kv = static_cast<syntax::KeyValueExpr*>(value);
        Node* x = literalElem(kv->val, canon(m->elem));
        list.push_back(binary(Op::Key, kv->key->pos, nullptr, x, literalElem(kv->key, canon(m->key))));
      }
      n->list = unit_.arena().list(list);
      return n;
    }
    default: BURROW_UNREACHABLE();
  }
}

}  // namespace burrow::ir
