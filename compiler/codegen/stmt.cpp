// Statements: dispatch, if, for, labels, send.
#include <utility>

#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

void FuncGen::block(List<Node*> list) {
  size_t mark = declared_.size();
  for (Node* n : list) {
    if (!n) continue;
    TempScope temps(*this);
    size_t inlined = inlinedResults_.size(), transients = transients_.size();
    stmt(n);
    if (transients_.size() > transients) endStorage(transients_, transients, true);
    if (inlinedResults_.size() > inlined) releaseInlined(inlined);
  }
  releaseVars(mark);
}

Label FuncGen::gotoLabel(std::string_view name) {
  auto [it, added] = gotoLabels_.try_emplace(name, -1);
  if (added) it->second = code.newLabel();
  return it->second;
}

void FuncGen::sliceToHeap(Node* n) {
  VarLoc& v = locOf(n->name);
  if (v.kind != VarLoc::Frame || !buffered_.count(n->name)) return;
  Type* elem = ir::underlyingAs<Slice>(n->name->type)->elem;
  uint64_t at = u.site(n->pos, AllocKind::Append, true, n->name->type, {}, "the slice is built in the frame");
  emitTS(Op::SliceToHeap, v.reg, v.reg, 0, elem, at | (u.options.escapeOff ? kBufOnHeap : 0)).w[2] = n->commaOk;
}

void FuncGen::deleteStmt(Node* n) {
  TempScope temps(*this);
  hoistAll({&n->x, &n->y});
  Reg m = expr(n->x), key = expr(n->y);
  code.pos = n->pos;
  emitT(Op::MapDelete, m, key, 0, n->x->type).n[1] = slotsOfType(ir::underlyingAs<Map>(n->x->type)->key);
}

void FuncGen::clearStmt(Node* n) {
  Reg x = value(n->x);
  code.pos = n->pos;
  if (auto* s = ir::underlyingAs<Slice>(n->x->type)) {
    emitT(Op::ClearSlice, x, 0, 0, s->elem);
  } else {
    emitT(Op::MapClear, x, 0, 0, n->x->type);
  }
}

/// break and continue.
void FuncGen::jumpStmt(Node* n) {
  for (size_t i = jumps_.size(); i-- > 0;) {
    const Jump& j = jumps_[i];
    if (!n->label.empty() && j.label != n->label) continue;
    Label to = n->op == IrOp::Break ? j.breakTo : j.continueTo;
    if (to < 0) continue;
    code.jump(to);
    return;
  }
  BURROW_CHECK(false);
}

void FuncGen::stmt(Node* n) {
  // Statements are what changes the inlined call that code comes with; behind them everything is as it was.
  struct Origin {
    Code& c;
    Pos pos;
    uint32_t inl;
    ~Origin() {
      if (c.inl == inl) return;
      c.pos = pos;
      c.inl = inl;
    }
  } before{code, code.pos, code.inl};
  if (n->pos.isKnown()) {
    code.pos = n->pos;
    code.inl = n->inl;
  }
  switch (n->op) {
    case IrOp::Block: block(n->body); return;
    case IrOp::Declare: declareZero(n->name); return;
    case IrOp::Assign: assign(n); return;
    case IrOp::AssignOp: assignOp(n); return;
    case IrOp::Assign2: assign2(n); return;
    case IrOp::Assign2Call: assign2Call(n); return;
    case IrOp::ExprStmt: discard(n->x); return;
    case IrOp::Send: sendStmt(n); return;
    case IrOp::SliceToHeap: sliceToHeap(n); return;
    case IrOp::Delete: deleteStmt(n); return;
    case IrOp::Clear: clearStmt(n); return;
    case IrOp::Close: {
      Reg x = value(n->x);
      code.pos = n->pos;
      emit(Op::ChanClose, x);
      return;
    }
    case IrOp::Panic: panicStmt(n); return;
    case IrOp::Print: printStmt(n); return;
    case IrOp::Go: goStmt(n); return;
    case IrOp::Defer: deferStmt(n); return;
    case IrOp::Return: returnStmt(n); return;
    case IrOp::If: ifStmt(n); return;
    case IrOp::For: forStmt(n); return;
    case IrOp::Range: rangeStmt(n); return;
    case IrOp::Switch: switchStmt(n); return;
    case IrOp::TypeSwitch: typeSwitch(n); return;
    case IrOp::Select: selectStmt(n); return;
    case IrOp::Label:
      if (n->bounded) {  // the end of an inlined body: all jumps come from above
        code.bind(gotoLabel(n->label));
        return;
      }
      if (!n->implicit) {
        hasGoto_ = true;
        code.bind(gotoLabel(n->label));
      }
      pendingLabel_ = n->label;
      for (Node* b : n->body) stmt(b);
      return;
    case IrOp::Goto: code.jump(gotoLabel(n->label)); return;
    case IrOp::Break: case IrOp::Continue: jumpStmt(n); return;
    case IrOp::Fallthrough:
      BURROW_CHECK(fallthrough_ >= 0);
      code.jump(fallthrough_);
      return;
    default: discard(n); return;
  }
}

// ---- Control flow

void FuncGen::ifStmt(Node* n) {
  int64_t k;
  if (constInt(n->x, k)) {
    block(k ? n->body : n->els);
    return;
  }
  Label other = code.newLabel();
  branchValue(n->x, other, false);
  block(n->body);
  if (n->els.empty()) {
    code.bind(other);
    return;
  }
  Label end = code.newLabel();
  code.jump(end);
  code.bind(other);
  block(n->els);
  code.bind(end);
}

/// Before a loop's first test. Whether the loop contains allocations shows when its body is generated: endLoopCount() then keeps it.
FuncGen::LoopCount FuncGen::countLoop(const Node* n) {
  if (!u.options.countLoops || !code.reachable() || !n->pos.isKnown()) return {};
  // Loops of the standard library that are inlined or instantiated here are not counted where they are not.
  if (u.options.isStdFile && u.options.isStdFile(u.unit.files->file(n->pos.file()).path)) return {};
  LoopCount count{code.ins.size(), code.inl, u.image.siteCount(), true};
  emit(Op::CountLoop);
  return count;
}

void FuncGen::endLoopCount(const LoopCount& count, Node* n) {
  if (!count.counts) return;
  Ins& in = code.ins[count.at];
  in.dead = u.image.siteCount() == count.sites;
  if (in.dead) return;
  uint32_t inl = std::exchange(code.inl, count.inl);
  in.w[0] = u.site(n->pos, AllocKind::Loop, false, nullptr);
  code.inl = inl;
}

void FuncGen::forStmt(Node* n) {
  std::string_view label = takeLabel();
  LoopCount count = countLoop(n);
  Label body = code.newLabel(), cont = code.newLabel(), cond = code.newLabel(), end = code.newLabel();
  int64_t k;
  bool forever = !n->x || (constInt(n->x, k) && k);
  if (!forever) code.jump(cond);
  size_t outerMark = loopMark_;
  bindBody(body);
  jumps_.push_back({label, end, cont});
  ++loopDepth_;
  block(n->body);
  jumps_.pop_back();
  bindContinue(cont);
  // Each iteration has its own variables: those that live in cells get a new cell with the old value.
  for (Name* v : n->loopVars) {
    VarLoc& loc = locOf(v);
    if (loc.kind != VarLoc::Box) continue;
    TempScope temps(*this);
    code.pos = v->pos;
    Reg copy = temp(v->type);
    if (slotsOfType(v->type)) loadMemory(copy, loc.reg, 0, v->type);
    newBox(v, loc);
    if (slotsOfType(v->type)) storeMemory(loc.reg, 0, copy, v->type);
  }
  block(n->list);
  code.bind(cond);
  if (forever) {
    code.jump(body);
  } else {
    code.pos = n->x->pos.isKnown() ? n->x->pos : n->pos;
    branchValue(n->x, body, true);
  }
  --loopDepth_;
  code.bind(end);
  endStorage(storages_, loopMark_, true);
  loopMark_ = outerMark;
  endLoopCount(count, n);
}

/// Where the body of a loop begins.
void FuncGen::bindBody(Label body) {
  code.bind(body);
  loopMark_ = storages_.size();
}

/// Where the body of the innermost loop ends. To what it had in the frame no pointers are left.
void FuncGen::bindContinue(Label cont) {
  code.bind(cont);
  endStorage(storages_, loopMark_, false);
}

void FuncGen::sendStmt(Node* n) {
  TempScope temps(*this);
  hoistAll({&n->x, &n->y});
  Type* elem = ir::underlyingAs<Chan>(n->x->type)->elem;
  Reg c = expr(n->x);
  unsigned slots = slotsOfType(elem);
  Reg v = expr(n->y);
  if (slots && !isLocal(v)) {
    Reg t = temp(elem);
    move(t, v, slots);
    v = t;
  }
  code.pos = n->pos;
  emit(Op::ChanSend, c, v, static_cast<Reg>(slots)).n[1] = slots;
}

}  // namespace burrow::codegen
