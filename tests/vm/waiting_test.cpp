// When goroutines that wait are noted, for tracebacks.
#include <gtest/gtest.h>

#include "tests/vm/support/fake_types.h"
#include "vm/sched/sched_internal.h"

namespace burrow::vm::test {
namespace {

TEST(Waiting, IsNotedByCollectionsAndIdleTime) {
  Func f;
  f.frameSlots = 2;
  Closure body{&f, {}};
  Goroutine& g = *makeGoroutine(nullptr, &body, true);
  park(g, "select");
  EXPECT_EQ(g.waitSince, 0);
  EXPECT_FALSE(waitersNoted);

  int64_t now = nanotime();
  noteWaiting(now);
  EXPECT_EQ(g.waitSince, now);
  noteWaiting(now + 5);
  EXPECT_EQ(g.waitSince, now) << "since it was first found";
  EXPECT_EQ(idleTimeout(-1), -1) << "nobody else to be noted";

  park(g, "select");
  EXPECT_EQ(idleTimeout(10), 10);
  int64_t wait = idleTimeout(-1);
  EXPECT_GT(wait, 0);
  EXPECT_LE(wait, 1'000'000'000) << "looks again within a second";
  noteWaiting(now - 2'000'000'000);
  park(g, "select");
  EXPECT_EQ(idleTimeout(-1), -1);
  EXPECT_GE(g.waitSince, now) << "idle long after the last look";
  g.state = GState::Dead;
}

}  // namespace
}  // namespace burrow::vm::test
