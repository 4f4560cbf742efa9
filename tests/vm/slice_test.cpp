#include <gtest/gtest.h>

#include "tests/vm/support/fake_types.h"

namespace burrow::vm::test {
namespace {

/// Capacities seen while n elements are appended one by one.
std::vector<int64_t> capacities(const AbiType& elem, int n) {
  Goroutine& g = fakeGoroutine();
  GoSliceRaw s{nullptr, 0, 0};
  std::vector<int64_t> caps;
  for (int i = 0; i < n; ++i) {
    RootLink keep(s.data);
    EXPECT_EQ(growSlice(g, s, 1, &elem), nullptr);
    if (caps.empty() || caps.back() != s.cap) caps.push_back(s.cap);
  }
  EXPECT_EQ(s.len, n);
  return caps;
}

// What gc 1.26 prints for the same loops.
TEST(Slice, GrowsAsGc) {
  using Caps = std::vector<int64_t>;
  EXPECT_EQ(capacities(kInt, 5000),
            (Caps{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 848, 1280, 1792, 2560, 3408, 5120}));
  EXPECT_EQ(capacities(kUint8, 3000), (Caps{8, 16, 32, 64, 128, 256, 512, 896, 1408, 2048, 3072}));
  EXPECT_EQ(capacities(kString, 1000), (Caps{1, 2, 4, 8, 16, 32, 71, 143, 303, 591, 1023}));
  AbiType pointers = structType(24, {0, 1, 2});
  EXPECT_EQ(capacities(pointers, 300), (Caps{1, 2, 4, 8, 16, 37, 74, 170, 341}));
  AbiType odd = structType(40, {});
  EXPECT_EQ(capacities(odd, 30), (Caps{1, 2, 4, 8, 16, 32}));
}

TEST(Slice, KeepsContentsAndClearsTheRest) {
  Goroutine& g = fakeGoroutine();
  GoSliceRaw s{nullptr, 0, 0};
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(growSlice(g, s, 1, &kInt32), nullptr);
    auto* p = static_cast<int32_t*>(s.data);
    for (int64_t k = i; k < s.cap; ++k) ASSERT_EQ(p[k], 0);
    p[i] = i;
  }
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(static_cast<int32_t*>(s.data)[i], i);
}

TEST(Slice, RefusesTheImpossible) {
  Goroutine& g = fakeGoroutine();
  GoSliceRaw s{nullptr, 0, 0};
  EXPECT_STREQ(growSlice(g, s, INT64_MAX, &kInt), "growslice: len out of range");
  EXPECT_STREQ(growSlice(g, s, int64_t{1} << 60, &kUint8), "growslice: len out of range");
  AbiType empty = structType(0, {});
  EXPECT_EQ(growSlice(g, s, 100, &empty), nullptr);
  EXPECT_EQ(s.len, 100);
  EXPECT_EQ(s.cap, 100);
  EXPECT_NE(s.data, nullptr);
}

}  // namespace
}  // namespace burrow::vm::test
