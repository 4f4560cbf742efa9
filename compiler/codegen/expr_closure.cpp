// Function literals and method values: closure objects and what they hold.
#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

/// A closure object. `storage`: slots in the frame with the captures in place behind the first; kNone: on the heap, with copies of the slots
/// from `captures` on.
void FuncGen::closureObject(Node* n, uint32_t funcRef, const Kinds& kinds, Reg captures, Reg storage, Reg to) {
  Kinds object{false};
  object.append(kinds);
  uint32_t type = u.blockType(object);
  auto count = static_cast<unsigned>(kinds.size());
  bool stack = storage != kNone;
  Ins& in = emit(stack ? Op::ClosureStack : Op::ClosureHeap, to, stack ? storage : captures, static_cast<Reg>(count));
  in.n[1] = count + stack;
  in.ref[0] = funcRef + 1;
  in.ref[1] = type + 1;
  in.w[2] = u.site(n->pos, AllocKind::Closure, !stack, nullptr, "func literal", stack ? "" : heapReason(n), (count + 1) * 8);
}

/// What a closure object holds of a variable: a copy, or its address.
void FuncGen::captureInto(Reg slot, Name* capture) {
  Name* outer = capture->outer;
  VarLoc& v = locOf(outer);
  if (capture->byValue) {
    if (!slotsOfType(capture->type)) return;
    unsigned slots = slotsOfType(capture->type);
    if (v.kind == VarLoc::Context) {
      emitW(Op::LoadN, slot, ctx_, static_cast<Reg>(v.offset), uint64_t{slots} | uint64_t{slots} * 8 << 32);
      return;
    }
    Place p = v.kind == VarLoc::Frame ? Place::inSlots(v.reg, {}) : Place::inMemory(v.reg, {});
    p.addressed = v.addressed;
    load(p, capture->type, slot);
    return;
  }
  if (v.kind == VarLoc::Box) {
    move(slot, v.reg, 1);
    return;
  }
  unsigned slots = slotsOfType(outer->type);
  if (slots == 0) {
    loadSym(slot, u.zeroBase());
    return;
  }
  BURROW_CHECK(v.addressed);
  addressOfFrame(v.reg, 0, slots, slot);
}

Reg FuncGen::closure(Node* n, Reg want) {
  ir::Func* fn = n->func;
  Reg to = want != kNone ? want : ptrTemp();
  if (fn->captures.empty()) {
    loadSym(to, u.funcValue(fn->symbol, {}));
    return to;
  }
  TempScope temps(*this);
  Kinds kinds;
  std::vector<unsigned> at;
  for (Name* c : fn->captures) {
    at.push_back(static_cast<unsigned>(kinds.size()));
    Kinds k = c->byValue ? kindsOf(c->type) : Kinds{true};
    kinds.append(k);
  }
  Kinds object{false};
  object.append(kinds);
  Reg in = storage(n, object);
  Reg block = in != kNone ? in + 1 : temp(kinds);
  for (size_t i = 0; i < fn->captures.size(); ++i) captureInto(block + static_cast<Reg>(at[i]), fn->captures[i]);
  code.pos = n->pos;
  closureObject(n, u.symbol(fn->symbol), kinds, block, in, to);
  return to;
}

/// x.m as a value: a closure that holds the receiver. Its function has the symbol with "-fm" appended.
Reg FuncGen::methodValue(Node* n, Reg want) {
  Reg to = want != kNone ? want : ptrTemp();
  TempScope temps(*this);
  Kinds kinds = kindsOf(n->x->type), object{false};
  object.append(kinds);
  Reg in = storage(n, object);
  Reg x = expr(n->x, in != kNone && !kinds.empty() ? in + 1 : kNone);
  if (in != kNone) move(in + 1, x, static_cast<unsigned>(kinds.size()));
  code.pos = n->pos;
  if (isInterface(n->x->type)) emit(Op::NilCheck, x);
  std::string symbol = n->func ? n->func->symbol : std::string(n->symbol);
  if (!symbol.ends_with("-fm")) symbol += "-fm";
  closureObject(n, u.symbol(symbol, n->func ? std::string_view{} : n->package.view()), kinds, x, in, to);
  return to;
}

}  // namespace burrow::codegen
