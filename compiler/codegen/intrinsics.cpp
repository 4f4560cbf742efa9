// Calls that become single instructions: math, math/bits, atomics.
#include "compiler/codegen/intrinsics.h"

#include <unordered_map>

#include "compiler/codegen/func_gen.h"

namespace burrow::codegen {

namespace {

using I = IntrinsicInfo;

const IntrinsicInfo kTable[] = {
    {"math.Sqrt", I::Unary, Op::SqrtF64},
    {"math.sqrt", I::Unary, Op::SqrtF64},
    {"math.Abs", I::Unary, Op::AbsF64},
    {"math.Floor", I::Unary, Op::FloorF64},
    {"math.floor", I::Unary, Op::FloorF64},
    {"math.Ceil", I::Unary, Op::CeilF64},
    {"math.ceil", I::Unary, Op::CeilF64},
    {"math.Trunc", I::Unary, Op::TruncF64},
    {"math.trunc", I::Unary, Op::TruncF64},
    {"math.Copysign", I::Binary, Op::CopysignF64},
    {"math.FMA", I::Fma, Op::FmaF64},
    {"math.Float64bits", I::Unary, Op::Mov},
    {"math.Float64frombits", I::Unary, Op::Mov},
    {"math.Float32bits", I::Unary, Op::Mov},
    {"math.Float32frombits", I::Unary, Op::Mov},
    {"math/bits.Len64", I::BitLen, Op::Clz64},
    {"math/bits.Len", I::BitLen, Op::Clz64},
    {"math/bits.Len32", I::BitLen, Op::Clz64},
    {"math/bits.Len16", I::BitLen, Op::Clz64},
    {"math/bits.Len8", I::BitLen, Op::Clz64},
    {"math/bits.LeadingZeros64", I::Unary, Op::Clz64},
    {"math/bits.LeadingZeros", I::Unary, Op::Clz64},
    {"math/bits.TrailingZeros64", I::Unary, Op::Ctz64},
    {"math/bits.TrailingZeros", I::Unary, Op::Ctz64},
    {"math/bits.TrailingZeros32", I::Ctz, Op::Ctz64, 32},
    {"math/bits.TrailingZeros16", I::Ctz, Op::Ctz64, 16},
    {"math/bits.TrailingZeros8", I::Ctz, Op::Ctz64, 8},
    {"math/bits.OnesCount64", I::Unary, Op::Popcnt64},
    {"math/bits.OnesCount", I::Unary, Op::Popcnt64},
    {"math/bits.OnesCount32", I::Unary, Op::Popcnt64},
    {"math/bits.OnesCount16", I::Unary, Op::Popcnt64},
    {"math/bits.OnesCount8", I::Unary, Op::Popcnt64},
    {"math/bits.RotateLeft64", I::Binary, Op::RotL64},
    {"math/bits.RotateLeft", I::Binary, Op::RotL64},
    {"math/bits.RotateLeft32", I::Binary, Op::RotL32},
    {"math/bits.ReverseBytes64", I::Unary, Op::Bswap64},
    {"math/bits.ReverseBytes", I::Unary, Op::Bswap64},
    {"math/bits.ReverseBytes32", I::Unary, Op::Bswap32},
    {"math/bits.Mul64", I::Binary, Op::MulWide},
    {"math/bits.Mul", I::Binary, Op::MulWide},
    {"math/bits.Add64", I::Ternary, Op::AddCarry},
    {"math/bits.Add", I::Ternary, Op::AddCarry},
    {"math/bits.Sub64", I::Ternary, Op::SubBorrow},
    {"math/bits.Sub", I::Ternary, Op::SubBorrow},
    {"math/big.mulWW", I::Binary, Op::MulWide},
    {"internal/runtime/math.Mul64", I::Binary, Op::MulWide},
    {"internal/runtime/math.Add64", I::Ternary, Op::AddCarry},
    {"internal/runtime/sys.TrailingZeros64", I::Unary, Op::Ctz64},
    {"internal/runtime/sys.TrailingZeros32", I::Ctz, Op::Ctz64, 32},
    {"internal/runtime/sys.TrailingZeros8", I::Ctz, Op::Ctz64, 8},
    {"internal/runtime/sys.Len64", I::BitLen, Op::Clz64},
    {"internal/runtime/sys.Len8", I::BitLen, Op::Clz64},
    {"internal/runtime/sys.LeadingZeros64", I::Unary, Op::Clz64},
    {"internal/runtime/sys.Bswap64", I::Unary, Op::Bswap64},
    {"internal/runtime/sys.Bswap32", I::Unary, Op::Bswap32},
    {"internal/runtime/sys.OnesCount64", I::Unary, Op::Popcnt64},
    {"internal/runtime/sys.Prefetch", I::KeepAlive, Op::Mov},
    {"internal/runtime/sys.PrefetchStreamed", I::KeepAlive, Op::Mov},
    {"crypto/internal/constanttime.boolToUint8", I::Unary, Op::Mov},

    {"sync/atomic.LoadInt32", I::LoadSigned32, Op::AtomicLoad32},
    {"sync/atomic.LoadUint32", I::Load, Op::AtomicLoad32},
    {"sync/atomic.LoadInt64", I::Load, Op::AtomicLoad64},
    {"sync/atomic.LoadUint64", I::Load, Op::AtomicLoad64},
    {"sync/atomic.LoadUintptr", I::Load, Op::AtomicLoad64},
    {"sync/atomic.LoadPointer", I::Load, Op::AtomicLoad64},
    {"sync/atomic.StoreInt32", I::Store, Op::AtomicStore32},
    {"sync/atomic.StoreUint32", I::Store, Op::AtomicStore32},
    {"sync/atomic.StoreInt64", I::Store, Op::AtomicStore64},
    {"sync/atomic.StoreUint64", I::Store, Op::AtomicStore64},
    {"sync/atomic.StoreUintptr", I::Store, Op::AtomicStore64},
    {"sync/atomic.StorePointer", I::Store, Op::AtomicStorePtr},
    {"sync/atomic.SwapInt32", I::XchgSigned32, Op::AtomicXchg32},
    {"sync/atomic.SwapUint32", I::Xchg, Op::AtomicXchg32},
    {"sync/atomic.SwapInt64", I::Xchg, Op::AtomicXchg64},
    {"sync/atomic.SwapUint64", I::Xchg, Op::AtomicXchg64},
    {"sync/atomic.SwapUintptr", I::Xchg, Op::AtomicXchg64},
    {"sync/atomic.SwapPointer", I::Xchg, Op::AtomicXchgPtr},
    {"sync/atomic.AddInt32", I::XchgSigned32, Op::AtomicAdd32},
    {"sync/atomic.AddUint32", I::Xchg, Op::AtomicAdd32},
    {"sync/atomic.AddInt64", I::Xchg, Op::AtomicAdd64},
    {"sync/atomic.AddUint64", I::Xchg, Op::AtomicAdd64},
    {"sync/atomic.AddUintptr", I::Xchg, Op::AtomicAdd64},
    {"sync/atomic.AndInt32", I::XchgSigned32, Op::AtomicAnd32},
    {"sync/atomic.AndUint32", I::Xchg, Op::AtomicAnd32},
    {"sync/atomic.AndInt64", I::Xchg, Op::AtomicAnd64},
    {"sync/atomic.AndUint64", I::Xchg, Op::AtomicAnd64},
    {"sync/atomic.AndUintptr", I::Xchg, Op::AtomicAnd64},
    {"sync/atomic.OrInt32", I::XchgSigned32, Op::AtomicOr32},
    {"sync/atomic.OrUint32", I::Xchg, Op::AtomicOr32},
    {"sync/atomic.OrInt64", I::Xchg, Op::AtomicOr64},
    {"sync/atomic.OrUint64", I::Xchg, Op::AtomicOr64},
    {"sync/atomic.OrUintptr", I::Xchg, Op::AtomicOr64},
    {"sync/atomic.CompareAndSwapInt32", I::Cas, Op::AtomicCas32},
    {"sync/atomic.CompareAndSwapUint32", I::Cas, Op::AtomicCas32},
    {"sync/atomic.CompareAndSwapInt64", I::Cas, Op::AtomicCas64},
    {"sync/atomic.CompareAndSwapUint64", I::Cas, Op::AtomicCas64},
    {"sync/atomic.CompareAndSwapUintptr", I::Cas, Op::AtomicCas64},
    {"sync/atomic.CompareAndSwapPointer", I::Cas, Op::AtomicCasPtr},

    {"internal/runtime/atomic.Load", I::Load, Op::AtomicLoad32},
    {"internal/runtime/atomic.Load8", I::Load, Op::AtomicLoad8},
    {"internal/runtime/atomic.Load64", I::Load, Op::AtomicLoad64},
    {"internal/runtime/atomic.Loadp", I::Load, Op::AtomicLoad64},
    {"internal/runtime/atomic.LoadAcq", I::Load, Op::AtomicLoad32},
    {"internal/runtime/atomic.LoadAcq64", I::Load, Op::AtomicLoad64},
    {"internal/runtime/atomic.LoadAcquintptr", I::Load, Op::AtomicLoad64},
    {"internal/runtime/atomic.Loaduintptr", I::Load, Op::AtomicLoad64},
    {"internal/runtime/atomic.Loaduint", I::Load, Op::AtomicLoad64},
    {"internal/runtime/atomic.Loadint32", I::LoadSigned32, Op::AtomicLoad32},
    {"internal/runtime/atomic.Loadint64", I::Load, Op::AtomicLoad64},
    {"internal/runtime/atomic.Store", I::Store, Op::AtomicStore32},
    {"internal/runtime/atomic.Store8", I::Store, Op::AtomicStore8},
    {"internal/runtime/atomic.Store64", I::Store, Op::AtomicStore64},
    {"internal/runtime/atomic.StoreRel", I::Store, Op::AtomicStore32},
    {"internal/runtime/atomic.StoreRel64", I::Store, Op::AtomicStore64},
    {"internal/runtime/atomic.StoreReluintptr", I::Store, Op::AtomicStore64},
    {"internal/runtime/atomic.Storeuintptr", I::Store, Op::AtomicStore64},
    {"internal/runtime/atomic.Storeint32", I::Store, Op::AtomicStore32},
    {"internal/runtime/atomic.Storeint64", I::Store, Op::AtomicStore64},
    {"internal/runtime/atomic.StorepNoWB", I::Store, Op::AtomicStorePtr},
    {"internal/runtime/atomic.Xadd", I::Xchg, Op::AtomicAdd32},
    {"internal/runtime/atomic.Xadd64", I::Xchg, Op::AtomicAdd64},
    {"internal/runtime/atomic.Xadduintptr", I::Xchg, Op::AtomicAdd64},
    {"internal/runtime/atomic.Xaddint32", I::XchgSigned32, Op::AtomicAdd32},
    {"internal/runtime/atomic.Xaddint64", I::Xchg, Op::AtomicAdd64},
    {"internal/runtime/atomic.Xchg", I::Xchg, Op::AtomicXchg32},
    {"internal/runtime/atomic.Xchg64", I::Xchg, Op::AtomicXchg64},
    {"internal/runtime/atomic.Xchguintptr", I::Xchg, Op::AtomicXchg64},
    {"internal/runtime/atomic.Xchgint32", I::XchgSigned32, Op::AtomicXchg32},
    {"internal/runtime/atomic.Xchgint64", I::Xchg, Op::AtomicXchg64},
    {"internal/runtime/atomic.Cas", I::Cas, Op::AtomicCas32},
    {"internal/runtime/atomic.CasRel", I::Cas, Op::AtomicCas32},
    {"internal/runtime/atomic.Cas64", I::Cas, Op::AtomicCas64},
    {"internal/runtime/atomic.Casint32", I::Cas, Op::AtomicCas32},
    {"internal/runtime/atomic.Casint64", I::Cas, Op::AtomicCas64},
    {"internal/runtime/atomic.Casuintptr", I::Cas, Op::AtomicCas64},
    {"internal/runtime/atomic.Casp1", I::Cas, Op::AtomicCasPtr},
    {"internal/runtime/atomic.And32", I::Xchg, Op::AtomicAnd32},
    {"internal/runtime/atomic.And64", I::Xchg, Op::AtomicAnd64},
    {"internal/runtime/atomic.Anduintptr", I::Xchg, Op::AtomicAnd64},
    {"internal/runtime/atomic.Or32", I::Xchg, Op::AtomicOr32},
    {"internal/runtime/atomic.Or64", I::Xchg, Op::AtomicOr64},
    {"internal/runtime/atomic.Oruintptr", I::Xchg, Op::AtomicOr64},
};

}  // namespace

const IntrinsicInfo* findIntrinsic(std::string_view symbol) {
  static const auto* map = [] {
    auto* m = new std::unordered_map<std::string_view, const IntrinsicInfo*>;
    for (const IntrinsicInfo& i : kTable) m->emplace(i.symbol, &i);
    return m;
  }();
  auto it = map->find(symbol);
  return it == map->end() ? nullptr : it->second;
}

bool isPureIntrinsic(std::string_view symbol) {
  const IntrinsicInfo* i = findIntrinsic(symbol);
  if (!i || i->op == Op::MulWide || i->form == I::Ternary) return false;
  switch (i->form) {
    case I::Unary: case I::Unary32: case I::Binary: case I::Fma: case I::BitLen: case I::Ctz: return true;
    default: return false;
  }
}

/// Emits a call as an instruction if it is one. Operands have no calls in them.
bool FuncGen::intrinsic(Node* n, Reg want, Reg& result) {
  if (n->x->op != IrOp::FuncName) return false;
  const IntrinsicInfo* i = findIntrinsic(n->x->symbol);
  if (!i || f.symbol == n->x->symbol) return false;
  for (Node*& a : n->list) hoist(a);
  auto kinds = [&] {
    Kinds k;
    for (Type* t : resultTypes(n)) {
      Kinds one = kindsOf(t);
      k.append(one);
    }
    return k;
  };
  Reg to = want;
  if (to == kNone) to = kinds().empty() ? kNone : temp(kinds());
  TempScope scope(*this);
  auto arg = [&](size_t k) { return expr(n->list[k]); };
  result = to;
  switch (i->form) {
    case I::Unary: {
      Reg x = arg(0);
      if (i->op == Op::Mov) {
        if (to != x) emit(Op::Mov, to, x);
      } else {
        emit(i->op, to, x);
      }
      return true;
    }
    case I::Unary32: emit(i->op, to, arg(0)); return true;
    case I::Binary: {
      Reg x = arg(0), y = arg(1);
      emit(i->op, to, x, y);
      return true;
    }
    case I::Ternary: case I::Fma: {
      Reg x = arg(0), y = arg(1), z = arg(2);
      emit(i->op, to, x, y).regs[0] = z;
      return true;
    }
    case I::BitLen: {
      Reg x = arg(0), t = scalarTemp();
      emit(Op::Clz64, to, x);
      loadInt(t, 64);
      emit(Op::SubI64, to, t, to);
      return true;
    }
    case I::Ctz: {
      Reg x = arg(0), t = scalarTemp();
      loadInt(t, int64_t{1} << i->imm);  // a sentinel bit: as many zeros as the type has bits
      emit(Op::Or, t, x, t);
      emit(Op::Ctz64, to, t);
      return true;
    }
    case I::Load: emit(i->op, to, arg(0)); return true;
    case I::LoadSigned32:
      emit(i->op, to, arg(0));
      emit(Op::ExtI32, to, to);
      return true;
    case I::Store: {
      Reg x = arg(0), y = arg(1);
      emit(i->op, x, y);
      return true;
    }
    case I::Xchg: case I::XchgSigned32: {
      Reg x = arg(0), y = arg(1);
      emit(i->op, to, x, y);
      if (i->form == I::XchgSigned32) emit(Op::ExtI32, to, to);
      return true;
    }
    case I::Cas: {
      Reg x = arg(0), y = arg(1), z = arg(2);
      emit(i->op, to, x, y).regs[0] = z;
      return true;
    }
    case I::KeepAlive: arg(0); return true;
    default: return false;
  }
}

}  // namespace burrow::codegen
