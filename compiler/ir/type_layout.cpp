// Layout of types, as gc lays them out on amd64; and how their values sit in frames and interfaces.
#include <algorithm>

#include "compiler/ir/canon.h"
#include "vm/bytecode/check.h"
#include "vm/bytecode/frame.h"

namespace burrow::ir {

namespace {

void setPointers(TypeInfo& i, std::initializer_list<bool> bits) {
  i.ptrs.assign(bits);
  while (!i.ptrs.empty() && !i.ptrs.back()) i.ptrs.pop_back();
  i.ptrBytes = i.ptrs.size() * 8;
}

void setShape(TypeInfo& i, Shape shape, uint64_t size, uint32_t align, std::initializer_list<bool> ptrs = {}) {
  i.shape = shape;
  i.size = size;
  i.align = align;
  setPointers(i, ptrs);
}

void layoutBasic(TypeInfo& i, BasicKind k) {
  i.regularMemory = i.comparable = true;
  switch (k) {
    case BasicKind::Bool: case BasicKind::Uint8: return setShape(i, Shape::U8, 1, 1);
    case BasicKind::Int8: return setShape(i, Shape::I8, 1, 1);
    case BasicKind::Int16: return setShape(i, Shape::I16, 2, 2);
    case BasicKind::Uint16: return setShape(i, Shape::U16, 2, 2);
    case BasicKind::Int32: return setShape(i, Shape::I32, 4, 4);
    case BasicKind::Uint32: return setShape(i, Shape::U32, 4, 4);
    case BasicKind::Int: case BasicKind::Int64: return setShape(i, Shape::I64, 8, 8);
    case BasicKind::Uint: case BasicKind::Uint64: case BasicKind::Uintptr: return setShape(i, Shape::U64, 8, 8);
    case BasicKind::UnsafePointer: case BasicKind::UntypedNil:
      i.direct = true;
      return setShape(i, Shape::Ptr, 8, 8, {true});
    default: break;
  }
  i.regularMemory = false;
  switch (k) {
    case BasicKind::Float32: return setShape(i, Shape::F32, 4, 4);
    case BasicKind::Float64: return setShape(i, Shape::F64, 8, 8);
    case BasicKind::Complex64: return setShape(i, Shape::C64, 8, 4);
    case BasicKind::Complex128: return setShape(i, Shape::C128, 16, 8);
    case BasicKind::String: return setShape(i, Shape::String, 16, 8, {true, false});
    default: BURROW_UNREACHABLE();
  }
}

void finishMemory(TypeInfo& i) {
  i.shape = i.size == 0 ? Shape::Empty : Shape::Memory;
  while (!i.ptrs.empty() && !i.ptrs.back()) i.ptrs.pop_back();
  i.ptrBytes = i.ptrs.size() * 8;
  i.direct = i.size == 8 && i.ptrBytes == 8;
}

void layoutStruct(TypeInfo& i, Struct* s) {
  uint64_t at = 0;
  i.comparable = i.regularMemory = true;
  for (size_t f = 0; f < s->fields.size(); ++f) {
    const TypeInfo& e = info(s->fields[f]->type);
    uint64_t offset = (at + e.align - 1) / e.align * e.align;
    if (offset != at || s->fields[f]->name == "_") i.regularMemory = false;
    at = offset + e.size;
    // A trailing zero-sized field gets a byte, so that its address is not the next object's.
    if (e.size == 0 && f + 1 == s->fields.size() && at > 0) ++at, i.regularMemory = false;
    i.align = std::max(i.align, e.align);
    i.offsets.push_back(static_cast<int64_t>(offset));
    i.comparable &= e.comparable;
    i.regularMemory &= e.regularMemory;
    if (e.hasPointers()) {
      i.ptrs.resize(offset / 8 + e.ptrs.size());
      std::copy(e.ptrs.begin(), e.ptrs.end(), i.ptrs.begin() + static_cast<std::ptrdiff_t>(offset / 8));
    }
  }
  i.size = (at + i.align - 1) / i.align * i.align;
  if (i.size != at) i.regularMemory = false;
  finishMemory(i);
}

void layoutArray(TypeInfo& i, Array* a) {
  const TypeInfo& e = info(a->elem);
  i.size = e.size * static_cast<uint64_t>(a->len);
  i.align = e.align;
  i.comparable = e.comparable;
  i.regularMemory = e.regularMemory;
  if (e.hasPointers() && a->len > 0) {
    i.ptrs.reserve(i.size / 8);
    for (int64_t n = 0; n < a->len; ++n) {
      i.ptrs.resize(static_cast<size_t>(n) * e.size / 8);
      i.ptrs.insert(i.ptrs.end(), e.ptrs.begin(), e.ptrs.end());
    }
  }
  finishMemory(i);
}

}  // namespace

void layout(TypeInfo& i) {
  Type* u = underlying(i.type);
  switch (u->kind) {
    case TypeKind::Basic: layoutBasic(i, static_cast<Basic*>(u)->basic); break;
    case TypeKind::Pointer: i.unmanaged = isNotInHeap(static_cast<Pointer*>(u)->base); [[fallthrough]];
    case TypeKind::Chan:
      i.comparable = i.regularMemory = i.direct = true;
      setShape(i, Shape::Ptr, 8, 8, {true});
      break;
    case TypeKind::Map: case TypeKind::Signature:
      i.direct = true;
      setShape(i, Shape::Ptr, 8, 8, {true});
      break;
    case TypeKind::Slice: setShape(i, Shape::Slice, 24, 8, {true, false, false}); break;
    case TypeKind::Interface:
      i.comparable = true;
      setShape(i, Shape::Iface, 16, 8, {true, true});
      break;
    case TypeKind::Struct: layoutStruct(i, static_cast<Struct*>(u)); break;
    case TypeKind::Array: layoutArray(i, static_cast<Array*>(u)); break;
    case TypeKind::Tuple: break;  // never a value
    default: BURROW_UNREACHABLE();
  }
  for (size_t w = 0; w < i.ptrs.size() && w < 64; ++w) i.firstPtrs |= uint64_t{i.ptrs[w]} << w;
  i.boxed = i.size > kMaxFrameValue;
  i.slots = valueSlots(i.size);
  i.text = textOf(i.type);
}

}  // namespace burrow::ir
