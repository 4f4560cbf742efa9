// Sampled allocations with their call stacks: what runtime.MemProfile shows, and the flame graphs of the profiler.
//
// Sample points lie in the stream of allocated bytes as raindrops do, `rate` bytes apart on average: every object is sampled with
// probability 1-exp(-size/rate), as gc does it and pprof expects it. The allocator looks for them only where it takes the next chunk of
// memory, which it then cuts so that the object to sample is the first of a chunk: the fast path knows nothing of this.
#pragma once

#include <cstdint>
#include <vector>

#include "vm/heap/heap.h"
#include "vm/profile/stacks.h"

namespace burrow::vm {

/// Allocations are sampled at all: some loaded package can ask for what came of it.
extern bool memorySampling;
/// Starts sampling; `rate` points to the mean distance in bytes (runtime.MemProfileRate): 1 for every object, 0 for none.
void enableMemorySampling(const int64_t* rate);

/// What was sampled at one call stack, in objects of one size.
struct MemoryRecord {
  uint32_t stack;                ///< in the table of stacks
  uint32_t site;                 ///< number of the allocation site if sites are counted (0: they are not)
  uint64_t size = 0;             ///< of each object
  uint64_t allocs = 0, frees = 0;
};
const std::vector<MemoryRecord>& memoryRecords();

/// A collection that has ended: times of nanotime, bytes of the heap.
struct CollectionEvent {
  int64_t start, end;
  uint64_t before, after, goal;
  bool forced;
};
/// Called at the end of each, with the world stopped; null: nobody wants to know.
extern void (*onCollected)(const CollectionEvent& event);

/// Bytes of objects alive and garbage, and all that was ever allocated, as any thread may read them at any time: not of one moment.
struct HeapGauge {
  uint64_t live, allocatedBytes, allocatedObjects;
};
HeapGauge heapGauge();
/// Whether a collection is going on.
bool collecting();
/// Marks everything that is alive and counts it by site (SiteCounts::alive); a collection, at a safepoint of g.
void countAlive(Goroutine& g);

}  // namespace burrow::vm
