// Extents and traversal. Nothing here recurses: trees may be very deep to the left.
#include "compiler/syntax/walk.h"

#include <algorithm>
#include <vector>

#include "compiler/syntax/children.h"

namespace burrow::syntax {

namespace {

Pos behind(Pos p, size_t bytes) {
  return Pos(p.file(), p.line(), p.col() + bytes);
}

template <class T>
const Node* last(const PackedList<T*>& list) {
  return list.empty() ? nullptr : list.back();
}

/// The child at which n starts, or null if n's own position is its start.
const Node* firstPart(const Node* n) {
  switch (n->kind) {
    case Kind::CompositeLit:
      return static_cast<const CompositeLit*>(n)->typeExpr;
    case Kind::KeyValueExpr:
      return static_cast<const KeyValueExpr*>(n)->key;
    case Kind::SelectorExpr:
      return static_cast<const SelectorExpr*>(n)->x;
    case Kind::IndexExpr:
      return static_cast<const IndexExpr*>(n)->x;
    case Kind::AssertExpr:
      return static_cast<const AssertExpr*>(n)->x;
    case Kind::TypeSwitchGuard: {
      auto* g = static_cast<const TypeSwitchGuard*>(n);
      return g->lhs ? g->lhs : g->x;
    }
    case Kind::Operation: {
      auto* o = static_cast<const Operation*>(n);
      return o->y ? o->x : nullptr;
    }
    case Kind::CallExpr:
      return static_cast<const CallExpr*>(n)->fun;
    case Kind::ListExpr: {
      auto& elems = static_cast<const ListExpr*>(n)->elems;
      return elems.empty() ? nullptr : elems.front();
    }
    case Kind::SendStmt:
      return static_cast<const SendStmt*>(n)->chan;
    case Kind::AssignStmt:
      return static_cast<const AssignStmt*>(n)->lhs;
    case Kind::RangeClause: {
      auto* r = static_cast<const RangeClause*>(n);
      return r->lhs ? r->lhs : r->x;
    }
    // A SliceExpr starts at its `[`: gc has it so, and messages show it.
    default:
      return nullptr;
  }
}

/// The child at which n ends; null: n ends at `own`.
const Node* lastPart(const Node* n, Pos& own) {
  own = n->pos;
  auto closed = [&](Pos at) {
    own = at;
    return nullptr;
  };
  auto declared = [](const auto* d) -> const Node* {
    return d->values ? d->values : d->type ? static_cast<const Node*>(d->type) : last(d->names);
  };
  auto clause = [&](const auto* c) {
    own = c->colon;
    return last(c->body);
  };
#define AS(name) static_cast<const name*>(n)
  switch (n->kind) {
    case Kind::ImportDecl:
      return AS(ImportDecl)->path;
    case Kind::ConstDecl:
      return declared(AS(ConstDecl));
    case Kind::VarDecl:
      return declared(AS(VarDecl));
    case Kind::TypeDecl:
      return AS(TypeDecl)->type;
    case Kind::FuncDecl:
      return AS(FuncDecl)->body ? static_cast<const Node*>(AS(FuncDecl)->body)
                                : AS(FuncDecl)->signature;
    case Kind::Name:
      return closed(behind(n->pos, AS(Name)->name.size()));
    case Kind::BasicLit:
      return closed(behind(n->pos, AS(BasicLit)->text.size()));
    case Kind::CompositeLit:
      return closed(AS(CompositeLit)->rbrace);
    case Kind::KeyValueExpr:
      return AS(KeyValueExpr)->val;
    case Kind::FuncLit:
      return AS(FuncLit)->body;
    case Kind::ParenExpr:
      return AS(ParenExpr)->x;
    case Kind::SelectorExpr:
      return AS(SelectorExpr)->sel;
    case Kind::IndexExpr:
      return AS(IndexExpr)->index;
    case Kind::SliceExpr:
      return AS(SliceExpr)->x;  // as in gc, whatever the indices
    case Kind::AssertExpr:
      return AS(AssertExpr)->target;
    case Kind::TypeSwitchGuard:
      return AS(TypeSwitchGuard)->x;
    case Kind::Operation:
      return AS(Operation)->y ? AS(Operation)->y : AS(Operation)->x;
    case Kind::CallExpr: {
      const Node* arg = last(AS(CallExpr)->args);
      return arg ? arg : AS(CallExpr)->fun;
    }
    case Kind::ListExpr:
      return last(AS(ListExpr)->elems);
    case Kind::ArrayType:
      return AS(ArrayType)->elem;
    case Kind::SliceType:
      return AS(SliceType)->elem;
    case Kind::DotsType:
      return AS(DotsType)->elem;
    case Kind::StructType:
      return last(AS(StructType)->fields);
    case Kind::Field:
      return AS(Field)->type ? static_cast<const Node*>(AS(Field)->type) : AS(Field)->name;
    case Kind::InterfaceType:
      return last(AS(InterfaceType)->methods);
    case Kind::FuncType: {
      const Node* result = last(AS(FuncType)->results);
      return result ? result : last(AS(FuncType)->params);
    }
    case Kind::MapType:
      return AS(MapType)->elem;
    case Kind::ChanType:
      return AS(ChanType)->elem;
    case Kind::LabeledStmt:
      return AS(LabeledStmt)->stmt;
    case Kind::BlockStmt:
      return closed(AS(BlockStmt)->rbrace);
    case Kind::ExprStmt:
      return AS(ExprStmt)->x;
    case Kind::SendStmt:
      return AS(SendStmt)->value;
    case Kind::DeclStmt:
      return last(AS(DeclStmt)->decls);
    case Kind::AssignStmt:
      if (AS(AssignStmt)->rhs) return AS(AssignStmt)->rhs;
      return closed(behind(endPos(AS(AssignStmt)->lhs), 2));  // x++
    case Kind::BranchStmt:
      return AS(BranchStmt)->label;
    case Kind::CallStmt:
      return AS(CallStmt)->call;
    case Kind::ReturnStmt:
      return AS(ReturnStmt)->results;
    case Kind::IfStmt:
      return AS(IfStmt)->otherwise ? AS(IfStmt)->otherwise
                                   : static_cast<const Node*>(AS(IfStmt)->then);
    case Kind::ForStmt:
      return AS(ForStmt)->body;
    case Kind::SwitchStmt:
      return closed(AS(SwitchStmt)->rbrace);
    case Kind::SelectStmt:
      return closed(AS(SelectStmt)->rbrace);
    case Kind::RangeClause:
      return AS(RangeClause)->x;
    case Kind::CaseClause:
      return clause(AS(CaseClause));
    case Kind::CommClause:
      return clause(AS(CommClause));
    default:
      return nullptr;
  }
#undef AS
}

}  // namespace

Pos startPos(const Node* n) {
  while (const Node* part = firstPart(n)) n = part;
  return n->pos;
}

Pos endPos(const Node* n) {
  Pos own;
  while (const Node* part = lastPart(n, own)) n = part;
  return own;
}

Expr* unparen(Expr* x) {
  while (auto* p = as<ParenExpr>(x)) x = p->x;
  return x;
}

List<Expr*> unpackList(Expr*& x) {
  if (!x) return {};
  if (auto* l = as<ListExpr>(x)) return l->elems;
  return {&x, 1};
}

bool isTypeElem(const Expr* x) {
  for (;;) {
    switch (x->kind) {
      case Kind::ArrayType:
      case Kind::StructType:
      case Kind::FuncType:
      case Kind::InterfaceType:
      case Kind::SliceType:
      case Kind::MapType:
      case Kind::ChanType:
        return true;
      case Kind::Operation: {
        auto* o = static_cast<const Operation*>(x);
        if (o->op == Operator::Tilde || (o->y && isTypeElem(o->y))) return true;
        x = o->x;
        break;
      }
      case Kind::ParenExpr:
        x = static_cast<const ParenExpr*>(x)->x;
        break;
      default:
        return false;
    }
  }
}

void inspect(Node* n, const std::function<bool(Node*)>& f) {
  if (!n) return;
  std::vector<Node*> pending{n};
  while (!pending.empty()) {
    Node* at = pending.back();
    pending.pop_back();
    if (!f(at)) continue;
    size_t first = pending.size();
    forEachChild(at, [&](const char*, Node* child) { pending.push_back(child); });
    std::reverse(pending.begin() + static_cast<ptrdiff_t>(first), pending.end());
  }
}

}  // namespace burrow::syntax
