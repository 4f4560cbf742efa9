#include "jit/ssa/operands.h"

#include "vm/bytecode/operands.h"
#include "vm/bytecode/type_desc.h"

namespace burrow::jit {

namespace {

unsigned slotsOfType(uint64_t word) { return valueSlots(reinterpret_cast<const AbiType*>(word)->size); }
const AbiMapType* mapType(uint64_t word) { return reinterpret_cast<const AbiMapType*>(word); }

/// Registers in an "r" word: slices have three, some absent; the others one.
void registerWord(const Insn* pc, InsnSlots& out) {
  auto op = static_cast<Op>(pc->op);
  bool slices = op == Op::SliceSlice || op == Op::SliceStr || op == Op::SliceArr;
  for (unsigned i = 0; i < (slices ? 3u : 1u); i++)
    if (pc[1].reg[i] != kNoReg) out.reads.push_back({pc[1].reg[i], 1});
}

/// The extents of Addr operands. False: not known.
bool addressed(const Insn* pc, InsnSlots& out) {
  auto read = [&](unsigned from, unsigned count) { out.reads.push_back({from, count}); };
  auto write = [&](unsigned from, unsigned count) { out.writes.push_back({from, count}); };
  auto memory = [&](unsigned from, unsigned count) { out.memory.push_back({from, count}); };
  unsigned a = pc->a, b = pc->b, c = pc->c;
  switch (static_cast<Op>(pc->op)) {
    case Op::LocalAddr: memory(b, 1); return true;  // its extent: the function's memory map
    case Op::GetSubI8: case Op::GetSubU8: case Op::GetSubI16: case Op::GetSubU16: case Op::GetSubI32: case Op::GetSubU32:
      read(b + c / 8, 1);
      return true;
    case Op::SetSub8: case Op::SetSub16: case Op::SetSub32:
      read(a + c / 8, 1), write(a + c / 8, 1);
      return true;
    case Op::FrameCopy: {
      auto to = static_cast<uint32_t>(pc[1].word), from = static_cast<uint32_t>(pc[1].word >> 32);
      auto bytes = static_cast<uint32_t>(pc[2].word);
      unsigned toFirst = a + to / 8, toCount = (to % 8 + bytes + 7) / 8;
      read(b + from / 8, (from % 8 + bytes + 7) / 8);
      read(toFirst, toCount);  // its ends may be written in part only
      write(toFirst, toCount);
      return true;
    }
    case Op::EqVal: read(b, slotsOfType(pc[1].word)), read(c, slotsOfType(pc[1].word)); return true;
    case Op::StoreTyped: read(b, static_cast<uint32_t>(pc[2].word)); return true;
    case Op::StrConcat: read(b, 2 * c); return true;
    case Op::NewStack: memory(b, slotsOfType(pc[1].word)); return true;
    case Op::MakeSliceStack: case Op::SliceLitStack:
      memory(b, slotsOf(pc[3].word * reinterpret_cast<const AbiType*>(pc[1].word)->size));
      return true;
    case Op::ClosureHeap: read(b, c); return true;
    case Op::ClosureStack: memory(b, c + 1); return true;
    case Op::BoxHeap: read(b, slotsOfType(pc[1].word)); return true;
    case Op::BoxStack: memory(b, slotsOfType(pc[1].word)), read(c, slotsOfType(pc[1].word)); return true;
    case Op::MapGet: case Op::MapGetOk: case Op::MapSet: read(c, valueSlots(mapType(pc[1].word)->key->size)); return true;
    case Op::MapDelete: read(b, valueSlots(mapType(pc[1].word)->key->size)); return true;
    case Op::MapIterInit: case Op::MapIterNext: memory(a, kMapIterSlots); return true;
    case Op::ChanSend: read(b, c); return true;
    case Op::ChanRecv:
      if (a != kNoReg) write(a, static_cast<uint32_t>(pc[1].word));
      if (c != kNoReg) write(c, 1);
      return true;
    case Op::Select: read(b, 2 * c); return true;
    case Op::DeferStack: memory(b, kDeferSlots); return true;
    case Op::MakeMapStack: memory(b, storageOf(pc).slots); return true;
    case Op::StrConcatBuf: read(b, 2 * static_cast<uint32_t>(pc[2].word)), memory(c, storageOf(pc).slots); return true;
    case Op::BytesToStrBuf: case Op::StrToBytesBuf: case Op::RunesToStrBuf: case Op::StrToRunesBuf: case Op::RuneToStrBuf: case Op::MakeSliceBuf: case Op::AppendGrowBuf:
      memory(c, storageOf(pc).slots);
      return true;
    case Op::IndexLocal: memory(b, slotsOf(pc[1].word * pc[2].word)); return true;
    case Op::IndexLocalLoad64: memory(b, static_cast<unsigned>(pc[1].word)); return true;
    case Op::IndexLocalStore64: memory(a, static_cast<unsigned>(pc[1].word)); return true;
    default: return false;
  }
}

}  // namespace

bool slotsOfInsn(const vm::Func& f, const Insn* pc, InsnSlots& out) {
  out.clear();
  auto op = static_cast<Op>(pc->op);
  const OpInfo& info = opInfo(op);
  bool hasAddr = false;
  bool index = op >= Op::IndexAddr && op <= Op::IndexStoreIface;   // a slice's capacity does not matter
  for (unsigned n = 0; n < 3; n++) {
    Role role = info.role[n];
    unsigned slot = operandOf(*pc, n);
    switch (role) {
      case Role::R3: out.reads.push_back({slot, index ? 2u : 3u}); break;
      case Role::R: case Role::R2: case Role::RN: out.reads.push_back({slot, operandSlots(pc, n)}); break;
      case Role::W: case Role::W2: case Role::W3: case Role::WN: out.writes.push_back({slot, operandSlots(pc, n)}); break;
      case Role::RW: out.reads.push_back({slot, 1}), out.writes.push_back({slot, 1}); break;
      case Role::Addr: hasAddr = true; break;
      default: break;
    }
  }
  if (!info.words.empty() && info.words[0] == 'r') registerWord(pc, out);
  if (hasAddr && !addressed(pc, out)) return false;
  switch (op) {
    case Op::Call: case Op::CallClosure: case Op::CallIface:
      out.reads.push_back({0, pc->a});
      out.writes.push_back({pc->a, pc->b});
      break;
    case Op::Return: out.reads.push_back({resultBase(f), f.resultSlots}); break;
    default: break;
  }
  return true;
}

}  // namespace burrow::jit
