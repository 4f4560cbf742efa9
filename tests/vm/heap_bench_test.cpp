// Timings of the heap and the maps, for comparison before and after a change: vm_tests
// --gtest_also_run_disabled_tests
// --gtest_filter='*DISABLED_Times*' on an optimised build. CPU time.
#include <gtest/gtest.h>
#include <time.h>

#include <cstdio>

#include "tests/vm/support/fake_types.h"

namespace burrow::vm::test {
namespace {

struct Pair {
  Pair *left, *right;
};
const AbiType kPair = structType(16, {0, 1});

Pair* makePairs(Goroutine& g, int depth) {
  Rooted<Pair> n(static_cast<Pair*>(allocate(g, &kPair)));
  if (depth > 0) {
    Pair* child = makePairs(g, depth - 1);
    n->left = child;
    child = makePairs(g, depth - 1);
    n->right = child;
  }
  return n.get();
}

int64_t cpuTime() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1000000000 + t.tv_nsec;
}

template <class F>
void measure(const char* what, int64_t n, F f) {
  int64_t start = cpuTime();
  f();
  std::printf("%-28s %8.2f ns\n", what,
              static_cast<double>(cpuTime() - start) / static_cast<double>(n));
}

TEST(Heap, DISABLED_Times) {
  Goroutine& g = fakeGoroutine();
  heapInit({});  // without verification
  measure("binary trees of depth 18", 8 * 524287, [&] {
    for (int i = 0; i < 8; ++i) makePairs(g, 18);
  });
  {
    Rooted<Pair> live(makePairs(g, 20));
    measure("the same, 2 million live", 8 * 524287, [&] {
      for (int i = 0; i < 8; ++i) makePairs(g, 18);
    });
  }
  for (uint64_t size : {8, 16, 64, 256, 1024, 4096}) {
    char what[40];
    std::snprintf(what, sizeof what, "%d bytes", static_cast<int>(size));
    measure(what, 1000000, [&] {
      for (int i = 0; i < 1000000; ++i) allocateBytes(g, size);
    });
  }
}

TEST(Map, DISABLED_Times) {
  Goroutine& g = fakeGoroutine();
  heapInit({});
  static const AbiMapType t = mapType(kInt, kInt);
  const AbiType* bad = nullptr;
  for (int64_t n : {5, 1000, 1000000}) {
    std::printf("-- %d entries\n", static_cast<int>(n));
    int64_t rounds = 4000000 / n, found = 0;
    Rooted<Map> m(makeMap(g, &t, 0));
    measure("insert", n, [&] {
      for (int64_t i = 0; i < n; ++i)
        *static_cast<int64_t*>(mapAssign(g, &t, m.get(), &i, &bad)) = i;
    });
    measure("hit", rounds * n, [&] {
      for (int64_t k = 0; k < rounds; ++k) {
        for (int64_t i = 0; i < n; ++i) found += mapFind(&t, m.get(), &i, &bad) != nullptr;
      }
    });
    measure("iterate", rounds * n, [&] {
      for (int64_t k = 0; k < rounds; ++k) {
        MapIter it;
        mapIterInit(g, it, &t, m.get());
        for (mapIterNext(g, it); it.key; mapIterNext(g, it)) ++found;
      }
    });
    measure("delete", n, [&] {
      for (int64_t i = 0; i < n; ++i) mapDelete(&t, m.get(), &i, &bad);
    });
    EXPECT_EQ(found, 2 * rounds * n);
  }
}

}  // namespace
}  // namespace burrow::vm::test
