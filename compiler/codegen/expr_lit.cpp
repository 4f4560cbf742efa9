// Composite literals, closures, append and make.
#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

namespace {

bool isZeroNode(Node* n) {
  n = strip(n);
  if (n->op == IrOp::Zero || n->op == IrOp::Nil) return true;
  return (n->op == IrOp::StructLit || n->op == IrOp::ArrayLit) && n->list.empty();
}

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
  TypeInfo& ti = info(n->type);
  if (isZeroNode(n)) {
    if (!zeroed && ti.size) storeZero(p, n->type);
    return;
  }
  if (n->op == IrOp::StructLit) {
    auto* st = ir::underlyingAs<Struct>(n->type);
    size_t given = 0;
    auto blank = [&](Node* k) { return st->fields[static_cast<size_t>(k->index)]->name == "_"; };
    for (Node* k : n->list) given += info(k->x->type).size != 0 && !blank(k);
    size_t sized = 0;
    bool narrow = false;
    for (size_t i = 0; i < st->fields.size(); ++i) {
      TypeInfo& fi = info(st->fields[i]->type);
      sized += fi.size != 0;
      narrow |= fi.size % 8 != 0;
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
        continue;
      }
      Place fp = field(p, ti.offsets[k->index]);
      Node* v = strip(k->x);
      if (zeroed && isZeroNode(v)) continue;
      if ((v->op == IrOp::StructLit || v->op == IrOp::ArrayLit) && info(v->type).size % 8 == 0) {
        fillLit(v, fp, zeroed);
      } else {
        assignTo(fp, v->type, v);
      }
    }
    return;
  }
  if (n->op == IrOp::ArrayLit) {
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
      Place ep = field(p, i * size);
      Node* v = strip(e);
      if (zeroed && isZeroNode(v)) return;
      if ((v->op == IrOp::StructLit || v->op == IrOp::ArrayLit) && info(v->type).size % 8 == 0) {
        fillLit(v, ep, zeroed);
      } else {
        assignTo(ep, v->type, v);
      }
    });
    return;
  }
  assignTo(p, n->type, n);
}

Reg FuncGen::compositeLit(Node* n, Reg want) {
  unsigned slots = slotsOfType(n->type);
  TypeInfo& ti = info(n->type);
  if (ti.boxed) {
    Reg cell = ptrTemp();
    emitTS(Op::NewHeap, cell, 0, 0, n->type, u.site(n->pos, AllocKind::Variable, true, n->type));
    Place p;
    p.kind = Place::Memory;
    p.reg = cell;
    p.pos = n->pos;
    fillLit(n, p, true);
    if (want != kNone) move(want, cell, 1);
    return want != kNone ? want : cell;
  }
  Reg to = buildTarget(n, want);
  if (n->op == IrOp::ArrayLit && n->list.size() > 4 && !ti.hasPointers() && ti.size) {
    std::string bytes(ti.size, '\0');
    if (staticBytes(n, bytes, 0)) {
      TempScope temps(*this);
      Reg p = ptrTemp();
      loadSym(p, u.roData(bytes, static_cast<uint16_t>(ti.align)));
      loadMemory(to, p, 0, n->type);
      if (want != kNone) move(want, to, slots);
      return want != kNone ? want : to;
    }
  }
  Place p;
  p.kind = Place::Slots;
  p.reg = to;
  p.pos = n->pos;
  fillLit(n, p, false);
  if (want != kNone) move(want, to, slots);
  return want != kNone ? want : to;
}

Reg FuncGen::sliceLit(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  auto* st = ir::underlyingAs<Slice>(n->type);
  TypeInfo& ei = info(st->elem);
  int64_t len = n->index;
  if (len == 0 && !n->list.empty()) {
    forEachElement(n, [&](int64_t i, Node*) { len = std::max(len, i + 1); });
  }
  Reg s = temp(n->type);
  Reg count = scalarTemp();
  bool onStack = n->onStack && !u.options.escapeOff;
  AllocKind kind = n->implicit ? AllocKind::Variadic : AllocKind::Slice;
  loadInt(count, len);
  if (onStack && ei.size) {
    std::vector<bool> kinds((static_cast<uint64_t>(len) * ei.size + 7) / 8, false);
    for (int64_t i = 0; i < len; ++i) {
      for (size_t w = 0; w < ei.ptrs.size(); ++w) {
        if (ei.ptrs[w]) kinds[static_cast<size_t>(i) * ei.size / 8 + w] = true;
      }
    }
    Reg storage = allocSlots(kinds);
    pin(storage, static_cast<unsigned>(kinds.size()));
    Ins& in = emitTS(Op::MakeSliceStack, s, storage, count, st->elem, u.site(n->pos, kind, false, n->type));
    in.n[1] = static_cast<uint32_t>(kinds.size());
    in.w[2] = static_cast<uint64_t>(len);
  } else {
    emitTS(Op::MakeSliceHeap, s, count, count, st->elem, u.site(n->pos, kind, true, n->type));
  }
  Place base;
  base.kind = Place::Memory;
  base.reg = s;
  base.part = true;
  base.pos = n->pos;
  if (!ei.hasPointers() && n->list.size() > 4 && ei.size) {
    std::string bytes(static_cast<uint64_t>(len) * ei.size, '\0');
    bool all = true;
    forEachElement(n, [&](int64_t i, Node* e) {
      all = all && staticBytes(e, bytes, static_cast<uint64_t>(i) * ei.size);
    });
    if (all) {
      Reg from = temp(n->type);
      loadSym(from, u.roData(bytes, static_cast<uint16_t>(ei.align)));
      loadInt(from + 1, len);
      loadInt(from + 2, len);
      Reg copied = scalarTemp();
      emitT(Op::CopySlice, copied, s, from, st->elem);
      move(to, s, 3);
      return to;
    }
  }
  forEachElement(n, [&](int64_t i, Node* e) {
    TempScope inner(*this);
    Node* v = strip(e);
    if (isZeroNode(v)) return;
    if (ei.size == 0) {
      expr(v);
      return;
    }
    Place ep = field(base, i * static_cast<int64_t>(ei.size));
    if (v->op == IrOp::StructLit || v->op == IrOp::ArrayLit) {
      fillLit(v, ep, true);
    } else {
      assignTo(ep, st->elem, v);
    }
  });
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
    emitTS(Op::MakeMapHeap, m, hint, 0, n->type, site(n, AllocKind::Map));
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

/// A closure object with the given captured slots.
Reg FuncGen::closureObject(Node* n, uint32_t funcRef, const std::vector<bool>& kinds, Reg captures, bool onStack,
                           Reg want) {
  Reg to = want != kNone ? want : ptrTemp();
  std::vector<bool> object{false};
  object.insert(object.end(), kinds.begin(), kinds.end());
  uint32_t type = u.blockType(object);
  unsigned count = static_cast<unsigned>(kinds.size());
  Ins* in;
  if (onStack) {
    Reg storage = allocSlots(object);
    pin(storage, count + 1);
    move(storage + 1, captures, count);
    in = &emit(Op::ClosureStack, to, storage, static_cast<Reg>(count));
    in->n[1] = count + 1;
  } else {
    in = &emit(Op::ClosureHeap, to, captures, static_cast<Reg>(count));
    in->n[1] = count;
  }
  in->ref[0] = funcRef + 1;
  in->ref[1] = type + 1;
  in->w[2] = u.site(n->pos, AllocKind::Closure, !onStack, nullptr, "func literal");
  return to;
}

Reg FuncGen::closure(Node* n, Reg want) {
  ir::Func* fn = n->func;
  if (fn->captures.empty()) {
    Reg to = want != kNone ? want : ptrTemp();
    loadSym(to, u.funcValue(fn->symbol, {}));
    return to;
  }
  Reg to = want != kNone ? want : ptrTemp();
  TempScope temps(*this);
  std::vector<bool> kinds;
  std::vector<unsigned> at;
  for (Name* c : fn->captures) {
    at.push_back(static_cast<unsigned>(kinds.size()));
    if (c->byValue) {
      std::vector<bool> k = kindsOf(c->type);
      kinds.insert(kinds.end(), k.begin(), k.end());
    } else {
      kinds.push_back(true);
    }
  }
  Reg block = temp(kinds);
  for (size_t i = 0; i < fn->captures.size(); ++i) {
    Name* c = fn->captures[i];
    Name* outer = c->outer;
    Reg slot = block + static_cast<Reg>(at[i]);
    VarLoc& v = locOf(outer);
    if (c->byValue) {
      unsigned slots = slotsOfType(c->type);
      if (slots == 0) continue;
      switch (v.kind) {
        case VarLoc::Frame: move(slot, v.reg, slots); break;
        case VarLoc::Box: loadMemory(slot, v.reg, 0, c->type); break;
        case VarLoc::Context:
          emitW(Op::LoadN, slot, ctx_, static_cast<Reg>(v.offset), uint64_t{slots} | uint64_t{slots} * 8 << 32);
          break;
      }
      continue;
    }
    if (v.kind == VarLoc::Box) {
      move(slot, v.reg, 1);
    } else {
      unsigned slots = slotsOfType(outer->type);
      if (slots == 0) {
        loadSym(slot, u.zeroBase());
      } else {
        pin(v.reg, slots);
        addressOfFrame(v.reg, 0, slots, slot);
      }
    }
  }
  code.pos = n->pos;
  closureObject(n, u.symbol(fn->symbol), kinds, block, n->onStack && !u.options.escapeOff, to);
  return to;
}

/// x.m as a value: a closure that holds the receiver. Its function has the symbol with "-fm" appended.
Reg FuncGen::methodValue(Node* n, Reg want) {
  Reg to = want != kNone ? want : ptrTemp();
  TempScope temps(*this);
  Reg x = expr(n->x);
  code.pos = n->pos;
  if (isInterface(n->x->type)) emit(Op::NilCheck, x);
  std::string symbol = n->func ? n->func->symbol : std::string(n->symbol);
  if (!symbol.ends_with("-fm")) symbol += "-fm";
  std::vector<bool> kinds = kindsOf(n->x->type);
  closureObject(n, u.symbol(symbol, n->func ? std::string_view{} : n->package), kinds, x,
                n->onStack && !u.options.escapeOff, to);
  return to;
}

Reg FuncGen::appendExpr(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  auto* st = ir::underlyingAs<Slice>(n->type);
  TypeInfo& ei = info(st->elem);
  if (n->list.empty()) {
    Reg s = expr(n->x, to);
    move(to, s, 3);
    return to;
  }
  if (n->dots) {
    Reg s = expr(n->x), more = expr(n->list[0]);
    code.pos = n->pos;
    // Operands must be in slots that the map covers, and the result may be an outgoing one.
    if (isString(ir::underlying(n->list[0]->type))) {
      emitW(Op::AppendStr, to, s, more, site(n, AllocKind::Append));
    } else {
      emitTS(Op::AppendSlice, to, s, more, st->elem, site(n, AllocKind::Append));
    }
    return to;
  }
  Reg s = expr(n->x);
  std::vector<Reg> values;
  for (Node* e : n->list) values.push_back(expr(e));
  code.pos = n->pos;
  Reg r = to;
  // The result may be a variable that a value is read from.
  for (Node* e : n->list) {
    if (mentions(e, to, 3)) r = temp(n->type);
  }
  Reg count = scalarTemp();
  loadInt(count, static_cast<int64_t>(values.size()));
  emitTS(Op::AppendGrow, r, s, count, st->elem, site(n, AllocKind::Append));
  if (ei.size) {
    for (size_t i = 0; i < values.size(); ++i) {
      TempScope inner(*this);
      Place p;
      p.kind = Place::Element;
      p.reg = r;
      p.index = scalarTemp();
      p.pos = n->pos;
      emit(Op::AddImmI64, p.index, r + 1, static_cast<Reg>(i) - static_cast<Reg>(values.size()));
      store(p, st->elem, values[i]);
    }
  }
  move(to, r, 3);
  return to;
}

Reg FuncGen::makeExpr(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  Type* t = ir::underlying(n->type);
  if (auto* st = as<Slice>(t)) {
    TypeInfo& ei = info(st->elem);
    Reg len = expr(n->x);
    int64_t cap;
    bool constCap = n->y ? constInt(n->y, cap) : constInt(n->x, cap);
    if (n->onStack && !u.options.escapeOff && constCap && cap >= 0 && ei.size &&
        static_cast<uint64_t>(cap) * ei.size <= 64 * 1024) {
      std::vector<bool> kinds((static_cast<uint64_t>(cap) * ei.size + 7) / 8, false);
      for (int64_t i = 0; i < cap; ++i) {
        for (size_t w = 0; w < ei.ptrs.size(); ++w) {
          if (ei.ptrs[w]) kinds[static_cast<size_t>(i) * ei.size / 8 + w] = true;
        }
      }
      if (!kinds.empty()) {
        Reg storage = allocSlots(kinds);
        pin(storage, static_cast<unsigned>(kinds.size()));
        code.pos = n->pos;
        Ins& in = emitTS(Op::MakeSliceStack, to, storage, len, st->elem, u.site(n->pos, AllocKind::Slice, false, n->type));
        in.n[1] = static_cast<uint32_t>(kinds.size());
        in.w[2] = static_cast<uint64_t>(cap);
        return to;
      }
    }
    Reg capReg = n->y ? expr(n->y) : len;
    code.pos = n->pos;
    emitTS(Op::MakeSliceHeap, to, len, capReg, st->elem, u.site(n->pos, AllocKind::Slice, true, n->type));
    return to;
  }
  Reg size = n->x ? expr(n->x) : scalarTemp();
  if (!n->x) loadInt(size, 0);
  code.pos = n->pos;
  if (t->kind == TypeKind::Map) {
    emitTS(Op::MakeMapHeap, to, size, 0, n->type, site(n, AllocKind::Map));
  } else {
    emitTS(Op::MakeChan, to, size, 0, n->type, site(n, AllocKind::Chan));
  }
  return to;
}

}  // namespace burrow::codegen
