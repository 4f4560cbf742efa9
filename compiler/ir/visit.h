// Walking ir: the parts of a node in the order in which gc walks its own, which is the order of messages.
#pragma once

#include "compiler/ir/ir.h"

namespace burrow::ir {

/// Calls visit(child) for each node right below n, absent ones left out. The body of a function literal is not below its Closure node;
/// nor is the call that an InlinedCall replaced.
template <class Visit>
void visitChildren(const Node* n, Visit&& visit) {
  auto one = [&](Node* c) {
    if (c) visit(c);
  };
  // A node is fetched while the one before it is visited: of large functions little is in the caches. (Null does no harm.)
  auto each = [&](List<Node*> list) {
    Node** end = list.data() + list.size();
    for (Node** at = list.data(); at != end; ++at) {
      if (at + 1 != end) __builtin_prefetch(at[1]);
      one(*at);
    }
  };
  if (isLeaf(n->op)) return;
  if (!hasLists(n->op)) {
    __builtin_prefetch(n->y);
    one(n->x), one(n->y), one(n->z);
    return;
  }
  switch (n->op) {
    case Op::InlinedCall: break;
    case Op::Init: case Op::Assign2Call: break;  // what is prepared, or assigned to, comes first
    case Op::Key: one(n->y), one(n->x); return;
    case Op::Go: case Op::Defer: one(n->x), one(n->y); return;
    default: one(n->x), one(n->y), one(n->z); break;
  }
  each(n->list);
  if (n->op == Op::Init || n->op == Op::Assign2Call) one(n->x);
  if (n->op != Op::InlinedCall) each(n->list2);
  each(n->body);
  if (n->op == Op::InlinedCall) each(n->list2);
  each(n->els);
}

/// Calls visit(n) for every node of a list and all below, outer ones first; literals' bodies only if `closures`.
template <class Visit>
void visitAll(const List<Node*>& list, bool closures, Visit&& visit) {
  auto walk = [&](auto& self, Node* n) -> void {
    visit(n);
    visitChildren(n, [&](Node* c) { self(self, c); });
    if (closures && n->op == Op::Closure)
      for (Node* c : n->func->body) self(self, c);
  };
  for (Node* n : list)
    if (n) walk(walk, n);
}

}  // namespace burrow::ir
