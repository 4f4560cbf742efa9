#include "profiler/report/units.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

namespace burrow::profiler {

std::string countText(uint64_t n) {
  std::string digits = std::to_string(n), out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

namespace {
/// Three digits that count.
std::string threeDigits(double v) { return fmt::format("{:.{}f}", v, v >= 99.95 ? 0 : v >= 9.995 ? 1 : 2); }
}  // namespace

std::string bytesText(double bytes) {
  if (bytes < 0) return "-" + bytesText(-bytes);
  if (bytes < 1024) return fmt::format("{:.0f} B", bytes);
  static constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB", "PiB"};
  size_t unit = 0;
  for (bytes /= 1024; bytes >= 1023.5 && unit < 4; ++unit) bytes /= 1024;
  return threeDigits(bytes) + " " + kUnits[unit];
}

std::string durationText(double nanos) {
  if (nanos < 0) return "-" + durationText(-nanos);
  if (nanos < 999.5) return fmt::format("{:.0f} ns", nanos);
  if (nanos < 999.5e3) return threeDigits(nanos / 1e3) + " µs";
  if (nanos < 999.5e6) return threeDigits(nanos / 1e6) + " ms";
  return threeDigits(nanos / 1e9) + " s";
}

std::string percentText(double share) {
  if (!std::isfinite(share)) return "-";
  double p = share * 100;
  return p > 0 && p < 0.05 ? "<0.1 %" : fmt::format("{:.1f} %", p);
}

std::string changeText(double before, double after) {
  if (before == after) return "=";
  if (before == 0) return "new";
  if (after == 0) return "gone";
  return fmt::format("{:+.1f} %", (after / before - 1) * 100);
}

size_t textWidth(std::string_view s) {
  size_t n = 0;
  for (char c : s) n += (c & 0xC0) != 0x80;
  return n;
}

namespace {
/// Byte offset of the column.
size_t offsetOf(std::string_view s, size_t column) {
  size_t i = 0;
  for (; i < s.size(); ++i)
    if ((s[i] & 0xC0) != 0x80 && column-- == 0) break;
  return i;
}
}  // namespace

std::string fit(std::string_view s, size_t width, bool right, bool keepEnd) {
  size_t have = textWidth(s);
  if (have > width) {
    if (width == 0) return {};
    if (keepEnd) return "…" + std::string(s.substr(offsetOf(s, have - width + 1)));
    return std::string(s.substr(0, offsetOf(s, width - 1))) + "…";
  }
  std::string pad(width - have, ' ');
  return right ? pad + std::string(s) : std::string(s) + pad;
}

std::string shortPath(const std::string& path, const std::string& package) {
  if (path.empty() || path[0] != '/') return path;
  size_t slash = path.rfind('/');
  std::string dir = path.substr(0, slash), base = path.substr(slash + 1);
  std::error_code error;
  std::string here = std::filesystem::current_path(error).string();
  if (!error && here != "/" && path.starts_with(here + "/")) return path.substr(here.size() + 1);
  if (!package.empty() && package != "main" && dir.ends_with("/" + package)) return package + "/" + base;
  std::string relative = std::filesystem::path(path).lexically_relative(here).string();
  return !relative.empty() && relative.size() < path.size() ? relative : path;
}

}  // namespace burrow::profiler
