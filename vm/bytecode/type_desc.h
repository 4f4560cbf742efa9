// Run-time type descriptors, byte for byte as internal/abi has them: Go's own reflect reads them.
// The compiler writes them as data symbols (type:…), the vm walks them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace burrow {

namespace vm {
struct Func;  // vm/func.h
}

enum class AbiKind : uint8_t {
  Invalid, Bool, Int, Int8, Int16, Int32, Int64, Uint, Uint8, Uint16, Uint32, Uint64, Uintptr, Float32,
  Float64, Complex64, Complex128, Array, Chan, Func, Interface, Map, Pointer, Slice, String, Struct, UnsafePointer,
};
enum TypeFlag : uint8_t {
  kUncommon = 1, kExtraStar = 2, kNamed = 4, kRegularMemory = 8, kGCMaskOnDemand = 16, kDirectIface = 32,
};

struct AbiType {
  uint64_t size, ptrBytes;
  uint32_t hash;
  uint8_t tflag, align, fieldAlign;
  AbiKind kind;
  void* equal;            ///< Go func value func(unsafe.Pointer, unsafe.Pointer) bool; null: not comparable
  const uint8_t* gcData;  ///< pointer bitmap, one bit a word of ptrBytes; null if ptrBytes is 0
  int32_t str, ptrToThis; ///< NameOff, TypeOff (from the module region's base)
  bool hasPointers() const { return ptrBytes != 0; }
  bool isDirect() const { return tflag & kDirectIface; }
};
struct AbiArrayType : AbiType { AbiType *elem, *slice; uint64_t len; };
struct AbiChanType : AbiType { AbiType* elem; int64_t dir; };
struct AbiFuncType : AbiType { uint16_t inCount, outCount; };
struct AbiImethod { int32_t name, type; };
template <class T>
struct GoSlice { T* data; int64_t len, cap; };
struct AbiInterfaceType : AbiType { const uint8_t* pkgPath; GoSlice<AbiImethod> methods; };
struct AbiMapType : AbiType {
  AbiType *key, *elem, *group;
  void* hasher;           ///< Go func value func(unsafe.Pointer, uintptr) uintptr
  uint64_t groupSize, slotSize, elemOff;
  uint32_t flags;
};
struct AbiPtrType : AbiType { AbiType* elem; };
struct AbiSliceType : AbiType { AbiType* elem; };
struct AbiStructField { const uint8_t* name; AbiType* type; uint64_t offset; };
struct AbiStructType : AbiType { const uint8_t* pkgPath; GoSlice<AbiStructField> fields; };
struct AbiUncommonType { int32_t pkgPath; uint16_t mcount, xcount; uint32_t moff, unused; };
struct AbiMethod { int32_t name, mtyp, ifn, tfn; };
struct Itab {
  AbiInterfaceType* inter;
  AbiType* type;
  uint32_t hash;
  uint32_t pad;
  vm::Func* fun[1];          ///< as many as the interface has methods; fun[0] null: type does not implement inter
};

static_assert(sizeof(AbiType) == 48 && offsetof(AbiType, equal) == 24 && offsetof(AbiType, str) == 40);
static_assert(sizeof(AbiArrayType) == 72 && sizeof(AbiChanType) == 64 && sizeof(AbiInterfaceType) == 80);
static_assert(sizeof(AbiMapType) == 112 && sizeof(AbiStructType) == 80 && sizeof(AbiUncommonType) == 16);
static_assert(offsetof(Itab, fun) == 24);

struct GoString { const char* ptr; int64_t len; std::string_view view() const { return {ptr, static_cast<size_t>(len)}; } };
struct GoIface { void* tab; void* data; };  ///< tab: Itab* or, for empty interfaces, AbiType*

}  // namespace burrow
