// What the heap tells profilers: whose every object is (profile/sites.h), a sample of allocations (profile/memory.h), and when it collected.
// Inner header of vm/heap and vm/profile.
#pragma once

#include "vm/heap/span.h"
#include "vm/profile/memory.h"
#include "vm/profile/sites.h"

namespace burrow::vm::heap {

// ---- Sites
inline void countAllocations(uint32_t site, uint64_t objects, uint64_t objectBytes) {
  ObjectCount& c = siteCounts[site].allocated;
  c.objects += objects;
  c.bytes += objects * objectBytes;
}
/// Counts what was allocated from the cursor's chunk since it was last counted.
void countChunk(Cursor& c);
/// After marking: who outlived the first collection, and if the heap was never greater, who is alive.
void countSurvivors();

// ---- Samples
/// How much of the next `bytes` of a class to hand out before an allocation is to be sampled; sets c.sampled if it is the first.
uint64_t cutForSample(Cursor& c, uint64_t bytes);
void sampleAllocation(Goroutine& g, void* p, uint64_t bytes);
void sampleLarge(Goroutine& g, void* p, uint64_t bytes);
/// After marking: samples that are not marked are gone.
void forgetDeadSamples();

}  // namespace burrow::vm::heap
