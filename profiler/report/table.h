// Reports as text: for a terminal, or plain for files and pipes.
#pragma once

#include <string>
#include <vector>

#include "profiler/advice/advice.h"
#include "profiler/report/rows.h"

namespace burrow::profiler {

struct TextOptions {
  size_t width = 120;       ///< columns of the window
  bool colour = false;
  size_t top = 20;          ///< rows; 0: all
  bool flow = false;        ///< with the flow of each row that escapes
  RowOptions rows;
};

/// Totals, what stayed on the stack, the sites, advice.
std::string allocationText(const Profile& profile, const std::vector<Advice>& advice, const TextOptions& options);
/// Collections: how many, pauses, when; sites whose objects survive.
std::string collectionText(const Profile& profile, const TextOptions& options);

/// The stacks of a profile that times are kept for.
enum class TimeKind : uint8_t { Cpu, Block, Mutex };
const std::vector<StackSample>& stacksOf(const Profile& profile, TimeKind kind);
/// Functions by the time that they took themselves, and with what they called.
std::string timeText(const Profile& profile, TimeKind kind, const TextOptions& options);

/// What differs between two runs, by site.
std::string diffText(const Profile& before, const Profile& after, const TextOptions& options);
std::string diffJson(const Profile& before, const Profile& after, const RowOptions& options);

}  // namespace burrow::profiler
