// The sites of a profile as rows of a report: copies of one construct (inlining makes them) added up, filtered and sorted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "profiler/profile.h"

namespace burrow::profiler {

struct Row {
  std::string file;                ///< as in the profile
  uint32_t line = 0, column = 0;
  std::string function, package, kind, type, reason, flow;
  bool onHeap = false;
  uint32_t fixedSize = 0;
  Count allocated, survived, atExit, atPeak;
  uint64_t growths = 0, copiedBytes = 0, maxLength = 0, minLength = 0;
  std::vector<uint32_t> sites;     ///< whose sum this is
  std::vector<std::string> into;   ///< functions that it was inlined into

  double meanSize() const { return allocated.objects ? static_cast<double>(allocated.bytes) / static_cast<double>(allocated.objects) : 0; }
  std::string position() const;    ///< file:line:col, short
};

enum class SortKey : uint8_t { Bytes, Objects, Mean, Survived, Exit, Peak, Copied, Position };
std::optional<SortKey> sortKeyOf(const std::string& name);
inline constexpr const char* kSortKeys[] = {"bytes", "objects", "mean", "survived", "exit", "peak", "copied", "position"};

struct RowOptions {
  SortKey sort = SortKey::Bytes;
  std::string filter;              ///< regular expression (ECMAScript) that position, function, type or reason must match; empty: all
  std::string package;             ///< import path, or its beginning before /...
  std::vector<std::string> kinds;  ///< empty: all
  std::optional<bool> onHeap;      ///< only heap, only stack
  bool separateCopies = false;     ///< a row for each inlined copy
};

/// Sites without allocations make no row.
std::vector<Row> makeRows(const Profile& profile, const RowOptions& options = {});
/// Whether RowOptions::filter is a regular expression; what is wrong, or empty.
std::string checkFilter(const std::string& filter);

}  // namespace burrow::profiler
