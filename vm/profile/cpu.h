// CPU samples: a timer of each thread's CPU time interrupts whatever it runs, and the handler writes down where the Go code was.
//
// Where that is depends on what was interrupted (place.cpp): machine code has its frame in rbp and its instruction in a table; the
// interpreter has both in registers, which are recognised by what they must be to each other; C++ code below a slow half or a native has
// left them in the goroutine; functions without a frame, and C++ that machine code calls without leaving it, lie at the stack's top. What
// C++ does for an instruction has the name of a function of the runtime package (leaves.h). Where nothing is sure the sample is taken at the goroutine's next safepoint.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "vm/profile/stacks.h"

namespace burrow::vm {

/// Starts sampling every `periodNanos` of CPU time; false if it is on already.
bool startCpuSampling(int64_t periodNanos);
void stopCpuSampling();
/// Called once by each thread that is to run goroutines.
void addProfiledThread();

struct CpuSample {
  void* labels = nullptr;                    ///< of the goroutine (runtime/pprof.Do): a GC root until it is taken
  std::vector<const Insn*> pcs;              ///< innermost first, as runtime.Callers gives them
};
/// The next sample that was written down; false if there is none. One reader at a time, who runs Go code or has ended the program.
bool takeCpuSample(CpuSample& out);
/// Samples for which there was no room; zero from then on.
uint64_t takeLostCpuSamples();

/// Called at a safepoint when there are many samples to take; null: whoever takes them looks often enough.
extern void (*onCpuSamples)();

/// The goroutine that this thread runs, also in system calls.
extern thread_local Goroutine* threadGoroutine;
/// Samples to be taken at the next safepoint, and kManyCpuSamples.
inline constexpr uint32_t kManyCpuSamples = 0x80000000;
extern std::atomic<uint32_t> dueCpuSamples;
void takeDueSamples(Goroutine& g);
/// At a safepoint of g.
inline void cpuSafepoint(Goroutine& g) {
  if (__builtin_expect(dueCpuSamples.load(std::memory_order_relaxed) != 0, 0)) takeDueSamples(g);
}

}  // namespace burrow::vm
