#include "profiler/report/rows.h"

#include <algorithm>
#include <map>
#include <regex>
#include <tuple>

#include "profiler/report/units.h"
#include "profiler/strings.h"

namespace burrow::profiler {

namespace {

void add(Count& to, const Count& c) {
  to.objects += c.objects;
  to.bytes += c.bytes;
}

bool matchesPackage(const std::string& package, const std::string& pattern) {
  if (pattern.empty() || package == pattern) return true;
  if (!pattern.ends_with("/...")) return false;
  std::string_view stem = std::string_view(pattern).substr(0, pattern.size() - 4);
  return package == stem || package.starts_with(std::string(stem) + "/");
}

Row rowOf(const Profile& p, const Site& s) {
  Row r;
  const Frame& f = p.frames[s.frames.empty() ? 0 : s.frames[0]];
  r.file = text(p, f.file);
  r.line = f.line;
  r.column = f.column;
  r.function = text(p, f.function);
  r.package = text(p, f.package);
  r.kind = text(p, s.kind);
  r.type = text(p, s.type);
  r.reason = text(p, s.reason);
  r.flow = text(p, s.flow);
  r.onHeap = s.onHeap;
  r.fixedSize = s.fixedSize;
  return r;
}

void addSite(const Profile& p, Row& r, uint32_t index) {
  const Site& s = p.sites[index];
  r.minLength = r.allocated.objects ? std::min(r.minLength, s.minLength) : s.minLength;
  add(r.allocated, s.allocated);
  add(r.survived, s.survived);
  add(r.atExit, s.atExit);
  add(r.atPeak, s.atPeak);
  r.growths += s.growths;
  r.copiedBytes += s.copiedBytes;
  r.maxLength = std::max(r.maxLength, s.maxLength);
  if (r.flow.empty()) r.flow = text(p, s.flow);
  r.sites.push_back(index);
  if (s.frames.size() > 1) {
    const std::string& outer = text(p, p.frames[s.frames.back()].function);
    if (std::find(r.into.begin(), r.into.end(), outer) == r.into.end()) r.into.push_back(outer);
  }
}

double sortValue(const Row& r, SortKey key) {
  switch (key) {
    case SortKey::Objects: return static_cast<double>(r.allocated.objects);
    case SortKey::Mean: return r.meanSize();
    case SortKey::Survived: return static_cast<double>(r.survived.bytes);
    case SortKey::Exit: return static_cast<double>(r.atExit.bytes);
    case SortKey::Peak: return static_cast<double>(r.atPeak.bytes);
    case SortKey::Copied: return static_cast<double>(r.copiedBytes);
    default: return static_cast<double>(r.allocated.bytes);
  }
}

}  // namespace

std::string Row::position() const {
  if (line == 0) return file.empty() ? "-" : file;
  std::string s = shortPath(file, package) + ":" + std::to_string(line);
  return column ? s + ":" + std::to_string(column) : s;
}

std::optional<SortKey> sortKeyOf(const std::string& name) {
  for (size_t i = 0; i < std::size(kSortKeys); ++i)
    if (name == kSortKeys[i]) return static_cast<SortKey>(i);
  return {};
}

std::string checkFilter(const std::string& filter) {
  try {
    std::regex unused(filter);
  } catch (const std::regex_error& e) {
    return "not a regular expression: " + filter + " (" + e.what() + ")";
  }
  return {};
}

std::vector<Row> makeRows(const Profile& p, const RowOptions& options) {
  using Key = std::tuple<std::string, uint32_t, uint32_t, std::string, StringId, StringId, bool, std::string, uint32_t>;
  std::map<Key, size_t> known;
  std::vector<Row> all;
  for (uint32_t i = 0; i < p.sites.size(); ++i) {
    const Site& s = p.sites[i];
    if (!s.allocated.objects) continue;
    Row r = rowOf(p, s);
    Key key{r.file, r.line, r.column, r.function, s.kind, s.type, s.onHeap, r.reason, options.separateCopies ? i : 0};
    auto [at, isNew] = known.emplace(key, all.size());
    if (isNew) all.push_back(std::move(r));
    addSite(p, all[at->second], i);
  }
  std::regex filter(options.filter);
  std::vector<Row> rows;
  for (Row& r : all) {
    if (options.onHeap && *options.onHeap != r.onHeap) continue;
    if (!matchesPackage(r.package, options.package)) continue;
    if (!options.kinds.empty() && std::find(options.kinds.begin(), options.kinds.end(), r.kind) == options.kinds.end()) continue;
    if (!options.filter.empty() && !std::regex_search(r.position() + "\n" + r.function + "\n" + r.type + "\n" + r.reason, filter)) continue;
    rows.push_back(std::move(r));
  }
  auto place = [](const Row& r) { return std::tie(r.file, r.line, r.column, r.kind, r.type, r.onHeap, r.reason); };
  std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    if (options.sort != SortKey::Position)
      if (double x = sortValue(a, options.sort), y = sortValue(b, options.sort); x != y) return x > y;
    return place(a) < place(b);
  });
  return rows;
}

}  // namespace burrow::profiler
