// Equality by walking the type: memory where it is regular, else part by part in source order.
#include <cstring>

#include "vm/object/object.h"

namespace burrow::vm {

bool isBlankField(const AbiStructField& f);  // hash.cpp

template <class T>
static bool equalAs(const void* a, const void* b) {
  T x, y;
  std::memcpy(&x, a, sizeof(T));
  std::memcpy(&y, b, sizeof(T));
  return x == y;
}

static bool equalMemory(const void* a, const void* b, uint64_t size) {
  switch (size) {
    case 0:
      return true;
    case 1:
      return equalAs<uint8_t>(a, b);
    case 2:
      return equalAs<uint16_t>(a, b);
    case 4:
      return equalAs<uint32_t>(a, b);
    case 8:
      return equalAs<uint64_t>(a, b);
    default:
      return std::memcmp(a, b, size) == 0;
  }
}

bool equalIface(GoIface a, GoIface b, bool empty, const AbiType** bad) {
  if (a.tab != b.tab) return false;
  if (!a.tab) return true;
  const AbiType* t =
      empty ? static_cast<const AbiType*>(a.tab) : static_cast<const Itab*>(a.tab)->type;
  if (!t->equal) {
    *bad = t;
    return false;
  }
  return t->isDirect() ? a.data == b.data : equalValues(a.data, b.data, t, bad);
}

bool equalValues(const void* a, const void* b, const AbiType* t, const AbiType** bad) {
  if (t->tflag & kRegularMemory) return equalMemory(a, b, t->size);
  auto at = [](const void* p, uint64_t offset) { return static_cast<const char*>(p) + offset; };
  switch (t->kind) {
    case AbiKind::Float32:
      return equalAs<float>(a, b);
    case AbiKind::Float64:
      return equalAs<double>(a, b);
    case AbiKind::Complex64:
      return equalAs<float>(a, b) && equalAs<float>(at(a, 4), at(b, 4));
    case AbiKind::Complex128:
      return equalAs<double>(a, b) && equalAs<double>(at(a, 8), at(b, 8));
    case AbiKind::String: {
      GoString x, y;
      std::memcpy(&x, a, sizeof(x));
      std::memcpy(&y, b, sizeof(y));
      return x.len == y.len &&
             (x.ptr == y.ptr || !x.len || std::memcmp(x.ptr, y.ptr, static_cast<size_t>(x.len)) == 0);
    }
    case AbiKind::Interface: {
      GoIface x, y;
      std::memcpy(&x, a, sizeof(x));
      std::memcpy(&y, b, sizeof(y));
      return equalIface(x, y, static_cast<const AbiInterfaceType*>(t)->methods.len == 0, bad);
    }
    case AbiKind::Array: {
      auto* array = static_cast<const AbiArrayType*>(t);
      for (uint64_t i = 0; i < array->len; ++i) {
        uint64_t offset = i * array->elem->size;
        if (!equalValues(at(a, offset), at(b, offset), array->elem, bad)) return false;
      }
      return true;
    }
    case AbiKind::Struct: {
      auto* s = static_cast<const AbiStructType*>(t);
      for (int64_t i = 0; i < s->fields.len; ++i) {
        const AbiStructField& f = s->fields.data[i];
        if (!isBlankField(f) && !equalValues(at(a, f.offset), at(b, f.offset), f.type, bad))
          return false;
      }
      return true;
    }
    case AbiKind::Func:
    case AbiKind::Map:
    case AbiKind::Slice:
    case AbiKind::Invalid:
      *bad = t;
      return false;
    default:
      return equalMemory(a, b, t->size);
  }
}

}  // namespace burrow::vm
