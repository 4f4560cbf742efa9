// What one run of a program says about its allocations, its time and its collections: the data that is collected while it runs (collect/),
// written to a file and read back, and that every report is made of (report/). Nothing here refers to memory of the vm.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace burrow::profiler {

using StringId = uint32_t;  ///< index into Profile::strings; 0: the empty string

/// A place in the source, in a function. Frames are numbered from 1 in Profile::frames; 0: none.
struct Frame {
  StringId function = 0;        ///< as gc names it: main.f, main.(*T).m.func1
  StringId file = 0;            ///< as tracebacks print it
  uint32_t line = 0, column = 0;
  uint32_t startLine = 0;   ///< of the function
  StringId package = 0;         ///< import path
};

struct Count {
  uint64_t objects = 0, bytes = 0;
};

/// An allocating construct of the source, at one place in the machine's code: one for each inlined copy.
struct Site {
  std::vector<uint32_t> frames;   ///< innermost first: the construct itself, then the calls that were inlined around it
  StringId kind = 0;                  ///< new, variable, slice, append, closure, box, map, mapgrow, chan, string, variadic, go, defer, runtime
  StringId type = 0;                  ///< of the object, Go syntax
  StringId reason = 0;                ///< of the verdict, in the words of escape analysis
  StringId flow = 0;                  ///< the flow that forced it, as -m=2 prints it: lines; empty if there is none or it was not asked for
  bool onHeap = false;
  uint32_t fixedSize = 0;         ///< bytes; 0: known at run time only
  Count allocated;                ///< exact. On the stack too: bytes are then those of the storage
  Count survived;                 ///< of those, what its first collection left alive (heap sites; estimated from sampled objects if sampleRate > 1)
  Count atExit, atPeak;           ///< alive at the end; alive when the heap was greatest (at the collection that found it so)
  // Growth of appends and maps, and sizes asked for: evidence for advice.
  uint64_t growths = 0;           ///< times that existing contents were moved to a larger place
  uint64_t copiedBytes = 0;       ///< by these
  uint64_t maxLength = 0;         ///< greatest length (elements) reached at this site
  uint64_t minLength = 0;         ///< smallest length that a call asked for
};

/// A for or range loop of the program around allocations, in one function or one inlined copy of it.
struct Loop {
  uint32_t frame = 0;             ///< at `for`, or at `range` if it has that
  uint64_t entries = 0;           ///< times that it was come to: exact, and counted also if it then made no turn
};

/// A call stack with weights. Allocation stacks are sampled (Meta::allocSamplePeriod); the weights are scaled to estimates of the whole.
struct StackSample {
  std::vector<uint32_t> frames;   ///< innermost first
  uint32_t site = ~0u;            ///< index into sites; ~0u: not an allocation
  Count allocated, inUse;
  uint64_t nanoseconds = 0;       ///< CPU, block and mutex samples
  uint64_t events = 0;            ///< samples, contentions
};

struct Collection {
  uint64_t atNanos = 0;           ///< since the program began
  uint64_t pauseNanos = 0, cpuNanos = 0;
  uint64_t heapBefore = 0, heapAfter = 0, goal = 0;
  bool forced = false;
};
struct HeapPoint {
  uint64_t atNanos = 0, heapBytes = 0, residentBytes = 0;
  uint64_t allocatedBytes = 0, allocatedObjects = 0;   ///< in total until then
};

struct Meta {
  std::vector<std::string> command;   ///< program and arguments
  std::string goVersion, burrowVersion, startedAt;  ///< RFC 3339
  std::string jit, escape;            ///< settings of the run
  uint64_t gogc = 100;
  uint32_t procs = 1;
  int exitStatus = 0;
  bool interrupted = false;           ///< by the user: counts are those until then
  uint64_t wallNanos = 0, cpuNanos = 0, peakResidentBytes = 0;
  uint64_t allocSamplePeriod = 0;     ///< mean bytes between sampled allocation stacks; 0: none
  uint32_t survivorPeriod = 1;        ///< every how manieth object of a site was followed to its first collection
  uint64_t cpuSamplePeriodNanos = 0;
};

struct Profile {
  Meta meta;
  std::vector<std::string> strings{""};
  std::vector<Frame> frames{Frame{}};
  std::vector<Site> sites;
  std::vector<Loop> loops;            ///< those that were entered, if sites were counted; evidence for advice
  std::vector<StackSample> allocStacks, cpuStacks, blockStacks, mutexStacks;
  std::vector<Collection> collections;
  std::vector<HeapPoint> timeline;
  Count heap, stack;                  ///< totals over sites, by where
  Count memStats;                     ///< what runtime.MemStats says at the end (Mallocs, TotalAlloc)
  Count peak;                         ///< alive at the peak
};

}  // namespace burrow::profiler
