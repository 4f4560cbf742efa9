#include "profiler/report/page.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "profiler/report/exact_stacks.h"
#include "profiler/report/units.h"
#include "profiler/strings.h"

namespace burrow::profiler {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxFileBytes = 1 << 20;      // of one source
constexpr size_t kMaxSourceBytes = 12 << 20;   // of all

Json pair(const Count& c) { return Json::array({c.objects, c.bytes}); }

/// Files get small numbers: those of their names in the profile.
class PageData {
 public:
  PageData(const Profile& p, const std::vector<Advice>& advice, Subject subject) : p_(p), advice_(advice), subject_(subject) {}

  Json make() {
    Json j;
    static constexpr const char* kSubjects[] = {"Alloc", "Cpu", "Gc", "Block", "Mutex"};
    j["subject"] = kSubjects[static_cast<size_t>(subject_)];
    j["meta"] = {{"command", p_.meta.command}, {"wallNanos", p_.meta.wallNanos}, {"jit", p_.meta.jit}, {"exitStatus", p_.meta.exitStatus}, {"interrupted", p_.meta.interrupted}};
    for (const auto& [name, count] : {std::pair{"heap", p_.heap}, {"stack", p_.stack}, {"peak", p_.peak}}) j[name] = pair(count);
    j["frames"] = frames();
    j["sites"] = sites();
    j["stacks"] = {{"alloc", allocStacks()}, {"cpu", timeStacks(p_.cpuStacks)}, {"block", timeStacks(p_.blockStacks)}, {"mutex", timeStacks(p_.mutexStacks)}};
    j["collections"] = Json::array();
    for (const Collection& c : p_.collections)
      j["collections"].push_back({{"at", c.atNanos}, {"pause", c.pauseNanos}, {"before", c.heapBefore}, {"after", c.heapAfter}, {"forced", c.forced}});
    j["timeline"] = Json::array();
    for (const HeapPoint& h : p_.timeline)
      j["timeline"].push_back({{"at", h.atNanos}, {"heap", h.heapBytes}, {"resident", h.residentBytes}, {"allocated", h.allocatedBytes}, {"objects", h.allocatedObjects}});
    j["advice"] = adviceList();
    j["files"] = files();
    j["own"] = own_;
    return j;
  }

 private:
  Json frames() const {
    Json list = Json::array();
    for (const Frame& f : p_.frames) list.push_back(Json::array({text(p_, f.function), f.file, f.line, f.column, text(p_, f.package)}));
    return list;
  }
  Json sites() const {
    Json list = Json::array();
    for (const Site& s : p_.sites)
      list.push_back({{"frames", s.frames}, {"kind", text(p_, s.kind)}, {"type", text(p_, s.type)}, {"heap", s.onHeap}, {"reason", text(p_, s.reason)}, {"flow", text(p_, s.flow)},
                      {"allocated", pair(s.allocated)}, {"survived", pair(s.survived)}, {"exit", pair(s.atExit)}, {"peak", pair(s.atPeak)},
                      {"growths", s.growths}, {"copied", s.copiedBytes}, {"longest", s.maxLength}});
    return list;
  }
  Json allocStacks() const {
    Json list = Json::array();
    for (const ExactStack& s : exactStacks(p_))
      list.push_back({{"frames", s.frames}, {"site", s.site}, {"objects", s.allocated.objects}, {"bytes", s.allocated.bytes}, {"exit", s.atExit.bytes}, {"peak", s.atPeak.bytes}});
    return list;
  }
  static Json timeStacks(const std::vector<StackSample>& stacks) {
    Json list = Json::array();
    for (const StackSample& s : stacks) list.push_back({{"frames", s.frames}, {"time", s.nanoseconds}, {"events", s.events}});
    return list;
  }
  Json adviceList() const {
    Json list = Json::array();
    for (const Advice& a : advice_) {
      auto file = std::find(p_.strings.begin(), p_.strings.end(), a.file);
      Json edits = Json::array();
      for (const Edit& e : a.edits) {
        ShownEdit lines = shown(e);
        edits.push_back({{"line", e.line}, {"minus", lines.minus}, {"plus", lines.plus}});
      }
      list.push_back({{"kind", adviceName(a.kind)}, {"file", file - p_.strings.begin()}, {"line", a.line}, {"function", a.function}, {"what", a.what}, {"todo", a.todo},
                      {"edits", std::move(edits)}, {"saves", pair(a.saves)}});
    }
    return list;
  }

  /// Sources of files with sites, the program's first, then those with most bytes on the heap, as far as there is room.
  Json files() {
    struct FileUse {
      std::string package;
      uint64_t weight = 0;
      bool hasSites = false;
    };
    std::map<StringId, FileUse> uses;
    for (const Frame& f : p_.frames)
      if (f.file) uses[f.file].package = text(p_, f.package);
    for (const Site& s : p_.sites) {
      if (!s.allocated.objects || s.frames.empty()) continue;
      FileUse& use = uses[p_.frames[s.frames[0]].file];
      use.hasSites = true;
      use.weight += s.onHeap ? s.allocated.bytes : 0;
    }
    for (const StackSample& s : p_.cpuStacks)
      for (uint32_t f : s.frames) uses[p_.frames[f].file].hasSites = true;
    std::vector<std::pair<StringId, FileUse>> order(uses.begin(), uses.end());
    auto isOwn = [&](const auto& use) { return use.second.package == "main" || !isStandard(use.first, use.second.package); };
    std::stable_sort(order.begin(), order.end(), [&](const auto& a, const auto& b) { return std::pair(isOwn(a), a.second.weight) > std::pair(isOwn(b), b.second.weight); });
    Json all = Json::object();
    size_t room = kMaxSourceBytes;
    std::set<std::string> own;
    for (const auto& use : order) {
      const std::string& path = text(p_, use.first);
      Json entry = {{"name", shortPath(path, use.second.package)}, {"text", nullptr}, {"own", isOwn(use)}};
      if (isOwn(use)) own.insert(use.second.package);
      if (use.second.hasSites)
        if (std::ifstream in(path, std::ios::binary); in) {
          std::string source{std::istreambuf_iterator<char>(in), {}};
          if (source.size() <= kMaxFileBytes && source.size() <= room) {
            room -= source.size();
            entry["text"] = std::move(source);
          }
        }
      all[std::to_string(use.first)] = std::move(entry);
    }
    own_ = own;
    return all;
  }

  /// Packages of std have no dot in their first element, as modules of other people have; and lie in .../src/PACKAGE.
  bool isStandard(StringId file, const std::string& package) const {
    const std::string& path = text(p_, file);
    return path.find("/src/" + package + "/") != std::string::npos && package.substr(0, package.find('/')).find('.') == std::string::npos;
  }

  const Profile& p_;
  const std::vector<Advice>& advice_;
  Subject subject_;
  Json own_ = Json::array();
};

void replace(std::string& page, const std::string& mark, const std::string& by) {
  if (size_t at = page.find(mark); at != std::string::npos) page.replace(at, mark.size(), by);
}

std::string escapeHtml(const std::string& s) {
  std::string out;
  for (char c : s) out += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

}  // namespace

std::string toHtml(const Profile& p, const std::vector<Advice>& advice, Subject subject) {
  std::string data = PageData(p, advice, subject).make().dump(-1, ' ', false, Json::error_handler_t::replace);
  // "</script>" in a source must not end the element that holds it.
  std::string safe;
  for (char c : data) safe += c == '<' ? "\\u003c" : std::string(1, c);
  std::string page = pagePart("page.html"), script;
  for (const char* part : {"a_data.js", "b_flame.js", "c_sites.js", "d_source.js", "e_timeline.js", "f_main.js"}) script += pagePart(part);
  std::string title = "burrow profile";
  if (!p.meta.command.empty()) title += " " + p.meta.command[0];
  replace(page, "@TITLE@", escapeHtml(title));
  replace(page, "@STYLE@", pagePart("page.css"));
  replace(page, "@SCRIPT@", script);
  replace(page, "@DATA@", safe);
  return page;
}

}  // namespace burrow::profiler
