// Strings and UTF-8.
#include <cstring>

#include "vm/heap/heap.h"
#include "vm/object/object.h"
#include "vm/sched/goroutine.h"

namespace burrow::vm {

GoString concat(Goroutine& g, const GoString* parts, unsigned n, void* buf) {
  // `parts` is frame memory of g: allocation does not move the running goroutine's stack.
  int64_t total = 0;
  unsigned nonEmpty = 0, last = 0;
  for (unsigned i = 0; i < n; ++i) {
    if (!parts[i].len) continue;
    if (__builtin_add_overflow(total, parts[i].len, &total))
      fatalError(&g, "string concatenation too long");
    ++nonEmpty;
    last = i;
  }
  if (!nonEmpty) return {nullptr, 0};
  // A string in the frame may be gone before the result is.
  if (nonEmpty == 1 && !onStack(g, parts[last].ptr)) return parts[last];
  char* p = buf && total <= static_cast<int64_t>(kBufSlots * sizeof(Slot))
                ? static_cast<char*>(buf)
                : static_cast<char*>(allocateBytes(g, static_cast<uint64_t>(total), false));
  char* at = p;
  for (unsigned i = 0; i < n; ++i) {
    if (parts[i].len) std::memcpy(at, parts[i].ptr, static_cast<size_t>(parts[i].len));
    at += parts[i].len;
  }
  return {p, total};
}

static constexpr int32_t kRuneError = 0xfffd;

int32_t decodeRune(GoString s, int64_t& i) {
  const auto* p = reinterpret_cast<const uint8_t*>(s.ptr) + i;
  int64_t left = s.len - i;
  uint32_t c = p[0];
  auto bad = [&] {
    ++i;
    return kRuneError;
  };
  auto follows = [&](int64_t k) { return k < left && (p[k] & 0xc0) == 0x80; };
  if (c < 0x80) {
    ++i;
    return static_cast<int32_t>(c);
  }
  if (c >= 0xc2 && c <= 0xdf) {
    if (!follows(1)) return bad();
    i += 2;
    return static_cast<int32_t>((c & 0x1f) << 6 | (p[1] & 0x3fu));
  }
  if (c >= 0xe0 && c <= 0xef) {
    if (!follows(1) || !follows(2)) return bad();
    uint32_t r = (c & 0xf) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
    if (r < 0x800 || (r >= 0xd800 && r <= 0xdfff)) return bad();
    i += 3;
    return static_cast<int32_t>(r);
  }
  if (c >= 0xf0 && c <= 0xf4) {
    if (!follows(1) || !follows(2) || !follows(3)) return bad();
    uint32_t r = (c & 7) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
    if (r < 0x10000 || r > 0x10ffff) return bad();
    i += 4;
    return static_cast<int32_t>(r);
  }
  return bad();
}

unsigned encodeRune(int32_t rune, char* out) {
  auto r = static_cast<uint32_t>(rune);
  if (r > 0x10ffff || (r >= 0xd800 && r <= 0xdfff)) r = kRuneError;
  auto put = [&](unsigned i, uint32_t v) { out[i] = static_cast<char>(v); };
  if (r < 0x80) {
    put(0, r);
    return 1;
  }
  if (r < 0x800) {
    put(0, 0xc0 | r >> 6);
    put(1, 0x80 | (r & 0x3f));
    return 2;
  }
  if (r < 0x10000) {
    put(0, 0xe0 | r >> 12);
    put(1, 0x80 | (r >> 6 & 0x3f));
    put(2, 0x80 | (r & 0x3f));
    return 3;
  }
  put(0, 0xf0 | r >> 18);
  put(1, 0x80 | (r >> 12 & 0x3f));
  put(2, 0x80 | (r >> 6 & 0x3f));
  put(3, 0x80 | (r & 0x3f));
  return 4;
}

}  // namespace burrow::vm
