// What can be said of an expression by looking at it.
#include "compiler/ir/ir.h"
#include "compiler/types/constant.h"

namespace burrow::ir {

bool mayCall(const Node* n) {
  if (!n) return false;
  if (n->op == Op::CallFunc || n->op == Op::CallInter || n->op == Op::Recv || n->op == Op::Init || n->op == Op::InlinedCall) return true;
  if (mayCall(n->x) || mayCall(n->y) || mayCall(n->z)) return true;
  for (const Node* c : n->list)
    if (mayCall(c)) return true;
  return false;
}

bool sameSafe(const Node* l, const Node* r) {
  while (l->op == Op::ConvNop || l->op == Op::Paren) l = l->x;
  while (r->op == Op::ConvNop || r->op == Op::Paren) r = r->x;
  if (l->op != r->op || l->type != r->type) return false;
  switch (l->op) {
    case Op::Name: return l->name == r->name;
    case Op::Dot: case Op::DotPtr: return l->index == r->index && sameSafe(l->x, r->x);
    case Op::Deref: case Op::Not: case Op::BitNot: case Op::Plus: case Op::Neg: case Op::Conv: return sameSafe(l->x, r->x);
    case Op::Index: case Op::IndexMap: case Op::Add: case Op::Sub: case Op::Or: case Op::Xor: case Op::Mul: case Op::Shl: case Op::Shr: case Op::And:
    case Op::AndNot: case Op::Div: case Op::Rem: return sameSafe(l->x, r->x) && sameSafe(l->y, r->y);
    case Op::Literal: return constant::compare(l->value, syntax::Operator::Eql, r->value);
    case Op::Nil: return true;
    default: return false;
  }
}

}  // namespace burrow::ir
