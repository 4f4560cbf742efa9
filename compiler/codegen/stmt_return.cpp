// return.
#include "compiler/codegen/func_gen.h"

namespace burrow::codegen {

void FuncGen::returnStmt(Node* n) {
  TempScope temps(*this);
  Pos pos = n->pos;
  if (!n->list.empty()) {
    if (n->list.size() == 1 && n->list[0]->type && n->list[0]->type->kind == TypeKind::Tuple) {
      std::vector<Type*> types;
      std::vector<Reg> regs = multi(n->list[0], types);
      for (size_t i = 0; i < regs.size(); ++i) {
        VarLoc& v = vars_[f.results[i]];
        if (v.kind == VarLoc::Box) {
          if (slotsOfType(types[i])) storeMemory(v.reg, 0, regs[i], types[i]);
        } else {
          move(v.reg, regs[i], slotsOfType(types[i]));
        }
      }
      finishReturn();
      return;
    }
    size_t count = n->list.size();
    if (count == 1) {
      VarLoc& v = vars_[f.results[0]];
      Type* t = f.results[0]->type;
      unsigned slots = slotsOfType(t);
      // A panic half way must not show in the results that a deferred function sees.
      bool direct = v.kind == VarLoc::Frame && slots && !f.hasDefer;
      Reg r = value(n->list[0], direct ? v.reg : kNone);
      if (v.kind == VarLoc::Box) {
        if (slots) storeMemory(v.reg, 0, r, t);
      } else if (slots) {
        move(v.reg, r, slots);
      }
    } else {
      std::vector<Node**> parts;
      for (Node*& e : n->list) parts.push_back(&e);
      hoistAll(parts);
      std::vector<Reg> regs(count, kNone);
      for (size_t i = 0; i < count; ++i) {
        VarLoc& v = vars_[f.results[i]];
        unsigned slots = slotsOfType(f.results[i]->type);
        bool direct = v.kind == VarLoc::Frame && !v.addressed && slots && !f.hasDefer;
        for (size_t j = i + 1; j < count && direct; ++j) direct = !mentions(n->list[j], v.reg, slots);
        for (size_t j = 0; j < i && direct; ++j) {
          if (regs[j] != kNone && regs[j] < v.reg + static_cast<Reg>(slots) &&
              v.reg < regs[j] + static_cast<Reg>(slotsOfType(f.results[j]->type))) {
            direct = false;
          }
        }
        if (direct) {
          Reg r = expr(n->list[i], v.reg);
          move(v.reg, r, slots);
        } else {
          // Results may be assigned before this value is used: it must not lie in one.
          Reg r = expr(n->list[i]);
          if (isIncoming(r) && slots) {
            Reg t = temp(f.results[i]->type);
            move(t, r, slots);
            r = t;
          }
          regs[i] = r;
        }
      }
      for (size_t i = 0; i < count; ++i) {
        if (regs[i] == kNone) continue;
        VarLoc& v = vars_[f.results[i]];
        unsigned slots = slotsOfType(f.results[i]->type);
        if (!slots) continue;
        if (v.kind == VarLoc::Box) {
          storeMemory(v.reg, 0, regs[i], f.results[i]->type);
        } else {
          move(v.reg, regs[i], slots);
        }
      }
    }
  }
  code.pos = pos;
  finishReturn();
}

}  // namespace burrow::codegen
