// Short ways to write ir trees in tests.
#pragma once

#include <string>
#include <vector>

#include "compiler/codegen/codegen.h"
#include "compiler/ir/ir.h"
#include "compiler/ir/types.h"
#include "vm/bytecode/image.h"
#include "vm/bytecode/verify.h"

namespace burrow::testing {

using ir::Node;
using IrOp = ir::Op;

class IrMaker {
 public:
  IrMaker() {
    package.path = "p";
    package.name = "p";
    unit.package = &package;
    unit.files = &files;
    unit.arena = &arena;
    file = files.add("p.go", "", "package p\n");
  }

  Type* basic(BasicKind k) { return ir::canon(typ(k)); }
  Type* intType() { return basic(BasicKind::Int); }
  Type* boolType() { return basic(BasicKind::Bool); }

  Node* node(IrOp op, Type* t = nullptr, Node* x = nullptr, Node* y = nullptr) {
    Node* n = arena.make<Node>(op);
    n->type = t;
    n->x = x;
    n->y = y;
    n->pos = Pos(file, ++line, 1);
    return n;
  }
  Node* num(int64_t v, Type* t = nullptr) {
    Node* n = node(IrOp::Literal, t ? t : intType());
    n->value = constant::makeInt64(v);
    return n;
  }
  Node* str(std::string_view s) {
    Node* n = node(IrOp::Literal, basic(BasicKind::String));
    n->value = constant::makeString(s);
    return n;
  }
  ir::Name* var(std::string_view name, Type* t, ir::Class cls = ir::Class::Local) {
    ir::Name* n = arena.make<ir::Name>();
    n->name = name;
    n->type = t;
    n->cls = cls;
    return n;
  }
  Node* use(ir::Name* n) {
    Node* x = node(IrOp::Name, n->type);
    x->name = n;
    return x;
  }
  Node* bin(IrOp op, Node* x, Node* y) {
    bool cmp = op >= IrOp::Eq && op <= IrOp::Ge;
    return node(op, cmp ? boolType() : x->type, x, y);
  }
  Node* assign(Node* x, Node* y, bool def = false) {
    Node* n = node(IrOp::Assign, nullptr, x, y);
    n->def = def;
    return n;
  }
  Node* ret(std::vector<Node*> values) {
    Node* n = node(IrOp::Return);
    n->list = arena.list(values);
    return n;
  }
  Node* call(std::string_view symbol, Type* result, std::vector<Node*> args) {
    Node* fn = node(IrOp::FuncName, intType());
    fn->symbol = symbol;
    Node* n = node(IrOp::CallFunc, result, fn);
    n->list = arena.list(args);
    return n;
  }
  Node* iff(Node* cond, std::vector<Node*> body, std::vector<Node*> els = {}) {
    Node* n = node(IrOp::If, nullptr, cond);
    n->body = arena.list(body);
    n->els = arena.list(els);
    return n;
  }
  Node* forLoop(Node* cond, std::vector<Node*> post, std::vector<Node*> body) {
    Node* n = node(IrOp::For, nullptr, cond);
    n->list = arena.list(post);
    n->body = arena.list(body);
    return n;
  }
  ir::Func* func(std::string symbol, std::vector<ir::Name*> params, std::vector<Type*> results, std::vector<Node*> body) {
    auto* f = new ir::Func;
    f->symbol = std::move(symbol);
    f->package = "p";
    f->pos = f->endPos = Pos(file, ++line, 1);
    f->params = arena.list(params);
    std::vector<ir::Name*> names;
    for (Type* t : results) names.push_back(var("", t, ir::Class::Result));
    f->results = arena.list(names);
    f->body = arena.list(body);
    unit.funcs.push_back(f);
    return f;
  }

  /// Generates; the image's bytes. Fails the test if it does not verify.
  std::string generateImage() {
    Diagnostics diagnostics(files);
    return generate(unit, CodegenOptions{}, diagnostics);
  }

  FileSet files;
  Arena arena;
  Package package;
  ir::Unit unit;
  uint32_t file = 0;
  uint64_t line = 0;
};

/// Opcodes of a function, one a line with operands, as raw numbers.
std::string listing(const std::string& image, std::string_view func);

}  // namespace burrow::testing
