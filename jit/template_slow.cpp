// Instructions that are a call of their slow half and nothing else, and how many instructions have templates at all.
#include "jit/helpers.h"
#include "jit/template.h"
#include "vm/profile/sites.h"

namespace burrow::jit {

namespace {

vm::SlowFn* slowHalf(Op op) {
  switch (op) {
    case Op::DivC128: return vm::slowDivC128;
    case Op::EqIface: return vm::slowEqIface;
    case Op::EqEface: return vm::slowEqEface;
    case Op::EqVal: return vm::slowEqVal;
    case Op::EqMem: return vm::slowEqMem;
    case Op::SliceArr: return vm::slowSliceArr;
    case Op::SliceToHeap: return vm::slowSliceToHeap;
    case Op::AppendMake: return vm::slowAppendMake;
    case Op::AppendSlice: return vm::slowAppendSlice;
    case Op::AppendStr: return vm::slowAppendStr;
    case Op::CopySlice: return vm::slowCopySlice;
    case Op::ClearSlice: return vm::slowClearSlice;
    case Op::StrConcat: return vm::slowStrConcat;
    case Op::BytesToStr: return vm::slowBytesToStr;
    case Op::StrToBytes: return vm::slowStrToBytes;
    case Op::RunesToStr: return vm::slowRunesToStr;
    case Op::StrToRunes: return vm::slowStrToRunes;
    case Op::RuneToStr: return vm::slowRuneToStr;
    case Op::StrConcatBuf: return vm::slowStrConcatBuf;
    case Op::BytesToStrBuf: return vm::slowBytesToStrBuf;
    case Op::StrToBytesBuf: return vm::slowStrToBytesBuf;
    case Op::RunesToStrBuf: return vm::slowRunesToStrBuf;
    case Op::StrToRunesBuf: return vm::slowStrToRunesBuf;
    case Op::RuneToStrBuf: return vm::slowRuneToStrBuf;
    case Op::MakeSliceHeap: return vm::slowMakeSliceHeap;
    case Op::MakeSliceBuf: return vm::slowMakeSliceBuf;
    case Op::MakeChan: return vm::slowMakeChan;
    case Op::MapGet: return vm::slowMapGet;
    case Op::MapGetOk: return vm::slowMapGetOk;
    case Op::MapSet: return vm::slowMapSet;
    case Op::MapDelete: return vm::slowMapDelete;
    case Op::MapClear: return vm::slowMapClear;
    case Op::MapIterInit: return vm::slowMapIterInit;
    case Op::MapIterNext: return vm::slowMapIterNext;
    case Op::ChanClose: return vm::slowChanClose;
    case Op::AssertIface: return vm::slowAssertIface;
    case Op::AssertIfaceOk: return vm::slowAssertIfaceOk;
    case Op::ConvIface: return vm::slowConvIface;
    case Op::AssertFail: return vm::slowAssertFail;
    case Op::Go: return vm::slowGo;
    case Op::Defer: return vm::slowDefer;
    case Op::DeferStack: return vm::slowDeferStack;
    case Op::DeferReturn: return helpDeferReturn;
    case Op::DeferToken: return vm::slowDeferToken;
    case Op::DeferAt: return vm::slowDeferAt;
    case Op::Unreachable: return vm::slowUnreachable;
    default: return nullptr;
  }
}

/// Those that may park, and go on in compiled code then.
vm::SlowFn* parkingHalf(Op op) {
  switch (op) {
    case Op::ChanSend: return vm::slowChanSend;
    case Op::ChanRecv: return vm::slowChanRecv;
    case Op::Select: return vm::slowSelect;
    default: return nullptr;
  }
}

}  // namespace

bool Template::slowHalves() {
  if (vm::SlowFn* fn = parkingHalf(op())) {
    callStub(parkStub(fn), pc_);
    return true;
  }
  vm::SlowFn* fn = vm::siteCounts && vm::countsBuffer(op()) ? vm::slowCounted : slowHalf(op());
  if (!fn) return false;
  slow(fn);
  return true;
}

}  // namespace burrow::jit
