// A hash table from strings to numbers, for what a package has thousands of: constants, names, symbols.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "compiler/source/arena.h"
#include "vm/bytecode/image.h"

namespace burrow::codegen {

class StringMap {
 public:
  /// Keys are copied into the arena.
  explicit StringMap(Arena& keys) : keys_(keys) {}

  /// The value of a key, or null.
  const uint32_t* find(std::string_view key) const {
    if (table_.empty()) return nullptr;
    const Entry& e = table_[slot(key, symbolHash(key))];
    return e.hash ? &e.value : nullptr;
  }
  /// The value of a key, zero if it is new (`added`). Valid until the next call.
  uint32_t& add(std::string_view key, bool& added) {
    if (++count_ * 2 > table_.size()) grow();
    uint32_t hash = symbolHash(key);
    Entry& e = table_[slot(key, hash)];
    added = !e.hash;
    if (added) e = {hash, 0, keys_.string(key)};
    else --count_;
    return e.value;
  }
  void set(std::string_view key, uint32_t value) {
    bool added;
    add(key, added) = value;
  }

 private:
  struct Entry {
    uint32_t hash = 0;      ///< 0: no entry
    uint32_t value = 0;
    std::string_view key;
  };

  size_t slot(std::string_view key, uint32_t hash) const {
    size_t mask = table_.size() - 1, at = hash & mask;
    while (table_[at].hash && !(table_[at].hash == hash && table_[at].key == key)) at = (at + 1) & mask;
    return at;
  }
  void grow() {
    std::vector<Entry> old(table_.empty() ? 64 : table_.size() * 2);
    old.swap(table_);
    for (const Entry& e : old) {
      if (e.hash) table_[slot(e.key, e.hash)] = e;
    }
  }

  Arena& keys_;
  std::vector<Entry> table_;
  size_t count_ = 0;
};

}  // namespace burrow::codegen
