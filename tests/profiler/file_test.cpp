#include <gtest/gtest.h>

#include "profiler/file/profile_file.h"
#include "tests/profiler/sample.h"

namespace burrow::profiler::test {

TEST(ProfileFile, IsReadAsItWasWritten) {
  Profile p = SampleProfile::make();
  p.loops = {{1, 7}, {2, 0}};
  std::string json = toJson(p);
  Profile again;
  ASSERT_EQ(fromJson(json, again), "");
  EXPECT_EQ(toJson(again), json);
  ASSERT_EQ(again.sites.size(), p.sites.size());
  EXPECT_EQ(again.sites[0].maxLength, 65536u);
  ASSERT_EQ(again.loops.size(), 2u);
  EXPECT_EQ(again.loops[0].frame, 1u);
  EXPECT_EQ(again.loops[0].entries, 7u);
  EXPECT_EQ(again.strings[again.sites[1].flow], p.strings[p.sites[1].flow]);
  EXPECT_EQ(again.allocStacks[0].site, 0u);
  EXPECT_EQ(again.cpuStacks[0].site, ~0u);
  EXPECT_EQ(again.memStats.objects, p.memStats.objects);
}

TEST(ProfileFile, SaysWhatIsWrong) {
  Profile p;
  EXPECT_NE(fromJson("{", p), "");
  EXPECT_EQ(fromJson("{}", p), "not a profile of Burrow");
  EXPECT_NE(fromJson(R"({"format":"burrow-profile","version":99})", p).find("version 99"), std::string::npos);
  EXPECT_NE(fromJson(R"({"format":"burrow-profile","version":1,"meta":{},"frames":[{}],"sites":[{"frames":[7],"kind":"new","onHeap":true}]})", p).find("frame 7"), std::string::npos);
  EXPECT_NE(fromJson(R"({"format":"burrow-profile","version":1,"meta":{},"frames":[{}],"sites":[{"frames":"x"}]})", p), "");
  EXPECT_NE(fromJson(R"({"format":"burrow-profile","version":1,"meta":{},"frames":[{}],"sites":[],"loops":[{"frame":3,"entries":1}]})", p).find("frame 3"), std::string::npos);
  EXPECT_EQ(fromJson(R"({"format":"burrow-profile","version":1,"meta":{},"frames":[{}],"sites":[]})", p), "");  // of a version that did not count loops
  EXPECT_TRUE(p.loops.empty());
  EXPECT_NE(readProfile("/does/not/exist.json", p).find("No such file"), std::string::npos);
}

TEST(ProfileFile, KeepsBytesThatAreNotUtf8Out) {
  SampleProfile s;
  s.site({s.frame("main.\xff", 1)}, "new", "T", true, {1, 8});
  Profile again;
  EXPECT_EQ(fromJson(toJson(s.get()), again), "");
}

}  // namespace burrow::profiler::test
