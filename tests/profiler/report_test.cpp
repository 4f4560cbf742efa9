#include <gtest/gtest.h>
#include <zlib.h>

#include "profiler/report/columns.h"
#include "profiler/report/exact_stacks.h"
#include "profiler/report/formats.h"
#include "profiler/report/units.h"
#include "tests/profiler/sample.h"

namespace burrow::profiler::test {

TEST(Units, AreShort) {
  EXPECT_EQ(countText(1234567), "1,234,567");
  EXPECT_EQ(countText(999), "999");
  EXPECT_EQ(bytesText(1023), "1023 B");
  EXPECT_EQ(bytesText(1536), "1.50 KiB");
  EXPECT_EQ(bytesText(1023.9 * 1024), "1.00 MiB");
  EXPECT_EQ(bytesText(-2048), "-2.00 KiB");
  EXPECT_EQ(durationText(999.9), "1.00 µs");
  EXPECT_EQ(durationText(1.5e9), "1.50 s");
  EXPECT_EQ(percentText(0.0001), "<0.1 %");
  EXPECT_EQ(changeText(200, 100), "-50.0 %");
  EXPECT_EQ(changeText(0, 1), "new");
}

TEST(Units, FitCountsColumnsNotBytes) {
  EXPECT_EQ(fit("µs", 4), "µs  ");
  EXPECT_EQ(fit("abcdef", 4), "abc…");
  EXPECT_EQ(fit("abcdef", 4, false, true), "…def");
  EXPECT_EQ(fit("7", 3, true), "  7");
}

TEST(Columns, ShrinkThenGo) {
  std::vector<Column> c = {{"n", true, false, 0, 0, {"1"}}, {"path", false, true, 5, 0, {"/a/long/path"}}, {"note", false, false, 0, 1, {"something"}}};
  for (const std::string& line : layOutLines(c, 30)) EXPECT_LE(textWidth(line), 30u);
  std::vector<std::string> narrow = layOutLines(c, 12);
  EXPECT_EQ(narrow[0].find("note"), std::string::npos);
  EXPECT_EQ(narrow[1], "1  …ong/path");
}

TEST(Rows, AddCopiesUp) {
  Profile p = SampleProfile::make();
  std::vector<Row> rows = makeRows(p);
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].kind, "append");
  EXPECT_EQ(rows[2].allocated.objects, 1500u);
  EXPECT_EQ(rows[2].into, (std::vector<std::string>{"main.main", "main.other"}));
  RowOptions separate;
  separate.separateCopies = true;
  EXPECT_EQ(makeRows(p, separate).size(), 5u);
}

TEST(Rows, AreFilteredAndSorted) {
  Profile p = SampleProfile::make();
  RowOptions o;
  o.onHeap = false;
  EXPECT_EQ(makeRows(p, o).size(), 1u);
  o = {};
  o.kinds = {"new", "string"};
  EXPECT_EQ(makeRows(p, o).size(), 2u);
  o = {};
  o.package = "strings";
  EXPECT_EQ(makeRows(p, o).size(), 1u);
  o = {};
  o.filter = "package var";
  EXPECT_EQ(makeRows(p, o).size(), 1u);
  o = {};
  o.sort = SortKey::Objects;
  EXPECT_EQ(makeRows(p, o)[0].allocated.objects, 5000u);
  EXPECT_NE(checkFilter("("), "");
}

TEST(Text, ShowsTotalsSitesAndTheRest) {
  Profile p = SampleProfile::make();
  TextOptions o;
  o.top = 2;
  std::string text = allocationText(p, {}, o);
  EXPECT_NE(text.find("heap   1,541 objects, 1005 KiB"), std::string::npos) << text;
  EXPECT_NE(text.find("kept off the heap: 76.4 % of all objects"), std::string::npos) << text;
  EXPECT_NE(text.find("main.go:9:15"), std::string::npos) << text;
  EXPECT_NE(text.find("2 more sites"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  o.colour = true;
  EXPECT_NE(allocationText(p, {}, o).find('\x1b'), std::string::npos);
}

TEST(Text, KeepsToTheWindow) {
  Profile p = SampleProfile::make();
  TextOptions o;
  for (size_t width : {60, 80, 120, 200}) {
    o.width = width;
    std::string text = allocationText(p, {}, o), table = text.substr(text.find("\n\n") + 2);
    size_t end = table.find('\n');
    for (size_t at = 0; end != std::string::npos && end > at; at = end + 1, end = table.find('\n', at)) EXPECT_LE(textWidth(table.substr(at, end - at)), width);
  }
}

TEST(Text, ShowsFlowsAndCallers) {
  TextOptions o;
  o.flow = true;
  std::string text = allocationText(SampleProfile::make(), {}, o);
  EXPECT_NE(text.find("        flow: {heap} ← &p:\n"), std::string::npos) << text;
  EXPECT_NE(text.find("← main.main "), std::string::npos) << text;
}

TEST(Text, Times) {
  std::string text = timeText(SampleProfile::make(), TimeKind::Cpu, {});
  EXPECT_NE(text.find("1.80 s in 180 samples"), std::string::npos) << text;
  EXPECT_LT(text.find("main.collect"), text.find("strings.Join")) << text;
  EXPECT_NE(timeText(SampleProfile::make(), TimeKind::Mutex, {}).find("no samples"), std::string::npos);
}

TEST(Text, Collections) {
  std::string text = collectionText(SampleProfile::make(), {});
  EXPECT_NE(text.find("pauses       200 µs in all"), std::string::npos) << text;
  EXPECT_NE(text.find("runtime.GC"), std::string::npos) << text;
  EXPECT_NE(text.find("what outlived its first collection"), std::string::npos) << text;
}

TEST(Diff, MatchesSitesThatMoved) {
  Profile before = SampleProfile::make(), after = SampleProfile::make();
  for (Frame& f : after.frames) f.line += 100;
  EXPECT_NE(diffText(before, after, {}).find("no site differs"), std::string::npos);
  after.sites[0].allocated = {1, 524288};
  after.heap = {1511, 553288};
  after.sites[3].onHeap = true;
  std::string text = diffText(before, after, {});
  EXPECT_NE(text.find("stack → heap"), std::string::npos) << text;
  EXPECT_NE(text.find("-47.6 %"), std::string::npos) << text;
  EXPECT_NE(diffJson(before, after, {}).find("\"burrow-profile-diff\""), std::string::npos);
}

TEST(ExactStacks, AddUpToTheCounters) {
  Profile p = SampleProfile::make();
  p.allocStacks.push_back({{2, 1}, 0, {1, 333'333}, {}, 0, 1});
  Count sum, exit;
  for (const ExactStack& s : exactStacks(p)) {
    if (!p.sites[s.site].onHeap) continue;
    sum.objects += s.allocated.objects;
    sum.bytes += s.allocated.bytes;
    exit.bytes += s.atExit.bytes;
  }
  EXPECT_EQ(sum.objects, p.heap.objects);
  EXPECT_EQ(sum.bytes, p.heap.bytes);
  EXPECT_EQ(exit.bytes, 524'288u);
}

TEST(Collapsed, OutermostFirst) {
  std::string text = toCollapsed(SampleProfile::make(), Subject::Alloc);
  EXPECT_NE(text.find("main.main;main.collect;[append []int] 1000000\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("variable"), std::string::npos) << "what is on the stack is no part of the heap's graph";
  EXPECT_NE(toCollapsed(SampleProfile::make(), Subject::Cpu).find("main.main;strings.Join 300000000\n"), std::string::npos);
}

TEST(Pprof, IsGzippedAndHoldsTheNames) {
  std::string packed = toPprof(SampleProfile::make(), Subject::Alloc), bytes(1 << 16, '\0');
  z_stream z{};
  ASSERT_EQ(inflateInit2(&z, 15 + 16), Z_OK);
  z.next_in = reinterpret_cast<Bytef*>(packed.data());
  z.avail_in = static_cast<uInt>(packed.size());
  z.next_out = reinterpret_cast<Bytef*>(bytes.data());
  z.avail_out = static_cast<uInt>(bytes.size());
  EXPECT_EQ(inflate(&z, Z_FINISH), Z_STREAM_END);
  inflateEnd(&z);
  for (const char* name : {"alloc_space", "main.collect", "verdict", "stored in a package variable", "stack_space"}) EXPECT_NE(bytes.find(name), std::string::npos) << name;
}

}  // namespace burrow::profiler::test
