// What the vm does for profiles: see sites.h (exact counts), memory.h (sampled allocations), cpu.h and contention.h.
#pragma once

namespace burrow::vm {

/// Before the program starts: what its own use of runtime/pprof and runtime.MemProfile may ask for later is noted from now on.
void startOwnProfiles();

}  // namespace burrow::vm
