#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/vm/support/fake_types.h"

namespace burrow::vm::test {
namespace {

GoString text(std::string_view s) {
  return {s.data(), static_cast<int64_t>(s.size())};
}

bool equal(const void* a, const void* b, const AbiType& t) {
  const AbiType* bad = nullptr;
  bool same = equalValues(a, b, &t, &bad);
  EXPECT_EQ(bad, nullptr);
  uint64_t x = hashValue(a, &t, 1, &bad), y = hashValue(b, &t, 1, &bad);
  if (same) {
    EXPECT_EQ(x, y);
  }
  return same;
}

TEST(Equal, Floats) {
  double zero = 0.0, minus = -0.0, nan = std::nan(""), one = 1;
  EXPECT_TRUE(equal(&zero, &minus, kFloat64));
  EXPECT_FALSE(equal(&one, &zero, kFloat64));
  const AbiType* bad = nullptr;
  EXPECT_FALSE(equalValues(&nan, &nan, &kFloat64, &bad));
  EXPECT_NE(hashValue(&nan, &kFloat64, 1, &bad), hashValue(&nan, &kFloat64, 1, &bad));
}

TEST(Equal, Strings) {
  std::string a(100, 'x'), b(100, 'x'), c = a + "y";
  GoString x = text(a), y = text(b), z = text(c);
  EXPECT_TRUE(equal(&x, &y, kString));
  EXPECT_FALSE(equal(&x, &z, kString));
}

TEST(Equal, InterfacesByTypeThenValue) {
  int64_t five = 5, alsoFive = 5;
  GoIface a{const_cast<AbiType*>(&kInt), &five}, b{const_cast<AbiType*>(&kInt), &alsoFive};
  GoIface c{const_cast<AbiType*>(&kFloat64), &five}, nil{nullptr, nullptr};
  GoIface slice{const_cast<AbiType*>(&kSlice), &five};
  EXPECT_TRUE(equal(&a, &b, kAny));
  EXPECT_FALSE(equal(&a, &c, kAny));
  EXPECT_FALSE(equal(&a, &nil, kAny));
  EXPECT_TRUE(equal(&nil, &nil, kAny));
  const AbiType* bad = nullptr;
  EXPECT_FALSE(equalValues(&slice, &slice, &kAny, &bad));
  EXPECT_EQ(bad, &kSlice);
  bad = nullptr;
  EXPECT_FALSE(equalValues(&slice, &a, &kAny, &bad));  // different types: never compared
  EXPECT_EQ(bad, nullptr);
}

TEST(Equal, StructsSkipBlankFields) {
  const uint8_t blank[] = {0, 1, '_'}, named[] = {0, 1, 'a'};
  AbiStructField fields[] = {{named, const_cast<AbiType*>(&kFloat64), 0},
                             {blank, const_cast<AbiType*>(&kFloat64), 8}};
  AbiStructType t{};
  static_cast<AbiType&>(t) = scalarType(AbiKind::Struct, 16);
  t.tflag = 0;
  t.fields = {fields, 2, 2};
  double a[] = {1, 2}, b[] = {1, 3}, c[] = {2, 2};
  EXPECT_TRUE(equal(a, b, t));
  EXPECT_FALSE(equal(a, c, t));
}

TEST(String, RunesThereAndBack) {
  for (int32_t r :
       {0, 0x61, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x10ffff}) {
    char out[4];
    unsigned n = encodeRune(r, out);
    int64_t i = 0;
    EXPECT_EQ(decodeRune({out, n}, i), r);
    EXPECT_EQ(i, n);
    if (n > 1) {  // cut short: one bad byte
      i = 0;
      EXPECT_EQ(decodeRune({out, n - 1}, i), 0xfffd);
      EXPECT_EQ(i, 1);
    }
  }
  char out[4];
  for (int32_t r : {-1, 0xd800, 0xdfff, 0x110000})
    EXPECT_EQ(std::string(out, encodeRune(r, out)), "\xef\xbf\xbd");
  for (std::string_view s : {"\x80", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"}) {
    int64_t i = 0;
    EXPECT_EQ(decodeRune(text(s), i), 0xfffd);
    EXPECT_EQ(i, 1);
  }
}

TEST(String, Concat) {
  Goroutine& g = fakeGoroutine();
  GoString parts[] = {text("ab"), text(""), text("cde")};
  EXPECT_EQ(concat(g, parts, 3).view(), "abcde");
  EXPECT_EQ(concat(g, parts, 2).ptr, parts[0].ptr);  // one part alone is not copied
  EXPECT_EQ(concat(g, parts + 1, 1).len, 0);
}

TEST(Iface, BoxesShareSmallValues) {
  Goroutine& g = fakeGoroutine();
  int64_t small = 200, big = 300;
  EXPECT_EQ(boxValue(g, &kInt, &small), &staticUint64s[200]);
  void* cell = boxValue(g, &kInt, &big);
  EXPECT_EQ(*static_cast<int64_t*>(cell), 300);
  EXPECT_EQ(findObject(cell).start, cell);
  GoString empty{nullptr, 0};
  EXPECT_EQ(boxValue(g, &kString, &empty), zeroValue);
  void* p = &small;
  EXPECT_EQ(boxValue(g, &kPointer, &p), p);
}

}  // namespace
}  // namespace burrow::vm::test
