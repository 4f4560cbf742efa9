// Assignments: one to one, op=, and several at once.
#include <algorithm>

#include "compiler/codegen/func_gen.h"

namespace burrow::codegen {

namespace {

bool isLocalName(const Node* n) { return n->op == IrOp::Name && n->name->cls != ir::Class::Global; }
bool isBlank(const Node* n) { return isLocalName(n) && n->name->name == "_"; }

}  // namespace

/// Stores v into an assignable expression, or into the variable declared here.
void FuncGen::assignValue(Node* lhs, bool def, Type* t, Reg v) {
  if (!lhs) return;
  if (def && isLocalName(lhs) && !vars_.count(lhs->name)) {
    VarLoc& loc = declare(lhs->name);
    if (loc.kind == VarLoc::Box) newBox(lhs->name, loc);
  }
  TempScope temps(*this);
  store(place(lhs), t, v);
}

/// x := y of a variable that lives on the heap. The value is computed before the variable exists: it may refer to an outer one of an earlier
/// iteration. Only a literal is built in the new cell.
void FuncGen::defineOnHeap(Node* n, Node* x) {
  TempScope temps(*this);
  unsigned slots = slotsOfType(x->type);
  Node* y = strip(n->y);
  bool zeroValue = y->op == IrOp::Zero || y->op == IrOp::Nil;
  bool literal = (y->op == IrOp::StructLit || y->op == IrOp::ArrayLit) && !hasCall(y) && (slots > 3 || info(x->type).boxed);
  if (!literal && !zeroValue) {
    Reg v = value(n->y);
    VarLoc& loc = declare(x->name);
    newBox(x->name, loc);
    if (slots) storeMemory(loc.reg, 0, v, x->type);
    return;
  }
  VarLoc& loc = declare(x->name);
  Reg cell = literal ? ptrTemp() : loc.reg;
  emitTS(Op::NewHeap, cell, 0, 0, x->name->type, boxSite(x->name));
  if (!literal) return;
  fillLit(y, Place::inMemory(cell, {}), true);
  move(loc.reg, cell, 1);
}

/// Evaluates n's right side into the slots of a variable.
void FuncGen::assignSlots(Node* n, const VarLoc& loc, Type* t) {
  unsigned slots = slotsOfType(t);
  Reg to = loc.reg;
  Reg r = value(n->y, slots ? to : kNone);
  if (slots) move(to, r, slots);
}

void FuncGen::assign(Node* n) {
  if (!n->x || (isBlank(n->x) && !vars_.count(n->x->name) && !n->def)) {
    discard(n->y);
    return;
  }
  Node* x = strip(n->x);
  if (n->def && isLocalName(x)) {
    if (livesOnHeap(x->name)) {
      defineOnHeap(n, x);
    } else {
      assignSlots(n, declare(x->name), x->type);
    }
    return;
  }
  TempScope temps(*this);
  hoistPlace(n->x, hasCall(n->y));
  Node* y = strip(n->y);
  if (y->op == IrOp::Append && y->onStack && ir::sameSafe(x, y->x) && liesInMemory(x)) grownInMemory_ = y;
  bool yCall = y->op == IrOp::CallFunc || y->op == IrOp::CallInter || y->op == IrOp::Recv || y->op == IrOp::Copy ||
               y->op == IrOp::AndAnd || y->op == IrOp::OrOr || y->op == IrOp::Recover;
  if (isLocalName(x) && locOf(x->name).kind == VarLoc::Frame) {
    if (yCall || hasCall(n->y)) {
      assignSlots(n, locOf(x->name), x->type);
    } else {
      assignTo(place(x), x->type, n->y);
    }
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
  if (isLocalName(x) && locOf(x->name).kind == VarLoc::Frame) {
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

/// Assignments that happen at once: all operands are evaluated first, then all values, then the assignments are made from left to right.
struct FuncGen::Together {
  std::vector<Place> places;                       ///< None: blank, or a variable that is made when it is assigned
  std::vector<std::pair<Reg, unsigned>> assigned;  ///< slots of local variables: what reads them must be evaluated, and kept, before
  std::vector<Reg> values;
  size_t direct;                                   ///< the value that went straight into its variable: the last one, or none
};

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
  hoistTogether(n);
  Together all{std::vector<Place>(count), {}, std::vector<Reg>(count, kNone), count};
  for (size_t i = 0; i < count; ++i) {
    if (n->list[i]) placeTogether(n, i, all);
  }
  for (size_t i = 0; i < count; ++i) valueTogether(n, i, all);
  for (size_t i = 0; i < count; ++i) {
    if (i == all.direct || !n->list[i]) continue;
    Node* l = strip(n->list[i]);
    if (isBlank(l)) continue;
    const Place& p = all.places[i];
    code.pos = p.kind == Place::None ? n->pos : p.pos;
    if (p.kind == Place::None) {
      assignValue(l, n->def, l->type, all.values[i]);
    } else if (all.values[i] != kNone || info(l->type).size == 0) {
      store(p, l->type, all.values[i]);
    }
  }
}

/// Evaluates the calls on both sides, in order.
void FuncGen::hoistTogether(Node* n) {
  size_t count = n->list.size();
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
}

void FuncGen::placeTogether(Node* n, size_t i, Together& all) {
  Node* l = strip(n->list[i]);
  if (isBlank(l) || (n->def && isLocalName(l) && !vars_.count(l->name))) return;
  Place& p = all.places[i] = place(l, true);
  if (p.kind != Place::Element && p.kind != Place::LocalArray) p.pos = n->pos;
  if (p.kind == Place::Slots) all.assigned.push_back({p.reg, (static_cast<unsigned>(p.offset) + 7) / 8 + slotsOfType(l->type)});
}

/// Whether the last value may be made in its variable: it is one, and nobody needs what it holds.
bool FuncGen::goesStraight(Node* n, size_t i, const Together& all) {
  const Place& p = all.places[i];
  unsigned slots = slotsOfType(n->list2[i]->type);
  if (i + 1 != n->list.size() || p.kind != Place::Slots || p.part || p.addressed || !slots) return false;
  for (size_t j = 0; j < i; ++j) {
    if (all.values[j] != kNone && slotsOverlap(all.values[j], slotsOfType(n->list2[j]->type), p.reg, slots)) return false;
    if (all.places[j].kind == Place::Slots && all.places[j].reg == p.reg) return false;
  }
  return !(f.hasDefer && isIncoming(p.reg));
}

void FuncGen::valueTogether(Node* n, size_t i, Together& all) {
  Node* v = n->list2[i];
  unsigned slots = slotsOfType(v->type);
  if (goesStraight(n, i, all)) {
    Reg to = all.places[i].reg;
    move(to, expr(v, to), slots);
    all.direct = i;
    return;
  }
  if (!slots) {
    expr(v);
    return;
  }
  Node* plain = v;
  while (plain->op == IrOp::Paren || plain->op == IrOp::ConvNop || plain->op == IrOp::Dot) plain = plain->x;
  // A value that is a variable's own slots must be copied if that variable is assigned.
  bool inVariable = plain->op == IrOp::Name || plain->op == IrOp::Real || plain->op == IrOp::Imag || plain->op == IrOp::Len || plain->op == IrOp::Cap;
  bool readsAssigned = inVariable && std::any_of(all.assigned.begin(), all.assigned.end(), [&](auto a) { return mentions(v, a.first, a.second); });
  if (!readsAssigned) {
    all.values[i] = expr(v);
    return;
  }
  Reg own = temp(v->type);
  all.values[i] = moved(expr(v, own), own, slots);
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
    if (isBlank(l)) continue;
    if (places[i].kind != Place::None) {
      store(places[i], l->type, regs[i]);
    } else {
      assignValue(l, n->def, l->type, regs[i]);
    }
  }
}

}  // namespace burrow::codegen
