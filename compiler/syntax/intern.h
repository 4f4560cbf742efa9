// Interning of names. The table lives as long as the process and is shared by all threads; in front
// of it each thread keeps a direct-mapped cache, which answers nearly every question without a
// lock.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>

namespace burrow::syntax {

class InternCache {
 public:
  InternCache() : slots_(static_cast<Slot*>(std::calloc(kSlots, sizeof(Slot)))) {
    if (!slots_) throw std::bad_alloc();
  }
  ~InternCache() { std::free(slots_); }
  InternCache(const InternCache&) = delete;

  /// The calling thread's cache.
  static InternCache& ofThread();

  /// `text` may be read up to 8 bytes past its end.
  std::string_view internPadded(std::string_view text) {
    const char* p = text.data();
    uint64_t h = text.size();
    size_t left = text.size();
    uint64_t word;
    for (; left > 8; left -= 8, p += 8) {
      std::memcpy(&word, p, 8);
      h = mix(h ^ word);
    }
    if (left > 0) {
      std::memcpy(&word, p, 8);
      h = mix(h ^ (word << (64 - 8 * left)));
    }
    return find(text, h);
  }

  std::string_view intern(std::string_view text);

 private:
  static constexpr size_t kSlots = size_t{1} << 15;

  struct Slot {
    const char* data;
    uint32_t size;
    uint32_t hash;
  };

  static uint64_t mix(uint64_t h) {
    h *= 0x9e3779b97f4a7c15u;
    return h ^ h >> 29;
  }

  std::string_view find(std::string_view text, uint64_t h) {
    Slot& slot = slots_[h & (kSlots - 1)];
    uint32_t tag = static_cast<uint32_t>(h >> 32);
    if (slot.hash == tag && slot.size == text.size() &&
        std::memcmp(slot.data, text.data(), text.size()) == 0) {
      return {slot.data, slot.size};
    }
    return fill(slot, text, h);
  }

  static std::string_view fill(Slot& slot, std::string_view text, uint64_t hash);

  Slot* slots_;   ///< zeroed by the system: a small program touches few
};

}  // namespace burrow::syntax
