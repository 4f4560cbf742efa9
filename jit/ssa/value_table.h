// What value numbering has seen on the way down the dominator tree: a hash table whose newest entries go first. Internal to jit/ssa.
#pragma once

#include <cstring>

#include "jit/ssa/ssa.h"

namespace burrow::jit {

class ValueTable {
 public:
  static constexpr size_t kMaxArgs = 4;
  /// What makes two values the same. All bytes of it count.
  struct Key {
    SOp op;
    Kind kind;
    Width width;
    uint8_t count = 0;   ///< of arguments
    uint32_t epoch, memory;
    uint32_t args[kMaxArgs] = {};   ///< ids
    uint32_t none = 0;
    int64_t aux, aux2;

    Key(SOp op, Kind kind, Width width, int64_t aux, int64_t aux2, uint32_t epoch, uint32_t memory)
        : op(op), kind(kind), width(width), epoch(epoch), memory(memory), aux(aux), aux2(aux2) {}
    void add(const Value* v) { args[count++] = v->id; }
  };
  static_assert(sizeof(Key) == 48);

  explicit ValueTable(size_t values) {
    size_t n = 64;
    while (n < values) n *= 2;
    heads_.assign(n, -1);
  }

  Value* find(const Key& key) const {
    for (int32_t i = heads_[bucketOf(key)]; i >= 0; i = entries_[static_cast<size_t>(i)].next)
      if (const Entry& e = entries_[static_cast<size_t>(i)]; std::memcmp(&e.key, &key, sizeof key) == 0) return e.value;
    return nullptr;
  }
  void add(const Key& key, Value* v) {
    int32_t& head = heads_[bucketOf(key)];
    entries_.push_back({key, v, head});
    head = static_cast<int32_t>(entries_.size() - 1);
  }
  size_t mark() const { return entries_.size(); }
  /// Forgets what came after the mark.
  void release(size_t mark) {
    while (entries_.size() > mark) {
      heads_[bucketOf(entries_.back().key)] = entries_.back().next;
      entries_.pop_back();
    }
  }

 private:
  struct Entry {
    Key key;
    Value* value;
    int32_t next;
  };
  size_t bucketOf(const Key& key) const {
    uint64_t words[sizeof key / 8];
    std::memcpy(words, &key, sizeof key);
    uint64_t h = 0;
    for (uint64_t w : words) h = (h ^ w) * 0x9E3779B97F4A7C15u, h ^= h >> 29;
    return h & (heads_.size() - 1);
  }
  Vec<int32_t> heads_;
  Vec<Entry> entries_;
};

}  // namespace burrow::jit
