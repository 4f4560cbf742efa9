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
Next slowStrConcatBuf(Goroutine& g, const Insn* pc, Slot* r) {
  GoString s = concat(g, reinterpret_cast<const GoString*>(r + pc->b), static_cast<unsigned>(pc[2].word), r + pc->c);
  setString(r + pc->a, s.ptr, static_cast<uint64_t>(s.len));
  return Next::Run;
}

namespace {

/// Memory for the n bytes of a result: the frame's buffer, if there is one and they fit, or the heap.
char* bytesFor(Goroutine& g, uint64_t n, Slot* buf) {
  if (!buf || n > kBufSlots * sizeof(Slot)) return static_cast<char*>(allocateBytes(g, n, false));
  return reinterpret_cast<char*>(buf);
}

Next bytesToStr(Goroutine& g, Slot* to, const Slot* s, Slot* buf) {
  uint64_t n = s[1];
  if (n <= 1) {
    setString(to, n ? singleByte(*reinterpret_cast<const uint8_t*>(s[0])) : nullptr, n);
    return Next::Run;
  }
  char* p = bytesFor(g, n, buf);
  std::memcpy(p, reinterpret_cast<const char*>(s[0]), n);
  setString(to, p, n);
  return Next::Run;
}

Next strToBytes(Goroutine& g, Slot* to, const Slot* s, Slot* buf, bool onHeap = false) {
  uint64_t n = s[1];
  if (buf && n <= kBufSlots * sizeof(Slot)) {
    // The string is not in the buffer: that holds the result of an earlier turn of a loop, which is over.
    if (onHeap) buf = static_cast<Slot*>(allocateBytes(g, kBufSlots * sizeof(Slot), false));
    std::memset(buf, 0, kBufSlots * sizeof(Slot));
    if (n) std::memcpy(buf, reinterpret_cast<const char*>(s[0]), n);
    setSlice(to, buf, n, kBufSlots * sizeof(Slot));
    return Next::Run;
  }
  uint64_t cap = n ? roundUpSize(n, true) : 0;
  auto* p = static_cast<char*>(allocateBytes(g, cap, false));
  if (n) std::memcpy(p, reinterpret_cast<const char*>(s[0]), n);
  std::memset(p + n, 0, cap - n);
  setSlice(to, p, n, cap);
  return Next::Run;
}

Next runesToStr(Goroutine& g, Slot* to, const Slot* s, Slot* buf) {
  uint64_t n = s[1], bytes = 0;
  auto* runes = reinterpret_cast<const int32_t*>(s[0]);
  char encoded[4];
  for (uint64_t i = 0; i < n; i++) bytes += encodeRune(runes[i], encoded);
  if (!bytes) {
    setString(to, nullptr, 0);
    return Next::Run;
  }
  char* p = bytesFor(g, bytes, buf);
  char* at = p;
  for (uint64_t i = 0; i < n; i++) {
    unsigned k = encodeRune(runes[i], encoded);
    std::memcpy(at, encoded, k);
    at += k;
  }
  setString(to, p, bytes);
  return Next::Run;
}

Next strToRunes(Goroutine& g, Slot* to, const Slot* s, Slot* buf, bool onHeap = false) {
  GoString text{reinterpret_cast<const char*>(s[0]), static_cast<int64_t>(s[1])};
  uint64_t n = 0;
  for (int64_t i = 0; i < text.len; n++) decodeRune(text, i);
  uint64_t cap = n ? roundUpSize(n * 4, true) / 4 : 0;
  int32_t* p;
  if (buf && n <= kRuneBufSlots * 2) {
    cap = kRuneBufSlots * 2;
    if (onHeap) buf = static_cast<Slot*>(allocateBytes(g, cap * 4, false));
    std::memset(buf, 0, cap * 4);
    p = reinterpret_cast<int32_t*>(buf);
  } else {
    p = static_cast<int32_t*>(allocateBytes(g, cap * 4, true));
  }
  uint64_t k = 0;
  for (int64_t i = 0; i < text.len;) p[k++] = decodeRune(text, i);
  setSlice(to, p, n, cap);
  return Next::Run;
}

Next runeToStr(Goroutine& g, Slot* to, Slot value, Slot* buf) {
  auto v = static_cast<int64_t>(value);
  int32_t rune = v >= 0 && v <= 0x10ffff ? static_cast<int32_t>(v) : 0xfffd;
  if (rune < 0x80) {
    setString(to, singleByte(static_cast<uint8_t>(rune)), 1);
    return Next::Run;
  }
  char encoded[4];
  unsigned n = encodeRune(rune, encoded);
  char* p = bytesFor(g, n, buf);
  std::memcpy(p, encoded, n);
  setString(to, p, n);
  return Next::Run;
}

}  // namespace

Next slowBytesToStr(Goroutine& g, const Insn* pc, Slot* r) { return bytesToStr(g, r + pc->a, r + pc->b, nullptr); }
Next slowBytesToStrBuf(Goroutine& g, const Insn* pc, Slot* r) { return bytesToStr(g, r + pc->a, r + pc->b, r + pc->c); }
Next slowStrToBytes(Goroutine& g, const Insn* pc, Slot* r) { return strToBytes(g, r + pc->a, r + pc->b, nullptr); }
Next slowStrToBytesBuf(Goroutine& g, const Insn* pc, Slot* r) { return strToBytes(g, r + pc->a, r + pc->b, r + pc->c, pc[1].word & kBufOnHeap); }
Next slowRunesToStr(Goroutine& g, const Insn* pc, Slot* r) { return runesToStr(g, r + pc->a, r + pc->b, nullptr); }
Next slowRunesToStrBuf(Goroutine& g, const Insn* pc, Slot* r) { return runesToStr(g, r + pc->a, r + pc->b, r + pc->c); }
Next slowStrToRunes(Goroutine& g, const Insn* pc, Slot* r) { return strToRunes(g, r + pc->a, r + pc->b, nullptr); }
Next slowStrToRunesBuf(Goroutine& g, const Insn* pc, Slot* r) { return strToRunes(g, r + pc->a, r + pc->b, r + pc->c, pc[1].word & kBufOnHeap); }
Next slowRuneToStr(Goroutine& g, const Insn* pc, Slot* r) { return runeToStr(g, r + pc->a, r[pc->b], nullptr); }
Next slowRuneToStrBuf(Goroutine& g, const Insn* pc, Slot* r) { return runeToStr(g, r + pc->a, r[pc->b], r + pc->c); }

}  // namespace burrow::vm
