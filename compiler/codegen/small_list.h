// A list that rarely needs memory of its own.
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

namespace burrow::codegen {

template <class T, size_t N>
class SmallList {
 public:
  static_assert(std::is_trivially_copyable_v<T>);
  SmallList() = default;
  SmallList(const SmallList&) = delete;
  SmallList& operator=(const SmallList&) = delete;

  void push_back(T t) {
    if (size_ < N) {
      few_[size_++] = t;
      return;
    }
    if (size_ == N) many_.assign(few_, few_ + N);
    many_.push_back(t);
    ++size_;
  }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return size_ > N ? many_.data() : few_; }
  const T* data() const { return size_ > N ? many_.data() : few_; }
  T& operator[](size_t i) { return data()[i]; }
  const T& operator[](size_t i) const { return data()[i]; }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  operator std::span<const T>() const { return {data(), size_}; }

 private:
  T few_[N];
  std::vector<T> many_;   ///< everything, once there are more than N
  size_t size_ = 0;
};

}  // namespace burrow::codegen
