// internal/bytealg, and memory functions of runtime that others pull.

#include "vm/native/native.h"
#include "vm/object/object.h"

namespace burrow::vm {
namespace {

Slot compare(const Slot* x, const Slot* y) {
  size_t n = x[1], m = y[1];
  size_t common = n < m ? n : m;  // 0: the pointers may be null, which memcmp must not see
  int c = common ? std::memcmp(ptr(x[0]), ptr(y[0]), common) : 0;
  if (c == 0) c = n < m ? -1 : n > m ? 1 : 0;
  return static_cast<Slot>(static_cast<int64_t>(c < 0 ? -1 : c > 0 ? 1 : 0));
}

NATIVE(compareBytes) { a[6] = compare(a, a + 3); return Next::Run; }
NATIVE(compareStrings) { a[4] = compare(a, a + 2); return Next::Run; }

int64_t indexByte(const void* p, size_t n, uint8_t c) {
  const void* hit = n ? std::memchr(p, c, n) : nullptr;
  return hit ? static_cast<const char*>(hit) - static_cast<const char*>(p) : -1;
}
NATIVE(indexByteBytes) { a[4] = static_cast<Slot>(indexByte(ptr(a[0]), a[1], static_cast<uint8_t>(a[3]))); return Next::Run; }
NATIVE(indexByteString) { a[3] = static_cast<Slot>(indexByte(ptr(a[0]), a[1], static_cast<uint8_t>(a[2]))); return Next::Run; }

Slot countByte(const uint8_t* p, size_t n, uint8_t c) {
  size_t count = 0;
  for (size_t i = 0; i < n; ++i) count += p[i] == c;
  return count;
}
NATIVE(countBytes) { a[4] = countByte(as<uint8_t>(a[0]), a[1], static_cast<uint8_t>(a[3])); return Next::Run; }
NATIVE(countString) { a[3] = countByte(as<uint8_t>(a[0]), a[1], static_cast<uint8_t>(a[2])); return Next::Run; }

Slot find(std::string_view in, std::string_view what) {
  if (in.size() < what.size() || what.empty()) return static_cast<Slot>(what.empty() ? int64_t{0} : int64_t{-1});
  const void* hit = memmem(in.data(), in.size(), what.data(), what.size());
  return static_cast<Slot>(hit ? static_cast<const char*>(hit) - in.data() : int64_t{-1});
}
NATIVE(indexBytes) { a[6] = find(text(a), text(a + 3)); return Next::Run; }
NATIVE(indexString) { a[4] = find(text(a), text(a + 2)); return Next::Run; }

NATIVE(memequal) { a[3] = !a[2] || std::memcmp(ptr(a[0]), ptr(a[1]), a[2]) == 0; return Next::Run; }
NATIVE(memmoveNative) { if (a[2]) std::memmove(ptr(a[0]), ptr(a[1]), a[2]); return Next::Run; }
NATIVE(memhash) { a[3] = hashBytes(ptr(a[0]), a[2], a[1]); return Next::Run; }
NATIVE(strhash) {
  auto* s = as<GoString>(a[0]);
  a[2] = hashBytes(s->ptr, static_cast<uint64_t>(s->len), a[1]);
  return Next::Run;
}

constexpr NativeEntry kTable[] = {
    {"internal/bytealg.Compare", compareBytes},
    {"internal/bytealg.CompareString", compareStrings},
    {"internal/bytealg.abigen_runtime_cmpstring", compareStrings},
    {"runtime.cmpstring", compareStrings},
    {"internal/bytealg.IndexByte", indexByteBytes},
    {"internal/bytealg.IndexByteString", indexByteString},
    {"internal/bytealg.Count", countBytes},
    {"internal/bytealg.CountString", countString},
    {"internal/bytealg.Index", indexBytes},
    {"internal/bytealg.IndexString", indexString},
    {"internal/bytealg.abigen_runtime_memequal", memequal},
    {"runtime.memequal", memequal},
    {"runtime.memmove", memmoveNative},
    {"reflect.memmove", memmoveNative},
    {"runtime.memhash", memhash},
    {"runtime.strhash", strhash},
};

}  // namespace

void registerBytealg() { addNatives(kTable); }

}  // namespace burrow::vm
