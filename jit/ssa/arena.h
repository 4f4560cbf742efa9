// Memory that lasts for one compilation: graphs are many small lists, and malloc took a third of the time of making them.
//
// Blocks come in a few sizes. One that is given back serves the next of its size; all of them are gone when the compilation ends. The
// chunks they are cut from stay for the next one, which is on the same thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <new>
#include <vector>

#include "vm/bytecode/check.h"

#if defined(__SANITIZE_ADDRESS__)
#define BURROW_ARENA_BY_MALLOC 1   // which finds what the arena would hide
#else
#define BURROW_ARENA_BY_MALLOC 0
#endif

namespace burrow::jit {

class Arena {
 public:
  void* allocate(size_t bytes) {
    if (BURROW_ARENA_BY_MALLOC) return must(std::malloc(bytes));
    unsigned c = classOf(bytes);
    if (Free* f = free_[c]) {
      free_[c] = f->next;
      return f;
    }
    size_t size = sizeOf(c);
    if (size > static_cast<size_t>(end_ - at_)) [[unlikely]] more(size);
    char* p = at_;
    at_ += size;
    return p;
  }
  void release(void* p, size_t bytes) {
    if (BURROW_ARENA_BY_MALLOC) return std::free(p);
    unsigned c = classOf(bytes);
    auto* f = static_cast<Free*>(p);
    f->next = free_[c];
    free_[c] = f;
  }
  /// Everything is gone. Chunks stay, unless they are many.
  void reset();

 private:
  struct Free {
    Free* next;
  };
  struct Chunk {
    Chunk* next;
    size_t bytes;   ///< with this header
  };
  static constexpr size_t kChunk = 256 << 10, kKept = 4 << 20;
  static constexpr unsigned kFine = 16, kClasses = kFine + 40;   // multiples of 16 up to 256, then powers of two

  static unsigned classOf(size_t bytes) {
    if (bytes <= 16 * kFine) return static_cast<unsigned>((bytes + 15) / 16) - (bytes != 0);
    return kFine + static_cast<unsigned>(64 - __builtin_clzll(bytes - 1)) - 9;
  }
  static size_t sizeOf(unsigned c) { return c < kFine ? 16 * (size_t{c} + 1) : size_t{512} << (c - kFine); }
  static void* must(void* p) {
    BURROW_CHECK(p);
    return p;
  }
  void more(size_t bytes);

  char *at_ = nullptr, *end_ = nullptr;
  Chunk *chunks_ = nullptr, *current_ = nullptr;   ///< all chunks, in the order of their use; the one that is being cut
  Free* free_[kClasses] = {};
};

/// Of the compilation that this thread does.
extern constinit thread_local Arena compileArena;

template <class T>
struct ArenaAllocator {
  using value_type = T;
  using is_always_equal = std::true_type;
  ArenaAllocator() = default;
  template <class U>
  ArenaAllocator(const ArenaAllocator<U>&) {}   // NOLINT: containers convert it
  T* allocate(size_t n) { return static_cast<T*>(compileArena.allocate(n * sizeof(T))); }
  void deallocate(T* p, size_t n) { compileArena.release(p, n * sizeof(T)); }
  friend bool operator==(const ArenaAllocator&, const ArenaAllocator&) { return true; }
};

/// A vector that does not outlive the compilation.
template <class T>
using Vec = std::vector<T, ArenaAllocator<T>>;

/// A short list in its owner, which stays where it is; a longer one is elsewhere.
template <class T, uint32_t kInside>
class ShortList {
 public:
  ShortList() = default;
  ShortList(const ShortList&) = delete;
  ~ShortList() { drop(); }
  ShortList& operator=(const ShortList& other) {
    if (this != &other) assign(other.begin(), other.size());
    return *this;
  }
  ShortList& operator=(std::initializer_list<T> list) {
    if (list.size() > room_) {
      assign(list.begin(), list.size());
    } else {  // elements of its own may be in the list: they are read by now
      std::copy(list.begin(), list.end(), data_);
      size_ = static_cast<uint32_t>(list.size());
    }
    return *this;
  }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  T& back() { return data_[size_ - 1]; }
  const T& back() const { return data_[size_ - 1]; }
  void clear() { size_ = 0; }
  void push_back(T x) {
    if (size_ == room_) grow(2 * room_);
    data_[size_++] = x;
  }
  void erase(T* at) {
    std::copy(at + 1, end(), at);
    size_--;
  }
  void resize(size_t n) {
    if (n > room_) grow(static_cast<uint32_t>(n));
    for (size_t i = size_; i < n; i++) data_[i] = T{};
    size_ = static_cast<uint32_t>(n);
  }

 private:
  void assign(const T* from, size_t n) {
    if (n > room_) size_ = 0, grow(static_cast<uint32_t>(n));
    std::copy(from, from + n, data_);
    size_ = static_cast<uint32_t>(n);
  }
  void grow(uint32_t room) {
    T* wider = static_cast<T*>(compileArena.allocate(room * sizeof(T)));
    std::copy(begin(), end(), wider);
    drop();
    data_ = wider;
    room_ = room;
  }
  void drop() {
    if (data_ != inside_) compileArena.release(data_, room_ * sizeof(T));
  }
  uint32_t size_ = 0, room_ = kInside;
  T* data_ = inside_;
  T inside_[kInside];
};

/// Objects that stay where they are, numbered from 0.
template <class T, size_t kPart = 32>
class Pool {
 public:
  template <class P, class R>
  struct Iterator {
    P* pool;
    size_t i;
    R& operator*() const { return (*pool)[i]; }
    Iterator& operator++() { return i++, *this; }
    bool operator==(const Iterator&) const = default;
  };
  Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() {
    for (size_t i = 0; i < size_; i++) (*this)[i].~T();
    for (T* p : parts_) compileArena.release(p, kPart * sizeof(T));
  }
  template <class... A>
  T& emplace_back(A&&... a) {
    if (size_ % kPart == 0) parts_.push_back(static_cast<T*>(compileArena.allocate(kPart * sizeof(T))));
    T* p = new (parts_.back() + size_ % kPart) T{static_cast<A&&>(a)...};
    size_++;
    return *p;
  }
  size_t size() const { return size_; }
  auto begin() { return Iterator<Pool, T>{this, 0}; }
  auto end() { return Iterator<Pool, T>{this, size_}; }
  auto begin() const { return Iterator<const Pool, const T>{this, 0}; }
  auto end() const { return Iterator<const Pool, const T>{this, size_}; }
  T& operator[](size_t i) { return parts_[i / kPart][i % kPart]; }
  const T& operator[](size_t i) const { return parts_[i / kPart][i % kPart]; }

 private:
  Vec<T*> parts_;
  size_t size_ = 0;
};

}  // namespace burrow::jit
