// return.
#include "compiler/codegen/func_gen.h"

namespace burrow::codegen {

void FuncGen::returnStmt(Node* n) {
  TempScope temps(*this);
  Pos pos = n->pos;
  if (n->list.size() == 1 && n->list[0]->type && n->list[0]->type->kind == TypeKind::Tuple) {
    std::vector<Type*> types;
    std::vector<Reg> regs = multi(n->list[0], types);
    for (size_t i = 0; i < regs.size(); ++i) setResult(i, regs[i]);
    finishReturn();
    return;
  }
  if (n->list.size() == 1) returnOne(n);
  if (n->list.size() > 1) returnSeveral(n);
  code.pos = pos;
  finishReturn();
}

void FuncGen::setResult(size_t i, Reg r) {
  VarLoc& v = vars_[f.results[i]];
  Type* t = f.results[i]->type;
  unsigned slots = slotsOfType(t);
  if (!slots) return;
  if (v.kind == VarLoc::Box) {
    storeMemory(v.reg, 0, r, t);
  } else {
    move(v.reg, r, slots);
  }
}

void FuncGen::returnOne(Node* n) {
  VarLoc& v = vars_[f.results[0]];
  // A panic half way must not show in the results that a deferred function sees.
  bool direct = v.kind == VarLoc::Frame && slotsOfType(f.results[0]->type) && !f.hasDefer;
  setResult(0, value(n->list[0], direct ? v.reg : kNone));
}

/// Whether the value of result i can be made in it: neither a later value nor an earlier one that still waits lies there.
bool FuncGen::returnsStraight(Node* n, size_t i, const std::vector<Reg>& regs) {
  VarLoc& v = vars_[f.results[i]];
  unsigned slots = slotsOfType(f.results[i]->type);
  if (v.kind != VarLoc::Frame || v.addressed || !slots || f.hasDefer) return false;
  for (size_t j = i + 1; j < n->list.size(); ++j) {
    if (mentions(n->list[j], v.reg, slots)) return false;
  }
  for (size_t j = 0; j < i; ++j) {
    if (regs[j] != kNone && slotsOverlap(regs[j], slotsOfType(f.results[j]->type), v.reg, slots)) return false;
  }
  return true;
}

void FuncGen::returnSeveral(Node* n) {
  size_t count = n->list.size();
  std::vector<Node**> parts;
  for (Node*& e : n->list) parts.push_back(&e);
  hoistAll(parts);
  std::vector<Reg> regs(count, kNone);
  for (size_t i = 0; i < count; ++i) {
    Type* t = f.results[i]->type;
    unsigned slots = slotsOfType(t);
    if (returnsStraight(n, i, regs)) {
      Reg to = vars_[f.results[i]].reg;
      move(to, expr(n->list[i], to), slots);
      continue;
    }
    // Results may be assigned before this value is used: it must not lie in one.
    Reg r = expr(n->list[i]);
    regs[i] = isIncoming(r) && slots ? moved(r, temp(t), slots) : r;
  }
  for (size_t i = 0; i < count; ++i) {
    if (regs[i] != kNone) setResult(i, regs[i]);
  }
}

}  // namespace burrow::codegen
