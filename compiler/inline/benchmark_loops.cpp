#include "compiler/inline/benchmark_loops.h"

#include "compiler/ir/call_graph.h"
#include "compiler/ir/format.h"
#include "compiler/ir/remark.h"
#include "compiler/ir/types.h"
#include "compiler/ir/visit.h"

namespace burrow::inlining {

namespace {

using ir::Name;
using ir::Node;
using ir::Op;

bool isBenchmarkLoop(const Node* n) {
  return n->op == Op::For && n->x && n->x->op == Op::CallFunc && n->x->x->op == Op::MethodExpr && n->x->x->symbol == "testing.(*B).Loop";
}

/// The variable that an operand is, or is part of.
const Name* variableOf(const Node* n) {
  while (n) {
    switch (n->op) {
      case Op::Name: return n->name;
      case Op::Slice: case Op::Dot: case Op::DotPtr: case Op::Conv: case Op::ConvNop: case Op::ConvIface: case Op::Addr: case Op::Index: case Op::IndexMap:
        n = n->x;
        break;
      default: return nullptr;
    }
  }
  return nullptr;
}

class Reporter {
 public:
  explicit Reporter(const ir::Unit& unit) : unit_(unit), speller_(unit) {}

  void func(const ir::Func* f) {
    list(f->body, false);
    for (const ir::Func* c : f->closures) func(c);
  }

 private:
  void say(const Node* n, std::string text) { unit_.remarks->add(ir::outermost(unit_, n->pos, n->inl), ir::RemarkKind::Other, std::move(text), 2); }

  void keep(const Node* n, const Name* v) {
    std::string name = v->cls == ir::Class::Global ? std::string(v->symbol) : speller_.name(v);
    say(n, name + " will be kept alive");
  }

  void list(List<Node*> statements, bool inLoop) {
    for (const Node* n : statements)
      if (n) inside(n, inLoop);
    if (!inLoop) return;
    for (const Node* n : statements)
      if (n) statement(n);
  }

  void inside(const Node* n, bool inLoop) {
    inLoop |= isBenchmarkLoop(n);
    for (const Node* c : n->list)
      if (c) inside(c, inLoop);
    list(n->body, inLoop);
    list(n->els, inLoop);
  }

  void assigned(const Node* n, const Node* target, const Name* temp) {
    const Name* v = target ? variableOf(target) : temp;
    if (v) keep(n, v);
    else if (!target) say(n, ".autotmp_" + std::to_string(temps_++) + " will be kept alive");
    else say(n, target->op == Op::Deref ? "dereference will be kept alive" : "expr is unknown to bloop pass");
  }

  void statement(const Node* n) {
    switch (n->op) {
      case Op::Assign:
        if (!n->uncounted) assigned(n, n->x, nullptr);
        return;
      case Op::AssignOp: return assigned(n, n->x, nullptr);
      case Op::Assign2:
      case Op::Assign2Call:
        for (const Node* t : n->list) assigned(n, t, nullptr);
        return;
      case Op::ExprStmt:
        if (n->x->op == Op::CallFunc || n->x->op == Op::CallInter) call(n->x);
        return;
      default: return;
    }
  }

  void call(const Node* n) {
    if (n->type) {
      bool several = n->type->kind == TypeKind::Tuple && static_cast<Tuple*>(n->type)->vars.size() > 1;
      return say(n, several ? "function results will be kept alive" : "function result will be kept alive");
    }
    for (const Node* a : n->list) {
      if (const Name* v = variableOf(a)) keep(n, v);
      else if (a->op == Op::SliceLit) elements(n, a);
      else say(n, "function arg will be kept alive");
    }
  }

  void elements(const Node* n, const Node* literal) {
    for (const Node* e : literal->list) {
      if (const Name* v = variableOf(e->op == Op::Key ? e->x : e)) keep(n, v);
      else say(n, "function arg will be kept alive");
    }
  }

  const ir::Unit& unit_;
  ir::Speller speller_;
  int temps_ = 0;
};

}  // namespace

void reportBenchmarkLoops(const ir::Unit& unit) {
  bool tests = false;
  for (const auto& [path, name] : unit.imports) tests |= path == "testing";
  if (!tests || !unit.remarks || unit.remarks->level < 2) return;
  Reporter reporter(unit);
  for (const ir::Func* f : ir::inDeclarationOrder(unit)) reporter.func(f);
}

}  // namespace burrow::inlining
