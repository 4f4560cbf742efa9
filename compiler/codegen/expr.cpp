// Values: dispatch, constants, addresses, small operations.
#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

// ---- Emission helpers

Ins& FuncGen::emitT(Op op, Reg a, Reg b, Reg c, Type* t) {
  uint32_t ref = u.type(t);
  Ins& in = code.emit(op, a, b, c);
  in.ref[0] = ref + 1;
  return in;
}

Ins& FuncGen::emitTS(Op op, Reg a, Reg b, Reg c, Type* t, uint64_t site) {
  Ins& in = emitT(op, a, b, c, t);
  in.w[1] = site;
  return in;
}

void FuncGen::branchTo(Op op, Reg a, Reg b, Label l) { emit(op, a, b).target = l; }

void FuncGen::branch1(Op op, Reg a, Label l) { emit(op, a).target = l; }

void FuncGen::move(Reg to, Reg from, unsigned slots) {
  if (to == from || slots == 0) return;
  switch (slots) {
    case 1: emit(Op::Mov, to, from); break;
    case 2: emit(Op::Mov2, to, from); break;
    case 3: emit(Op::Mov3, to, from); break;
    default: emitW(Op::MovN, to, from, 0, slots); break;
  }
}

void FuncGen::zero(Reg to, unsigned slots) {
  if (slots == 0) return;
  if (slots == 1) {
    emit(Op::LoadImm, to, 0);
  } else {
    emitW(Op::ZeroN, to, 0, 0, slots);
  }
}

void FuncGen::loadInt(Reg to, int64_t v) {
  if (v == static_cast<int32_t>(v)) {
    emit(Op::LoadImm, to, static_cast<Reg>(v));
  } else {
    emitW(Op::LoadConst, to, 0, 0, static_cast<uint64_t>(v));
  }
}

void FuncGen::loadSym(Reg to, uint32_t ref, int32_t addend) {
  Ins& in = emit(Op::LoadSym, to);
  in.ref[0] = ref + 1;
  in.addend = addend;
}

uint32_t FuncGen::site(const Node* n, AllocKind kind, Type* t, bool stack, uint64_t size) {
  return u.site(n->pos, kind, !stack, t, {}, stack ? "" : heapReason(n), size);
}

// ---- Constants

bool FuncGen::constInt(Node* n, int64_t& v) {
  while (n->op == IrOp::Paren) n = n->x;
  if (n->op == IrOp::Nil && info(n->type).slots == 1) {
    v = 0;
    return true;
  }
  if (n->op == IrOp::Zero) {
    Shape s = info(n->type).shape;
    if (s > Shape::U64 && s != Shape::Ptr) return false;
    if (s == Shape::Empty) return false;
    v = 0;
    return true;
  }
  if (n->op != IrOp::Literal) return false;
  if (n->value->kind() == ConstKind::Bool) {
    v = constant::boolVal(n->value);
    return true;
  }
  Shape s = info(n->type).shape;
  if (s > Shape::U64 && s != Shape::Ptr) return false;
  auto iv = constant::toInt(n->value);
  if (iv->kind() != ConstKind::Int) return false;
  if (auto i = constant::int64Val(iv)) {
    v = *i;
    return true;
  }
  if (auto i = constant::uint64Val(iv)) {
    v = static_cast<int64_t>(*i);
    return true;
  }
  return false;
}

Reg FuncGen::literal(Node* n, Reg want) {
  TypeInfo& ti = info(n->type);
  Reg to = target(want, n->type);
  int64_t v;
  if (constInt(n, v)) {
    loadInt(to, v);
    return to;
  }
  auto bits64 = [](double d) {
    uint64_t b;
    std::memcpy(&b, &d, 8);
    return b;
  };
  auto bits32 = [](float d) {
    uint32_t b;
    std::memcpy(&b, &d, 4);
    return b;
  };
  switch (ti.shape) {
    case Shape::F64: {
      loadInt(to, static_cast<int64_t>(bits64(constant::float64Val(n->value))));
      return to;
    }
    case Shape::F32:
      loadInt(to, bits32(constant::float32Val(n->value)));
      return to;
    case Shape::C128: {
      auto c = constant::toComplex(n->value);
      loadInt(to, static_cast<int64_t>(bits64(constant::float64Val(constant::real(c)))));
      loadInt(to + 1, static_cast<int64_t>(bits64(constant::float64Val(constant::imag(c)))));
      return to;
    }
    case Shape::C64: {
      auto c = constant::toComplex(n->value);
      uint64_t re = bits32(constant::float32Val(constant::real(c)));
      uint64_t im = bits32(constant::float32Val(constant::imag(c)));
      loadInt(to, static_cast<int64_t>(re | im << 32));
      return to;
    }
    case Shape::String: {
      std::string_view s = constant::stringVal(n->value);
      if (s.empty()) {
        zero(to, 2);
        return to;
      }
      uint32_t ref = u.stringData(s);
      Ins& in = emit(Op::LoadStr, to);
      in.ref[0] = ref + 1;
      in.w[1] = s.size();
      return to;
    }
    default: break;
  }
  BURROW_CHECK(ti.shape == Shape::String || ti.shape <= Shape::Ptr);
  return to;
}

// ---- Dispatch

Reg FuncGen::expr(Node* n, Reg want) {
  struct PosScope {
    Code& c;
    Pos saved;
    PosScope(Code& code, Pos p) : c(code), saved(code.pos) {
      if (p.isKnown()) c.pos = p;
    }
    ~PosScope() { c.pos = saved; }
  } scope(code, n->pos);
  switch (n->op) {
    case IrOp::Paren: return expr(n->x, want);
    case IrOp::Init: case IrOp::InlinedCall: return value(n, want);
    case IrOp::Literal: return literal(n, want);
    case IrOp::Nil: case IrOp::Zero: {
      Reg to = target(want, n->type);
      if (info(n->type).boxed) {
        Reg cell = isOutgoing(to) ? ptrTemp() : to;
        emitTS(Op::NewHeap, cell, 0, 0, n->type, u.site(code.pos, AllocKind::Variable, true, n->type));
        move(to, cell, 1);
        return to;
      }
      zero(to, slotsOfType(n->type));
      return to;
    }
    case IrOp::Name: {
      if (n->name->cls == ir::Class::Global) {
        TypeInfo& ti = info(n->type);
        Reg to = target(want, n->type);
        if (ti.slots == 0) return to;
        TempScope temps(*this);
        Reg p = ptrTemp();
        loadSym(p, u.symbol(n->name->symbol, n->name->package));
        loadMemory(to, p, 0, n->type);
        return to;
      }
      [[fallthrough]];
    }
    case IrOp::Deref: case IrOp::DotPtr: case IrOp::Intrinsic: {
      if (n->op == IrOp::Intrinsic && info(n->type).boxed) {
        Reg r = static_cast<Reg>(n->index);
        if (want != kNone) move(want, r, 1);
        return want != kNone ? want : r;
      }
      if (n->op == IrOp::Deref || n->op == IrOp::DotPtr) {
        Reg to = target(want, n->type);
        TempScope temps(*this);
        return load(place(n), n->type, to);
      }
      return load(place(n), n->type, want);
    }
    case IrOp::Dot: {
      if (isPlace(n) && !isMemoryPlace(n)) return load(place(n), n->type, want);
      Reg to = target(want, n->type);
      TempScope temps(*this);
      if (!isPlace(n->x) && n->x->op == IrOp::IndexMap) {
        Place m = toMemory(place(n->x), n->x->type);
        return load(field(m, info(n->x->type).offsets[n->index]), n->type, to);
      }
      return load(place(n), n->type, to);
    }
    case IrOp::Index: {
      Type* t = ir::underlying(n->x->type);
      if (isString(t)) {
        Reg to = target(want, n->type);
        TempScope temps(*this);
        Reg s = expr(n->x), i = expr(n->y);
        code.pos = n->pos;
        emit(Op::IndexStr, to, s, i);
        return to;
      }
      Reg to = target(want, n->type);
      TempScope temps(*this);
      Place p = place(n);
      code.pos = n->pos;
      return load(p, n->type, to);
    }
    case IrOp::IndexMap: return mapIndex(n, want);
    case IrOp::FuncName: case IrOp::MethodExpr: {
      Reg to = target(want, n->type);
      loadSym(to, u.funcValue(n->symbol, n->package));
      return to;
    }
    case IrOp::TypeWord: {
      Reg to = want != kNone ? want : ptrTemp();
      loadSym(to, u.type(n->typeArg));
      return to;
    }
    case IrOp::Add: case IrOp::Sub: case IrOp::Mul: case IrOp::Div: case IrOp::Rem: case IrOp::And: case IrOp::Or:
    case IrOp::Xor: case IrOp::AndNot: case IrOp::Shl: case IrOp::Shr:
      return binary(n, want);
    case IrOp::AddStr: return concat(n, want);
    case IrOp::Eq: case IrOp::Ne: case IrOp::Lt: case IrOp::Le: case IrOp::Gt: case IrOp::Ge: return compare(n, want);
    case IrOp::AndAnd: case IrOp::OrOr: return logical(n, want);
    case IrOp::Not: case IrOp::Neg: case IrOp::Plus: case IrOp::BitNot: return unary(n, want);
    case IrOp::Addr: return addr(n, want);
    case IrOp::PtrLit: return pointerLit(n, want);
    case IrOp::New: {
      Type* t = n->typeArg ? n->typeArg : ir::underlyingAs<Pointer>(n->type)->base;
      if (!n->x) return newObject(n, t, AllocKind::New, want);
      Reg to = want != kNone ? want : ptrTemp();
      TempScope temps(*this);
      Reg v = expr(n->x);
      Reg p = mentions(n->x, to, 1) || isOutgoing(to) ? ptrTemp() : to;
      newObject(n, t, AllocKind::New, p);
      if (slotsOfType(t)) storeMemory(p, 0, v, t);
      move(to, p, 1);
      return to;
    }
    case IrOp::Slice: return sliceExpr(n, want);
    case IrOp::Conv: case IrOp::ConvNop: case IrOp::BytesToStr: case IrOp::StrToBytes: case IrOp::RunesToStr:
    case IrOp::StrToRunes: case IrOp::RuneToStr: case IrOp::SliceToArr: case IrOp::SliceToArrPtr:
      return convert(n, want);
    case IrOp::ConvIface: return convertIface(n, want);
    case IrOp::Assert: return assertion(n, want);
    case IrOp::StructLit: case IrOp::ArrayLit: return compositeLit(n, want);
    case IrOp::SliceLit: return sliceLit(n, want);
    case IrOp::MapLit: return mapLit(n, want);
    case IrOp::Closure: return closure(n, want);
    case IrOp::MethodValue: return methodValue(n, want);
    case IrOp::CallFunc: case IrOp::CallInter: return call(n, want);
    case IrOp::Append: return appendExpr(n, want);
    case IrOp::Cap: case IrOp::Len: return lenCap(n, want);
    case IrOp::Make: return makeExpr(n, want);
    case IrOp::Complex: {
      Reg to = buildTarget(n, want);
      TempScope temps(*this);
      if (info(n->type).shape == Shape::C128) {
        Reg re = expr(n->x, to);
        move(to, re, 1);
        Reg im = expr(n->y, to + 1);
        move(to + 1, im, 1);
      } else {
        Reg re = expr(n->x), im = expr(n->y), t = scalarTemp();
        emit(Op::ShlImmI64, t, im, 32);
        emit(Op::Or, to, re, t);
      }
      if (want != kNone) move(want, to, slotsOfType(n->type));
      return want != kNone ? want : to;
    }
    case IrOp::Real: case IrOp::Imag: {
      bool imag = n->op == IrOp::Imag;
      if (info(n->x->type).shape == Shape::C128) {
        Reg x = expr(n->x);
        if (want == kNone) return x + imag;
        move(want, x + imag, 1);
        return want;
      }
      Reg to = target(want, n->type);
      TempScope temps(*this);
      Reg x = expr(n->x);
      if (imag) {
        emit(Op::ShrImmU64, to, x, 32);
      } else {
        emit(Op::ExtU32, to, x);
      }
      return to;
    }
    case IrOp::Copy: return copyExpr(n, want);
    case IrOp::Min: case IrOp::Max: return minMax(n, want);
    case IrOp::Recover: {
      Reg to = target(want, n->type);
      callRuntime("gorecover", {}, 2);
      move(to, 0, 2);
      return to;
    }
    case IrOp::Recv: return recv(n, want);
    case IrOp::UnsafeAdd: case IrOp::UnsafeSlice: case IrOp::UnsafeSliceData: case IrOp::UnsafeString:
    case IrOp::UnsafeStringData:
      return unsafeExpr(n, want);
    case IrOp::DeferToken: {
      Reg to = target(want, n->type);
      emit(Op::DeferToken, to);
      return to;
    }
    default: break;
  }
  std::string what = "codegen: not an expression: " + std::string(ir::opName(n->op));
  checkFailed(__FILE__, __LINE__, what.c_str());
}

void FuncGen::discard(Node*& n) {
  TempScope temps(*this);
  runInit(n);
  if (n->op == IrOp::InlinedCall) {
    runInlined(n);
    return;
  }
  if (n->op == IrOp::CallFunc || n->op == IrOp::CallInter) {
    call(n, kNone, true);
    return;
  }
  if (n->type && n->type->kind == TypeKind::Tuple) {
    std::vector<Type*> types;
    multi(n, types);
    return;
  }
  Node* x = strip(n);
  if (x->op == IrOp::Name) return;
  if (isPlace(x) && isMemoryPlace(x) && (slotsOfType(x->type) > 3 || info(x->type).boxed)) {
    // Only the checks matter, not the value.
    hoistPlace(n);
    Place p = place(n);
    if (p.kind != Place::Memory) p = toMemory(p, x->type);
    emit(Op::NilCheck, p.reg);
    return;
  }
  value(n);
}

// ---- Addresses

Reg FuncGen::newObject(Node* at, Type* t, AllocKind kind, Reg want) {
  Reg to = want != kNone ? want : ptrTemp();
  TypeInfo& ti = info(t);
  if (ti.size == 0) {
    loadSym(to, u.zeroBase());
    return to;
  }
  Reg in = ti.boxed ? kNone : storage(at, kindsOf(t));
  if (in != kNone) {
    emitTS(Op::NewStack, to, in, static_cast<Reg>(ti.slots), t, site(at, kind, t, true)).n[1] = ti.slots;
  } else {
    emitTS(Op::NewHeap, to, 0, 0, t, site(at, kind, t, false));
  }
  return to;
}

/// &T{…}
Reg FuncGen::pointerLit(Node* n, Reg want) {
  Type* t = n->x->type;
  TypeInfo& ti = info(t);
  Reg in = ti.boxed ? kNone : storage(n, kindsOf(t));
  if (in != kNone) {
    // Filled in place: nothing refers to it yet.
    Place p;
    p.kind = Place::Slots;
    p.reg = in;
    p.pos = n->pos;
    fillLit(n->x, p, false);
    Reg to = want != kNone ? want : ptrTemp();
    code.pos = n->pos;
    emitTS(Op::NewStack, to, in, 0, t, site(n, AllocKind::New, t, true)).n[1] = ti.slots;
    return to;
  }
  Reg to = buildTarget(n, want);
  newObject(n, t, AllocKind::New, to);
  Place p;
  p.kind = Place::Memory;
  p.reg = to;
  p.pos = n->pos;
  fillLit(n->x, p, true);
  if (want == kNone || to == want) return to;
  move(want, to, 1);
  return want;
}

/// Whether a place is reached through a pointer of the program's own, which may be nil.
static bool behindPointer(Node* x) {
  for (;;) {
    switch (x->op) {
      case IrOp::Deref: case IrOp::DotPtr: return true;
      case IrOp::Paren: case IrOp::Dot: case IrOp::ConvNop: x = x->x; continue;
      case IrOp::Index:
        if (ir::underlying(x->x->type)->kind != TypeKind::Array) return false;
        x = x->x;
        continue;
      default: return false;
    }
  }
}

Reg FuncGen::addr(Node* n, Reg want) {
  Node* x = n->x;
  while (x->op == IrOp::Paren) x = x->x;
  if (x->op == IrOp::Name && x->name->cls == ir::Class::Global) {
    Reg to = want != kNone ? want : ptrTemp();
    loadSym(to, u.symbol(x->name->symbol, x->name->package));
    return to;
  }
  if (x->op == IrOp::Deref) {
    Reg p = expr(x->x, want);
    code.pos = x->pos;
    emit(Op::NilCheck, p);
    return p;
  }
  if (x->op == IrOp::StructLit || x->op == IrOp::ArrayLit || x->op == IrOp::SliceLit || x->op == IrOp::MapLit) {
    Reg to = ptrTemp();
    Reg v = expr(x);
    newObject(n, x->type, AllocKind::New, to);
    if (slotsOfType(x->type)) storeMemory(to, 0, v, x->type);
    if (want == kNone) return to;
    move(want, to, 1);
    return want;
  }
  Reg to = want != kNone ? want : ptrTemp();
  TempScope temps(*this);
  Place p = place(x);
  code.pos = n->pos;
  if (p.kind == Place::Memory && p.offset == 0) {
    if (behindPointer(x)) emit(Op::NilCheck, p.reg);
    move(to, p.reg, 1);
    return to;
  }
  if ((p.kind == Place::Slots || p.kind == Place::LocalArray) && slotsOfType(x->type)) BURROW_CHECK(p.addressed);
  Reg got = pointerTo(p, x->type, to);
  move(to, got, 1);
  return to;
}

// ---- Strings, lengths, slices

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

Reg FuncGen::lenCap(Node* n, Reg want) {
  bool cap = n->op == IrOp::Cap;
  Type* t = ir::underlying(n->x->type);
  if (auto* p = as<Pointer>(t)) t = ir::underlying(p->base);
  if (auto* arr = as<Array>(t)) {
    {
      TempScope temps(*this);
      Node* x = strip(n->x);
      bool checked = false;  // the array itself is not looked at, but *p wants a p
      while (x->op == IrOp::Deref || x->op == IrOp::Paren) {
        checked |= x->op == IrOp::Deref && !x->implicit;
        x = x->x;
      }
      if (checked) {
        emit(Op::NilCheck, expr(x));
      } else if (x->op != IrOp::Name) {
        expr(x);
      }
    }
    Reg to = target(want, n->type);
    loadInt(to, arr->len);
    return to;
  }
  if (t->kind == TypeKind::Map || t->kind == TypeKind::Chan) {
    Reg to = target(want, n->type);
    TempScope temps(*this);
    Reg x = expr(n->x);
    emit(t->kind == TypeKind::Map ? Op::MapLen : cap ? Op::ChanCap : Op::ChanLen, to, x);
    return to;
  }
  int part = cap ? 2 : 1;
  Node* x = n->x;
  while (x->op == IrOp::Paren) x = x->x;
  if (isPlace(x) && isMemoryPlace(x)) {
    Reg to = target(want, n->type);
    TempScope temps(*this);
    Place p = place(x);
    if (p.kind == Place::Element) p = toMemory(p, x->type);
    p.offset += 8 * part;
    loadMemory(to, p.reg, p.offset, n->type);
    return to;
  }
  if (x->op == IrOp::BytesToStr && !cap) return lengthOf(x->x, want);
  if (x->op == IrOp::StrToRunes && !cap) return runeCount(x->x, want);
  if (isPlace(x)) {  // in the frame: only the one slot is wanted
    Node* root = x;
    while (root->op == IrOp::Dot || root->op == IrOp::Paren || root->op == IrOp::ConvNop) root = root->x;
    if (root->op == IrOp::Name) {
      Place p = place(x);
      Reg at = p.reg + static_cast<Reg>(p.offset / 8) + part;
      if (want == kNone && !p.addressed) return at;
      Reg to = target(want, n->type);
      move(to, at, 1);
      return to;
    }
  }
  Reg v = expr(x);
  if (want == kNone) return v + part;
  move(want, v + part, 1);
  return want;
}

/// len of a slice or string.
Reg FuncGen::lengthOf(Node* x, Reg want) {
  Reg to = want != kNone ? want : scalarTemp();
  TempScope temps(*this);
  Reg v = expr(x);
  move(to, v + 1, 1);
  return to;
}

/// len([]rune(s)), without the slice.
Reg FuncGen::runeCount(Node* x, Reg want) {
  Reg to = want != kNone ? want : scalarTemp();
  TempScope temps(*this);
  Reg s = temp(x->type), next = scalarTemp(), count = scalarTemp(), rune = scalarTemp();
  Reg v = expr(x, s);
  move(s, v, 2);
  zero(next, 1);
  zero(count, 1);
  Label body = code.newLabel(), cond = code.newLabel();
  code.jump(cond);
  code.bind(body);
  emit(Op::DecodeRune, rune, s, next);
  emit(Op::AddImmI64, count, count, 1);
  code.bind(cond);
  branchTo(Op::BrLtI64, next, s + 1, body);
  move(to, count, 1);
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

Reg FuncGen::copyExpr(Node* n, Reg want) {
  Reg to = want != kNone ? want : scalarTemp();
  TempScope temps(*this);
  hoistAll({&n->x, &n->y});
  Reg dst = expr(n->x), src = expr(n->y);
  code.pos = n->pos;
  if (isString(ir::underlying(n->y->type))) {
    emit(Op::CopyStr, to, dst, src);
  } else {
    emitT(Op::CopySlice, to, dst, src, ir::underlyingAs<Slice>(n->x->type)->elem);
  }
  return to;
}

Reg FuncGen::minMax(Node* n, Reg want) {
  bool max = n->op == IrOp::Max;
  TypeInfo& ti = info(n->type);
  Reg acc = buildTarget(n, want);
  {
    TempScope temps(*this);
    Reg first = expr(n->list[0], acc);
    move(acc, first, ti.slots);
    for (size_t i = 1; i < n->list.size(); ++i) {
      TempScope inner(*this);
      Reg y = expr(n->list[i]);
      Op op;
      switch (ti.shape) {
        case Shape::F64: op = max ? Op::MaxF64 : Op::MinF64; break;
        case Shape::F32: op = max ? Op::MaxF32 : Op::MinF32; break;
        case Shape::U8: case Shape::U16: case Shape::U32: case Shape::U64: op = max ? Op::MaxU64 : Op::MinU64; break;
        case Shape::String: {
          Reg less = scalarTemp();
          Label keep = code.newLabel();
          // Of equal strings the first stays.
          if (max) {
            emit(Op::LtStr, less, acc, y);
          } else {
            emit(Op::LtStr, less, y, acc);
          }
          branch1(Op::BrFalse, less, keep);
          move(acc, y, 2);
          code.bind(keep);
          continue;
        }
        default: op = max ? Op::MaxI64 : Op::MinI64; break;
      }
      emit(op, acc, acc, y);
    }
  }
  if (want != kNone) move(want, acc, ti.slots);
  return want != kNone ? want : acc;
}

// ---- unsafe

Reg FuncGen::unsafeExpr(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  switch (n->op) {
    case IrOp::UnsafeAdd: {
      Reg x = expr(n->x), y = expr(n->y);
      emit(Op::AddI64, to, x, y);
      return to;
    }
    case IrOp::UnsafeSliceData: case IrOp::UnsafeStringData: {
      Reg x = expr(n->x);
      move(to, x, 1);
      return to;
    }
    default: break;
  }
  bool slice = n->op == IrOp::UnsafeSlice;
  // An own copy of the length: the checks branch, and results must not overwrite their operands.
  Reg p = exprTemp(n->x), len = exprTemp(n->y);
  code.pos = n->pos;
  uint64_t size = slice ? info(ir::underlyingAs<Slice>(n->type)->elem).size : 1;
  Label bad = code.newLabel(), nil = code.newLabel(), good = code.newLabel();
  branchTo(Op::BrLtImm, len, 0, bad);
  Label notNil = code.newLabel();
  branchTo(Op::BrNeImm, p, 0, notNil);
  branchTo(Op::BrEqImm, len, 0, good);
  code.jump(nil);
  code.bind(notNil);
  {
    TempScope inner(*this);
    Reg wide = temp(Kinds{false, false}), room = scalarTemp();
    loadInt(room, static_cast<int64_t>(size));
    emit(Op::MulWide, wide, len, room);
    branchTo(Op::BrNeImm, wide, 0, bad);
    emit(Op::NegI64, room, p);
    branchTo(Op::BrLeU64, wide + 1, room, good);
  }
  code.bind(bad);
  callRuntime(slice ? "panicunsafeslicelen" : "panicunsafestringlen", {}, 0);
  emit(Op::Unreachable);
  code.bind(nil);
  callRuntime(slice ? "panicunsafeslicenilptr" : "panicunsafestringnilptr", {}, 0);
  emit(Op::Unreachable);
  code.bind(good);
  move(to, p, 1);
  move(to + 1, len, 1);
  if (slice) move(to + 2, len, 1);
  return to;
}

// ---- Maps and channels

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

// ---- Booleans

Reg FuncGen::logical(Node* n, Reg want) {
  Reg to = want != kNone && !isOutgoing(want) && !mentions(n, want, 1) ? want : scalarTemp();
  bool isAnd = n->op == IrOp::AndAnd;
  Label other = code.newLabel(), end = code.newLabel();
  {
    TempScope temps(*this);
    branch(n, other, false);
    loadInt(to, 1);
    code.jump(end);
    code.bind(other);
    loadInt(to, 0);
    code.bind(end);
  }
  (void)isAnd;
  if (want != kNone) move(want, to, 1);
  return want != kNone ? want : to;
}

}  // namespace burrow::codegen
