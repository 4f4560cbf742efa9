// Range loops over integers, slices, arrays, strings, maps and channels.
#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

namespace {

/// Arrays beyond this size are copied from memory to memory when a loop needs a copy.
constexpr uint64_t kBigArray = 4096;

}  // namespace

/// The i-th target (0 key, 1 value), or null if absent or blank.
Node* FuncGen::rangeTarget(Node* n, size_t i) {
  if (i >= n->list.size() || !n->list[i]) return nullptr;
  Node* t = strip(n->list[i]);
  if (t->op == IrOp::Name && t->name->cls != ir::Class::Global && (t->name->name == "_")) return nullptr;
  return t;
}

/// Whether target i is a new variable in the frame that the body never changes: it may be the loop's own counter.
bool FuncGen::ownCounter(Node* n, size_t i, Reg& r) {
  Node* t = rangeTarget(n, i);
  if (!t || !n->def || t->op != IrOp::Name) return false;
  Name* v = t->name;
  if (livesOnHeap(v) || v->reassigned || v->addrTaken || (v->captured && v->reassigned)) return false;
  VarLoc& loc = declare(v);
  r = loc.reg;
  return true;
}

/// Gives target i its value for this iteration.
void FuncGen::setRangeVar(Node* n, size_t i, Reg v, Type* t) {
  Node* target = rangeTarget(n, i);
  if (!target) return;
  if (n->def && target->op == IrOp::Name) {
    VarLoc& loc = declare(target->name);
    if (loc.kind == VarLoc::Box) newBox(target->name, loc);
  }
  hoistPlace(n->list[i]);
  TempScope temps(*this);
  store(place(target), t, v);
}

void FuncGen::rangeBody(Node* n, std::string_view label, Label cont, Label end) {
  jumps_.push_back({label, end, cont});
  block(n->body);
  jumps_.pop_back();
}

void FuncGen::rangeStmt(Node* n) {
  std::string_view label = takeLabel();
  LoopCount count = countLoop(n);
  size_t mark = declared_.size();
  TempScope temps(*this);
  ++loopDepth_;
  size_t outerMark = loopMark_;
  Type* t = ir::underlying(n->x->type);
  if (auto* p = as<Pointer>(t)) t = ir::underlying(p->base);
  switch (t->kind) {
    case TypeKind::Basic:
      if (isString(t)) {
        rangeString(n, label);
      } else {
        rangeInt(n, label);
      }
      break;
    case TypeKind::Slice: case TypeKind::Array: rangeArray(n, label); break;
    case TypeKind::Map: rangeMap(n, label); break;
    case TypeKind::Chan: rangeChan(n, label); break;
    default: BURROW_CHECK(false);
  }
  --loopDepth_;
  endStorage(storages_, loopMark_, true);
  loopMark_ = outerMark;
  releaseVars(mark);
  endLoopCount(count, n);
}

void FuncGen::rangeInt(Node* n, std::string_view label) {
  Type* t = n->x->type;
  int64_t limitConst = 0;
  bool constLimit = constInt(n->x, limitConst) && limitConst >= -32768 && limitConst <= 32767;
  Reg limit = kNone;
  if (!constLimit) {
    limit = temp(t);
    Reg r = value(n->x, limit);
    move(limit, r, 1);
  }
  Reg i = kNone;
  bool own = ownCounter(n, 0, i);
  if (!own) i = temp(t);
  Label body = code.newLabel(), cont = code.newLabel(), cond = code.newLabel(), end = code.newLabel();
  zero(i, 1);
  code.jump(cond);
  bindBody(body);
  if (!own) setRangeVar(n, 0, i, t);
  rangeBody(n, label, cont, end);
  bindContinue(cont);
  code.pos = n->pos;
  emit(Op::AddImmI64, i, i, 1);  // never past the limit: no wrap-around
  code.bind(cond);
  bool isUnsigned = burrow::isUnsigned(t);
  if (constLimit) {
    branchTo(Op::BrLtImm, i, static_cast<Reg>(limitConst), body);
  } else {
    branchTo(isUnsigned ? Op::BrLtU64 : Op::BrLtI64, i, limit, body);
  }
  code.bind(end);
}

/// What a loop over an array, a pointer to one, or a slice runs over.
struct FuncGen::RangeSource {
  Place place;               ///< where elements are read
  Reg len = kNone;           ///< kNone: the array's, as a number in the instruction
  const Array* array = nullptr;
  Type* elem = nullptr;
};

FuncGen::RangeSource FuncGen::rangeSource(Node* n) {
  RangeSource source;
  Type* t = ir::underlying(n->x->type);
  if (Node* x = strip(n->x); x->op == IrOp::StrToBytes) x->zeroCopy = true;  // the loop only reads
  if (auto* sl = as<Slice>(t)) {
    Reg header = temp(n->x->type);
    Reg r = value(n->x, header);
    move(header, r, 3);
    source.elem = sl->elem;
    source.place.kind = Place::Element;
    source.place.reg = header;
    source.len = header + 1;
    return source;
  }
  auto* pointer = as<Pointer>(t);
  Type* arrType = pointer ? pointer->base : n->x->type;
  source.array = ir::underlyingAs<Array>(arrType);
  source.elem = source.array->elem;
  if (pointer) {
    Reg p = ptrTemp();
    Reg r = value(n->x, p);
    move(p, r, 1);
    source.place = Place::inMemory(p, {});
  } else if (rangeTarget(n, 1)) {
    source.place = arrayRangedOver(n, arrType);
  } else if (hasCall(n->x)) {
    value(n->x);  // only its length matters, but it has effects
  }
  if (source.array->len > 32767) {
    source.len = scalarTemp();
    loadInt(source.len, source.array->len);
  }
  return source;
}

/// The copy of an array that the loop runs over.
Place FuncGen::arrayRangedOver(Node* n, Type* arrType) {
  hoist(n->x);
  if (info(arrType).size > kBigArray && isPlace(n->x) && isMemoryPlace(n->x)) {
    Reg p = ptrTemp();
    Reg from = pointerTo(place(n->x), arrType, kNone);
    if (unsigned slots = slotsOf(info(arrType).size); fitsFrame(slots)) {
      auto* arr = ir::underlyingAs<Array>(arrType);
      Reg copy = pinnedSlots(kindsOf(arr->elem, static_cast<uint64_t>(arr->len)), false);
      if (info(arrType).hasPointers()) zero(copy, slots);
      addressOfFrame(copy, 0, slots, p);
    } else {
      emitTS(Op::NewHeap, p, 0, 0, arrType, u.site(n->pos, AllocKind::New, true, arrType, {}, "too large for the frame"));
    }
    emitT(Op::CopyTyped, p, from, 0, arrType);
    return Place::inMemory(p, {});
  }
  if (info(arrType).boxed) return Place::inMemory(expr(n->x), {});
  Reg copy = temp(arrType);
  Reg r = expr(n->x, copy);
  move(copy, r, slotsOfType(arrType));
  return Place::inSlots(copy, {});
}

/// Assigns element i to the loop's second variable, or makes it in v if that is the variable's own.
void FuncGen::rangeElement(Node* n, const RangeSource& source, Reg i, Reg v) {
  TempScope temps(*this);
  Place p = source.place;
  p.pos = n->pos;
  p.index = i;
  if (source.array && p.kind == Place::Memory) {
    p.reg = ptrTemp();
    emitW(Op::IndexArr, p.reg, source.place.reg, i, static_cast<uint64_t>(source.array->len)).w[1] = info(source.elem).size;
  } else if (source.array) {
    p.kind = Place::LocalArray;
    p.count = source.array->len;
  }
  unsigned slots = slotsOfType(source.elem);
  Reg r = load(p, source.elem, slots ? v : kNone);
  if (v == kNone) {
    setRangeVar(n, 1, r, source.elem);
  } else {
    move(v, r, slots);
  }
}

void FuncGen::rangeArray(Node* n, std::string_view label) {
  RangeSource source = rangeSource(n);
  Reg i = kNone, v = kNone;
  bool own = ownCounter(n, 0, i);
  if (!own) i = scalarTemp();
  bool wantsValue = rangeTarget(n, 1) != nullptr;
  if (wantsValue && !ownCounter(n, 1, v)) v = kNone;
  Label body = code.newLabel(), cont = code.newLabel(), cond = code.newLabel(), end = code.newLabel();
  zero(i, 1);
  code.jump(cond);
  bindBody(body);
  if (!own) setRangeVar(n, 0, i, ir::canon(typ(BasicKind::Int)));
  if (wantsValue) rangeElement(n, source, i, v);
  rangeBody(n, label, cont, end);
  bindContinue(cont);
  code.pos = n->pos;
  emit(Op::AddImmI64, i, i, 1);
  code.bind(cond);
  if (source.len == kNone) {
    branchTo(Op::BrLtImm, i, static_cast<Reg>(source.array->len), body);
  } else {
    branchTo(Op::BrLtI64, i, source.len, body);
  }
  code.bind(end);
}

void FuncGen::rangeString(Node* n, std::string_view label) {
  Reg s = temp(n->x->type);
  Reg r = value(n->x, s);
  move(s, r, 2);
  Type* intType = ir::canon(typ(BasicKind::Int));
  Type* runeType = ir::canon(universeRune);
  Reg next = scalarTemp();
  Reg key = kNone, rune = kNone;
  bool ownKey = ownCounter(n, 0, key), ownRune = ownCounter(n, 1, rune);
  if (!ownKey) key = scalarTemp();
  if (!ownRune) rune = scalarTemp();
  Label body = code.newLabel(), cond = code.newLabel(), end = code.newLabel();
  zero(next, 1);
  code.jump(cond);
  bindBody(body);
  if (rangeTarget(n, 0)) move(key, next, 1);
  emit(Op::DecodeRune, rune, s, next);
  if (!ownKey) setRangeVar(n, 0, key, intType);
  if (!ownRune) setRangeVar(n, 1, rune, runeType);
  rangeBody(n, label, cond, end);
  code.pos = n->pos;
  bindContinue(cond);
  branchTo(Op::BrLtI64, next, s + 1, body);
  code.bind(end);
}

void FuncGen::rangeMap(Node* n, std::string_view label) {
  auto* mt = ir::underlyingAs<Map>(n->x->type);
  Reg it = temp(Kinds(kMapIterSlots, true));
  {
    TempScope temps(*this);
    Reg m = value(n->x);
    emitT(Op::MapIterInit, it, m, 0, n->x->type).n[0] = kMapIterSlots;
  }
  Label body = code.newLabel(), cont = code.newLabel(), end = code.newLabel();
  code.jump(cont);
  bindBody(body);
  for (size_t i = 0; i < 2; ++i) {
    if (!rangeTarget(n, i)) continue;
    TempScope temps(*this);
    Type* t = i == 0 ? mt->key : mt->elem;
    Reg v;
    if (ownCounter(n, i, v)) {
      if (slotsOfType(t)) loadMemory(v, it + static_cast<Reg>(i), 0, t);
      continue;
    }
    v = temp(t);
    if (slotsOfType(t)) loadMemory(v, it + static_cast<Reg>(i), 0, t);
    setRangeVar(n, i, v, t);
  }
  rangeBody(n, label, cont, end);
  code.pos = n->pos;
  bindContinue(cont);
  emit(Op::MapIterNext, it).n[0] = kMapIterSlots;
  branchTo(Op::BrNeImm, it, 0, body);
  code.bind(end);
}

void FuncGen::rangeChan(Node* n, std::string_view label) {
  auto* ct = ir::underlyingAs<Chan>(n->x->type);
  Reg c = ptrTemp();
  Reg r = value(n->x, c);
  move(c, r, 1);
  unsigned slots = slotsOfType(ct->elem);
  Reg buffer = slots ? temp(ct->elem) : kNone, ok = scalarTemp();
  Label head = code.newLabel(), cont = code.newLabel(), end = code.newLabel();
  bindBody(head);
  code.pos = n->pos;
  if (info(ct->elem).hasPointers()) zero(buffer, slots);  // as in recv
  Ins& in = emitW(Op::ChanRecv, buffer, c, ok, slots);
  in.n[0] = slots;
  in.n[2] = 1;
  branch1(Op::BrFalse, ok, end);
  extendReceived(buffer, ct->elem);
  setRangeVar(n, 0, buffer, ct->elem);
  rangeBody(n, label, cont, end);
  bindContinue(cont);
  code.jump(head);
  code.bind(end);
}

}  // namespace burrow::codegen
