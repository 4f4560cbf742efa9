#include "compiler/ir/static_value.h"

#include "compiler/ir/types.h"

namespace burrow::ir {

namespace {

/// The variable that an assignment to x, to a field or to an array element of it changes.
const Name* outerVariable(const Node* x) {
  for (;;) {
    bool part = x->op == Op::Dot || x->op == Op::Paren || (x->op == Op::Index && underlying(x->x->type)->kind == TypeKind::Array);
    if (!part) break;
    x = x->x;
  }
  return x->op == Op::Name && x->name->cls != Class::Global ? declared(x->name) : nullptr;
}

}  // namespace

ReassignOracle::ReassignOracle(const Func& outermost) { walk(outermost.body); }

/// Notes an assignment. Variables of one := with several sides are declared in front of it: there the position tells that this target is
/// the declaration.
void ReassignOracle::assigned(const Node* target, Node* value, bool def) {
  if (!target) return;
  const Name* n = outerVariable(target);
  if (!n) return;
  if (target->op == Op::Name && (def || (!n->autoTemp && n->pos.isKnown() && target->pos == n->pos))) {
    Facts& f = facts_[n];
    if (f.definition && f.definition != value) f.reassigned = true;
    f.definition = value;
  } else {
    facts_[n].reassigned = true;
  }
}

void ReassignOracle::walk(const Node* n) {
  switch (n->op) {
    case Op::Name: case Op::FuncName: case Op::MethodExpr: case Op::Literal: case Op::Nil: case Op::Zero: case Op::TypeWord: return;
    case Op::Assign: assigned(n->x, n->y, n->def); break;
    case Op::AssignOp: assigned(n->x, nullptr, false); break;
    case Op::Assign2:
      for (size_t i = 0; i < n->list.size(); ++i) assigned(n->list[i], n->list2[i], n->def);
      break;
    case Op::Assign2Call:
      for (const Node* t : n->list) assigned(t, nullptr, n->def);
      break;
    case Op::Range: case Op::Comm:
      for (const Node* t : n->list) {
        if (!t) continue;
        if (const Name* v = outerVariable(t)) facts_[v].reassigned = true;
      }
      break;
    case Op::Closure: walk(n->func->body); return;
    default: break;
  }
  if (n->x && n->op != Op::InlinedCall) walk(n->x);
  if (n->y) walk(n->y);
  if (n->z) walk(n->z);
  if (!hasLists(n->op)) return;
  walk(n->list);
  walk(n->list2);
  walk(n->body);
  walk(n->els);
}

bool ReassignOracle::reassigned(const Name* n) const {
  n = declared(n);
  if (n->cls == Class::Global || n->addrTaken) return true;
  auto it = facts_.find(n);
  return it != facts_.end() && it->second.reassigned;
}

Node* ReassignOracle::staticValue(Node* n) const {
  for (;;) {
    if (n->op == Op::ConvNop || n->op == Op::Paren) {
      n = n->x;
    } else if (n->op == Op::InlinedCall && n->list2.size() == 1) {
      n = n->list2[0];
    } else if (n->op == Op::Name) {
      const Name* v = declared(n->name);
      if (v->cls != Class::Local || v->addrTaken) return n;
      auto it = facts_.find(v);
      if (it == facts_.end() || it->second.reassigned || !it->second.definition) return n;
      n = it->second.definition;
    } else {
      return n;
    }
  }
}

Node* staticCallee(const Node* call, const ReassignOracle& oracle) {
  if (call->op != Op::CallFunc) return nullptr;
  Node* f = oracle.staticValue(call->x);
  if (f->op == Op::MethodExpr) return f->index == kTypeParamMethod ? nullptr : f;  // gc calls it through a dictionary
  return f->op == Op::FuncName || f->op == Op::Closure ? f : nullptr;
}

}  // namespace burrow::ir
