#include <gtest/gtest.h>

#include "tests/vm/support/fake_types.h"

namespace burrow::vm::test {
namespace {

const AbiChanType kIntChan = chanType(kInt);

Chan* newChan(int64_t size, const AbiChanType& t = kIntChan) {
  const char* error = nullptr;
  Chan* c = makeChan(fakeGoroutine(), &t, size, &error);
  EXPECT_EQ(error, nullptr);
  return c;
}

/// Goroutines that are made ready land in the scheduler's run queue, which nobody runs here.
struct Waiting : Goroutine {
  Waiting() { state = GState::Waiting; }
  ~Waiting() { delete[] waiterArray; }
};
Waiting* waiting() {
  static std::deque<Waiting> all;
  return &all.emplace_back();
}

TEST(Chan, Buffered) {
  Goroutine& g = fakeGoroutine();
  Rooted<Chan> c(newChan(3));
  EXPECT_EQ(chanCap(c.get()), 3);
  bool ok;
  for (int64_t round = 0; round < 5; ++round) {
    for (int64_t i = 0; i < 3; ++i) {
      int64_t v = round * 10 + i;
      EXPECT_EQ(chanSend(g, c.get(), &v, false), ChanResult::Done);
    }
    int64_t v = 99;
    EXPECT_EQ(chanSend(g, c.get(), &v, false), ChanResult::WouldBlock);
    EXPECT_EQ(chanLen(c.get()), 3);
    for (int64_t i = 0; i < 3; ++i) {
      EXPECT_EQ(chanRecv(g, c.get(), &v, false, ok), ChanResult::Done);
      EXPECT_TRUE(ok);
      EXPECT_EQ(v, round * 10 + i);
    }
    EXPECT_EQ(chanRecv(g, c.get(), &v, false, ok), ChanResult::WouldBlock);
  }
}

TEST(Chan, HandOver) {
  Goroutine& g = fakeGoroutine();
  Rooted<Chan> c(newChan(0));
  Goroutine& receiver = *waiting();
  int64_t got = 0, v = 42;
  bool ok;
  EXPECT_EQ(chanRecv(receiver, c.get(), &got, true, ok), ChanResult::Park);
  EXPECT_EQ(chanSend(g, c.get(), &v, true), ChanResult::Done);
  EXPECT_EQ(got, 42);
  EXPECT_TRUE(receiver.single.success);
  EXPECT_EQ(receiver.waiterCount, 0u);
  Goroutine& sender = *waiting();
  EXPECT_EQ(chanSend(sender, c.get(), &v, true), ChanResult::Park);
  EXPECT_EQ(chanRecv(g, c.get(), nullptr, true, ok), ChanResult::Done);
  EXPECT_TRUE(ok);
  EXPECT_TRUE(sender.single.success);
}

TEST(Chan, FullBufferKeepsOrder) {
  Goroutine& g = fakeGoroutine();
  Rooted<Chan> c(newChan(2));
  int64_t values[5] = {0, 1, 2, 3, 4};
  EXPECT_EQ(chanSend(g, c.get(), &values[0], true), ChanResult::Done);
  EXPECT_EQ(chanSend(g, c.get(), &values[1], true), ChanResult::Done);
  for (int i = 2; i < 5; ++i)
    EXPECT_EQ(chanSend(*waiting(), c.get(), &values[i], true), ChanResult::Park);
  bool ok;
  for (int64_t i = 0; i < 5; ++i) {
    int64_t v = -1;
    EXPECT_EQ(chanRecv(g, c.get(), &v, false, ok), ChanResult::Done);
    EXPECT_EQ(v, i);
  }
  EXPECT_EQ(chanLen(c.get()), 0);
}

TEST(Chan, Close) {
  Goroutine& g = fakeGoroutine();
  Rooted<Chan> c(newChan(1));
  int64_t v = 7, got = 5;
  bool ok = true;
  EXPECT_EQ(chanSend(g, c.get(), &v, true), ChanResult::Done);
  Goroutine& sender = *waiting();
  EXPECT_EQ(chanSend(sender, c.get(), &v, true), ChanResult::Park);
  EXPECT_TRUE(chanClose(g, c.get()));
  EXPECT_FALSE(chanClose(g, c.get()));
  EXPECT_FALSE(sender.single.success);
  EXPECT_EQ(chanRecv(g, c.get(), &got, true, ok), ChanResult::Done);
  EXPECT_TRUE(ok);
  EXPECT_EQ(got, 7);
  EXPECT_EQ(chanRecv(g, c.get(), &got, true, ok), ChanResult::Done);
  EXPECT_FALSE(ok);
  EXPECT_EQ(got, 0);
  EXPECT_EQ(chanSend(g, c.get(), &v, true), ChanResult::Closed);

  Rooted<Chan> d(newChan(0));
  Goroutine& receiver = *waiting();
  got = 5;
  EXPECT_EQ(chanRecv(receiver, d.get(), &got, true, ok), ChanResult::Park);
  chanClose(g, d.get());
  EXPECT_EQ(got, 0);
  EXPECT_FALSE(receiver.single.success);
}

TEST(Chan, Nil) {
  Goroutine& g = fakeGoroutine();
  bool ok;
  EXPECT_EQ(chanLen(nullptr), 0);
  EXPECT_EQ(chanCap(nullptr), 0);
  EXPECT_EQ(chanSend(g, nullptr, nullptr, false), ChanResult::WouldBlock);
  EXPECT_EQ(chanRecv(g, nullptr, nullptr, true, ok), ChanResult::Park);
  const char* error = nullptr;
  EXPECT_EQ(makeChan(g, &kIntChan, -1, &error), nullptr);
  EXPECT_STREQ(error, "makechan: size out of range");
}

TEST(Select, FairAmongReady) {
  Goroutine& g = fakeGoroutine();
  Rooted<Chan> a(newChan(1)), b(newChan(1)), c(newChan(1));
  int64_t v = 1, got;
  int counts[3] = {};
  for (int i = 0; i < 3000; ++i) {
    for (Chan* ch : {a.get(), b.get(), c.get()}) chanSend(g, ch, &v, false);
    SelectCase cases[3] = {{a.get(), &got}, {b.get(), &got}, {c.get(), &got}};
    int chosen;
    bool ok;
    ASSERT_EQ(selectGo(g, cases, 3, 0, true, chosen, ok), ChanResult::Done);
    ++counts[chosen];
  }
  for (int n : counts) EXPECT_NEAR(n, 1000, 200);
}

TEST(Select, BlocksAndWakes) {
  Goroutine& g = fakeGoroutine();
  Rooted<Chan> a(newChan(0)), b(newChan(0));
  int64_t gotA = 0, sendB = 8, v = 6;
  int chosen;
  bool ok;
  SelectCase cases[3] = {{a.get(), &gotA}, {nullptr, nullptr}, {b.get(), &sendB}};
  auto block = [&]() -> Goroutine& {
    Goroutine& selector = *waiting();
    EXPECT_EQ(selectGo(selector, cases, 3, 0b100, true, chosen, ok), ChanResult::Park);
    EXPECT_EQ(selector.waiterCount, 2u);
    return selector;
  };
  EXPECT_EQ(selectGo(g, cases, 3, 0b100, false, chosen, ok), ChanResult::WouldBlock);
  EXPECT_EQ(chosen, -1);
  Goroutine& first = block();
  EXPECT_EQ(chanSend(g, a.get(), &v, false), ChanResult::Done);
  EXPECT_EQ(gotA, 6);
  EXPECT_EQ(first.wakeValue, 0u);
  EXPECT_NE(first.param, nullptr);
  // b was left: nobody sends there any more.
  EXPECT_EQ(chanRecv(g, b.get(), &v, false, ok), ChanResult::WouldBlock);
  Goroutine& second = block();
  EXPECT_EQ(chanRecv(g, b.get(), &v, false, ok), ChanResult::Done);
  EXPECT_EQ(v, 8);
  EXPECT_EQ(second.wakeValue, 2u);
  Goroutine& third = block();
  chanClose(g, b.get());
  EXPECT_EQ(third.wakeValue, 2u);
  EXPECT_EQ(third.param, nullptr);
  EXPECT_EQ(selectGo(g, cases, 3, 0b100, true, chosen, ok), ChanResult::Closed);
  EXPECT_EQ(chosen, 2);
}

TEST(Select, BothWaysOnOneChannel) {
  Goroutine& g = fakeGoroutine();
  Rooted<Chan> c(newChan(0));
  Goroutine& selector = *waiting();
  int64_t in = 0, out = 3, v = 0;
  int chosen;
  bool ok;
  SelectCase cases[2] = {{c.get(), &in}, {c.get(), &out}};
  ASSERT_EQ(selectGo(selector, cases, 2, 0b10, true, chosen, ok), ChanResult::Park);
  EXPECT_EQ(chanRecv(g, c.get(), &v, false, ok), ChanResult::Done);
  EXPECT_EQ(v, 3);
  EXPECT_EQ(chanRecv(g, c.get(), &v, false, ok), ChanResult::WouldBlock);
  EXPECT_EQ(chanSend(g, c.get(), &v, false), ChanResult::WouldBlock);
}

TEST(Chan, TimerChannelsLookEmpty) {
  Goroutine& g = fakeGoroutine();
  Rooted<Chan> c(newChan(1));
  chanSetTimer(c.get());
  int64_t v = 1;
  EXPECT_EQ(chanSend(g, c.get(), &v, false), ChanResult::Done);
  EXPECT_EQ(chanLen(c.get()), 0);
  EXPECT_EQ(chanCap(c.get()), 0);
  EXPECT_TRUE(chanDrain(c.get()));
  EXPECT_FALSE(chanDrain(c.get()));
}

TEST(Chan, BufferIsTraced) {
  Goroutine& g = fakeGoroutine();
  static const AbiChanType t = chanType(kPointer);
  Rooted<Chan> c(newChan(10, t));
  for (int64_t i = 0; i < 10; ++i) {
    auto* p = static_cast<int64_t*>(allocate(g, &kInt));
    *p = i;
    EXPECT_EQ(chanSend(g, c.get(), &p, false), ChanResult::Done);
  }
  collect(g, true);
  for (int i = 0; i < 1000; ++i) *static_cast<int64_t*>(allocate(g, &kInt)) = -1;
  bool ok;
  for (int64_t i = 0; i < 10; ++i) {
    int64_t* p = nullptr;
    EXPECT_EQ(chanRecv(g, c.get(), &p, false, ok), ChanResult::Done);
    EXPECT_EQ(*p, i);
  }
}

}  // namespace
}  // namespace burrow::vm::test
