// Profiles for other tools: pprof and collapsed stacks.
#pragma once

#include <string>

#include "profiler/report/table.h"

namespace burrow::profiler {

/// What a report is about: allocations, or one kind of time.
enum class Subject : uint8_t { Alloc, Cpu, Gc, Block, Mutex };

/// pprof's protobuf, gzipped. Allocations: alloc_space, alloc_objects, inuse_*, peak_* of the heap and stack_* of frames; labels
/// hold kind, type, verdict and reason.
std::string toPprof(const Profile& profile, Subject subject);
/// A line for each call stack, outermost first, and its weight: bytes on the heap, or nanoseconds. Flame graph tools read it.
std::string toCollapsed(const Profile& profile, Subject subject);

std::string gzip(std::string_view bytes);

}  // namespace burrow::profiler
