// The children of each kind of node, in source order: what traversal and dump share.
#pragma once

#include "compiler/syntax/nodes.h"

namespace burrow::syntax {

/// Calls f(label, child) for each child of n that is not null.
template <class F>
void forEachChild(const Node* node, F&& f) {
  auto one = [&](const char* label, const Node* child) {
    if (child) f(label, const_cast<Node*>(child));
  };
  auto all = [&](const char* label, const auto& list) {
    for (auto* child : list) one(label, child);
  };
  // clang-format off
#define CASE(name)      \
  break;                \
  case Kind::name:      \
    if (auto* n = static_cast<const name*>(node))
  switch (node->kind) {
    case Kind::BadExpr: case Kind::Name: case Kind::BasicLit: case Kind::EmptyStmt:
    CASE(CompositeLit) { one("type", n->typeExpr); all("elem", n->elems); }
    CASE(KeyValueExpr) { one("key", n->key); one("value", n->val); }
    CASE(FuncLit) { one("signature", n->signature); one("body", n->body); }
    CASE(ParenExpr) { one("x", n->x); }
    CASE(SelectorExpr) { one("x", n->x); one("sel", n->sel); }
    CASE(IndexExpr) { one("x", n->x); one("index", n->index); }
    CASE(SliceExpr) { one("x", n->x); for (Expr* i : n->index) one("index", i); }
    CASE(AssertExpr) { one("x", n->x); one("type", n->target); }
    CASE(TypeSwitchGuard) { one("lhs", n->lhs); one("x", n->x); }
    CASE(Operation) { one("x", n->x); one("y", n->y); }
    CASE(CallExpr) { one("fun", n->fun); all("arg", n->args); }
    CASE(ListExpr) { all("elem", n->elems); }
    CASE(ArrayType) { one("len", n->len); one("elem", n->elem); }
    CASE(SliceType) { one("elem", n->elem); }
    CASE(DotsType) { one("elem", n->elem); }
    CASE(StructType) { all("field", n->fields); all("tag", n->tags); }
    CASE(Field) { one("name", n->name); one("type", n->type); }
    CASE(InterfaceType) { all("method", n->methods); }
    CASE(FuncType) { all("param", n->params); all("result", n->results); }
    CASE(MapType) { one("key", n->key); one("elem", n->elem); }
    CASE(ChanType) { one("elem", n->elem); }
    CASE(ImportDecl) { one("name", n->localName); one("path", n->path); }
    CASE(ConstDecl) { all("name", n->names); one("type", n->type); one("values", n->values); }
    CASE(TypeDecl) { one("name", n->name); all("tparam", n->tparams); one("type", n->type); }
    CASE(VarDecl) { all("name", n->names); one("type", n->type); one("values", n->values); }
    CASE(FuncDecl) {
      one("recv", n->recv);
      one("name", n->name);
      all("tparam", n->tparams);
      one("signature", n->signature);
      one("body", n->body);
    }
    CASE(LabeledStmt) { one("label", n->label); one("stmt", n->stmt); }
    CASE(BlockStmt) { all("stmt", n->list); }
    CASE(ExprStmt) { one("x", n->x); }
    CASE(SendStmt) { one("chan", n->chan); one("value", n->value); }
    CASE(DeclStmt) { all("decl", n->decls); }
    CASE(AssignStmt) { one("lhs", n->lhs); one("rhs", n->rhs); }
    CASE(BranchStmt) { one("label", n->label); }
    CASE(CallStmt) { one("call", n->call); }
    CASE(ReturnStmt) { one("results", n->results); }
    CASE(IfStmt) {
      one("init", n->init);
      one("cond", n->cond);
      one("then", n->then);
      one("else", n->otherwise);
    }
    CASE(ForStmt) {
      one("init", n->init);
      one("cond", n->cond);
      one("post", n->post);
      one("body", n->body);
    }
    CASE(SwitchStmt) { one("init", n->init); one("tag", n->tag); all("clause", n->body); }
    CASE(SelectStmt) { all("clause", n->body); }
    CASE(RangeClause) { one("lhs", n->lhs); one("x", n->x); }
    CASE(CaseClause) { one("cases", n->cases); all("stmt", n->body); }
    CASE(CommClause) { one("comm", n->comm); all("stmt", n->body); }
  }
#undef CASE
  // clang-format on
}

}  // namespace burrow::syntax
