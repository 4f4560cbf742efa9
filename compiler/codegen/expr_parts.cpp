// What strings, slices, maps and channels are put together from and taken apart to: x + y, x[i:j], m[k], <-c.
#include "compiler/codegen/func_gen.h"

namespace burrow::codegen {

Reg FuncGen::concat(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  std::vector<Node*> parts;
  for (Node* p : n->list) {
    Node* s = p;
    while (s->op == IrOp::Paren) s = s->x;
    if (s->op == IrOp::Literal && constant::stringVal(s->value).empty()) continue;
    parts.push_back(p);
  }
  if (parts.empty()) {
    zero(to, 2);
    return to;
  }
  Kinds kinds;
  for (size_t i = 0; i < parts.size(); ++i) {
    kinds.push_back(true);
    kinds.push_back(false);
  }
  // With a part that is not empty the result is never one of the others: converted bytes need not be copied first.
  if (std::any_of(parts.begin(), parts.end(), [](Node* p) { return strip(p)->op == IrOp::Literal; })) {
    for (Node* p : parts) shareBytes(p);
  }
  Reg block = temp(kinds);
  for (size_t i = 0; i < parts.size(); ++i) {
    Reg at = block + static_cast<Reg>(2 * i);
    TempScope inner(*this);
    Reg got = expr(parts[i], at);
    move(at, got, 2);
  }
  code.pos = n->pos;
  Ins* in;
  if (Reg buf = buffer(n, kBufSlots); buf != kNone) {
    in = &emitW(Op::StrConcatBuf, to, block, buf, bufferSite(n, AllocKind::String));
    in->w[1] = parts.size();
    in->n[2] = kBufSlots;
  } else {
    in = &emitW(Op::StrConcat, to, block, static_cast<Reg>(parts.size()), site(n, AllocKind::String));
  }
  in->n[1] = static_cast<uint32_t>(2 * parts.size());
  return to;
}

Reg FuncGen::sliceExpr(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  Type* t = ir::underlying(n->x->type);
  Reg x = expr(n->x);
  Reg regs[3] = {kNone, kNone, kNone};
  for (size_t i = 0; i < n->list.size() && i < 3; ++i) {
    if (n->list[i]) regs[i] = expr(n->list[i]);
  }
  code.pos = n->pos;
  Ins* in;
  if (isString(t)) {
    in = &emit(Op::SliceStr, to, x);
  } else if (auto* p = as<Pointer>(t)) {
    auto* arr = ir::underlyingAs<Array>(p->base);
    in = &emit(Op::SliceArr, to, x);
    in->w[1] = info(arr->elem).size;
    in->w[2] = static_cast<uint64_t>(arr->len);
  } else {
    in = &emit(Op::SliceSlice, to, x);
    in->w[1] = info(as<Slice>(t)->elem).size;
  }
  for (int i = 0; i < 3; ++i) in->regs[i] = regs[i];
  return to;
}

Reg FuncGen::mapIndex(Node* n, Reg want) {
  auto* m = ir::underlyingAs<Map>(n->x->type);
  unsigned slots = slotsOfType(m->elem);
  Kinds kinds = kindsOf(m->elem);
  if (n->commaOk) kinds.push_back(false);
  Reg to = want != kNone ? want : temp(kinds);
  TempScope temps(*this);
  shareBytes(n->y);  // m[string(b)] does not keep the string
  Reg x = expr(n->x), key = expr(n->y);
  code.pos = n->pos;
  if (n->commaOk) {
    Reg pair = temp(Kinds{true, false});
    emitT(Op::MapGetOk, pair, x, key, n->x->type).n[2] = slotsOfType(m->key);
    if (slots) loadMemory(to, pair, 0, m->elem);
    move(to + static_cast<Reg>(slots), pair + 1, 1);
  } else {
    Reg p = ptrTemp();
    emitT(Op::MapGet, p, x, key, n->x->type).n[2] = slotsOfType(m->key);
    if (slots) loadMemory(to, p, 0, m->elem);
  }
  return to;
}

Reg FuncGen::recv(Node* n, Reg want) {
  auto* c = ir::underlyingAs<Chan>(n->x->type);
  unsigned slots = slotsOfType(c->elem);
  Kinds kinds = kindsOf(c->elem);
  if (n->commaOk) kinds.push_back(false);
  Reg to = want != kNone ? want : temp(kinds);
  TempScope temps(*this);
  hoist(n->x);
  Reg x = expr(n->x);
  code.pos = n->pos;
  // The value is written while the goroutine is parked: never straight into outgoing slots or a variable in use.
  Reg buffer = slots ? temp(c->elem) : kNone;
  Reg ok = n->commaOk ? scalarTemp() : kNone;
  if (info(c->elem).hasPointers()) zero(buffer, slots);  // maps cover it while the goroutine is parked, and not before
  Ins& in = emitW(Op::ChanRecv, buffer, x, ok, slots);
  in.n[0] = slots;
  in.n[2] = 1;
  extendReceived(buffer, c->elem);
  move(to, buffer, slots);
  if (n->commaOk) move(to + static_cast<Reg>(slots), ok, 1);
  return to;
}

/// What comes from a channel is as in memory: bytes of the slot behind a narrow value are those of whatever was there before.
void FuncGen::extendReceived(Reg r, Type* elem) {
  if (Shape shape = info(elem).shape; shape >= Shape::I8 && shape <= Shape::F32) extend(r, r, shape == Shape::F32 ? Shape::U32 : shape);
}

}  // namespace burrow::codegen
