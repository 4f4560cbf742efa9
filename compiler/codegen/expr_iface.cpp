// Interfaces: conversion to them, assertions, type words.
#include <algorithm>

#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

namespace {

/// Larger values go to the heap even if they do not escape, as with gc.
constexpr uint64_t kMaxStackBox = 1024;

bool isEmptyInterface(Type* t) { return ir::isEmptyInterface(t); }

template <class T>
void put(std::string& bytes, uint64_t at, T v) {
  std::memcpy(bytes.data() + at, &v, sizeof v);
}

}  // namespace

/// Writes the memory bytes of a constant without pointers; false if n is none.
bool FuncGen::staticBytes(Node* n, std::string& bytes, uint64_t at) {
  while (n->op == IrOp::Paren) n = n->x;
  TypeInfo& ti = info(n->type);
  if (n->op == IrOp::Zero) return true;
  if (n->op == IrOp::StructLit) {
    for (Node* k : n->list) {
      if (!staticBytes(k->x, bytes, at + static_cast<uint64_t>(ti.offsets[k->index]))) return false;
    }
    return true;
  }
  if (n->op == IrOp::ArrayLit) {
    uint64_t size = info(ir::underlyingAs<Array>(n->type)->elem).size;
    int64_t i = 0;
    for (Node* e : n->list) {
      if (e->op == IrOp::Key) i = e->index;
      if (!staticBytes(e->op == IrOp::Key ? e->x : e, bytes, at + static_cast<uint64_t>(i) * size)) return false;
      ++i;
    }
    return true;
  }
  if (n->op != IrOp::Literal || ti.shape == Shape::String) return false;
  int64_t v = 0;
  if (constInt(n, v)) {
    std::memcpy(bytes.data() + at, &v, ti.size);
    return true;
  }
  switch (ti.shape) {
    case Shape::F64: put(bytes, at, constant::float64Val(n->value)); return true;
    case Shape::F32: put(bytes, at, constant::float32Val(n->value)); return true;
    case Shape::C128: {
      auto c = constant::toComplex(n->value);
      put(bytes, at, constant::float64Val(constant::real(c)));
      put(bytes, at + 8, constant::float64Val(constant::imag(c)));
      return true;
    }
    case Shape::C64: {
      auto c = constant::toComplex(n->value);
      put(bytes, at, constant::float32Val(constant::real(c)));
      put(bytes, at + 4, constant::float32Val(constant::imag(c)));
      return true;
    }
    default: return false;
  }
}

/// The same for constants with strings and nil pointers in them.
bool FuncGen::staticValue(Node* n, Bytes& out, uint64_t at) {
  n = strip(n);
  TypeInfo& ti = info(n->type);
  if (n->op == IrOp::Zero || n->op == IrOp::Nil) return true;
  if (n->op == IrOp::Literal && ti.shape == Shape::String) {
    std::string_view s = constant::stringVal(n->value);
    uint64_t size = s.size();
    if (size) out.relocs.push_back({static_cast<uint32_t>(at), u.stringData(s), 0, RelocKind::Abs64});
    put(out.data, at + 8, size);
    return true;
  }
  if (n->op == IrOp::StructLit) {
    return std::all_of(n->list.begin(), n->list.end(),
                       [&](Node* k) { return staticValue(k->x, out, at + static_cast<uint64_t>(ti.offsets[static_cast<size_t>(k->index)])); });
  }
  if (n->op == IrOp::ArrayLit) {
    uint64_t size = info(ir::underlyingAs<Array>(n->type)->elem).size, i = 0;
    for (Node* e : n->list) {
      if (e->op == IrOp::Key) i = static_cast<uint64_t>(e->index);
      if (!staticValue(e->op == IrOp::Key ? e->x : e, out, at + i * size)) return false;
      ++i;
    }
    return true;
  }
  return staticBytes(n, out.data, at);
}

/// The data word of an interface that holds x.
Reg FuncGen::boxData(Node* x, Node* at, Reg want) {
  TypeInfo& ti = info(x->type);
  Node* v = x;
  while (v->op == IrOp::Paren) v = v->x;
  if (ti.direct) {
    Reg r = expr(v, want);
    if (r != want) move(want, r, 1);
    return want;
  }
  if (ti.size == 0) {
    TempScope temps(*this);
    expr(v);
    loadSym(want, u.zeroBase());
    return want;
  }
  if (v->op == IrOp::Literal && ti.shape == Shape::String) {
    std::string_view s = constant::stringVal(v->value);
    Bytes b;
    if (s.empty()) {
      b.u64(0);
    } else {
      b.address(u.stringData(s));
    }
    b.u64(s.size());
    loadSym(want, u.stringHeader(s, b));
    return want;
  }
  // Interfaces never write to what they point to, so constants are shared; big zero values would only bloat the image.
  Bytes value;
  value.data.assign(ti.size, '\0');
  if (staticValue(v, value, 0)) {
    if (ti.size > 1024 && value.relocs.empty() && value.data.find_first_not_of('\0') == std::string::npos) {
      code.pos = at->pos;
      emitTS(Op::NewHeap, want, 0, 0, x->type, site(at, AllocKind::Box, x->type, false));
    } else {
      loadSym(want, u.roValue(value, static_cast<uint16_t>(std::max(ti.align, 1u))));
    }
    return want;
  }
  TempScope temps(*this);
  if (ti.boxed && !(isPlace(v) && isMemoryPlace(v))) {
    Reg r = expr(v, want);
    move(want, r, 1);
    return want;
  }
  Reg in = ti.size <= kMaxStackBox ? storage(at, kindsOf(x->type)) : kNone;
  if (in != kNone) {
    Reg r = expr(v, in);
    code.pos = at->pos;
    Ins& box = emitTS(Op::BoxStack, want, in, r, x->type, site(at, AllocKind::Box, x->type, true));
    box.n[1] = box.n[2] = ti.slots;
    box.w[1] |= uint64_t{ti.slots} << 32;
    return want;
  }
  if ((ti.slots > 8 || ti.boxed) && isPlace(v) && isMemoryPlace(v)) {
    Place p = place(v);
    Reg src = pointerTo(p, x->type, kNone);
    Reg dst = ptrTemp();
    code.pos = at->pos;
    emitTS(Op::NewHeap, dst, 0, 0, x->type, site(at, AllocKind::Box, x->type, false));
    emitT(Op::CopyTyped, dst, src, 0, x->type);
    move(want, dst, 1);
    return want;
  }
  Reg r = expr(v);
  code.pos = at->pos;
  emitTS(Op::BoxHeap, want, r, 0, x->type, site(at, AllocKind::Box, x->type, false)).n[1] = ti.slots;
  return want;
}

Reg FuncGen::typeWordOf(Reg iface, Type* t, Reg want) {
  if (isEmptyInterface(t)) {
    if (want == kNone) return iface;
    move(want, iface, 1);
    return want;
  }
  Reg to = want != kNone ? want : ptrTemp();
  emit(Op::IfaceType, to, iface);
  return to;
}

Reg FuncGen::convertIface(Node* n, Reg want) {
  Node* x = n->x;
  bool empty = isEmptyInterface(n->type);
  if (!isInterface(x->type)) {
    Reg to = buildTarget(n, want);
    boxData(x, n, to + 1);
    loadSym(to, empty ? u.type(x->type) : u.itab(x->type, n->type));
    if (want != kNone) move(want, to, 2);
    return want != kNone ? want : to;
  }
  if (isEmptyInterface(x->type) && empty) return expr(x, want);
  if (x->type == n->type) return expr(x, want);
  Reg to = target(want, n->type);
  TempScope temps(*this);
  Reg v = expr(x);
  code.pos = n->pos;
  Reg pair = temp(Kinds{true, true});
  typeWordOf(v, x->type, pair);
  move(pair + 1, v + 1, 1);
  if (empty) {
    move(to, pair, 2);
  } else {
    emitT(Op::ConvIface, to, pair, 0, n->type);
  }
  return to;
}

/// x.(T). With commaOk the result is the value's slots followed by one for ok.
Reg FuncGen::assertion(Node* n, Reg want) {
  Type* t = n->type;
  if (n->commaOk && t->kind == TypeKind::Tuple) t = as<Tuple>(t)->vars[0]->type;
  TypeInfo& ti = info(t);
  Kinds kinds = kindsOf(t);
  if (n->commaOk) kinds.push_back(false);
  Reg to = want != kNone ? want : temp(kinds);
  TempScope temps(*this);
  Reg x = expr(n->x);
  code.pos = n->pos;
  if (isInterface(t)) {
    Reg pair = temp(Kinds{true, true});
    typeWordOf(x, n->x->type, pair);
    move(pair + 1, x + 1, 1);
    if (!n->commaOk) {
      emitT(Op::AssertIface, to, pair, 0, t);
    } else {
      Reg r = temp(kinds);
      emitT(Op::AssertIfaceOk, r, pair, 0, t);
      move(to, r, 3);
    }
    return to;
  }
  // The operand may lie in the result's slots: keep what is needed of it.
  Reg word = typeWordOf(x, n->x->type, ptrTemp());
  Reg wanted = ptrTemp(), data = ptrTemp();
  move(data, x + 1, 1);
  loadSym(wanted, u.type(t));
  auto take = [&] {
    if (ti.direct || ti.boxed) {  // what an interface points to is never written
      move(to, data, 1);
    } else if (ti.size) {
      loadMemory(to, data, 0, t);
    }
  };
  if (n->bounded) {  // nil or of this type
    emit(Op::NilCheck, word);
    take();
    return to;
  }
  Label ok = code.newLabel();
  if (!n->commaOk) {
    branchTo(Op::BrEq, word, wanted, ok);
    Ins& in = emit(Op::AssertFail, word);
    uint32_t wantRef = u.type(t), srcRef = u.type(n->x->type);
    in.ref[0] = wantRef + 1;
    in.ref[1] = srcRef + 1;
    code.bind(ok);
    take();
    return to;
  }
  Label end = code.newLabel();
  branchTo(Op::BrEq, word, wanted, ok);
  zero(to, ti.slots + 1);
  code.jump(end);
  code.bind(ok);
  take();
  loadInt(to + static_cast<Reg>(ti.slots), 1);
  code.bind(end);
  return to;
}

}  // namespace burrow::codegen
