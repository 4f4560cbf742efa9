#include <gtest/gtest.h>

#include <random>

#include "tests/vm/support/fake_types.h"

namespace burrow::vm::test {
namespace {

struct Node {
  Node *left, *right;
  uint64_t value;
};
const AbiType kNode = structType(24, {0, 1});

Node* makeTree(Goroutine& g, int depth, uint64_t value) {
  Rooted<Node> n(static_cast<Node*>(allocate(g, &kNode)));
  n->value = value;
  if (depth > 0) {
    Node* child = makeTree(g, depth - 1, value * 2);
    n->left = child;
    child = makeTree(g, depth - 1, value * 2 + 1);
    n->right = child;
  }
  return n.get();
}
void checkTree(const Node* n, int depth, uint64_t value) {
  ASSERT_EQ(n->value, value);
  if (depth == 0) {
    ASSERT_EQ(n->left, nullptr);
    return;
  }
  checkTree(n->left, depth - 1, value * 2);
  checkTree(n->right, depth - 1, value * 2 + 1);
}

TEST(Heap, RoundsSizesAsGcDoes) {
  EXPECT_EQ(roundUpSize(1, true), 8u);
  EXPECT_EQ(roundUpSize(33, true), 48u);
  EXPECT_EQ(roundUpSize(513, true), 576u);
  EXPECT_EQ(roundUpSize(513, false), 568u);
  EXPECT_EQ(roundUpSize(848, false), 888u);
  EXPECT_EQ(roundUpSize(1024, true), 1024u);
  EXPECT_EQ(roundUpSize(1025, true), 1152u);
  EXPECT_EQ(roundUpSize(32760, true), 32768u);
  EXPECT_EQ(roundUpSize(32761, true), 40960u - 8192u);
  EXPECT_EQ(roundUpSize(40000, false), 40960u);
}

TEST(Heap, TreeSurvivesGarbageDies) {
  Goroutine& g = fakeGoroutine();
  Rooted<Node> tree(makeTree(g, 12, 1));
  for (int i = 0; i < 20; ++i) makeTree(g, 12, 7);
  collect(g, true);
  checkTree(tree.get(), 12, 1);
  HeapStats s = heapStats();
  EXPECT_GE(s.heapObjects, 8191u);
  EXPECT_LT(s.heapObjects, 8191u + 1000);
  EXPECT_EQ(s.mallocs - s.frees, s.heapObjects);
  for (int i = 0; i < 300; ++i) makeTree(g, 10, 7);  // collections happen by themselves
  checkTree(tree.get(), 12, 1);
  EXPECT_GT(heapStats().numGC, s.numGC);
  EXPECT_LT(heapStats().heapSys, uint64_t{64} << 20);
}

TEST(Heap, ObjectsAreZeroed) {
  Goroutine& g = fakeGoroutine();
  std::mt19937 random(1);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 3000; ++i) {
      uint64_t n = random() % (i % 100 == 0 ? 100000 : 2000) + 1;
      auto* bytes = static_cast<uint8_t*>(allocateBytes(g, n));
      RootLink keep(bytes);
      auto* words = static_cast<uint64_t*>(allocateArray(g, &kPointer, n / 8 + 1));
      uint64_t sum = 0;
      for (uint64_t k = 0; k < n; ++k) sum |= bytes[k];
      for (uint64_t k = 0; k < n / 8 + 1; ++k) sum |= words[k];
      ASSERT_EQ(sum, 0u) << n << " " << i << " " << round;
      std::memset(bytes, 0xff, n);
      std::memset(static_cast<void*>(words), 0xff, (n / 8 + 1) * 8);
    }
    collect(g, true);
  }
}

TEST(Heap, FindsObjectsFromInside) {
  Goroutine& g = fakeGoroutine();
  for (uint64_t size : {8, 24, 48, 1000, 9000, 32768, 40000, 1000000}) {
    RootLink object(allocateBytes(g, size));
    char* p = static_cast<char*>(object.ref);
    for (uint64_t at : {uint64_t{0}, size / 2, size - 1}) {
      ObjectInfo info = findObject(p + at);
      EXPECT_EQ(info.start, p);
      EXPECT_GE(info.size, size);
      EXPECT_EQ(info.type, nullptr);
    }
  }
  auto* n = static_cast<Node*>(allocate(g, &kNode));
  EXPECT_EQ(findObject(&n->value).start, n);
  EXPECT_EQ(findObject(n).type, &kNode);
  EXPECT_EQ(findObject(&g).start, nullptr);
}

TEST(Heap, InteriorPointersKeepAlive) {
  Goroutine& g = fakeGoroutine();
  Rooted<char*> holder(static_cast<char**>(allocate(g, &kPointer)));
  char* big = static_cast<char*>(allocateBytes(g, 100000));
  std::strcpy(big + 70000, "alive");
  *holder.get() = big + 70000;
  for (int i = 0; i < 3; ++i) {
    collect(g, true);
    std::memset(allocateBytes(g, 100000), 0xee, 100000);
  }
  EXPECT_STREQ(*holder.get(), "alive");
}

TEST(Heap, ManyShapesUnderStress) {
  Goroutine& g = fakeGoroutine();
  HeapConfig stress;
  stress.collectAlways = stress.verify = true;
  heapInit(stress);
  collect(g, true);
  Rooted<Node> tree(makeTree(g, 5, 1));
  Rooted<void*> array(static_cast<void**>(allocateArray(g, &kPointer, 5000)));
  for (int i = 0; i < 200; ++i) {
    void* p = allocateBytes(g, static_cast<uint64_t>(i) * 37 + 8, false);
    std::memset(p, i, static_cast<uint64_t>(i) * 37 + 8);
    array.get()[i * 25] = p;
  }
  checkTree(tree.get(), 5, 1);
  for (int i = 0; i < 200; ++i) {
    auto* p = static_cast<uint8_t*>(array.get()[i * 25]);
    for (int k = 0; k < i * 37 + 8; ++k) ASSERT_EQ(p[k], static_cast<uint8_t>(i));
  }
  HeapConfig calm;
  calm.verify = true;
  heapInit(calm);
  collect(g, true);
}

TEST(Heap, FreeMemoryIsGivenBack) {
  Goroutine& g = fakeGoroutine();
  for (int i = 0; i < 20; ++i) std::memset(allocateBytes(g, 10 << 20), 1, 10 << 20);
  releaseFreeMemory(g);
  HeapStats s = heapStats();
  EXPECT_LT(s.heapInuse, uint64_t{8} << 20);
  EXPECT_GE(s.heapReleased, uint64_t{10} << 20);
  auto* p = static_cast<uint64_t*>(allocateBytes(g, 12 << 20));
  for (int i = 0; i < (12 << 20) / 8; i += 100) ASSERT_EQ(p[i], 0u);
}

TEST(Specials, FinalizersRunOuterFirst) {
  Goroutine& g = fakeGoroutine();
  uint64_t fn = 0;
  auto* outer = static_cast<Node*>(allocate(g, &kNode));
  Rooted<Node> keep(outer);
  Node* inner = static_cast<Node*>(allocate(g, &kNode));
  outer->left = inner;
  ASSERT_TRUE(setFinalizer(g, outer, &fn, &kPointer));
  EXPECT_FALSE(setFinalizer(g, outer, &fn, &kPointer));
  ASSERT_TRUE(setFinalizer(g, inner, &fn, &kPointer));
  void** weak = weakHandle(g, outer);
  RootLink keepWeak(weak);
  EXPECT_EQ(weakHandle(g, outer), weak);
  collect(g, true);
  EXPECT_FALSE(hasPendingCalls());
  EXPECT_EQ(*weak, outer);
  keep = nullptr;
  collect(g, true);
  PendingCall call;
  ASSERT_TRUE(nextPendingCall(call));
  EXPECT_EQ(call.object, outer);
  EXPECT_EQ(*weak, nullptr);
  EXPECT_FALSE(hasPendingCalls());
  EXPECT_EQ(static_cast<Node*>(call.object)->left, inner);
  collect(g, true);
  ASSERT_TRUE(nextPendingCall(call));
  EXPECT_EQ(call.object, inner);
  collect(g, true);
  EXPECT_FALSE(hasPendingCalls());
}

TEST(Specials, CleanupsRunOnceTheObjectIsGone) {
  Goroutine& g = fakeGoroutine();
  uint64_t first = 0, second = 0;
  Rooted<Node> n(static_cast<Node*>(allocate(g, &kNode)));
  addCleanup(g, n.get(), &first);
  uint64_t id = addCleanup(g, &n->value, &second);
  removeCleanup(id);
  removeCleanup(id);
  collect(g, true);
  EXPECT_FALSE(hasPendingCalls());
  n = nullptr;
  collect(g, true);
  PendingCall call;
  ASSERT_TRUE(nextPendingCall(call));
  EXPECT_EQ(call.fn, &first);
  EXPECT_EQ(call.object, nullptr);
  EXPECT_FALSE(hasPendingCalls());
}

TEST(Heap, PercentAndLimit) {
  fakeGoroutine();
  EXPECT_EQ(setGCPercent(50), 100);
  EXPECT_EQ(setGCPercent(-5), 50);
  EXPECT_EQ(setGCPercent(100), -1);
  EXPECT_EQ(setMemoryLimit(-1), INT64_MAX);
  EXPECT_EQ(setMemoryLimit(1 << 30), INT64_MAX);
  EXPECT_EQ(setMemoryLimit(INT64_MAX), 1 << 30);
}

}  // namespace
}  // namespace burrow::vm::test
