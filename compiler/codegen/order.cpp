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

/// Replaces what has side effects in n by temporaries, evaluating it now.
void FuncGen::hoist(Node*& n) {
  if (!n || !hasCall(n)) {
    // Reads of maps come before later calls, which may change the map.
    return;
  }
  if (n->op == IrOp::Init) {
    runInit(n);
    hoist(n);
    return;
  }
  switch (n->op) {
    case IrOp::AndAnd: case IrOp::OrOr: case IrOp::CallFunc: case IrOp::CallInter: case IrOp::Recv:
    case IrOp::Recover: case IrOp::Copy: case IrOp::Assert: case IrOp::IndexMap: {
      bool pure = n->op == IrOp::CallFunc && n->x->op == IrOp::FuncName && isPureIntrinsic(n->x->symbol);
      if (pure) break;
      if (n->op == IrOp::Assert || n->op == IrOp::IndexMap) {
        hoist(n->x);
        hoist(n->y);
      }
      Type* t = n->type;
      Pos pos = n->pos;
      bool tuple = t && t->kind == TypeKind::Tuple;
      if (tuple) return;  // multi() takes these apart
      Reg r = temp(t);
      Reg got = expr(n, r);
      if (got != r) move(r, got, slotsOfType(t));
      n = slotNode(r, t, pos);
      return;
    }
    default: break;
  }
  auto child = [&](Node*& c) {
    if (!c) return;
    hoist(c);
  };
  // A map read or assertion to the left of a call happens before it.
  auto early = [&](Node*& c, bool callFollows) {
    if (!c) return;
    if (!callFollows || hasCall(c)) {
      hoist(c);
      return;
    }
    if (c->op == IrOp::IndexMap || c->op == IrOp::Assert) {
      Reg r = temp(c->type);
      Reg got = expr(c, r);
      if (got != r) move(r, got, slotsOfType(c->type));
      c = slotNode(r, c->type, c->pos);
    }
  };
  bool inY = hasCall(n->y);
  early(n->x, inY);
  child(n->y);
  child(n->z);
  for (size_t i = 0; i < n->list.size(); ++i) child(n->list[i]);
}

void FuncGen::hoistPlace(Node*& n) {
  switch (n->op) {
    case IrOp::Paren: case IrOp::Dot: case IrOp::ConvNop: hoistPlace(n->x); return;
    case IrOp::Index:
      if (ir::underlying(n->x->type)->kind == TypeKind::Array) {
        hoistPlace(n->x);
      } else {
        hoist(n->x);
      }
      hoist(n->y);
      return;
    case IrOp::IndexMap:
      hoist(n->x);
      hoist(n->y);
      return;
    case IrOp::Deref: case IrOp::DotPtr: hoist(n->x); return;
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
