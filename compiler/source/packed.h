// Lists and strings in one word, for the nodes of trees: there are millions of them, and walking them is waiting for memory.
//
// An address in user space has 47 bits, so the length goes into the rest of the word. What is too long for that is described
// elsewhere, in memory that is never given back: such lists are rare (literals of a million elements).
#pragma once

#include <cstdint>
#include <ranges>
#include <span>
#include <string_view>

#include "compiler/source/arena.h"

namespace burrow {

/// As List<T>, which it turns into by itself.
template <class T>
class PackedList {
  static_assert(sizeof(T) % 8 == 0, "the low bits of addresses are not kept");

 public:
  constexpr PackedList() = default;
  PackedList(List<T> l) : PackedList(l.data(), l.size()) {}  // NOLINT: as assignments of lists
  PackedList(T* data, size_t size) {
    if (size == 0) return;
    if (size >= kLong) {
      data = reinterpret_cast<T*>(new List<T>(data, size));
      size = kLong;
    }
    word_ = reinterpret_cast<uintptr_t>(data) >> 3 << kBits | size;
  }

  bool empty() const { return word_ == 0; }
  size_t size() const {
    size_t n = word_ & kLong;
    return n != kLong ? n : whole().size();
  }
  T* data() const { return (word_ & kLong) != kLong ? reinterpret_cast<T*>(word_ >> kBits << 3) : whole().data(); }
  T* begin() const { return data(); }
  T* end() const { return data() + size(); }
  T& operator[](size_t i) const { return data()[i]; }
  T& front() const { return *data(); }
  T& back() const { return data()[size() - 1]; }
  List<T> view() const { return {data(), size()}; }
  List<T> subspan(size_t from, size_t count = std::dynamic_extent) const { return view().subspan(from, count); }
  List<T> first(size_t count) const { return view().first(count); }

 private:
  static constexpr unsigned kBits = 20;
  static constexpr uint64_t kLong = (1u << kBits) - 1;
  const List<T>& whole() const { return *reinterpret_cast<const List<T>*>(word_ >> kBits << 3); }

  uint64_t word_ = 0;
};

/// As std::string_view, which it turns into by itself. The bytes stay where they are.
class PackedString {
 public:
  constexpr PackedString() = default;
  PackedString(std::string_view s) {  // NOLINT: as assignments of strings
    if (s.empty()) return;
    bool isLong = s.size() >= kLong;
    auto at = reinterpret_cast<uintptr_t>(isLong ? static_cast<const void*>(new std::string_view(s)) : s.data());
    word_ = at << kBits | (isLong ? kLong : s.size());
  }
  PackedString(const char* s) : PackedString(std::string_view(s)) {}  // NOLINT: as above

  std::string_view view() const {
    uint64_t n = word_ & kLong;
    if (n == kLong) return *reinterpret_cast<const std::string_view*>(word_ >> kBits);
    return {reinterpret_cast<const char*>(word_ >> kBits), n};
  }
  operator std::string_view() const { return view(); }  // NOLINT: that is what it stands for
  bool empty() const { return word_ == 0; }
  size_t size() const { return view().size(); }
  const char* data() const { return view().data(); }
  bool starts_with(std::string_view s) const { return view().starts_with(s); }
  bool ends_with(std::string_view s) const { return view().ends_with(s); }
  std::string_view substr(size_t from, size_t count = std::string_view::npos) const { return view().substr(from, count); }
  size_t find(std::string_view s) const { return view().find(s); }
  size_t rfind(std::string_view s) const { return view().rfind(s); }

  friend bool operator==(PackedString a, PackedString b) { return a.view() == b.view(); }
  friend bool operator==(PackedString a, std::string_view b) { return a.view() == b; }
  friend bool operator==(PackedString a, const char* b) { return a.view() == b; }

 private:
  static constexpr unsigned kBits = 17;
  static constexpr uint64_t kLong = (1u << kBits) - 1;

  uint64_t word_ = 0;
};

}  // namespace burrow

template <class T>
inline constexpr bool std::ranges::enable_borrowed_range<burrow::PackedList<T>> = true;
