#include "vm/profile/leaves.h"

namespace burrow::vm {

const char* runtimeName(Op op) {
  switch (op) {
    case Op::NewHeap: case Op::ClosureHeap: case Op::BoxHeap: case Op::MakeSliceHeap: case Op::MakeSliceBuf: case Op::SliceToHeap: return "runtime._malloc";
    case Op::AppendGrow: case Op::AppendGrowBuf: case Op::AppendSlice: case Op::AppendStr: case Op::AppendMake: return "runtime._append";
    case Op::CopySlice: case Op::CopyStr: case Op::CopyTyped: case Op::StoreTyped: case Op::MovN: case Op::LoadN: case Op::StoreN: return "runtime._memmove";
    case Op::ClearSlice: case Op::ZeroTyped: case Op::ZeroN: return "runtime._memclr";
    case Op::StrConcat: case Op::StrConcatBuf: return "runtime._concatstrings";
    case Op::BytesToStr: case Op::BytesToStrBuf: case Op::BytesToStrTmp: return "runtime._slicebytetostring";
    case Op::StrToBytes: case Op::StrToBytesBuf: case Op::StrToBytesTmp: return "runtime._stringtoslicebyte";
    case Op::RunesToStr: case Op::RunesToStrBuf: return "runtime._slicerunetostring";
    case Op::StrToRunes: case Op::StrToRunesBuf: return "runtime._stringtoslicerune";
    case Op::RuneToStr: case Op::RuneToStrBuf: return "runtime._intstring";
    case Op::DecodeRune: return "runtime._decoderune";
    case Op::EqStr: case Op::BrEqStr: case Op::BrNeStr: case Op::EqMem: case Op::EqVal: return "runtime._memequal";
    case Op::LtStr: case Op::LeStr: return "runtime._cmpstring";
    case Op::EqIface: case Op::EqEface: return "runtime._ifaceeq";
    case Op::AssertIface: case Op::AssertIfaceOk: case Op::ConvIface: return "runtime._typeassert";
    case Op::MakeMapHeap: case Op::MakeMapStack: return "runtime._makemap";
    case Op::MapGet: case Op::MapGetOk: return "runtime._mapaccess";
    case Op::MapSet: return "runtime._mapassign";
    case Op::MapDelete: return "runtime._mapdelete";
    case Op::MapClear: return "runtime._mapclear";
    case Op::MapIterInit: case Op::MapIterNext: return "runtime._mapiter";
    case Op::MakeChan: return "runtime._makechan";
    case Op::ChanSend: return "runtime._chansend";
    case Op::ChanRecv: return "runtime._chanrecv";
    case Op::ChanClose: return "runtime._closechan";
    case Op::Select: return "runtime._selectgo";
    case Op::Go: return "runtime._newproc";
    default: return nullptr;
  }
}

}  // namespace burrow::vm
