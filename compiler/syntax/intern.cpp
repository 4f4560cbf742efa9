// The table of all names: see intern.h.
#include "compiler/syntax/intern.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "compiler/source/arena.h"
#include "compiler/syntax/parser.h"

namespace burrow::syntax {

namespace {

/// Open addressing, by InternCache's hash.
class Table {
 public:
  std::string_view find(std::string_view text, uint64_t hash) {
    std::lock_guard lock(mutex_);
    if ((count_ + 1) * 2 > entries_.size()) grow();
    auto tag = static_cast<uint32_t>(hash >> 32);
    size_t mask = entries_.size() - 1, at = place(hash) & mask;
    for (; entries_[at].data; at = (at + 1) & mask) {
      const Entry& e = entries_[at];
      if (e.tag == tag && e.size == text.size() && std::memcmp(e.data, text.data(), e.size) == 0) return {e.data, e.size};
    }
    std::string_view kept = arena_.string(text);
    entries_[at] = {kept.data(), hash, static_cast<uint32_t>(kept.size()), tag};
    ++count_;
    return kept;
  }

 private:
  struct Entry {
    const char* data = nullptr;
    uint64_t hash = 0;
    uint32_t size = 0, tag = 0;
  };
  static size_t place(uint64_t hash) { return hash ^ hash >> 32; }
  void grow() {
    std::vector<Entry> old(std::max<size_t>(entries_.size() * 2, 4096));
    old.swap(entries_);
    size_t mask = entries_.size() - 1;
    for (const Entry& e : old) {
      if (!e.data) continue;
      size_t at = place(e.hash) & mask;
      while (entries_[at].data) at = (at + 1) & mask;
      entries_[at] = e;
    }
  }

  std::mutex mutex_;
  Arena arena_;
  std::vector<Entry> entries_;
  size_t count_ = 0;
};

Table& table() {
  static Table* t = new Table;  // never destroyed: names outlive every static object
  return *t;
}

}  // namespace

InternCache& InternCache::ofThread() {
  thread_local auto cache = std::make_unique<InternCache>();
  return *cache;
}

std::string_view InternCache::fill(Slot& slot, std::string_view text, uint64_t hash) {
  std::string_view kept = table().find(text, hash);
  slot = {kept.data(), static_cast<uint32_t>(kept.size()), static_cast<uint32_t>(hash >> 32)};
  return kept;
}

std::string_view InternCache::intern(std::string_view text) {
  char buffer[64] = {};
  if (text.empty()) return {};
  if (text.size() > sizeof buffer - 8) {
    std::string padded(text);
    padded.append(8, '\0');
    return internPadded({padded.data(), text.size()});
  }
  std::memcpy(buffer, text.data(), text.size());
  return internPadded({buffer, text.size()});
}

std::string_view intern(std::string_view spelling) {
  return InternCache::ofThread().intern(spelling);
}

}  // namespace burrow::syntax
