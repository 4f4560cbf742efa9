#include "profiler/collect/timeline.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "vm/profile/memory.h"
#include "vm/sched/scheduler.h"

namespace burrow::profiler {

/// When there are so many, every other one goes and they come half as often: a long run costs what a short one does.
static constexpr size_t kMaxPoints = 2000;

uint64_t residentBytes() {
  std::FILE* f = std::fopen("/proc/self/statm", "r");
  if (!f) return 0;
  unsigned long total = 0, resident = 0;
  int n = std::fscanf(f, "%lu %lu", &total, &resident);
  std::fclose(f);
  return n == 2 ? resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

void Timeline::start(int64_t began, uint64_t periodNanos) {
  began_ = began;
  period_ = periodNanos;
  // Signals are for the threads that run the program.
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &old);
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
}

void Timeline::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  thread_.join();
  add();
}

std::vector<HeapPoint> Timeline::points() {
  std::lock_guard<std::mutex> guard(lock_);
  return points_;
}

void Timeline::run() {
  while (!stopping_) {
    add();
    for (uint64_t slept = 0; slept < period_ && !stopping_; slept += 5'000'000) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void Timeline::add() {
  vm::HeapGauge gauge = vm::heapGauge();
  HeapPoint p{static_cast<uint64_t>(vm::nanotime() - began_), gauge.live, residentBytes(), gauge.allocatedBytes, gauge.allocatedObjects};
  std::lock_guard<std::mutex> guard(lock_);
  points_.push_back(p);
  if (points_.size() < kMaxPoints) return;
  for (size_t i = 0; i < kMaxPoints / 2; i++) points_[i] = points_[2 * i];
  points_.resize(kMaxPoints / 2);
  period_ *= 2;
}

}  // namespace burrow::profiler
