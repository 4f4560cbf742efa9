// pc → line tables: one byte string a function, decoded from its start (functions are short, and positions are
// asked for only by tracebacks, runtime.Callers and tools).
#include <cstring>

#include "vm/bytecode/image.h"

namespace burrow {

namespace {

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

}  // namespace

void LineTable::encode(std::vector<uint8_t>& out, const std::vector<LineEntry>& entries) {
  LineEntry last{0, 0, 0};
  for (const LineEntry& e : entries) {
    if (e.file == last.file && e.line == last.line) continue;
    putVarint(out, e.pc - last.pc);
    putVarint(out, zigzag(int64_t{e.line} - int64_t{last.line}));
    putVarint(out, e.file == last.file ? 0 : 1 + uint64_t{e.file});
    last = e;
  }
}

LineEntry LineTable::find(const ImageView& image, const ImageFunc& func, uint32_t pc) {
  const uint8_t* p = image.lines() + func.firstLine;
  const uint8_t* end = p + func.lineBytes;
  LineEntry found{0, 0, func.startLine}, at{0, 0, 0};
  bool any = false;
  while (p < end) {
    at.pc += static_cast<uint32_t>(getVarint(p, end));
    at.line = static_cast<uint32_t>(at.line + unzigzag(getVarint(p, end)));
    if (uint64_t file = getVarint(p, end)) at.file = static_cast<uint32_t>(file - 1);
    if (any && at.pc > pc) break;
    found = at;
    any = true;
  }
  return found;
}

}  // namespace burrow
