// Order of evaluation: what has side effects is evaluated first, left to right, into temporaries.
#include "compiler/codegen/func_gen.h"
#include "compiler/codegen/intrinsics.h"

namespace burrow::codegen {

namespace {

template <class F>
bool anyChild(Node* n, F f) {
  if (n->x && f(n->x)) return true;
  if (n->y && f(n->y)) return true;
  if (n->z && f(n->z)) return true;
  for (Node* c : n->list) {
    if (c && f(c)) return true;
  }
  return false;
}

}  // namespace

/// Whether evaluating n may run other Go code or change variables.
bool FuncGen::hasCall(Node* n) {
  if (!n) return false;
  switch (n->op) {
    case IrOp::Name: case IrOp::FuncName: case IrOp::MethodExpr: case IrOp::Literal: case IrOp::Nil: case IrOp::Zero:
    case IrOp::TypeWord: case IrOp::Closure: case IrOp::Intrinsic:
      return false;
    case IrOp::CallFunc:
      if (n->x->op == IrOp::FuncName && isPureIntrinsic(n->x->symbol)) break;
      return true;
    case IrOp::CallInter: case IrOp::Recv: case IrOp::Recover: case IrOp::Copy: case IrOp::Init:
      return true;
    default: break;
  }
  return anyChild(n, [&](Node* c) { return hasCall(c); });
}

/// Whether evaluating n (without calls) contains a safepoint.
bool FuncGen::mayAllocate(Node* n) {
  if (!n) return false;
  if (n->type && n->op != IrOp::Intrinsic && n->type->kind != TypeKind::Tuple && info(n->type).boxed) return true;
  switch (n->op) {
    case IrOp::Name: case IrOp::FuncName: case IrOp::MethodExpr: case IrOp::Literal: case IrOp::Nil: case IrOp::Zero:
    case IrOp::TypeWord: case IrOp::Intrinsic:
      return false;
    case IrOp::Closure: return !n->func->captures.empty();
    case IrOp::AddStr: case IrOp::PtrLit: case IrOp::New: case IrOp::ConvIface: case IrOp::BytesToStr:
    case IrOp::StrToBytes: case IrOp::RunesToStr: case IrOp::StrToRunes: case IrOp::RuneToStr: case IrOp::Assert:
    case IrOp::SliceLit: case IrOp::MapLit: case IrOp::MethodValue: case IrOp::Append: case IrOp::Make:
    case IrOp::CallFunc: case IrOp::CallInter: case IrOp::Recv: case IrOp::Recover: case IrOp::DeferToken:
    case IrOp::UnsafeSlice: case IrOp::UnsafeString:
      return true;
    default: break;
  }
  return anyChild(n, [&](Node* c) { return mayAllocate(c); });
}

/// Whether n reads a variable that lies in these slots.
bool FuncGen::mentions(Node* n, Reg reg, unsigned slots) {
  if (!n) return false;
  if (n->op == IrOp::Name) {
    if (n->name->cls == ir::Class::Global) return false;
    VarLoc& v = locOf(n->name);
    unsigned count = v.kind == VarLoc::Frame ? slotsOfType(n->name->type) : 1;
    return v.reg < reg + static_cast<Reg>(slots) && reg < v.reg + static_cast<Reg>(count);
  }
  if (n->op == IrOp::Intrinsic) {
    Reg r = static_cast<Reg>(n->index);
    return r < reg + static_cast<Reg>(slots) && reg < r + static_cast<Reg>(slotsOfType(n->type));
  }
  if (n->op == IrOp::Closure) {
    for (Name* c : n->func->captures) {
      if (!c->outer) continue;
      VarLoc& v = locOf(c->outer);
      unsigned count = v.kind == VarLoc::Frame ? slotsOfType(c->outer->type) : 1;
      if (v.reg < reg + static_cast<Reg>(slots) && reg < v.reg + static_cast<Reg>(count)) return true;
    }
    return false;
  }
  return anyChild(n, [&](Node* c) { return mentions(c, reg, slots); });
}

Reg FuncGen::buildTarget(Node* n, Reg want) {
  if (want == kNone) return temp(n->type);
  unsigned slots = slotsOfType(n->type);
  if (isOutgoing(want)) {
    // Parts may need safepoints, which outgoing slots do not survive.
    return anyChild(n, [&](Node* c) { return mayAllocate(c); }) ? temp(n->type) : want;
  }
  if (f.hasDefer && isIncoming(want)) return temp(n->type);
  if (isLocal(want) && slots && frame.pinned[want - kLocalBase]) return temp(n->type);
  return anyChild(n, [&](Node* c) { return mentions(c, want, slots); }) ? temp(n->type) : want;
}

Node* FuncGen::slotNode(Reg r, Type* t, Pos pos) {
  Node* n = u.unit.arena->make<Node>(IrOp::Intrinsic);
  n->index = r;
  n->type = t;
  n->pos = pos;
  return n;
}

/// What gc evaluates at its place among the calls of an expression, although it calls nothing: its value is kept in a
/// temporary when a call follows. Everything else (variables, fields, elements, map reads, arithmetic) is read afterwards.
static bool isOrdered(const Node* n) {
  switch (n->op) {
    case IrOp::Cap: case IrOp::Len: case IrOp::Complex: case IrOp::Real: case IrOp::Imag: case IrOp::Make: case IrOp::New:
    case IrOp::Min: case IrOp::Max: case IrOp::StrToBytes: case IrOp::StrToRunes: case IrOp::Append: case IrOp::Slice:
    case IrOp::AndAnd: case IrOp::OrOr: case IrOp::CallFunc: case IrOp::CallInter: case IrOp::Recv: case IrOp::Recover:
    case IrOp::Copy: case IrOp::MapLit:
      return true;
    case IrOp::Assert: return !info(n->type->kind == TypeKind::Tuple ? n->typeArg : n->type).direct;
    // A map read with a converted []byte as its key happens before the bytes can change.
    case IrOp::IndexMap: return n->y->op == IrOp::BytesToStr;
    default: return false;
  }
}

/// unsafe.Pointer(f()), where f returns a uintptr: as long as only the uintptr is kept, the collector does not see the object.
static bool pointerFromCall(const Node* n) {
  if (n->op != IrOp::ConvNop || info(n->type).shape != Shape::Ptr || info(n->x->type).shape != Shape::U64) return false;
  const Node* x = n->x;
  while (x->op == IrOp::Paren) x = x->x;
  return x->op == IrOp::CallFunc || x->op == IrOp::CallInter;
}

/// Evaluates what has side effects in n now, into temporaries. `callFollows`: some later part of the same expression calls
/// something, so that ordered operations here must come first.
void FuncGen::hoist(Node*& n, bool callFollows) {
  if (!n) return;
  bool calls = hasCall(n);
  if (!calls && !callFollows) return;
  if (n->op == IrOp::Init) {
    runInit(n);
    hoist(n, callFollows);
    return;
  }
  bool pure = n->op == IrOp::CallFunc && n->x->op == IrOp::FuncName && isPureIntrinsic(n->x->symbol);
  bool call = !pure && (n->op == IrOp::CallFunc || n->op == IrOp::CallInter || n->op == IrOp::Recv || n->op == IrOp::Recover ||
                        n->op == IrOp::Copy);
  // With calls inside: evaluated in one go, operands and all, or taken apart first.
  bool whole = call || pointerFromCall(n) || (calls && (n->op == IrOp::AndAnd || n->op == IrOp::OrOr || n->op == IrOp::MapLit));
  bool ordered = isOrdered(n);
  if (!whole) {
    bool kept = callFollows && ordered;
    // The operands of what is evaluated right here need no keeping for the sake of later calls.
    std::vector<Node**> parts;
    if (n->x) parts.push_back(&n->x);
    if (n->y) parts.push_back(&n->y);
    if (n->z) parts.push_back(&n->z);
    for (size_t i = 0; i < n->list.size(); ++i)
      if (n->list[i]) parts.push_back(&n->list[i]);
    std::vector<bool> after(parts.size(), callFollows && !kept);
    for (size_t i = parts.size(); i-- > 1;) after[i - 1] = after[i] || hasCall(*parts[i]);
    for (size_t i = 0; i < parts.size(); ++i) hoist(*parts[i], after[i]);
    if (!kept) return;
  }
  Type* t = n->type;
  if (!t || t->kind == TypeKind::Tuple) return;  // multi() takes these apart
  Pos pos = n->pos;
  Reg r = temp(t);
  Reg got = expr(n, r);
  if (got != r) move(r, got, slotsOfType(t));
  n = slotNode(r, t, pos);
}

/// Hoists expressions that are evaluated one after the other.
void FuncGen::hoistAll(const std::vector<Node**>& list) {
  std::vector<bool> after(list.size(), false);
  for (size_t i = list.size(); i-- > 1;) after[i - 1] = after[i] || (*list[i] && hasCall(*list[i]));
  for (size_t i = 0; i < list.size(); ++i) hoist(*list[i], after[i]);
}

void FuncGen::hoistPlace(Node*& n, bool callFollows) {
  switch (n->op) {
    case IrOp::Paren: case IrOp::Dot: case IrOp::ConvNop: hoistPlace(n->x, callFollows); return;
    case IrOp::Index:
      if (ir::underlying(n->x->type)->kind == TypeKind::Array) {
        hoistPlace(n->x, callFollows || hasCall(n->y));
      } else {
        hoist(n->x, callFollows || hasCall(n->y));
      }
      hoist(n->y, callFollows);
      return;
    case IrOp::IndexMap:
      hoist(n->x, callFollows || hasCall(n->y));
      hoist(n->y, callFollows);
      return;
    case IrOp::Deref: case IrOp::DotPtr: hoist(n->x, callFollows); return;
    default: return;
  }
}

/// Runs the statements in front of an expression; n becomes the expression.
void FuncGen::runInit(Node*& n) {
  while (n->op == IrOp::Init || (n->op == IrOp::Paren && n->x->op == IrOp::Init)) {
    if (n->op == IrOp::Paren) n = n->x;
    Pos pos = code.pos;
    for (Node* s : n->list) stmt(s);
    code.pos = pos;
    n = n->x;
  }
}

Reg FuncGen::value(Node*& n, Reg want) {
  runInit(n);
  switch (n->op) {
    case IrOp::CallFunc: case IrOp::CallInter: case IrOp::Recv: case IrOp::Copy: case IrOp::AndAnd: case IrOp::OrOr:
    case IrOp::Recover:
      return expr(n, want);  // these hoist their own operands
    default:
      hoist(n);
      return expr(n, want);
  }
}

Reg FuncGen::exprTemp(Node* n) {
  Reg r = expr(n);
  Node* x = n;
  while (x->op == IrOp::Paren || x->op == IrOp::ConvNop || x->op == IrOp::Dot) x = x->x;
  if (x->op != IrOp::Name) return r;  // temporaries and loaded values are nobody else's
  Reg t = temp(n->type);
  move(t, r, slotsOfType(n->type));
  return t;
}

}  // namespace burrow::codegen
