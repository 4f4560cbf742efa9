// Call stacks whose weights add up to the exact counts of their sites: sampled stacks say from where, counters say how much.
#pragma once

#include <vector>

#include "profiler/profile.h"

namespace burrow::profiler {

/// One stack for each site and sampled call path; a site that was never sampled has a stack of its own frames.
struct ExactStack {
  std::vector<uint32_t> frames;   ///< innermost first
  uint32_t site;
  Count allocated, atExit, atPeak;
};
std::vector<ExactStack> exactStacks(const Profile& profile);

}  // namespace burrow::profiler
