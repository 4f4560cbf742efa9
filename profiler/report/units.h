// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace burrow::profiler {

std::string countText(uint64_t n);                 ///< 1,234,567
std::string bytesText(double bytes);               ///< 512 B, 1.21 MiB
std::string durationText(double nanos);            ///< 850 ns, 1.21 ms, 3.4 s
std::string percentText(double share);             ///< of 0.1234: 12.3 %
std::string changeText(double before, double after);  ///< +12.3 %, -4.0 %, new, gone, =

/// Columns that the text takes on a terminal (UTF-8, without colours).
size_t textWidth(std::string_view s);
/// The text in exactly `width` columns; what is too long ends in …, or begins with it if `keepEnd`.
std::string fit(std::string_view s, size_t width, bool right = false, bool keepEnd = false);

/// A path as short as it can be said: relative to the current directory, or package/file for packages that come from elsewhere.
std::string shortPath(const std::string& path, const std::string& package);

}  // namespace burrow::profiler
