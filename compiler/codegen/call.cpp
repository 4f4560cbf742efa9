// Calls, go, defer, panic, print.
#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

std::vector<Type*> FuncGen::resultTypes(Node* n) {
  std::vector<Type*> types;
  if (!n->type) return types;
  if (auto* tuple = as<Tuple>(n->type)) {
    for (Var* v : tuple->vars) types.push_back(v->type);
  } else {
    types.push_back(n->type);
  }
  return types;
}

/// Evaluates arguments (hoisted before) into the outgoing slots.
void FuncGen::emitArgs(std::span<Node* const> args) {
  SmallList<Reg, 12> at, early;
  unsigned slots = 0;
  for (Node* a : args) {
    at.push_back(static_cast<Reg>(slots));
    early.push_back(kNone);
    slots += slotsOfType(a->type);
  }
  reserveOutgoing(slots);
  // Arguments that allocate are evaluated before any outgoing slot is written; the last of them may go there directly.
  size_t lastAlloc = args.size();
  for (size_t i = 0; i < args.size(); ++i) {
    if (mayAllocate(args[i])) lastAlloc = i;
  }
  for (size_t i = 0; i < args.size() && i < lastAlloc; ++i) {
    if (mayAllocate(args[i])) early[i] = expr(args[i]);
  }
  auto put = [&](size_t i) {
    unsigned n = slotsOfType(args[i]->type);
    Reg r = early[i];
    if (r == kNone) {
      TempScope temps(*this);
      r = expr(args[i], n ? at[i] : kNone);
      move(at[i], r, n);
    } else {
      move(at[i], r, n);
    }
  };
  if (lastAlloc < args.size()) put(lastAlloc);
  for (size_t i = 0; i < args.size(); ++i) {
    if (i != lastAlloc) put(i);
  }
}

/// f(uintptr(p)): what p points to stays alive until f returns, as system calls and their like rely on. The pointers are put
/// into slots that count as used from here to the end of the function; releaseKept clears them after the call.
std::vector<Reg> FuncGen::keepPointers(std::span<Node* const> args) {
  std::vector<Reg> kept;
  auto keep = [&](Node* n) {
    n = strip(n);
    if (n->op != IrOp::ConvNop || !n->type || info(n->type).shape != Shape::U64) return;
    if (info(n->x->type).shape != Shape::Ptr) return;
    Reg slot;
    if (freeKept_.empty()) {
      slot = allocSlots({true});
      pin(slot, 1);
    } else {
      slot = freeKept_.back();
      freeKept_.pop_back();
    }
    Reg p = expr(n->x, slot);
    move(slot, p, 1);
    kept.push_back(slot);
  };
  for (Node* a : args) {
    Node* lit = strip(a);
    if (lit->op == IrOp::SliceLit && lit->implicit) {
      for (Node* e : lit->list) keep(e);
    } else {
      keep(a);
    }
  }
  return kept;
}

void FuncGen::releaseKept(const std::vector<Reg>& kept) {
  for (Reg r : kept) {
    zero(r, 1);
    freeKept_.push_back(r);
  }
}

Reg FuncGen::call(Node* n, Reg want, bool discardResult) {
  Reg result = kNone;
  if (n->op == IrOp::CallFunc && intrinsic(n, want, result)) return result;
  Kinds kinds;
  if (auto* tuple = as<Tuple>(n->type)) {
    for (Var* v : tuple->vars) kinds.append(kindsOf(v->type));
  } else if (n->type) {
    kinds = kindsOf(n->type);
  }
  Reg to = want;
  if (to == kNone && !discardResult) to = temp(kinds);
  TempScope temps(*this);
  Pos pos = n->pos;

  // Operands with side effects, left to right.
  Node* fn = strip(n->x);
  bool direct = n->op == IrOp::CallFunc && (fn->op == IrOp::FuncName || fn->op == IrOp::MethodExpr);
  bool literal = n->op == IrOp::CallFunc && fn->op == IrOp::Closure && fn->func->captures.empty();
  size_t calls = n->list.size();  // arguments up to and with the last one that calls something
  while (calls > 0 && !hasCall(n->list[calls - 1])) --calls;
  if (!direct && !literal) hoist(n->x, calls > 0);
  SmallList<Node*, 12> args;
  if (n->op == IrOp::CallInter) args.push_back(nullptr);  // the receiver
  for (size_t i = 0; i < n->list.size(); ++i) {
    Node*& a = n->list[i];
    runInit(a);
    if (a->type && a->type->kind == TypeKind::Tuple) {
      std::vector<Type*> parts;
      std::vector<Reg> regs = multi(a, parts);
      for (size_t i = 0; i < parts.size(); ++i) args.push_back(slotNode(regs[i], parts[i], a->pos));
      continue;
    }
    hoist(a, i + 1 < calls);
    args.push_back(a);
  }
  Reg callee = kNone, receiver = kNone;
  if (n->op == IrOp::CallInter) {
    callee = expr(n->x);
    receiver = callee + 1;
    args[0] = slotNode(receiver, u.unsafePointerType(), pos);
  } else if (!direct && !literal) {
    callee = expr(n->x);
  }
  code.pos = pos;
  std::vector<Reg> kept = keepPointers(args);
  emitArgs(args);
  unsigned argSlots = 0, resultSlots = static_cast<unsigned>(kinds.size());
  for (Node* a : args) argSlots += slotsOfType(a->type);
  reserveOutgoing(argSlots + resultSlots);
  code.pos = pos;
  Reg a = static_cast<Reg>(argSlots), b = static_cast<Reg>(resultSlots);
  if (direct || literal) {
    uint32_t ref = literal ? u.symbol(fn->func->symbol) : u.symbol(fn->symbol, fn->package);
    emit(Op::Call, a, b).ref[0] = ref + 1;
  } else if (n->op == IrOp::CallInter) {
    emitW(Op::CallIface, a, b, callee, static_cast<uint64_t>(n->index));
  } else {
    emit(Op::CallClosure, a, b, callee);
  }
  if (to != kNone) move(to, a, resultSlots);
  releaseKept(kept);
  return to;
}

std::vector<Reg> FuncGen::multi(Node*& n, std::vector<Type*>& types) {
  runInit(n);
  Node* x = strip(n);
  types = resultTypes(x);
  std::vector<Reg> regs;
  if (x->op == IrOp::InlinedCall) {
    runInlined(x);
    for (Node* result : x->list2) regs.push_back(expr(result));
    return regs;
  }
  Reg r;
  if (x->op == IrOp::CallFunc || x->op == IrOp::CallInter) {
    r = call(x, kNone);
  } else {
    hoistAll({&x->x, &x->y});
    r = expr(x);
  }
  for (Type* t : types) {
    regs.push_back(r);
    r += static_cast<Reg>(slotsOfType(t));
  }
  return regs;
}

/// Calls a function of the run-time system; results start in outgoing slot `args` (their total).
void FuncGen::callRuntime(std::string_view name, const std::vector<std::pair<Reg, unsigned>>& args, unsigned results) {
  unsigned at = 0;
  for (auto [r, n] : args) {
    reserveOutgoing(at + n);
    move(static_cast<Reg>(at), r, n);
    at += n;
  }
  reserveOutgoing(at + results);
  emit(Op::Call, static_cast<Reg>(at), static_cast<Reg>(results)).ref[0] = u.runtime(name) + 1;
}

void FuncGen::deferStmt(Node* n) {
  TempScope temps(*this);
  if (n->z) emit(Op::NilCheck, expr(n->z));
  Reg fn = value(n->x->x);
  code.pos = n->pos;
  if (n->y) {
    Reg token = value(n->y);
    emitW(Op::DeferAt, fn, token, 0, u.site(n->pos, AllocKind::Defer, true, nullptr, "defer"));
    return;
  }
  if ((n->onStack || (loopDepth_ == 0 && !hasGoto_)) && !u.options.escapeOff) {
    Reg record = pinnedSlots(Kinds(kDeferSlots, false), false);
    emitW(Op::DeferStack, fn, record, 0, u.site(n->pos, AllocKind::Defer, false, nullptr, "defer")).n[1] = kDeferSlots;
    return;
  }
  emitW(Op::Defer, fn, 0, 0, u.site(n->pos, AllocKind::Defer, true, nullptr, "defer", "may run more than once"));
}

void FuncGen::goStmt(Node* n) {
  TempScope temps(*this);
  if (n->z) emit(Op::NilCheck, expr(n->z));
  Reg fn = value(n->x->x);
  code.pos = n->pos;
  emitW(Op::Go, fn, 0, 0, u.site(n->pos, AllocKind::Go, true, nullptr, "go"));
}

void FuncGen::panicStmt(Node* n) {
  TempScope temps(*this);
  Reg v = value(n->x);
  code.pos = n->pos;
  callRuntime("gopanic", {{v, 2}}, 0);
  emit(Op::Unreachable);
}

void FuncGen::printStmt(Node* n) {
  TempScope temps(*this);
  bool ln = n->index == 1;
  std::vector<Node**> parts;
  for (Node*& a : n->list) parts.push_back(&a);
  hoistAll(parts);
  std::vector<Reg> regs;
  for (Node* a : n->list) {
    // Printed one by one, after all were evaluated.
    Reg r = temp(a->type);
    Reg got = expr(a, r);
    move(r, got, slotsOfType(a->type));
    regs.push_back(r);
  }
  code.pos = n->pos;
  callRuntime("printlock", {}, 0);
  for (size_t i = 0; i < regs.size(); ++i) {
    if (ln && i) callRuntime("printsp", {}, 0);
    Type* t = n->list[i]->type;
    Reg r = regs[i];
    std::string_view name = "printpointer";
    unsigned slots = 1;
    switch (info(t).shape) {
      case Shape::I8: case Shape::I16: case Shape::I32: case Shape::I64: name = "printint"; break;
      case Shape::U8: name = isBoolean(t) ? "printbool" : "printuint"; break;
      case Shape::U16: case Shape::U32: case Shape::U64: name = "printuint"; break;
      case Shape::F64: name = "printfloat64"; break;
      case Shape::F32: name = "printfloat32"; break;
      case Shape::C64: name = "printcomplex64"; break;
      case Shape::C128: name = "printcomplex128"; slots = 2; break;
      case Shape::String: name = "printstring"; slots = 2; break;
      case Shape::Slice: name = "printslice"; slots = 3; break;
      case Shape::Iface:
        name = ir::interfaceMethodsOf(t).empty() ? "printeface" : "printiface";
        slots = 2;
        break;
      default: break;
    }
    if (name == "printuint" && u.unit.package->path == "runtime") {
      auto* named = asNamed(t);
      if (named && named->obj->name == "hex") name = "printhex";
    }
    callRuntime(name, {{r, slots}}, 0);
  }
  if (ln) callRuntime("printnl", {}, 0);
  callRuntime("printunlock", {}, 0);
}

}  // namespace burrow::codegen
