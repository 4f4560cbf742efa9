// Instruction buffer: emission, and how instructions use storage in the frame. encode.cpp makes words of them.
#include "compiler/codegen/code.h"

#include <algorithm>

#include "compiler/codegen/liveness.h"
#include "compiler/codegen/pinned.h"
#include "vm/bytecode/check.h"

namespace burrow::codegen {

Access addrAccess(Op op, int operand) {
  switch (op) {
    case Op::GetSubI8: case Op::GetSubU8: case Op::GetSubI16: case Op::GetSubU16: case Op::GetSubI32: case Op::GetSubU32:
    case Op::EqVal: case Op::StoreTyped: case Op::IndexLocalLoad64: case Op::ClosureHeap: case Op::BoxHeap:
    case Op::MapGet: case Op::MapGetOk: case Op::MapSet: case Op::MapDelete: case Op::ChanSend: case Op::StrConcat:
      return Access::Read;
    case Op::StrConcatBuf: return operand == 1 ? Access::Read : Access::Pin;
    case Op::SetSub8: case Op::SetSub16: case Op::SetSub32: case Op::IndexLocalStore64: case Op::MapIterNext:
    case Op::Select:
      return Access::Update;
    case Op::FrameCopy: return operand == 0 ? Access::Update : Access::Read;
    case Op::ChanRecv:
      // The buffer is filled while the goroutine is parked: maps must cover it, so it counts as read.
      return operand == 0 ? Access::Update : Access::Write;
    case Op::MapIterInit: return Access::Write;
    case Op::BoxStack: return operand == 1 ? Access::Pin : Access::Read;
    case Op::IndexLocal: case Op::LocalAddr:
      return Access::Update;  // if the address outlives the next instructions, whoever emits this pins the slots
    default: return Access::Pin;
  }
}

namespace {

/// What functions lend each other while they are generated: memory that has grown to the size they need.
struct Scratch {
  std::vector<Ins> ins;
  Liveness liveness;
  PinnedSlots pinned;
};
Scratch& scratch() {
  static thread_local Scratch s;
  return s;
}

}  // namespace

Code::Code() : liveness_(&scratch().liveness), pinned_(&scratch().pinned) { ins.swap(scratch().ins); }

Code::~Code() {
  ins.clear();
  if (ins.capacity() > scratch().ins.capacity()) ins.swap(scratch().ins);
}

Ins& Code::emit(Op op, Reg a, Reg b, Reg c) {
  Ins& in = ins.emplace_back();
  in.op = op;
  in.a = a;
  in.b = b;
  in.c = c;
  in.pos = pos;
  in.inl = inl;
  return in;
}

StorageUse storageUse(const Ins& in) {
  switch (in.op) {
    case Op::NewStack: case Op::SliceLitStack: return {in.b, in.n[1], static_cast<uint32_t>(in.c) >= in.n[1]};
    case Op::MakeSliceStack: case Op::MakeMapStack: return {in.b, in.n[1], true};
    case Op::BoxStack: return {in.b, in.n[1], in.b != in.c};
    case Op::ClosureStack: return {in.b, in.n[1], false};
    case Op::MakeSliceBuf: return {in.c, in.n[2], true};
    default: return {kNone, 0, false};
  }
}

void Code::jump(Label l) {
  if (!reachable()) return;
  emit(Op::Jump).target = l;
}

bool Code::reachable() const {
  return ins.empty() || !(opInfo(ins.back().op).effects & Ends) || bound_ == static_cast<int>(ins.size());
}

}  // namespace burrow::codegen
