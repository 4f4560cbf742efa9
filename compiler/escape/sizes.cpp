// What is on the heap for its size alone, and sizes that turn out to be constant.
#include "compiler/escape/batch.h"
#include "compiler/types/constant.h"

namespace burrow::escape {

using ir::Node;
using ir::Op;

namespace {

bool hasEffects(const Node* n) {
  switch (n->op) {
    case Op::Name: case Op::Literal: case Op::Nil: return false;
    case Op::ConvNop: case Op::Conv: case Op::Paren: case Op::Len: return hasEffects(n->x);
    default: return true;
  }
}

/// Whether n can stand for something else: only then is it worth asking.
bool mayStandFor(const Node* n) {
  while (n->op == Op::ConvNop || n->op == Op::Paren) n = n->x;
  return n->op == Op::InlinedCall || (n->op == Op::Name && n->name->cls != ir::Class::Global && ir::declared(n->name)->cls == ir::Class::Local);
}

Node* literalOf(ir::Unit& unit, const Node* at, Type* t, const ConstantValue* v) {
  Node* n = unit.arena->make<Node>(Op::Literal);
  n->pos = at->pos;
  n->inl = at->inl;
  n->type = t;
  n->value = v;
  return n;
}

/// Puts `with` in the place of *part of l's node; what evaluating the old part does still happens.
void replacePart(ir::Unit& unit, Location* l, Node* Node::*part, Node* with) {
  Node* n = l->node;
  Node* old = n->*part;
  if (!hasEffects(old)) {
    n->*part = with;
    return;
  }
  Node* drop = unit.arena->make<Node>(Op::Assign);
  drop->pos = n->pos;
  drop->inl = n->inl;
  drop->y = old;
  Node* copy = unit.arena->make<Node>(*n);
  copy->*part = with;
  *n = Node(Op::Init);
  n->pos = copy->pos;
  n->inl = copy->inl;
  n->type = copy->type;
  n->x = copy;
  n->list = unit.arena->list(std::vector<Node*>{drop});
  l->node = copy;
}

bool hasConstants(Type* t) {
  auto* b = ir::underlyingAs<Basic>(t);
  return b && (b->info & kIsConstType);
}

}  // namespace

/// make([]T, n) and any(x) where the value of n or x is known after all.
void Batch::foldSizes(Location* l) {
  Node* n = l->node;
  if (n->op == Op::Make && ir::underlying(n->type)->kind == TypeKind::Slice) {
    Node* Node::*part = n->y ? &Node::y : &Node::x;
    Node* size = n->*part;
    if (!size || !(mayStandFor(size) || size->op == Op::Len)) return;
    const ir::ReassignOracle& oracle = context_.oracle(l->func);
    Node* v = oracle.staticValue(size);
    if (v->op == Op::Literal && v->value->kind() == ConstKind::Int) {
      auto i = constant::int64Val(v->value);
      if (!i || *i >= 0) replacePart(context_.unit, l, part, literalOf(context_.unit, n, size->type, v->value));
    } else if (v->op == Op::Len) {
      Node* x = oracle.staticValue(v->x);
      if (x->op != Op::SliceLit) return;
      replacePart(context_.unit, l, part, literalOf(context_.unit, n, ir::canon(typ(BasicKind::Int)), constant::makeInt64(x->index)));
    }
  } else if (n->op == Op::ConvIface && hasConstants(n->x->type) && mayStandFor(n->x)) {
    Node* v = context_.oracle(l->func).staticValue(n->x);
    if (v->op == Op::Literal) replacePart(context_.unit, l, &Node::x, literalOf(context_.unit, n, n->x->type, v->value));
  }
}

/// Why l cannot be in a frame at all, in gc's words; null: it can.
const char* Batch::heapReason(const Location* l) const {
  static constexpr const char* kTooLarge = "too large for stack";
  auto size = [](Type* t) { return ir::info(t).size; };
  if (l->name) {
    bool passed = l->param || l->result >= 0;
    return !passed && size(l->name->type) > context_.maxVariable() ? kTooLarge : nullptr;
  }
  const Node* n = l->node;
  if (size(n->type) > context_.maxVariable()) return kTooLarge;
  uint64_t held = 0;
  switch (n->op) {
    case Op::New: case Op::PtrLit: held = size(ir::canon(ir::underlyingAs<Pointer>(n->type)->base)); break;
    case Op::MethodValue: held = 8 + size(n->x->type); break;
    case Op::Closure:
      held = 8;
      for (const ir::Name* c : n->func->captures) held += c->byValue ? size(c->type) : 8;
      break;
    case Op::Make: {
      auto* slice = ir::underlyingAs<burrow::Slice>(n->type);
      if (!slice) return nullptr;
      uint64_t elem = size(ir::canon(slice->elem));
      if (elem == 0) return "zero-sized element";
      const Node* count = n->y ? n->y : n->x;
      if (count->op != Op::Literal) return nullptr;
      auto i = constant::int64Val(count->value);
      bool small = i && *i >= INT32_MIN && *i <= INT32_MAX;
      return small && *i > static_cast<int64_t>(context_.maxImplicit() / elem) ? kTooLarge : nullptr;
    }
    default: break;
  }
  return held > context_.maxImplicit() ? kTooLarge : nullptr;
}

}  // namespace burrow::escape
