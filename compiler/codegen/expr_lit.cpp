// Composite literals.
#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

namespace {

bool isZeroNode(Node* n) {
  n = strip(n);
  if (n->op == IrOp::Zero || n->op == IrOp::Nil) return true;
  return (n->op == IrOp::StructLit || n->op == IrOp::ArrayLit) && n->list.empty();
}

bool isFilled(Node* n) { return n->op == IrOp::StructLit || n->op == IrOp::ArrayLit; }

/// Calls f(position, value) for the elements of an array or slice literal.
template <class F>
void forEachElement(Node* lit, F f) {
  int64_t i = 0;
  for (Node* e : lit->list) {
    if (e->op == IrOp::Key) {
      i = e->index;
      f(i, e->x);
    } else {
      f(i, e);
    }
    ++i;
  }
}

}  // namespace

/// Stores the elements of a composite literal into a place. `zeroed`: it holds zeros already.
void FuncGen::fillLit(Node* n, const Place& p, bool zeroed) {
  n = strip(n);
  if (isZeroNode(n)) {
    if (!zeroed && info(n->type).size) storeZero(p, n->type);
    return;
  }
  switch (n->op) {
    case IrOp::StructLit: fillStruct(n, p, zeroed); return;
    case IrOp::ArrayLit: fillArray(n, p, zeroed); return;
    default: assignTo(p, n->type, n); return;
  }
}

/// One element of a literal; those that are literals themselves are filled in place where no other value shares their slots.
void FuncGen::fillElement(Node* e, Type* t, const Place& p, bool zeroed) {
  Node* v = strip(e);
  if (zeroed && isZeroNode(v)) return;
  if (isFilled(v) && info(t).size % 8 == 0) {
    fillLit(v, p, zeroed);
  } else {
    assignTo(p, t, v);
  }
}

void FuncGen::fillStruct(Node* n, const Place& p, bool zeroed) {
  auto* st = ir::underlyingAs<Struct>(n->type);
  auto blank = [&](Node* k) { return st->fields[static_cast<size_t>(k->index)]->name == "_"; };
  size_t given = 0, sized = 0;
  for (Node* k : n->list) given += info(k->x->type).size != 0 && !blank(k);
  bool narrow = false;
  for (const Var* field : st->fields) {
    uint64_t size = info(field->type).size;
    sized += size != 0;
    narrow |= size % 8 != 0;
  }
  // Everything not given is zero; words that are shared by narrow fields start from zero as well.
  if (!zeroed && (given < sized || (narrow && p.kind == Place::Slots))) {
    storeZero(p, n->type);
    zeroed = true;
  }
  for (Node* k : n->list) {
    TempScope temps(*this);
    if (blank(k)) {  // evaluated, not stored
      expr(k->x);
    } else {
      fillElement(k->x, strip(k->x)->type, field(p, info(n->type).offsets[k->index]), zeroed);
    }
  }
}

void FuncGen::fillArray(Node* n, const Place& p, bool zeroed) {
  TypeInfo& ti = info(n->type);
  auto* arr = ir::underlyingAs<Array>(n->type);
  int64_t size = static_cast<int64_t>(info(arr->elem).size);
  std::string bytes;
  if (n->list.size() > 4 && p.kind == Place::Memory && !ti.hasPointers() && ti.size <= (1u << 30)) {
    bytes.assign(ti.size, '\0');
    if (staticBytes(n, bytes, 0)) {
      TempScope temps(*this);
      Reg src = ptrTemp();
      loadSym(src, u.roData(bytes, static_cast<uint16_t>(ti.align)));
      Reg dst = pointerTo(p, n->type, kNone);
      emitT(Op::CopyTyped, dst, src, 0, n->type);
      return;
    }
  }
  if (!zeroed && (static_cast<int64_t>(n->list.size()) < arr->len || (size % 8 != 0 && p.kind == Place::Slots))) {
    storeZero(p, n->type);
    zeroed = true;
  }
  forEachElement(n, [&](int64_t i, Node* e) {
    TempScope temps(*this);
    fillElement(e, strip(e)->type, field(p, i * size), zeroed);
  });
}

Reg FuncGen::compositeLit(Node* n, Reg want) {
  unsigned slots = slotsOfType(n->type);
  TypeInfo& ti = info(n->type);
  if (ti.boxed) {
    Reg cell = ptrTemp();
    emitTS(Op::NewHeap, cell, 0, 0, n->type, u.site(n->pos, AllocKind::Variable, true, n->type, {}, "too large for the frame"));
    fillLit(n, Place::inMemory(cell, n->pos), true);
    return moved(cell, want, 1);
  }
  Reg to = buildTarget(n, want);
  if (n->op == IrOp::ArrayLit && n->list.size() > 4 && !ti.hasPointers() && ti.size) {
    std::string bytes(ti.size, '\0');
    if (staticBytes(n, bytes, 0)) {
      TempScope temps(*this);
      Reg p = ptrTemp();
      loadSym(p, u.roData(bytes, static_cast<uint16_t>(ti.align)));
      loadMemory(to, p, 0, n->type);
      return moved(to, want, slots);
    }
  }
  fillLit(n, Place::inSlots(to, n->pos), false);
  return moved(to, want, slots);
}

/// Bytes of a slice literal's elements if all are constants without pointers.
bool FuncGen::staticElements(Node* n, Type* elem, int64_t len, std::string& bytes) {
  TypeInfo& ei = info(elem);
  if (ei.hasPointers() || n->list.size() <= 4 || !ei.size) return false;
  bytes.assign(static_cast<uint64_t>(len) * ei.size, '\0');
  bool all = true;
  forEachElement(n, [&](int64_t i, Node* e) { all = all && staticBytes(e, bytes, static_cast<uint64_t>(i) * ei.size); });
  return all;
}

/// Stores the elements of a slice literal into its backing store. `zeroed`: it holds zeros already.
void FuncGen::sliceElements(Node* n, Type* elem, const Place& base, bool zeroed) {
  TypeInfo& ei = info(elem);
  forEachElement(n, [&](int64_t i, Node* e) {
    TempScope inner(*this);
    if (zeroed && isZeroNode(e)) return;
    if (ei.size == 0) {
      expr(strip(e));
      return;
    }
    Place ep = field(base, i * static_cast<int64_t>(ei.size));
    if (base.kind == Place::Memory && isFilled(strip(e))) {
      fillLit(e, ep, zeroed);
    } else {
      fillElement(e, elem, ep, zeroed);
    }
  });
}

Reg FuncGen::sliceLit(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  Type* elem = ir::underlyingAs<Slice>(n->type)->elem;
  TypeInfo& ei = info(elem);
  int64_t len = n->index, given = 0;
  forEachElement(n, [&](int64_t i, Node*) {
    len = std::max(len, i + 1);
    ++given;
  });
  AllocKind kind = n->implicit ? AllocKind::Variadic : AllocKind::Slice;
  std::string bytes;
  bool constant = staticElements(n, elem, len, bytes);
  uint64_t size = static_cast<uint64_t>(len) * ei.size;
  Reg in = n->onStack && size <= kMaxStorageSlots * 8 ? storage(n, kindsOf(elem, static_cast<uint64_t>(len))) : kNone;
  if (in != kNone) {
    unsigned slots = slotsOf(size);
    if (constant) {
      Reg from = ptrTemp();
      loadSym(from, u.roData(bytes, static_cast<uint16_t>(ei.align)));
      emitW(Op::LoadN, in, from, 0, uint64_t{slots} | size << 32);
    } else {
      bool partly = given < len || ei.size % 8 != 0;
      if (partly) zero(in, slots);
      sliceElements(n, elem, Place::inSlots(in, n->pos), partly);
    }
    code.pos = n->pos;
    Ins& lit = emitTS(Op::SliceLitStack, to, in, 0, elem, site(n, kind, n->type, true, size));
    lit.n[1] = slots;
    lit.w[2] = static_cast<uint64_t>(len);
    return to;
  }
  Reg s = temp(n->type), count = scalarTemp();
  loadInt(count, len);
  emitTS(Op::MakeSliceHeap, s, count, count, elem, site(n, kind, n->type, false, size));
  if (constant) {
    Reg from = temp(n->type);
    loadSym(from, u.roData(bytes, static_cast<uint16_t>(ei.align)));
    loadInt(from + 1, len);
    loadInt(from + 2, len);
    Reg copied = scalarTemp();
    emitT(Op::CopySlice, copied, s, from, elem);
  } else {
    Place base = Place::inMemory(s, n->pos);
    base.part = true;
    sliceElements(n, elem, base, true);
  }
  move(to, s, 3);
  return to;
}

Reg FuncGen::mapLit(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  auto* mt = ir::underlyingAs<Map>(n->type);
  Reg m = ptrTemp();
  {
    TempScope inner(*this);
    Reg hint = scalarTemp();
    loadInt(hint, static_cast<int64_t>(n->list.size()));
    makeMap(n, hint, n->list.size() <= kMapSmallEntries, m);
  }
  for (Node* e : n->list) {
    TempScope inner(*this);
    hoistAll({&e->y, &e->x});
    Reg key = expr(e->y);
    Reg v = expr(e->x);
    code.pos = e->pos.isKnown() ? e->pos : n->pos;
    Place p;
    p.kind = Place::MapElement;
    p.mapType = n->type;
    p.reg = m;
    p.index = key;
    mapStore(p, mt->elem, v);
  }
  move(to, m, 1);
  return to;
}

}  // namespace burrow::codegen
