// Reports about time: functions by samples, collections.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "profiler/report/colour.h"
#include "profiler/report/columns.h"
#include "profiler/report/table.h"
#include "profiler/report/units.h"
#include "profiler/strings.h"

namespace burrow::profiler {

namespace {

struct FunctionTime {
  std::string place;
  uint64_t flat = 0, cumulative = 0, events = 0;
  std::map<uint32_t, uint64_t> lines;   ///< own time by line
};

std::map<std::string, FunctionTime> timesByFunction(const Profile& p, const std::vector<StackSample>& stacks) {
  std::map<std::string, FunctionTime> all;
  for (const StackSample& s : stacks) {
    std::set<std::string> seen;   // a function that calls itself counts once
    for (size_t i = 0; i < s.frames.size(); ++i) {
      const Frame& f = p.frames[s.frames[i]];
      FunctionTime& t = all[text(p, f.function)];
      if (t.place.empty()) t.place = shortPath(text(p, f.file), text(p, f.package));
      if (seen.insert(text(p, f.function)).second) t.cumulative += s.nanoseconds;
      if (i != 0) continue;
      t.flat += s.nanoseconds;
      t.events += s.events;
      t.lines[f.line] += s.nanoseconds;
    }
  }
  return all;
}

const char* kindName(TimeKind kind) { return kind == TimeKind::Cpu ? "processor time" : kind == TimeKind::Block ? "time blocked" : "time others waited for its locks"; }

uint64_t percentile(std::vector<uint64_t> sorted, double q) {
  return sorted.empty() ? 0 : sorted[std::min(sorted.size() - 1, static_cast<size_t>(q * static_cast<double>(sorted.size())))];
}

}  // namespace

const std::vector<StackSample>& stacksOf(const Profile& p, TimeKind kind) {
  return kind == TimeKind::Cpu ? p.cpuStacks : kind == TimeKind::Block ? p.blockStacks : p.mutexStacks;
}

std::string timeText(const Profile& p, TimeKind kind, const TextOptions& o) {
  Paint paint{o.colour};
  const std::vector<StackSample>& stacks = stacksOf(p, kind);
  uint64_t total = 0, events = 0;
  for (const StackSample& s : stacks) {
    total += s.nanoseconds;
    events += s.events;
  }
  std::string out = paint.bold(kindName(kind)) + "  " + durationText(static_cast<double>(total)) + " in " + countText(events) + (kind == TimeKind::Cpu ? " samples" : " events");
  if (p.meta.wallNanos) out += ", the run took " + durationText(static_cast<double>(p.meta.wallNanos));
  if (kind == TimeKind::Cpu && p.meta.cpuSamplePeriodNanos) out += "; a sample stands for " + durationText(static_cast<double>(p.meta.cpuSamplePeriodNanos));
  out += "\n\n";
  if (!total) return out + "no samples\n";

  std::vector<std::pair<std::string, FunctionTime>> order;
  for (auto& [name, t] : timesByFunction(p, stacks))
    if (o.rows.filter.empty() || name.find(o.rows.filter) != std::string::npos) order.emplace_back(name, t);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second.flat, a.second.cumulative) > std::pair(b.second.flat, b.second.cumulative);
  });
  if (o.top && order.size() > o.top) order.resize(o.top);
  std::vector<Column> c = {{"own", true, false, 0, 0, {}},         {"share", true, false, 0, 3, {}},       {"with calls", true, false, 0, 0, {}},
                           {"share", true, false, 0, 2, {}},       {"function", false, true, 16, 0, {}},   {"hottest line", false, true, 12, 1, {}}};
  auto part = [&](uint64_t n) { return percentText(static_cast<double>(n) / static_cast<double>(total)); };
  for (const auto& [name, t] : order) {
    c[0].cells.push_back(durationText(static_cast<double>(t.flat)));
    c[1].cells.push_back(part(t.flat));
    c[2].cells.push_back(durationText(static_cast<double>(t.cumulative)));
    c[3].cells.push_back(part(t.cumulative));
    c[4].cells.push_back(name);
    auto hottest = std::max_element(t.lines.begin(), t.lines.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    c[5].cells.push_back(hottest == t.lines.end() ? "" : t.place + ":" + std::to_string(hottest->first) + " " + part(hottest->second));
  }
  return out + layOut(std::move(c), o.width, [&](size_t i, const std::string& line) { return i ? line : paint.bold(line); });
}

std::string collectionText(const Profile& p, const TextOptions& o) {
  Paint paint{o.colour};
  std::vector<uint64_t> pauses;
  uint64_t cpu = 0, sum = 0;
  for (const Collection& c : p.collections) {
    pauses.push_back(c.pauseNanos);
    sum += c.pauseNanos;
    cpu += c.cpuNanos;
  }
  std::sort(pauses.begin(), pauses.end());
  auto time = [](uint64_t n) { return durationText(static_cast<double>(n)); };
  std::string out = paint.bold("collections  ") + countText(p.collections.size()) + "\n";
  if (!pauses.empty())
    out += paint.bold("pauses       ") + time(sum) + " in all; median " + time(percentile(pauses, 0.5)) + ", 95 % below " + time(percentile(pauses, 0.95)) + ", longest " + time(pauses.back()) + "\n" +
           paint.bold("processor    ") + time(cpu) + (p.meta.cpuNanos ? ", " + percentText(static_cast<double>(cpu) / static_cast<double>(p.meta.cpuNanos)) + " of the run's" : "") + "\n";
  std::vector<Column> c = {{"at", true, false, 0, 0, {}}, {"pause", true, false, 0, 0, {}}, {"heap before", true, false, 0, 0, {}}, {"after", true, false, 0, 0, {}},
                           {"freed", true, false, 0, 0, {}}, {"goal", true, false, 0, 1, {}}, {"", false, false, 0, 1, {}}};
  size_t first = o.top && p.collections.size() > o.top ? p.collections.size() - o.top : 0;
  for (size_t i = first; i < p.collections.size(); ++i) {
    const Collection& k = p.collections[i];
    auto bytes = [](uint64_t n) { return bytesText(static_cast<double>(n)); };
    c[0].cells.push_back(time(k.atNanos));
    c[1].cells.push_back(time(k.pauseNanos));
    c[2].cells.push_back(bytes(k.heapBefore));
    c[3].cells.push_back(bytes(k.heapAfter));
    c[4].cells.push_back(k.heapBefore ? percentText(1 - static_cast<double>(k.heapAfter) / static_cast<double>(k.heapBefore)) : "-");
    c[5].cells.push_back(k.goal ? bytes(k.goal) : "-");
    c[6].cells.push_back(k.forced ? "runtime.GC" : "");
  }
  if (!pauses.empty()) out += "\n" + layOut(std::move(c), o.width, [&](size_t i, const std::string& line) { return i ? line : paint.bold(line); });
  if (first) out += paint.dim(fmt::format("… and {} before these", first)) + "\n";

  TextOptions survivors = o;
  survivors.rows.sort = SortKey::Survived;
  survivors.rows.onHeap = true;
  std::vector<Row> rows = makeRows(p, survivors.rows);
  std::erase_if(rows, [](const Row& r) { return !r.survived.objects; });
  if (rows.empty()) return out;
  if (o.top && rows.size() > o.top) rows.resize(o.top);
  std::vector<Column> s = {{"survived", true, false, 0, 0, {}}, {"objects", true, false, 0, 0, {}}, {"of allocated", true, false, 0, 0, {}}, {"at exit", true, false, 0, 1, {}},
                           {"site", false, true, 18, 0, {}}, {"function", false, true, 10, 2, {}}, {"what", false, false, 10, 3, {}}};
  for (const Row& r : rows) {
    s[0].cells.push_back(bytesText(static_cast<double>(r.survived.bytes)));
    s[1].cells.push_back(countText(r.survived.objects));
    s[2].cells.push_back(percentText(static_cast<double>(r.survived.objects) / static_cast<double>(r.allocated.objects)));
    s[3].cells.push_back(bytesText(static_cast<double>(r.atExit.bytes)));
    s[4].cells.push_back(r.position());
    s[5].cells.push_back(r.function);
    s[6].cells.push_back(r.type.empty() ? r.kind : r.kind + " " + r.type);
  }
  return out + "\n" + paint.bold("what outlived its first collection") + "\n" + layOut(std::move(s), o.width, [&](size_t i, const std::string& line) { return i ? line : paint.bold(line); });
}

}  // namespace burrow::profiler
