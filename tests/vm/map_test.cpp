#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>
#include <string>
#include <unordered_map>

#include "tests/vm/support/fake_types.h"

namespace burrow::vm::test {
namespace {

const AbiMapType kIntMap = mapType(kInt, kInt);

template <class K>
void* find(const AbiMapType& t, Map* m, const K& key) {
  const AbiType* bad = nullptr;
  void* p = mapFind(&t, m, &key, &bad);
  EXPECT_EQ(bad, nullptr);
  return p;
}
template <class V, class K>
V& at(const AbiMapType& t, Map* m, const K& key) {
  const AbiType* bad = nullptr;
  void* p = mapAssign(fakeGoroutine(), &t, m, &key, &bad);
  EXPECT_EQ(bad, nullptr);
  return *static_cast<V*>(p);
}
template <class K>
void erase(const AbiMapType& t, Map* m, const K& key) {
  const AbiType* bad = nullptr;
  mapDelete(&t, m, &key, &bad);
}

/// All keys as iteration shows them, with `during` called after each.
template <class K, class F>
std::vector<K> iterate(const AbiMapType& t, Map* m, F during) {
  Goroutine& g = fakeGoroutine();
  MapIter it;
  std::vector<K> keys;
  mapIterInit(g, it, &t, m);
  for (mapIterNext(g, it); it.key; mapIterNext(g, it)) {
    keys.push_back(*static_cast<K*>(it.key));
    during(keys.back());
  }
  return keys;
}

template <class K, class MakeKey>
void compareWithModel(const AbiMapType& t, int range, MakeKey makeKey) {
  Goroutine& g = fakeGoroutine();
  std::mt19937 random(static_cast<unsigned>(range));
  Rooted<Map> m(makeMap(g, &t, range % 3 ? 0 : range));
  std::unordered_map<int, int64_t> model;
  for (int i = 0; i < range * 30 + 1000; ++i) {
    int k = static_cast<int>(random() % static_cast<unsigned>(range));
    K key = makeKey(k);
    switch (random() % 8) {
      case 0:
      case 1:
      case 2:
        at<int64_t>(t, m.get(), key) = i;
        model[k] = i;
        break;
      case 3:
      case 4:
        erase(t, m.get(), key);
        model.erase(k);
        break;
      case 5:
        if (random() % static_cast<unsigned>(range * 10) == 0) {
          mapClear(&t, m.get());
          model.clear();
        }
        break;
      default: {
        void* p = find(t, m.get(), key);
        ASSERT_EQ(p != nullptr, model.count(k) != 0);
        if (p) {
          ASSERT_EQ(*static_cast<int64_t*>(p), model[k]);
        }
      }
    }
    ASSERT_EQ(mapLen(m.get()), static_cast<int64_t>(model.size()));
    if (i % 500 == 0) {
      auto keys = iterate<K>(t, m.get(), [](const K&) {});
      ASSERT_EQ(keys.size(), model.size());
      Map* clone = mapClone(g, &t, m.get());
      ASSERT_EQ(mapLen(clone), mapLen(m.get()));
      for (auto& [mk, v] : model) ASSERT_EQ(*static_cast<int64_t*>(find(t, clone, makeKey(mk))), v);
    }
  }
}

TEST(Map, RandomOperationsOnInts) {
  for (int range : {1, 5, 8, 9, 20, 100, 3000}) {
    compareWithModel<int64_t>(kIntMap, range, [](int k) { return int64_t{k} * 1000003; });
  }
  AbiMapType narrow = mapType(kInt32, kInt);
  for (int range : {7, 200}) compareWithModel<int32_t>(narrow, range, [](int k) { return k; });
}

TEST(Map, RandomOperationsOnStrings) {
  static const std::vector<std::string>* texts = [] {
    auto* all = new std::vector<std::string>;
    for (int i = 0; i < 3000; ++i)
      all->push_back(std::string(static_cast<size_t>(i % 70), 'x') + std::to_string(i));
    return all;
  }();
  static const AbiMapType t = mapType(kString, kInt);
  for (int range : {6, 100, 3000}) {
    compareWithModel<GoString>(t, range, [](int k) {
      const std::string& s = (*texts)[static_cast<size_t>(k)];
      return GoString{s.data(), static_cast<int64_t>(s.size())};
    });
  }
}

TEST(Map, RandomOperationsOnInterfaces) {
  static const AbiMapType t = mapType(kAny, kInt);
  static std::deque<double> floats;
  for (int range : {6, 400}) {
    compareWithModel<GoIface>(t, range, [](int k) {
      if (k % 2)
        return GoIface{const_cast<AbiType*>(&kPointer), reinterpret_cast<void*>(uintptr_t(k) * 8)};
      floats.push_back(k);
      return GoIface{const_cast<AbiType*>(&kFloat64), &floats.back()};
    });
  }
}

TEST(Map, UncomparableKeys) {
  Goroutine& g = fakeGoroutine();
  static const AbiMapType t = mapType(kAny, kInt);
  GoIface key{const_cast<AbiType*>(&kSlice), nullptr};
  const AbiType* bad = nullptr;
  EXPECT_EQ(mapFind(&t, nullptr, &key, &bad), nullptr);
  EXPECT_EQ(bad, &kSlice);
  bad = nullptr;
  Rooted<Map> m(makeMap(g, &t, 0));
  EXPECT_EQ(mapAssign(g, &t, m.get(), &key, &bad), nullptr);
  EXPECT_EQ(bad, &kSlice);
  EXPECT_EQ(mapLen(m.get()), 0);
}

TEST(Map, NaNsAreAllDifferent) {
  Goroutine& g = fakeGoroutine();
  static const AbiMapType t = mapType(kFloat64, kInt);
  for (int n : {5, 100}) {
    Rooted<Map> m(makeMap(g, &t, 0));
    for (int i = 0; i < n; ++i) at<int64_t>(t, m.get(), std::nan("")) = i;
    EXPECT_EQ(mapLen(m.get()), n);
    EXPECT_EQ(find(t, m.get(), std::nan("")), nullptr);
    erase(t, m.get(), std::nan(""));
    EXPECT_EQ(iterate<double>(t, m.get(), [](double) {}).size(), static_cast<size_t>(n));
    at<int64_t>(t, m.get(), -0.0) = 1;
    EXPECT_EQ(at<int64_t>(t, m.get(), 0.0), 1);
    EXPECT_EQ(mapLen(m.get()), n + 1);
    mapClear(&t, m.get());
    EXPECT_EQ(mapLen(m.get()), 0);
    EXPECT_TRUE(iterate<double>(t, m.get(), [](double) {}).empty());
  }
}

/// While iterating, entries are deleted, inserted, and the map grows: each entry that stays is seen
/// once, deleted ones never, none twice.
TEST(Map, IterationUnderMutation) {
  Goroutine& g = fakeGoroutine();
  std::mt19937 random(3);
  for (int trial = 0; trial < 300; ++trial) {
    int n = static_cast<int>(random() % 40) + 1;
    Rooted<Map> m(makeMap(g, &kIntMap, 0));
    for (int64_t k = 0; k < n; ++k) at<int64_t>(kIntMap, m.get(), k) = k;
    std::set<int64_t> deleted, seen;
    int64_t fresh = 1000;
    iterate<int64_t>(kIntMap, m.get(), [&](int64_t k) {
      EXPECT_TRUE(seen.insert(k).second) << "twice";
      EXPECT_FALSE(deleted.count(k)) << "deleted";
      EXPECT_EQ(*static_cast<int64_t*>(find(kIntMap, m.get(), k)), k);
      auto victim = static_cast<int64_t>(random() % static_cast<unsigned>(n));
      if (random() % 3 == 0 && !deleted.count(victim)) {
        erase(kIntMap, m.get(), victim);
        deleted.insert(victim);
      }
      for (unsigned i = random() % 4; i > 0; --i, ++fresh)
        at<int64_t>(kIntMap, m.get(), fresh) = fresh;
      if (random() % 5 == 0) collect(g, true);
    });
    for (int64_t k = 0; k < n; ++k) EXPECT_TRUE(seen.count(k) || deleted.count(k)) << "missed";
  }
}

TEST(Map, ClearWhileIteratingEnds) {
  Goroutine& g = fakeGoroutine();
  Rooted<Map> m(makeMap(g, &kIntMap, 0));
  for (int64_t k = 0; k < 100; ++k) at<int64_t>(kIntMap, m.get(), k) = k;
  int count = 0;
  iterate<int64_t>(kIntMap, m.get(), [&](int64_t) {
    mapClear(&kIntMap, m.get());
    ++count;
  });
  EXPECT_EQ(count, 1);
}

TEST(Map, OrderIsRandom) {
  Goroutine& g = fakeGoroutine();
  for (int n : {3, 7, 9, 15, 200}) {
    Rooted<Map> m(makeMap(g, &kIntMap, 0));
    for (int64_t k = 0; k < n; ++k) at<int64_t>(kIntMap, m.get(), k) = k;
    std::set<int64_t> firsts;
    std::set<std::vector<int64_t>> orders;
    // So many that a key is never first by chance about once in a million runs, even if its turn is half as likely as another's.
    for (int i = 0; i < 2000 + 100 * n; ++i) {
      auto keys = iterate<int64_t>(kIntMap, m.get(), [](int64_t) {});
      firsts.insert(keys[0]);
      orders.insert(keys);
    }
    EXPECT_EQ(firsts.size(), static_cast<size_t>(n));
    EXPECT_GT(orders.size(), static_cast<size_t>(n > 3 ? n : 2));
  }
}

TEST(Map, ElementsAreTraced) {
  Goroutine& g = fakeGoroutine();
  static const AbiType big = structType(200, {24});
  static const AbiMapType t = mapType(kString, big);
  Rooted<Map> m(makeMap(g, &t, 0));
  for (int i = 0; i < 500; ++i) {
    std::string text = "key" + std::to_string(i);
    char* bytes = static_cast<char*>(allocateBytes(g, text.size()));
    std::memcpy(bytes, text.data(), text.size());
    RootLink keep(bytes);
    auto* value = static_cast<int64_t*>(allocate(g, &kInt));
    *value = i;
    RootLink keepValue(value);
    GoString key{bytes, static_cast<int64_t>(text.size())};
    auto& words = at<int64_t* [25]>(t, m.get(), key);
    words[24] = value;
  }
  collect(g, true);
  for (int i = 0; i < 2000; ++i) std::memset(allocateBytes(g, 8), 0xee, 8);
  for (int i = 0; i < 500; ++i) {
    std::string text = "key" + std::to_string(i);
    void* p = find(t, m.get(), GoString{text.data(), static_cast<int64_t>(text.size())});
    ASSERT_NE(p, nullptr);
    ASSERT_EQ(*static_cast<int64_t**>(p)[24], i);
  }
}

TEST(Map, InFrameStorage) {
  Goroutine& g = fakeGoroutine();
  alignas(8) Slot frame[kMapSlots + kMapSmallEntries * 2];
  Map* m = makeMapIn(g, frame, kMapSmallEntries * 2, &kIntMap, 0);
  EXPECT_EQ(reinterpret_cast<Slot*>(m), frame);
  addRootProvider([](RootVisitor, void*) {});
  setGCPercent(-1);  // the frame is no root here
  uint64_t before = heapStats().mallocs;
  for (int64_t k = 0; k < 8; ++k) at<int64_t>(kIntMap, m, k) = k;
  EXPECT_EQ(heapStats().mallocs, before);
  for (int64_t k = 8; k < 100; ++k) at<int64_t>(kIntMap, m, k) = k;
  EXPECT_EQ(mapLen(m), 100);
  EXPECT_EQ(iterate<int64_t>(kIntMap, m, [](int64_t) {}).size(), 100u);
  Map* big = makeMapIn(g, frame, kMapSmallEntries * 2, &kIntMap, 9);
  for (int64_t k = 0; k < 9; ++k) at<int64_t>(kIntMap, big, k) = k;
  EXPECT_EQ(mapLen(big), 9);
  setGCPercent(100);
}

}  // namespace
}  // namespace burrow::vm::test
