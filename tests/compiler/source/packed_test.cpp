// Lists and strings of one word: what goes in comes out, also what is too long for the word.
#include "compiler/source/packed.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace burrow {
namespace {

TEST(PackedList, HoldsAListInOneWord) {
  static_assert(sizeof(PackedList<int*>) == 8);
  int a = 1, b = 2;
  std::vector<int*> v{&a, &b, nullptr};
  PackedList<int*> p = List<int*>(v);
  EXPECT_EQ(p.size(), 3u);
  EXPECT_EQ(p.data(), v.data());
  EXPECT_EQ(p[1], &b);
  EXPECT_EQ(p.back(), nullptr);
  p[0] = &b;  // a view: the elements are the vector's
  EXPECT_EQ(v[0], &b);
  List<int*> again = p;
  EXPECT_EQ(again.data(), v.data());
  EXPECT_EQ(p.subspan(1).size(), 2u);
}

TEST(PackedList, IsEmptyWithoutElements) {
  PackedList<int*> none, alsoNone = List<int*>();
  EXPECT_TRUE(none.empty());
  EXPECT_TRUE(alsoNone.empty());
  EXPECT_EQ(none.size(), 0u);
  EXPECT_EQ(none.begin(), none.end());
}

TEST(PackedList, HoldsLongLists) {
  for (size_t n : {(size_t{1} << 20) - 2, (size_t{1} << 20) - 1, size_t{3} << 20}) {
    std::vector<int*> v(n);
    PackedList<int*> p = List<int*>(v);
    EXPECT_EQ(p.size(), n);
    EXPECT_EQ(p.data(), v.data());
    EXPECT_EQ(p.end(), v.data() + n);
  }
}

TEST(PackedString, HoldsAStringInOneWord) {
  static_assert(sizeof(PackedString) == 8);
  std::string text = "runtime.mallocgc";
  PackedString p = std::string_view(text).substr(1);  // any address
  EXPECT_EQ(p, "untime.mallocgc");
  EXPECT_EQ(p.data(), text.data() + 1);
  EXPECT_FALSE(p.empty());
  EXPECT_TRUE(p.starts_with("unt"));
  EXPECT_EQ(std::string(p), "untime.mallocgc");
  EXPECT_TRUE(PackedString().empty());
  EXPECT_EQ(PackedString(), std::string_view());
}

TEST(PackedString, HoldsLongStrings) {
  for (size_t n : {(size_t{1} << 17) - 2, (size_t{1} << 17) - 1, size_t{1} << 20}) {
    std::string text(n, 'x');
    PackedString p = std::string_view(text);
    EXPECT_EQ(p.size(), n);
    EXPECT_EQ(p.data(), text.data());
  }
}

}  // namespace
}  // namespace burrow
