// Values: which generator an expression belongs to, and the smallest of them.
#include "compiler/codegen/func_gen.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

Reg FuncGen::zeroValue(Type* t, Reg want) {
  Reg to = target(want, t);
  if (!info(t).boxed) {
    zero(to, slotsOfType(t));
    return to;
  }
  Reg cell = isOutgoing(to) ? ptrTemp() : to;
  emitTS(Op::NewHeap, cell, 0, 0, t, u.site(code.pos, AllocKind::Variable, true, t));
  move(to, cell, 1);
  return to;
}

Reg FuncGen::variable(Node* n, Reg want) {
  if (n->name->cls != ir::Class::Global) return load(place(n), n->type, want);
  Reg to = target(want, n->type);
  if (slotsOfType(n->type) == 0) return to;
  TempScope temps(*this);
  Reg p = ptrTemp();
  loadSym(p, u.symbol(n->name->symbol, n->name->package));
  loadMemory(to, p, 0, n->type);
  return to;
}

/// *p and p.f
Reg FuncGen::throughPointer(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  onlyRead_ = onlyRead(n);
  Place p = place(n);
  onlyRead_ = nullptr;
  return load(p, n->type, to);
}

/// What lies in slots that codegen itself knows.
Reg FuncGen::slotsValue(Node* n, Reg want) {
  if (!info(n->type).boxed) return load(place(n), n->type, want);
  return moved(static_cast<Reg>(n->index), want, 1);
}

/// x.f of a struct.
Reg FuncGen::fieldOf(Node* n, Reg want) {
  if (isPlace(n) && !isMemoryPlace(n)) return load(place(n), n->type, want);
  Reg to = target(want, n->type);
  TempScope temps(*this);
  if (!isPlace(n->x) && n->x->op == IrOp::IndexMap) {
    Place m = toMemory(place(n->x), n->x->type);
    return load(field(m, info(n->x->type).offsets[n->index]), n->type, to);
  }
  return load(place(n), n->type, to);
}

/// x[i] of a string, slice or array.
Reg FuncGen::indexed(Node* n, Reg want) {
  Reg to = target(want, n->type);
  TempScope temps(*this);
  if (isString(ir::underlying(n->x->type))) {
    Reg s = expr(n->x), i = expr(n->y);
    code.pos = n->pos;
    emit(Op::IndexStr, to, s, i);
    return to;
  }
  Place p = place(n);
  code.pos = n->pos;
  return load(p, n->type, to);
}

// ---- Dispatch

namespace {

/// Instructions stand at their expression's position while it is generated.
struct PosScope {
  Code& code;
  Pos saved;
  PosScope(Code& c, Pos p) : code(c), saved(c.pos) {
    if (p.isKnown()) c.pos = p;
  }
  ~PosScope() { code.pos = saved; }
};

}  // namespace

Reg FuncGen::expr(Node* n, Reg want) {
  PosScope scope(code, n->pos);
  switch (n->op) {
    case IrOp::Paren: return expr(n->x, want);
    case IrOp::Init: case IrOp::InlinedCall: return value(n, want);
    case IrOp::Literal: return literal(n, want);
    case IrOp::Nil: case IrOp::Zero: return zeroValue(n->type, want);
    case IrOp::Name: return variable(n, want);
    case IrOp::Deref: case IrOp::DotPtr: return throughPointer(n, want);
    case IrOp::Intrinsic: return slotsValue(n, want);
    case IrOp::Dot: return fieldOf(n, want);
    case IrOp::Index: return indexed(n, want);
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
    case IrOp::New: return newExpr(n, want);
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
    case IrOp::Complex: return complexExpr(n, want);
    case IrOp::Real: case IrOp::Imag: return complexPart(n, want);
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

}  // namespace burrow::codegen
