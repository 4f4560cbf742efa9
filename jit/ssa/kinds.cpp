// Register classes.
#include <algorithm>

#include "jit/ssa/ssa.h"

namespace burrow::jit {

namespace {

/// The class an operation wants argument i in; None: any.
Kind wanted(const Value* v, size_t i) {
  switch (v->op) {
    case SOp::Phi: case SOp::Copy: case SOp::SetHome: case SOp::Bits: case SOp::Return: return Kind::None;
    case SOp::Store: return i + 1 == v->args.size() ? Kind::None : Kind::Int;
    case SOp::FEq: case SOp::FNe: case SOp::FLt: case SOp::FLe:
    case SOp::FToI64: case SOp::FToU64: case SOp::FToI32: case SOp::FToU32: case SOp::FToF: return static_cast<Kind>(v->aux);
    case SOp::FAdd: case SOp::FSub: case SOp::FMul: case SOp::FDiv: case SOp::FNeg: case SOp::FMin: case SOp::FMax: case SOp::FSqrt:
    case SOp::FAbs: case SOp::FFloor: case SOp::FCeil: case SOp::FTrunc: case SOp::FCopysign: case SOp::FFma: return v->kind;
    default: return Kind::Int;
  }
}

/// Values whose class is open: bits that come from memory, constants, phis.
bool isOpen(const Value* v) {
  return v->op == SOp::Phi || v->op == SOp::Const || v->op == SOp::Home ||
         (v->op == SOp::Load && (v->width == Width::W64 || v->width == Width::U32));
}

/// Whether v computes with floating point numbers, or has one in the register class of integers.
bool isFloating(const Value* v) {
  return (v->op >= SOp::FEq && v->op <= SOp::FLe) || (v->op >= SOp::FAdd && v->op <= SOp::FToF) || v->kind == Kind::F64 || v->kind == Kind::F32;
}

}  // namespace

void chooseKinds(Graph& g) {
  bool any = std::any_of(g.blocks.begin(), g.blocks.end(), [](const Block* b) {
    return std::any_of(b->phis.begin(), b->phis.end(), isFloating) || std::any_of(b->values.begin(), b->values.end(), isFloating);
  });
  if (!any) return;
  enum : uint8_t { kInt = 1, kF64 = 2, kF32 = 4 };
  Vec<uint8_t> votes(g.pool.size(), 0);
  auto bit = [](Kind k) -> uint8_t { return k == Kind::F64 ? kF64 : k == Kind::F32 ? kF32 : kInt; };
  for (Block* b : g.blocks)
    for (auto* list : {&b->phis, &b->values})
      for (Value* v : *list) {
        if (!isOpen(v) && v->kind != Kind::None) votes[v->id] = bit(v->kind);
        for (size_t i = 0; i < v->args.size(); i++)
          if (Kind k = wanted(v, i); k != Kind::None && isOpen(v->args[i])) votes[v->args[i]->id] |= bit(k);
      }
  // Phis and what they merge vote together.
  for (bool changed = true; changed;) {
    changed = false;
    for (Block* b : g.blocks)
      for (Value* phi : b->phis)
        for (Value* a : phi->args) {
          uint8_t phiVote = votes[phi->id] | (isConst(a) ? 0 : votes[a->id]);  // a constant may be had in each class
          if (phiVote != votes[phi->id]) votes[phi->id] = phiVote, changed = true;
          if (isOpen(a) && !isConst(a) && votes[a->id] != phiVote) votes[a->id] |= phiVote, changed = true;
        }
  }
  for (Block* b : g.blocks)
    for (auto* list : {&b->phis, &b->values})
      for (Value* v : *list) {
        if (!isOpen(v)) continue;
        if (votes[v->id] == kF64 && (v->op != SOp::Load || v->width == Width::W64)) v->kind = Kind::F64;
        else if (votes[v->id] == kF32) v->kind = Kind::F32;
      }
  auto bits = [&](Value* x, Kind k, Block* b, size_t before) {
    Value* v = isConst(x) ? g.make(SOp::Const, k) : g.make(SOp::Bits, k);
    if (isConst(x)) v->aux = x->aux;
    else v->args = {x};
    v->block = b;
    v->pc = before < b->values.size() ? b->values[before]->pc : b->pc;
    b->values.insert(b->values.begin() + static_cast<std::ptrdiff_t>(before), v);
    return v;
  };
  for (Block* b : g.blocks) {
    for (size_t at = 0; at < b->values.size(); at++) {
      for (size_t i = 0; i < b->values[at]->args.size(); i++) {
        Value* v = b->values[at];
        Kind k = wanted(v, i);
        if (k == Kind::None || v->args[i]->kind == k) continue;
        Value* x = bits(v->args[i], k, b, at++);
        v->args[i] = x;
      }
    }
    for (Value* phi : b->phis)
      for (size_t i = 0; i < phi->args.size(); i++)
        if (phi->args[i]->kind != phi->kind) phi->args[i] = bits(phi->args[i], phi->kind, b->preds[i], b->preds[i]->values.size() - 1);
  }
}

}  // namespace burrow::jit
