// The allocation report: totals, sites, advice.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "profiler/report/colour.h"
#include "profiler/report/columns.h"
#include "profiler/report/table.h"
#include "profiler/report/units.h"
#include "profiler/strings.h"

namespace burrow::profiler {

namespace {

double share(uint64_t part, uint64_t whole) { return whole ? static_cast<double>(part) / static_cast<double>(whole) : 0; }

std::string amount(const Count& c) { return countText(c.objects) + (c.objects == 1 ? " object, " : " objects, ") + bytesText(static_cast<double>(c.bytes)); }

/// What the objects in stack frames would have cost as heap objects.
std::string savedText(const Profile& p) {
  if (!p.stack.objects) return {};
  std::string s = "kept off the heap: " + percentText(share(p.stack.objects, p.stack.objects + p.heap.objects)) + " of all objects, " +
                  percentText(share(p.stack.bytes, p.stack.bytes + p.heap.bytes)) + " of all bytes";
  if (p.collections.empty() || !p.heap.bytes) return s;
  double more = static_cast<double>(p.stack.bytes) / (static_cast<double>(p.heap.bytes) / static_cast<double>(p.collections.size()));
  uint64_t cpu = 0;
  for (const Collection& c : p.collections) cpu += c.cpuNanos ? c.cpuNanos : c.pauseNanos;
  if (more >= 1)
    s += fmt::format("; on it, about {} more collections ({})", countText(static_cast<uint64_t>(more)),
                     durationText(more * static_cast<double>(cpu) / static_cast<double>(p.collections.size())));
  return s;
}

std::string totalsText(const Profile& p, const Paint& paint) {
  std::string out = paint.bold("heap   ") + amount(p.heap);
  if (p.memStats.objects || p.memStats.bytes)
    out += p.memStats.objects == p.heap.objects && p.memStats.bytes == p.heap.bytes ? "  (as runtime.MemStats says)" : "  (runtime.MemStats: " + amount(p.memStats) + ")";
  out += "\n" + paint.bold("stack  ") + amount(p.stack) + "\n";
  if (std::string saved = savedText(p); !saved.empty()) out += "       " + saved + "\n";
  Count exit;
  for (const Site& s : p.sites) {
    exit.objects += s.atExit.objects;
    exit.bytes += s.atExit.bytes;
  }
  if (p.peak.bytes || exit.bytes)
    out += paint.bold("alive  ") + "at the peak " + amount(p.peak) + "; at exit " + amount(exit) + "\n";
  uint64_t pauses = 0, longest = 0;
  for (const Collection& c : p.collections) {
    pauses += c.pauseNanos;
    longest = std::max(longest, c.pauseNanos);
  }
  out += paint.bold("run    ") + durationText(static_cast<double>(p.meta.wallNanos)) + ", " + countText(p.collections.size()) +
         (p.collections.size() == 1 ? " collection" : " collections");
  if (!p.collections.empty()) out += fmt::format(", pauses {} in all, {} at most", durationText(static_cast<double>(pauses)), durationText(static_cast<double>(longest)));
  if (p.meta.peakResidentBytes) out += ", " + bytesText(static_cast<double>(p.meta.peakResidentBytes)) + " resident at most";
  if (!p.meta.jit.empty()) out += ", jit " + p.meta.jit;
  return out + (p.meta.interrupted ? "; interrupted: figures until then\n" : "\n");
}

std::string kindText(const Row& r) { return r.type.empty() ? r.kind : r.kind + " " + r.type; }

std::string whyText(const Row& r) {
  std::string s = r.reason;
  if (!r.into.empty()) s += (s.empty() ? "" : " ") + std::string("(inlined into ") + r.into[0] + (r.into.size() > 1 ? fmt::format(" and {} more", r.into.size() - 1) : "") + ")";
  return s;
}

/// Columns of the site table; `total`: of what shares are.
std::vector<Column> siteColumns(const Profile& p, const std::vector<Row>& rows, size_t shown, const Count& total) {
  std::vector<Column> c = {{"", false, false, 0, 0, {}},        {"bytes", true, false, 0, 0, {}},     {"share", true, false, 0, 9, {}},
                           {"objects", true, false, 0, 0, {}},  {"mean", true, false, 0, 4, {}},      {"survived", true, false, 0, 3, {}},
                           {"at exit", true, false, 0, 2, {}},  {"at peak", true, false, 0, 1, {}},   {"site", false, true, 18, 0, {}},
                           {"function", false, true, 10, 5, {}}, {"what", false, false, 10, 7, {}},    {"why", false, false, 16, 6, {}}};
  bool anyAlive = std::any_of(p.sites.begin(), p.sites.end(), [](const Site& s) { return s.survived.objects || s.atExit.objects || s.atPeak.objects; });
  for (size_t i = 0; i < shown; ++i) {
    const Row& r = rows[i];
    auto bytes = [&](const Count& n) { return r.onHeap && n.objects ? bytesText(static_cast<double>(n.bytes)) : std::string("-"); };
    c[0].cells.push_back(r.onHeap ? "heap" : "stack");
    c[1].cells.push_back(bytesText(static_cast<double>(r.allocated.bytes)));
    c[2].cells.push_back(percentText(share(r.allocated.bytes, total.bytes)));
    c[3].cells.push_back(countText(r.allocated.objects));
    c[4].cells.push_back(bytesText(r.meanSize()));
    c[5].cells.push_back(r.onHeap && r.survived.objects ? percentText(share(r.survived.objects, r.allocated.objects)) : "-");
    c[6].cells.push_back(bytes(r.atExit));
    c[7].cells.push_back(bytes(r.atPeak));
    c[8].cells.push_back(r.position());
    c[9].cells.push_back(r.function);
    c[10].cells.push_back(kindText(r));
    c[11].cells.push_back(whyText(r));
  }
  if (!anyAlive) c.erase(c.begin() + 5, c.begin() + 8);
  return c;
}

std::string flowText(const std::string& flow) {
  std::string out, line;
  for (std::istringstream lines(flow); std::getline(lines, line);) out += "        " + line + "\n";
  return out;
}

std::string siteTable(const Profile& p, const TextOptions& o, const Paint& paint) {
  std::vector<Row> rows = makeRows(p, o.rows);
  if (rows.empty()) return "no site matches\n";
  size_t shown = o.top ? std::min(o.top, rows.size()) : rows.size();
  Count total{p.heap.objects + p.stack.objects, p.heap.bytes + p.stack.bytes};
  if (o.rows.onHeap) total = *o.rows.onHeap ? p.heap : p.stack;
  std::string out = layOut(siteColumns(p, rows, shown, total), o.width, [&](size_t i, const std::string& line) {
    if (i == 0) return paint.bold(line);
    const Row& r = rows[i - 1];
    // The colour is only on the first word: the rest must be readable on any background.
    size_t space = line.find(' ');
    std::string text = space == std::string::npos ? line : (r.onHeap ? paint.red(line.substr(0, space)) : paint.green(line.substr(0, space))) + line.substr(space);
    std::string flow = o.flow ? flowText(r.flow) : "";
    return flow.empty() ? text : text + "\n" + paint.dim(flow.substr(0, flow.size() - 1));
  });
  if (shown == rows.size()) return out;
  Count rest;
  for (size_t i = shown; i < rows.size(); ++i) {
    rest.objects += rows[i].allocated.objects;
    rest.bytes += rows[i].allocated.bytes;
  }
  return out + paint.dim(fmt::format("… {} more sites: {} (--top=0 shows them all)", rows.size() - shown, amount(rest))) + "\n";
}

std::string adviceText(const Profile& p, const std::vector<Advice>& advice, const Paint& paint) {
  if (advice.empty()) return {};
  std::string out = "\n" + paint.bold("advice") + "\n";
  for (const Advice& a : advice) {
    std::string saves = "would have saved " + amount(a.saves);
    // A promise about bytes only says nothing of objects, and the other way round.
    saves += " (" + percentText(share(a.saves.objects, p.heap.objects)) + " of the heap's objects, " + percentText(share(a.saves.bytes, p.heap.bytes)) + " of its bytes)";
    out += "  " + paint.cyan(shortPath(a.file, "") + ":" + std::to_string(a.line) + (a.column ? ":" + std::to_string(a.column) : "")) + "  " + a.function + "  " + saves + "\n";
    out += "    " + a.what + "\n    " + paint.bold(a.todo) + "\n";
    for (const Edit& e : a.edits) {
      ShownEdit lines = shown(e);
      for (const std::string& line : lines.minus) out += paint.red(fmt::format("    {:>5} - {}", e.line, line)) + "\n";
      for (const std::string& line : lines.plus) out += paint.green(fmt::format("    {:>5} + {}", e.line, line)) + "\n";
    }
  }
  return out;
}

/// Who calls into the library sites among the first rows, by the sampled stacks.
std::string callersText(const Profile& p, const TextOptions& o, const Paint& paint) {
  if (p.allocStacks.empty()) return {};
  std::vector<Row> rows = makeRows(p, o.rows);
  size_t shown = std::min<size_t>(o.top ? o.top : rows.size(), rows.size());
  std::string out;
  for (size_t i = 0; i < shown; ++i) {
    const Row& r = rows[i];
    if (!r.onHeap || r.package == "main") continue;
    std::map<std::string, uint64_t> callers;
    uint64_t all = 0;
    for (const StackSample& s : p.allocStacks) {
      if (std::find(r.sites.begin(), r.sites.end(), s.site) == r.sites.end()) continue;
      all += s.allocated.bytes;
      for (uint32_t f : s.frames)
        if (const Frame& frame = p.frames[f]; text(p, frame.package) == "main") {
          callers[text(p, frame.function) + " " + shortPath(text(p, frame.file), "main") + ":" + std::to_string(frame.line)] += s.allocated.bytes;
          break;
        }
    }
    std::vector<std::pair<uint64_t, std::string>> order;
    for (const auto& [name, bytes] : callers) order.emplace_back(bytes, name);
    std::sort(order.rbegin(), order.rend());
    std::string line;
    for (size_t k = 0; k < order.size() && k < 3; ++k)
      if (share(order[k].first, all) >= 0.05) line += (line.empty() ? "" : ", ") + order[k].second + " " + percentText(share(order[k].first, all));
    if (!line.empty()) out += "  " + r.position() + "  ← " + line + "\n";
  }
  return out.empty() ? out : "\n" + paint.bold("called from") + paint.dim(" (sampled)") + "\n" + out;
}

}  // namespace

std::string allocationText(const Profile& p, const std::vector<Advice>& advice, const TextOptions& o) {
  Paint paint{o.colour};
  return totalsText(p, paint) + "\n" + siteTable(p, o, paint) + callersText(p, o, paint) + adviceText(p, advice, paint);
}

}  // namespace burrow::profiler
