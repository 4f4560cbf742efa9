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
  if (!n || n->callFree) return false;
  switch (n->op) {
    case IrOp::Name: case IrOp::FuncName: case IrOp::MethodExpr: case IrOp::Literal: case IrOp::Nil: case IrOp::Zero:
    case IrOp::TypeWord: case IrOp::Closure: case IrOp::Intrinsic:
      return false;
    case IrOp::CallFunc:
      if (n->x->op == IrOp::FuncName && isPureIntrinsic(n->x->symbol)) break;
      return true;
    case IrOp::CallInter: case IrOp::Recv: case IrOp::Recover: case IrOp::Copy: case IrOp::Init: case IrOp::InlinedCall:
      return true;
    default: break;
  }
  // Calls in it may be replaced by their results, but none come to it.
  bool any = anyChild(n, [&](Node* c) { return hasCall(c); });
  n->callFree = !any;
  return any;
}

/// Whether evaluating n (without calls) contains a safepoint.
bool FuncGen::mayAllocate(Node* n) {
  if (!n || n->allocFree) return false;
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
    case IrOp::UnsafeSlice: case IrOp::UnsafeString: case IrOp::InlinedCall:
      return true;
    default: break;
  }
  bool any = anyChild(n, [&](Node* c) { return mayAllocate(c); });
  n->allocFree = !any;
  return any;
}

/// Whether n reads a variable that lies in these slots.
bool FuncGen::mentions(Node* n, Reg reg, unsigned slots) {
  if (!n) return false;
  auto liesThere = [&](Name* name) {
    auto it = vars_.find(name);  // a variable of an inlined call has no place before the call is run
    if (it == vars_.end() || it->second.released) return false;
    const VarLoc& v = it->second;
    unsigned count = v.kind == VarLoc::Frame ? slotsOfType(name->type) : 1;
    return v.reg < reg + static_cast<Reg>(slots) && reg < v.reg + static_cast<Reg>(count);
  };
  if (n->op == IrOp::Name) return n->name->cls != ir::Class::Global && liesThere(n->name);
  if (n->op == IrOp::Intrinsic) {
    Reg r = static_cast<Reg>(n->index);
    return r < reg + static_cast<Reg>(slots) && reg < r + static_cast<Reg>(slotsOfType(n->type));
  }
  if (n->op == IrOp::Closure) {
    for (Name* c : n->func->captures) {
      if (c->outer && liesThere(c->outer)) return true;
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
  if (slots && isExposed(want)) return temp(n->type);
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
  while (x->op == IrOp::Paren || x->op == IrOp::Init) x = x->x;
  return x->op == IrOp::CallFunc || x->op == IrOp::CallInter || x->op == IrOp::InlinedCall;
}

/// Evaluates what has side effects in n now, into temporaries. `callFollows`: some later part of the same expression calls
/// something, so that ordered operations here must come first.
void FuncGen::hoist(Node*& n, bool callFollows) {
  if (!n) return;
  bool calls = hasCall(n);
  if (!calls && !callFollows) return;
  if (n->op == IrOp::Init || (n->op == IrOp::InlinedCall && n->list2.size() == 1)) {
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
    SmallList<Node**, 8> parts;
    if (n->x) parts.push_back(&n->x);
    if (n->y) parts.push_back(&n->y);
    if (n->z) parts.push_back(&n->z);
    for (Node*& part : n->list)
      if (part) parts.push_back(&part);
    hoistParts(parts, callFollows && !kept);
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

/// Hoists expressions that are evaluated one after the other, and then something that calls if `callFollows`.
void FuncGen::hoistParts(std::span<Node** const> parts, bool callFollows) {
  size_t calls = parts.size();  // parts up to and with the last one that calls something
  while (calls > 0 && !hasCall(*parts[calls - 1])) --calls;
  for (size_t i = 0; i < parts.size(); ++i) hoist(*parts[i], callFollows || i + 1 < calls);
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
  for (;;) {
    Node* x = strip(n);
    if (x->op == IrOp::Init) {
      Pos pos = code.pos;
      for (Node* s : x->list) stmt(s);
      code.pos = pos;
      n = x->x;
    } else if (x->op == IrOp::InlinedCall && x->list2.size() == 1) {
      runInlined(x);
      n = x->list2[0];
    } else {
      return;
    }
  }
}

/// Runs an inlined call. Its results are variables that live until the statement around it ends; everything else of it is gone then.
void FuncGen::runInlined(Node* n) {
  Pos pos = code.pos;
  uint32_t inl = code.inl;
  for (Node* r : n->list2) {
    VarLoc& v = declare(r->name);
    declared_.pop_back();
    inlinedResults_.push_back(r->name);
    bool zeroed = false;  // … by a statement of its own, which makes the cell too
    for (Node* s : n->list) zeroed |= s->op == IrOp::Declare && s->name == r->name;
    if (v.kind == VarLoc::Box && !zeroed) newBox(r->name, v);
  }
  size_t mark = declared_.size();
  for (Node* s : n->list) {
    TempScope temps(*this);
    stmt(s);
  }
  block(n->body);
  releaseVars(mark);
  code.pos = pos;
  code.inl = inl;
}

void FuncGen::releaseInlined(size_t mark) {
  size_t declared = declared_.size();
  declared_.insert(declared_.end(), inlinedResults_.begin() + static_cast<std::ptrdiff_t>(mark), inlinedResults_.end());
  inlinedResults_.resize(mark);
  releaseVars(declared);
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
