#include "compiler/inline/devirtualize.h"

#include <algorithm>

#include "compiler/ir/format.h"
#include "compiler/ir/late.h"
#include "compiler/ir/remark.h"
#include "compiler/ir/static_value.h"
#include "compiler/ir/types.h"
#include "compiler/ir/visit.h"

namespace burrow::inlining {

using ir::Class;
using ir::Name;
using ir::Node;
using ir::Op;
using ir::underlying;

namespace {

/// Says that a variable is nil, or assigned only itself: no type speaks against another.
Type* const kNoType = reinterpret_cast<Type*>(1);

bool isIface(Type* t) { return t && underlying(t)->kind == TypeKind::Interface; }

Type* typeOf(const Node* n) { return n->op == Op::Assert ? n->typeArg : n->type; }

/// What tells types apart. To gc two struct types without a name are different here if they are written in different places.
Type* identityOf(const Node* n) {
  Type* t = typeOf(n);
  return t->kind == TypeKind::Struct && n->written ? n->written : t;
}

const Node* strip(const Node* n) {
  while (n->op == Op::Paren) n = n->x;
  return n;
}

Type* resultType(const Node* call, size_t i) {
  if (!call->type || call->type->kind != TypeKind::Tuple) return call->type;
  return ir::canon(static_cast<Tuple*>(call->type)->vars[i]->type);
}

}  // namespace

// ---- Assignments

/// Whether it was noted: only assignments of whole local interface variables are.
bool Devirtualizer::assign(const Node* target, Assignment a) {
  if (!target || target->op != Op::Name) return false;
  const Name* n = ir::declared(target->name);
  if (n->cls != Class::Local || !isIface(n->type)) return false;
  if (a.value && (a.value->op == Op::Nil || a.value->op == Op::Zero)) return false;
  if (isIface(a.type)) a.type = nullptr;
  assignments_[n].push_back(a);
  return true;
}

void Devirtualizer::assignCall(const Node* target, const Node* call, Type* type, size_t result) {
  if (!assign(target, {type, nullptr}) || !isIface(type)) return;
  const Name* n = ir::declared(target->name);
  calls_[call].push_back({n, assignments_[n].size() - 1, result});
}

void Devirtualizer::collect(const List<Node*>& list) {
  for (const Node* n : list)
    if (n) collect(n);
}

void Devirtualizer::collect(const Node* n) {
  auto target = [&](size_t i) { return i < n->list.size() ? n->list[i] : nullptr; };
  switch (n->op) {
    case Op::Name: case Op::Literal: case Op::FuncName: case Op::MethodExpr: return;
    case Op::Assign: {
      const Node* y = strip(n->y);
      if (y->op == Op::CallFunc || y->op == Op::CallInter) assignCall(n->x, y, y->type, 0);
      else assign(n->x, {nullptr, n->y});
      break;
    }
    case Op::Assign2:
      for (size_t i = 0; i < n->list.size(); ++i) assign(n->list[i], {nullptr, n->list2[i]});
      break;
    case Op::Assign2Call: {
      const Node* x = strip(n->x);
      for (size_t i = 0; i < n->list.size(); ++i) {
        if (x->op == Op::CallFunc || x->op == Op::CallInter) assignCall(n->list[i], x, resultType(x, i), i);
        else if (x->op == Op::InlinedCall) assign(n->list[i], {nullptr, x->list2[i]});
        else if (i == 0 && x->op == Op::Assert) assign(n->list[i], {nullptr, n->x});
        else assign(n->list[i], {resultType(x, i), nullptr});
      }
      break;
    }
    case Op::Range: case Op::Comm:
      for (size_t i = 0; i < 2; ++i)
        if (const Node* t = target(i)) assign(t, {t->type, nullptr});
      break;
    case Op::TypeSwitch:
      for (const Node* c : n->list) {
        if (!c->name || !isIface(c->name->type)) continue;
        Node* name = unit_.arena->make<Node>(Op::Name);
        name->name = c->name;
        assign(name, {nullptr, n->x});
      }
      break;
    case Op::Closure:
      if (collected_.insert(n->func).second) collect(n->func->body);
      return;
    default: break;
  }
  ir::visitChildren(n, [&](const Node* c) { collect(c); });
}

void Devirtualizer::inlined(const Node* call) {
  if (collected_.empty()) return;
  collect(call->list);
  collect(call->body);
  auto it = calls_.find(call);
  if (it == calls_.end()) return;
  for (const Pending& p : it->second) assignments_[p.name][p.assignment] = {nullptr, call->list2[p.result]};
  calls_.erase(it);
}

// ---- Types

Type* Devirtualizer::concreteType(Node* n, std::vector<const Name*>& seen) {
  for (;;) {
    if (!isIface(typeOf(n))) return identityOf(n);
    switch (n->op) {
      case Op::ConvNop: case Op::ConvIface: case Op::Paren: case Op::Assert: n = n->x; continue;
      case Op::InlinedCall: n = n->list2[0]; continue;
      case Op::Name: return assignedType(ir::declared(n->name), seen);
      default: return nullptr;
    }
  }
}

Type* Devirtualizer::assignedType(const Name* n, std::vector<const Name*>& seen) {
  if (n->cls != Class::Local || n->addrTaken || !n->func) return nullptr;
  if (std::find(seen.begin(), seen.end(), n) != seen.end()) return kNoType;
  seen.push_back(n);
  if (collected_.insert(n->func).second) collect(n->func->body);
  auto it = assignments_.find(n);
  if (it == assignments_.end()) return kNoType;
  Type* one = nullptr;
  for (size_t i = 0; i < it->second.size(); ++i) {
    Assignment a = it->second[i];
    Type* t = a.value ? concreteType(a.value, seen) : a.type;
    if (t == kNoType) continue;
    if (!t || (one && one != t)) return nullptr;
    one = t;
  }
  return one ? one : kNoType;
}

Type* Devirtualizer::receiverType(const Node* call) {
  std::vector<const Name*> seen;
  Type* t = concreteType(call->x, seen);
  if (!t || t == kNoType) return nullptr;
  t = ir::canon(t);
  if (isIface(t)) return nullptr;
  return implements(t, static_cast<Interface*>(underlying(call->x->type))) ? t : nullptr;
}

// ---- The call

void Devirtualizer::devirtualize(ir::Func& in, Node* call, Type* t, bool quiet) {
  const burrow::Func* m = call->object;
  Node* recv = unit_.arena->make<Node>(Op::Assert);
  recv->pos = call->pos;
  recv->type = recv->typeArg = t;
  recv->x = call->x;
  recv->bounded = true;
  Selection method = lookupFieldOrMethod(t, false, m->pkg, m->name);
  Node* direct = ir::callMethod(unit_, in, recv, method, call->list, call->pos);
  if (unit_.remarks && !quiet) {
    ir::Speller speller(unit_);
    std::string text = direct->op == Op::CallInter ? "partially devirtualizing " : "devirtualizing ";
    text += speller.node(call->x) + "." + std::string(m->name) + " to " + speller.type(t);
    unit_.remarks->add(ir::outermost(unit_, call->pos, call->inl), ir::RemarkKind::Devirtualizing, std::move(text));
  }
  // What is new came with the call.
  auto mark = [&](Node* n) {
    for (; n && n != recv; n = n->x) n->inl = call->inl;
    recv->inl = call->inl;
  };
  mark(direct->x);
  if (direct->op == Op::CallFunc) mark(direct->list[0]);
  direct->inl = call->inl;
  direct->type = call->type;
  *call = *direct;
}

}  // namespace burrow::inlining
