// The heap of processes that only compile: this test's own operator new is that one.
#include "programs/burrow/compile_heap.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <set>
#include <thread>
#include <vector>

namespace burrow {
namespace {

struct Object {
  unsigned char* at;
  size_t size;
  unsigned char mark;
};

Object make(size_t size, unsigned char mark) {
  auto* p = static_cast<unsigned char*>(::operator new(size));
  std::memset(p, mark, size);
  return {p, size, mark};
}

bool whole(const Object& o) {
  for (size_t i = 0; i < o.size; ++i)
    if (o.at[i] != o.mark) return false;
  return true;
}

TEST(CompileHeap, ObjectsOfAllSizesAreTheirOwn) {
  std::vector<Object> before, objects;
  for (size_t size = 0; size < 700; ++size) before.push_back(make(size, 7));
  useCompileHeap();
  for (int round = 0; round < 40; ++round)
    for (size_t size = 0; size < 700; ++size) {
      objects.push_back(make(size, static_cast<unsigned char>(round + static_cast<int>(size))));
      EXPECT_EQ(reinterpret_cast<uintptr_t>(objects.back().at) % 16, 0u);
      if (objects.size() % 3 == 0) {
        std::swap(objects[objects.size() / 2], objects.back());
        EXPECT_TRUE(whole(objects.back()));
        ::operator delete(objects.back().at);
        objects.pop_back();
      }
    }
  std::set<unsigned char*> places;
  for (const Object& o : objects) {
    EXPECT_TRUE(whole(o));
    EXPECT_TRUE(places.insert(o.at).second);
    ::operator delete(o.at, o.size);
  }
  for (const Object& o : before) {  // what malloc made goes back there
    EXPECT_TRUE(whole(o));
    ::operator delete(o.at);
  }
}

TEST(CompileHeap, WhatIsFreeIsUsedAgain) {
  useCompileHeap();
  std::set<void*> first;
  for (int i = 0; i < 100; ++i) first.insert(::operator new(48));
  for (void* p : first) ::operator delete(p);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(first.count(::operator new(40)), 1u);
}

TEST(CompileHeap, ThreadsMayDeleteForEachOther) {
  useCompileHeap();
  for (int round = 0; round < 20; ++round) {
    std::vector<std::unique_ptr<std::vector<uint64_t>>> lists;
    std::thread([&] {
      for (uint64_t i = 0; i < 500; ++i) lists.push_back(std::make_unique<std::vector<uint64_t>>(i % 70, i));
    }).join();
    for (uint64_t i = 0; i < 500; ++i) EXPECT_EQ(*lists[i], std::vector<uint64_t>(i % 70, i));
  }
}

}  // namespace
}  // namespace burrow
