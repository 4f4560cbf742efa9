#include "profiler/collect/collect.h"

#include <sys/resource.h>
#include <time.h>

#include <cmath>
#include <map>
#include <mutex>

#include "profiler/collect/sites.h"
#include "profiler/collect/timeline.h"
#include "vm/heap/heap.h"
#include "vm/profile/contention.h"
#include "vm/profile/cpu.h"
#include "vm/profile/memory.h"
#include "vm/profile/sites.h"
#include "vm/sched/fault.h"
#include "vm/sched/signal.h"

namespace burrow::profiler {

namespace {

/// Of the one program that this process runs. Never destroyed: threads may still look when the process exits.
struct State {
  CollectOptions options;
  std::function<void(Profile)> finished;
  int64_t began = 0;
  timespec startedAt{};
  int64_t memoryRate = 0;
  uint64_t cpuBefore = 0;                 // what compiling the program took
  Timeline timeline;
  std::map<std::vector<const Insn*>, uint64_t> cpuSamples;  // how many of each stack
  uint64_t cpuSampleCount = 0;
  std::mutex lock;                        // of `collections`
  std::vector<Collection> collections;
};
State* state = nullptr;

uint64_t cpuNanos() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(t.tv_nsec);
}

std::string rfc3339(const timespec& t) {
  tm local;
  char date[40], zone[8];
  localtime_r(&t.tv_sec, &local);
  strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &local);
  strftime(zone, sizeof zone, "%z", &local);
  return std::string(date) + std::string(zone, 3) + ":" + std::string(zone + 3);
}

void noteCollection(const vm::CollectionEvent& e) {
  Collection c;
  c.atNanos = static_cast<uint64_t>(e.start - state->began);
  c.pauseNanos = c.cpuNanos = static_cast<uint64_t>(e.end - e.start);  // the world is stopped, and one thread does it all
  c.heapBefore = e.before;
  c.heapAfter = e.after;
  c.goal = e.goal;
  c.forced = e.forced;
  std::lock_guard<std::mutex> guard(state->lock);
  state->collections.push_back(c);
}

Meta metaOf() {
  const CollectOptions& o = state->options;
  Meta m;
  m.command = o.command;
  m.goVersion = "go1.26";
  m.burrowVersion = "0.1.0";
  m.startedAt = rfc3339(state->startedAt);
  m.jit = o.jit;
  m.escape = o.escape;
  m.gogc = static_cast<uint64_t>(o.gogc);
  m.procs = o.procs;
  m.wallNanos = static_cast<uint64_t>(vm::nanotime() - state->began);
  m.cpuNanos = cpuNanos();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  m.peakResidentBytes = static_cast<uint64_t>(usage.ru_maxrss) * 1024;
  m.allocSamplePeriod = o.allocSamplePeriod;
  m.cpuSamplePeriodNanos = o.cpuSamplePeriodNanos;
  return m;
}

/// Scales what was sampled to an estimate of all: an object of this size is seen with probability 1 - exp(-size/period).
double weightOf(uint64_t size, uint64_t period) {
  if (period <= 1) return 1;
  return 1 / -std::expm1(-static_cast<double>(size) / static_cast<double>(period));
}

/// Samples of the same frames (and site) become one: lines are what is shown, not instructions.
class Samples {
 public:
  explicit Samples(std::vector<StackSample>& list) : list_(list) {}
  StackSample& at(std::vector<uint32_t> frames, uint32_t site = ~0u) {
    auto [it, isNew] = index_.try_emplace({frames, site}, list_.size());
    if (isNew) {
      StackSample s;
      s.frames = std::move(frames);
      s.site = site;
      list_.push_back(std::move(s));
    }
    return list_[it->second];
  }

 private:
  std::vector<StackSample>& list_;
  std::map<std::pair<std::vector<uint32_t>, uint32_t>, size_t> index_;
};

void addAllocStacks(Profile& p, FrameTable& frames, const std::unordered_map<uint32_t, uint32_t>& places) {
  auto scaled = [](uint64_t n, double weight) { return static_cast<uint64_t>(std::llround(static_cast<double>(n) * weight)); };
  auto add = [&](Count& to, uint64_t n, uint64_t size, double weight) {
    to.objects += scaled(n, weight);
    to.bytes += scaled(n * size, weight);
  };
  Samples samples(p.allocStacks);
  for (const vm::MemoryRecord& r : vm::memoryRecords()) {
    double weight = weightOf(r.size, p.meta.allocSamplePeriod);
    auto place = places.find(r.site);
    StackSample& s = samples.at(frames.stack(vm::stackOf(r.stack)), place == places.end() ? ~0u : place->second);
    add(s.allocated, r.allocs, r.size, weight);
    add(s.inUse, r.allocs - r.frees, r.size, weight);
    s.events += r.allocs;
  }
}

/// CPU samples are gathered while the program runs, when there are many, and at its end.
void takeCpuSamples() {
  state->cpuSampleCount += vm::takeLostCpuSamples();
  for (vm::CpuSample s; vm::takeCpuSample(s); state->cpuSampleCount++) state->cpuSamples[s.pcs]++;
}

void addCpuStacks(Profile& p, FrameTable& frames) {
  takeCpuSamples();
  uint64_t total = state->cpuSampleCount;
  if (!total) return;
  // The kernel may have ticked less often than it was asked to.
  uint64_t each = p.meta.cpuNanos > state->cpuBefore ? (p.meta.cpuNanos - state->cpuBefore) / total : state->options.cpuSamplePeriodNanos;
  Samples samples(p.cpuStacks);
  for (const auto& [pcs, n] : state->cpuSamples) {
    StackSample& s = samples.at(frames.stack(pcs));
    s.events += n;
    s.nanoseconds += n * each;
  }
  p.meta.cpuSamplePeriodNanos = each;
}

void addContention(std::vector<StackSample>& to, FrameTable& frames, const std::vector<vm::ContentionRecord>& records) {
  Samples samples(to);
  for (const vm::ContentionRecord& r : records) {
    StackSample& s = samples.at(frames.stack(vm::stackOf(r.stack)));
    s.events += static_cast<uint64_t>(r.count);
    s.nanoseconds += static_cast<uint64_t>(r.nanos);
  }
}

void addCommon(Profile& p) {
  vm::HeapStats stats = vm::heapStats();
  p.memStats = {stats.mallocs, stats.totalAlloc};
  p.timeline = state->timeline.points();
  std::lock_guard<std::mutex> guard(state->lock);
  p.collections = state->collections;
}

/// A last look at what is alive, if anything can be known of it.
void lookAtHeap() {
  if (vm::dyingOfFault || vm::collecting()) return;
  vm::Goroutine* g = vm::currentGoroutine.load(std::memory_order_relaxed);
  if (!g) g = vm::allGoroutines();
  vm::onCollected = nullptr;
  if (g) vm::countAlive(*g);
}

void atExit(int status) {
  State& s = *state;
  vm::stopCpuSampling();
  s.timeline.stop();
  Profile p;
  p.meta = metaOf();
  p.meta.exitStatus = status;
  p.meta.interrupted = vm::endedBySignal();
  addCommon(p);
  if (s.options.sites) {
    vm::settleSiteCounts();
    lookAtHeap();
  }
  FrameTable frames(p);
  std::unordered_map<uint32_t, uint32_t> places;
  if (s.options.sites) places = addSites(p, frames);
  addAllocStacks(p, frames, places);
  if (s.options.cpuSamplePeriodNanos) addCpuStacks(p, frames);
  addContention(p.blockStacks, frames, vm::blockRecords());
  addContention(p.mutexStacks, frames, vm::mutexRecords());
  s.finished(std::move(p));
}

}  // namespace

void Collector::install(const CollectOptions& options, std::function<void(Profile)> finished) {
  state = new State;
  State& s = *state;
  s.options = options;
  s.finished = std::move(finished);
  s.began = vm::nanotime();
  clock_gettime(CLOCK_REALTIME, &s.startedAt);
  if (options.sites) vm::enableSiteCounts();
  if (options.allocSamplePeriod) {
    s.memoryRate = static_cast<int64_t>(options.allocSamplePeriod);
    vm::enableMemorySampling(&s.memoryRate);
  }
  vm::onCollected = noteCollection;
  vm::endInOrder();
  vm::addExitHook(atExit);
  vm::setBlockProfileRate(static_cast<int64_t>(options.blockPeriodNanos));
  vm::setMutexProfileFraction(options.mutexFraction);
  s.cpuBefore = cpuNanos();
  if (options.cpuSamplePeriodNanos) {
    vm::onCpuSamples = takeCpuSamples;
    vm::startCpuSampling(static_cast<int64_t>(options.cpuSamplePeriodNanos));
  }
  if (options.timelinePeriodNanos) s.timeline.start(s.began, options.timelinePeriodNanos);
}

Profile Collector::snapshot() {
  Profile p;
  if (!state) return p;
  p.meta = metaOf();
  addCommon(p);
  FrameTable frames(p);
  if (state->options.sites) addSites(p, frames);
  return p;
}

}  // namespace burrow::profiler
