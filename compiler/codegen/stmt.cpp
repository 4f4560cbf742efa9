// Statements: dispatch, assignment, return, if, for, labels.
#include <algorithm>

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
    case IrOp::SliceToHeap: {
      VarLoc& v = locOf(n->name);
      if (v.kind != VarLoc::Frame || !buffered_.count(n->name)) return;
      Type* elem = ir::underlyingAs<Slice>(n->name->type)->elem;
      Ins& in = emitTS(Op::SliceToHeap, v.reg, v.reg, 0, elem, u.site(n->pos, AllocKind::Append, true, n->name->type, {}, "the slice is built in the frame") |
                                                                  (u.options.escapeOff ? kBufOnHeap : 0));
      in.w[2] = n->commaOk;
      return;
    }
    case IrOp::Delete: {
      TempScope temps(*this);
      hoistAll({&n->x, &n->y});
      Reg m = expr(n->x), key = expr(n->y);
      code.pos = n->pos;
      emitT(Op::MapDelete, m, key, 0, n->x->type).n[1] = slotsOfType(ir::underlyingAs<Map>(n->x->type)->key);
      return;
    }
    case IrOp::Clear: {
      Reg x = value(n->x);
      code.pos = n->pos;
      if (auto* s = ir::underlyingAs<Slice>(n->x->type)) {
        emitT(Op::ClearSlice, x, 0, 0, s->elem);
      } else {
        emitT(Op::MapClear, x, 0, 0, n->x->type);
      }
      return;
    }
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
    case IrOp::Break: case IrOp::Continue: {
      bool isBreak = n->op == IrOp::Break;
      for (size_t i = jumps_.size(); i-- > 0;) {
        const Jump& j = jumps_[i];
        if (!n->label.empty() && j.label != n->label) continue;
        Label to = isBreak ? j.breakTo : j.continueTo;
        if (to < 0) continue;
        code.jump(to);
        return;
      }
      BURROW_CHECK(false);
      return;
    }
    case IrOp::Fallthrough:
      BURROW_CHECK(fallthrough_ >= 0);
      code.jump(fallthrough_);
      return;
    default: discard(n); return;
  }
}

// ---- Assignment

/// Stores v into an assignable expression, or into the variable declared here.
void FuncGen::assignValue(Node* lhs, bool def, Type* t, Reg v) {
  if (!lhs) return;
  if (def && lhs->op == IrOp::Name && lhs->name->cls != ir::Class::Global && !vars_.count(lhs->name)) {
    VarLoc& loc = declare(lhs->name);
    if (loc.kind == VarLoc::Box) newBox(lhs->name, loc);
  }
  TempScope temps(*this);
  store(place(lhs), t, v);
}

void FuncGen::assign(Node* n) {
  if (!n->x || (n->x->op == IrOp::Name && n->x->name->name == "_" && n->x->name->cls != ir::Class::Global &&
                !vars_.count(n->x->name) && !n->def)) {
    discard(n->y);
    return;
  }
  Node* x = strip(n->x);
  if (n->def && x->op == IrOp::Name && x->name->cls != ir::Class::Global) {
    auto it = vars_.find(x->name);
    bool fresh = it == vars_.end() || it->second.released;
    if (livesOnHeap(x->name)) {
      // The value is computed before the variable exists: it may refer to an outer one of an earlier iteration.
      TempScope temps(*this);
      unsigned slots = slotsOfType(x->type);
      Node* y = strip(n->y);
      bool zeroValue = y->op == IrOp::Zero || y->op == IrOp::Nil;
      bool literal = (y->op == IrOp::StructLit || y->op == IrOp::ArrayLit) && !hasCall(y) && (slots > 3 || info(x->type).boxed);
      if (literal || zeroValue) {
        // A literal is built in the new cell.
        VarLoc& loc = declare(x->name);
        Reg cell = literal ? ptrTemp() : loc.reg;
        emitTS(Op::NewHeap, cell, 0, 0, x->name->type, boxSite(x->name));
        if (literal) {
          Place p;
          p.kind = Place::Memory;
          p.reg = cell;
          fillLit(y, p, true);
          move(loc.reg, cell, 1);
        }
        return;
      }
      Reg v = value(n->y);
      VarLoc& loc = declare(x->name);
      newBox(x->name, loc);
      if (slots) storeMemory(loc.reg, 0, v, x->type);
      return;
    }
    VarLoc& loc = declare(x->name);
    unsigned slots = slotsOfType(x->type);
    (void)fresh;
    Reg r = value(n->y, slots ? loc.reg : kNone);
    if (slots) move(loc.reg, r, slots);
    return;
  }
  TempScope temps(*this);
  hoistPlace(n->x, hasCall(n->y));
  Node* y = strip(n->y);
  bool yCall = y->op == IrOp::CallFunc || y->op == IrOp::CallInter || y->op == IrOp::Recv || y->op == IrOp::Copy ||
               y->op == IrOp::AndAnd || y->op == IrOp::OrOr || y->op == IrOp::Recover;
  if (x->op == IrOp::Name && x->name->cls != ir::Class::Global && locOf(x->name).kind == VarLoc::Frame) {
    VarLoc& loc = locOf(x->name);
    unsigned slots = slotsOfType(x->type);
    if (yCall || hasCall(n->y)) {
      Reg r = value(n->y, slots ? loc.reg : kNone);
      if (slots) move(loc.reg, r, slots);
      return;
    }
    assignTo(place(x), x->type, n->y);
    return;
  }
  if (x->op == IrOp::IndexMap) {
    // Key and value first, then the element: a nil map panics last. m[k] = append(m[k], …) reads before it writes.
    hoist(n->y);
    Place p = place(n->x);
    Reg v = expr(n->y);
    code.pos = n->pos;
    mapStore(p, x->type, v);
    return;
  }
  if (yCall) {
    unsigned slots = slotsOfType(x->type);
    Reg v = value(n->y);
    code.pos = n->pos;
    Place p = place(n->x);
    if (slots || p.kind == Place::Memory || p.kind == Place::Element) store(p, x->type, v);
    return;
  }
  hoist(n->y);
  Place p = place(n->x);
  // An index out of range is reported where the index is, anything else where the assignment is.
  if (p.kind != Place::Element && p.kind != Place::LocalArray) p.pos = n->pos;
  assignTo(p, x->type, n->y);
}

void FuncGen::assignOp(Node* n) {
  TempScope temps(*this);
  Node* x = strip(n->x);
  Type* t = x->type;
  hoistPlace(n->x, hasCall(n->y));
  hoist(n->y);
  int64_t k;
  if (x->op == IrOp::Name && x->name->cls != ir::Class::Global && locOf(x->name).kind == VarLoc::Frame) {
    VarLoc& loc = locOf(x->name);
    Reg y = constInt(n->y, k) ? kNone : expr(n->y);
    code.pos = n->pos;
    Reg x0 = loc.addressed && info(t).size < 8 ? load(place(x), t) : loc.reg;
    Reg r = arith(n->assignOp, t, x0, n->y, y, loc.reg, n->y->type);
    move(loc.reg, r, slotsOfType(t));
    return;
  }
  Place p = place(n->x);
  bool divides = n->assignOp == IrOp::Div || n->assignOp == IrOp::Rem;
  if (p.kind == Place::MapElement && !divides && slotsOfType(t)) {
    // One lookup: the entry is made with zero, and changed in place. What is on the right comes before, and of the operations only division
    // may not leave an entry behind when it panics: as gc has it.
    Reg y = constInt(n->y, k) ? kNone : expr(n->y);
    code.pos = n->pos;
    Reg ptr = mapEntry(p), old = temp(t);
    loadMemory(old, ptr, 0, t);
    storeMemory(ptr, 0, arith(n->assignOp, t, old, n->y, y, temp(t), n->y->type), t);
    return;
  }
  if (p.kind == Place::MapElement) {
    Reg old = temp(t);
    load(p, t, old);
    Reg y = constInt(n->y, k) ? kNone : expr(n->y);
    code.pos = n->pos;
    Reg r = arith(n->assignOp, t, old, n->y, y, temp(t), n->y->type);
    mapStore(p, t, r);
    return;
  }
  // Small elements: an indexed load and store are fewer instructions than address, load and store.
  if (p.kind == Place::Element && info(t).slots > 3) p = toMemory(p, t);
  Reg old = load(p, t);
  Reg y = constInt(n->y, k) ? kNone : expr(n->y);
  code.pos = n->pos;
  Reg r = arith(n->assignOp, t, old, n->y, y, temp(t), n->y->type);
  store(p, t, r);
}

/// Variables that come to life together, as the parameters of an inlined call do: nothing on the right reads them, so each value is made
/// in its variable. False if n is not of that kind.
bool FuncGen::bindNew(Node* n) {
  if (!n->def) return false;
  for (Node* l : n->list)
    if (l && (l->op != IrOp::Name || l->name->name == "_" || vars_.count(l->name))) return false;
  std::vector<Node**> right;
  for (Node*& r : n->list2) right.push_back(&r);
  hoistAll(right);
  for (size_t i = 0; i < n->list.size(); ++i) {
    Node* v = n->list2[i];
    unsigned slots = slotsOfType(v->type);
    if (!n->list[i]) {
      if (strip(v)->op != IrOp::Name) expr(v);
      continue;
    }
    Name* name = n->list[i]->name;
    if (livesOnHeap(name)) {
      assignValue(n->list[i], true, name->type, expr(v));
      continue;
    }
    VarLoc& loc = declare(name);
    if (loc.addressed) {  // it exists for whoever has its address only when its value is complete
      assignValue(n->list[i], false, name->type, expr(v));
      continue;
    }
    Reg reg = loc.reg;
    Reg r = expr(v, slots ? reg : kNone);
    if (slots) move(reg, r, slots);
  }
  return true;
}

void FuncGen::assign2(Node* n) {
  TempScope temps(*this);
  size_t count = n->list.size();
  if (count == 1 && n->list[0]) {
    Node one(IrOp::Assign);
    one.pos = n->pos;
    one.inl = n->inl;
    one.x = n->list[0];
    one.y = n->list2[0];
    one.def = n->def && !(one.x->op == IrOp::Name && vars_.count(one.x->name));
    assign(&one);
    return;
  }
  if (bindNew(n)) return;
  std::vector<Node**> right;
  bool rightCalls = false;
  for (Node*& r : n->list2) {
    right.push_back(&r);
    rightCalls |= hasCall(r);
  }
  std::vector<bool> after(count, rightCalls);
  for (size_t i = count; i-- > 1;) after[i - 1] = after[i] || hasCall(n->list[i]);
  for (size_t i = 0; i < count; ++i) {
    Node*& l = n->list[i];
    if (l && !(n->def && strip(l)->op == IrOp::Name)) hoistPlace(l, after[i]);
  }
  hoistAll(right);
  // Local variables assigned here: what reads them must be evaluated, and kept, before.
  std::vector<std::pair<Reg, unsigned>> assigned;
  std::vector<Place> places(count);
  for (size_t i = 0; i < count; ++i) {
    Node* l = n->list[i];
    if (!l) continue;
    l = strip(l);
    bool blank = l->op == IrOp::Name && l->name->name == "_" && l->name->cls != ir::Class::Global;
    if (blank) continue;
    if (n->def && l->op == IrOp::Name && l->name->cls != ir::Class::Global && !vars_.count(l->name)) continue;
    places[i] = place(l, true);
    if (places[i].kind != Place::Element && places[i].kind != Place::LocalArray) places[i].pos = n->pos;
    if (places[i].kind == Place::Slots) {
      assigned.push_back({places[i].reg, (static_cast<unsigned>(places[i].offset) + 7) / 8 + slotsOfType(l->type)});
    }
  }
  std::vector<Reg> values(count, kNone);
  auto readsAssigned = [&](Node* v) {
    for (auto [r, slots] : assigned) {
      if (mentions(v, r, slots)) return true;
    }
    return false;
  };
  size_t direct = count;  // the last value may go straight into its variable
  for (size_t i = 0; i < count; ++i) {
    Node* v = n->list2[i];
    unsigned slots = slotsOfType(v->type);
    const Place& p = places[i];
    if (i + 1 == count && p.kind == Place::Slots && !p.part && !p.addressed && slots) {
      bool busy = false;  // some earlier value still lies in the variable
      for (size_t j = 0; j < i; ++j) {
        if (values[j] != kNone && values[j] < p.reg + static_cast<Reg>(slots) &&
            p.reg < values[j] + static_cast<Reg>(slotsOfType(n->list2[j]->type))) {
          busy = true;
        }
      }
      for (size_t j = 0; j < i; ++j) {
        if (places[j].kind == Place::Slots && places[j].reg == p.reg) busy = true;
      }
      if (!busy && !(f.hasDefer && isIncoming(p.reg))) {
        Reg r = expr(v, p.reg);
        move(p.reg, r, slots);
        direct = i;
        continue;
      }
    }
    if (!slots) {
      expr(v);
      continue;
    }
    Node* plain = v;
    while (plain->op == IrOp::Paren || plain->op == IrOp::ConvNop || plain->op == IrOp::Dot) plain = plain->x;
    // A value that is a variable's own slots must be copied if that variable is assigned.
    bool own = plain->op == IrOp::Name || plain->op == IrOp::Real || plain->op == IrOp::Imag ||
               plain->op == IrOp::Len || plain->op == IrOp::Cap;
    if (own && readsAssigned(v)) {
      Reg t = temp(v->type);
      Reg r = expr(v, t);
      move(t, r, slots);
      values[i] = t;
    } else {
      values[i] = expr(v);
    }
  }
  for (size_t i = 0; i < count; ++i) {
    if (i == direct || !n->list[i]) continue;
    Node* l = strip(n->list[i]);
    if (l->op == IrOp::Name && l->name->name == "_" && l->name->cls != ir::Class::Global) continue;
    code.pos = places[i].kind == Place::None ? n->pos : places[i].pos;
    if (places[i].kind == Place::None) {
      assignValue(l, n->def, l->type, values[i]);
    } else if (values[i] != kNone || info(l->type).size == 0) {
      store(places[i], l->type, values[i]);
    }
  }
}

void FuncGen::assign2Call(Node* n) {
  TempScope temps(*this);
  for (Node*& l : n->list) {
    if (l && !(n->def && strip(l)->op == IrOp::Name)) hoistPlace(l, true);
  }
  std::vector<Type*> types;
  std::vector<Reg> regs = multi(n->x, types);
  code.pos = n->pos;
  // Operands of the places do not depend on variables that are assigned here only if they are evaluated first.
  std::vector<Place> places(n->list.size());
  bool several = std::count_if(n->list.begin(), n->list.end(), [](Node* l) { return l && strip(l)->op != IrOp::Name; }) > 0;
  if (several) {
    for (size_t i = 0; i < n->list.size(); ++i) {
      Node* l = n->list[i];
      if (l && strip(l)->op != IrOp::Name) places[i] = place(l, true);
    }
  }
  for (size_t i = 0; i < n->list.size(); ++i) {
    Node* l = n->list[i];
    if (!l) continue;
    l = strip(l);
    if (l->op == IrOp::Name && l->name->name == "_" && l->name->cls != ir::Class::Global) continue;
    if (places[i].kind != Place::None) {
      store(places[i], l->type, regs[i]);
    } else {
      assignValue(l, n->def, l->type, regs[i]);
    }
  }
}

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

void FuncGen::forStmt(Node* n) {
  std::string_view label = takeLabel();
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
