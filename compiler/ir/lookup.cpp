// Finding functions and positions in a unit.
#include "compiler/ir/ir.h"

namespace burrow::ir {

namespace {

void index(Unit& unit, Func* f) {
  if (!f->native) unit.bySymbol.emplace(f->symbol, f);
  for (Func* c : f->closures) index(unit, c);
}

}  // namespace

void indexFuncs(Unit& unit) {
  unit.bySymbol.clear();
  for (Func* f : unit.funcs) index(unit, f);
}

Func* funcOf(const Unit& unit, const Node* n) {
  if (n->op == Op::Closure) return n->func;
  if (n->op != Op::FuncName && n->op != Op::MethodExpr) return nullptr;
  if (n->func) return n->func;
  if (!n->package.empty() && n->package != unit.package->path) return nullptr;
  auto it = unit.bySymbol.find(n->symbol);
  if (it == unit.bySymbol.end()) return nullptr;
  const_cast<Node*>(n)->func = it->second;  // asked often
  return it->second;
}

Pos outermost(const Unit& unit, Pos pos, uint32_t inl) {
  for (; inl; inl = unit.inlineTree[inl].parent) pos = unit.inlineTree[inl].call;
  return pos;
}

}  // namespace burrow::ir
