// The heap's course over time: a thread that looks at it every few milliseconds.
#pragma once

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "profiler/profile.h"

namespace burrow::profiler {

class Timeline {
 public:
  void start(int64_t began, uint64_t periodNanos);
  /// Ends the thread; the last point is of now.
  void stop();
  std::vector<HeapPoint> points();

 private:
  void run();
  void add();

  std::thread thread_;
  std::atomic<bool> stopping_{false};
  std::mutex lock_;
  std::vector<HeapPoint> points_;
  int64_t began_ = 0;
  uint64_t period_ = 0;
};

/// Memory of this process that is in RAM now.
uint64_t residentBytes();

}  // namespace burrow::profiler
