// Writes pprof's profile.proto (github.com/google/pprof/proto), gzipped, as go tool pprof reads it.
#include <zlib.h>

#include <ctime>
#include <protozero/pbf_writer.hpp>
#include <unordered_map>

#include "profiler/report/exact_stacks.h"
#include "profiler/report/formats.h"
#include "profiler/strings.h"

namespace burrow::profiler {

namespace {

/// Field numbers of profile.proto.
namespace field {
enum Profile : uint32_t { SampleType = 1, Sample = 2, Mapping = 3, Location = 4, Function = 5, StringTable = 6, TimeNanos = 9, DurationNanos = 10, PeriodType = 11, Period = 12, Comment = 13, DefaultSampleType = 14 };
}  // namespace field

uint64_t startedNanos(const std::string& rfc3339) {
  std::tm t{};
  const char* rest = strptime(rfc3339.c_str(), "%Y-%m-%dT%H:%M:%S", &t);
  if (!rest) return 0;
  int64_t seconds = timegm(&t);
  size_t zone = rfc3339.find_first_of("+-", 19);
  int hours = 0, minutes = 0;
  if (zone != std::string::npos && std::sscanf(rfc3339.c_str() + zone, "%3d:%2d", &hours, &minutes) == 2)
    seconds -= hours * 3600 + (rfc3339[zone] == '-' ? -minutes : minutes) * 60;
  return static_cast<uint64_t>(seconds) * 1000000000u;
}

class PprofWriter {
 public:
  explicit PprofWriter(const Profile& p) : p_(p), out_(data_) { string(""); }

  void sampleType(const char* type, const char* unit) { valueType(field::SampleType, type, unit); }
  void period(const char* type, const char* unit, uint64_t value) {
    valueType(field::PeriodType, type, unit);
    out_.add_int64(field::Period, static_cast<int64_t>(value));
  }

  void sample(const std::vector<uint32_t>& frames, const std::vector<uint64_t>& values, const std::vector<std::pair<const char*, std::string>>& labels = {}) {
    std::vector<uint64_t> locations;
    for (uint32_t f : frames) locations.push_back(location(f));
    if (locations.empty()) return;
    std::string bytes;
    protozero::pbf_writer w(bytes);
    w.add_packed_uint64(1, locations.begin(), locations.end());
    std::vector<int64_t> numbers(values.begin(), values.end());
    w.add_packed_int64(2, numbers.begin(), numbers.end());
    for (const auto& [key, value] : labels) {
      if (value.empty()) continue;
      std::string label;
      protozero::pbf_writer l(label);
      l.add_int64(1, string(key));
      l.add_int64(2, string(value));
      w.add_message(3, label);
    }
    out_.add_message(field::Sample, bytes);
  }

  std::string finish(const char* defaultType) {
    std::string mapping;
    protozero::pbf_writer m(mapping);
    m.add_uint64(1, 1);
    m.add_uint64(3, uint64_t{1} << 40);
    if (!p_.meta.command.empty()) m.add_int64(5, string(p_.meta.command[0]));
    for (uint32_t known : {7u, 8u, 9u, 10u}) m.add_bool(known, true);  // functions, files, lines, inlined frames
    out_.add_message(field::Mapping, mapping);
    out_.add_int64(field::TimeNanos, static_cast<int64_t>(startedNanos(p_.meta.startedAt)));
    out_.add_int64(field::DurationNanos, static_cast<int64_t>(p_.meta.wallNanos));
    if (*defaultType) out_.add_int64(field::DefaultSampleType, string(defaultType));
    for (const std::string& s : table_) out_.add_string(field::StringTable, s);
    return gzip(data_);
  }

 private:
  int64_t string(const std::string& s) {
    auto [at, isNew] = ids_.emplace(s, static_cast<int64_t>(table_.size()));
    if (isNew) table_.push_back(s);
    return at->second;
  }

  void valueType(uint32_t tag, const char* type, const char* unit) {
    std::string bytes;
    protozero::pbf_writer w(bytes);
    w.add_int64(1, string(type));
    w.add_int64(2, string(unit));
    out_.add_message(tag, bytes);
  }

  uint64_t function(const Frame& f) {
    auto [at, isNew] = functions_.emplace(uint64_t{f.function} << 32 | f.file, functions_.size() + 1);
    if (!isNew) return at->second;
    std::string bytes;
    protozero::pbf_writer w(bytes);
    w.add_uint64(1, at->second);
    w.add_int64(2, string(text(p_, f.function)));
    w.add_int64(3, string(text(p_, f.function)));
    w.add_int64(4, string(text(p_, f.file)));
    w.add_int64(5, f.startLine);
    out_.add_message(field::Function, bytes);
    return at->second;
  }

  /// A location for each frame of the profile; its address only tells it from others.
  uint64_t location(uint32_t frame) {
    auto [at, isNew] = locations_.emplace(frame, locations_.size() + 1);
    if (!isNew) return at->second;
    const Frame& f = p_.frames[frame];
    std::string line, bytes;
    protozero::pbf_writer l(line);
    l.add_uint64(1, function(f));
    l.add_int64(2, f.line);
    if (f.column) l.add_int64(3, f.column);
    protozero::pbf_writer w(bytes);
    w.add_uint64(1, at->second);
    w.add_uint64(2, 1);
    w.add_uint64(3, 0x1000 + uint64_t{frame} * 16);
    w.add_message(4, line);
    out_.add_message(field::Location, bytes);
    return at->second;
  }

  const Profile& p_;
  std::string data_;
  protozero::pbf_writer out_;
  std::vector<std::string> table_;
  std::unordered_map<std::string, int64_t> ids_;
  std::unordered_map<uint64_t, uint64_t> functions_;
  std::unordered_map<uint32_t, uint64_t> locations_;
};

std::string allocPprof(const Profile& p) {
  PprofWriter w(p);
  w.sampleType("alloc_objects", "count");
  w.sampleType("alloc_space", "bytes");
  w.sampleType("inuse_objects", "count");
  w.sampleType("inuse_space", "bytes");
  w.sampleType("peak_objects", "count");
  w.sampleType("peak_space", "bytes");
  w.sampleType("stack_objects", "count");
  w.sampleType("stack_space", "bytes");
  w.period("space", "bytes", p.meta.allocSamplePeriod ? p.meta.allocSamplePeriod : 1);
  for (const ExactStack& s : exactStacks(p)) {
    const Site& site = p.sites[s.site];
    Count heap = site.onHeap ? s.allocated : Count{}, stack = site.onHeap ? Count{} : s.allocated;
    w.sample(s.frames, {heap.objects, heap.bytes, s.atExit.objects, s.atExit.bytes, s.atPeak.objects, s.atPeak.bytes, stack.objects, stack.bytes},
             {{"kind", text(p, site.kind)}, {"type", text(p, site.type)}, {"verdict", site.onHeap ? "heap" : "stack"}, {"reason", text(p, site.reason)}});
  }
  return w.finish("alloc_space");
}

std::string timePprof(const Profile& p, TimeKind kind) {
  PprofWriter w(p);
  bool cpu = kind == TimeKind::Cpu;
  w.sampleType(cpu ? "samples" : "contentions", "count");
  w.sampleType(cpu ? "cpu" : "delay", "nanoseconds");
  w.period(cpu ? "cpu" : "contentions", cpu ? "nanoseconds" : "count", cpu ? p.meta.cpuSamplePeriodNanos : 1);
  for (const StackSample& s : stacksOf(p, kind)) w.sample(s.frames, {s.events, s.nanoseconds});
  return w.finish("");
}

}  // namespace

std::string gzip(std::string_view bytes) {
  z_stream z{};
  // 16 more window bits: a gzip header instead of zlib's.
  if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&z, bytes.size()) + 32, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  bool ok = deflate(&z, Z_FINISH) == Z_STREAM_END;
  out.resize(ok ? z.total_out : 0);
  deflateEnd(&z);
  return out;
}

std::string toPprof(const Profile& p, Subject subject) {
  switch (subject) {
    case Subject::Cpu: return timePprof(p, TimeKind::Cpu);
    case Subject::Block: return timePprof(p, TimeKind::Block);
    case Subject::Mutex: return timePprof(p, TimeKind::Mutex);
    default: return allocPprof(p);
  }
}

}  // namespace burrow::profiler
