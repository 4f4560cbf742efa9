// Where goroutines block (runtime.BlockProfile) and who makes them wait for a lock (runtime.MutexProfile): noted where goroutines park and
// where they are made ready, if somebody asked for it.
#pragma once

#include <cstdint>
#include <vector>

#include "vm/sched/goroutine.h"

namespace burrow::vm {

/// One blocking event in so many nanoseconds is noted (1: each; 0: none), longer ones surely.
void setBlockProfileRate(int64_t nanos);
/// One contention in `fraction` is noted; 0: none; negative: only asks. The earlier setting.
int64_t setMutexProfileFraction(int64_t fraction);

/// Events at one call stack: estimates of all from those that were noted.
struct ContentionRecord {
  uint32_t stack;
  double count = 0;
  double nanos = 0;
};
const std::vector<ContentionRecord>& blockRecords();   ///< by the stack that waited
const std::vector<ContentionRecord>& mutexRecords();   ///< by the stack that unlocked

extern bool contentionNoted;                           ///< one of the rates is not zero
void noteParked(Goroutine& g);
void noteReady(Goroutine& g);

}  // namespace burrow::vm
