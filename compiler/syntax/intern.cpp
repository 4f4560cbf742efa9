// The table of all names: see intern.h.
#include "compiler/syntax/intern.h"

#include <memory>
#include <mutex>
#include <unordered_set>

#include "compiler/source/arena.h"
#include "compiler/syntax/parser.h"

namespace burrow::syntax {

namespace {

struct Table {
  std::mutex mutex;
  Arena arena;
  std::unordered_set<std::string_view> names;

  std::string_view find(std::string_view text) {
    std::lock_guard lock(mutex);
    auto at = names.find(text);
    if (at != names.end()) return *at;
    std::string_view kept = arena.string(text);
    names.insert(kept);
    return kept;
  }
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

std::string_view InternCache::fill(Slot& slot, std::string_view text, uint32_t tag) {
  std::string_view kept = table().find(text);
  slot = {kept.data(), static_cast<uint32_t>(kept.size()), tag};
  return kept;
}

std::string_view InternCache::intern(std::string_view text) {
  char buffer[64] = {};
  if (text.empty()) return {};
  if (text.size() > sizeof buffer - 8) return table().find(text);
  std::memcpy(buffer, text.data(), text.size());
  return internPadded({buffer, text.size()});
}

std::string_view intern(std::string_view spelling) {
  return InternCache::ofThread().intern(spelling);
}

}  // namespace burrow::syntax
