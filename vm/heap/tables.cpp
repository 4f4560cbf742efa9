// Memory for what lies beside small spans: mark bits, type words, and numbers of sites while they are counted. The tables of a class are
// all of one size and are kept for its next span. They do not come from malloc, whose arenas of other threads grow by one page and one
// system call at a time; once there are many, huge pages keep them from costing a page fault for each 4 KiB.
#include <sys/mman.h>

#include "vm/heap/observe.h"
#include "vm/heap/span.h"

namespace burrow::vm::heap {

namespace {

struct TableCell {
  TableCell* next;
};
TableCell* freeTables[2][kClasses];
char *tablesAt = nullptr, *tablesEnd = nullptr;

void addBlock() {
  constexpr size_t kHuge = 2 << 20, kFirst = 1 << 20, kHugeFrom = 3 * kFirst, kLater = 2 * kHuge;
  static size_t blocks = 0;
  bool huge = blocks++ >= kHugeFrom / kFirst;
  size_t bytes = huge ? kLater : kFirst, asked = huge ? bytes + kHuge : bytes;
  void* p = mmap(nullptr, asked, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  BURROW_CHECK(p != MAP_FAILED);
  auto address = reinterpret_cast<uintptr_t>(p);
  if (huge) {
    address = (address + kHuge - 1) & ~(kHuge - 1);
    madvise(reinterpret_cast<void*>(address), bytes, MADV_HUGEPAGE);  // only a wish
  }
  tablesAt = reinterpret_cast<char*>(address);
  tablesEnd = tablesAt + bytes;
}

/// `zeroed` bytes of zeros, then `rest` with any contents.
char* take(unsigned cls, bool noscan, size_t zeroed, size_t rest) {
  if (TableCell* cell = freeTables[noscan][cls]) {
    freeTables[noscan][cls] = cell->next;
    return static_cast<char*>(std::memset(static_cast<void*>(cell), 0, zeroed));
  }
  size_t bytes = (zeroed + rest + 15) & ~size_t{15};
  if (static_cast<size_t>(tablesEnd - tablesAt) < bytes) addBlock();
  BURROW_CHECK(static_cast<size_t>(tablesEnd - tablesAt) >= bytes);
  char* p = tablesAt;
  tablesAt += bytes;
  return p;
}

}  // namespace

void takeTables(Span* s) {
  size_t marks = s->markWords() * sizeof(uint64_t);
  size_t types = s->noscan ? 0 : s->objects * sizeof(TypeWord);
  size_t sites = siteCounts && s->noscan ? s->objects * sizeof(uint32_t) : 0;
  char* p = take(s->cls, s->noscan, marks + types, sites);
  s->marks = reinterpret_cast<uint64_t*>(p);
  s->types = types ? reinterpret_cast<TypeWord*>(p + marks) : nullptr;
  s->sites = siteCounts ? reinterpret_cast<uint32_t*>(p + marks) : nullptr;
}

void giveTables(Span* s) {
  auto* cell = reinterpret_cast<TableCell*>(s->marks);
  cell->next = freeTables[s->noscan][s->cls];
  freeTables[s->noscan][s->cls] = cell;
}

}  // namespace burrow::vm::heap
