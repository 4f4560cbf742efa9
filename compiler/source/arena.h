// Bump allocation for compiler data that lives as long as the compilation: syntax trees, types, ir.
// Nothing is destroyed: only trivially destructible values belong here (lists are spans of the arena).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace burrow {

/// A list in an arena: a view, as long-lived as the arena itself.
template <class T>
using List = std::span<T>;

class Arena {
 public:
  Arena() = default;
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* allocate(size_t size, size_t align) {
    uintptr_t at = (next_ + align - 1) & ~(align - 1);
    if (at + size > end_) {
      newBlock(size + align);
      at = (next_ + align - 1) & ~(align - 1);
    }
    next_ = at + size;
    return reinterpret_cast<void*>(at);
  }

  template <class T, class... Args>
  T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>, "an arena runs no destructors");
    return new (allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
  }

  template <class T>
  List<T> list(const std::vector<T>& from) {
    return list(std::span<const T>(from));
  }
  template <class T>
  List<T> list(std::span<const T> from) {
    if (from.empty()) return {};
    T* to = static_cast<T*>(allocate(sizeof(T) * from.size(), alignof(T)));
    for (size_t i = 0; i < from.size(); ++i) new (to + i) T(from[i]);
    return {to, from.size()};
  }

  std::string_view string(std::string_view from) {
    if (from.empty()) return {};
    char* to = static_cast<char*>(allocate(from.size(), 1));
    std::memcpy(to, from.data(), from.size());
    return {to, from.size()};
  }

  /// Forgets everything that was allocated and keeps the memory for what comes next.
  void reset();
  bool empty() const { return inUse_ == 0; }

 private:
  struct Block {
    std::byte* base;
    size_t size;
    bool mapped;
  };

  void newBlock(size_t atLeast);

  std::vector<Block> blocks_;
  size_t inUse_ = 0;              ///< blocks: the first ones
  uintptr_t next_ = 0, end_ = 0;  ///< what is left of the last of them
};

}  // namespace burrow
