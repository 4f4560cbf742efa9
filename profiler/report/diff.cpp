// Two runs, site by site. Lines move between versions of a program, so a site is known by its function, kind and type, and among several
// of these by their order in the source.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "profiler/report/colour.h"
#include "profiler/report/columns.h"
#include "profiler/report/table.h"
#include "profiler/report/units.h"

namespace burrow::profiler {

namespace {

struct Side {
  Count heap, stack;
  std::string position;
};
struct Pair {
  std::string function, kind, type;
  Side before, after;
  int64_t bytes() const { return static_cast<int64_t>(after.heap.bytes) - static_cast<int64_t>(before.heap.bytes); }
  int64_t objects() const { return static_cast<int64_t>(after.heap.objects) - static_cast<int64_t>(before.heap.objects); }
};

using Key = std::tuple<std::string, std::string, std::string>;               // function, kind, type
using Places = std::map<std::tuple<std::string, uint32_t, uint32_t>, Side>;  // file, line, column

std::map<Key, Places> sidesOf(const Profile& p, RowOptions options) {
  options.onHeap.reset();
  std::map<Key, Places> all;
  for (const Row& r : makeRows(p, options)) {
    Side& s = all[{r.function, r.kind, r.type}][{r.file, r.line, r.column}];
    s.position = r.position();
    Count& c = r.onHeap ? s.heap : s.stack;
    c.objects += r.allocated.objects;
    c.bytes += r.allocated.bytes;
  }
  return all;
}

std::vector<Pair> pairsOf(const Profile& before, const Profile& after, const RowOptions& options) {
  std::map<Key, std::vector<Pair>> pairs;
  auto add = [&](const std::map<Key, Places>& all, Side Pair::* side) {
    for (const auto& [key, places] : all) {
      std::vector<Pair>& list = pairs[key];
      size_t i = 0;
      for (const auto& [place, s] : places) {
        if (i == list.size()) list.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), {}, {}});
        list[i++].*side = s;
      }
    }
  };
  add(sidesOf(before, options), &Pair::before);
  add(sidesOf(after, options), &Pair::after);
  std::vector<Pair> out;
  for (auto& [key, list] : pairs)
    for (Pair& pair : list)
      if (pair.bytes() || pair.objects() || pair.before.stack.objects != pair.after.stack.objects) out.push_back(std::move(pair));
  std::stable_sort(out.begin(), out.end(), [](const Pair& a, const Pair& b) {
    return std::pair(std::abs(a.bytes()), std::abs(a.objects())) > std::pair(std::abs(b.bytes()), std::abs(b.objects()));
  });
  return out;
}

std::string signedCount(int64_t n) { return (n < 0 ? "-" : "+") + countText(static_cast<uint64_t>(n < 0 ? -n : n)); }
std::string signedBytes(int64_t n) { return (n < 0 ? "" : "+") + bytesText(static_cast<double>(n)); }

std::string verdictChange(const Pair& p) {
  auto where = [](const Side& s) { return s.heap.objects ? (s.stack.objects ? "both" : "heap") : s.stack.objects ? "stack" : "none"; };
  std::string a = where(p.before), b = where(p.after);
  return a == b ? a : a + " → " + b;
}

std::string totalLine(const char* name, const Count& a, const Count& b) {
  return fmt::format("{}objects {} → {} ({}), bytes {} → {} ({})\n", name, countText(a.objects), countText(b.objects),
                     changeText(static_cast<double>(a.objects), static_cast<double>(b.objects)), bytesText(static_cast<double>(a.bytes)),
                     bytesText(static_cast<double>(b.bytes)), changeText(static_cast<double>(a.bytes), static_cast<double>(b.bytes)));
}

}  // namespace

std::string diffText(const Profile& before, const Profile& after, const TextOptions& o) {
  Paint paint{o.colour};
  std::vector<Pair> pairs = pairsOf(before, after, o.rows);
  std::string out = paint.bold("heap   ") + totalLine("", before.heap, after.heap) + paint.bold("stack  ") + totalLine("", before.stack, after.stack) + paint.bold("run    ");
  out += fmt::format("collections {} → {}, {} → {}\n\n", before.collections.size(), after.collections.size(),
                     durationText(static_cast<double>(before.meta.wallNanos)), durationText(static_cast<double>(after.meta.wallNanos)));
  if (pairs.empty()) return out + "no site differs\n";
  size_t shown = o.top ? std::min(o.top, pairs.size()) : pairs.size();
  std::vector<Column> c = {{"heap bytes", true, false, 0, 0, {}}, {"change", true, false, 0, 1, {}}, {"heap objects", true, false, 0, 0, {}}, {"change", true, false, 0, 1, {}},
                           {"where", false, false, 0, 0, {}}, {"site", false, true, 18, 0, {}}, {"function", false, true, 10, 2, {}}, {"what", false, false, 10, 3, {}}};
  for (size_t i = 0; i < shown; ++i) {
    const Pair& p = pairs[i];
    c[0].cells.push_back(signedBytes(p.bytes()));
    c[1].cells.push_back(changeText(static_cast<double>(p.before.heap.bytes), static_cast<double>(p.after.heap.bytes)));
    c[2].cells.push_back(signedCount(p.objects()));
    c[3].cells.push_back(changeText(static_cast<double>(p.before.heap.objects), static_cast<double>(p.after.heap.objects)));
    c[4].cells.push_back(verdictChange(p));
    c[5].cells.push_back(p.after.position.empty() ? p.before.position : p.after.position);
    c[6].cells.push_back(p.function);
    c[7].cells.push_back(p.type.empty() ? p.kind : p.kind + " " + p.type);
  }
  out += layOut(std::move(c), o.width, [&](size_t i, const std::string& line) {
    if (i == 0) return paint.bold(line);
    return pairs[i - 1].bytes() < 0 ? paint.green(line) : pairs[i - 1].bytes() > 0 ? paint.red(line) : line;
  });
  if (shown < pairs.size()) out += paint.dim(fmt::format("… {} more sites differ", pairs.size() - shown)) + "\n";
  return out;
}

std::string diffJson(const Profile& before, const Profile& after, const RowOptions& options) {
  using Json = nlohmann::ordered_json;
  auto count = [](const Count& c) { return Json{{"objects", c.objects}, {"bytes", c.bytes}}; };
  auto side = [&](const Side& s) { return Json{{"position", s.position}, {"heap", count(s.heap)}, {"stack", count(s.stack)}}; };
  Json j = {{"format", "burrow-profile-diff"}, {"version", 1}};
  j["before"] = {{"heap", count(before.heap)}, {"stack", count(before.stack)}, {"collections", before.collections.size()}};
  j["after"] = {{"heap", count(after.heap)}, {"stack", count(after.stack)}, {"collections", after.collections.size()}};
  j["sites"] = Json::array();
  for (const Pair& p : pairsOf(before, after, options))
    j["sites"].push_back({{"function", p.function}, {"kind", p.kind}, {"type", p.type}, {"before", side(p.before)}, {"after", side(p.after)}});
  return j.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace burrow::profiler
