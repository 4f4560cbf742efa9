// A profile to JSON and back. Members that are zero, empty or false are left out of sites, frames and stacks: most are.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "profiler/file/profile_file.h"
#include "profiler/strings.h"

namespace burrow::profiler {

namespace {

using Json = nlohmann::ordered_json;
constexpr int kVersion = 1;

void put(Json& j, const char* name, uint64_t value) {
  if (value) j[name] = value;
}
void put(Json& j, const char* name, const std::string& value) {
  if (!value.empty()) j[name] = value;
}
void put(Json& j, const char* name, const Count& c) {
  if (c.objects || c.bytes) j[name] = {{"objects", c.objects}, {"bytes", c.bytes}};
}

Json metaJson(const Meta& m) {
  return {{"command", m.command}, {"goVersion", m.goVersion}, {"burrowVersion", m.burrowVersion}, {"startedAt", m.startedAt},
          {"jit", m.jit}, {"escape", m.escape}, {"gogc", m.gogc}, {"procs", m.procs}, {"exitStatus", m.exitStatus},
          {"interrupted", m.interrupted}, {"wallNanos", m.wallNanos}, {"cpuNanos", m.cpuNanos},
          {"peakResidentBytes", m.peakResidentBytes}, {"allocSamplePeriod", m.allocSamplePeriod},
          {"survivorPeriod", m.survivorPeriod}, {"cpuSamplePeriodNanos", m.cpuSamplePeriodNanos}};
}

Json frameJson(const Profile& p, const Frame& f) {
  Json j = Json::object();
  put(j, "function", text(p, f.function));
  put(j, "file", text(p, f.file));
  put(j, "line", f.line);
  put(j, "column", f.column);
  put(j, "startLine", f.startLine);
  put(j, "package", text(p, f.package));
  return j;
}

Json siteJson(const Profile& p, const Site& s) {
  Json j = {{"frames", s.frames}, {"kind", text(p, s.kind)}};
  put(j, "type", text(p, s.type));
  j["onHeap"] = s.onHeap;
  put(j, "reason", text(p, s.reason));
  put(j, "flow", text(p, s.flow));
  put(j, "fixedSize", s.fixedSize);
  put(j, "allocated", s.allocated);
  put(j, "survived", s.survived);
  put(j, "atExit", s.atExit);
  put(j, "atPeak", s.atPeak);
  put(j, "growths", s.growths);
  put(j, "copiedBytes", s.copiedBytes);
  put(j, "maxLength", s.maxLength);
  put(j, "minLength", s.minLength);
  return j;
}

Json loopJson(const Loop& l) { return {{"frame", l.frame}, {"entries", l.entries}}; }

Json stacksJson(const std::vector<StackSample>& stacks) {
  Json list = Json::array();
  for (const StackSample& s : stacks) {
    Json j = {{"frames", s.frames}};
    if (s.site != ~0u) j["site"] = s.site;
    put(j, "allocated", s.allocated);
    put(j, "inUse", s.inUse);
    put(j, "nanoseconds", s.nanoseconds);
    put(j, "events", s.events);
    list.push_back(std::move(j));
  }
  return list;
}

Json collectionJson(const Collection& c) {
  return {{"atNanos", c.atNanos}, {"pauseNanos", c.pauseNanos}, {"cpuNanos", c.cpuNanos}, {"heapBefore", c.heapBefore},
          {"heapAfter", c.heapAfter}, {"goal", c.goal}, {"forced", c.forced}};
}

Json pointJson(const HeapPoint& h) {
  return {{"atNanos", h.atNanos}, {"heapBytes", h.heapBytes}, {"residentBytes", h.residentBytes},
          {"allocatedBytes", h.allocatedBytes}, {"allocatedObjects", h.allocatedObjects}};
}

template <class T, class F>
Json listJson(const std::vector<T>& items, F&& one) {
  Json list = Json::array();
  for (const T& item : items) list.push_back(one(item));
  return list;
}

/// Reads members into a profile. Wrong types throw nlohmann's exceptions, which fromJson turns into a message.
class Reader {
 public:
  explicit Reader(Profile& p) : p_(p), strings_(p) {}

  void read(const Json& j) {
    meta(j.at("meta"));
    const Json& frames = j.at("frames");
    for (size_t i = 1; i < frames.size(); ++i) p_.frames.push_back(frame(frames[i]));
    for (const Json& s : j.at("sites")) p_.sites.push_back(site(s));
    for (const Json& l : list(j, "loops")) p_.loops.push_back({frameNumber(l.at("frame").get<uint32_t>()), number(l, "entries")});
    stacks(j, "allocStacks", p_.allocStacks);
    stacks(j, "cpuStacks", p_.cpuStacks);
    stacks(j, "blockStacks", p_.blockStacks);
    stacks(j, "mutexStacks", p_.mutexStacks);
    for (const Json& c : list(j, "collections")) p_.collections.push_back(collection(c));
    for (const Json& h : list(j, "timeline")) p_.timeline.push_back(point(h));
    p_.heap = count(j, "heap");
    p_.stack = count(j, "stack");
    p_.memStats = count(j, "memStats");
    p_.peak = count(j, "peak");
  }

 private:
  static const Json& list(const Json& j, const char* name) {
    static const Json kEmpty = Json::array();
    auto at = j.find(name);
    return at == j.end() ? kEmpty : *at;
  }
  static uint64_t number(const Json& j, const char* name) { return j.value(name, uint64_t{0}); }
  static uint32_t number32(const Json& j, const char* name) { return j.value(name, uint32_t{0}); }
  StringId string(const Json& j, const char* name) { return strings_.intern(j.value(name, std::string())); }
  static Count count(const Json& j, const char* name) {
    auto at = j.find(name);
    return at == j.end() ? Count{} : Count{number(*at, "objects"), number(*at, "bytes")};
  }

  void meta(const Json& j) {
    Meta& m = p_.meta;
    m.command = j.value("command", std::vector<std::string>());
    m.goVersion = j.value("goVersion", "");
    m.burrowVersion = j.value("burrowVersion", "");
    m.startedAt = j.value("startedAt", "");
    m.jit = j.value("jit", "");
    m.escape = j.value("escape", "");
    m.gogc = number(j, "gogc");
    m.procs = number32(j, "procs");
    m.exitStatus = j.value("exitStatus", 0);
    m.interrupted = j.value("interrupted", false);
    m.wallNanos = number(j, "wallNanos");
    m.cpuNanos = number(j, "cpuNanos");
    m.peakResidentBytes = number(j, "peakResidentBytes");
    m.allocSamplePeriod = number(j, "allocSamplePeriod");
    m.survivorPeriod = j.value("survivorPeriod", 1u);
    m.cpuSamplePeriodNanos = number(j, "cpuSamplePeriodNanos");
  }
  Frame frame(const Json& j) {
    return {string(j, "function"), string(j, "file"), number32(j, "line"), number32(j, "column"), number32(j, "startLine"), string(j, "package")};
  }
  std::vector<uint32_t> frameNumbers(const Json& j) {
    auto numbers = j.at("frames").get<std::vector<uint32_t>>();
    for (uint32_t n : numbers) frameNumber(n);
    return numbers;
  }
  uint32_t frameNumber(uint32_t n) const {
    if (n >= p_.frames.size()) throw std::out_of_range("frame " + std::to_string(n) + " is not in the list of frames");
    return n;
  }
  Site site(const Json& j) {
    Site s;
    s.frames = frameNumbers(j);
    s.kind = string(j, "kind");
    s.type = string(j, "type");
    s.reason = string(j, "reason");
    s.flow = string(j, "flow");
    s.onHeap = j.value("onHeap", false);
    s.fixedSize = number32(j, "fixedSize");
    s.allocated = count(j, "allocated");
    s.survived = count(j, "survived");
    s.atExit = count(j, "atExit");
    s.atPeak = count(j, "atPeak");
    s.growths = number(j, "growths");
    s.copiedBytes = number(j, "copiedBytes");
    s.maxLength = number(j, "maxLength");
    s.minLength = number(j, "minLength");
    return s;
  }
  void stacks(const Json& j, const char* name, std::vector<StackSample>& out) {
    for (const Json& item : list(j, name)) {
      StackSample s;
      s.frames = frameNumbers(item);
      s.site = item.value("site", ~0u);
      if (s.site != ~0u && s.site >= p_.sites.size()) throw std::out_of_range("site " + std::to_string(s.site) + " is not in the list of sites");
      s.allocated = count(item, "allocated");
      s.inUse = count(item, "inUse");
      s.nanoseconds = number(item, "nanoseconds");
      s.events = number(item, "events");
      out.push_back(std::move(s));
    }
  }
  static Collection collection(const Json& j) {
    return {number(j, "atNanos"), number(j, "pauseNanos"), number(j, "cpuNanos"), number(j, "heapBefore"),
            number(j, "heapAfter"), number(j, "goal"), j.value("forced", false)};
  }
  static HeapPoint point(const Json& j) {
    return {number(j, "atNanos"), number(j, "heapBytes"), number(j, "residentBytes"), number(j, "allocatedBytes"), number(j, "allocatedObjects")};
  }

  Profile& p_;
  StringTable strings_;
};

}  // namespace

std::string toJson(const Profile& p) {
  Json j;
  j["format"] = "burrow-profile";
  j["version"] = kVersion;
  j["meta"] = metaJson(p.meta);
  j["heap"] = {{"objects", p.heap.objects}, {"bytes", p.heap.bytes}};
  j["stack"] = {{"objects", p.stack.objects}, {"bytes", p.stack.bytes}};
  j["memStats"] = {{"objects", p.memStats.objects}, {"bytes", p.memStats.bytes}};
  j["peak"] = {{"objects", p.peak.objects}, {"bytes", p.peak.bytes}};
  j["sites"] = listJson(p.sites, [&](const Site& s) { return siteJson(p, s); });
  j["loops"] = listJson(p.loops, loopJson);
  j["frames"] = listJson(p.frames, [&](const Frame& f) { return frameJson(p, f); });
  j["allocStacks"] = stacksJson(p.allocStacks);
  j["cpuStacks"] = stacksJson(p.cpuStacks);
  j["blockStacks"] = stacksJson(p.blockStacks);
  j["mutexStacks"] = stacksJson(p.mutexStacks);
  j["collections"] = listJson(p.collections, collectionJson);
  j["timeline"] = listJson(p.timeline, pointJson);
  // Names of files and functions may hold any bytes: those that are not UTF-8 are replaced.
  return j.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string fromJson(std::string_view bytes, Profile& out) {
  try {
    Json j = Json::parse(bytes);
    if (!j.is_object() || j.value("format", "") != "burrow-profile") return "not a profile of Burrow";
    if (int version = j.value("version", 0); version != kVersion)
      return "a profile of version " + std::to_string(version) + "; this Burrow reads version " + std::to_string(kVersion);
    out = Profile();
    Reader(out).read(j);
  } catch (const std::exception& e) {
    return std::string("not a profile of Burrow: ") + e.what();
  }
  return {};
}

std::string readProfile(const std::string& path, Profile& out) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return "open " + path + ": " + std::strerror(errno);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::string error = fromJson(bytes, out);
  return error.empty() ? "" : path + ": " + error;
}

std::string writeReport(const std::string& path, std::string_view bytes) {
  std::string temporary = path + ".tmp";
  bool isPlain = !path.starts_with("/dev/");  // pipes and terminals are written as they are
  std::FILE* f = std::fopen(isPlain ? temporary.c_str() : path.c_str(), "wb");
  if (!f) return "open " + path + ": " + std::strerror(errno);
  bool ok = std::fwrite(bytes.data(), 1, bytes.size(), f) == bytes.size();
  ok = std::fclose(f) == 0 && ok;
  if (ok && isPlain) ok = std::rename(temporary.c_str(), path.c_str()) == 0;
  if (ok) return {};
  std::string error = "write " + path + ": " + std::strerror(errno);
  if (isPlain) std::remove(temporary.c_str());
  return error;
}

}  // namespace burrow::profiler
