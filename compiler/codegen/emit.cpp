// Emission: instructions with types and sites, moves, zeros and numbers in the shortest form.
#include "compiler/codegen/func_gen.h"

namespace burrow::codegen {

Ins& FuncGen::emitT(Op op, Reg a, Reg b, Reg c, Type* t) {
  uint32_t ref = u.type(t);
  Ins& in = code.emit(op, a, b, c);
  in.ref[0] = ref + 1;
  return in;
}

Ins& FuncGen::emitTS(Op op, Reg a, Reg b, Reg c, Type* t, uint64_t site) {
  Ins& in = emitT(op, a, b, c, t);
  in.w[1] = site;
  return in;
}

void FuncGen::branchTo(Op op, Reg a, Reg b, Label l) { emit(op, a, b).target = l; }

void FuncGen::branch1(Op op, Reg a, Label l) { emit(op, a).target = l; }

void FuncGen::move(Reg to, Reg from, unsigned slots) {
  if (to == from || slots == 0) return;
  switch (slots) {
    case 1: emit(Op::Mov, to, from); break;
    case 2: emit(Op::Mov2, to, from); break;
    case 3: emit(Op::Mov3, to, from); break;
    default: emitW(Op::MovN, to, from, 0, slots); break;
  }
}

Reg FuncGen::moved(Reg from, Reg want, unsigned slots) {
  if (want == kNone) return from;
  move(want, from, slots);
  return want;
}

void FuncGen::zero(Reg to, unsigned slots) {
  if (slots == 0) return;
  if (slots == 1) {
    emit(Op::LoadImm, to, 0);
  } else {
    emitW(Op::ZeroN, to, 0, 0, slots);
  }
}

void FuncGen::loadInt(Reg to, int64_t v) {
  if (v == static_cast<int32_t>(v)) {
    emit(Op::LoadImm, to, static_cast<Reg>(v));
  } else {
    emitW(Op::LoadConst, to, 0, 0, static_cast<uint64_t>(v));
  }
}

void FuncGen::loadSym(Reg to, uint32_t ref, int32_t addend) {
  Ins& in = emit(Op::LoadSym, to);
  in.ref[0] = ref + 1;
  in.addend = addend;
}

uint32_t FuncGen::site(const Node* n, AllocKind kind, Type* t, bool stack, uint64_t size) {
  return u.site(n->pos, kind, !stack, t, {}, stack ? "" : heapReason(n), size);
}

}  // namespace burrow::codegen
