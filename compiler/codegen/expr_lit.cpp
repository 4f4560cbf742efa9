// Composite literals, closures, append and make.
#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

namespace {

/// Bytes of the entries that a map in the frame has room for there.
constexpr uint64_t kMaxStackEntries = 2056;

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
    emitTS(Op::NewHeap, cell, 0, 0, n->type, u.site(n->pos, AllocKind::Variable, true, n->type, {}, "too large for the frame"));
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
    Node* v = strip(e);
    if (zeroed && isZeroNode(v)) return;
    if (ei.size == 0) {
      expr(v);
      return;
    }
    Place ep = field(base, i * static_cast<int64_t>(ei.size));
    if ((v->op == IrOp::StructLit || v->op == IrOp::ArrayLit) && (base.kind == Place::Memory || ei.size % 8 == 0)) {
      fillLit(v, ep, zeroed);
    } else {
      assignTo(ep, elem, v);
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
      Place base;
      base.kind = Place::Slots;
      base.reg = in;
      base.pos = n->pos;
      sliceElements(n, elem, base, partly);
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
    Place base;
    base.kind = Place::Memory;
    base.reg = s;
    base.part = true;
    base.pos = n->pos;
    sliceElements(n, elem, base, true);
  }
  move(to, s, 3);
  return to;
}

/// make(map[K]V, hint); the header of one that does not escape lies in the frame, and so does room for a few entries.
void FuncGen::makeMap(Node* n, Reg hint, bool small, Reg to) {
  auto* mt = ir::underlyingAs<Map>(n->type);
  TypeInfo &ki = info(mt->key), &ei = info(mt->elem);
  Kinds kinds(kMapSlots, true);
  // As vm/object/map_layout.h has it: key and element, each aligned, one entry behind the other.
  auto align = [](uint64_t v, uint64_t a) { return a > 1 ? (v + a - 1) / a * a : v; };
  uint64_t elemAt = align(ki.size, ei.align), entry = std::max<uint64_t>(align(elemAt + ei.size, std::max(ki.align, ei.align)), 1);
  unsigned room = small && entry * kMapSmallEntries <= kMaxStackEntries ? slotsOf(entry * kMapSmallEntries) : 0;
  kinds.resize(kMapSlots + room, false);
  for (uint64_t i = 0; room && i < kMapSmallEntries; ++i) {
    for (size_t w = 0; w < ki.ptrs.size(); ++w) {
      if (ki.ptrs[w]) kinds[kMapSlots + i * entry / 8 + w] = true;
    }
    for (size_t w = 0; w < ei.ptrs.size(); ++w) {
      if (ei.ptrs[w]) kinds[kMapSlots + (i * entry + elemAt) / 8 + w] = true;
    }
  }
  Reg in = storage(n, kinds);
  code.pos = n->pos;
  if (in == kNone) {
    emitTS(Op::MakeMapHeap, to, hint, 0, n->type, site(n, AllocKind::Map));
    return;
  }
  Ins& make = emitTS(Op::MakeMapStack, to, in, hint, n->type, site(n, AllocKind::Map, n->type, true, kinds.size() * 8));
  make.n[1] = static_cast<uint32_t>(kinds.size());
  make.w[2] = room;
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
    Place p;
    p.kind = v.kind == VarLoc::Frame ? Place::Slots : Place::Memory;
    p.reg = v.kind == VarLoc::Context ? ctx_ : v.reg;
    p.addressed = v.addressed;
    unsigned slots = slotsOfType(capture->type);
    if (v.kind == VarLoc::Context) {
      emitW(Op::LoadN, slot, ctx_, static_cast<Reg>(v.offset), uint64_t{slots} | uint64_t{slots} * 8 << 32);
    } else {
      load(p, capture->type, slot);
    }
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

/// append(x, make([]T, n)...), without the slice that would be made.
Reg FuncGen::appendMake(Node* n, Reg to) {
  Type* elem = ir::underlyingAs<Slice>(n->type)->elem;
  Reg s = expr(n->x), count = expr(strip(n->list[0])->x);
  code.pos = n->pos;
  emitTS(Op::AppendMake, to, s, count, elem, site(n, AllocKind::Append));
  return to;
}

/// The buffer for the first backing store of the slice that n appends to, if that does not escape: one for each variable, used by the first
/// append to it. kNone: there is none.
Reg FuncGen::appendBuffer(Node* n, Type* elem) {
  TypeInfo& ei = info(elem);
  if (!n->onStack || !ei.size || ei.size > kBufSlots * 8 || !fitsFrame(kBufSlots + 1)) return kNone;
  Node* s = strip(n->x);
  if (s->op == IrOp::Name) {
    // A buffer that only one variable refers to may be used again, and by every append to it.
    if (auto it = buffered_.find(s->name); it != buffered_.end()) return n->commaOk ? it->second : kNone;
    if (n->commaOk && s->name->cls != ir::Class::Global && locOf(s->name).kind != VarLoc::Frame) return kNone;
  }
  Kinds kinds = kindsOf(elem, kBufSlots * 8 / ei.size);
  kinds.resize(kBufSlots + 1, false);
  // Never given back: older slices may refer to it as long as the function runs.
  Reg r = kLocalBase + static_cast<Reg>(frame.localPtr.size());
  frame.localPtr.insert(frame.localPtr.end(), kinds.begin(), kinds.end());
  frame.pinned.resize(frame.localPtr.size(), false);
  pin(r, kBufSlots + 1);
  frame.storage.push_back({static_cast<unsigned>(r - kLocalBase), kBufSlots});
  frame.zeroed.resize(frame.localPtr.size(), false);
  for (size_t i = 0; i < kinds.size(); ++i) frame.zeroed[static_cast<size_t>(r - kLocalBase) + i] = kinds[i] || i == kBufSlots;
  if (s->op == IrOp::Name) buffered_[s->name] = r;
  return r;
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
    Node* made = strip(n->list[0]);
    if (made->op == IrOp::Make && !made->y) return appendMake(n, to);
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
  if (Reg buf = appendBuffer(n, st->elem); buf != kNone) {
    Ins& in = emitTS(Op::AppendGrowBuf, r, s, buf, st->elem, bufferSite(n, AllocKind::Append));
    in.n[2] = kBufSlots + 1;
    in.w[1] |= uint64_t{n->commaOk} << 32;
    in.w[2] = values.size();
  } else {
    Reg count = scalarTemp();
    loadInt(count, static_cast<int64_t>(values.size()));
    emitTS(Op::AppendGrow, r, s, count, st->elem, site(n, AllocKind::Append));
  }
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

/// make([]T, len, cap)
Reg FuncGen::makeSlice(Node* n, Reg to) {
  Type* elem = ir::underlyingAs<Slice>(n->type)->elem;
  TypeInfo& ei = info(elem);
  Reg len = expr(n->x);
  int64_t cap;
  bool constant = constInt(n->y ? n->y : n->x, cap);
  if (constant && cap > 0 && ei.size && static_cast<uint64_t>(cap) <= kMaxStorageSlots * 8 / ei.size) {
    Kinds kinds;
    if (n->onStack) kinds = kindsOf(elem, static_cast<uint64_t>(cap));
    if (Reg in = storage(n, kinds); in != kNone) {
      code.pos = n->pos;
      Ins& make = emitTS(Op::MakeSliceStack, to, in, len, elem, site(n, AllocKind::Slice, n->type, true, static_cast<uint64_t>(cap) * ei.size));
      make.n[1] = static_cast<uint32_t>(kinds.size());
      make.w[1] |= kinds.size() << 32;
      make.w[2] = static_cast<uint64_t>(cap);
      return to;
    }
  }
  Reg capReg = n->y ? expr(n->y) : len;
  code.pos = n->pos;
  if (!constant && n->onStack && ei.size && ei.size <= kBufSlots * 8) {
    Kinds kinds = kindsOf(elem, kBufSlots * 8 / ei.size);
    kinds.resize(kBufSlots, false);
    if (Reg buf = storage(n, kinds); buf != kNone) {
      Reg sizes = temp(Kinds{false, false});
      move(sizes, len, 1);
      move(sizes + 1, capReg, 1);
      emitTS(Op::MakeSliceBuf, to, sizes, buf, elem, bufferSite(n, AllocKind::Slice)).n[2] = kBufSlots;
      return to;
    }
  }
  emitTS(Op::MakeSliceHeap, to, len, capReg, elem, site(n, AllocKind::Slice, n->type, false, constant && cap > 0 ? static_cast<uint64_t>(cap) * ei.size : 0));
  return to;
}

Reg FuncGen::makeExpr(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  Type* t = ir::underlying(n->type);
  if (t->kind == TypeKind::Slice) return makeSlice(n, to);
  Reg size = n->x ? expr(n->x) : scalarTemp();
  if (!n->x) loadInt(size, 0);
  code.pos = n->pos;
  if (t->kind == TypeKind::Map) {
    int64_t hint = 0;
    makeMap(n, size, !n->x || !constInt(n->x, hint) || hint <= kMapSmallEntries, to);
  } else {
    emitTS(Op::MakeChan, to, size, 0, n->type, site(n, AllocKind::Chan));
  }
  return to;
}

}  // namespace burrow::codegen
