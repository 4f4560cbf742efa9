// What expressions let flow.
#include <algorithm>

#include "compiler/escape/builder.h"

namespace burrow::escape {

using ir::Class;
using ir::Func;
using ir::Name;
using ir::Node;
using ir::Op;

namespace {

bool isUnsafePointer(Type* t) {
  auto* b = ir::underlyingAs<Basic>(t);
  return b && b->basic == BasicKind::UnsafePointer;
}

bool isUintptr(Type* t) {
  auto* b = ir::underlyingAs<Basic>(t);
  return b && b->basic == BasicKind::Uintptr;
}

bool isIface(Type* t) { return ir::underlying(t)->kind == TypeKind::Interface; }

/// The type of an expression's (first) value.
Type* typeOf(const Node* n) {
  if (!n->commaOk) return n->type;
  switch (n->op) {
    case Op::Assert: return n->typeArg;
    case Op::Recv: return ir::canon(ir::underlyingAs<Chan>(n->x->type)->elem);
    case Op::IndexMap: return ir::canon(ir::underlyingAs<Map>(n->x->type)->elem);
    default: return n->type;
  }
}

}  // namespace

void FlowBuilder::expr(Hole k, Node* n) {
  if (!n) return;
  while (n->op == Op::Init) {
    stmts(n->list);
    n = n->x;
  }
  if (n->op == Op::InlinedCall) bindArguments(n);
  Type* t = typeOf(n);
  if (k.derefs >= 0 && (!t || !ir::info(t).hasPointers())) k.to = b_.discard().to;
  value(k, n);
}

void FlowBuilder::name(Hole k, Name* n) {
  if (n->cls == Class::Global) return;
  if (k.derefs >= 0 && !ir::info(n->type).hasPointers()) k.to = b_.discard().to;
  b_.flow(k, Context::of(n));
}

void FlowBuilder::value(Hole k, Node* n) {
  switch (n->op) {
    case Op::Name:
      if (n->name->cls != Class::Global) b_.flow(k, Context::of(n->name));
      return;
    case Op::FuncName: case Op::MethodExpr: case Op::Literal: case Op::Nil: case Op::Zero: case Op::TypeWord: case Op::DeferToken: return;
    case Op::Paren: return expr(k, n->x);
    case Op::Plus: case Op::Neg: case Op::BitNot: case Op::Not: return discard(n->x);
    case Op::Add: case Op::Sub: case Op::Mul: case Op::Div: case Op::Rem: case Op::And: case Op::Or: case Op::Xor: case Op::AndNot: case Op::Shl:
    case Op::Shr: case Op::Eq: case Op::Ne: case Op::Lt: case Op::Le: case Op::Gt: case Op::Ge: case Op::AndAnd: case Op::OrOr:
      discard(n->x);
      return discard(n->y);
    case Op::Addr: return expr(b_.address(k, n, "address-of"), n->x);
    case Op::Deref: return expr(b_.deref(k, n, "indirection"), n->x);
    case Op::Dot: return expr(b_.note(k, n, "dot"), n->x);
    case Op::DotPtr: return expr(b_.deref(k, n, "dot of pointer"), n->x);
    case Op::Assert: return expr(dotType(k, n->typeArg, n, "dot"), n->x);
    case Op::Index:
      if (ir::underlying(n->x->type)->kind == TypeKind::Array) expr(b_.note(k, n, "fixed-array-index-of"), n->x);
      else expr(b_.deref(k, n, "dot of pointer"), n->x);
      return discard(n->y);
    case Op::IndexMap:  // what maps hold is on the heap
      discard(n->x);
      return discard(n->y);
    case Op::Slice:
      expr(b_.note(k, n, "slice"), n->x);
      return discard(n->list);
    case Op::Conv: case Op::ConvNop: case Op::ConvIface: case Op::SliceToArr: case Op::SliceToArrPtr: return convert(k, n);
    case Op::BytesToStr: case Op::StrToBytes: case Op::RunesToStr: case Op::StrToRunes: case Op::RuneToStr:
      spill(k, n);
      return discard(n->x);
    case Op::AddStr:
      spill(k, n);
      return discard(n->list);
    case Op::Recv: return discard(n->x);
    case Op::New:
      if (!n->x) spill(k, n);
      else newValue(k, n);
      return;
    case Op::Make:
      if (ir::underlying(n->type)->kind != TypeKind::Chan) spill(k, n);
      discard(n->x);
      return discard(n->y);
    case Op::MethodValue: return methodValue(k, n);
    case Op::PtrLit: return expr(spill(k, n), n->x);
    case Op::ArrayLit: case Op::SliceLit: case Op::StructLit: case Op::MapLit: case Op::Closure: return literal(k, n);
    default: return call(&k, 1, n);
  }
}

void FlowBuilder::literal(Hole k, Node* n) {
  switch (n->op) {
    case Op::StructLit:
      for (Node* e : n->list) expr(b_.note(k, n, "struct literal element"), e->x);
      return;
    case Op::ArrayLit:
      for (Node* e : n->list) expr(b_.note(k, n, "array literal element"), e->op == Op::Key ? e->x : e);
      return;
    case Op::SliceLit:
      k = spill(k, n);
      for (Node* e : n->list) expr(b_.note(k, n, "slice-literal-element"), e->op == Op::Key ? e->x : e);
      return;
    case Op::MapLit:
      spill(k, n);
      for (Node* e : n->list) {
        assignHeap(e->y, "map literal key", n);
        assignHeap(e->x, "map literal value", n);
      }
      return;
    default: break;
  }
  Func* f = n->func;
  k = spill(k, n);
  if (f->goDeferWrapper || f->wrapper) k.to->reportable = false;
  b_.addClosure(k, n);
  if (!isInner(f)) return;
  for (Name* c : f->captures) {
    Location* l = Context::of(c);
    if (l->captured) continue;
    l->captured = true;
    // What it was assigned on the straight way here does not matter.
    if (l->loopDepth == loopDepth_) l->reassigned = false;
  }
  if (!b_.isOpen(f)) b_.addFunc(f);
  FlowBuilder(b_, f).walk();
}

/// The receiver flows into the closure, and to where the method lets it go; nobody follows the results.
void FlowBuilder::methodValue(Hole k, Node* n) {
  Hole both[2];
  both[1] = spill(k, n);
  Holes results;
  auto* sig = ir::underlyingAs<Signature>(n->type);
  if (sig && sig->results) results.assign(sig->results->vars.size(), b_.heap());
  both[0] = paramHole(results.data(), results.size(), methodOf(n), 0);
  expr(tee(both, 2), n->x);
}

void FlowBuilder::convert(Hole k, Node* n) {
  switch (n->op) {
    case Op::SliceToArr: return expr(b_.deref(k, n, "slice-to-array"), n->x);
    case Op::ConvIface:
      if (!isIface(n->x->type) && !ir::info(n->x->type).direct) k = spill(k, n);
      return expr(b_.note(k, n, "interface-converted"), n->x);
    case Op::ConvNop: case Op::Conv:
      if (std::find(taken_.begin(), taken_.end(), n) != taken_.end()) return;
      if (isUnsafePointer(n->type) && isUintptr(n->x->type)) return unsafeValue(k, n->x);
      return expr(k, n->x);
    default: return expr(k, n->x);
  }
}

/// new(x): gc has a variable with the value x and takes its address.
void FlowBuilder::newValue(Hole k, Node* n) {
  Location* l = b_.newLocation(func_, n, loopDepth_, true);
  expr(b_.note({l}, n, "assign"), n->x);
  b_.flow(b_.address(k, n, "address-of"), l);
}

Hole FlowBuilder::spill(Hole k, Node* n) {
  Location* l = b_.newLocation(func_, n, loopDepth_, false);
  b_.flow(b_.address(k, n, "spill"), l);
  return {l};
}

/// A hole that lets flow into several.
Hole FlowBuilder::tee(const Hole* ks, size_t n) {
  if (n == 0) return b_.discard();
  if (n == 1) return ks[0];
  Location* l = b_.newLocation(func_, nullptr, loopDepth_, false);
  for (size_t i = 0; i < n; ++i) b_.flow(ks[i], l);
  return {l};
}

/// The same, at a later time: what flows in persists.
Hole FlowBuilder::later(Hole k) {
  Location* l = b_.newLocation(func_, nullptr, loopDepth_, true);
  b_.flow(k, l);
  return {l};
}

/// From an interface to a type: values that are not pointers lie behind the data word.
Hole FlowBuilder::dotType(Hole k, Type* t, const Node* where, const char* why) {
  if (!isIface(t) && !ir::info(t).direct) k = Batch::shift(k, 1);
  return b_.note(k, where, why);
}

}  // namespace burrow::escape
