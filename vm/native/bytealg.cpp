// internal/bytealg, and memory functions of runtime that others pull.

#include "vm/native/direct.h"
#include "vm/native/native.h"
#include "vm/object/object.h"

namespace burrow::vm {
namespace {

Slot compare(const void* x, size_t n, const void* y, size_t m) {
  size_t common = n < m ? n : m;  // 0: the pointers may be null, which memcmp must not see
  int c = common ? std::memcmp(x, y, common) : 0;
  if (c == 0) c = n < m ? -1 : n > m ? 1 : 0;
  return static_cast<Slot>(static_cast<int64_t>(c < 0 ? -1 : c > 0 ? 1 : 0));
}

NATIVE(compareBytes) { a[6] = compare(ptr(a[0]), a[1], ptr(a[3]), a[4]); return Next::Run; }
NATIVE(compareStrings) { a[4] = compare(ptr(a[0]), a[1], ptr(a[2]), a[3]); return Next::Run; }

int64_t indexByte(const void* p, size_t n, uint64_t c) {
  const void* hit = n ? std::memchr(p, static_cast<uint8_t>(c), n) : nullptr;
  return hit ? static_cast<const char*>(hit) - static_cast<const char*>(p) : -1;
}
NATIVE(indexByteBytes) { a[4] = static_cast<Slot>(indexByte(ptr(a[0]), a[1], a[3])); return Next::Run; }
NATIVE(indexByteString) { a[3] = static_cast<Slot>(indexByte(ptr(a[0]), a[1], a[2])); return Next::Run; }

Slot countByte(const uint8_t* p, size_t n, uint64_t c) {
  size_t count = 0;
  for (size_t i = 0; i < n; ++i) count += p[i] == static_cast<uint8_t>(c);
  return count;
}
NATIVE(countBytes) { a[4] = countByte(as<uint8_t>(a[0]), a[1], a[3]); return Next::Run; }
NATIVE(countString) { a[3] = countByte(as<uint8_t>(a[0]), a[1], a[2]); return Next::Run; }

Slot find(const char* in, size_t n, const char* what, size_t m) {
  if (n < m || !m) return static_cast<Slot>(m ? int64_t{-1} : int64_t{0});
  const void* hit = memmem(in, n, what, m);
  return static_cast<Slot>(hit ? static_cast<const char*>(hit) - in : int64_t{-1});
}
NATIVE(indexBytes) { a[6] = find(as<char>(a[0]), a[1], as<char>(a[3]), a[4]); return Next::Run; }
NATIVE(indexString) { a[4] = find(as<char>(a[0]), a[1], as<char>(a[2]), a[3]); return Next::Run; }

Slot equalMemory(const void* x, const void* y, size_t n) { return !n || std::memcmp(x, y, n) == 0; }
NATIVE(memequal) { a[3] = equalMemory(ptr(a[0]), ptr(a[1]), a[2]); return Next::Run; }
void moveMemory(void* to, const void* from, size_t n) {
  if (n) std::memmove(to, from, n);
}
NATIVE(memmoveNative) { moveMemory(ptr(a[0]), ptr(a[1]), a[2]); return Next::Run; }
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

using Result = DirectNative::Result;
using First = DirectNative::First;
const DirectNative kDirect[] = {
    {compareBytes, plainFunction(compare), Result::Value, false, First::None, 4, {0, 1, 3, 4}},
    {compareStrings, plainFunction(compare), Result::Value, false, First::None, 4, {0, 1, 2, 3}},
    {indexByteBytes, plainFunction(indexByte), Result::Value, false, First::None, 3, {0, 1, 3}},
    {indexByteString, plainFunction(indexByte), Result::Value, false, First::None, 3, {0, 1, 2}},
    {countBytes, plainFunction(countByte), Result::Value, false, First::None, 3, {0, 1, 3}},
    {countString, plainFunction(countByte), Result::Value, false, First::None, 3, {0, 1, 2}},
    {indexBytes, plainFunction(find), Result::Value, false, First::None, 4, {0, 1, 3, 4}},
    {indexString, plainFunction(find), Result::Value, false, First::None, 4, {0, 1, 2, 3}},
    {memequal, plainFunction(equalMemory), Result::Value, false, First::None, 3, {0, 1, 2}},
    {memmoveNative, plainFunction(moveMemory), Result::None, true, First::None, 3, {0, 1, 2}},
    {memhash, plainFunction(hashBytes), Result::Value, false, First::None, 3, {0, 2, 1}},
};

}  // namespace

void registerBytealg() {
  addNatives(kTable);
  addDirect(kDirect);
}

}  // namespace burrow::vm
