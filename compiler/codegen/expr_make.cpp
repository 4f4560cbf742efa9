// make and append.
#include "compiler/codegen/func_gen.h"

namespace burrow::codegen {

/// Bytes of the entries that a map in the frame has room for there.
constexpr uint64_t kMaxStackEntries = 2056;

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

/// append(x, make([]T, n)...), without the slice that would be made.
void FuncGen::appendMake(Node* n, Reg to) {
  Type* elem = ir::underlyingAs<Slice>(n->type)->elem;
  Reg s = expr(n->x), count = expr(strip(n->list[0])->x);
  code.pos = n->pos;
  emitTS(Op::AppendMake, to, s, count, elem, site(n, AllocKind::Append));
}

/// The buffer for the first backing store of the slice that n appends to, if that does not escape: one for each variable, used by the first
/// append to it. kNone: there is none.
Reg FuncGen::appendBuffer(Node* n, Type* elem) {
  TypeInfo& ei = info(elem);
  if (!n->onStack || n == grownInMemory_ || !ei.size || ei.size > kBufSlots * 8 || !fitsFrame(kBufSlots + 1)) return kNone;
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

/// append(x, more...)
void FuncGen::appendAll(Node* n, Reg to) {
  Reg s = expr(n->x), more = expr(n->list[0]);
  code.pos = n->pos;
  // Operands must be in slots that the map covers, and the result may be an outgoing one.
  if (isString(ir::underlying(n->list[0]->type))) {
    emitW(Op::AppendStr, to, s, more, site(n, AllocKind::Append));
  } else {
    emitTS(Op::AppendSlice, to, s, more, ir::underlyingAs<Slice>(n->type)->elem, site(n, AllocKind::Append));
  }
}

/// append(x, a, b): room first, then the values are stored like any others.
void FuncGen::appendValues(Node* n, Reg to) {
  Type* elem = ir::underlyingAs<Slice>(n->type)->elem;
  Reg s = expr(n->x);
  std::vector<Reg> values;
  for (Node* e : n->list) values.push_back(expr(e));
  code.pos = n->pos;
  Reg r = to;
  // The result may be a variable that a value is read from.
  for (Node* e : n->list) {
    if (mentions(e, to, 3)) r = temp(n->type);
  }
  if (Reg buf = appendBuffer(n, elem); buf != kNone) {
    Ins& in = emitTS(Op::AppendGrowBuf, r, s, buf, elem, bufferSite(n, AllocKind::Append));
    in.n[2] = kBufSlots + 1;
    in.w[1] |= uint64_t{n->commaOk} << 32;
    in.w[2] = values.size();
  } else {
    Reg count = scalarTemp();
    loadInt(count, static_cast<int64_t>(values.size()));
    emitTS(Op::AppendGrow, r, s, count, elem, site(n, AllocKind::Append));
  }
  for (size_t i = 0; info(elem).size && i < values.size(); ++i) {
    TempScope inner(*this);
    Place p{.kind = Place::Element, .reg = r, .index = scalarTemp(), .pos = n->pos};
    emit(Op::AddImmI64, p.index, r + 1, static_cast<Reg>(i) - static_cast<Reg>(values.size()));
    store(p, elem, values[i]);
  }
  move(to, r, 3);
}

Reg FuncGen::appendExpr(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  if (n->list.empty()) {
    Reg s = expr(n->x, to);
    move(to, s, 3);
    return to;
  }
  Node* made = strip(n->list[0]);
  if (!n->dots) appendValues(n, to);
  else if (made->op == IrOp::Make && !made->y) appendMake(n, to);
  else appendAll(n, to);
  return to;
}

}  // namespace burrow::codegen
