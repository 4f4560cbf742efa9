// Static data: what an inlined call stands for in an initial value (var err = errors.New("…")), and which values nobody need evaluate.
#include <algorithm>

#include "compiler/ir/static_init.h"

namespace burrow::ir {

namespace {

/// Whether evaluating n could be seen: calls, panics, channels. What is not known is taken to be; literals too, by gc.
bool hasSideEffects(const Node* n) {
  if (!n) return false;
  switch (n->op) {
    case Op::Name: case Op::FuncName: case Op::Literal: case Op::Nil: case Op::Zero: case Op::TypeWord:
    case Op::Add: case Op::Sub: case Op::Mul: case Op::And: case Op::Or: case Op::Xor: case Op::AndNot: case Op::Shl: case Op::Shr:
    case Op::AddStr: case Op::Eq: case Op::Ne: case Op::Lt: case Op::Le: case Op::Gt: case Op::Ge: case Op::AndAnd: case Op::OrOr:
    case Op::Not: case Op::Neg: case Op::Plus: case Op::BitNot: case Op::Addr: case Op::PtrLit: case Op::New: case Op::Dot: case Op::Paren:
    case Op::Conv: case Op::ConvNop: case Op::ConvIface: case Op::BytesToStr: case Op::StrToBytes: case Op::RunesToStr: case Op::StrToRunes:
    case Op::RuneToStr: case Op::StructLit: case Op::StructKey: case Op::ArrayLit: case Op::SliceLit: case Op::MapLit: case Op::Key:
    case Op::Cap: case Op::Len: case Op::Complex: case Op::Real: case Op::Imag: break;
    case Op::Div: case Op::Rem:
      if (n->y->op != Op::Literal || constant::sign(n->y->value) == 0) return true;
      break;
    case Op::Make:
      if (as<burrow::Slice>(underlying(n->type)) || (n->x && (n->x->op != Op::Literal || constant::sign(n->x->value) != 0))) return true;
      break;
    default: return true;
  }
  return hasSideEffects(n->x) || hasSideEffects(n->y) || std::any_of(n->list.begin(), n->list.end(), hasSideEffects);
}

/// Whether two evaluations of n, which has no side effects, are as good as one.
bool canRepeat(const Node* n) {
  if (!n) return true;
  switch (n->op) {
    case Op::Make: case Op::MapLit: case Op::New: case Op::PtrLit: case Op::SliceLit: case Op::StrToBytes: case Op::StrToRunes: return false;
    default: return canRepeat(n->x) && canRepeat(n->y) && std::all_of(n->list.begin(), n->list.end(), canRepeat);
  }
}

constexpr PackedList<Node*> Node::*kLists[] = {&Node::list, &Node::list2, &Node::body, &Node::els};

/// How often a function's body mentions variable v; -1 if a literal captures something, which might be v.
int countUses(const Node* n, const Name* v) {
  if (!n) return 0;
  if (n->op == Op::Closure) return n->func->captures.empty() ? 0 : -1;
  int uses = n->op == Op::Name && n->name == v;
  auto add = [&](const Node* c) {
    int more = countUses(c, v);
    uses = uses < 0 || more < 0 ? -1 : uses + more;
  };
  add(n->op == Op::InlinedCall ? nullptr : n->x);
  add(n->y);
  add(n->z);
  for (PackedList<Node*> Node::*list : kLists)
    for (const Node* c : n->*list) add(c);
  return uses;
}

struct Binding {
  const Name* param;
  Node* value;
};

/// Neighbouring constants of a concatenation made one.
Node* joinConstants(Arena& arena, Node* n) {
  std::vector<Node*> parts;
  for (Node* e : n->list) {
    Node* last = parts.empty() ? nullptr : parts.back();
    if (last && last->op == Op::Literal && e->op == Op::Literal) {
      Node* joined = arena.make<Node>(*last);
      joined->value = constant::makeString(std::string(constant::stringVal(last->value)) + std::string(constant::stringVal(e->value)));
      parts.back() = joined;
    } else {
      parts.push_back(e);
    }
  }
  if (parts.size() == 1) return parts[0];
  n->list = arena.list(parts);
  return n;
}

/// A constant that an integer conversion changes as it does at run time; null if it is not one between integers.
Node* convertedConstant(Arena& arena, const Node* n) {
  auto* from = underlyingAs<Basic>(n->x->type);
  auto* to = underlyingAs<Basic>(n->type);
  if (!from || !to || !isInteger(from) || !isInteger(to)) return nullptr;
  uint64_t bits = 0;
  if (auto s = constant::int64Val(n->x->value)) bits = static_cast<uint64_t>(*s);
  else bits = constant::uint64Val(n->x->value).value_or(0);
  unsigned unused = 64 - 8 * static_cast<unsigned>(info(n->type).size);
  bool isSigned = !isUnsigned(to);
  Node* c = arena.make<Node>(*n->x);
  c->type = n->type;
  c->value = isSigned ? constant::makeInt64(static_cast<int64_t>(bits << unused) >> unused) : constant::makeUint64(bits << unused >> unused);
  return c;
}

/// A copy of n with the values in place of the parameters; null if that makes a conversion of a constant which is best left to run time.
Node* substituted(Arena& arena, const Node* n, const std::vector<Binding>& bindings) {
  if (n->op == Op::Name)
    for (const Binding& b : bindings)
      if (b.param == n->name) return b.value;
  Node* c = arena.make<Node>(*n);
  bool ok = true;
  auto replace = [&](Node*& e) {
    if (e && ok) e = substituted(arena, e, bindings), ok = e != nullptr;
  };
  if (n->op != Op::InlinedCall) replace(c->x);
  replace(c->y);
  replace(c->z);
  for (PackedList<Node*> Node::*list : kLists) {
    if ((n->*list).empty()) continue;
    c->*list = arena.list(std::span<Node* const>(n->*list));
    for (Node*& e : c->*list) replace(e);
  }
  if (!ok) return nullptr;
  if (c->op == Op::Conv && c->x->op == Op::Literal) return convertedConstant(arena, c);
  return c->op == Op::AddStr ? joinConstants(arena, c) : c;
}

}  // namespace

/// The value of an inlined call whose body is one return of something that can be computed from its arguments in any order; else null.
Node* StaticInit::valueOf(const Node* call) const {
  if (call->list2.size() != 1 || call->body.size() != 1 || call->list.size() > 1) return nullptr;
  const Node* result = call->body[0];
  if (result->op != Op::Assign2 || result->list.size() != 1 || result->list[0]->name != call->list2[0]->name) return nullptr;
  const Node* value = result->list2[0];
  std::vector<Binding> bindings;
  if (!call->list.empty()) {
    const Node* bind = call->list[0];
    if (bind->op != Op::Assign2) return nullptr;
    for (size_t i = 0; i < bind->list.size(); ++i) {
      Node* argument = bind->list2[i];
      if (hasSideEffects(argument)) return nullptr;
      if (!bind->list[i]) continue;
      const Name* param = bind->list[i]->name;
      int uses = countUses(value, param);
      if (param->addrTaken || uses < 0 || (uses > 1 && !canRepeat(argument))) return nullptr;
      bindings.push_back({param, argument});
    }
  }
  return substituted(unit_.arena(), value, bindings);
}

bool StaticInit::canDiscard(const Node* n) { return n->op == Op::Closure || !hasSideEffects(n); }

}  // namespace burrow::ir
