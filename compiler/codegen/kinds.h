// Which slots of a value hold pointers; and free slots by that.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <utility>
#include <vector>

#include "compiler/codegen/code.h"

namespace burrow::codegen {

/// A list of bools: whether each slot holds a pointer. Few need memory of their own.
class Kinds {
 public:
  Kinds() = default;
  Kinds(std::initializer_list<bool> kinds) {
    for (bool k : kinds) push_back(k);
  }
  explicit Kinds(size_t n, bool kind = false) { resize(n, kind); }
  Kinds(const std::vector<bool>& kinds) {
    resize(kinds.size());
    for (size_t i = 0; i < kinds.size(); ++i) {
      if (kinds[i]) (*this)[i] = true;
    }
  }
  operator std::vector<bool>() const { return {begin(), end()}; }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool operator[](size_t i) const { return (i < 64 ? first_ >> i : more_[i / 64 - 1] >> (i % 64)) & 1; }
  class Ref {
   public:
    Ref(uint64_t& word, unsigned bit) : word_(word), bit_(bit) {}
    operator bool() const { return word_ >> bit_ & 1; }
    Ref& operator=(bool kind) {
      word_ = (word_ & ~(uint64_t{1} << bit_)) | uint64_t{kind} << bit_;
      return *this;
    }

   private:
    uint64_t& word_;
    unsigned bit_;
  };
  Ref operator[](size_t i) { return {i < 64 ? first_ : more_[i / 64 - 1], static_cast<unsigned>(i % 64)}; }
  void push_back(bool kind) {
    resize(size_ + 1);
    if (kind) (*this)[size_ - 1] = true;
  }
  /// New ones are `kind`.
  void resize(size_t n, bool kind = false) {
    size_t old = size_;
    size_ = n;
    if (n > 64) more_.resize((n - 1) / 64, 0);
    for (size_t i = old; kind && i < n; ++i) (*this)[i] = true;
  }
  void append(const Kinds& other) {
    size_t at = size_;
    resize(size_ + other.size_);
    for (size_t i = 0; i < other.size_; ++i) {
      if (other[i]) (*this)[at + i] = true;
    }
  }
  /// The first 64, as bits.
  uint64_t firstWord() const { return first_; }
  void setFirstWord(uint64_t bits) { first_ = bits; }
  bool operator==(const Kinds&) const = default;

  class Iterator {
   public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = bool;
    using difference_type = std::ptrdiff_t;
    using pointer = const bool*;
    using reference = bool;
    Iterator() = default;
    Iterator(const Kinds* kinds, size_t at) : kinds_(kinds), at_(at) {}
    bool operator*() const { return (*kinds_)[at_]; }
    Iterator& operator++() { return ++at_, *this; }
    Iterator operator++(int) { return {kinds_, at_++}; }
    Iterator& operator--() { return --at_, *this; }
    Iterator operator--(int) { return {kinds_, at_--}; }
    Iterator& operator+=(difference_type n) { return at_ += static_cast<size_t>(n), *this; }
    Iterator operator+(difference_type n) const { return {kinds_, at_ + static_cast<size_t>(n)}; }
    Iterator operator-(difference_type n) const { return {kinds_, at_ - static_cast<size_t>(n)}; }
    difference_type operator-(const Iterator& o) const { return static_cast<difference_type>(at_ - o.at_); }
    bool operator==(const Iterator& o) const { return at_ == o.at_; }
    auto operator<=>(const Iterator& o) const { return at_ <=> o.at_; }

   private:
    const Kinds* kinds_ = nullptr;
    size_t at_ = 0;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size_}; }

 private:
  size_t size_ = 0;
  uint64_t first_ = 0;
  std::vector<uint64_t> more_;
};

/// Free runs of slots, the last one freed first.
class FreeSlots {
 public:
  /// Slots of these kinds, or kNone.
  Reg take(const Kinds& kinds) {
    List* l = find(kinds);
    if (!l || l->regs.empty()) return kNone;
    Reg r = l->regs.back();
    l->regs.pop_back();
    return r;
  }
  void put(const Kinds& kinds, Reg r) {
    List* l = find(kinds);
    if (!l) {
      if (count_ == lists_.size()) lists_.emplace_back();
      l = &lists_[count_++];
      l->kinds = kinds;
    }
    l->regs.push_back(r);
  }
  void clear() {
    for (size_t i = 0; i < count_; ++i) lists_[i].regs.clear();
    count_ = 0;
  }

 private:
  struct List {
    Kinds kinds;
    std::vector<Reg> regs;
  };
  List* find(const Kinds& kinds) {
    for (size_t i = 0; i < count_; ++i) {
      if (lists_[i].kinds == kinds) return &lists_[i];
    }
    return nullptr;
  }
  std::vector<List> lists_;     ///< few: a function has few patterns
  size_t count_ = 0;            ///< those in use; the others keep their memory
};

}  // namespace burrow::codegen
