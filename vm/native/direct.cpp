#include "vm/native/direct.h"

#include <vector>

namespace burrow::vm {

namespace {

struct Table {
  const DirectNative* rows;
  size_t size;
};
std::vector<Table> tables;

}  // namespace

void registerDirect(const DirectNative* table, size_t n) { tables.push_back({table, n}); }

const DirectNative* directNative(NativeFn native) {
  for (const Table& t : tables)
    for (size_t i = 0; i < t.size; i++)
      if (t.rows[i].native == native) return &t.rows[i];
  return nullptr;
}

}  // namespace burrow::vm
