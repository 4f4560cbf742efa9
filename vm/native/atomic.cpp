// sync/atomic and internal/runtime/atomic as functions. Calls by name are opcodes; these serve func values, and packages
// that pull the functions by linkname.

#include "vm/native/native.h"

namespace burrow::vm {
namespace {

/// Nil pointers panic as a plain dereference does.
#define ATOMIC(name, T, expr)                    \
  [[maybe_unused]] NATIVE(name) {                \
    if (a[0] < 4096) return raiseNil(g, a[0]);   \
    auto* p = as<T>(a[0]);                       \
    (void)p;                                     \
    expr;                                        \
    return Next::Run;                            \
  }
#define EXT(T, v) static_cast<Slot>(static_cast<int64_t>(static_cast<T>(v)))
#define UEXT(T, v) static_cast<Slot>(static_cast<T>(v))
constexpr int kOrder = __ATOMIC_SEQ_CST;

#define FAMILY(S, T, X)                                                                                  \
  ATOMIC(load##S, T, a[1] = X(T, __atomic_load_n(p, kOrder)))                                            \
  ATOMIC(store##S, T, __atomic_store_n(p, static_cast<T>(a[1]), kOrder))                                 \
  ATOMIC(swap##S, T, a[2] = X(T, __atomic_exchange_n(p, static_cast<T>(a[1]), kOrder)))                  \
  ATOMIC(add##S, T, a[2] = X(T, __atomic_add_fetch(p, static_cast<T>(a[1]), kOrder)))                    \
  ATOMIC(and##S, T, a[2] = X(T, __atomic_fetch_and(p, static_cast<T>(a[1]), kOrder)))                    \
  ATOMIC(or##S, T, a[2] = X(T, __atomic_fetch_or(p, static_cast<T>(a[1]), kOrder)))                      \
  ATOMIC(andOnly##S, T, __atomic_fetch_and(p, static_cast<T>(a[1]), kOrder))                             \
  ATOMIC(orOnly##S, T, __atomic_fetch_or(p, static_cast<T>(a[1]), kOrder))                               \
  ATOMIC(cas##S, T, T old = static_cast<T>(a[1]);                                                        \
         a[3] = __atomic_compare_exchange_n(p, &old, static_cast<T>(a[2]), false, kOrder, kOrder))
FAMILY(I32, int32_t, EXT)
FAMILY(U32, uint32_t, UEXT)
FAMILY(I64, int64_t, EXT)
FAMILY(U64, uint64_t, UEXT)
FAMILY(U8, uint8_t, UEXT)

constexpr NativeEntry kTable[] = {
#define PUBLIC(Name, S)                                                                         \
  {"sync/atomic.Load" #Name, load##S}, {"sync/atomic.Store" #Name, store##S},                   \
  {"sync/atomic.Swap" #Name, swap##S}, {"sync/atomic.CompareAndSwap" #Name, cas##S},
    PUBLIC(Int32, I32) PUBLIC(Uint32, U32) PUBLIC(Int64, I64) PUBLIC(Uint64, U64) PUBLIC(Uintptr, U64)
    PUBLIC(Pointer, U64)
#define ARITH(Name, S)                                                                          \
  {"sync/atomic.Add" #Name, add##S}, {"sync/atomic.And" #Name, and##S}, {"sync/atomic.Or" #Name, or##S},
    ARITH(Int32, I32) ARITH(Uint32, U32) ARITH(Int64, I64) ARITH(Uint64, U64) ARITH(Uintptr, U64)
#define RT(name, fn) {"internal/runtime/atomic." name, fn},
    RT("Load", loadU32) RT("Load8", loadU8) RT("Load64", loadU64) RT("Loadp", loadU64) RT("LoadAcq", loadU32)
    RT("LoadAcq64", loadU64) RT("LoadAcquintptr", loadU64) RT("Loadint32", loadI32) RT("Loadint64", loadI64)
    RT("Loaduint", loadU64) RT("Loaduintptr", loadU64)
    RT("Store", storeU32) RT("Store8", storeU8) RT("Store64", storeU64) RT("StoreRel", storeU32)
    RT("StoreRel64", storeU64) RT("StoreReluintptr", storeU64) RT("Storeint32", storeI32)
    RT("Storeint64", storeI64) RT("Storeuintptr", storeU64) RT("StorepNoWB", storeU64) RT("storePointer", storeU64)
    RT("Xadd", addU32) RT("Xadd64", addU64) RT("Xaddint32", addI32) RT("Xaddint64", addI64) RT("Xadduintptr", addU64)
    RT("Xchg", swapU32) RT("Xchg8", swapU8) RT("Xchg64", swapU64) RT("Xchgint32", swapI32) RT("Xchgint64", swapI64)
    RT("Xchguintptr", swapU64)
    RT("Cas", casU32) RT("Cas64", casU64) RT("CasRel", casU32) RT("Casint32", casI32) RT("Casint64", casI64)
    RT("Casp1", casU64) RT("Casuintptr", casU64) RT("casPointer", casU64)
    RT("And", andOnlyU32) RT("And8", andOnlyU8) RT("And32", andU32) RT("And64", andU64) RT("Anduintptr", andU64)
    RT("Or", orOnlyU32) RT("Or8", orOnlyU8) RT("Or32", orU32) RT("Or64", orU64) RT("Oruintptr", orU64)
    {"sync.runtime_LoadAcquintptr", loadU64},
    {"sync.runtime_StoreReluintptr", storeU64},
};

}  // namespace

void registerAtomic() { addNatives(kTable); }

}  // namespace burrow::vm
