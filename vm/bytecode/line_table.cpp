// pc → line tables: one byte string a function, decoded from its start (functions are short, and positions are
// asked for only by tracebacks, runtime.Callers and tools).
#include <cstring>

#include "vm/bytecode/image.h"

namespace burrow {

namespace {

enum : unsigned { kFile = 1, kInline = 2 };

void putVarint(std::vector<uint8_t>& out, uint64_t v) {
  for (; v >= 0x80; v >>= 7) out.push_back(static_cast<uint8_t>(v | 0x80));
  out.push_back(static_cast<uint8_t>(v));
}

uint64_t getVarint(const uint8_t*& p, const uint8_t* end) {
  uint64_t v = 0;
  for (unsigned shift = 0; p < end && shift < 64; shift += 7) {
    uint8_t b = *p++;
    v |= uint64_t{b & 0x7fu} << shift;
    if (b < 0x80) break;
  }
  return v;
}

uint64_t zigzag(int64_t v) { return static_cast<uint64_t>(v) << 1 ^ static_cast<uint64_t>(v >> 63); }
int64_t unzigzag(uint64_t v) { return static_cast<int64_t>(v >> 1) ^ -static_cast<int64_t>(v & 1); }

/// Calls visit with each entry in order, until it returns false.
template <class Visit>
void forEachEntry(const ImageView& image, const ImageFunc& func, Visit visit) {
  const uint8_t* p = image.lines() + func.firstLine;
  const uint8_t* end = p + func.lineBytes;
  LineEntry at{0, 0, 0};
  while (p < end) {
    at.pc += static_cast<uint32_t>(getVarint(p, end));
    at.line = static_cast<uint32_t>(at.line + unzigzag(getVarint(p, end)));
    uint64_t changed = getVarint(p, end);
    if (changed & kFile) at.file = static_cast<uint32_t>(getVarint(p, end));
    if (changed & kInline) at.inl = static_cast<uint32_t>(getVarint(p, end));
    if (!visit(at)) return;
  }
}

}  // namespace

void LineTable::encode(std::vector<uint8_t>& out, const std::vector<LineEntry>& entries) {
  LineEntry last{0, 0, 0};
  for (const LineEntry& e : entries) {
    if (e.file == last.file && e.line == last.line && e.inl == last.inl) continue;
    putVarint(out, e.pc - last.pc);
    putVarint(out, zigzag(int64_t{e.line} - int64_t{last.line}));
    unsigned changed = (e.file != last.file ? kFile : 0u) | (e.inl != last.inl ? kInline : 0u);
    putVarint(out, changed);
    if (changed & kFile) putVarint(out, e.file);
    if (changed & kInline) putVarint(out, e.inl);
    last = e;
  }
}

LineEntry LineTable::find(const ImageView& image, const ImageFunc& func, uint32_t pc) {
  LineEntry found{0, 0, func.startLine};
  bool any = false;
  forEachEntry(image, func, [&](const LineEntry& e) {
    if (any && e.pc > pc) return false;
    found = e;
    any = true;
    return true;
  });
  return found;
}

LineEntry LineTable::start(const ImageView& image, const ImageFunc& func) {
  LineEntry found{0, 0, func.startLine};
  forEachEntry(image, func, [&](const LineEntry& e) {
    if (!e.inl) found.file = e.file;
    return e.inl != 0;
  });
  return found;
}

}  // namespace burrow
