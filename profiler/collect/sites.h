// From the vm's counters to the profile's sites.
#pragma once

#include <unordered_map>

#include "profiler/collect/frames.h"

namespace burrow::profiler {

/// Adds every site where something was made, and the totals. Gives the places of heap sites in profile.sites by number.
std::unordered_map<uint32_t, uint32_t> addSites(Profile& profile, FrameTable& frames);

}  // namespace burrow::profiler
