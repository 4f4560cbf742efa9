// A profile made by hand: a function on the heap and on the stack, a library, all kinds of stacks.
#pragma once

#include <string>

#include "profiler/strings.h"

namespace burrow::profiler::test {

class SampleProfile {
 public:
  explicit SampleProfile(std::string mainFile = "/tmp/sample/main.go") : strings_(p_), mainFile_(std::move(mainFile)) {
    p_.meta.command = {"main.go", "10"};
    p_.meta.startedAt = "2026-01-02T03:04:05Z";
    p_.meta.jit = "on";
    p_.meta.wallNanos = 2'000'000'000;
    p_.meta.cpuNanos = 1'900'000'000;
    p_.meta.cpuSamplePeriodNanos = 10'000'000;
    p_.meta.allocSamplePeriod = 524288;
  }

  uint32_t frame(const char* function, uint32_t line, uint32_t column = 0, const char* package = "main") {
    std::string file = std::string(package) == "main" ? mainFile_ : "/go/src/" + std::string(package) + "/file.go";
    p_.frames.push_back({strings_.intern(function), strings_.intern(file), line, column, line > 3 ? line - 3 : 1, strings_.intern(package)});
    return static_cast<uint32_t>(p_.frames.size() - 1);
  }
  uint32_t site(std::vector<uint32_t> frames, const char* kind, const char* type, bool onHeap, Count allocated, const char* reason = "") {
    Site s;
    s.frames = std::move(frames);
    s.kind = strings_.intern(kind);
    s.type = strings_.intern(type);
    s.reason = strings_.intern(reason);
    s.onHeap = onHeap;
    s.allocated = allocated;
    Count& total = onHeap ? p_.heap : p_.stack;
    total.objects += allocated.objects;
    total.bytes += allocated.bytes;
    p_.sites.push_back(std::move(s));
    return static_cast<uint32_t>(p_.sites.size() - 1);
  }
  Profile& get() { return p_; }  ///< valid as long as this
  StringTable& strings() { return strings_; }

  /// Four sites, two of them copies of one; stacks; two collections.
  static Profile make(const std::string& mainFile = "/tmp/sample/main.go") {
    SampleProfile s(mainFile);
    uint32_t grow = s.frame("main.collect", 9, 15), inCollect = s.frame("main.main", 20, 10), point = s.frame("main.newPoint", 4, 9),
             callA = s.frame("main.main", 21, 14), callB = s.frame("main.other", 30, 3), join = s.frame("strings.Join", 50, 7, "strings"), callJoin = s.frame("main.main", 22, 20);
    uint32_t append = s.site({grow}, "append", "[]int", true, {31, 1'000'000}, "escapes to heap: returned");
    s.site({point, callA}, "new", "main.point", true, {1000, 16000}, "stored in a package variable");
    s.site({point, callB}, "new", "main.point", true, {500, 8000}, "stored in a package variable");
    s.site({callA}, "variable", "[8]int", false, {5000, 320000}, "does not escape");
    uint32_t text = s.site({join}, "string", "string", true, {10, 5000}, "returned");
    Profile& p = s.get();
    p.sites[append].growths = 30;
    p.sites[append].copiedBytes = 700'000;
    p.sites[append].maxLength = 65536;
    p.sites[append].survived = {3, 900'000};
    p.sites[append].atExit = {1, 524'288};
    p.sites[append].atPeak = {2, 786'432};
    p.sites[1].flow = s.strings().intern("flow: {heap} ← &p:\n  from global = &p");
    p.peak = {2, 786'432};
    p.allocStacks.push_back({{grow, inCollect}, append, {30, 990'000}, {1, 524'288}, 0, 2});
    p.allocStacks.push_back({{join, callJoin}, text, {9, 4800}, {}, 0, 1});
    p.cpuStacks.push_back({{grow, inCollect}, ~0u, {}, {}, 1'500'000'000, 150});
    p.cpuStacks.push_back({{join, callJoin}, ~0u, {}, {}, 300'000'000, 30});
    p.collections = {{500'000'000, 120'000, 900'000, 4 << 20, 1 << 20, 4 << 20, false}, {1'500'000'000, 80'000, 700'000, 5 << 20, 2 << 20, 5 << 20, true}};
    for (uint64_t i = 0; i < 20; ++i) p.timeline.push_back({i * 100'000'000, (1 + i % 7) << 19, 20 << 20, i * 50'000, i * 80});
    return p;
  }

 private:
  Profile p_;
  StringTable strings_;
  std::string mainFile_;
};

}  // namespace burrow::profiler::test
