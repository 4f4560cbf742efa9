// A set of small numbers, as words: liveness is computed many bits at a time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "jit/ssa/arena.h"

namespace burrow::jit {

class Bits {
 public:
  explicit Bits(size_t n = 0) : size_(n), words_((n + 63) / 64, 0) {}
  bool operator[](size_t i) const { return words_[i / 64] >> (i % 64) & 1; }
  size_t size() const { return size_; }
  void set(size_t i) { words_[i / 64] |= uint64_t{1} << i % 64; }
  void reset(size_t i) { words_[i / 64] &= ~(uint64_t{1} << i % 64); }
  /// Those from `from` on, `count` of them, as far as the set has them.
  void setRange(size_t from, size_t count) {
    inRange(from, count, [](uint64_t& word, uint64_t mask) { word |= mask; });
  }
  void resetRange(size_t from, size_t count) {
    inRange(from, count, [](uint64_t& word, uint64_t mask) { word &= ~mask; });
  }
  void remove(const Bits& other) {
    for (size_t k = 0; k < words_.size(); k++) words_[k] &= ~other.words_[k];
  }
  size_t count() const {
    size_t n = 0;
    for (uint64_t w : words_) n += static_cast<size_t>(__builtin_popcountll(w));
    return n;
  }
  /// Calls f with each member, in order.
  template <class F>
  void each(F f) const {
    for (size_t k = 0; k < words_.size(); k++)
      for (uint64_t w = words_[k]; w; w &= w - 1) f(k * 64 + static_cast<size_t>(__builtin_ctzll(w)));
  }
  void clear() { words_.assign(words_.size(), 0); }
  void add(const Bits& other) {
    for (size_t k = 0; k < words_.size(); k++) words_[k] |= other.words_[k];
  }
  /// As many bits of an array of words as the set has; null: none.
  void addWords(const uint64_t* words) {
    if (!words) return;
    for (size_t k = 0; k < words_.size(); k++)
      words_[k] |= k + 1 < words_.size() || size_ % 64 == 0 ? words[k] : words[k] & ((uint64_t{1} << size_ % 64) - 1);
  }
  bool operator==(const Bits&) const = default;

 private:
  template <class F>
  void inRange(size_t from, size_t count, F f) {
    size_t to = from + count < size_ ? from + count : size_;
    while (from < to) {
      size_t end = from / 64 * 64 + 64 < to ? from / 64 * 64 + 64 : to;
      f(words_[from / 64], ~uint64_t{0} >> (64 - (end - from)) << from % 64);
      from = end;
    }
  }

  size_t size_;
  Vec<uint64_t> words_;
};

}  // namespace burrow::jit
