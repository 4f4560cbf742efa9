// Strings: comparison, concatenation, conversions.
#include <cstring>

#include "vm/heap/heap.h"
#include "vm/interp/slow.h"
#include "vm/object/object.h"

namespace burrow::vm {

namespace {

/// One-byte strings share these.
const char* singleByte(uint8_t c) { return reinterpret_cast<const char*>(&staticUint64s[c]); }

void setString(Slot* to, const char* p, uint64_t n) {
  to[0] = n ? reinterpret_cast<Slot>(p) : 0;
  to[1] = n;
}
void setSlice(Slot* to, const void* p, uint64_t len, uint64_t cap) {
  to[0] = reinterpret_cast<Slot>(p);
  to[1] = len;
  to[2] = cap;
}

}  // namespace

bool equalStrings(const Slot* a, const Slot* b) {
  Slot n = a[1];
  if (n != b[1]) return false;
  return a[0] == b[0] || !n || std::memcmp(reinterpret_cast<const char*>(a[0]), reinterpret_cast<const char*>(b[0]), n) == 0;
}

int compareStrings(const Slot* a, const Slot* b) {
  Slot n = a[1] < b[1] ? a[1] : b[1];
  int c = n ? std::memcmp(reinterpret_cast<const char*>(a[0]), reinterpret_cast<const char*>(b[0]), n) : 0;
  if (c) return c;
  return a[1] < b[1] ? -1 : a[1] > b[1];
}

Next slowStrConcat(Goroutine& g, const Insn* pc, Slot* r) {
  GoString s = concat(g, reinterpret_cast<const GoString*>(r + pc->b), pc->c);
  setString(r + pc->a, s.ptr, static_cast<uint64_t>(s.len));
  return Next::Run;
}

Next slowBytesToStr(Goroutine& g, const Insn* pc, Slot* r) {
  const Slot* s = r + pc->b;
  uint64_t n = s[1];
  if (n <= 1) {
    setString(r + pc->a, n ? singleByte(*reinterpret_cast<const uint8_t*>(s[0])) : nullptr, n);
    return Next::Run;
  }
  auto* p = static_cast<char*>(allocateBytes(g, n, false));
  std::memcpy(p, reinterpret_cast<const char*>(s[0]), n);
  setString(r + pc->a, p, n);
  return Next::Run;
}

Next slowStrToBytes(Goroutine& g, const Insn* pc, Slot* r) {
  const Slot* s = r + pc->b;
  uint64_t n = s[1], cap = n ? roundUpSize(n, true) : 0;
  auto* p = static_cast<char*>(allocateBytes(g, cap, false));
  if (n) std::memcpy(p, reinterpret_cast<const char*>(s[0]), n);
  std::memset(p + n, 0, cap - n);
  setSlice(r + pc->a, p, n, cap);
  return Next::Run;
}

Next slowRunesToStr(Goroutine& g, const Insn* pc, Slot* r) {
  const Slot* s = r + pc->b;
  uint64_t n = s[1], bytes = 0;
  auto* runes = reinterpret_cast<const int32_t*>(s[0]);
  char buf[4];
  for (uint64_t i = 0; i < n; i++) bytes += encodeRune(runes[i], buf);
  if (!bytes) {
    setString(r + pc->a, nullptr, 0);
    return Next::Run;
  }
  auto* p = static_cast<char*>(allocateBytes(g, bytes, false));
  char* at = p;
  for (uint64_t i = 0; i < n; i++) {
    unsigned k = encodeRune(runes[i], buf);
    std::memcpy(at, buf, k);
    at += k;
  }
  setString(r + pc->a, p, bytes);
  return Next::Run;
}

Next slowStrToRunes(Goroutine& g, const Insn* pc, Slot* r) {
  const Slot* s = r + pc->b;
  GoString text{reinterpret_cast<const char*>(s[0]), static_cast<int64_t>(s[1])};
  uint64_t n = 0;
  for (int64_t i = 0; i < text.len; n++) decodeRune(text, i);
  uint64_t cap = n ? roundUpSize(n * 4, true) / 4 : 0;
  auto* p = static_cast<int32_t*>(allocateBytes(g, cap * 4, true));
  uint64_t k = 0;
  for (int64_t i = 0; i < text.len;) p[k++] = decodeRune(text, i);
  setSlice(r + pc->a, p, n, cap);
  return Next::Run;
}

Next slowRuneToStr(Goroutine& g, const Insn* pc, Slot* r) {
  auto v = static_cast<int64_t>(r[pc->b]);
  int32_t rune = v >= 0 && v <= 0x10ffff ? static_cast<int32_t>(v) : 0xfffd;
  if (rune < 0x80) {
    setString(r + pc->a, singleByte(static_cast<uint8_t>(rune)), 1);
    return Next::Run;
  }
  char buf[4];
  unsigned n = encodeRune(rune, buf);
  auto* p = static_cast<char*>(allocateBytes(g, n, false));
  std::memcpy(p, buf, n);
  setString(r + pc->a, p, n);
  return Next::Run;
}

}  // namespace burrow::vm
