// Assignments: what they are made to, and which assign something to itself.
#include "compiler/escape/builder.h"

namespace burrow::escape {

using ir::Class;
using ir::Name;
using ir::Node;
using ir::Op;
using ir::sameSafe;

namespace {

bool isArray(const Node* n) { return ir::underlying(n->type)->kind == TypeKind::Array; }

/// Field Data of reflect's SliceHeader or StringHeader: a uintptr that stands for a pointer.
bool isHeaderData(const Node* n) {
  if (n->op != Op::Dot && n->op != Op::DotPtr) return false;
  Type* t = n->x->type;
  if (n->op == Op::DotPtr)
    if (auto* p = ir::underlyingAs<Pointer>(t)) t = ir::canon(p->base);
  auto* named = as<Named>(t);
  if (!named || !named->obj || !named->obj->pkg || named->obj->pkg->path != "reflect") return false;
  if (named->obj->name != "SliceHeader" && named->obj->name != "StringHeader") return false;
  return ir::underlyingAs<Struct>(t)->fields[static_cast<size_t>(n->index)]->name == "Data";
}

bool mayAffectMemory(const Node* n) {
  switch (n->op) {
    case Op::Name: case Op::FuncName: case Op::Literal: case Op::Nil: return false;
    case Op::Add: case Op::Sub: case Op::Or: case Op::Xor: case Op::Mul: case Op::Shl: case Op::Shr: case Op::And: case Op::AndNot: case Op::Div:
    case Op::Rem: case Op::Index: return mayAffectMemory(n->x) || mayAffectMemory(n->y);
    case Op::ConvNop: case Op::Conv: case Op::Len: case Op::Cap: case Op::Not: case Op::BitNot: case Op::Plus: case Op::Neg: case Op::Dot:
    case Op::DotPtr: case Op::Deref: case Op::Paren: return mayAffectMemory(n->x);
    default: return true;
  }
}

const Name* pointedFrom(const Node* n) {
  return (n->op == Op::Deref || n->op == Op::DotPtr) && n->x->op == Op::Name ? n->x->name : nullptr;
}

/// p.buf = p.buf[i:j]: nothing gets into *p that was not there. Slicing an array in *p would put a pointer to *p there.
bool isSliceSelfAssign(const Node* to, const Node* from) {
  const Name* p = pointedFrom(to);
  if (!p || from->op != Op::Slice || from->x->op == Op::Addr) return false;
  return pointedFrom(from->x) == p;
}

/// v.x = v.y, v.x[i] = v.x[j]: within one object.
bool isSelfAssign(const Node* to, const Node* from) {
  if (isSliceSelfAssign(to, from)) return true;
  if (to->op != from->op) return false;
  switch (to->op) {
    case Op::Dot: case Op::DotPtr: return sameSafe(to->x, from->x);
    case Op::Index: return !mayAffectMemory(to->y) && !mayAffectMemory(from->y) && sameSafe(to->x, from->x);
    default: return false;
  }
}

}  // namespace

Hole FlowBuilder::target(Node* n) {
  if (!n) return b_.discard();
  switch (n->op) {
    case Op::Name: return n->name->cls == Class::Global ? b_.heap() : Hole{Context::of(n->name)};
    case Op::Dot: case Op::Paren: return target(n->x);
    case Op::Index:
      discard(n->y);
      if (isArray(n->x)) return target(n->x);
      mutate(n->x);
      return b_.heap();
    case Op::IndexMap:
      discard(n->x);
      assignHeap(n->y, "key of map put", n);
      return b_.heap();
    default:
      mutate(n->x);
      return b_.heap();
  }
}

/// Whether this assignment is what declares its target. Of several variables each has a Declare in front; the position tells new ones
/// from old ones then.
bool FlowBuilder::declares(const Node* where, const Node* target, bool binds) {
  if (!target || target->op != Op::Name || target->name->cls == Class::Global) return false;
  if (binds || (where->op == Op::Assign && where->def)) return true;
  const Name* n = target->name;
  return n->autoTemp ? where->def : n->pos.isKnown() && target->pos == n->pos;
}

void FlowBuilder::assign(const List<Node*>& to, const List<Node*>& from, const char* why, Node* where, bool binds) {
  Hole one[1];
  Holes many;
  Hole* ks = one;
  if (to.size() > 1) many.resize(to.size()), ks = many.data();
  for (size_t i = 0; i < to.size(); ++i) {
    if (declares(where, to[i], binds)) {
      Location* l = Context::of(to[i]->name);
      // The first value of a variable that each turn has anew goes to what carries it.
      if (l->perTurn) l = l->carrier;
      l->loopDepth = loopDepth_;
      ks[i] = {l};
    } else {
      ks[i] = target(to[i]);
    }
  }
  for (size_t i = 0; i < to.size(); ++i) {
    Node* value = i < from.size() ? from[i] : nullptr;
    Hole k = ks[i];
    if (to[i] && value) {
      if (to[i]->op == Op::DotPtr && isHeaderData(to[i])) {
        unsafeValue(b_.note(b_.heap(), where, why), value);
        continue;
      }
      if (isSelfAssign(to[i], value)) {
        if (c_.remarks)
          c_.remarks->add(c_.at(where), ir::RemarkKind::SelfAssignment,
                          c_.speller.func(*func_) + " ignoring self-assignment in " + c_.speller.node(where));
        k = b_.discard();
      }
    }
    expr(b_.note(k, where, why), value);
  }
  for (size_t i = 0; i < to.size(); ++i)
    if (to[i] && !declares(where, to[i], binds)) ks[i].to->reassigned = true;
}

/// to = from, between a loop variable and what carries it to the next turn.
void FlowBuilder::assignTurn(Name* to, Name* from, const Node* loop, bool declaring) {
  auto nodeOf = [&](Name* n) {
    Node* x = c_.arena.make<Node>(Op::Name);
    x->pos = loop->pos;
    x->inl = loop->inl;
    x->type = n->type;
    x->name = n;
    return x;
  };
  Node* a = c_.arena.make<Node>(Op::Assign);
  a->pos = loop->pos;
  a->inl = loop->inl;
  a->x = nodeOf(to);
  a->y = nodeOf(from);
  a->def = declaring;
  Location* l = Context::of(to);
  if (declaring) l->loopDepth = loopDepth_;
  else l->reassigned = true;
  name(b_.note({l}, a, "assign"), from);
}

/// A uintptr expression: looks for the pointer that was converted.
void FlowBuilder::unsafeValue(Hole k, Node* n) {
  switch (n->op) {
    case Op::Init:
      stmts(n->list);
      return unsafeValue(k, n->x);
    case Op::Paren: return unsafeValue(k, n->x);
    case Op::Conv: case Op::ConvNop:
      if (auto* basic = ir::underlyingAs<Basic>(n->x->type); basic && basic->basic == BasicKind::UnsafePointer) return expr(k, n->x);
      return discard(n->x);
    case Op::DotPtr:
      if (isHeaderData(n)) return expr(b_.deref(k, n, "reflect.Header.Data"), n->x);
      return discard(n->x);
    case Op::Plus: case Op::Neg: case Op::BitNot: return unsafeValue(k, n->x);
    case Op::Add: case Op::Sub: case Op::Or: case Op::Xor: case Op::Mul: case Op::Div: case Op::Rem: case Op::And: case Op::AndNot:
      unsafeValue(k, n->x);
      return unsafeValue(k, n->y);
    case Op::Shl: case Op::Shr:
      unsafeValue(k, n->x);
      return discard(n->y);
    default: return discard(n);
  }
}

}  // namespace burrow::escape
